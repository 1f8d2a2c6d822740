"""The radar's pages: what a manager and a coordinator see, what they don't, and where each finding leads."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.spend_gap.radar import keep_radar
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, post
from timecredits.network.models import Organisation, ProgrammeVenue, Volunteer
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.models import Offer, Redemption
from timecredits.web.database import db

MANY, FEW = 7, 3


def give(world: World, organisation_id: UUID, people: int, *, name: str, days_ago: int = 1, district: str = "CB7") -> list[UUID]:
    """Let new people give two hours each."""
    session = db.session()
    here = session, world.programme_id, organisation_id
    with clock.standing_at(clock.now() - timedelta(days=days_ago)):
        activity = create_activity(*here, ActivityFacts(name), actor_id=None)
        found = []
        for _each in range(people):
            person = enrol_volunteer(*here, first_name="Zuzanna", last_name="Quist").volunteer
            person.postcode_district = district
            hours = NewHours(new_id(), person.id, activity.id, None, clock.today(), 120)
            record_hours(*here, [hours], source=HourSource.SINGLE, actor_id=None, today=clock.today())
            found.append(person.id)
    return found


def use(world: World, volunteer_id: UUID) -> None:
    """Let somebody use an hour at the venue."""
    session = db.session()
    account_id = session.get_one(Volunteer, (world.programme_id, volunteer_id)).account_id
    to = session.scalars(select(ProgrammeVenue).where(ProgrammeVenue.programme_id == world.programme_id)).one().account_id
    use_id = new_id()
    post(session, world.programme_id, Movement(use_id, account_id, to, 60, TransferKind.USED, clock.today()))
    session.add(
        Redemption(
            programme_id=world.programme_id,
            id=use_id,
            venue_id=world.venue_id,
            till_id=world.till_id,
            offer_id=world.offer_id,
            volunteer_id=volunteer_id,
            adults=1,
            under_16s=0,
            minutes=60,
            used_at=clock.now(),
        )
    )


def count(world: World) -> None:
    """Count everything up to now."""
    count_up(db.engine, world.programme_id, now=clock.now(), lag=timedelta(0), figures_every=timedelta(0))


@pytest.fixture
def waiting(app: Flask, world: World) -> World:
    """Seven of Riverside and three of Lantern House have credits and used none; five of Riverside used some."""
    with app.app_context():
        give(world, world.organisation_id, MANY, name="Garden", days_ago=200)
        give(world, world.other_organisation_id, FEW, name="Choir", district="TR1")
        for who in give(world, world.organisation_id, 5, name="Kitchen"):
            use(world, who)
        db.session.commit()
        count(world)
    return world


def test_before_the_first_count_it_says_so_and_still_tells_of_places(client: PageClient, world: World, app: Flask) -> None:
    manager = world.sign_in(client, "manager")
    assert "People are not counted yet" in manager.get("/programme/radar").text
    assert "Why credits stay unused" in manager.get("/programme/radar/findings.csv").response.text
    with app.app_context():
        member = db.session.scalars(select(ProgrammeVenue).where(ProgrammeVenue.programme_id == world.programme_id)).one()
        member.frozen_at, member.frozen_because = clock.now(), "Asked to"
        db.session.commit()
    page = manager.get("/programme/radar")
    assert "Venues to look at 1 venue" in page.text
    assert page.soup.select_one(f'a[href="/programme/venues/{world.venue_id}/stop"]') is not None


def test_nothing_to_do_is_said(client: PageClient, world: World, app: Flask) -> None:
    with app.app_context():
        count(world)
    page = world.sign_in(client, "manager").get("/programme/radar")
    assert "Nothing to do" in page.text
    assert "Counted up to" in page.text


def test_findings_have_a_number_a_meaning_and_a_next_step_and_no_names(client: PageClient, waiting: World) -> None:
    page = waiting.sign_in(client, "manager").get("/programme/radar")
    assert "People who have credits and used none 10 people" in page.text
    assert "That is about as many as on" in page.text  # three began since: too few to tell
    assert "Credits that nobody has used yet 25 credits" in page.text
    assert "Quist" not in page.response.text
    # Of Lantern House there are three: with one organisation left beside them, neither is told apart.
    assert "Lantern House" not in page.text
    for card in page.soup.select("section.tc-card[id]"):
        assert card.select(".govuk-button-group a[href]"), card
    table = page.soup.select_one("#unused table")
    assert table is not None
    assert sum(int(each.get_text().split()[1]) for each in table.select("td .tc-table__value")) == 100


def test_the_distance_can_be_chosen_and_nonsense_is_the_usual_one(client: PageClient, waiting: World) -> None:
    manager = waiting.sign_in(client, "manager")  # the only venue does not say where it is, so it is near nobody
    for asked, said in (("5", "within 5 miles"), ("25", "within 25 miles"), ("x", "within 10 miles"), ("", "within 10 miles")):
        page = manager.get(f"/programme/radar?within={asked}")
        assert said in page.text
        assert "15 or more people" in page.text


def test_the_table_says_the_same_as_the_page(client: PageClient, waiting: World) -> None:
    manager = waiting.sign_in(client, "manager")
    page = manager.get("/programme/radar")
    answer = manager.get("/programme/radar/findings.csv").response
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    numbers = {row[0]: row[2] for row in rows if len(row) == 3 and row[1] == "All of it"}
    assert len(numbers) == len(page.soup.select("section.tc-card[id]"))
    for title, number in numbers.items():
        assert f"{title} {number}" in page.text


def test_few_people_are_not_told(client: PageClient, world: World, app: Flask) -> None:
    with app.app_context():
        give(world, world.organisation_id, FEW, name="Garden")
        db.session.commit()
        count(world)
    page = world.sign_in(client, "manager").get("/programme/radar")
    assert "Too few people to show" in page.text
    assert "3 people" not in page.text
    assert "6 credits" not in page.text


def test_what_runs_out_soon_is_told_first(client: PageClient, world: World, app: Flask) -> None:
    day = datetime(2026, 3, 20, 12, tzinfo=UTC)
    with app.app_context():
        with clock.standing_at(day - timedelta(days=100)):
            change_setting(db.session(), world.programme_id, "expire_after_months", 3, actor_id=None)
        with clock.standing_at(day):
            stopped = give(world, world.organisation_id, MANY, name="Garden", days_ago=200)[0]
            give(world, world.organisation_id, FEW, name="Kitchen")  # theirs is too new
            db.session.get_one(Volunteer, (world.programme_id, stopped)).frozen_at = day
            db.session.commit()
            count(world)
            assert keep_radar(db.engine, world.programme_id, now=day + timedelta(hours=1)) == 1
    page = world.sign_in(client, "manager").get("/programme/radar")
    first = page.soup.select("section.tc-card[id]")[0]
    assert first["id"] == "running_out"
    assert "5 or more people" in first.get_text(" ", strip=True)


def test_only_a_programme_s_own_are_told(client: PageClient, waiting: World) -> None:
    for who in ("coordinator", "volunteer", "venue_manager"):
        assert waiting.sign_in(client, who).http.get("/programme/radar").status_code in {403, 404}
    assert waiting.sign_in(client, "manager").http.get("/coordinator/unused").status_code in {403, 404}


def test_a_coordinator_sees_their_own_people_by_name_and_never_how_many_credits(client: PageClient, waiting: World) -> None:
    page = waiting.sign_in(client, "coordinator").get("/coordinator/unused")
    assert f"{MANY} people" in page.text
    assert page.text.count("Zuzanna Quist") == MANY
    assert "credits" in page.text
    assert not [word for word in ("2 credits", "14 credits") if word in page.text]
    other = waiting.sign_in(client, "other_coordinator").get("/coordinator/unused")
    assert other.text.count("Zuzanna Quist") == FEW


def test_who_used_some_left_was_stopped_or_has_none_is_not_in_the_list(client: PageClient, waiting: World, app: Flask) -> None:
    with app.app_context():
        found = db.session.scalars(
            select(Volunteer)
            .where(Volunteer.programme_id == waiting.programme_id, Volunteer.last_name == "Quist")
            .order_by(Volunteer.id)
        ).all()
        found[0].frozen_at, found[0].frozen_because = clock.now(), "Asked to"
        found[1].merged_into = found[2].id
        use(waiting, found[3].id)
        db.session.commit()
    page = waiting.sign_in(client, "coordinator").get("/coordinator/unused")
    assert page.text.count("Zuzanna Quist") == MANY - 3


def test_a_long_list_is_paged_and_an_empty_one_says_so(client: PageClient, world: World, app: Flask) -> None:
    coordinator = world.sign_in(client, "coordinator")
    assert "Nobody is waiting" in coordinator.get("/coordinator/unused").text
    with app.app_context():
        give(world, world.organisation_id, 27, name="Garden")
        db.session.commit()
    assert coordinator.get("/coordinator/unused").text.count("Zuzanna Quist") == 25
    last = coordinator.get("/coordinator/unused?page=99")
    assert last.text.count("Zuzanna Quist") == 2
    assert "27 people" in last.text


def test_the_list_of_places_is_for_paper(client: PageClient, world: World, app: Flask) -> None:
    coordinator = world.sign_in(client, "coordinator")
    page = coordinator.get("/coordinator/unused/places")
    assert "Swim, one hour" in page.text
    assert "Parkside Pool , Cambridge" in page.text
    with app.app_context():
        db.session.get_one(Offer, (world.programme_id, world.offer_id)).paused_because = "Closed"
        db.session.commit()
    assert "No places yet" in coordinator.get("/coordinator/unused/places").text


def test_organisations_stand_apart_where_enough_people_are_in_each(client: PageClient, world: World, app: Flask) -> None:
    with app.app_context():
        give(world, world.organisation_id, 12, name="Garden")
        give(world, world.other_organisation_id, 8, name="Choir")
        name = db.session.get_one(Organisation, (world.programme_id, world.other_organisation_id)).name
        db.session.commit()
        count(world)
    page = world.sign_in(client, "manager").get("/programme/radar")
    table = page.soup.select_one("#never_used table")
    assert table is not None
    rows = {
        row.select_one("th").get_text(strip=True): row.select_one("td .tc-table__value").get_text(strip=True)
        for row in table.select("tbody tr")
    }  # type: ignore[union-attr]
    assert rows == {"Riverside Trust": "10 or more", name: "5 or more"}
