"""That statements which leave a programme out are found, and those that name it, in whatever way, are not."""

from contextlib import suppress
from uuid import uuid4

import pytest
from sqlalchemy import Select, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from tests.statements import auditing
from tests.statements.judging import faults_of_statement, faults_of_text
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourEntry
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.programmes import find_organisation

ONE = uuid4()
OTHER = aliased(Volunteer)
OF_ONE = HourEntry.programme_id == ONE
BY_BOTH = (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id)
COUNTED = select(HourEntry.programme_id, func.count().label("entries")).where(OF_ONE).group_by(HourEntry.programme_id).subquery()
ENTRIES, ACTIVITIES = HourEntry.__table__, Activity.__table__
KEPT = insert(ACTIVITIES).values(programme_id=ONE, id=uuid4(), name="Help").cte("kept")


@pytest.mark.parametrize(
    "statement",
    [
        select(HourEntry.id).where(OF_ONE),
        select(HourEntry.id).where(HourEntry.programme_id.in_([ONE])),
        select(HourEntry.id, Activity.name).join(Activity, BY_BOTH).where(OF_ONE),
        select(OTHER.id).where(OTHER.programme_id == ONE),
        select(Volunteer.id, COUNTED.c.entries).join(COUNTED, COUNTED.c.programme_id == Volunteer.programme_id),
        select(Volunteer.id).where(
            Volunteer.programme_id == ONE,
            exists().where(HourEntry.programme_id == Volunteer.programme_id, HourEntry.volunteer_id == Volunteer.id),
        ),
        update(ENTRIES).where(ENTRIES.c.programme_id == ONE).values(minutes=1),
        insert(ENTRIES).values(programme_id=ONE, id=uuid4()),
    ],
)
def test_what_names_its_programme_passes(statement: Select[tuple[object]]) -> None:
    assert faults_of_statement(statement) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (select(HourEntry.id), ["hour_entry: no programme"]),
        (select(HourEntry.id).where(HourEntry.programme_id != ONE), ["hour_entry: no programme"]),
        (
            select(HourEntry.id, Activity.name).join(Activity, Activity.id == HourEntry.activity_id).where(OF_ONE),
            ["activity: no programme"],
        ),
        (select(HourEntry.id, Activity.name).join(Activity, BY_BOTH), ["activity: no programme", "hour_entry: no programme"]),
        (select(OTHER.id), ["volunteer: no programme"]),
        (select(OTHER.id).where(Volunteer.programme_id == ONE), ["volunteer: no programme"]),
        (
            select(Volunteer.id).where(Volunteer.programme_id == ONE, exists().where(HourEntry.volunteer_id == Volunteer.id)),
            ["hour_entry: no programme"],
        ),
        (update(ENTRIES).values(minutes=1), ["hour_entry: no programme"]),
        (update(ENTRIES).where(ENTRIES.c.programme_id == ONE).values(programme_id=uuid4()), ["changes a programme_id"]),
        (update(ENTRIES).where(ENTRIES.c.programme_id == ONE).values(minutes=1).add_cte(KEPT), ["writes within WITH"]),
    ],
)
def test_what_leaves_one_out_is_found(statement: Select[tuple[object]], said: list[str]) -> None:
    assert faults_of_statement(statement) == said


def test_text_must_say_it_too() -> None:
    assert faults_of_text("SELECT sum(amount) FROM transfer") == ["transfer: no programme"]
    assert faults_of_text("SELECT sum(amount) FROM transfer WHERE programme_id = :one") == []
    assert faults_of_text("SELECT 1") == []


def test_they_are_heard_as_they_are_sent(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin itself: what our code sends is judged, what a test sends is not, and what is listed passes."""
    session.execute(select(Organisation.id))
    assert auditing.take_found() == []
    with suppress(NotFoundError):
        find_organisation(session, "nowhere")
    home = "timecredits/network/programmes.py:find_organisation"
    assert home in auditing.ALLOWED
    assert auditing.take_found() == []
    monkeypatch.setattr(auditing, "ALLOWED", {})
    with suppress(NotFoundError):
        find_organisation(session, "nowhere")
    assert [each.partition(": ")[0] for each in auditing.take_found()] == [home]
