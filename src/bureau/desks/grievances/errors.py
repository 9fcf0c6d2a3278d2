"""What this desk refuses, beyond the house's own refusals."""

from __future__ import annotations

from bureau.kernel.errors import Conflict, TooManyRequests


class StatusConflict(Conflict):
    """The case cannot go to that state, or somebody else changed it in between."""

    code = "STATUS_CONFLICT"


class AlreadyFiled(Conflict):
    """The complaint was filed before; a draft is filed once."""

    code = "ALREADY_FILED"
    default_message = "This complaint was filed already. Use its receipt to follow it."


class Locked(TooManyRequests):
    """Too many wrong codes; even the right one is refused for an hour."""

    code = "LOCKED"
    default_message = "Too many wrong codes. Try again in an hour."
