"""The pages: a coordinator asks, a volunteer answers or doesn't, by link and on paper, and what the results say."""

import logging
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock, mail
from timecredits.insight.impact.paper import paper_code
from timecredits.insight.impact.survey_links import send_survey_mails, survey_code
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk
from timecredits.web.database import db


@pytest.fixture
def staff(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "coordinator")


@pytest.fixture
def volunteer(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "volunteer")


def begin(staff: PageClient, kind: str = "loneliness", **fields: str) -> str:
    """Write a survey down and begin it; answers its address."""
    page = staff.get("/coordinator/surveys").click("Ask something").client.get(f"/coordinator/surveys/new?kind={kind}")
    page = page.submit("Save", name="Spring", asks="all", again_after_months="6", **fields)
    assert "Nobody was asked yet" in page.text
    page = page.submit("Begin to ask")
    assert "It has begun" in page.text
    return page.path


def the_ask(world: World, stage: Stage = Stage.BASELINE) -> UUID:
    return (
        db.session()
        .scalars(select(SurveyAsk.id).where(SurveyAsk.volunteer_id == world.volunteer_id, SurveyAsk.stage == stage))
        .one()
    )


def test_asked_and_answered_on_one_page(staff: PageClient, volunteer: PageClient) -> None:
    assert "Nothing is asked of you" in volunteer.get("/my/questions").text
    shown = begin(staff)
    page = volunteer.get("/my/questions").click("See the questions")
    assert "How often do you feel left out?" in page.text
    page = page.submit("Send my answers")
    assert "Answer one question at least" in page.text
    page = page.submit("Send my answers", q0="2", q3="5")
    assert "Thank you" in page.text
    page = page.click(next(a.get_text(strip=True) for a in page.soup.select("main a.tc-links__title")))
    assert "Some of the time" in page.text
    assert "You left this out" in page.text
    page = staff.get(shown)
    assert "Fewer than 5 people have answered twice" in page.text
    assert "fewer than 5" in page.text
    page = volunteer.get("/my/questions")
    page = page.click(next(a.get_text(strip=True) for a in page.soup.select("main a.tc-links__title")))
    page = page.submit("Take them back")
    assert "gone for good" in page.text


def test_a_question_at_a_time_keeps_what_was_chosen(staff: PageClient, volunteer: PageClient) -> None:
    begin(staff)
    page = volunteer.get("/my/questions").click("One at a time")
    assert "Question 1 of 4" in page.text
    page = page.submit("Next question", q0="3")
    page = page.submit("Next question")
    assert "Question 3 of 4" in page.text
    page = page.submit("Question before")
    page = page.submit("Question before")
    assert page.fields("Next question")["q0"] == "3"
    for _ in range(3):
        page = page.submit("Next question")
    page = page.submit("Send my answers", q3="1")
    assert "Thank you" in page.text


def test_not_now_and_rather_not(staff: PageClient, volunteer: PageClient) -> None:
    begin(staff)
    page = volunteer.get("/my/questions").submit("Not now")
    assert "We will not remind you" in page.text
    page = page.submit("I would rather not")
    assert "We will not ask you these again" in page.text
    page = page.click(next(a.get_text(strip=True) for a in page.soup.select("main a.tc-links__title")))
    assert "That is fine" in page.text
    assert "Send my answers" in page.submit("Answer after all").text


def test_sent_twice_and_closed_meanwhile(app: Flask, world: World, staff: PageClient, volunteer: PageClient) -> None:
    shown = begin(staff)
    with app.app_context():
        ask = the_ask(world)
    form = volunteer.get(f"/my/questions/{ask}").fields("Send my answers")
    late = volunteer.get(f"/my/questions/{ask}")
    volunteer.post(f"/my/questions/{ask}", form | {"q0": "1"})
    again = volunteer.post(f"/my/questions/{ask}", form | {"q0": "3"})
    assert "first answers stand" in again.text
    assert "Hardly ever or never" in again.text
    volunteer.get(f"/my/questions/{ask}").submit("Take them back")
    volunteer.get(f"/my/questions/{ask}").submit("Answer after all")
    assert "Closed. Nobody is asked" in staff.get(shown).submit("Close it").text
    assert "closed now" in late.submit("Send my answers", q0="1").text


def test_bad_values_are_sent_back_with_the_rest_kept(app: Flask, world: World, staff: PageClient, volunteer: PageClient) -> None:
    begin(staff)
    with app.app_context():
        ask = the_ask(world)
    page = volunteer.get(f"/my/questions/{ask}").submit("Send my answers", q0="99", q1="2")
    assert "Choose one of the answers. Nothing was saved." in page.text
    assert page.fields("Send my answers")["q1"] == "2"
    page = volunteer.get(f"/my/questions/{ask}?one=yes")
    for at in ("-7", "99", "x"):
        page.submit("Next question", at=at)


def test_the_mailed_link_works_without_a_password(app: Flask, world: World, staff: PageClient) -> None:
    begin(staff)
    keyring = app.config["KEYRING"]
    with app.app_context(), clock.standing_at(clock.now() + timedelta(days=3)):
        session = db.session()
        assert send_survey_mails(session, keyring, world.programme_id, base_url="http://localhost", now=clock.now()) == 1
        code = survey_code(session, keyring, session.get_one(SurveyAsk, (world.programme_id, the_ask(world))))
        session.commit()
    visitor = PageClient(app)
    page = visitor.get(f"/q/{code}")
    assert page.soup.select_one(".govuk-exit-this-page")
    assert "referrer" in str(page.soup.head)
    page = page.submit("I would rather not")
    assert "That is fine" in page.text
    page = page.submit("Answer after all").click("Show me one question at a time")
    page = visitor.get(f"/q/{code}").submit("Send my answers", q3="1")
    assert "Thank you" in page.text
    assert "Often" not in page.text
    visitor.get(f"/q/{code[:-2]}xx", status=404)
    visitor.get("/q/nonsense", status=404)


