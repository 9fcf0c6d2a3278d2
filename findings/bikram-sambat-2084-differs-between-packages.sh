#!/usr/bin/env bash
# Two packages that convert Bikram Sambat dates agree on today's year and part in 2084 (April 2027):
# the same Gregorian day gets two different Nepali dates.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'nepali-datetime==1.0.8.5' 'nepali==1.2.0' 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from datetime import date, timedelta
from importlib.metadata import version

import nepali_datetime
from nepali.datetime import nepalidate

for name in ("nepali-datetime", "nepali"):
    print(name, version(name))


def both(day: date) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    one = nepali_datetime.date.from_datetime_date(day)
    other = nepalidate.from_date(day)
    return (one.year, one.month, one.day), (other.year, other.month, other.day)


first = None
same = 0
day = date(2024, 1, 1)
while day < date(2028, 4, 1):
    one, other = both(day)
    if one != other:
        first = first or (day, one, other)
    elif first is None:
        same += 1
    day += timedelta(days=1)
print(f"From 2024-01-01 on {same} days are the same in both.")
if first is None:
    print("They agree on every day up to March 2028.")
    raise SystemExit(1)
print("The first day on which they part:", first[0], "is", first[1], "in the one and", first[2], "in the other.")
raise SystemExit(0 if first[1][0] == 2084 or first[2][0] == 2084 else 1)
PY
