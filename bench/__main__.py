"""`python -m bench [PART ...]`: measure, print a table, write bench/results.json. Without a part: all but what takes an hour.

Exit 1 for a missed bound.
"""

import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from bench import (
    backups,
    cards,
    credentials,
    decoding,
    directory,
    growth,
    hordak,
    hour_history,
    imports,
    letters,
    moderation,
    moving,
    pages,
    planning,
    posting,
    redeeming,
    registers,
    reports,
    requests,
    scanning,
    sealing,
    signing_in,
)
from bench.figures import Figure, table
from bench.page import PAGE, filled
from timecredits.foundation import clock

RESULTS = Path(__file__).with_name("results.json")


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "backups": backups.run,
    "cards": cards.run,
    "credentials": credentials.run,
    "decoding": decoding.run,
    "directory": directory.run,
    "growth": growth.run,
    "growth_large": growth.run_large,
    "history": hour_history.run,
    "letters": letters.run,
    "moderation": moderation.run,
    "moving": moving.run,
    "imports": imports.run,
    "pages": pages.run,
    "planning": planning.run,
    "redeeming": redeeming.run,
    "registers": registers.run,
    "reports": reports.run,
    "requests": requests.run,
    "scanning": scanning.run,
    "signing_in": signing_in.run,
    "sealing": sealing.run,
    "posting": posting.run,
    "hordak": hordak.run,
}
ONLY_NAMED = {"growth_large"}


def main(wanted: list[str]) -> int:
    """Measure the parts named, or all that take minutes."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    measured: dict[str, list[Figure]] = {}
    for name, measure in PARTS.items():
        if name in wanted or (not wanted and name not in ONLY_NAMED):
            print(f"Measuring {name}", flush=True)
            measured[name] = measure()
            _keep(name, measured[name])
    figures = [each for part in measured.values() for each in part]
    print(table(figures))
    return 0 if all(each.holds for each in figures) else 1


def _keep(name: str, figures: list[Figure]) -> None:
    """Write a part's figures beside those of the others, measured then or on another day, and fill the page with them."""
    parts = json.loads(RESULTS.read_text())["parts"] if RESULTS.exists() else {}
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"
    day = f"{clock.today():%Y-%m-%d}"
    parts[name] = {"day": day, "machine": machine, "figures": [each.as_record() for each in figures]}
    RESULTS.write_text(json.dumps({"parts": dict(sorted(parts.items()))}, indent=1) + "\n")
    PAGE.write_text(filled(PAGE.read_text(), parts))
    if name in growth.PARTS:
        growth.draw(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
