"""Who is asked, once; who is asked again; and who is never asked."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.insight.impact.conftest import KEYRING, LONELY, Town
from timecredits.foundation import clock, mail
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.insight.impact.answering import answer_ask, put_off, refuse_ask
from timecredits.insight.impact.asking import months_after
from timecredits.insight.impact.survey_links import GOOD_FOR, REMIND_AFTER, ask_behind, send_survey_mails, survey_code
from timecredits.insight.impact.surveys import SurveyFacts, close_survey, remove_survey, start_survey, take_out_question
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.standing import suspend
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_at_another
from timecredits.records.models import Erasure
from timecredits.records.privacy.erasing import ask_to_erase, call_off

START = datetime(2026, 3, 31, 12, tzinfo=UTC)
ANSWERS = [1, 2, 3, 4]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 24))
def test_months_after_is_that_many_calendar_months(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_everybody_is_asked_once(town: Town) -> None:
    people = [town.person(), town.person("Moss", town.there)]
    survey = town.survey()
    assert all(town.asked(survey, each) for each in people)
    assert town.ask() == 0


def test_an_organisation_asks_its_own_people(town: Town) -> None:
    mine, theirs = town.person(), town.person("Moss", town.there)
    survey = town.survey(organisation_id=town.here)
    assert town.asked(survey, mine)
    assert not town.asked(survey, theirs)


def test_only_new_people_where_that_was_chosen(town: Town) -> None:
    with clock.standing_at(START - timedelta(days=40)):
        old = town.person()
    with clock.standing_at(START):
        survey = town.survey(SurveyFacts(SurveyKind.LONELINESS, "New people", asks_all=False))
    with clock.standing_at(START + timedelta(days=3)):
        new = town.person("Moss")
        assert town.ask() == 1
    assert town.asked(survey, new)
    assert not town.asked(survey, old)


def test_who_left_is_erased_is_a_second_record_or_belongs_to_one_on_hold_is_not_asked(town: Town) -> None:
    left, erased, second, held, stays = (town.person(name) for name in ("Ash", "Bay", "Fern", "Moss", "Reed"))
    session = town.session
    session.execute(update(Enrolment).where(Enrolment.volunteer_id == left).values(left_on=clock.today()))
    session.execute(update(Volunteer).where(Volunteer.id == erased).values(erased_at=clock.now()))
    session.execute(update(Volunteer).where(Volunteer.id == second).values(merged_into=stays))
    session.execute(update(Enrolment).where(Enrolment.volunteer_id == held).values(organisation_id=town.there))
    suspend(session, town.programme_id, town.there, reason="Moving house", actor_id=None)
    survey = town.survey()
    assert [bool(town.asked(survey, each)) for each in (left, erased, second, held, stays)] == [False] * 4 + [True]


def test_who_is_at_two_organisations_is_not_asked_the_same_twice(town: Town) -> None:
    both = town.person()
    enrol_at_another(town.session, town.session.get_one(Volunteer, (town.programme_id, both)), town.there)
    first, second = town.survey(organisation_id=town.here), town.survey(organisation_id=town.there)
    assert town.asked(first, both)
    assert not town.asked(second, both)


def test_who_answered_is_asked_again_when_it_is_time_and_nobody_else(town: Town) -> None:
    with clock.standing_at(START):
        answered, silent, refused = (town.person(name) for name in ("Ash", "Bay", "Fern"))
        survey = town.survey()
        answer_ask(town.session, KEYRING, town.programme_id, town.must(survey, answered).id, ANSWERS)
        refuse_ask(town.session, town.programme_id, town.must(survey, refused).id)
    assert town.must(survey, answered, Stage.FOLLOW_UP).due_on == date(2026, 9, 30)
    with clock.standing_at(START + timedelta(days=180)):
        assert town.ask() == 0
    with clock.standing_at(datetime(2026, 9, 30, 12, tzinfo=UTC)):
        assert town.ask() == 1
        assert town.ask() == 0
    assert town.must(survey, answered, Stage.FOLLOW_UP).asked_at is not None
    assert not town.asked(survey, silent, Stage.FOLLOW_UP)
    assert not town.asked(survey, refused, Stage.FOLLOW_UP)


def test_nobody_is_asked_before_it_begins_or_after_it_closed(town: Town) -> None:
    town.person()
    survey = town.survey(begun=False)
    assert town.ask() == 0
    start_survey(town.session, town.programme_id, None, survey.id, actor_id=None)
    close_survey(town.session, town.programme_id, None, survey.id, actor_id=None)
    assert town.ask() == 0
    with pytest.raises(RuleError, match="closed"):
        start_survey(town.session, town.programme_id, None, survey.id, actor_id=None)


def test_the_same_standard_questions_are_open_once(town: Town) -> None:
    town.survey()
    second = town.survey(begun=False)
    with pytest.raises(RuleError, match="already"):
        start_survey(town.session, town.programme_id, None, second.id, actor_id=None)


def test_a_survey_that_began_stays(town: Town) -> None:
    begun, draft = town.survey(), town.survey(begun=False)
    with pytest.raises(RuleError, match="Nothing was thrown away"):
        remove_survey(town.session, town.programme_id, None, begun.id, actor_id=None)
    remove_survey(town.session, town.programme_id, None, draft.id, actor_id=None)
    with pytest.raises(NotFoundError):
        remove_survey(town.session, town.programme_id, None, draft.id, actor_id=None)
    assert town.session.scalar(select(Survey.id).where(Survey.id == draft.id)) is None


def test_another_organisation_s_survey_is_not_found(town: Town) -> None:
    survey = town.survey(organisation_id=town.here)
    for owner in (town.there, None):
        with pytest.raises(NotFoundError):
            close_survey(town.session, town.programme_id, owner, survey.id, actor_id=None)


def test_a_question_of_one_s_own_can_be_taken_out_but_the_last(town: Town) -> None:
    survey = town.survey(SurveyFacts(SurveyKind.OWN, "Ours", texts=("One", "Two"), answers=("No", "Yes")))
    here = (town.session, town.programme_id, None, survey.id)
    take_out_question(*here, 0, actor_id=None)
    take_out_question(*here, 0, actor_id=None)
    with pytest.raises(RuleError, match="last question"):
        take_out_question(*here, 1, actor_id=None)
    standard = town.survey(LONELY)
    with pytest.raises(RuleError, match="belong together"):
        take_out_question(town.session, town.programme_id, None, standard.id, 0, actor_id=None)


def _with_email(town: Town, name: str) -> Volunteer:
    volunteer = town.session.get_one(Volunteer, (town.programme_id, town.person(name)))
    volunteer.user_id = create_user(town.session, email=f"{name.lower()}@example.org", name=name).id
    town.session.flush()
    return volunteer


def _mails(town: Town) -> list[mail.MailMessage]:
    return list(town.session.scalars(select(mail.MailMessage)))


def test_one_mail_some_days_later_to_whoever_said_nothing(town: Town) -> None:
    with clock.standing_at(START):
        silent, later, unmailed = (_with_email(town, name) for name in ("Ash", "Bay", "Fern"))
        unmailed.wants_reminders = False
        town.person("Moss")  # has no address
        survey = town.survey()
        put_off(town.session, town.programme_id, town.must(survey, later.id).id)
    sending = {"base_url": "https://credits.example"}
    for days, expected in ((2, 0), (3, 1), (4, 0), (90, 0)):
        with clock.standing_at(START + timedelta(days=days)):
            sent = send_survey_mails(town.session, KEYRING, town.programme_id, now=clock.now(), **sending)
            assert sent == expected
    [letter] = _mails(town)
    ask = town.must(survey, silent.id)
    assert letter.recipient == "ash@example.org"
    assert letter.subject == "Fenland Time Credits: a note for you"
    assert f"https://credits.example/q/{survey_code(town.session, KEYRING, ask)}" in letter.body
    assert not any(word in (letter.subject + letter.body).lower() for word in ("lonel", "survey", "ash", "riverside", "well"))


def test_the_link_opens_what_it_was_sent_for_and_nothing_else(town: Town) -> None:
    with clock.standing_at(START):
        person = _with_email(town, "Ash")
        survey = town.survey()
        ask = town.must(survey, person.id)
        code = survey_code(town.session, KEYRING, ask)
        with pytest.raises(NotFoundError):
            ask_behind(town.session, KEYRING, code)  # nothing was sent yet
    with clock.standing_at(START + REMIND_AFTER):
        send_survey_mails(town.session, KEYRING, town.programme_id, base_url="", now=clock.now())
        assert ask_behind(town.session, KEYRING, code).ask.id == ask.id
        for wrong in (code[:-1], f"{code[:-1]}{'A' if code[-1] != 'A' else 'Q'}", "nonsense", "é"):
            with pytest.raises(NotFoundError):
                ask_behind(town.session, KEYRING, wrong)
    with clock.standing_at(START + REMIND_AFTER + GOOD_FOR + timedelta(seconds=1)), pytest.raises(NotFoundError):
        ask_behind(town.session, KEYRING, code)


def test_asking_is_counted_by_the_unique_row(town: Town) -> None:
    person = town.person()
    survey = town.survey()
    rows = town.session.scalars(select(SurveyAsk).where(SurveyAsk.survey_id == survey.id)).all()
    assert [(row.volunteer_id, row.stage) for row in rows] == [(person, Stage.BASELINE)]


def test_who_waits_to_be_erased_is_asked_nothing_and_gets_no_mail(town: Town) -> None:
    def waits(person: UUID) -> Erasure:
        return ask_to_erase(town.session, town.programme_id, person, erasure_id=new_id(), actor_id=None)

    early, late = town.person("Early"), town.person("Late")
    waits(late)
    survey = town.survey()
    assert town.asked(survey, late) is None
    answer_ask(town.session, KEYRING, town.programme_id, town.must(survey, early).id, [1, 1, 1, 1])
    waits(early)
    with clock.standing_at(clock.now() + timedelta(days=300)):
        assert town.ask() == 0
    call_off(town.session, town.programme_id, late, actor_id=None)
    assert town.ask() == 1
    assert town.asked(survey, late) is not None
