"""What the desk tells people: one-time codes, receipts, changes of a case's status."""

from __future__ import annotations

from bureau.kernel.errors import Unavailable


def send_one_time_code(channel: str, address: str, code: str, language: str) -> None:
    """Send a code to a phone (`sms`) or mail box (`email`).

    Raises:
        Unavailable: no messages leave this installation.
    """
    raise Unavailable("Messages cannot be sent here.")
