"""`make ha`: three machines hold the database, and are killed and frozen while people write. Exits 1 if a bound is missed.

    python -m tests.ha
    HA=long                 each misfortune five times, and one that takes a minute
    HA_LOGS=FOLDER          keep what the programs wrote

Everything is real, on this one machine: etcd, Patroni, PostgreSQL and `timecredits serve`. Exits 2 where one is missing.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.figures import table
from examples.ha.cluster import end_in_good_order
from examples.ha.needed import MissingError, find_needed
from tests.ha.strikes import LONG_STRIKES, STRIKES
from tests.ha.trial import run

_ROUNDS = 5


def main() -> int:
    """Run it, print the table."""
    end_in_good_order()
    strikes = STRIKES * _ROUNDS + LONG_STRIKES if os.environ.get("HA") == "long" else STRIKES
    try:
        needed = find_needed()
    except MissingError as missing:
        print(missing, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="timecredits-ha-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the programs may run as another user
        try:
            figures = run(folder, needed, strikes)
        finally:
            if kept := os.environ.get("HA_LOGS"):
                for each in folder.glob("**/*.log"):
                    shutil.copy(each, Path(kept) / "-".join(each.relative_to(folder).parts))
    print(table(figures))
    not_kept = sum(not each.holds for each in figures)
    print(f"{len(figures)} figures, {f'{not_kept} not kept' if not_kept else 'all kept'}")
    return 1 if not_kept else 0


if __name__ == "__main__":
    sys.exit(main())
