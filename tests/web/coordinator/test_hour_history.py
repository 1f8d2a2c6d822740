"""A coordinator looks at one person's hours: those given here, and nothing of elsewhere."""

from uuid import uuid4

import pytest

from tests.page_client import PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer
from timecredits.web.database import db


def give_elsewhere(garden: Garden) -> str:
    """Two hours of the first person at the other organisation. Answers that activity's id."""
    world, today = garden.world, clock.today()
    with garden.app.app_context():
        session, there = db.session(), (world.programme_id, world.other_organisation_id)
        enrol_at_another(session, session.get_one(Volunteer, (world.programme_id, garden.people[0])), there[1])
        activity = create_activity(session, *there, ActivityFacts("Quiet evening"), actor_id=None)
        entry = NewHours(new_id(), garden.people[0], activity.id, None, today, 120)
        record_hours(session, *there, [entry], source=HourSource.SINGLE, actor_id=None, today=today)
        db.session.commit()
        return str(activity.id)


def test_hours_of_one_person_lead_to_putting_them_right(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/people/{garden_group.people[0]}").click("See hours by week or month")
    assert page.heading.startswith("Hours of")
    assert "2 hours given here since" in page.text
    line = page.soup.select("li.tc-hour")[0]
    assert "Confirmed by Coordinator" in line.get_text(" ", strip=True)
    link = line.select_one("a")
    assert link is not None
    assert "The right hours" in staff.get(str(link["href"])).text


@pytest.mark.parametrize("view", ["day", "week", "month", "year", "role", "organisation"])
def test_hours_given_elsewhere_are_not_shown_in_any_view(garden_group: Garden, staff: PageClient, view: str) -> None:
    activity_id = give_elsewhere(garden_group)
    address = f"/coordinator/people/{garden_group.people[0]}/hours"
    text = staff.get(f"{address}?view={view}&year=all").text
    assert "2 hours given here" in text
    assert "Quiet evening" not in text
    assert "Lantern House" not in text
    unknown = staff.get(f"{address}?activity={uuid4()}", status=404).text
    assert staff.get(f"{address}?activity={activity_id}", status=404).text == unknown
    assert staff.get(f"{address}?organisation={garden_group.world.other_organisation_id}", status=404).text == unknown


def test_people_of_elsewhere_are_not_found(garden_group: Garden, staff: PageClient) -> None:
    missing = staff.get(f"/coordinator/people/{uuid4()}/hours", status=404).text
    assert staff.get(f"/coordinator/people/{garden_group.world.other_volunteer_id}/hours", status=404).text == missing


def test_somebody_without_hours(garden_group: Garden, staff: PageClient) -> None:
    new = new_id()
    garden_group.within(enrol_volunteer, first_name="New", volunteer_id=new)
    assert "No hours yet" in staff.get(f"/coordinator/people/{new}/hours").text
