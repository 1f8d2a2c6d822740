"""Random programmes for tests of the reports: what happened in them, in order, told to a real database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.activity_models import Activity, ActivityCategory
from timecredits.hours.models import HourCorrection, HourEntry, HourSource
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.roll_up_models import (
    Figure,
    PersonCounted,
    PersonCredit,
    PersonMonth,
    PersonUse,
    ShownTable,
    VenueDay,
    VenueSettlement,
)
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.note_float import open_float
from timecredits.ledger.transfers import Movement, Posting, balance, open_account, post, reverse
from timecredits.network.models import Organisation, ProgrammeVenue, Volunteer
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.models import Merge
from timecredits.spending.giving_models import Gift
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.tills.pairing import begin_pairing, pair_till

BEGINS = datetime(2024, 9, 20, 9, tzinfo=UTC)
"""Two October nights, one March night and three reporting years lie within what may happen."""
DISTRICTS = ("CB7", "CB6", "CB1", "PE30", "")
BIRTHS = (date(1950, 5, 1), date(1990, 2, 1), date(2010, 8, 1), None)
CATEGORIES = (ActivityCategory.FOOD, ActivityCategory.OUTDOORS, ActivityCategory.OTHER)
_number = count(1)
SLOW: Any = {
    "deadline": None,
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}
"""Settings of properties about a whole story: a seed can't be made smaller, and each try costs a second."""


@dataclass(frozen=True)
class Step:
    """One thing that happens `after` hours later; what it takes of the numbers depends on the kind."""

    kind: str
    after: int
    who: int = 0
    where: int = 0
    minutes: int = 60
    late: int = 0


def steps(*, kinds: str, longest: int = 24 * 40) -> st.SearchStrategy[Step]:
    """Steps of these kinds."""
    return st.builds(
        Step,
        st.sampled_from(kinds.split()),
        st.integers(0, longest),
        st.integers(0, 11),
        st.integers(0, 8),
        st.sampled_from([15, 60, 60, 90, 120, 437]),
        st.integers(0, 45),
    )


