"""What is wrong with staged rows, asked of all rows in one statement; each reason names its field."""

from __future__ import annotations

from django.db import connection

from bureau.desks.imaging.columns import DATETIMES, GENDERS, LENGTHS, REQUIRED, SOURCE_COLUMNS
from bureau.desks.imaging.importing.side_values import OLDEST, TIME_FORMS

TIMES = DATETIMES[:-1]
_TIME = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{2}(:\d{2}([.]\d{1,9})?)?)?$"
# how nearly all sources write it; looking for an expression costs twenty times as much
_PLAIN_TIME = "____-__-__ __:__:__"
_AGE = r"^\d{1,3}([.]0+)?[歲岁Yy]?$"


def time_of(column: str) -> str:
    """SQL: the column in the one spelling that is cast."""
    spelled = f"regexp_replace(replace({column}, '/', '-'), 'T', ' ')"
    return f"CASE WHEN {column} LIKE '{_PLAIN_TIME}' THEN {column} ELSE {spelled} END"


def age_of(column: str) -> str:
    """SQL: the number of a column that passed."""
    return rf"substring({column} FROM '^\d+')::int"


def gender_of(column: str) -> str:
    """SQL: the contract's letter."""
    cases = " ".join(
        f"WHEN upper({column}) IN ({', '.join(map(_text, words))}) THEN '{letter}'"
        for letter, words in GENDERS.items()
    )
    return f"CASE {cases} END"


def _text(word: str) -> str:
    return f"'{word}'"


def _checks() -> list[tuple[str, str, str]]:
    """(field, SQL that is true where it is wrong, SQL of the reason)."""
    absent = " , ".join(f"CASE WHEN {name} IS NULL THEN '{name}' END" for name in REQUIRED)
    missing = " OR ".join(f"{name} IS NULL" for name in REQUIRED)
    first = f"coalesce({absent})"
    checks = [(first, missing, f"'Missing required fields: [' || concat_ws(', ', {absent}) || ']'")]
    for name, most in LENGTHS.items():
        if name != "patient_gender":
            reason = (
                f"'Too long: {name} has ' || length({name}) || ' characters, {most} is the most'"
            )
            checks.append((_text(name), f"length({name}) > {most}", reason))
    # side values were normalised or left empty before; only what a study cannot be without is left
    for name in TIMES:
        wrong = f"{name} IS NOT NULL AND NOT ({is_plain(name)})"
        reason = f"'Invalid datetime format: ' || left({name}, 40) || '. Taken are {TIME_FORMS}'"
        checks.append((_text(name), wrong, reason))
    return checks


def is_plain(column: str) -> str:
    """SQL: whether a time, an age or a sex is cast as it stands."""
    if column == "patient_age":
        return f"{column} ~ '{_AGE}' AND {age_of(column)} <= {OLDEST}"
    if column == "patient_gender":
        return f"{gender_of(column)} IS NOT NULL"
    return (
        f"({column} LIKE '{_PLAIN_TIME}' OR {column} ~ '{_TIME}') "
        f"AND pg_input_is_valid({time_of(column)}, 'timestamp')"
    )


def _unreadable(column: str) -> str:
    return f"strpos({column}, chr(65533)) > 0"


def _wrong_rows() -> str:
    reason = "'Text that cannot be decoded or stored'"
    texts = [(_text(name), _unreadable(name), reason) for name in SOURCE_COLUMNS]
    values = ", ".join(
        f"({name}, {wrong}, CASE WHEN {wrong} THEN {reason} END)"
        for name, wrong, reason in (*_checks(), *texts)
    )
    # one pass decides which rows have any fault; only those are asked for their reasons
    anywhere = _unreadable(f"concat_ws('', {', '.join(SOURCE_COLUMNS)})")
    any_wrong = " OR ".join(f"({wrong})" for wrong in (*(w for _, w, _ in _checks()), anywhere))
    return f"""
        INSERT INTO imaging_import_problem (batch_id, row_no, field, reason)
        SELECT s.batch_id, s.row_no, v.field, left(v.reason, 300)
        FROM imaging_staged s, LATERAL (VALUES {values}) AS v (field, wrong, reason)
        WHERE s.batch_id = %s AND s.row_no > %s AND s.row_no <= %s AND ({any_wrong}) AND v.wrong
        ORDER BY s.row_no
    """


_DOUBLES = """
    INSERT INTO imaging_import_problem (batch_id, row_no, field, reason)
    SELECT batch_id, row_no, 'exam_id',
           'Duplicate exam_id ' || exam_id || ': first in row ' || first_row
    FROM (
        SELECT batch_id, row_no, exam_id,
               min(row_no) OVER (PARTITION BY exam_id) AS first_row
        FROM imaging_staged
        WHERE batch_id = %s AND exam_id IN (
            SELECT exam_id FROM imaging_staged WHERE batch_id = %s
            GROUP BY exam_id HAVING count(*) > 1
        )
    ) AS same WHERE row_no > first_row ORDER BY row_no
"""
# by number, so that rows are found by their key however little is known about the tables
_DISCARD = """
    DELETE FROM imaging_staged WHERE batch_id = %s AND row_no = ANY(ARRAY(
        SELECT row_no FROM imaging_import_problem WHERE batch_id = %s
    ))
"""


def set_bad_rows_aside(batch_id: int, last_row: int, size: int) -> None:
    """Write down every fault of every staged row; only rows without one stay staged."""
    wrong_rows = _wrong_rows()
    with connection.cursor() as cursor:
        for start in range(0, last_row, size):
            cursor.execute(wrong_rows, [batch_id, start, start + size])
        cursor.execute(_DISCARD, [batch_id, batch_id])
        # of rows with one number the first good one counts
        cursor.execute(_DOUBLES, [batch_id, batch_id])
        if cursor.rowcount:
            cursor.execute(_DISCARD, [batch_id, batch_id])