def test_paper_goes_out_with_a_code_and_comes_back(app: Flask, world: World, staff: PageClient) -> None:
    shown = begin(staff)
    people = staff.get(f"{shown}/people?q=Sian")
    pdf = staff.http.get(people.link("Siân O'Neill-Wyn"))
    assert pdf.mimetype == "application/pdf"
    with app.app_context():
        code = paper_code(app.config["KEYRING"], the_ask(world))
    page = staff.get("/coordinator/surveys/paper").submit("Go on", code="ABCD-0000")
    assert "No open form has this code" in page.text
    page = page.submit("Go on", code=code.lower())
    page = page.submit("Save these answers")
    assert "Answer one question at least" in page.text
    page = page.submit("Save these answers", q1="3")
    assert "not even you" in page.text
    assert "No open form" in page.submit("Go on", code=code).text
    assert "There is nothing to ask them now" in staff.get(people.link("Siân O'Neill-Wyn")).text
    assert "Nobody found" in staff.get(f"{shown}/people?q=zzz&page=9").text


def test_another_organisation_and_its_person_are_not_there(app: Flask, world: World, staff: PageClient) -> None:
    shown = begin(staff)
    other = world.sign_in(PageClient(app), "other_coordinator")
    for path in (shown, f"{shown}.csv", f"{shown}/people", f"{shown}/people/{world.volunteer_id}.pdf"):
        other.get(path, status=404)
    staff.get(f"{shown}/people/{world.other_volunteer_id}.pdf", status=404)
    manager = world.sign_in(PageClient(app), "manager")
    page = manager.get(shown.replace("coordinator", "programme"))
    assert "Close it" not in str(page.soup)
    assert "Riverside Trust" in manager.get("/programme/surveys").text


def test_a_draft_of_an_organisation_is_only_theirs(app: Flask, world: World, staff: PageClient) -> None:
    page = staff.get("/coordinator/surveys/new?kind=own").submit(
        "Save", name="Draft", asks="new", again_after_months="3", own_items="One\nTwo", own_answers="No\nYes"
    )
    manager = world.sign_in(PageClient(app), "manager")
    manager.get(page.path.replace("coordinator", "programme"), status=404)
    assert "Draft" not in manager.get("/programme/surveys").text
    assert "Thrown away. Nobody was asked." in page.submit("Throw it away").text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(staff: PageClient) -> None:
    page = staff.get("/coordinator/surveys/new?kind=own").submit("Save", name="Mine", own_items="One\nOne", own_answers="No")
    assert "Choose whom to ask" in page.text
    page = page.submit("Save", asks="all")
    assert "Two of the questions are the same" in page.text
    assert page.fields("Save")["name"] == "Mine"
    page = staff.get("/coordinator/surveys/new?kind=wellbeing").submit("Save", name="W", asks="all", items="One\nTwo")
    assert "Type the number of your licence" in page.text
    page = page.submit("Save", licence="L1", introduction="Below.", copyright="©")
    assert "There must be 7 statements" in page.text


def test_the_programme_asks_everybody_and_organisations_help_on_paper(
    app: Flask, world: World, staff: PageClient, volunteer: PageClient
) -> None:
    manager = world.sign_in(PageClient(app), "manager")
    page = manager.get("/programme/surveys/new?kind=own").submit(
        "Save", name="All of us", asks="all", again_after_months="12", own_items="Fine?\nReally?", own_answers="No\nYes"
    )
    page = page.submit("Begin to ask").submit("Take this question out 1")
    assert "Nobody is asked this from now on" in page.text
    own = volunteer.get("/my/questions").click("See the questions")
    assert "Really?" in own.text
    assert "Fine?" not in own.text
    shown = staff.get(page.path.replace("programme", "coordinator"))
    assert "Only it sees what came out" in shown.text
    assert "What came out" not in shown.text
    staff.get(f"{shown.path}.csv", status=404)
    assert shown.click("Print a page for somebody").heading == "Print a page for somebody"
    rows = manager.http.get(f"{page.path}.csv").text.splitlines()
    assert rows[0].startswith("\ufeffmeasure,organisation,asked")
    assert "hidden" in rows[1]


def test_answers_are_in_no_log_mail_or_address(
    app: Flask, world: World, staff: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    words = tuple(f"zqanswer{number}" for number in range(5))
    begin(staff, "own", own_items="Question one\nQuestion two", own_answers="\n".join(words))
    volunteer = world.sign_in(PageClient(app), "volunteer")
    with caplog.at_level(logging.DEBUG):
        page = volunteer.get("/my/questions").click("See the questions").submit("Send my answers", q0="4", q1="2")
        volunteer.get("/my/questions")
    assert "zqanswer" not in page.response.request.url
    assert "zqanswer" not in caplog.text
    with app.app_context():
        session = db.session()
        survey = session.scalars(select(Survey)).one()
        assert str(survey.questions).count("zqanswer3") == 2  # the questions know every answer; nobody's is marked
        assert not [each for each in session.scalars(select(mail.MailMessage)) if "zqanswer" in each.body + each.subject]
    for page in (staff.get("/coordinator/surveys"), staff.get("/coordinator/")):
        assert "zqanswer" not in page.text
