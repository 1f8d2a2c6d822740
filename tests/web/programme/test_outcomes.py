"""What came of it, on the programme's page."""

from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.learning.outcomes import tell_outcome
from timecredits.journey.learning_models import OutcomeKind
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db


def tell(app: Flask, world: World, people: int, kind: OutcomeKind) -> None:
    """Let this many more people tell it."""
    with app.app_context():
        for _ in range(people):
            here = db.session(), world.programme_id, world.organisation_id
            person = enrol_volunteer(*here, first_name="Zoë").volunteer.id
            today = clock.today()
            whose = db.session(), world.programme_id, person
            tell_outcome(*whose, outcome_id=new_id(), kind=kind, happened_in=today, today=today)
        db.session.commit()


def test_small_numbers_are_hidden_and_the_sum_tells_none(app: Flask, client: PageClient, world: World) -> None:
    manager = world.sign_in(client, "manager")
    tell(app, world, 4, OutcomeKind.COURSE)
    few = manager.get("/programme").text
    assert "fewer than 5 people told us of each kind" in few
    assert "Zoë" not in few
    tell(app, world, 6, OutcomeKind.WORK)
    [row] = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, .tc-table__value")]
        for row in manager.get("/programme").soup.select("tbody tr")
        if row.get_text(" ", strip=True).startswith(str(clock.today().year))
    ]
    assert row[1:] == ["6", *["fewer than 5"] * 3, "6 or more"]
    for kind in (OutcomeKind.TRAINING, OutcomeKind.COURSE, OutcomeKind.STILL_VOLUNTEERING):
        tell(app, world, 5, kind)
    text = manager.get("/programme").text
    assert "Times told (one person may count more than once) 25" in text
    assert "What people told us, by year" in text
    assert "25 or more" not in text
