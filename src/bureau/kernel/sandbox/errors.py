"""How a child refuses a file: one class, with the limit that was reached in one word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bureau.kernel.errors import InvalidInput

Reason = Literal["MEMORY", "CPU", "WALL", "OUTPUT", "KILLED", "DAMAGED"]
SENTENCES: Mapping[Reason, str] = {
    "MEMORY": "Reading the file needs more memory than is allowed. Send a smaller file.",
    "CPU": "Reading the file needs more processor time than is allowed. Send a smaller file.",
    "WALL": "Reading the file took too long. Send a smaller file, or try again later.",
    "OUTPUT": "The file holds more than is allowed. Send a smaller file.",
    "KILLED": (
        "Reading the file was stopped: it is damaged, or needs more memory or time than is allowed."
    ),
    "DAMAGED": "The file cannot be read: it is damaged or of an unknown kind.",
}


class FileRefused(InvalidInput):
    """A file that cannot be read within the limits; trying again does not help.

    Attributes:
        reason: which limit was reached, or `KILLED` or `DAMAGED`.
    """

    code = "FILE_REFUSED"
    default_message = "The file cannot be read within the limits."

    def __init__(self, reason: Reason) -> None:
        super().__init__(SENTENCES[reason])
        self.reason = reason
