"""Reports of a large programme: how fast tables are read, and how fast the counting job keeps up. Asserts nothing.

10 thousand and 1 million transfers on both kinds of database; 10 million too where BENCH_REPORTS_10M is set. BENCH_REPORTS names
fewer: "10k sqlite".
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bench.databases import BOTH
from bench.figures import Figure
from timecredits.foundation.db import READ_ONLY, new_id, transaction
from timecredits.hours.activity_models import Activity, ActivityCategory
from timecredits.hours.models import HourEntry, HourSource
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.rows import rows_behind
from timecredits.insight.reports.shapes import TableName
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.network.models import Volunteer
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.spending.giving_models import Gift
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.tills.pairing import begin_pairing, pair_till

SIZES = {"10k": 10_000, "1M": 1_000_000, "10M": 10_000_000}
BEGINS = datetime(2023, 4, 1, 9, tzinfo=UTC)
ORGANISATIONS = 40
VENUES = 12
ROUNDS = 21
_GROUP = 5000
_HOUR = 60
_KINDS = [*[TransferKind.EARNED] * 8, TransferKind.USED, TransferKind.GIVEN]
"""What happens in a group, by tenths of it."""


def run() -> list[Figure]:
    """Milliseconds and rows a second, by size and database."""
    wanted = os.environ.get("BENCH_REPORTS", "").split()
    sizes = [name for name in SIZES if name in wanted] or (
        ["10k", "1M"] + (["10M"] if os.environ.get("BENCH_REPORTS_10M") else [])
    )
    kinds = [kind for kind in BOTH if kind.lower() in wanted] or list(BOTH)
    figures: list[Figure] = []
    for size in sizes:
        for kind in kinds:
            with BOTH[kind]() as engine:
                figures += _measure(engine, f"{size} transfers, {kind}", SIZES[size])
    return figures


def _measure(engine: Engine, name: str, transfers: int) -> list[Figure]:
    begin = time.perf_counter()
    made = _Made(engine, people=max(100, transfers // 100))
    until = made.fill(transfers)
    figures = [Figure(f"{name}: filled", transfers / (time.perf_counter() - begin), "rows/s", "by bulk insert")]
    took = _seconds(lambda: _count(engine, made.programme_id, until))
    figures.append(Figure(f"{name}: first count", transfers / took, "rows/s", "with every figure"))
    for label, rows in (("steady, 100 rows a round", 100), ("steady, 5,000 rows a round", _GROUP)):
        until = made.fill(rows, until)
        counted = _seconds(lambda: _count(engine, made.programme_id, until, figures=False))  # noqa: B023  called at once
        figures.append(Figure(f"{name}: {label}", rows / counted, "rows/s", "counting alone"))
    took = _seconds(lambda: _count(engine, made.programme_id, until + timedelta(seconds=1)))
    figures.append(Figure(f"{name}: figures of what changed", took * 1000, "ms", "with what may be shown"))
    return figures + _reads(engine, name, made)


def _reads(engine: Engine, name: str, made: "_Made") -> list[Figure]:
    figures, slowest = [], [0.0]
    started: list[float] = []

    def before(*_: Any) -> None:
        started.append(time.perf_counter())

    def after(*_: Any) -> None:
        slowest[0] = max(slowest[0], time.perf_counter() - started.pop())

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        year = list_years(session, made.programme_id)[1]
        for table in TableName:
            own = made.organisations[0] if table is TableName.HOURS_OF_ORGANISATION else None
            times = []
            for _ in range(ROUNDS):
                begin = time.perf_counter()
                read_table(session, made.programme_id, table, year, organisation_id=own)
                times.append((time.perf_counter() - begin) * 1000)
            note = f"p95 {quantiles(times, n=20)[-1]:.1f} ms"
            figures.append(Figure(f"{name}: {table.value}", median(times), "ms", note))
    figures.append(Figure(f"{name}: slowest query of a table", slowest[0] * 1000, "ms", "to reach: 50 ms"))
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        for table in (TableName.HOURS_BY_MONTH, TableName.CREDITS_BY_MONTH, TableName.USES_BY_VENUE):
            total = read_table(session, made.programme_id, table, year).total
            key = next((value.opens for value in reversed(total.values) if value.opens), "") if total is not None else ""
            if key:
                took = _seconds(lambda: rows_behind(session, made.programme_id, key))  # noqa: B023  called at once
                figures.append(
                    Figure(f"{name}: rows behind a year of {table.value}", took * 1000, "ms", "the whole year's total")
                )
    return figures


def _count(engine: Engine, programme_id: UUID, now: datetime, *, figures: bool = True) -> None:
    every = timedelta(0) if figures else timedelta(days=10_000)
    count_up(engine, programme_id, now=now, lag=timedelta(0), figures_every=every)


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


class _Made:
    """One programme with its people: most of what is recorded is time given with its transfer, some of it uses and gifts."""

    def __init__(self, engine: Engine, people: int) -> None:
        self.engine, self.random = engine, Random(7)  # noqa: S311  a made-up programme
        with transaction(engine) as session:
            self.programme_id = create_programme(session, name="Bench", slug="bench").id
            here = [
                create_organisation(session, self.programme_id, name=f"Group {each}", slug=f"g{each}", town="Ely")
                for each in range(ORGANISATIONS)
            ]
            self.organisations = [each.id for each in here]
            self.issuance = [each.account_id for each in here]
            self.activities = [self._activity(session, each.id) for each in here]
            self.venues = [self._venue(session, each) for each in range(VENUES)]
            paired = pair_till(session, begin_pairing(session, self.venues[0][0], till_name="Desk", made_by=None))
            if paired is None:
                raise RuntimeError("no till")
            self.till_id = paired.till.id
        self.people = [new_id() for _ in range(people)]
        self.accounts = [new_id() for _ in range(people)]
        self.held = [0] * people
        self._insert(Account, (self._account(each) for each in self.accounts))
        self._insert(Volunteer, (self._person(at) for at in range(people)))

    def fill(self, rows: int, begins: datetime = BEGINS) -> datetime:
        """So many transfers over three years or, later on, in seconds. Answers when it ended.

        Eight of ten are of time given; then one in ten is a use and one a gift, so that nobody has less than nothing.
        """
        step = timedelta(days=3 * 365) / rows if begins == BEGINS else timedelta(milliseconds=1)
        for start in range(0, rows, _GROUP):
            self._group(begins + step * start, step, min(_GROUP, rows - start))
        return begins + step * rows + timedelta(microseconds=1)

    def _group(self, begins: datetime, step: timedelta, rows: int) -> None:
        """One group of transfers: first what is earned, then uses, then gifts. COPY moves the balances at its end."""
        entries, uses, gifts = [], [], []
        moved: dict[TransferKind, list[dict[str, Any]]] = {each: [] for each in _KINDS}
        came: list[int] = []
        for at in range(rows):
            when, cause, kind = begins + step * (at + 1), new_id(), _KINDS[at * len(_KINDS) // rows]
            person = self.random.randrange(len(self.people))
            organisation = self.random.randrange(ORGANISATIONS)
            debit, credit = self.issuance[organisation], self.accounts[person]
            if kind is TransferKind.EARNED:
                entries.append(self._entry(cause, person, organisation, when))
                self.held[person] += _HOUR
            else:
                while self.held[person] < _HOUR:
                    person = self.random.randrange(len(self.people))
                self.held[person] -= _HOUR
                debit = self.accounts[person]
            if kind is TransferKind.USED:
                venue_id, credit, offer_id = self.venues[organisation % VENUES]
                uses.append(self._use(cause, person, venue_id, offer_id, when))
            elif kind is TransferKind.GIVEN:
                other = (person + 1) % len(self.people)
                credit = self.accounts[other]
                came.append(other)
                gifts.append(self._gift(cause, person, other, when))
            moved[kind].append(self._transfer(cause, debit, credit, kind, when))
        for other in came:
            self.held[other] += _HOUR
        self._insert(HourEntry, iter(entries))
        for each in moved.values():
            self._insert(Transfer, iter(each))
        self._insert(Redemption, iter(uses))
        self._insert(Gift, iter(gifts))

    def _insert(self, model: Any, rows: Iterator[dict[str, Any]]) -> None:
        """By COPY on PostgreSQL and by one statement on SQLite, with the types of the table."""
        columns = model.__table__.c
        while group := list(islice(rows, _GROUP)):
            names = [*group[0]]
            told = ", ".join(names)
            with transaction(self.engine) as session:
                connection = session.connection()
                binds = [
                    columns[name].type.dialect_impl(self.engine.dialect).bind_processor(self.engine.dialect) for name in names
                ]
                stored = [
                    tuple(bind(each[name]) if bind else each[name] for bind, name in zip(binds, names, strict=True))
                    for each in group
                ]
                if self.engine.dialect.name == "postgresql":
                    driver: Any = connection.connection.driver_connection
                    with driver.cursor() as cursor, cursor.copy(f"COPY {model.__tablename__} ({told}) FROM STDIN") as copy:
                        for row in stored:
                            copy.write_row(row)
                else:
                    marks = ", ".join("?" * len(names))
                    statement = f"INSERT INTO {model.__tablename__} ({told}) VALUES ({marks})"  # noqa: S608  our own names
                    connection.exec_driver_sql(statement, stored)

    def _activity(self, session: Session, organisation_id: UUID) -> UUID:
        activity = Activity(
            programme_id=self.programme_id,
            id=new_id(),
            organisation_id=organisation_id,
            name="Help",
            folded_name="help",
            category=self.random.choice([*ActivityCategory]),
            created_at=BEGINS,
        )
        session.add(activity)
        return activity.id

    def _venue(self, session: Session, number: int) -> tuple[UUID, UUID, UUID]:
        """A venue, its account in the programme, and an offer of it."""
        venue = create_venue(session, name=f"Pool {number}", slug=f"pool-{number}", town="Ely", summary="")
        venue.postcode_district = f"CB{number + 1}"
        taking_part = join_programme(session, self.programme_id, venue.id)
        offer = Offer(programme_id=self.programme_id, venue_id=venue.id, name="Swim", adult_minutes=60, created_at=BEGINS)
        session.add(offer)
        session.flush()
        return venue.id, taking_part.account_id, offer.id

    def _account(self, account_id: UUID) -> dict[str, Any]:
        return {"programme_id": self.programme_id, "id": account_id, "kind": AccountKind.VOLUNTEER, "floor": 0, "balance": 0}

    def _person(self, at: int) -> dict[str, Any]:
        return {
            "programme_id": self.programme_id,
            "id": self.people[at],
            "first_name": "Ana",
            "last_name": str(at),
            "folded_name": f"ana {at}",
            "account_id": self.accounts[at],
            "joined_on": BEGINS.date(),
            "born_month": date(1940 + at % 65, 1, 1),
            "postcode_district": f"CB{at % 25 + 1}",
            "wants_credits": True,
            "wants_reminders": True,
            "letter_name": "",
            "chosen_name": "",
        }

    def _entry(self, entry_id: UUID, person: int, organisation: int, at: datetime) -> dict[str, Any]:
        return {
            "programme_id": self.programme_id,
            "id": entry_id,
            "organisation_id": self.organisations[organisation],
            "volunteer_id": self.people[person],
            "activity_id": self.activities[organisation],
            "done_on": at.date(),
            "minutes": 60,
            "note": "",
            "source": HourSource.REGISTER,
            "recorded_at": at,
            "earned": 60,
            "carried": 0,
        }

    def _transfer(self, cause: UUID, debit: UUID, credit: UUID, kind: TransferKind, at: datetime) -> dict[str, Any]:
        return {
            "programme_id": self.programme_id,
            "id": cause,
            "debit_account": debit,
            "credit_account": credit,
            "amount": 60,
            "kind": kind,
            "occurred_on": at.date(),
            "recorded_at": at,
        }

    def _use(self, cause: UUID, person: int, venue_id: UUID, offer_id: UUID, at: datetime) -> dict[str, Any]:
        return {
            "programme_id": self.programme_id,
            "id": cause,
            "venue_id": venue_id,
            "till_id": self.till_id,
            "offer_id": offer_id,
            "volunteer_id": self.people[person],
            "adults": 1,
            "under_16s": 0,
            "minutes": 60,
            "used_at": at,
        }

    def _gift(self, cause: UUID, giver: int, receiver: int, at: datetime) -> dict[str, Any]:
        return {
            "programme_id": self.programme_id,
            "id": cause,
            "from_volunteer_id": self.people[giver],
            "to_volunteer_id": self.people[receiver],
            "minutes": 60,
            "given_at": at,
            "words": "",
        }
