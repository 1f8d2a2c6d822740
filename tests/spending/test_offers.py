"""What volunteers find, what tills may take, and what a venue says about its offers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.shop import NOON, counted_statements
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.models import Offer, OfferPlaces, Per
from timecredits.spending.offers.listing import ListedOffer, Wanted, find_listed, list_offers
from timecredits.spending.offers.offer_facts import OfferFacts, facts_of
from timecredits.spending.offers.offer_filling import list_filled
from timecredits.spending.offers.offer_keeping import (
    create_offer,
    edit_offer,
    end_offer,
    find_offer,
    list_venue_offers,
    pause_offer,
)
from timecredits.spending.offers.offer_limits import take_places
from timecredits.spending.offers.offer_words import days_words, opening_of, rules_of
from timecredits.spending.visits import list_till_offers

SATURDAY = {"days": [5], "from": "10:00", "until": "13:00"}


def make(session: Session, world: World, name: str, *, venue_id: Any = None, **facts: Any) -> Offer:
    said = OfferFacts(name=name, **{"adult_minutes": 60, "under_16_minutes": 0, **facts})
    return create_offer(session, world.programme_id, venue_id or world.venue_id, said)


def open_venue(session: Session, world: World, name: str, district: str, **facts: Any) -> Any:
    venue = create_venue(session, name=name, slug=name.lower(), town="Town", postcode_district=district, **facts)
    join_programme(session, world.programme_id, venue.id)
    return venue.id


def names(found: list[ListedOffer]) -> list[str]:
    return [each.name for each in found]


def test_the_nearest_come_first_when_it_is_known_from_where(session: Session, world: World) -> None:
    make(session, world, "Norwich", venue_id=open_venue(session, world, "A", "NR1"))
    make(session, world, "Ely", venue_id=open_venue(session, world, "B", "CB7"))
    make(session, world, "Nowhere", venue_id=open_venue(session, world, "C", ""), good_first_step=True)
    paused = make(session, world, "Paused", venue_id=open_venue(session, world, "D", "CB7"))
    pause_offer(session, world.programme_id, paused.venue_id, paused.id, reason="Flood", actor_id=None)
    found = list_offers(session, world.programme_id, Wanted(near="CB7"))
    assert names(found) == ["Ely", "Norwich", "Nowhere", "Swim, one hour", "Paused"]
    assert found[0].miles == 0.0
    assert found[2].miles is None
    assert names(list_offers(session, world.programme_id, Wanted(near="CB7", within_miles=10))) == ["Ely", "Paused"]
    assert {each.miles for each in list_offers(session, world.programme_id)} == {None}


def test_each_filter_keeps_what_it_says(session: Session, world: World) -> None:
    make(session, world, "Still", is_quiet=True, alone_is_fine=True)
    make(session, world, "Ramp", is_step_free=True)
    ramp_venue = open_venue(session, world, "Ramps", "", access_facts=["Step-free"])
    make(session, world, "Gallery", venue_id=ramp_venue)
    make(session, world, "Castle", venue_id=open_venue(session, world, "Castle", "", is_national=True))
    kept = {
        name: set(names(list_offers(session, world.programme_id, wanted)))
        for name, wanted in {
            "quiet": Wanted(quiet=True),
            "alone": Wanted(alone_is_fine=True),
            "step_free": Wanted(step_free=True),
            "national": Wanted(is_national=True),
            "local": Wanted(is_national=False),
            "venue": Wanted(venue_id=ramp_venue),
        }.items()
    }
    assert kept == {
        "quiet": {"Still"},
        "alone": {"Still"},
        "step_free": {"Ramp", "Gallery"},
        "national": {"Castle"},
        "local": {"Swim, one hour", "Still", "Ramp", "Gallery"},
        "venue": {"Gallery"},
    }


def test_what_is_not_for_somebody_or_has_ended_is_not_in_their_list(session: Session, world: World) -> None:
    make(session, world, "Ours", organisation_ids=(world.organisation_id,))
    make(session, world, "Adults", least_age=18)
    ended = make(session, world, "Ended")
    end_offer(session, world.programme_id, world.venue_id, ended.id, actor_id=None)
    session.get_one(Volunteer, (world.programme_id, world.other_volunteer_id)).born_month = date(2012, 1, 1)
    session.flush()

    def of(volunteer_id: Any) -> set[str]:
        return set(names(list_offers(session, world.programme_id, volunteer_id=volunteer_id)))

    assert of(world.volunteer_id) == {"Ours", "Adults", "Swim, one hour"}
    assert of(world.other_volunteer_id) == {"Swim, one hour"}
    with pytest.raises(NotFoundError):
        find_listed(session, world.programme_id, ended.id)


def test_a_frozen_venue_says_only_that_credits_can_not_be_used(session: Session, world: World) -> None:
    part = session.scalars(select(ProgrammeVenue).where(ProgrammeVenue.venue_id == world.venue_id)).one()
    part.frozen_at, part.frozen_because = clock.now(), "Unpaid bills"
    session.flush()
    (found,) = list_offers(session, world.programme_id)
    assert str(found.paused_because) == "No credits can be used there for now"


def test_the_statements_do_not_grow_with_the_offers(session: Session, world: World) -> None:
    def listing() -> tuple[int, int]:
        session.flush()
        with counted_statements(session) as sent:
            list_offers(session, world.programme_id, Wanted(near="CB7"), volunteer_id=world.volunteer_id)
        volunteers = len(sent)
        with counted_statements(session) as sent:
            list_till_offers(session, world.venue_id)
        return volunteers, len(sent)

    limits = {"places": 5, "places_per": Per.DAY, "least_age": 16, "organisation_ids": (world.organisation_id,)}
    make(session, world, "One", **limits)
    few = listing()
    for number in range(12):
        make(session, world, f"More {number}", **limits)
    assert listing() == few
    assert few[0] <= 5
    assert few[1] <= 2


def test_rules_say_the_venues_words_first_and_then_when_how_many_and_who(session: Session, world: World) -> None:
    offer = make(
        session, world, "Dance", restrictions="Soft shoes.", booking_note="Call first.", times=(SATURDAY,), places=8,
        places_per=Per.SLOT, once_a=Per.WEEK, least_age=18, ends_on=date(2026, 12, 5), organisation_ids=(world.organisation_id,),
    )  # fmt: skip
    take_places(session, world.programme_id, offer, "2026-11-21 10:00", 5)
    (found,) = [each for each in list_till_offers(session, world.venue_id) if each.id == offer.id]
    assert [str(rule.text) for rule in found.rules] == [
        "Soft shoes.",
        "Call first.",
        "Saturday, 10am to 1pm",
        "Until 5 December 2026",
        "3 places left this time",
        "Once a week for each person",
        "For people aged 18 and over",
        "Only for people from some groups. We check this for you.",
    ]
    assert found.places_left == 3
    assert str(found.opening.sentence) == "Open now until 1pm"
    assert str(find_listed(session, world.programme_id, offer.id).rules[-1].text) == "Only for people from Riverside Trust"


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (datetime(2026, 11, 21, 8, tzinfo=UTC), "Opens today at 10am"),
        (datetime(2026, 11, 20, 8, tzinfo=UTC), "Opens tomorrow at 10am"),
        (datetime(2026, 11, 17, 8, tzinfo=UTC), "Opens on Saturday at 10am"),
        (datetime(2026, 11, 21, 14, tzinfo=UTC), "Opens on 28 November 2026 at 10am"),
        (datetime(2026, 11, 28, 14, tzinfo=UTC), "Over"),
    ],
)
def test_when_it_opens(now: datetime, sentence: str) -> None:
    offer = Offer(id=new_id(), name="Dance", times=[SATURDAY], ends_on=date(2026, 11, 30))
    assert str(opening_of(offer, now).sentence) == sentence
    assert not opening_of(offer, now).is_on


def test_an_offer_without_rules_has_none(session: Session, world: World) -> None:
    assert rules_of(make(session, world, "Open house"), NOON) == ()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([0], "Monday"),
        ([0, 2], "Monday and Wednesday"),
        ([0, 1, 2, 3, 4], "Monday to Friday"),
        ([0, 2, 4], "Monday, Wednesday and Friday"),
        (list(range(7)), "Every day"),
    ],
)
def test_days_as_people_say_them(days: list[int], words: str) -> None:
    assert str(days_words(days)) == words


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"adult_minutes": 0}, "adult"),
        ({"adult_minutes": 50}, "adult"),
        ({"under_16_minutes": 7}, "under_16"),
        ({"most_people": 0}, "most_people"),
        ({"most_people": 31}, "most_people"),
        ({"restrictions": "x" * 301}, "restrictions"),
        ({"booking_note": "x" * 301}, "booking_note"),
        ({"places": 0, "places_per": Per.DAY}, "places"),
        ({"places": 5}, "places_per"),
        ({"places": 5, "places_per": Per.WEEK}, "places_per"),
        ({"places": 5, "places_per": Per.SLOT}, "places_per"),
        ({"places_per": Per.DAY}, "places"),
        ({"places": 3, "places_per": Per.DAY, "most_people": 4}, "places"),
        ({"once_a": Per.SLOT}, "once_a"),
        ({"least_age": 0}, "least_age"),
        ({"least_age": 101}, "least_age"),
        ({"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}, "ends_on"),
        ({"times": ({"days": [1], "from": "12:00", "until": "10:00"},)}, "times"),
        ({"organisation_ids": (new_id(),)}, "organisation_ids"),
    ],
)
def test_facts_that_can_not_be_are_refused_at_their_field(
    sqlite_session: Session, sqlite_world: World, facts: dict[str, Any], field: str
) -> None:
    said = OfferFacts(**{"name": "Swim", "adult_minutes": 60, **facts})
    with pytest.raises(RuleError) as fault:
        create_offer(sqlite_session, sqlite_world.programme_id, sqlite_world.venue_id, said)
    assert fault.value.field == field


def test_an_offer_is_kept_as_it_was_said_and_changed_as_it_is_said(session: Session, world: World) -> None:
    facts = OfferFacts(
        name="Dance", adult_minutes=90, times=(SATURDAY,), places=8, places_per=Per.SLOT, once_a=Per.DAY, least_age=18,
        organisation_ids=(world.organisation_id,), booking_note="Call.", is_quiet=True, alone_is_fine=True, is_step_free=True,
    )  # fmt: skip
    offer_id = new_id()
    made = create_offer(session, world.programme_id, world.venue_id, facts, offer_id=offer_id)
    again = create_offer(session, world.programme_id, world.venue_id, facts, offer_id=offer_id)
    assert made.id == again.id == offer_id
    session.expire_all()
    assert facts_of(find_offer(session, world.programme_id, world.venue_id, offer_id)) == facts
    plain = OfferFacts(name="Dance", adult_minutes=60)
    edit_offer(session, world.programme_id, world.venue_id, offer_id, plain, actor_id=world.users["venue_manager"])
    session.expire_all()
    assert facts_of(find_offer(session, world.programme_id, world.venue_id, offer_id)) == plain
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == offer_id)).all()
    assert sorted(acts) == ["offer changed", "offer made"]


def test_an_ended_offer_can_not_be_changed_and_ends_once(session: Session, world: World) -> None:
    for _again in range(2):
        end_offer(session, world.programme_id, world.venue_id, world.offer_id, actor_id=None)
    with pytest.raises(NotFoundError):
        edit_offer(
            session, world.programme_id, world.venue_id, world.offer_id, OfferFacts(name="x", adult_minutes=60), actor_id=None
        )
    assert list_venue_offers(session, world.programme_id, world.venue_id) == []
    assert [each.id for each in list_venue_offers(session, world.programme_id, world.venue_id, ended=True)] == [world.offer_id]
    assert list_till_offers(session, world.venue_id) == []
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == world.offer_id)).all()
    assert list(acts) == ["offer ended"]


def test_another_venues_offer_is_not_there(session: Session, world: World) -> None:
    elsewhere = open_venue(session, world, "Elsewhere", "")
    facts = OfferFacts(name="x", adult_minutes=60)
    acts: tuple[Callable[[], object], ...] = (
        lambda: find_offer(session, world.programme_id, elsewhere, world.offer_id),
        lambda: edit_offer(session, world.programme_id, elsewhere, world.offer_id, facts, actor_id=None),
        lambda: end_offer(session, world.programme_id, elsewhere, world.offer_id, actor_id=None),
        lambda: create_offer(session, world.programme_id, elsewhere, facts, offer_id=world.offer_id),
    )
    for act in acts:
        with pytest.raises(NotFoundError):
            act()


def test_how_full_it_is_shows_today_and_what_was(session: Session, world: World) -> None:
    offer = make(session, world, "Dance", times=(SATURDAY,), places=8, places_per=Per.SLOT)
    take_places(session, world.programme_id, offer, "2026-11-14 10:00", 5)
    take_places(session, world.programme_id, offer, "2026-11-14", 1)  # as it was counted before
    found = list_filled(session, world.programme_id, offer, NOON)
    assert [(each.day, str(each.starts), each.taken) for each in found] == [
        (date(2026, 11, 21), "10am", 0),
        (date(2026, 11, 14), "10am", 5),
    ]
    monthly = make(session, world, "Visit", places=8, places_per=Per.MONTH)
    session.add(OfferPlaces(programme_id=world.programme_id, id=new_id(), offer_id=monthly.id, period="2026-10", taken=2))
    session.flush()
    found = list_filled(session, world.programme_id, monthly, NOON + timedelta(days=1))
    assert [(each.day, each.is_month, each.taken) for each in found] == [
        (date(2026, 11, 1), True, 0),
        (date(2026, 10, 1), True, 2),
    ]
    assert list_filled(session, world.programme_id, make(session, world, "Free for all"), NOON) == []
