"""Invented studies with the skew of a hospital's: for the demonstration, tests and races.

`python -m bureau.desks.imaging.sample studies.csv 5000` writes them as a CSV file with the headers
of a Chinese imaging system. No row describes a living person.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bureau.desks.imaging.columns import SOURCE_COLUMNS

FIRST = datetime(2018, 8, 1)
LAST = datetime(2025, 10, 29)
EXAMS_A_PATIENT = 3

SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓阮馬董溫唐藍石蔣田康鄒"
GIVEN = "偉芳娜敏靜麗強磊軍洋勇艷傑娟濤明超秀霞平剛桂英華玉蘭紅文建國志淑美惠雅怡宗翰俊宏家豪冠宇佳穎承恩品妤欣詩涵子晴柏翰思彤雨潔曉梅春生金水福來添財月嬌阿好"
LATIN_FIRST = [
    "John",
    "Maria",
    "Ana",
    "David",
    "Sarah",
    "Michael",
    "Thandi",
    "Sipho",
    "Kofi",
    "Amara",
    "Lena",
    "José",
    "Nguyen",
    "Siti",
    "Ahmad",
    "Fatima",
    "Victor",
    "Victoria",
    "Hector",
    "Peter",
    "Paul",
    "Linda",
    "Susan",
    "Karen",
    "Olga",
    "Ivan",
    "Yuki",
    "Kenji",
    "Hana",
    "Priya",
    "Arjun",
    "Sita",
    "Bikash",
    "Carlos",
    "Lucía",
    "Zoë",
    "Øyvind",
    "François",
    "Chloë",
    "Björn",
]
LATIN_LAST = [
    "Smith",
    "Johnson",
    "Williams",
    "Santos",
    "García",
    "Mokoena",
    "Dlamini",
    "Okafor",
    "Mensah",
    "Hoffmann",
    "Müller",
    "Nguyen",
    "Tran",
    "Abdullah",
    "Hassan",
    "Ivanov",
    "Petrova",
    "Tanaka",
    "Suzuki",
    "Patel",
    "Sharma",
    "Gurung",
    "Tamang",
    "O'Brien",
    "Silva",
    "Costa",
    "Andersson",
    "Jensen",
    "Nowak",
    "Kowalski",
    "Rossi",
    "Bianchi",
    "Dubois",
    "Martin",
    "Castro",
    "Victorino",
    "Ng",
    "Li",
]
STATUSES = {"終審報告": 82, "初步報告": 9, "已報到": 6, "已刪單": 3}
SOURCES = {"門診": 55, "急診": 24, "住院": 17, "健檢": 4}
ROOMS = tuple(
    f"{name}室"
    for name in [
        "一般攝影1",
        "一般攝影2",
        "急診攝影",
        "CT1",
        "CT2",
        "CT3",
        "MRI1",
        "MRI2",
        "超音波1",
        "超音波2",
        "乳房攝影",
        "透視",
    ]
)
# modality -> weight, rooms, machines, words of its items
MODALITIES: dict[str, tuple[int, tuple[str, ...], tuple[str, ...], str]] = {
    "CR": (46, ROOMS[:3], ("DRX-Evolution", "FDR Visionary", "移動式X光機"), "X光"),
    "CT": (22, ROOMS[3:6], ("Aquilion ONE", "Somatom Force", "Revolution CT"), "電腦斷層"),
    "US": (15, ROOMS[8:10], ("Epiq 7", "Logiq E10", "Aplio i800"), "超音波"),
    "MR": (10, ROOMS[6:8], ("Magnetom Vida", "Signa Premier"), "磁振造影"),
    "MG": (5, ROOMS[10:11], ("Selenia Dimensions",), "乳房攝影"),
    "RF": (2, ROOMS[11:], ("Luminos dRF",), "透視攝影"),
}
PARTS = (
    ("胸部", "Chest"), ("腹部", "Abdomen"), ("頭部", "Brain"), ("頸椎", "C-spine"),
    ("腰椎", "L-spine"), ("骨盆", "Pelvis"), ("膝關節", "Knee"), ("肩關節", "Shoulder"),
    ("腕關節", "Wrist"), ("踝關節", "Ankle"), ("心臟", "Heart"), ("肝臟", "Liver"),
    ("腎臟", "Kidney"), ("甲狀腺", "Thyroid"), ("乳房", "Breast"), ("頸部", "Neck"),
    ("髖關節", "Hip"), ("手部", "Hand"), ("足部", "Foot"), ("鼻竇", "Sinus"),
)  # fmt: skip
MANNERS = (
    "",
    "無顯影劑",
    "有顯影劑",
    "追蹤檢查",
    "PA view",
    "AP/Lat",
    "portable",
    "術前評估",
    "24h follow-up 100%",
)


class Patient(NamedTuple):
    """An invented person."""

    record_no: str
    name: str
    gender: str
    birth: str
    year: int


class Item(NamedTuple):
    """What is examined, with which kind of machine."""

    name: str
    part: str
    modality: str


def studies(count: int, seed: int = 7, first: int = 0) -> Iterator[tuple[str | None, ...]]:
    """`count` rows of text in the order of `SOURCE_COLUMNS`; the same arguments give the same rows.

    Args:
        first: where their numbers begin. The demonstration's begin at 0: who adds to it begins higher.
    """
    chance = random.Random(seed)
    people = [_patient(chance, number) for number in range(max(1, count // EXAMS_A_PATIENT))]
    items, weights = _items()
    physicians = [_chinese_name(chance) for _ in range(60)]
    span = int((LAST - FIRST).total_seconds())
    for start in range(0, count, 10_000):
        size = min(10_000, count - start)
        # some people come often: the square root of a uniform number would do the opposite
        who = [people[int(len(people) * chance.random() ** 1.6)] for _ in range(size)]
        what = chance.choices(items, weights, k=size)
        status = chance.choices(list(STATUSES), list(STATUSES.values()), k=size)
        source = chance.choices(list(SOURCES), list(SOURCES.values()), k=size)
        when = [FIRST + timedelta(seconds=chance.randrange(span)) for _ in range(size)]
        for place in range(size):
            yield _row(
                chance, first + start + place, who[place], what[place], status[place], source[place],
                when[place], physicians,
            )  # fmt: skip


def _row(
    chance: random.Random,
    number: int,
    patient: Patient,
    item: Item,
    status: str,
    source: str,
    ordered: datetime,
    physicians: Sequence[str],
) -> tuple[str | None, ...]:
    _, rooms, machines, word = MODALITIES[item.modality]
    seen = ordered + timedelta(minutes=int(chance.expovariate(1 / 90)))
    final = status == "終審報告"
    manner = MANNERS[int(len(MANNERS) * chance.random() ** 2)]
    description = f"{item.part}{word} {manner}".strip() if chance.random() < 0.93 else None
    return (
        f"{20_000_000_000 + number:011d}",
        patient.record_no,
        f"{10_000_000_000 + number * 7 // 10:011d}",
        patient.name,
        patient.gender,
        patient.birth,
        str(ordered.year - patient.year),
        status,
        source,
        item.name,
        description,
        chance.choice(rooms),
        chance.choice(machines),
        item.modality,
        _stamp(ordered),
        _stamp(seen) if status != "已刪單" else None,
        _stamp(seen + timedelta(minutes=int(chance.expovariate(1 / 900)))) if final else None,
        chance.choice(physicians) if final else None,
    )


def _stamp(moment: datetime) -> str:
    return moment.isoformat(" ", "seconds")


def _items() -> tuple[list[Item], list[float]]:
    items, weights = [], []
    for modality, (weight, _, _, word) in MODALITIES.items():
        for place, (part, latin) in enumerate(PARTS):
            for name, share in ((f"{word}-{part}", 2.0), (f"{modality} {latin}", 1.0)):
                items.append(Item(name, part, modality))
                weights.append(weight * share / (place + 1))
    return items, weights


def _patient(chance: random.Random, number: int) -> Patient:
    year = max(1890, min(2017, int(chance.gauss(1962, 20))))
    birth = f"{year}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    chinese = chance.random() < 0.8
    name = _chinese_name(chance) if chinese else _latin_name(chance)
    return Patient(f"{number + 1_234:08d}", name, chance.choice("MF"), birth, year)


def _chinese_name(chance: random.Random) -> str:
    # the surnames stand in order of how common they are
    surname = SURNAMES[int(len(SURNAMES) * chance.random() ** 2.2)]
    letters = 1 if chance.random() < 0.12 else 2
    return surname + "".join(chance.choice(GIVEN) for _ in range(letters))


def _latin_name(chance: random.Random) -> str:
    return f"{chance.choice(LATIN_FIRST)} {chance.choice(LATIN_LAST)}"


HEADERS = {
    "exam_status": "狀態", "medical_record_no": "病歷號", "patient_name": "姓名",
    "patient_gender": "性別", "patient_age": "年齡", "patient_birth_date": "生日",
    "exam_source": "來源", "exam_room": "檢查室", "application_order_no": "申請單號",
    "exam_item": "檢查項目", "exam_description": "檢查描述", "order_datetime": "開單日期/時間",
    "equipment_type": "儀器", "exam_equipment": "檢查儀器", "check_in_datetime": "報到時間",
    "exam_id": "檢查流水號", "report_certification_datetime": "報告認證時間",
    "certified_physician": "認證醫師",
}  # fmt: skip


def table(count: int, seed: int = 7) -> Iterator[list[str | None]]:
    """A header row and `count` studies as the imaging system's own export orders them."""
    yield list(HEADERS.values())
    places = [SOURCE_COLUMNS.index(name) for name in HEADERS]
    for row in studies(count, seed):
        yield [row[place] for place in places]


def main(arguments: list[str]) -> None:
    """Write a CSV file: `FILE [ROWS]`."""
    path, *rest = arguments
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table(int(rest[0]) if rest else 5_000))


if __name__ == "__main__":
    main(sys.argv[1:])
