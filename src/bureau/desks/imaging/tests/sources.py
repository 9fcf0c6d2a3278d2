"""Files to import, as imaging systems write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bureau.desks.imaging.columns import SOURCE_COLUMNS
from bureau.desks.imaging.sample import HEADERS, studies, table

DUCK_ORDER = (
    "exam_id", "medical_record_no", "application_order_no", "patient_name", "patient_gender",
    "patient_birth_date", "patient_age", "exam_status", "exam_source", "exam_room", "exam_item",
    "exam_description", "exam_equipment", "equipment_type", "order_datetime", "check_in_datetime",
    "report_certification_datetime", "certified_physician",
)  # fmt: skip

SIMPLIFIED = {
    "检查号": "exam_id", "医疗记录编号": "medical_record_no", "应用订单编号": "application_order_no",
    "患者名称": "patient_name", "性别": "patient_gender", "年龄": "patient_age",
    "检查状态": "exam_status", "来源": "exam_source", "项目": "exam_item", "描述": "exam_description",
    "订单日期时间": "order_datetime", "入院日期": "check_in_datetime", "认证医生": "certified_physician",
}  # fmt: skip
TRADITIONAL = {
    "檢查號": "exam_id", "醫療記錄編號": "medical_record_no", "應用訂單編號": "application_order_no",
    "患者姓名": "patient_name", "患者性別": "patient_gender", "患者年齡": "patient_age",
    "檢查狀態": "exam_status", "檢查來源": "exam_source", "檢查項目": "exam_item",
    "檢查描述": "exam_description", "訂單日期時間": "order_datetime", "入院日期時間": "check_in_datetime",
    "報告認證日期時間": "report_certification_datetime", "認證醫生": "certified_physician",
}  # fmt: skip


def row(number: int, **fields: str | None) -> dict[str, str | None]:
    """A good row as text; `fields` replace what is plain."""
    plain: dict[str, str | None] = dict.fromkeys(SOURCE_COLUMNS)
    plain |= {
        "exam_id": f"{number:011d}",
        "patient_name": f"王小{number}",
        "exam_status": "終審報告",
        "exam_source": "門診",
        "exam_item": "電腦斷層-胸部",
        "equipment_type": "CT",
        "order_datetime": "2024-05-06 07:08:09",
    }
    return {**plain, **fields}


def csv_bytes(
    rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ","
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def tabular(rows: Iterable[dict[str, Any]], headers: dict[str, str]) -> list[list[Any]]:
    """A header row and the rows, under these headers (header -> field)."""
    return [list(headers), *([one[field] for field in headers.values()] for one in rows)]


def export(count: int) -> list[list[Any]]:
    """What the imaging system exports."""
    return list(table(count))


def system_headers() -> dict[str, str]:
    return {header: field for field, header in HEADERS.items()}


def workbook(rows: Iterable[Sequence[Any]], *, before: int = 0, sheet: str = "Sheet1") -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for _ in range(before):
        page.append([])
    for cells in rows:
        page.append(list(cells))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def duck(path: Path, rows: Iterable[dict[str, Any]], columns: Sequence[str] = DUCK_ORDER) -> Path:
    """A DuckDB file as the original's notebook made it: text everywhere, no key."""
    import duckdb

    with duckdb.connect(str(path)) as database:
        names = ", ".join(f"{name} VARCHAR" for name in columns)
        database.execute(
            f"CREATE TABLE medical_examinations_fact ({names}, data_load_time TIMESTAMP DEFAULT now())"
        )
        places = ", ".join("?" * len(columns))
        values = [[one[name] for name in columns] for one in rows]
        if values:
            database.executemany(
                f"INSERT INTO medical_examinations_fact ({', '.join(columns)}) VALUES ({places})",
                values,
            )
    return path


def sample(count: int, seed: int = 7) -> list[dict[str, Any]]:
    return [dict(zip(SOURCE_COLUMNS, one, strict=True)) for one in studies(count, seed)]
