"""Text tables in the code pages of Windows: how many are read right, asked about, or read wrong.

Wrong in silence must be 0. Names are put together from given and family names of each language.
"""

from __future__ import annotations

import io
import random
import unicodedata
from collections import Counter

from benchmarks.ground import Ground
from benchmarks.report import Table
from bureau.kernel.files.tables.encodings import encoding_of

SIZES = (1, 3, 10, 30)
FILES = 60
_ENGLISH = "exam_id,patient_name,exam_status,exam_source,exam_item,order_datetime"
_SIMPLIFIED = "检查号,患者名称,检查状态,来源,项目,订单日期时间"
_TRADITIONAL = "檢查號,患者姓名,檢查狀態,檢查來源,檢查項目,訂單日期時間"
# code page -> [(language, given names, family names)]; read as "given family" or, in the east, glued
LANGUAGES: dict[str, list[tuple[str, str, str]]] = {
    "cp1252": [
        ("French", "François Léa Zoé Hélène Noël André Anaïs Jérôme Loïc Inès", "Léger Lefèvre Benoît Gérard Müller Forêt Châtelain Garçon Hébert Besançon"),
        ("Spanish", "José María Iñaki Raúl Begoña Ángel Lucía Íñigo Toño Mónica", "Muñoz Peña García Núñez Ibáñez López Castaño Zúñiga Ordóñez Güell"),
        ("German", "Jürgen Jörg Käthe Günter Björn Anna Peter Ursula Zoë Bärbel", "Müller Weiß Schäfer Köhler Groß Strauß Böhm Krüger Voß Jäger"),
        ("Portuguese", "João Conceição Inês Antônio Simão Luís Estêvão Ângela Tomás Sebastião", "Magalhães Guimarães Araújo Simões Falcão Assunção Patrício Camões Leitão Gusmão"),
        ("Swedish", "Åsa Göran Märta Jörgen Åke Håkan Sören Pär Björn Eva", "Åström Sjöberg Öberg Lindström Ångström Hägg Åkesson Nyström Ståhl Häkkinen"),
        ("Danish", "Søren Jørgen Bjørn Åse Kåre Øystein Pål Ærø Håvard Birthe", "Sørensen Kjær Ødegård Nygård Bjørnson Højlund Østergaard Næss Skår Brændstrup"),
        ("Italian", "Nicolò Niccolò Noè Mosè Giosuè Anna Marco Rocco Desirée Lucia", "Calabrò Cantù Forlì Nardò Andò Salò Viganò Mariù Scirè Rodà"),
        ("Icelandic", "Guðrún Þór Jón Sigríður Björk Ólafur Ásdís Þórunn Óðinn Kristín", "Þórsson Jónsdóttir Guðmundsson Sigurðardóttir Ólafsson Ægisson Davíðsson Bjarnadóttir Þorláksson Árnason"),
    ],
    "cp1250": [
        ("Polish", "Łukasz Michał Paweł Małgorzata Bożena Święcisław Żaneta Jadwiga Stanisław Agnieszka", "Żak Wójcik Kowalczyk Dąbrowski Wiśniewska Zieliński Łoś Pająk Błaszczyk Ślusarz"),
        ("Czech", "Jiří Tomáš Zdeněk Ondřej Růžena Božena Matěj Žofie Lukáš Kateřina", "Dvořák Novotný Růžička Černý Šťastný Křížová Němec Hájek Kučera Bláhová"),
        ("Hungarian", "Győző László Gergő Erzsébet Zsófia Ödön József Enikő Ákos Tünde", "Szőke Erdős Kovács Nagy Tóth Kőszegi Gyűrű Hegedűs Sütő Fazekas"),
        ("Croatian", "Željko Ivana Đurđica Siniša Tomislav Branka Željka Saša Anđelka Živko", "Horvatić Kovačević Babić Matić Jurić Šimić Čović Đurić Vuković Žižić"),
        ("Romanian", "Ştefan Ioana Mircea Ţuţea Gheorghiţă Rodica Ilinca Anişoara Brînduşa Dănuţ", "Brăila Munteanu Tănase Pătraşcu Mureşan Ţepeş Stănescu Cîmpeanu Bălan Rădulescu"),
    ],
    "cp1251": [
        ("Russian", "Иван Пётр Анна Ольга Сергей Юлия Дмитрий Екатерина Алексей Наталья", "Иванов Петров Щербаков Кузнецова Смирнов Соколова Попов Лебедева Козлов Новикова"),
        ("Ukrainian", "Олексій Наталія Їжак Євген Оксана Ірина Андрій Ґалаґан Юрій Соломія", "Шевченко Ковальчук Бондаренко Кравець Лисенко Мельник Гончар Савченко Поліщук Зайченко"),
        ("Bulgarian", "Георги Мария Димитър Красимира Стоян Пенка Любомир Цветелина Йордан Ваня", "Иванов Георгиева Димитров Петкова Стоянов Желева Ангелов Върбанова Христов Найденова"),
    ],
    "cp1253": [("Greek", "Γιώργος Μαρία Ελένη Κώστας Άννα Νίκος Χρήστος Βασιλική Δημήτρης Σοφία", "Παπαδόπουλος Γεωργίου Νικολάου Βασιλείου Δημητρίου Οικονόμου Αλεξίου Κωνσταντίνου Ιωάννου Καραγιάννης")],
    "cp1254": [("Turkish", "İsmail Ayşe Çiğdem Gülşen Oğuz Şükrü Yıldız Işıl Ümit Nazlı", "Şahin Yılmaz Öztürk Çelik Kılıç Aydın Doğan Güneş Erdoğan Aslan")],
    "cp1255": [("Hebrew", "משה שרה דוד רחל יוסף מרים אברהם לאה יצחק חנה", "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי")],
    "cp1256": [("Arabic", "محمد فاطمة أحمد عائشة علي خديجة حسن زينب يوسف مريم", "العلي الحسن المصري السيد إبراهيم الخطيب النجار حداد منصور الشامي")],
    "cp1257": [
        ("Latvian", "Jānis Pēteris Ilze Līga Māris Žanis Ģirts Kārlis Inga Ēriks", "Bērziņš Kalniņa Ozoliņš Liepiņa Krūmiņš Zariņa Āboliņš Šmits Vītols Ķirsis"),
        ("Lithuanian", "Jonas Ramunė Žydrūnas Kęstutis Eglė Šarūnas Živilė Mindaugas Jūratė Vytautė", "Kazlauskas Jankauskienė Žukauskaitė Petrauskas Stankevičius Vasiliauskaitė Butkutė Paulauskienė Šimkus Čepaitis"),
    ],
    "cp1258": [("Vietnamese", "Nguyễn Trần Phạm Hoàng Đặng Bùi Đỗ Hồ Ngô Dương", "Hương Tuấn Thảo Đức Dũng Hạnh Phượng Bảo Tiến Sơn")],
    "cp874": [("Thai", "สมชาย สมหญิง วิชัย มาลี ประเสริฐ สุดา อนุชา กานดา ธนพล รัตนา", "ใจดี รักไทย ศรีสุข ทองดี บุญมา แสงทอง วงศ์สวัสดิ์ พรหมมา คำแก้ว สายทอง")],
    "cp932": [("Japanese", "太郎 花子 一郎 健太 美咲 恵子 翔太 由美 直樹 陽子", "山田 佐藤 鈴木 高橋 渡辺 伊藤 小林 加藤 吉田 斎藤")],
    "cp949": [("Korean", "철수 영희 민수 지영 서연 준호 미경 동현 수진 현우", "김 이 박 최 정 강 조 윤 장 임")],
    "gb18030": [("Chinese (simplified)", "小丽 伟 秀英 建国 芳 军 晓东 丽华 志强 婷婷 慧敏 浩然 子轩 欣怡", "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 欧阳 卓")],
    "cp950": [("Chinese (traditional)", "小明 怡君 志偉 淑芬 雅婷 俊傑 美玲 家豪 冠宇 麗華 承恩 品妤 宥廷 詩涵", "王 李 張 劉 陳 楊 趙 黃 周 吳 徐 孫 歐陽 卓")],
}  # fmt: skip
_GLUED = {"cp932", "cp949", "gb18030", "cp950"}


