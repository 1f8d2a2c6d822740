"""Coordinators approve hours that volunteers logged: two taps for all of a person, and every other answer."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.models import LoggedHours, LoggedStatus
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_hours import change_logged, log_hours, withdraw
from timecredits.network.preferences import set_wants_credits
from timecredits.web.database import db

QUEUE = "/coordinator/approvals"
TODAY = clock.today()


def log(
    garden: Garden, person: int = 0, minutes: int = 120, days_ago: int = 1, starts: int | None = None, note: str = ""
) -> UUID:
    with garden.app.app_context():
        logged = log_hours(
            db.session(),
            garden.world.programme_id,
            garden.people[person],
            log_id=new_id(),
            activity_id=garden.activity_id,
            parts=[DayPart(TODAY - timedelta(days=days_ago), minutes, starts)],
            note=note,
            user_id=None,
            today=TODAY,
        )
        db.session.commit()
    return logged.ids[0]


def row(garden: Garden, log_id: UUID) -> LoggedHours:
    with garden.app.app_context():
        return db.session().get_one(LoggedHours, (garden.world.programme_id, log_id))


def line(staff: PageClient, log_id: UUID) -> Page:
    return staff.get(f"{QUEUE}/{log_id}")


def test_all_of_a_person_in_two_taps_from_home(garden_group: Garden, staff: PageClient) -> None:
    for days_ago in range(1, 6):
        log(garden_group, days_ago=days_ago)
    log(garden_group, 1)
    home = staff.get("/coordinator/")
    assert "2 people logged hours 6 entries to approve" in home.text
    page = staff.get(QUEUE).submit("Approve all 5 of Siân 's")
    assert "Approved. 10 hours added for 1 person." in page.text
    assert garden_group.credits(garden_group.people[0]) == 120 + 600
    assert "1 person logged hours" in staff.get("/coordinator/").text


def test_all_on_the_page_at_once(garden_group: Garden, staff: PageClient) -> None:
    for person in range(3):
        log(garden_group, person)
    page = staff.get(QUEUE).submit("Approve all 3 on this page")
    assert "Approved. 6 hours added for 3 people." in page.text
    assert "Nothing waits for you" in page.text
    assert "logged hours" not in staff.get("/coordinator/").text


def test_a_second_tap_adds_nothing(garden_group: Garden, staff: PageClient) -> None:
    log(garden_group)
    page = staff.get(QUEUE)
    for _ in range(2):
        answer = page.submit("Approve this one of Siân 's")
    assert "Approved already. Nothing was added twice." in answer.text
    assert garden_group.credits(garden_group.people[0]) == 240


def test_what_a_rule_stops_stays_with_its_sentence(garden_group: Garden, staff: PageClient) -> None:
    log(garden_group, minutes=1300)
    log(garden_group, minutes=100)
    yesterday = TODAY - timedelta(days=1)
    staff.get(f"/coordinator/hours/new?volunteer={garden_group.people[0]}").submit(
        "Save these hours",
        hours="2",
        activity=str(garden_group.activity_id),
        day=[str(part) for part in (yesterday.day, yesterday.month, yesterday.year)],
    )
    page = staff.get(QUEUE).submit("Approve all 2 of Siân 's")
    assert "Approved. 21 hours 40 minutes added for 1 person." in page.text
    assert "Not approved for Siân O'Neill-Wyn. That would be more than 24 hours" in page.text
    assert "Stays here" in page.text


def test_one_line_is_looked_at_closer(garden_group: Garden, staff: PageClient) -> None:
    log_id = log(garden_group, minutes=150, starts=600, note="Pruned the <roses>")
    page = line(staff, log_id)
    assert "2½ hours (10:00-12:30)" in page.text
    assert "Pruned the <roses>" in page.text
    assert "No other hours on that day." in page.text
    assert "Approved. 2½ hours added" in page.submit("Approve 2½ hours").text
    page = line(staff, log_id)
    assert "What was decided" in page.text
    assert page.click("Undo the approval").heading == "Undo the approval"


def test_other_hours_with_a_reason(garden_group: Garden, staff: PageClient) -> None:
    log_id = log(garden_group, minutes=180)
    page = line(staff, log_id).click("Approve other hours")
    assert page.fields("Approve these hours")["hours"] == "3"
    for hours, reason, words in (
        ("3", "Why not", "It says 3 hours already"),
        ("2", "", "Say why"),
        ("", "Less", "Type the hours first"),
    ):
        sent_back = page.submit("Approve these hours", hours=hours, reason=reason)
        assert words in sent_back.text
        fields = sent_back.fields("Approve these hours")
        assert (fields["hours"], fields["reason"]) == (hours, reason)
    done = page.submit("Approve these hours", hours="2", reason="We ended at noon")
    assert "Saved. 2 hours added for Siân O'Neill-Wyn." in done.text
    assert "Saved already." in page.submit("Approve these hours", hours="2", reason="We ended at noon").text
    assert garden_group.credits(garden_group.people[0]) == 240
    assert "Changed 2 hours" in staff.get(f"{QUEUE}/decided").text


@pytest.mark.parametrize(
    ("link", "button", "status", "words"),
    [
        ("Ask a question", "Send the question", LoggedStatus.RETURNED, "Sent. Siân O'Neill-Wyn sees your question."),
        ("Say no", "Do not add these hours", LoggedStatus.DECLINED, "Done. These hours were not added."),
    ],
)
def test_a_question_or_a_no(
    garden_group: Garden, staff: PageClient, link: str, button: str, status: LoggedStatus, words: str
) -> None:
    log_id = log(garden_group)
    page = line(staff, log_id).click(link)
    assert "Nothing was sent." in page.submit(button, words=" ").text
    long = page.submit(button, words="x" * 301)
    assert "at most 300" in long.text
    assert long.fields(button)["words"] == "x" * 301
    done = page.submit(button, words="Was the hall open?")
    assert words in done.text
    assert row(garden_group, log_id).status is status
    assert garden_group.credits(garden_group.people[0]) == 120


def test_somebody_without_an_email_has_to_be_told(garden_group: Garden, staff: PageClient) -> None:
    page = line(staff, log(garden_group, 1)).click("Ask a question").submit("Send the question", words="Which day?")
    assert "Łukasz Żak has no email here. Tell them when you see them." in page.text
    assert "You asked, no answer yet" in page.text


def test_an_approval_is_undone_alone_or_with_its_tap(garden_group: Garden, staff: PageClient) -> None:
    ids = [log(garden_group, days_ago=days_ago) for days_ago in (1, 2, 3)]
    page = staff.get(QUEUE).submit("Approve all 3 of Siân 's").click("Undo it")
    assert "You approved 3 of theirs with one tap." in page.text
    assert "Say why" in page.submit("Undo the approval", reason="").text
    done = page.submit("Undo the approval", which="all", reason="By mistake")
    assert "Undone. 6 hours taken away. They wait here again." in done.text
    assert garden_group.credits(garden_group.people[0]) == 120
    assert all(row(garden_group, each).status is LoggedStatus.WAITING for each in ids)
    assert "These hours are not approved." in staff.get(f"{QUEUE}/{ids[0]}/undo").text
    done.submit("Approve all 3 of Siân 's")
    done = staff.get(f"{QUEUE}/{ids[0]}/undo").submit("Undo the approval", which="one", reason="Not that one")
    assert "Undone. 2 hours taken away." in done.text
    assert garden_group.credits(garden_group.people[0]) == 120 + 240


def test_what_was_taken_back_meanwhile_is_said(garden_group: Garden, staff: PageClient) -> None:
    log_id = log(garden_group)
    page, asking = staff.get(QUEUE), line(staff, log_id).click("Ask a question")
    with garden_group.app.app_context():
        withdraw(db.session(), garden_group.world.programme_id, garden_group.people[0], log_id)
        db.session.commit()
    assert "They took these hours back." in page.submit("Approve this one of Siân 's").text
    assert "The volunteer took these hours back." in asking.submit("Send the question", words="Which day?").text
    assert "There is nothing to do." in line(staff, log_id).text
    assert "decided before" in staff.get(f"{QUEUE}/{log_id}/change").text


def test_another_organisation_sees_none_of_it(garden_group: Garden, staff: PageClient) -> None:
    log_id = log(garden_group)
    sent = staff.get(QUEUE).fields("Approve this one of Siân 's")
    other = garden_group.world.sign_in(PageClient(staff.app), "other_coordinator")
    assert "Nothing waits for you" in other.get(QUEUE).text
    missing = other.get(f"{QUEUE}/{uuid4()}", status=404).text
    assert other.get(f"{QUEUE}/{log_id}", status=404).text == missing
    staff.app.config["WTF_CSRF_ENABLED"] = False
    other.post(QUEUE, {"line": sent["line"]}, status=404)
    assert row(garden_group, log_id).status is LoggedStatus.WAITING


@pytest.mark.parametrize("sent", [{}, {"line": "nonsense"}, {"line": f"{UUID(int=1)}"}])
def test_a_form_that_no_page_sends_approves_nothing(garden_group: Garden, staff: PageClient, sent: dict[str, str]) -> None:
    log(garden_group)
    staff.app.config["WTF_CSRF_ENABLED"] = False
    staff.post(QUEUE, sent, status=404 if "line" in sent and "nonsense" not in sent["line"] else 400)
    assert garden_group.credits(garden_group.people[0]) == 120


def test_how_a_person_logs_is_set_on_their_page(garden_group: Garden, staff: PageClient) -> None:
    person = garden_group.people[0]
    page = staff.get(f"/coordinator/people/{person}")
    assert "Yes, you look first" in page.text
    page = staff.get(f"/coordinator/people/{person}/self-log").submit("Save", self_log="trusted")
    assert "Saved. This counts from now on." in page.text
    assert "Yes, they count at once" in page.text
    assert "Choose one." in staff.get(f"/coordinator/people/{person}/self-log").submit("Save", self_log="maybe").text
    staff.get(f"/coordinator/people/{garden_group.world.other_volunteer_id}/self-log", status=404)
    log(garden_group)
    assert "They logged it, nobody checked" in staff.get(f"/coordinator/people/{person}").text
    assert garden_group.credits(person) == 240


def test_hours_without_credits_are_said_to_be_so(garden_group: Garden, staff: PageClient) -> None:
    with garden_group.app.app_context():
        set_wants_credits(db.session(), garden_group.world.programme_id, garden_group.people[0], wants_credits=False)
        db.session.commit()
    log(garden_group)
    page = staff.get(QUEUE).submit("Approve this one of Siân 's")
    assert "Approved. 2 hours added for 1 person." in page.text
    assert "No credits: they said no thank you." in page.text
    assert garden_group.credits(garden_group.people[0]) == 120


@pytest.mark.parametrize(
    ("way", "button", "typed"),
    [
        ("change", "Approve these hours", {"hours": "1", "reason": "It ended early"}),
        ("ask", "Send the question", {"words": "Which day was it?"}),
        ("decline", "Do not add these hours", {"words": "The group did not meet"}),
    ],
)
def test_what_was_changed_since_it_was_seen_is_looked_at_again(
    garden_group: Garden, staff: PageClient, way: str, button: str, typed: dict[str, str]
) -> None:
    log_id = log(garden_group)
    page = staff.get(f"{QUEUE}/{log_id}/{way}")
    with garden_group.app.app_context():
        change_logged(
            db.session(),
            garden_group.world.programme_id,
            garden_group.people[0],
            log_id,
            activity_id=garden_group.activity_id,
            part=DayPart(TODAY - timedelta(days=2), 720),
            today=TODAY,
        )
        db.session.commit()
    again = page.submit(button, **typed)
    assert "This changed a moment ago. Look at it again." in again.text
    assert "12 hours" in again.text
    assert row(garden_group, log_id).status is LoggedStatus.WAITING
    again.submit(button, **typed)
    assert row(garden_group, log_id).status is not LoggedStatus.WAITING
