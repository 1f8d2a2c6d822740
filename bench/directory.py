"""How long a search of the support directory takes over 10,000 entries, on SQLite and on PostgreSQL.

The searches are those that people make: one word, two, a beginning, a misspelt one, a word that half of all entries hold, with or
without filters; with a new session for each, as a page has. Entries are written by the domain's own code.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median, quantiles
from uuid import UUID

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from bench.databases import BOTH
from bench.figures import Figure
from timecredits.community.directory.entry_facts import EntryFacts, columns_of
from timecredits.community.directory.finding import Wanted, find_support
from timecredits.community.directory.keeping import search_row
from timecredits.community.directory.topics import TOPICS
from timecredits.community.directory.vocabulary import learn
from timecredits.community.directory_models import SupportCost, SupportOpening, SupportService
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.network.programmes import create_programme

ENTRIES = 10_000
ROUNDS = 25
TARGET_MS = 50.0
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEARCHES = {
    "one word": Wanted("bailiffs"),
    "two words": Wanted("food willow"),
    "a beginning": Wanted("hou"),
    "a word of half of all": Wanted("warm"),
    "misspelt": Wanted("comunity benifits"),
    "misspelt beyond finding": Wanted("qqqqqqqqqq wwwwwwwww"),
    "everything": Wanted(),
    "a topic": Wanted(topic="housing"),
    "open now, free": Wanted("advice", free=True, open_at=NOON),
    "near, open now": Wanted(near="CB7", open_at=NOON),
    "every filter": Wanted(
        "warm", topic="food", language="pl", access="step_free", free=True, online=True, near="CB7", open_at=NOON
    ),
}


def run() -> list[Figure]:
    """Milliseconds a search: the slowest of them by its 95th percentile, and the median of all, on each database."""
    figures: list[Figure] = []
    for name, database in BOTH.items():
        with database() as engine:
            programme_id = fill(engine, random.Random(6))  # noqa: S311  sample entries, not secrets
            figures += _measured(engine, programme_id, name)
    return figures


def fill(engine: Engine, chance: random.Random) -> UUID:
    """Put the entries into an empty database. Answers the programme."""
    syllables = [first + last for first in "bcdfglmnprstw" for last in ("a", "e", "i", "o", "u", "ar", "en", "il")]
    names = sorted({"".join(chance.choices(syllables, k=chance.choice((2, 3, 4)))) for _ in range(9_000)})
    with transaction(engine) as session:
        programme = create_programme(session, name="Fenland", slug="fenland")
        services, openings, words = [], [], set()
        for number in range(ENTRIES):
            service, opened = _entry(programme.id, number, names, chance)
            services.append(service)
            openings += opened
            words |= set(f"{service['folded_name']} {service['folded_words']}".split())
        session.execute(insert(SupportService), services)
        session.execute(insert(SupportOpening), openings)
        learn(session, programme.id, words)
    owner = make_engine(engine.url.render_as_string(hide_password=False), as_application=False)  # others may not analyse
    with owner.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    owner.dispose()
    return programme.id


def _entry(
    programme_id: UUID, number: int, names: list[str], chance: random.Random
) -> tuple[dict[str, object], list[dict[str, object]]]:
    warm = "A warm welcome, tea and a chat." if number % 2 else "Come as you are."
    facts = EntryFacts(
        f"{chance.choice(names)} {chance.choice(('food bank', 'advice', 'community hub', 'willow club', 'house', 'circle'))}",
        f"{warm} {' '.join(chance.choices(names, k=8))}.",
        who_for=" ".join(chance.choices(names, k=5)),
        how_to_start="Ring or walk in. No letter needed.",
        phone="01632 960123",
        topics=tuple(chance.sample(sorted(TOPICS), k=2)),
        languages=("pl",) if number % 5 == 0 else (),
        access_facts=("step_free",) if number % 3 else (),
        cost=SupportCost.FREE if number % 4 else SupportCost.PAID,
        is_online=number % 10 == 0,
        always_open=number % 50 == 0,
        postcode_district=chance.choice(("CB7", "CB1", "NR1", "PE13", "IP33", "CB6", "NR19", "PE30")),
    )
    key = new_id()
    row = columns_of(facts) | {
        "programme_id": programme_id,
        "id": key,
        "organisation_id": None,
        "search_row": search_row(programme_id, key),
        "reviewed_on": clock.today(),
        "made_by": None,
        "made_at": clock.now(),
        "is_shown": True,
        "reminded_at": None,
        "removed_at": None,
    }
    days = [
        {
            "programme_id": programme_id,
            "id": new_id(),
            "service_id": key,
            "weekday": day,
            "opens": 540 + 60 * (number % 3),
            "closes": 1020,
        }
        for day in range(5)
    ]
    return row, days


def _measured(engine: Engine, programme_id: UUID, name: str) -> Iterator[Figure]:
    took: dict[str, list[float]] = {}
    for search, wanted in SEARCHES.items():
        for _round in range(ROUNDS + 1):
            begun = time.perf_counter()
            with Session(engine) as session:
                found = find_support(session, programme_id, wanted)
            took.setdefault(search, []).append((time.perf_counter() - begun) * 1000)
        took[search] = took[search][1:]
        yield Figure(f"directory, {search}, {name}", median(took[search]), "ms", f"{found.count:,} found, median of {ROUNDS}")
    slowest = max(took, key=lambda each: quantiles(took[each], n=20)[-1])
    p95 = quantiles(took[slowest], n=20)[-1]
    yield Figure(f"directory, the slowest search, {name}, p95", p95, "ms", f"{slowest}, {ENTRIES:,} entries", at_most=TARGET_MS)