def run(ground: Ground) -> Table:
    """Make files of every page, language, header and size; ask what each is written in."""
    table = Table("Text tables: right / asked / wrong in silence, of each 100")
    total: Counter[str] = Counter()
    for page, languages in LANGUAGES.items():
        for language, given, family in languages:
            for head, words in _headers(page).items():
                parts = []
                for size in SIZES:
                    found = Counter(
                        outcome(page, head, _names(page, given, family, size, seed))
                        for seed in range(FILES)
                    )
                    total += found
                    parts.append("/".join(str(round(found[k] * 100 / FILES)) for k in _OUTCOMES))
                table.add(f"{page} {language}, {words} headers", "  ".join(parts))
    table.add(
        "all: right, asked, wrong", "/".join(f"{total[k]:,}" for k in _OUTCOMES), "", "wrong 0"
    )
    table.notes.append(f"Files of {', '.join(map(str, SIZES))} rows, {FILES} of each kind.")
    return table


_OUTCOMES = ("right", "asked", "wrong")


def _headers(page: str) -> dict[str, str]:
    own = {"gb18030": (_SIMPLIFIED, "Chinese"), "cp950": (_TRADITIONAL, "Chinese")}.get(page)
    return {_ENGLISH: "English"} | ({own[0]: own[1]} if own else {})


def _names(page: str, given: str, family: str, size: int, seed: int) -> list[str]:
    chance = random.Random(f"{page}{size}{seed}")
    names = []
    while len(names) < size:
        first, last = chance.choice(given.split()), chance.choice(family.split())
        names.append(last + first if page in _GLUED else f"{last} {first}")
    return names


def encoded(text: str, page: str) -> bytes:
    """Text in a code page; Vietnamese as Windows writes it, letters and tones apart."""
    if page != "cp1258":
        return text.encode(page)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for character in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", character)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        out += base + "".join(c for c in parts if c in tones)
    return out.encode(page)


def outcome(page: str, head: str, names: list[str]) -> str:
    """`right`, `asked` or `wrong`, for a file with these names."""
    lines = [head, *(f"{n:08d},{name},done,ward,CT,2024-05-01" for n, name in enumerate(names))]
    content = encoded("\r\n".join(lines) + "\r\n", page)
    found = encoding_of(io.BytesIO(content))
    text = unicodedata.normalize("NFC", content.decode(found.name, "replace"))
    if not found.likely:
        return "asked"
    return "right" if text.splitlines()[1:] == lines[1:] else "wrong"
