"""What may still be written: a reserve of the disk for the database, and quotas.

A database that finds no room for its log stops, and everything with it. So uploads end while there is
still room, and what the house makes itself ends a little later.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import BureauError, NoSpace, QuotaReached, TooManyRequests
from bureau.kernel.files.body_limit import NO_ROOM
from bureau.kernel.files.models import StoredFile

MEGABYTE = 1024 * 1024
# a body is spooled to the temporary folder before anybody looks at it
SPOOL_MARGIN = 16 * MEGABYTE
# bodies up to this size are words: signing in and complaining go on while files do not
WORDS = 256 * 1024
HOUR = 3_600


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk of a folder that may not exist yet."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(place).free


def reserve_bytes() -> int:
    """Bytes of the disk that uploads leave alone."""
    reserve: int = settings.ENV.bureau_disk_reserve_mb * MEGABYTE
    return reserve


def require_room(size: int, *, made_here: bool = False) -> None:
    """Refuse `size` bytes that would use the reserve (its second half, for what the house makes).

    Raises:
        NoSpace: with what the caller can do.
    """
    least = reserve_bytes() // 2 if made_here else reserve_bytes()
    if free_bytes(settings.DATA_DIR) - size < least:
        raise NoSpace


def require_room_for_body(size: int) -> None:
    """Refuse a request body before it is read. Small ones pass: they are words and no files.

    Raises:
        NoSpace: see `require_room`.
    """
    if size <= WORDS:
        return
    require_room(size)
    if free_bytes(Path(tempfile.gettempdir())) - size < SPOOL_MARGIN:
        raise NoSpace


def require_quota(owner: User | None, size: int) -> None:
    """Refuse `size` more bytes of an account that would then hold more than its quota.

    Raises:
        QuotaReached: with both figures.
    """
    if owner is not None and settings.ENV.bureau_quota_account_mb:
        held = StoredFile.objects.filter(owner=owner).aggregate(sum=Sum("size"))["sum"] or 0
        within(held + size, settings.ENV.bureau_quota_account_mb, "Your files")


def within(total: int, limit_mb: int, whose: str) -> None:
    """Refuse a total over a limit of megabytes; 0 is no limit.

    Raises:
        QuotaReached: `whose` begins its sentence.
    """
    if limit_mb and total > limit_mb * MEGABYTE:
        raise QuotaReached(
            f"{whose} would take {total / MEGABYTE:.1f} MB; {limit_mb} MB is the limit. "
            "Remove some that you no longer need, or ask an administrator."
        )


def charge_address(address: str, size: int) -> None:
    """Count bytes that an address sends within an hour; small bodies cost nothing.

    Raises:
        TooManyRequests: it has sent its share; all processes count together.
    """
    limit = settings.ENV.bureau_quota_address_mb_per_hour * MEGABYTE
    if not limit or size <= WORDS:
        return
    key = f"sent:{address}"
    cache.add(key, 0, HOUR)
    try:
        sent = cache.incr(key, size)
    except ValueError:  # it ran out between the two
        return
    if sent > limit:
        raise TooManyRequests(
            f"This address has sent more than {limit // MEGABYTE} MB within an hour, which is the "
            "limit. Try again later.",
            headers={"Retry-After": str(HOUR)},
        )


def no_room(problem: OSError) -> BureauError | None:
    """The error for a system call that found the disk full; None for other failures."""
    return NoSpace() if problem.errno in NO_ROOM else None
