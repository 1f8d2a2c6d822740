"""The radar of random programmes says what the ledger says, the kept one is the one worked out, and places are told rightly."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.insight.reports.programmes import Made, Step, make_programme
from timecredits.foundation import clock
from timecredits.foundation.clock import first_moment
from timecredits.foundation.db import new_id, transaction
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.counting.months import add_months, month_of
from timecredits.insight.reports.published import passes
from timecredits.insight.roll_up_models import ShownTable
from timecredits.insight.spend_gap.holdings import INTO, Holding, older_than, read_holdings
from timecredits.insight.spend_gap.people import BANDS
from timecredits.insight.spend_gap.places import PlaceFinding, find_places
from timecredits.insight.spend_gap.radar import keep_radar, read_radar, scan
from timecredits.insight.spend_gap.shapes import FindingKind
from timecredits.ledger.expiry import Horizon
from timecredits.ledger.expiry import running_out as runs_out_of
from timecredits.ledger.models import Account, Transfer
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.answers import Outcome
from timecredits.spending.models import Offer, OfferPlaces, Per, RedemptionAttempt

KINDS = "hours hours hours hours hours use use undo correct give take_back note open move merge"


def busy_programme(engine: Engine, seed: int) -> Made:
    """People for a year and a half, with everything that happens; counted to the end."""
    random = Random(seed)  # noqa: S311  for telling a story
    made = make_programme(engine, organisations=random.randint(1, 3), people=random.randint(6, 18))
    made.do_all(
        [
            Step(
                random.choice(KINDS.split()),
                random.randrange(120),
                int(random.triangular(0, 17, 0)),
                random.randrange(9),
                random.choice([15, 60, 60, 90, 120, 437]),
                random.randrange(40),
            )
            for _ in range(random.randint(40, 140))
        ]
    )
    made.count()
    return made


def balances(session: Session, made: Made) -> Mapping[UUID, int]:
    """What everybody holds, as the ledger says."""
    found: defaultdict[UUID, int] = defaultdict(int)
    rows = session.execute(
        select(Volunteer.id, Volunteer.merged_into, Account.balance)
        .join(Account, (Account.programme_id == Volunteer.programme_id) & (Account.id == Volunteer.account_id))
        .where(Volunteer.programme_id == made.programme_id)
    )
    for who, kept, held in rows:
        found[kept or who] += held  # a gift that is taken back comes back to the record that gave it
    return {who: held for who, held in found.items() if held}


@given(st.integers(0, 10**6))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_people_hold_is_what_the_ledger_says(engine: Engine, seed: int) -> None:
    made = busy_programme(engine, seed)
    now = month_of(clock.local_day(made.now))
    days = [add_months(now, -each) for each in BANDS]
    with Session(engine) as session:
        people = read_holdings(session, made.programme_id, days)
        assert {each.who: each.held for each in people if each.held} == balances(session, made)
        reversed_ones = set(
            session.scalars(
                select(Transfer.reverses).where(Transfer.programme_id == made.programme_id, Transfer.reverses.is_not(None))
            )
        )
        accounts = dict(
            session.execute(select(Volunteer.id, Volunteer.account_id).where(Volunteer.programme_id == made.programme_id)).all()
        )
        for at, day in enumerate(days):
            horizon = Horizon(first_moment(day), made.now + timedelta(days=1))
            exact = runs_out_of(session, made.programme_id, [*accounts.values()], horizon)
            for each in people:
                old = older_than(each, range(len(BANDS)))[at]
                theirs = exact.get(accounts[each.who], 0)
                if not reversed_ones and not made.gone:
                    assert old == theirs  # by the same rule as what runs out
        for each in people:
            _adds_up(each)
        told = {each.kind: each for each in scan(session, made.programme_id, made.now).findings}
        if FindingKind.UNUSED in told and told[FindingKind.UNUSED].minutes is not None:
            assert told[FindingKind.UNUSED].minutes == sum(balances(session, made).values())
        waiting = [each for each in people if each.held and each.used_on is None]
        if waiting:
            number = told[FindingKind.NEVER_USED].number
            assert (number is None) == (not passes(len(waiting)))
            assert number is None or number in {len(waiting), len(waiting) - len(waiting) % 5}
    assert len(INTO) == 3


def _adds_up(each: Holding) -> None:
    old = (each.held, *older_than(each, range(len(BANDS))), 0)
    parts = [young - more for young, more in pairwise(old)]
    assert sum(parts) == each.held
    assert min(parts) >= 0


@given(st.integers(0, 10**6))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kept_radar_is_the_one_that_was_worked_out_and_holds_nothing_hidden(engine: Engine, seed: int) -> None:
    made = busy_programme(engine, seed)
    now = made.now + timedelta(hours=2)
    assert keep_radar(engine, made.programme_id, now=now) == 1
    assert keep_radar(engine, made.programme_id, now=now) == 0  # nothing was counted since
    with Session(engine) as session:
        kept = read_radar(session, made.programme_id)
        assert kept is not None
        assert kept == scan(session, made.programme_id, kept.as_of)
        rows = session.scalars(
            select(ShownTable.content).where(ShownTable.programme_id == made.programme_id, ShownTable.name == "spend_gap")
        ).all()
        assert len(rows) == 1
        for each in [*rows[0]["findings"], *rows[0]["far"].values()]:
            if each["number"] is None:
                assert (each["lines"], each["minutes"], each["share"], each["before"]) == ([], None, None, None)


def test_a_later_count_takes_the_kept_one_s_place(engine: Engine) -> None:
    made = busy_programme(engine, 4)
    keep_radar(engine, made.programme_id, now=made.now + timedelta(hours=1))
    made.now += timedelta(hours=3)
    for _each in range(3):
        made.do(Step("hours", 1))
    made.count()
    with Session(engine) as session:
        newest = read_radar(session, made.programme_id)
        assert newest is not None
        assert newest.as_of > made.now - timedelta(minutes=1)  # the kept one is too old, so it is worked out now
    assert keep_radar(engine, made.programme_id, now=made.now + timedelta(hours=1)) == 1
    made.do(Step("hours", 1))
    made.count(slice_rows=2)
    with Session(engine) as session:
        assert session.scalars(select(ShownTable.id).where(ShownTable.name == "spend_gap")).all()


def test_before_the_first_count_there_is_no_radar_and_after_an_empty_one_nothing_to_do(engine: Engine) -> None:
    made = make_programme(engine)
    with Session(engine) as session:
        assert read_radar(session, made.programme_id) is None
    assert keep_radar(engine, made.programme_id, now=made.now) == 0
    count_up(engine, made.programme_id, now=made.now + timedelta(days=1))
    with Session(engine) as session:
        found = read_radar(session, made.programme_id)
        assert found is not None
        assert (found.findings, found.far) == ((), {})


# Places

TODAY = date(2026, 3, 20)


def places_of(session: Session, programme_id: UUID, today: date = TODAY) -> dict[FindingKind, PlaceFinding]:
    return {each.kind: each for each in find_places(session, programme_id, today)}


def test_an_offer_nobody_took_is_told_with_the_month_of_its_last_use(engine: Engine) -> None:
    made = make_programme(engine)
    made.do(Step("hours", 1, minutes=437))
    made.do(Step("use", 24 * 365, where=0))  # September 2025, at the first venue
    with Session(engine) as session:
        lines = places_of(session, made.programme_id)[FindingKind.UNTAKEN].lines
        assert {(each.venue, each.last_month) for each in lines} == {
            ("Pool 0", month_of(clock.local_day(made.now))),
            ("Pool 1", None),
        }
        assert all(each.since == date(2024, 9, 20) for each in lines)
        # Within three months of that use it isn't one that nobody takes.
        soon = places_of(session, made.programme_id, clock.local_day(made.now) + timedelta(days=60))
        assert {each.venue for each in soon[FindingKind.UNTAKEN].lines} == {"Pool 1"}
    made.do(Step("undo", 1))
    with Session(engine) as session:
        soon = places_of(session, made.programme_id, clock.local_day(made.now) + timedelta(days=60))
        assert {each.venue for each in soon[FindingKind.UNTAKEN].lines} == {"Pool 0", "Pool 1"}


def test_new_paused_and_ended_offers_and_stopped_venues_are_not_told_as_untaken(engine: Engine) -> None:
    made = make_programme(engine, venues=4)
    with transaction(engine) as session:
        offers = {each.venue_id: each for each in session.scalars(select(Offer).where(Offer.programme_id == made.programme_id))}
        offers[made.venues[0]].paused_because = "Closed for works"
        offers[made.venues[1]].ended_at = made.now
        offers[made.venues[2]].created_at = datetime(2026, 2, 1, tzinfo=made.now.tzinfo)
        venue = session.scalars(
            select(ProgrammeVenue).where(
                ProgrammeVenue.programme_id == made.programme_id, ProgrammeVenue.venue_id == made.venues[3]
            )
        ).one()
        venue.frozen_at, venue.frozen_because = made.now, "Asked to"
    with Session(engine) as session:
        found = places_of(session, made.programme_id)
        assert {*found} == {FindingKind.STOPPED}
        (line,) = found[FindingKind.STOPPED].lines
        assert (line.venue, line.since, line.ended_on) == ("Pool 3", date(2024, 9, 20), None)


def test_a_venue_whose_agreement_ended_is_told_from_the_day_after(engine: Engine) -> None:
    made = make_programme(engine, venues=1)
    with transaction(engine) as session:
        session.scalars(
            select(ProgrammeVenue).where(ProgrammeVenue.programme_id == made.programme_id)
        ).one().agreement_ends_on = TODAY
    with Session(engine) as session:
        assert FindingKind.STOPPED not in places_of(session, made.programme_id)
        found = places_of(session, made.programme_id, TODAY + timedelta(days=1))
        assert found[FindingKind.STOPPED].lines[0].ended_on == TODAY


def test_an_offer_full_in_most_periods_is_told_with_how_often_people_were_turned_away(engine: Engine) -> None:
    made = make_programme(engine, venues=2)
    with transaction(engine) as session:
        for at, offer_id in enumerate(made.offers):
            offer = session.get_one(Offer, (made.programme_id, offer_id))
            offer.places, offer.places_per = 10, Per.DAY
            for day in range(10, 16):
                taken = 9 if day < 14 and at == 0 else 8
                places = OfferPlaces(programme_id=made.programme_id, offer_id=offer_id, period=f"2026-03-{day}", taken=taken)
                session.add(places)
            # Long ago, and of another kind of period: neither counts.
            for period in ("2025-03-01", "2025-03-02", "2025-03-03", "2026-02", "2026-03"):
                session.add(OfferPlaces(programme_id=made.programme_id, offer_id=offer_id, period=period, taken=10))
        for turn in range(6):
            session.add(
                RedemptionAttempt(
                    programme_id=made.programme_id,
                    id=new_id(),
                    till_id=made.till_id,
                    body_hash=b"x",
                    offer_id=made.offers[0],
                    outcome=Outcome.FULL if turn < 5 else Outcome.NOT_ENOUGH,
                    answer={},
                    scanned_at=first_moment(TODAY),
                    arrived_at=first_moment(TODAY),
                )
            )
    with Session(engine) as session:
        (line,) = places_of(session, made.programme_id)[FindingKind.FULL].lines
        assert (line.venue, line.full, line.periods, line.refused) == ("Pool 0", 4, 6, 5)


def test_another_programme_s_places_are_not_told(engine: Engine) -> None:
    made, other = make_programme(engine, venues=1), make_programme(engine, venues=2)
    with transaction(engine) as session:
        shared = create_venue(session, name="Tower", slug=f"tower-{new_id().hex}", town="", summary="", is_national=True)
        for each in (made, other):
            join_programme(session, each.programme_id, shared.id)
    with Session(engine) as session:
        found = {each: places_of(session, each)[FindingKind.UNTAKEN].number for each in (made.programme_id, other.programme_id)}
        assert found == {made.programme_id: 1, other.programme_id: 2}
