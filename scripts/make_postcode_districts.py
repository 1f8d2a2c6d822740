"""Makes timecredits/foundation/postcode_districts.txt: where the middle of each postcode district is.

    python scripts/make_postcode_districts.py ONSPD.csv > timecredits/foundation/postcode_districts.txt

The CSV is the Office for National Statistics' Postcode Directory: a postcode in seven characters in `pcd` (or `pcd7`), metres
east and north on the national grid in `oseast1m` and `osnrth1m` (or `east1m` and `north1m`). Northern Ireland is left out: its
postcodes are under another licence, and on another grid.
"""

import csv
import statistics
import sys
from collections import defaultdict
from pathlib import Path

_HEAD = """\
# Postcode districts of Great Britain, with the middle (median) of their postcodes on the national grid,
# east and north in hundreds of metres. Made by scripts/make_postcode_districts.py from the ONS Postcode Directory, November 2025.
# Contains OS data (c) Crown copyright and database right 2025.
# Contains Royal Mail data (c) Royal Mail copyright and database right 2025.
# Source: Office for National Statistics licensed under the Open Government Licence v.3.0.
"""
_GRID = 100
_OTHER_GRID = "BT"


def main() -> None:
    """Read the directory named on the command line and print the table."""
    east: dict[str, list[int]] = defaultdict(list)
    north: dict[str, list[int]] = defaultdict(list)
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            postcode = row.get("pcd") or row.get("pcd7") or ""
            easting, northing = row.get("oseast1m") or row.get("east1m"), row.get("osnrth1m") or row.get("north1m")
            if not easting or not northing or postcode.startswith(_OTHER_GRID):
                continue
            district = postcode[:-3].strip()
            east[district].append(int(easting))
            north[district].append(int(northing))
    sys.stdout.write(_HEAD)
    for district in sorted(east):
        middle = statistics.median_low(east[district]), statistics.median_low(north[district])
        sys.stdout.write(f"{district} {round(middle[0] / _GRID)} {round(middle[1] / _GRID)}\n")


if __name__ == "__main__":
    main()
