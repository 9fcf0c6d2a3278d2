"""Reports: what radiologists wrote, every version of it, and bringing them in."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from bureau.desks.imaging.importing.headers import REPORTS
from bureau.desks.imaging.importing.reading import UNREADABLE, Source
from bureau.desks.imaging.importing.side_values import TIME_FORMS, folded, local_time
from bureau.desks.imaging.models import (
    BatchState,
    ImportBatch,
    Problem,
    Report,
    ReportStatus,
    ReportVersion,
    Study,
)
from bureau.desks.imaging.services.imports import (
    Nobody,
    Watch,
    one_at_a_time,
    sentence,
    summary,
    tell,
)

CONTENT = ("findings", "impression", "recommendation", "radiologist", "status")
_LIMITS = {
    "report_id": 100,
    "exam_id": 100,
    "patient_name": 200,
    "exam_item": 200,
    "radiologist": 200,
}
_STATUSES = {
    "草稿": "draft", "初步報告": "draft", "初步报告": "draft", "完成": "completed", "已完成": "completed",
    "終審報告": "completed", "终审报告": "completed", "封存": "archived", "归档": "archived",
    "歸檔": "archived", "已归档": "archived", "已歸檔": "archived", "已封存": "archived",
    **dict.fromkeys(
        ("已审核", "已審核", "审核", "審核", "审核完成", "審核完成", "已报告", "已報告", "已发布", "已發布", "已發佈",
         "已打印", "已列印", "已签发", "已簽發", "已签名", "已簽名", "已确认", "已確認", "已出报告", "终审", "終審",
         "final", "approved", "verified", "signed", "published", "printed", "reported", "complete"),
        "completed",
    ),
    **dict.fromkeys(
        ("未审核", "未審核", "待审核", "待審核", "未报告", "未報告", "待报告", "待報告", "书写中", "書寫中", "暂存",
         "暫存", "已保存", "已书写", "初稿", "初审", "初審", "未完成", "preliminary", "unsigned", "pending"),
        "draft",
    ),
}  # fmt: skip
OnConflict = ImportBatch.OnConflict
Values = dict[str, Any]


@dataclass
class _Sorted:
    """What a set of rows comes to."""

    new: list[Report] = field(default_factory=list)
    changed: list[Report] = field(default_factory=list)
    versions: list[ReportVersion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("unchanged", "skipped", "rejected"), 0)
    )


def run_report_import(
    batch: ImportBatch, source: Source, watch: Watch | None = None
) -> ImportBatch:
    """Bring reports in: a new text of a known report becomes its next version.

    All of it becomes visible in one transaction.
    """
    follower = watch or Nobody()
    follower.progress(1, "Reading reports")
    with follower.finish() as outcome:
        one_at_a_time()
        _import(batch, source)
        batch.notes, batch.state = source.columns.notes, BatchState.DONE
        batch.finished_at = timezone.now()
        batch.save()
        tell("import.done", batch)
        if outcome is not None:
            outcome.result, outcome.message = summary(batch), sentence(batch)
    return batch


def _import(batch: ImportBatch, source: Source) -> None:
    mark = transaction.savepoint()
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    for chunk in source.chunks(batch.pk, 0, batch.batch_size):
        rows = list(_rows(chunk.content.read()))
        done = _sorted(batch, rows, seen, guessed=source.columns.guessed)
        _keep(done)
        batch.rows_read += len(rows)
        batch.inserted += len(done.new)
        batch.updated += len(done.changed)
        for name, n in done.counts.items():
            setattr(batch, name, getattr(batch, name) + n)
        problems += done.problems
    if batch.dry_run:
        transaction.savepoint_rollback(mark)
    else:
        transaction.savepoint_commit(mark)
    Problem.objects.bulk_create(problems)


def _rows(content: bytes) -> Iterator[tuple[int, Values]]:
    for cells in csv.reader(io.StringIO(content.decode(), newline="")):
        values = dict(zip(REPORTS.fields, (cell or None for cell in cells[2:]), strict=True))
        yield int(cells[1]), values


def _sorted(
    batch: ImportBatch, rows: list[tuple[int, Values]], seen: dict[str, int], *, guessed: bool
) -> _Sorted:
    done = _Sorted()
    known = Report.objects.in_bulk([row["report_id"] for _, row in rows if row["report_id"]])
    studies = Study.objects.in_bulk([row["exam_id"] for _, row in rows if row["exam_id"]])
    for number, row in rows:
        reason = _fault(row, studies, seen)
        if reason is not None:
            done.counts["rejected"] += 1
            done.problems.append(
                Problem(batch=batch, row_no=number, field=reason[0], reason=reason[1])
            )
            continue
        seen[row["report_id"]] = number
        old = known.get(row["report_id"])
        _settle(batch, number, _complete(row, studies), old, done, guessed=guessed)
    return done


def _settle(
    batch: ImportBatch,
    number: int,
    values: Values,
    old: Report | None,
    done: _Sorted,
    *,
    guessed: bool,
) -> None:
    digest = content_hash(values)
    if old is None:
        report = Report(**values, content_hash=digest)
        done.new.append(report)
        done.versions.append(_version(batch, report, "create"))
    elif old.content_hash == digest:
        done.counts["unchanged"] += 1
    elif batch.on_conflict == OnConflict.SKIP:
        done.counts["skipped"] += 1
    elif batch.on_conflict == OnConflict.REJECT:
        done.counts["rejected"] += 1
        text = "A different report has this report_id already"
        done.problems.append(Problem(batch=batch, row_no=number, field="report_id", reason=text))
    elif guessed:
        done.counts["rejected"] += 1
        text = "The encoding of the file was guessed: say the encoding to change a report"
        done.problems.append(Problem(batch=batch, row_no=number, field="findings", reason=text))
    else:
        for name in CONTENT:
            setattr(old, name, values[name])
        old.content_hash, old.version_number = digest, old.version_number + 1
        done.changed.append(old)
        done.versions.append(_version(batch, old, "update"))


def _keep(done: _Sorted) -> None:
    Report.objects.bulk_create(done.new)
    if done.changed:
        Report.objects.bulk_update(done.changed, [*CONTENT, "content_hash", "version_number"])
    ReportVersion.objects.bulk_create(done.versions)


def _fault(row: Values, studies: dict[str, Study], seen: dict[str, int]) -> tuple[str, str] | None:
    """(field, reason) of the first fault of a row; None where it is good."""
    missing = [name for name in REPORTS.required if not row[name]]
    if missing:
        return missing[0], f"Missing required fields: [{', '.join(missing)}]"
    for name, text in row.items():
        if text and UNREADABLE in text:
            return name, "Text that cannot be decoded or stored"
        if text and len(text) > _LIMITS.get(name, len(text)):
            return name, f"Too long: {name} has {len(text)} characters, {_LIMITS[name]} is the most"
    if row["status"] and _status(row["status"]) is None:
        taken = (
            "draft, completed, archived; 草稿 未审核 初步报告; 已审核 已报告 已发布 终审报告; 归档"
        )
        return "status", f"Invalid status: {row['status'][:40]}. Taken are {taken}"
    if row["created_at"] and _moment(row["created_at"]) is None:
        found = row["created_at"][:40]
        return "created_at", f"Invalid datetime format: {found}. Taken are {TIME_FORMS}"
    if row["exam_id"] not in studies and not row["patient_name"]:
        return "exam_id", "No study has this exam_id, and the row names no patient"
    if row["report_id"] in seen:
        first = seen[row["report_id"]]
        return "report_id", f"Duplicate report_id {row['report_id']}: first in row {first}"
    return None


def _complete(row: Values, studies: dict[str, Study]) -> Values:
    """The row with what its study knows, in the types of the table."""
    study = studies.get(row["exam_id"])
    certified = study.report_certification_datetime if study else None
    written = _moment(row["created_at"]) or certified or datetime.now(UTC).replace(tzinfo=None)
    return {
        **row,
        "patient_name": row["patient_name"] or (study.patient_name if study else ""),
        "exam_item": row["exam_item"] or (study.exam_item if study else ""),
        "radiologist": row["radiologist"] or (study.certified_physician if study else "") or "",
        "status": _status(row["status"] or "completed"),
        "created_at": written,
    }


def _status(text: str) -> str | None:
    plain = folded(text).casefold()
    word = _STATUSES.get(plain, plain)
    return word if word in ReportStatus.values else None


def _moment(text: str | None) -> datetime | None:
    plain = local_time(text) if text else None
    return datetime.fromisoformat(plain) if plain else None


def content_hash(values: Values) -> str:
    """Names a report's content: the same text has the same hash."""
    text = json.dumps([values[name] for name in CONTENT], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _version(batch: ImportBatch, report: Report, change: str) -> ReportVersion:
    return ReportVersion(
        report=report,
        batch=batch,
        version_number=report.version_number,
        change_type=change,
        content={name: getattr(report, name) for name in CONTENT},
        content_hash=report.content_hash,
    )
