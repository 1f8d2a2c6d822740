"""One large programme that is made up, filled by bulk insert: for benchmarks of what grows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.hours.activity_models import Activity, ActivityCategory
from timecredits.hours.models import HourEntry, HourSource
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.network.models import Volunteer
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.spending.giving_models import Gift
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.tills.pairing import begin_pairing, pair_till

__all__ = ["GROUP", "MadeProgramme"]

BEGINS = datetime(2023, 4, 1, 9, tzinfo=UTC)
ORGANISATIONS = 40
VENUES = 12
GROUP = 5000
"""Transfers that are made together."""
_HOUR = 60
_KINDS = [*[TransferKind.EARNED] * 8, TransferKind.USED, TransferKind.GIVEN]
"""What happens in a group, by tenths of it."""


class MadeProgramme:
    """One programme with its people: most of what is recorded is time given with its transfer, some of it uses and gifts."""

    def __init__(self, engine: Engine, people: int) -> None:
        self.engine, self.random = engine, Random(7)  # noqa: S311  a made-up programme
        # COPY is not for tables behind the wall between programmes; the owner is not behind it.
        self.owner = make_engine(engine.url.render_as_string(hide_password=False), as_application=False)
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
        for start in range(0, rows, GROUP):
            self._group(begins + step * start, step, min(GROUP, rows - start))
        self.owner.dispose()
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
        while group := list(islice(rows, GROUP)):
            names = [*group[0]]
            told = ", ".join(names)
            with transaction(self.owner) as session:
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
