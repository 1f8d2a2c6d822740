"""A letter's life: drafted, issued, out of date, withdrawn."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.journey.charity import AUTHOR, BASE_URL, ISSUER, TODAY, Charity, build_charity, check, correct, withdraw
from tests.real.at_once import at_once, in_one
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.documents import UnprintableCharacter
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.secret_values import digest
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.letters.issuing import issue_reference, preview_letter
from timecredits.journey.letters.letter_states import LetterState, letter_standings
from timecredits.journey.letters.listing import letter_file, list_letters, own_letter_file
from timecredits.journey.letters.references import (
    Author,
    change_draft,
    draft_reference,
    find_reference,
    remove_draft,
    start_letter,
)
from timecredits.journey.models import Document, ReferenceStatus
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_volunteer


def test_the_facts_come_from_the_register(charity: Charity) -> None:
    start = start_letter(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id)

    assert start.holder_name == "Siân O'Neill-Wyn"
    assert start.facts.known_since == date(2024, 5, 1)
    assert start.facts.minutes == 390
    assert [(role.role, role.counted.minutes) for role in start.facts.roles] == [("Garden lead", 300), ("Kitchen helper", 90)]
    assert start.facts.roles[0].counted.first_day == date(2025, 3, 4)
    assert start.facts.up_to == date(2026, 10, 6)


def test_what_only_the_volunteer_stands_behind_is_in_no_letter(charity: Charity) -> None:
    user = create_user(charity.session, email="sian@example.org", name="Siân")
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = user.id
    for day, recorder in ((date(2026, 9, 1), user.id), (date(2026, 9, 2), AUTHOR.user_id)):
        record_hours(
            charity.session,
            charity.programme_id,
            charity.organisation_id,
            [NewHours(new_id(), charity.volunteer_id, charity.garden_id, None, day, 60)],
            source=HourSource.SELF_LOGGED,
            actor_id=recorder,
            today=TODAY,
        )

    start = start_letter(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id)

    assert start.facts.minutes == 390 + 60


def test_hours_from_before_enrolment_make_the_person_known_longer(charity: Charity) -> None:
    charity.give_hours(date(2023, 1, 5), 60)

    start = start_letter(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id)

    assert start.facts.known_since == date(2023, 1, 5)


def test_issuing_freezes_the_figures_and_keeps_only_the_hash_of_the_secret(charity: Charity) -> None:
    issued = charity.issue(charity.draft(opinion="Kind and steady."))

    reference, secret = issued.reference, issued.secret
    assert reference.status is ReferenceStatus.ISSUED
    assert reference.secret_hash == digest(secret)
    assert secret not in json.dumps(reference.facts)
    assert reference.facts is not None
    assert reference.facts["record"]["facts"]["total_minutes"] == 390
    document = charity.session.get_one(Document, (charity.programme_id, reference.document_id))
    assert document.sha256 == hashlib.sha256(document.content).digest()
    assert f"{BASE_URL}/v/{secret}".encode() in document.content


def test_issuing_twice_issues_once(charity: Charity) -> None:
    draft = charity.draft()
    first = charity.issue(draft)
    number, document = first.reference.number, first.reference.document_id

    again = charity.issue(draft)

    assert (again.reference.number, again.reference.document_id, again.secret) == (number, document, "")
    assert charity.session.scalar(select(func.count()).select_from(Document)) == 1


def test_two_who_issue_at_once_issue_one_letter(database_url: str, engine: Engine) -> None:
    with transaction(engine) as session:
        charity = build_charity(session)
        place = (charity.programme_id, charity.organisation_id, charity.draft().id)

    def issue(mine: Session) -> str | None:
        return issue_reference(mine, *place, issuer=ISSUER, actor_id=AUTHOR.user_id).reference.number

    first, *others = at_once(database_url, [in_one(issue)] * 3)
    assert first is not None
    assert others == [first, first]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


@pytest.mark.postgresql
def test_a_letter_issued_while_its_draft_stood_open_is_left_as_it_is(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        charity = build_charity(session)
        draft_id = charity.draft().id
    place = (charity.programme_id, charity.organisation_id, draft_id)
    with transaction(engine) as open_page:
        assert find_reference(open_page, *place).status is ReferenceStatus.DRAFT
        with transaction(engine) as session:
            issue_reference(session, *place, issuer=ISSUER, actor_id=AUTHOR.user_id)
        with pytest.raises(RuleError, match="was issued"):
            change_draft(open_page, *place, holder_name="Somebody else", opinion="", neutral_letterhead=False, author=AUTHOR)
        with pytest.raises(RuleError, match="was issued"):
            remove_draft(open_page, *place, actor_id=AUTHOR.user_id)
    engine.dispose()


def test_the_same_form_twice_drafts_once(charity: Charity) -> None:
    draft = charity.draft()
    again = draft_reference(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        reference_id=draft.id,
        volunteer_id=charity.volunteer_id,
        holder_name="Somebody else",
        opinion="",
        neutral_letterhead=False,
        author=AUTHOR,
    )

    assert again is draft
    assert draft.holder_name == "Siân O'Neill-Wyn"


def test_a_valid_letter_answers_with_its_own_words(charity: Charity) -> None:
    issued = charity.issue(charity.draft(opinion="Kind.\n\nSteady."))

    answer = check(charity, issued.secret.lower())

    assert answer.state is LetterState.VALID
    assert answer.holder_name == "Siân O'Neill-Wyn"
    assert answer.organisation_name == "Lantern House CIC"
    assert [(role.role, role.minutes) for role in answer.roles] == [("Garden lead", 300), ("Kitchen helper", 90)]
    assert answer.opinion == ("Kind.", "Steady.")
    assert (answer.signer_name, answer.signer_title) == ("Jo Reed", "Volunteer coordinator")
    assert answer.number == issued.reference.number
    assert answer.issued_on == TODAY


def test_later_hours_do_not_make_a_letter_out_of_date(charity: Charity) -> None:
    issued = charity.issue(charity.draft())

    charity.give_hours(date(2026, 11, 20), 600)
    charity.give_hours(date(2026, 10, 7), 60, charity.kitchen_id)

    assert check(charity, issued.secret).state is LetterState.VALID


def test_corrected_hours_make_a_letter_out_of_date_and_say_the_right_ones(charity: Charity) -> None:
    issued = charity.issue(charity.draft())

    correct(charity, 60)

    answer = check(charity, issued.secret)
    assert answer.state is LetterState.SUPERSEDED
    assert (answer.total_minutes, answer.now_minutes) == (390, 270)
    assert [role.now_minutes for role in answer.roles] == [180, 90]
    assert answer.newer_number == ""


def test_a_role_that_lost_all_its_hours_counts_as_nothing(charity: Charity) -> None:
    issued = charity.issue(charity.draft())
    correct(charity, None)
    [standing] = letter_standings(charity.session, charity.programme_id, [issued.reference])
    assert standing.state is LetterState.SUPERSEDED

    second = charity.give_hours(date(2025, 3, 4), 180)

    assert second != charity.first_entry
    assert check(charity, issued.secret).state is LetterState.VALID  # the same figures are true again


def test_the_newer_letter_is_named_once_it_stands(charity: Charity) -> None:
    old = charity.issue(charity.draft())
    correct(charity)
    with clock.standing_at(datetime(2026, 11, 22, tzinfo=UTC)):
        new = charity.issue(charity.draft())

    assert check(charity, old.secret).newer_number == new.reference.number
    assert check(charity, new.secret).state is LetterState.VALID

    withdraw(charity, new.reference)
    assert check(charity, old.secret).newer_number == ""


def test_renaming_an_activity_leaves_letters_standing(charity: Charity) -> None:
    issued = charity.issue(charity.draft())
    charity.session.get_one(Activity, (charity.programme_id, charity.garden_id)).name = "Growing"
    charity.session.flush()

    answer = check(charity, issued.secret)

    assert answer.state is LetterState.VALID
    assert answer.roles[0].role == "Garden lead"


def test_a_withdrawn_letter_gives_no_figures_and_no_reason(charity: Charity) -> None:
    issued = charity.issue(charity.draft(opinion="Kind."))

    withdraw(charity, issued.reference, "Mixed up with somebody else")

    answer = check(charity, issued.secret)
    assert answer.state is LetterState.WITHDRAWN
    assert (answer.roles, answer.opinion, answer.total_minutes) == ((), (), 0)
    assert answer.withdrawn_on == TODAY
    assert "Mixed up" not in repr(answer)


def test_withdrawing_needs_a_reason_and_keeps_the_first(charity: Charity) -> None:
    issued = charity.issue(charity.draft())
    with pytest.raises(RuleError, match="Say why"):
        withdraw(charity, issued.reference, "  ")
    assert issued.reference.status is ReferenceStatus.ISSUED

    withdraw(charity, issued.reference, "First")
    withdraw(charity, issued.reference, "Second")

    assert issued.reference.withdrawn_because == "First"
    with pytest.raises(RuleError):
        charity.issue(issued.reference)


def test_a_draft_is_not_withdrawn_but_removed(charity: Charity) -> None:
    draft = charity.draft()
    with pytest.raises(RuleError, match="draft"):
        withdraw(charity, draft)

    remove_draft(charity.session, charity.programme_id, charity.organisation_id, draft.id, actor_id=AUTHOR.user_id)
    charity.session.flush()

    with pytest.raises(NotFoundError):
        find_reference(charity.session, charity.programme_id, charity.organisation_id, draft.id)


def test_an_issued_letter_never_changes(charity: Charity) -> None:
    issued = charity.issue(charity.draft()).reference
    with pytest.raises(RuleError, match="can't change"):
        change_draft(
            charity.session,
            charity.programme_id,
            charity.organisation_id,
            issued.id,
            holder_name="Other",
            opinion="",
            neutral_letterhead=False,
            author=AUTHOR,
        )
    with pytest.raises(RuleError):
        remove_draft(charity.session, charity.programme_id, charity.organisation_id, issued.id, actor_id=AUTHOR.user_id)
    assert issued.holder_name == "Siân O'Neill-Wyn"


def test_whoever_changes_the_words_signs_them(charity: Charity) -> None:
    draft = charity.draft(opinion="Kind.")
    change_draft(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        draft.id,
        holder_name="Siân Wyn",
        opinion="Kind and quick.",
        neutral_letterhead=False,
        author=Author(new_id(), "Ada Okafor", "Director"),
    )

    record = preview_letter(charity.session, draft)

    assert record["display"]["opinion_heading"] == "The opinion of Ada Okafor, Director"
    assert record["signer"]["name"] == "Ada Okafor"


@pytest.mark.parametrize(
    ("name", "opinion", "field"),
    [("  ", "", "holder_name"), ("...", "", "holder_name"), ("x" * 101, "", "holder_name"), ("Siân", "x" * 1501, "opinion")],
)
def test_what_can_not_stand_on_a_letter(charity: Charity, name: str, opinion: str, field: str) -> None:
    with pytest.raises(RuleError) as fault:
        charity.draft(name, opinion)
    assert fault.value.field == field


def test_without_hours_there_is_no_letter(charity: Charity) -> None:
    nobody = enrol_volunteer(charity.session, charity.programme_id, charity.organisation_id, first_name="Łukasz").volunteer
    charity.volunteer_id = nobody.id
    with pytest.raises(RuleError, match="nothing to say"):
        charity.draft()


def test_hours_taken_away_before_issuing_stop_it(charity: Charity) -> None:
    nobody = enrol_volunteer(charity.session, charity.programme_id, charity.organisation_id, first_name="Łukasz").volunteer
    charity.volunteer_id = nobody.id
    charity.first_entry = charity.give_hours(date(2026, 1, 5), 60)
    draft = charity.draft("Łukasz")
    correct(charity, None)

    with pytest.raises(RuleError, match="nothing to say"):
        charity.issue(draft)
    assert draft.status is ReferenceStatus.DRAFT


def test_a_character_that_no_font_has_leaves_the_draft(charity: Charity) -> None:
    draft = charity.draft("Siân \U00012345")
    with pytest.raises(UnprintableCharacter, match="Nothing was made"):
        charity.issue(draft)
    assert draft.status is ReferenceStatus.DRAFT
    assert draft.number is None
    assert charity.session.scalar(select(func.count()).select_from(Document)) == 0


def test_a_neutral_letter_names_the_organisation_nowhere(charity: Charity) -> None:
    issued = charity.issue(charity.draft(neutral=True))

    file = letter_file(charity.session, charity.programme_id, charity.organisation_id, issued.reference.id)

    for text in (json.dumps(issued.reference.facts), file.content.decode("latin-1")):
        assert "Lantern" not in text
        assert "lantern" not in text
    assert check(charity, issued.secret).organisation_name == "Fenland Time Credits"


def test_no_letter_says_what_the_organisation_is_about_or_holds_a_balance(charity: Charity) -> None:
    issued = charity.issue(charity.draft())
    kept = json.dumps(issued.reference.facts).lower()
    for banned in ("mental health", "credits", "balance", "client", "benefit", "diagnos"):
        assert banned not in kept, banned


def test_other_organisations_see_nothing(charity: Charity) -> None:
    issued = charity.issue(charity.draft()).reference
    session, programme, other = charity.session, charity.programme_id, charity.other_organisation_id
    for attempt in (
        lambda: find_reference(session, programme, other, issued.id),
        lambda: letter_file(session, programme, other, issued.id),
        lambda: start_letter(session, programme, other, charity.volunteer_id),
        lambda: own_letter_file(session, programme, new_id(), issued.id),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert list_letters(session, programme, other).total == 0


def test_people_who_left_still_get_their_letter(charity: Charity) -> None:
    enrolment = charity.session.scalars(select(Enrolment)).one()
    enrolment.left_on = TODAY
    charity.session.flush()

    assert check(charity, charity.issue(charity.draft()).secret).state is LetterState.VALID
