"""The 19 columns of a study, in the order of the contract, and the groups they are used in."""

from __future__ import annotations

from typing import Final

COLUMNS: Final = (
    "exam_id",
    "medical_record_no",
    "application_order_no",
    "patient_name",
    "patient_gender",
    "patient_birth_date",
    "patient_age",
    "exam_status",
    "exam_source",
    "exam_item",
    "exam_description",
    "exam_room",
    "exam_equipment",
    "equipment_type",
    "order_datetime",
    "check_in_datetime",
    "report_certification_datetime",
    "certified_physician",
    "data_load_time",
)
# what a source brings; the last one is ours
SOURCE_COLUMNS: Final = COLUMNS[:-1]
REQUIRED: Final = (
    "exam_id",
    "patient_name",
    "exam_status",
    "exam_source",
    "exam_item",
    "order_datetime",
)
# a list shows less of a person than a detail does
LIST_COLUMNS: Final = tuple(
    name
    for name in COLUMNS
    if name not in {"patient_birth_date", "exam_room", "exam_equipment", "data_load_time"}
)
EXPORT_COLUMNS: Final = SOURCE_COLUMNS
DATETIMES: Final = (
    "order_datetime",
    "check_in_datetime",
    "report_certification_datetime",
    "data_load_time",
)
# parameter and column -> name of its options in answers
FACETS: Final = {
    "exam_status": "exam_statuses",
    "exam_source": "exam_sources",
    "exam_item": "exam_items",
    "equipment_type": "equipment_types",
}
OTHER_OPTIONS: Final = {"exam_room": "exam_rooms", "exam_equipment": "exam_equipments"}
SEARCHED: Final = ("patient_name", "exam_description", "exam_item")
SEARCHED_TOO: Final = ("exam_room", "exam_equipment", "certified_physician")
IDENTIFIERS: Final = ("exam_id", "medical_record_no", "application_order_no")
# what a record without names has a sign for, or only a part of
PSEUDONYMISED: Final = (
    *IDENTIFIERS,
    "patient_name",
    "certified_physician",
    "patient_birth_date",
    "exam_description",
)
# longest text a column takes
LENGTHS: Final = {
    "exam_id": 100,
    "medical_record_no": 100,
    "application_order_no": 100,
    "patient_name": 200,
    "patient_gender": 10,
    "patient_birth_date": 20,
    "exam_status": 20,
    "exam_source": 50,
    "exam_item": 200,
    "exam_room": 100,
    "exam_equipment": 200,
    "equipment_type": 100,
    "certified_physician": 200,
}
# what sources write for the two genders and for unknown, in the contract's letters
GENDERS = {
    "M": ("M", "MALE", "男", "男性"),
    "F": ("F", "FEMALE", "女", "女性"),
    "U": ("U", "UNKNOWN", "未知", "不明"),
}
