#!/usr/bin/env bash
# statsmodels' KPSS test with its automatic lag calls a straight line of six points level-stationary,
# where the lag of automatic ARIMA procedures, trunc(3 * sqrt(n) / 13), rejects it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'statsmodels==0.15.0' 'numpy<3' 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import math
import statsmodels
from statsmodels.tsa.stattools import kpss

CRITICAL = 0.463  # 5 %, Kwiatkowski et al. 1992, table 1
print("statsmodels", statsmodels.__version__)
surprised = []
for values in ([1, 2, 3, 4, 5, 6], [3, 5, 4, 8, 9, 12], [2, 2, 3, 5, 6, 9, 9]):
    automatic = kpss(values, "c", "auto")
    short = kpss(values, "c", int(3 * math.sqrt(len(values)) / 13))
    print(
        f"{values}: automatic lag {automatic[2]}: statistic {automatic[0]:.3f}, "
        f"{'rejected' if automatic[0] > CRITICAL else 'called stationary'}; "
        f"lag {short[2]}: statistic {short[0]:.3f}, "
        f"{'rejected' if short[0] > CRITICAL else 'called stationary'}"
    )
    surprised.append(automatic[0] <= CRITICAL < short[0])
print(f"{sum(surprised)} of {len(surprised)} rising series are called stationary by the automatic lag alone.")
raise SystemExit(0 if all(surprised) else 1)
PY