@dataclass
class Made:
    """A programme as it was made: ids by place, and what can still be corrected or undone."""

    engine: Engine
    programme_id: UUID
    organisations: list[UUID]
    venues: list[UUID]
    offers: list[UUID]
    till_id: UUID
    people: list[UUID]
    activities: dict[tuple[int, int], UUID]
    now: datetime = BEGINS
    entries: list[UUID] = field(default_factory=list)
    uses: list[UUID] = field(default_factory=list)
    gifts: list[UUID] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)
    merged: list[tuple[UUID, UUID, Sequence[UUID]]] = field(default_factory=list)

    def do(self, step: Step) -> None:
        """Let it happen, if it can: nobody uses what they haven't got."""
        self.now += timedelta(hours=step.after)
        with clock.standing_at(self.now), transaction(self.engine) as session:
            getattr(self, f"_{step.kind}")(session, step)

    def do_all(self, told: Sequence[Step]) -> None:
        """Let all of these happen, one after the other."""
        with transaction(self.engine) as session:
            for step in told:
                self.now += timedelta(hours=step.after)
                with clock.standing_at(self.now):
                    getattr(self, f"_{step.kind}")(session, step)
                    session.flush()

    def count(self, **options: Any) -> None:
        """Count everything up to now, at once. Nothing more is recorded at this instant: that is what the lag is for."""
        self.now += timedelta(seconds=1)
        count_up(self.engine, self.programme_id, now=self.now, lag=timedelta(0), figures_every=timedelta(0), **options)
        self.now += timedelta(seconds=1)

    def _person(self, session: Session, number: int) -> Volunteer:
        living = [each for each in self.people if each not in self.gone]
        return session.get_one(Volunteer, (self.programme_id, living[number % len(living)]))

    def _hours(self, session: Session, step: Step) -> None:
        organisation = step.where % len(self.organisations)
        person, entry_id = self._person(session, step.who), new_id()
        earns = step.minutes != 90  # hours without credits are hours all the same
        session.execute(
            insert(HourEntry).values(
                programme_id=self.programme_id,
                id=entry_id,
                organisation_id=self.organisations[organisation],
                volunteer_id=person.id,
                activity_id=self.activities[organisation, step.where % len(CATEGORIES)],
                done_on=clock.today() - timedelta(days=step.late),
                minutes=step.minutes,
                source=HourSource.SINGLE,
                recorded_at=clock.now(),
                without_credits=None if earns else "activity",
                earned=step.minutes if earns else 0,
            )
        )
        self.entries.append(entry_id)
        if earns:
            issuance = session.get_one(Organisation, (self.programme_id, self.organisations[organisation])).account_id
            self._post(session, entry_id, issuance, person.account_id, step.minutes, TransferKind.EARNED)

    def _correct(self, session: Session, step: Step) -> None:
        if not self.entries:
            return
        entry_id = self.entries[step.who % len(self.entries)]
        entry = session.get_one(HourEntry, (self.programme_id, entry_id))
        if entry.earned:
            person = session.get_one(Volunteer, (self.programme_id, entry.volunteer_id))
            if balance(session, self.programme_id, person.account_id) < entry.earned or not self._reverse(session, entry_id):
                return
        self.entries.remove(entry_id)
        session.add(HourCorrection(programme_id=self.programme_id, entry_id=entry_id, reason="A slip", corrected_at=clock.now()))

    def _use(self, session: Session, step: Step) -> None:
        person, use_id = self._person(session, step.who), new_id()
        venue = step.where % len(self.venues)
        if self._post(session, use_id, person.account_id, self._till(session, venue), step.minutes, TransferKind.USED):
            self._redeem(session, use_id, venue, person.id, step)

    def _note(self, session: Session, step: Step) -> None:
        """A note is made of somebody's credits, and used by whoever has it."""
        person, use_id, venue = self._person(session, step.who), new_id(), step.where % len(self.venues)
        aside = open_float(session, self.programme_id)
        if self._post(session, new_id(), person.account_id, aside, step.minutes, TransferKind.NOTE_ISSUED):
            self._post(session, use_id, aside, self._till(session, venue), step.minutes, TransferKind.NOTE_USED)
            self._redeem(session, use_id, venue, None, step)

    def _redeem(self, session: Session, use_id: UUID, venue: int, who: UUID | None, step: Step) -> None:
        session.add(
            Redemption(
                programme_id=self.programme_id,
                id=use_id,
                venue_id=self.venues[venue],
                till_id=self.till_id,
                offer_id=self.offers[venue],
                volunteer_id=who,
                adults=1,
                under_16s=0,
                minutes=step.minutes,
                used_at=clock.now() - timedelta(hours=step.late % 60),
            )
        )
        if who is not None:
            self.uses.append(use_id)

    def _undo(self, session: Session, step: Step) -> None:
        if not self.uses:
            return
        use_id = self.uses.pop(step.who % len(self.uses))
        if self._reverse(session, use_id):
            session.get_one(Redemption, (self.programme_id, use_id)).undone_at = clock.now()

    def _give(self, session: Session, step: Step) -> None:
        giver, receiver, gift_id = self._person(session, step.who), self._person(session, step.who + 1 + step.where), new_id()
        if giver.id == receiver.id:
            return
        if self._post(session, gift_id, giver.account_id, receiver.account_id, step.minutes, TransferKind.GIVEN):
            session.add(
                Gift(
                    programme_id=self.programme_id,
                    id=gift_id,
                    from_volunteer_id=giver.id,
                    to_volunteer_id=receiver.id,
                    minutes=step.minutes,
                    given_at=clock.now(),
                )
            )
            self.gifts.append(gift_id)

    def _take_back(self, session: Session, step: Step) -> None:
        if not self.gifts:
            return
        gift_id = self.gifts[step.who % len(self.gifts)]
        receiver = session.get_one(Gift, (self.programme_id, gift_id)).to_volunteer_id
        if receiver not in self.gone and self._reverse(session, gift_id):
            self.gifts.remove(gift_id)
            session.get_one(Gift, (self.programme_id, gift_id)).undone_at = clock.now()

    def _open(self, session: Session, step: Step) -> None:
        opening = open_account(session, self.programme_id, AccountKind.OPENING)
        account_id = self._person(session, step.who).account_id
        self._post(session, new_id(), opening, account_id, step.minutes, TransferKind.OPENING)

    def _move(self, session: Session, step: Step) -> None:
        """Somebody says where they live, or when they were born."""
        person = self._person(session, step.who)
        person.postcode_district = DISTRICTS[step.where % len(DISTRICTS)]
        person.born_month = BIRTHS[step.minutes % len(BIRTHS)]

    def _merge(self, session: Session, step: Step) -> None:
        """Two records become one, as timecredits/records does it: entries and uses move, credits are brought over."""
        kept, gone = self._person(session, step.who), self._person(session, step.who + 1)
        if kept.id == gone.id or 3 * len(self.gone) >= len(self.people):
            return
        for model in (HourEntry, Redemption):
            moved = model.programme_id == self.programme_id, model.volunteer_id == gone.id
            session.execute(update(model).where(*moved).values(volunteer_id=kept.id))
        held = balance(session, self.programme_id, gone.account_id)
        if held:
            self._post(session, new_id(), gone.account_id, kept.account_id, held, TransferKind.MERGED)
        earlier = Volunteer.programme_id == self.programme_id, Volunteer.merged_into == gone.id
        became_gone = session.scalars(select(Volunteer.id).where(*earlier)).all()
        session.execute(update(Volunteer).where(*earlier).values(merged_into=kept.id))
        gone.merged_into = kept.id
        self.gone.add(gone.id)
        self.merged.append((kept.id, gone.id, became_gone))
        session.add(
            Merge(
                programme_id=self.programme_id,
                kept_id=kept.id,
                gone_id=gone.id,
                moved={},
                merged_at=clock.now(),
                undo_until=clock.now() + timedelta(days=30),
            )
        )

    def _unmerge(self, session: Session, step: Step) -> None:
        """The last two that became one are two again; what was brought over stays with the one that was kept."""
        if not self.merged:
            return
        kept_id, gone_id, became_gone = self.merged.pop()
        session.get_one(Volunteer, (self.programme_id, gone_id)).merged_into = None
        for each in became_gone:
            session.get_one(Volunteer, (self.programme_id, each)).merged_into = gone_id
        self.gone.discard(gone_id)
        merge = session.scalars(
            select(Merge).where(
                Merge.programme_id == self.programme_id,
                Merge.kept_id == kept_id,
                Merge.gone_id == gone_id,
                Merge.undone_at.is_(None),
            )
        ).one()
        merge.undone_at = clock.now()
        moved = session.scalars(
            select(HourEntry.id)
            .where(HourEntry.programme_id == self.programme_id, HourEntry.volunteer_id == kept_id)
            .order_by(HourEntry.recorded_at, HourEntry.id)
            .limit(1 + step.where)
        ).all()
        back = HourEntry.programme_id == self.programme_id, HourEntry.id.in_(moved), HourEntry.earned == 0
        session.execute(update(HourEntry).where(*back).values(volunteer_id=gone_id))

    def _till(self, session: Session, venue: int) -> UUID:
        return session.scalars(
            select(ProgrammeVenue.account_id).where(
                ProgrammeVenue.programme_id == self.programme_id, ProgrammeVenue.venue_id == self.venues[venue]
            )
        ).one()

    def _post(self, session: Session, cause: UUID, debit: UUID, credit: UUID, minutes: int, kind: TransferKind) -> bool:
        movement = Movement(cause, debit, credit, minutes, kind, clock.today())
        return post(session, self.programme_id, movement) is Posting.POSTED

    def _reverse(self, session: Session, transfer_id: UUID) -> bool:
        answer = reverse(
            session,
            self.programme_id,
            transfer_id,
            reversal_id=new_id(),
            reason="A slip",
            actor=None,
            occurred_on=clock.today(),
        )
        return answer is Posting.POSTED


