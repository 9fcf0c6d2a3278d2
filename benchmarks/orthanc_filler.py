"""Fill an Orthanc with studies, in an environment of its own that has pydicom: CSV COUNT URL.

Each row becomes a study of one instance without pixels, as small as DICOM allows.
"""

from __future__ import annotations

import csv
import http.client
import io
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

LANES = 8
# of the columns of a source
EXAM, RECORD, NAME, SEX, BORN, ITEM, DESCRIPTION, TYPE, ORDERED = 0, 1, 3, 4, 5, 9, 10, 13, 14


def main(path: str, count: str, address: str) -> None:
    """Send the first rows of the file."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(islice(csv.reader(file), int(count)))
    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(lambda part: _send(part, address), (rows[n::LANES] for n in range(LANES))))


def _send(rows: Sequence[list[str]], address: str) -> None:
    connection = http.client.HTTPConnection(address)
    for row in rows:
        connection.request("POST", "/instances", _instance(row))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"Orthanc refused a study: {answer.status}")


def _instance(row: list[str]) -> bytes:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

    number = int(row[EXAM])
    study = Dataset()
    study.SpecificCharacterSet = "ISO_IR 192"
    study.SOPClassUID = SecondaryCaptureImageStorage
    study.StudyInstanceUID = f"2.25.{number}"
    study.SeriesInstanceUID = f"2.25.{number}.1"
    study.SOPInstanceUID = f"2.25.{number}.1.1"
    study.PatientID, study.PatientName = row[RECORD], row[NAME]
    study.PatientSex, study.PatientBirthDate = row[SEX], row[BORN]
    study.AccessionNumber, study.Modality = row[EXAM], row[TYPE]
    study.StudyDescription = row[DESCRIPTION] or row[ITEM]
    day, _, time = row[ORDERED].partition(" ")
    study.StudyDate, study.StudyTime = day.replace("-", ""), time.replace(":", "")
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = study.SOPClassUID
    meta.MediaStorageSOPInstanceUID = study.SOPInstanceUID
    study.file_meta = meta
    text = io.BytesIO()
    study.save_as(text, enforce_file_format=True)
    return text.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
