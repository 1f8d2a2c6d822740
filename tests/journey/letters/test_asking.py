"""Asking for a letter, and what comes of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text

from tests.journey.charity import AUTHOR, BASE_URL, TODAY, Charity, build_charity
from tests.real.at_once import at_once, in_one
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.letters.asked_letters import (
    RequestState,
    count_open_requests,
    find_open_request,
    list_asked,
    list_open_requests,
)
from timecredits.journey.letters.asking import ask_for_letter, begin_letter, cancel_request, decline_request
from timecredits.journey.letters.people_to_ask import PersonToAsk, people_to_ask
from timecredits.journey.letters.references import Author, remove_draft
from timecredits.journey.models import Reference, ReferenceRequest
from timecredits.network.models import Enrolment, RoleKind, StaffRole, User, Volunteer
from timecredits.network.users import create_user, end_role, give_role
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer


def hire(charity: Charity, name: str, started: date, organisation_id: UUID | None = None, title: str = "Coordinator") -> User:
    user = create_user(charity.session, email=f"{name.split(maxsplit=1)[0].lower()}@example.org", name=name)
    with clock.standing_at(datetime(started.year, started.month, started.day, 12, tzinfo=UTC)):
        give_role(
            charity.session,
            charity.programme_id,
            user.id,
            RoleKind.COORDINATOR,
            title=title,
            organisation_id=organisation_id or charity.organisation_id,
        )
    return user


def choices(charity: Charity) -> list[PersonToAsk]:
    return people_to_ask(charity.session, charity.programme_id, charity.volunteer_id)


def ask(charity: Charity, request_id: UUID | None = None, **changes: Any) -> ReferenceRequest:
    values: dict[str, Any] = {"role_id": choices(charity)[0].role_id, "holder_name": "Siân Wyn", "base_url": BASE_URL} | changes
    return ask_for_letter(
        charity.session, charity.programme_id, charity.volunteer_id, request_id=request_id or new_id(), **values
    )


def begin(charity: Charity, request: ReferenceRequest, reference_id: UUID | None = None, *, author: Author = AUTHOR) -> Reference:
    return begin_letter(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        request.id,
        reference_id=reference_id or new_id(),
        holder_name=request.holder_name,
        opinion="",
        neutral_letterhead=request.neutral_letterhead,
        language=request.language,
        confidential=False,
        wants_second_look=False,
        author=author,
    )


def decline(charity: Charity, request: ReferenceRequest, because: str = "I left that team.") -> None:
    decline_request(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        request.id,
        because=because,
        actor_id=AUTHOR.user_id,
        base_url=BASE_URL,
    )


def states(charity: Charity) -> list[RequestState]:
    return [each.state for each in list_asked(charity.session, charity.programme_id, charity.volunteer_id)]


def mails(charity: Charity) -> list[MailMessage]:
    return list(charity.session.scalars(select(MailMessage).order_by(MailMessage.queued_at, MailMessage.id)))


@pytest.fixture
def jo(charity: Charity) -> User:
    return hire(charity, "Jo Reed", date(2024, 10, 21))


@pytest.mark.usefixtures("jo")
def test_known_since_is_the_later_of_both_first_days_and_hours_are_those_confirmed_there(charity: Charity) -> None:
    hire(charity, "Ada Okafor", date(2020, 1, 1), title="Director")
    gone = hire(charity, "Bo Gone", date(2020, 1, 1))
    end_role(charity.session.scalars(select(StaffRole).where(StaffRole.user_id == gone.id)).one())
    charity.session.flush()

    assert [(each.name, each.known_since, each.minutes, each.is_asked) for each in choices(charity)] == [
        ("Ada Okafor", date(2024, 5, 1), 390, False),
        ("Jo Reed", date(2024, 10, 21), 390, False),
    ]


@pytest.mark.usefixtures("jo")
def test_nobody_is_asked_about_themselves_and_strangers_are_not_asked(charity: Charity) -> None:
    hire(charity, "Elsewhere Only", date(2024, 1, 1), charity.other_organisation_id)
    me = hire(charity, "Siân", date(2024, 1, 1))
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = me.id
    charity.session.flush()
    assert [each.name for each in choices(charity)] == ["Jo Reed"]


@pytest.mark.usefixtures("jo")
def test_who_has_left_can_ask_and_is_told_nothing_of_knowing_where_nobody_did(charity: Charity) -> None:
    enrolment = charity.session.scalars(select(Enrolment)).one()
    enrolment.left_on = date(2024, 6, 1)
    charity.session.flush()
    [person] = choices(charity)
    assert (person.name, person.known_since, person.minutes) == ("Jo Reed", None, 390)
    assert ask(charity).asked_of == person.user_id


def test_two_roles_of_one_person_are_one_person_to_ask(charity: Charity, jo: User) -> None:
    give_role(charity.session, charity.programme_id, jo.id, RoleKind.ORGANISATION_OWNER, organisation_id=charity.organisation_id)
    assert [each.known_since for each in choices(charity)] == [date(2024, 10, 21)]


def test_asking_reaches_who_was_asked_and_says_nothing_in_the_mail(charity: Charity, jo: User) -> None:
    request = ask(
        charity, words="  For a job at the library.\r\nBy May. ", language="cy", neutral_letterhead=True, with_elsewhere=True
    )

    assert (request.asked_of, request.asked_of_name, request.words) == (jo.id, "Jo Reed", "For a job at the library.\nBy May.")
    [found] = list_open_requests(charity.session, charity.programme_id, charity.organisation_id)
    assert (found.volunteer_name, found.holder_name, found.language) == ("Siân O'Neill-Wyn", "Siân Wyn", "cy")
    assert (found.neutral_letterhead, found.with_elsewhere) == (True, True)
    assert count_open_requests(charity.session, charity.programme_id, charity.organisation_id) == 1
    assert count_open_requests(charity.session, charity.programme_id, charity.other_organisation_id) == 0
    [mail] = mails(charity)
    assert mail.recipient == "jo@example.org"
    for telling in ("Siân", "Wyn", "Lantern", "letter", "reference"):
        assert telling not in mail.subject + mail.body.replace(f"{BASE_URL}/coordinator", ""), telling
    assert states(charity) == [RequestState.WAITING]


@pytest.mark.usefixtures("jo")
def test_the_same_form_twice_asks_once(charity: Charity) -> None:
    first = ask(charity)
    assert ask(charity, first.id, holder_name="Other") is first
    assert (first.holder_name, len(mails(charity))) == ("Siân Wyn", 1)
    stranger = enrol_volunteer(charity.session, charity.programme_id, charity.organisation_id, first_name="Ira").volunteer
    with pytest.raises(NotFoundError):
        ask_for_letter(
            charity.session,
            charity.programme_id,
            stranger.id,
            request_id=first.id,
            role_id=new_id(),
            holder_name="Ira",
            base_url=BASE_URL,
        )


@pytest.mark.usefixtures("jo")
def test_one_open_request_for_each_organisation(charity: Charity) -> None:
    request = ask(charity)
    assert [each.is_asked for each in choices(charity)] == [True]
    with pytest.raises(RuleError, match="Nothing was sent again"):
        ask(charity)
    draft = begin(charity, request)
    with pytest.raises(RuleError, match="already"):
        ask(charity)
    charity.issue(draft)
    assert [each.is_asked for each in choices(charity)] == [False]
    ask(charity)


def test_two_asked_at_once_are_one_request(database_url: str, engine: Engine) -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with clock.standing_at(moment), transaction(engine) as session:
        charity = build_charity(session)
        hire(charity, "Jo Reed", date(2024, 10, 21))
        role_id = choices(charity)[0].role_id

    def act(session: Any) -> bool:
        try:
            ask_for_letter(
                session,
                charity.programme_id,
                charity.volunteer_id,
                request_id=new_id(),
                role_id=role_id,
                holder_name="Siân",
                base_url=BASE_URL,
            )
        except RuleError:
            return False
        return True

    assert sorted(at_once(database_url, [in_one(act)] * 3, at=moment)) == [False, False, True]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(ReferenceRequest)) == 1


@pytest.mark.postgresql
def test_asking_does_not_wait_for_rows_that_only_name_the_person(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with clock.standing_at(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        with transaction(engine) as session:
            charity = build_charity(session)
            hire(charity, "Jo Reed", date(2024, 10, 21))
        with transaction(engine) as writing, transaction(engine) as asking:
            person = writing.get_one(Volunteer, (charity.programme_id, charity.volunteer_id))
            enrol_at_another(writing, person, charity.other_organisation_id)  # names the person, and is not committed yet
            charity.session = asking
            asking.execute(text("SET LOCAL lock_timeout = '1s'"))
            assert ask(charity).asked_of_name == "Jo Reed"
    engine.dispose()


@pytest.mark.usefixtures("jo")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": "x" * 301}, "words"),
        ({"holder_name": " "}, "holder_name"),
        ({"holder_name": "x" * 101}, "holder_name"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_can_not_be_sent(charity: Charity, change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as fault:
        ask(charity, **change)
    assert fault.value.field == field
    assert mails(charity) == []


@pytest.mark.usefixtures("jo")
def test_without_hours_there_nobody_is_asked(charity: Charity) -> None:
    hire(charity, "Kit There", date(2020, 1, 1), charity.other_organisation_id)
    enrol_at_another(
        charity.session,
        charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)),
        charity.other_organisation_id,
    )
    there = choices(charity)[-1]
    assert (there.name, there.minutes) == ("Kit There", 0)
    with pytest.raises(RuleError, match="no confirmed hours"):
        ask(charity, role_id=there.role_id)
    with pytest.raises(NotFoundError):
        ask(charity, role_id=new_id())


@pytest.mark.usefixtures("jo")
def test_a_request_becomes_a_letter_once(charity: Charity) -> None:
    request = ask(charity)
    draft = begin(charity, request)
    assert begin(charity, request, draft.id).id == draft.id
    assert (draft.holder_name, request.reference_id, request.answered_at is not None) == ("Siân Wyn", draft.id, True)
    assert states(charity) == [RequestState.BEING_WRITTEN]
    assert find_open_request(charity.session, charity.programme_id, charity.organisation_id, request.id) is None
    with pytest.raises(RuleError, match="answered"):
        cancel_request(charity.session, charity.programme_id, charity.volunteer_id, request.id)
    with pytest.raises(RuleError, match="begun"):
        decline(charity, request)
    charity.issue(draft)
    assert states(charity) == []


@pytest.mark.usefixtures("jo")
def test_words_of_a_second_who_begins_it_are_not_taken_for_saved(charity: Charity) -> None:
    request = ask(charity)
    draft = begin(charity, request)
    with pytest.raises(RuleError, match=r"A colleague began this letter\. Your words were not saved\."):
        begin(charity, request, author=Author(new_id(), "Ada Okafor", "Director"))
    with pytest.raises(RuleError, match=r"You began this letter already\. Your new words were not saved\."):
        begin(charity, request)
    assert list(charity.session.scalars(select(Reference))) == [draft]


@pytest.mark.usefixtures("jo")
def test_asking_and_taking_back_over_and_over_fills_no_mailbox(charity: Charity) -> None:
    first = clock.now()
    for hours, mailed in ((0, 1), (1, 1), (23, 1), (24, 1), (48, 2), (73, 3)):
        with clock.standing_at(first + timedelta(hours=hours)):
            request = ask(charity)
            assert len(mails(charity)) == mailed, hours
            assert count_open_requests(charity.session, charity.programme_id, charity.organisation_id) == 1
            cancel_request(charity.session, charity.programme_id, charity.volunteer_id, request.id)


@pytest.mark.usefixtures("jo")
def test_a_draft_thrown_away_leaves_the_request_waiting(charity: Charity) -> None:
    request = ask(charity)
    draft = begin(charity, request)
    remove_draft(charity.session, charity.programme_id, charity.organisation_id, draft.id, actor_id=AUTHOR.user_id)
    charity.session.flush()
    assert states(charity) == [RequestState.WAITING]
    assert count_open_requests(charity.session, charity.programme_id, charity.organisation_id) == 1
    charity.issue(begin(charity, request))
    assert states(charity) == []


@pytest.mark.usefixtures("jo")
def test_declined_with_words_that_the_person_reads(charity: Charity) -> None:
    user = create_user(charity.session, email="sian@example.org", name="Siân")
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = user.id
    request = ask(charity)
    for because in ("", " ", "x" * 501):
        with pytest.raises(RuleError) as fault:
            decline(charity, request, because)
        assert fault.value.field == "because"
    for _ in range(2):
        decline(charity, request)
    with pytest.raises(RuleError, match="Your words were not sent") as late:
        decline(charity, request, "Other words")
    assert late.value.field == "because"
    [asked] = list_asked(charity.session, charity.programme_id, charity.volunteer_id)
    assert (asked.state, asked.because) == (RequestState.DECLINED, "I left that team.")
    told = mails(charity)[-1]
    assert (told.recipient, len(mails(charity))) == ("sian@example.org", 2)
    assert "team" not in told.body
    with pytest.raises(RuleError, match="answered"):
        begin(charity, request)
    again = ask(charity)  # somebody else may write
    assert states(charity) == [RequestState.WAITING]
    cancel_request(charity.session, charity.programme_id, charity.volunteer_id, again.id)
    assert states(charity) == [RequestState.DECLINED]


@pytest.mark.usefixtures("jo")
def test_taken_back_it_waits_no_more(charity: Charity) -> None:
    request = ask(charity)
    for _ in range(2):
        cancel_request(charity.session, charity.programme_id, charity.volunteer_id, request.id)
    assert (states(charity), count_open_requests(charity.session, charity.programme_id, charity.organisation_id)) == ([], 0)
    for late in (lambda: begin(charity, request), lambda: decline(charity, request)):
        with pytest.raises(RuleError, match="took this request back"):
            late()


@pytest.mark.usefixtures("jo")
def test_others_find_nothing(charity: Charity) -> None:
    request = ask(charity)
    session, programme = charity.session, charity.programme_id
    for attempt in (
        lambda: cancel_request(session, programme, new_id(), request.id),
        lambda: find_open_request(session, programme, charity.other_organisation_id, request.id),
        lambda: find_open_request(session, new_id(), charity.organisation_id, request.id),
    ):
        with pytest.raises(NotFoundError):
            attempt()


@pytest.mark.usefixtures("jo")
def test_hours_elsewhere_are_in_a_letter_only_because_the_person_agreed(charity: Charity) -> None:
    garden = create_activity(
        charity.session, charity.programme_id, charity.other_organisation_id, ActivityFacts("Tool repair"), actor_id=None
    )
    enrol_at_another(
        charity.session,
        charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)),
        charity.other_organisation_id,
    )
    record_hours(
        charity.session,
        charity.programme_id,
        charity.other_organisation_id,
        [NewHours(new_id(), charity.volunteer_id, garden.id, None, TODAY - timedelta(days=3), 45)],
        source=HourSource.SINGLE,
        actor_id=None,
        today=TODAY,
    )
    alone = charity.issue(begin(charity, ask(charity))).reference
    both = charity.issue(begin(charity, ask(charity, with_elsewhere=True))).reference
    neutral = charity.issue(begin(charity, ask(charity, with_elsewhere=True, neutral_letterhead=True))).reference

    rows = [
        [(role["role"], role["organisation"], role["minutes"]) for role in (letter.facts or {})["record"]["facts"]["roles"]]
        for letter in (alone, both, neutral)
    ]
    own = [("Garden lead", "Lantern House CIC", 300), ("Kitchen helper", "Lantern House CIC", 90)]
    assert rows[0] == own
    assert rows[1] == [*own, ("Tool repair", "Make and Mend", 45)]
    assert {organisation for _role, organisation, _minutes in rows[2]} == {"Fenland Time Credits"}
    assert "Mend" not in str(neutral.facts)