def make_programme(engine: Engine, *, organisations: int = 3, people: int = 6, venues: int = 2) -> Made:
    """A programme in which nothing has happened yet."""
    number = next(_number)
    with clock.standing_at(BEGINS), transaction(engine) as session:
        programme = create_programme(session, name=f"Programme {number}", slug=f"p{number}-{new_id().hex[-6:]}")
        here = [
            create_organisation(session, programme.id, name=f"Group {each}", slug=f"group-{each}", town="Ely").id
            for each in range(organisations)
        ]
        there, offers = [], []
        for each in range(venues):
            venue = create_venue(session, name=f"Pool {each}", slug=f"pool-{new_id().hex}", town="Ely", summary="")
            venue.postcode_district = DISTRICTS[each]
            join_programme(session, programme.id, venue.id)
            offer = Offer(programme_id=programme.id, venue_id=venue.id, name="Swim", adult_minutes=60, created_at=clock.now())
            session.add(offer)
            session.flush()
            there.append(venue.id)
            offers.append(offer.id)
        paired = pair_till(session, begin_pairing(session, there[0], till_name="Desk", made_by=None))
        assert paired is not None
        activities = {}
        for where, organisation_id in enumerate(here):
            for which, category in enumerate(CATEGORIES):
                activity = Activity(
                    programme_id=programme.id,
                    id=new_id(),
                    organisation_id=organisation_id,
                    name=category,
                    folded_name=category,
                    category=category,
                    created_at=clock.now(),
                )
                session.add(activity)
                activities[where, which] = activity.id
        named = []
        for each in range(people):
            person = enrol_volunteer(
                session,
                programme.id,
                here[0],
                first_name="Ana",
                last_name=str(each),
                number=str(each),
                joined_on=date(2024, 1, 1),
            ).volunteer
            person.postcode_district, person.born_month = DISTRICTS[each % len(DISTRICTS)], BIRTHS[each % len(BIRTHS)]
            named.append(person.id)
        return Made(engine, programme.id, here, there, offers, paired.till.id, named, activities)


