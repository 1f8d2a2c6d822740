"""Planning as a coordinator meets it: say when it happens, look at the days, change from a day on, end."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_facts import ActivityFacts, facts_of
from timecredits.hours.activity_models import Forgotten, OpenTo
from timecredits.network.settings import Rest

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def kept_facts(session: Session, programme_id: UUID, organisation_id: UUID, activity_id: UUID) -> ActivityFacts:
    return facts_of(find_activity(session, programme_id, organisation_id, activity_id))


def parts(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def plan_weekly(staff: PageClient, garden: Garden, first: date, **more: object) -> Page:
    page = staff.get(f"/coordinator/activities/{garden.activity_id}/plans/new")
    return page.submit("Save", first_day=parts(first), starts="10.30", **more)


def test_an_activity_is_planned_looked_at_and_saved_once(garden_group: Garden, staff: PageClient) -> None:
    first = clock.today() + timedelta(days=3)
    form = staff.get(f"/coordinator/activities/{garden_group.activity_id}").click("Say when it happens")
    assert form.fields("Save")["length"] == "2"
    looked = form.submit("Show the days first", first_day=parts(first), starts="10.30", times="3")
    assert "Nothing is saved yet." in looked.text
    assert f"Every week on {WEEKDAYS[first.weekday()]}, 3 times, 10:30am." in looked.text
    assert len(looked.soup.select(".tc-days li")) == 3
    assert "No days planned yet" in staff.get(f"/coordinator/activities/{garden_group.activity_id}").text
    assert looked.form("Save")["id"] == looked.soup.select_one("#days button")["form"]  # type: ignore[index]
    for _ in range(2):
        saved = looked.submit("Save")
    assert saved.heading == "Garden group"
    assert len(saved.soup.select(".tc-plans__item")) == 1
    assert len(saved.soup.select(".tc-links__item")) == 3
    assert f"Every week on {WEEKDAYS[first.weekday()]}" in staff.get("/coordinator/activities").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first_day": ["31", "2", "2027"]}, "Type a day that exists"),
        ({"first_day": ["", "", ""]}, "Type a day that exists"),
        ({"first_day": ["1", "1", "2206"]}, "far from today"),
        ({"starts": "half past"}, "Type when it starts"),
        ({"starts": ""}, "Type when it starts"),
        ({"length": "99"}, "Type hours like"),
        ({"repeats": "hourly"}, "Choose how often"),
        ({"repeats": None}, "Choose how often"),
        ({"times": "many"}, "whole number"),
        ({"times": "0"}, "how many times"),
        ({"times": "3", "last_day": ["1", "1", "2027"]}, "not both"),
        ({"last_day": ["1", "1", "2020"]}, "far from today"),
        ({"last_day": ["x", "1", "2020"]}, "Type a day that exists"),
        ({"capacity": "0"}, "how many may come"),
        ({"capacity": "²"}, "whole number"),
        ({"place": "x" * 1001}, "too long"),
    ],
)
def test_a_slip_keeps_what_was_typed(garden_group: Garden, staff: PageClient, typed: dict[str, object], words: str) -> None:
    page = staff.get(f"/coordinator/activities/{garden_group.activity_id}/plans/new")
    sent = {"first_day": parts(clock.today() + timedelta(days=3)), "starts": "11:15", "weekdays": ["1", "3"]} | typed
    for button in ("Save", "Show the days first"):
        again = page.submit(button, **sent)
        assert words in again.text
        kept = again.fields("Save")
        assert kept["weekdays"] == ["1", "3"]
        assert all(kept[name] == value for name, value in typed.items() if name != "repeats")
    assert "No days planned yet" in staff.get(f"/coordinator/activities/{garden_group.activity_id}").text


def test_a_plan_is_changed_from_a_day_on_and_people_move_along(garden_group: Garden, staff: PageClient) -> None:
    # A Monday at least a week away, so that every day of its week can be chosen.
    first = clock.today() + timedelta(days=14 - clock.today().weekday())
    page = plan_weekly(staff, garden_group, first)
    session = page.click(f"{WEEKDAYS[0]} {first.day} {first:%B %Y}")
    session.submit("Add this person", person="Łukasz Żak")
    form = page.click(f"Change Every week on {WEEKDAYS[0]}")
    assert form.fields("Save")["weekdays"] == "0"
    looked = form.submit("Show the days first", weekdays=["2"], starts="2pm")
    wednesday = first + timedelta(days=2)
    assert f"1 person moves from Monday {first.day} {first:%B %Y} to Wednesday {wednesday.day}" in looked.text
    saved = looked.submit("Save")
    assert "1 person has no email: Łukasz Żak. Phone or tell them." in saved.text
    assert "Every week on Wednesday" in saved.text
    assert "Every week on Monday" not in saved.text
    assert "It was so already." in looked.submit("Save").text
    moved = saved.click(f"Wednesday {wednesday.day} {wednesday:%B %Y}")
    assert "2pm to 4pm" in moved.text
    assert "Coming (1)" in moved.text
    assert "Łukasz Żak" in moved.text
    staff.get(session.path, status=404)


def test_a_plan_is_ended_and_those_signed_up_are_named(garden_group: Garden, staff: PageClient) -> None:
    first = clock.today() + timedelta(days=7)
    page = plan_weekly(staff, garden_group, first)
    page.click(f"{first:%A} {first.day} {first:%B %Y}").submit("Add this person", person="Łukasz Żak")
    ending = page.click(f"End Every week on {WEEKDAYS[first.weekday()]}")
    assert "Type a day that exists" in ending.submit("End it after this day", last_day=["31", "9", "2026"]).text
    assert "gone by" in ending.submit("End it after this day", last_day=parts(clock.today() - timedelta(days=1))).text
    ended = ending.submit("End it after this day", last_day=parts(clock.today()))
    assert "Saved. There are no days after that one." in ended.text
    assert "1 person has no email: Łukasz Żak. Phone or tell them." in ended.text
    assert "1 person was signed up for a day that is gone: Łukasz Żak." in ended.text
    assert "Cancelled" in ended.text


def test_a_day_that_happens_once_is_changed_by_moving_it(garden_group: Garden, staff: PageClient) -> None:
    page = plan_weekly(staff, garden_group, clock.today() + timedelta(days=7), repeats="once")
    assert page.click(page_link(page, "Change Once")).heading == "Move or change this session"


def page_link(page: Page, begins: str) -> str:
    return next(text for a in page.soup.select("a") if (text := " ".join(a.get_text(" ").split())).startswith(begins))


def test_all_facts_of_an_activity_are_kept_and_shown_again(garden_group: Garden, staff: PageClient) -> None:
    form = staff.get(f"/coordinator/activities/{garden_group.activity_id}/edit")
    saved = form.submit(
        "Save this activity",
        summary="We grow food.",
        role="Dig.\nSow.",
        access=["Step-free", "Hearing loop", "Made up"],
        access_facts="Warm drinks\n\n",
        open_to="enrolled",
        capacity="8",
        credit_step="15",
        credit_rest="drop",
        credits_a_day="4",
        credits_a_week="7½",
        forgotten="credit",
        forgotten_minutes="1h30",
    )
    assert saved.heading == "Garden group"
    assert "Step-free. Hearing loop. Warm drinks" in saved.text
    facts = garden_group.within(kept_facts, garden_group.activity_id)
    assert (facts.role.split(), facts.capacity, facts.open_to) == (["Dig.", "Sow."], 8, OpenTo.ENROLLED)
    assert (facts.credit_step, facts.credit_rest) == (15, Rest.DROP)
    assert (facts.credits_a_day, facts.credits_a_week) == (240, 450)
    assert (facts.forgotten, facts.forgotten_minutes) == (Forgotten.CREDIT, 90)
    shown = staff.get(f"/coordinator/activities/{garden_group.activity_id}/edit").fields("Save this activity")
    assert shown["access"] == ["Step-free", "Hearing loop"]
    assert (shown["access_facts"], shown["capacity"], shown["credits_a_week"]) == ("Warm drinks", "8", "7½")
    assert (shown["credit_step"], shown["forgotten_minutes"]) == ("15", "1½")
    emptied = staff.get(f"/coordinator/activities/{garden_group.activity_id}/edit").submit(
        "Save this activity", capacity="", credit_step="", credits_a_day="", credits_a_week="", forgotten_minutes="", access=None
    )
    assert emptied.heading == "Garden group"
    facts = garden_group.within(kept_facts, garden_group.activity_id)
    assert (facts.capacity, facts.credit_step, facts.credits_a_day, facts.forgotten_minutes) == (None, None, None, None)
    assert facts.access_facts == ("Warm drinks",)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"capacity": "-1"}, "whole number"),
        ({"credits_a_day": "lots"}, "number of credits"),
        ({"credits_a_day": "nan"}, "number of credits"),
        ({"credits_a_week": "1e9"}, "number of credits"),
        ({"forgotten_minutes": "25"}, "Type hours like"),
        ({"access_facts": "x" * 100}, "Keep it short"),
    ],
)
def test_a_slip_in_the_facts_opens_where_it_is(
    garden_group: Garden, staff: PageClient, typed: dict[str, str], words: str
) -> None:
    page = staff.get(f"/coordinator/activities/{garden_group.activity_id}/edit").submit("Save this activity", **typed)
    assert words in page.text
    assert all(page.fields("Save this activity")[name] == value for name, value in typed.items())
    error = page.soup.select_one(".govuk-error-summary a")
    assert error is not None
    field = page.soup.select_one(str(error["href"]))
    assert field is not None
    folded = field.find_parent("details")
    assert folded is None or folded.has_attr("open")


def test_another_organisations_plans_are_not_there(garden_group: Garden, staff: PageClient, world: World) -> None:
    page = plan_weekly(staff, garden_group, clock.today() + timedelta(days=7))
    change = page.link(f"Change Every week on {WEEKDAYS[(clock.today().weekday()) % 7]}")
    other = world.sign_in(PageClient(garden_group.app), "other_coordinator")
    for path in (
        change,
        f"{change}/end",
        page.path,
        f"{page.path}/edit",
        f"{page.path}/plans/new",
        f"/coordinator/plans/{uuid4()}",
    ):
        other.get(path, status=404)
    token = other.get("/coordinator/activities").fields("Sign out")["csrf_token"]
    for path in (change, f"{change}/end", f"{page.path}/plans/new"):
        other.post(path, {"csrf_token": token}, status=404)


def test_a_calendar_can_be_followed_without_signing_in(garden_group: Garden, staff: PageClient) -> None:
    page = plan_weekly(staff, garden_group, clock.today() + timedelta(days=7))
    address = page.link("Open the calendar")
    assert page.soup.select_one("#calendar-address")["value"] == address  # type: ignore[index]
    path = address[address.index("/calendar/") :]
    visitor = PageClient(garden_group.app)
    answer = visitor.get(path).response
    assert answer.mimetype == "text/calendar"
    assert b"SUMMARY:Garden group" in answer.data
    for name in ("Siân", "Łukasz"):
        assert name.encode() not in answer.data
    assert "Set-Cookie" not in answer.headers
    visitor.get(path[:-8] + "AAAA.ics", status=404)
