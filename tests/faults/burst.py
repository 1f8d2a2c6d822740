"""A till that never rests: takes credits for every code in a file, four at a time, and says each id once it is committed.

    python -m tests.faults.burst DATABASE_URL FILE

FILE is JSON: {"till": [id, venue id], "offer": id, "scans": [[id, code], ...]}. Meant to be killed, or to lose its database.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock, local
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.spending.shop import KEYRING, NOON
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, transaction
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem

CLIENTS = 4


def main(url: str, file: Path) -> None:
    """Send every scan; what the database doesn't answer is left out."""
    wanted = json.loads(file.read_text())
    till, offer_id = AtTill(*map(UUID, wanted["till"])), UUID(wanted["offer"])
    mine, saying = local(), Lock()

    def engine() -> Engine:
        if not hasattr(mine, "engine"):
            mine.engine = make_engine(url)
        found: Engine = mine.engine
        return found

    def send(scan: list[str]) -> None:
        request = RedemptionRequest(UUID(scan[0]), scan[1], offer_id, adults=1, under_16s=0)
        try:
            with clock.standing_at(NOON), transaction(engine()) as session:
                answer = redeem(session, KEYRING, till, request)
        except DBAPIError:
            return
        with saying:
            sys.stdout.write(f"{scan[0]} {answer.outcome}\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(send, wanted["scans"]))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
