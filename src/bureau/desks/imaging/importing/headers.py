"""Which column of a source is which field: the header families people really export.

The imaging system's own export, the loader's documented names in Traditional and Simplified Chinese,
and the English field names; in any case and width, with or without blanks and punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bureau.desks.imaging.columns import REQUIRED, SOURCE_COLUMNS

_NOISE = re.compile(r"[\s_\-/()\[\]:.,、・]+")


@dataclass(frozen=True)
class Family:
    """What a source of one kind may hold: fields, those it must have, names of each."""

    fields: tuple[str, ...]
    required: tuple[str, ...]
    names: Mapping[str, str]

    def field_of(self, header: Any) -> str | None:
        """The field that a header names, if any."""
        return self.names.get(key_of(header))

    def without_duties(self) -> Family:
        """The same fields, none of them required: for a first look."""
        return Family(self.fields, (), self.names)

    def known(self, row: Sequence[Any]) -> int:
        """How many different fields a row of headers names."""
        return len({field for cell in row if (field := self.field_of(cell))})


def key_of(header: Any) -> str:
    """A header without case, width, blanks and punctuation."""
    folded = unicodedata.normalize("NFKC", str(header or "")).casefold()
    return _NOISE.sub("", folded)


def family(required: Sequence[str], headers: Mapping[str, str]) -> Family:
    """A family from field -> names, separated by blanks; the field's own name is one of them."""
    names = {
        key_of(name): field for field, words in headers.items() for name in (field, *words.split())
    }
    return Family(tuple(headers), tuple(required), names)


_STUDY = {
    "exam_id": "檢查流水號 检查流水号 檢查號 检查号 檢查id 检查id examno accessionnumber",
    "medical_record_no": "病歷號 病历号 病歷號碼 病历号码 醫療記錄編號 医疗记录编号 mrn chrno",
    "application_order_no": "申請單號 申请单号 應用訂單編號 应用订单编号",
    "patient_name": "姓名 患者名稱 患者名称 患者姓名 病人姓名 name",
    "patient_gender": "性別 性别 患者性別 患者性别 gender sex",
    "patient_birth_date": "生日 出生日期 患者生日 birthdate dob",
    "patient_age": "年齡 年龄 年齢 患者年齡 患者年龄 age",
    "exam_status": "狀態 状态 檢查狀態 检查状态 検査狀態 檢查状態 status",
    "exam_source": "來源 来源 檢查來源 检查来源 source",
    "exam_item": "檢查項目 检查项目 項目 项目 item",
    "exam_description": "檢查描述 检查描述 描述 description",
    "exam_room": "檢查室 检查室 room",
    "exam_equipment": "檢查儀器 检查仪器 equipment",
    "equipment_type": "儀器 仪器 儀器類型 仪器类型 modality",
    "order_datetime": "開單日期時間 开单日期时间 開單時間 开单时间 訂單日期時間 订单日期时间 訂單日期 订单日期 orderdate",
    "check_in_datetime": "報到時間 报到时间 入院日期時間 入院日期时间 入院日期 checkindate",
    "report_certification_datetime": (
        "報告認證時間 报告认证时间 報告認證日期時間 报告认证日期时间 certificationdate"
    ),
    "certified_physician": "認證醫師 认证医师 認證醫生 认证医生 physician",
}
assert set(_STUDY) == set(SOURCE_COLUMNS)
STUDIES = family(REQUIRED, {name: _STUDY[name] for name in SOURCE_COLUMNS})

REPORTS = family(
    ("report_id", "exam_id", "findings"),
    {
        "report_id": "報告編號 报告编号 報告號 报告号 reportno",
        "exam_id": _STUDY["exam_id"],
        "patient_name": _STUDY["patient_name"],
        "exam_item": _STUDY["exam_item"],
        "findings": "影像所見 影像所见 檢查所見 检查所见 發現 发现 內容 内容 content",
        "impression": "診斷 诊断 印象 結論 结论 conclusion",
        "recommendation": "建議 建议",
        "radiologist": "放射科醫師 放射科医师 報告醫師 报告医师 認證醫師 认证医师",
        "status": "報告狀態 报告状态 狀態 状态",
        "created_at": "報告時間 报告时间 報告日期 报告日期 建立時間 创建时间 reportdate",
    },
)
