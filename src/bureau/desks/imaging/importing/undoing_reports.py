"""Taking an import of reports back: each report is again what its version before says."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from bureau.desks.imaging.models import ImportBatch, Report

_RESTORE = """
    UPDATE imaging_report AS r SET
        findings = kept.findings, impression = kept.impression,
        recommendation = kept.recommendation, radiologist = kept.radiologist,
        status = kept.status, content_hash = old.content_hash, version_number = old.version_number
    FROM imaging_report_version AS new
    JOIN imaging_report_version AS old
      ON old.report_id = new.report_id AND old.version_number = new.version_number - 1,
    LATERAL jsonb_populate_record(NULL::imaging_report, old.content) AS kept
    WHERE new.batch_id = %s AND r.report_id = new.report_id
"""


def untouched(batch: ImportBatch) -> int:
    """How many of the reports that an import wrote are still as it wrote them."""
    newest = batch.report_versions.filter(version_number=F("report__version_number"))
    return newest.count()


def take_back(batch: ImportBatch) -> None:
    """Delete what the import inserted and put back what it changed; the caller checked that it may."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, [batch.pk])
    first = batch.report_versions.filter(version_number=1)
    Report.objects.filter(pk__in=first.values("report_id")).delete()
    batch.report_versions.all().delete()
