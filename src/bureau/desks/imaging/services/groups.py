"""How narrowly records without names may be asked for: days, and groups of people."""

from __future__ import annotations

from datetime import time

from django.db import connection

from bureau.desks.imaging.search.conditions import Condition
from bureau.desks.imaging.search.query import Filter
from bureau.kernel.errors import NotAllowed

# below this many people an age, a day and a machine are as good as a name
SMALLEST_GROUP = 5


def refuse_times(asked: Filter) -> None:
    """Stop where a filter halves a day: the file has days only, and so has what may be asked.

    Raises:
        NotAllowed
    """
    bounds = [bound for bound in (asked.since, asked.until) if bound is not None]
    if any(bound.time() != time() for bound in bounds):
        raise NotAllowed("Your role may ask for whole days only: start_date and end_date as days.")


def refuse_small_group(meant: Condition) -> None:
    """Stop where a condition means studies of fewer than `SMALLEST_GROUP` people.

    None and a few are refused alike: "there is nobody such" would be an answer about somebody.

    Raises:
        NotAllowed
    """
    # people are told apart as the signs do it: by record number, else by name
    sql = (
        "SELECT count(*) FROM (SELECT DISTINCT coalesce(medical_record_no, patient_name) "
        f"FROM medical_examinations_fact WHERE {meant.sql} LIMIT {SMALLEST_GROUP}) AS people"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, meant.values)
        (people,) = cursor.fetchone()
    if people < SMALLEST_GROUP:
        raise NotAllowed(
            f"These filters mean fewer than {SMALLEST_GROUP} people. Ask for more at once."
        )