def busy_programme(engine: Engine, seed: int) -> Made:
    """Many people at a few organisations for a year and a half, with everything else that happens."""
    random = Random(seed)  # noqa: S311  for telling a story
    made = make_programme(engine, organisations=random.randint(2, 5), people=random.randint(12, 24))
    kinds = [*["hours"] * 6, "use", "use", "undo", "correct", "give", "take_back", "note", "open", "move", "merge", "unmerge"]
    told = [
        Step(
            random.choice(kinds),
            random.randrange(72),
            int(random.triangular(0, 23, 0)),
            int(random.triangular(0, 9, 0)),
            random.choice([15, 60, 60, 90, 120, 437]),
            random.randrange(40),
        )
        for _ in range(random.randint(150, 350))
    ]
    made.do_all(told)
    made.count()
    return made


def counted(engine: Engine, programme_id: UUID) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that was counted of a programme, without ids, in order."""
    found = {}
    with Session(engine) as session:
        for model in (PersonMonth, PersonCredit, PersonUse, PersonCounted, VenueDay, VenueSettlement, Figure, ShownTable):
            skipped = {"id", "counted_to"} if model is not PersonCounted else set()
            columns = [each for each in model.__table__.columns if each.name not in skipped]
            rows: Sequence[Any] = session.execute(select(*columns).where(model.programme_id == programme_id)).all()
            found[model.__tablename__] = sorted((tuple(row) for row in rows), key=repr)
    return found
