"""A letter's life: drafted, issued, checked, out of date, withdrawn."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, event, func, select

from tests.journey.charity import AUTHOR, BASE_URL, TODAY, Charity, build_charity
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.documents import UnprintableCharacter
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.secret_values import digest
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import Activity
from timecredits.journey import checking
from timecredits.journey.checking import CheckedLetter, check_by_code, check_by_secret
from timecredits.journey.issuing import issue_reference, preview_letter
from timecredits.journey.letter_states import LetterState, letter_standings
from timecredits.journey.listing import count_for_volunteer, letter_file, list_for_volunteer, list_letters, own_letter_file
from timecredits.journey.models import Document, Reference, ReferenceLookUp, ReferenceStatus
from timecredits.journey.references import Author, change_draft, draft_reference, find_reference, remove_draft, start_letter
from timecredits.journey.withdrawing import withdraw_reference
from timecredits.network.models import Enrolment
from timecredits.network.programmes import create_organisation
from timecredits.network.volunteers import enrol_volunteer


def correct(charity: Charity, minutes: int | None = 60) -> None:
    correct_hours(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        charity.first_entry,
        minutes=minutes,
        reason="Typed wrong",
        actor_id=None,
        today=TODAY,
    )


def withdraw(charity: Charity, reference: Reference, reason: str = "Wrong person") -> Reference:
    return withdraw_reference(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        reference.id,
        reason=reason,
        actor_id=AUTHOR.user_id,
    )


def check(charity: Charity, secret: str) -> CheckedLetter:
    answer = check_by_secret(charity.session, secret)
    assert answer is not None
    return answer


def test_the_facts_come_from_the_register(charity: Charity) -> None:
    start = start_letter(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id)

    assert start.holder_name == "Siân O'Neill-Wyn"
    assert start.facts.known_since == date(2024, 5, 1)
    assert start.facts.minutes == 390
    assert [(role.role, role.counted.minutes) for role in start.facts.roles] == [("Garden lead", 300), ("Kitchen helper", 90)]
    assert start.facts.roles[0].counted.first_day == date(2025, 3, 4)
    assert start.facts.up_to == date(2026, 10, 6)


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


def test_two_who_issue_at_once_issue_one_letter(engine: Engine) -> None:
    with transaction(engine) as session:
        charity = build_charity(session)
        draft_id = charity.draft().id
    ready = Barrier(2)

    def issue(_: int) -> str | None:
        ready.wait()
        with transaction(engine) as mine:
            return issue_reference(
                mine, charity.programme_id, charity.organisation_id, draft_id, base_url=BASE_URL, actor_id=AUTHOR.user_id
            ).reference.number

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(issue, range(2)))

    assert numbers[0] == numbers[1] is not None
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


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


def test_code_and_surname_open_a_letter(charity: Charity) -> None:
    code = charity.issue(charity.draft()).reference.short_code
    assert code is not None
    spoken = f"{code[:3]}-{code[3:7]}-{code[7:]}".lower()
    for surname in ("O'Neill-Wyn", "oneill wyn", "WYN", "Sian ONeill Wyn"):
        assert check_by_code(charity.session, spoken, surname).letter is not None, surname
    for surname in ("", "Siân", "ill-Wyn", "O", "Price"):
        assert check_by_code(charity.session, spoken, surname).letter is None, surname


def test_wrong_surname_and_unknown_code_are_answered_alike(charity: Charity) -> None:
    code = charity.issue(charity.draft()).reference.short_code
    assert code is not None
    unknown = code[:3] + ("0" if code[3] != "0" else "1") + code[4:]
    wrong = check_by_code(charity.session, code, "Price")
    assert wrong == check_by_code(charity.session, unknown, "Wyn") == check_by_code(charity.session, "ZZZ12345678", "Wyn")
    assert wrong.letter is None


def test_ten_tries_an_hour_for_a_code_then_even_the_right_name_waits(charity: Charity) -> None:
    code = charity.issue(charity.draft()).reference.short_code
    assert code is not None
    for number in range(10):
        assert not check_by_code(charity.session, code, f"Wrong{number}").too_many
    refused = check_by_code(charity.session, code, "Wyn")
    assert (refused.too_many, refused.letter) == (True, None)

    with clock.standing_at(clock.now() + timedelta(hours=1)):
        assert check_by_code(charity.session, code, "Wyn").letter is not None


def test_an_unknown_code_runs_out_of_tries_in_the_same_way(charity: Charity) -> None:
    for _ in range(10):
        check_by_code(charity.session, "00100000000", "Wyn")
    assert check_by_code(charity.session, "00100000000", "Wyn").too_many


def test_misses_from_everybody_together_have_a_limit(charity: Charity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MISSES_IN_ALL", 3)
    code = charity.issue(charity.draft()).reference.short_code or ""
    for number in range(3):
        assert not check_by_code(charity.session, f"0010000000{number}", "Wyn").too_many
    assert check_by_code(charity.session, code, "Wyn").too_many


def test_a_copy_is_compared_byte_for_byte(charity: Charity) -> None:
    reference = charity.issue(charity.draft()).reference
    content = letter_file(charity.session, charity.programme_id, charity.organisation_id, reference.id).content
    assert reference.short_code is not None
    for copy, same in ((content, True), (content + b"\n", False), (b"", False), (None, None)):
        letter = check_by_code(charity.session, reference.short_code, "Wyn", copy=copy).letter
        assert letter is not None
        assert letter.same_file is same


def test_the_volunteer_sees_issued_letters_and_how_often_they_were_checked(charity: Charity) -> None:
    charity.draft()
    issued = charity.issue(charity.draft())
    check(charity, issued.secret)
    check_by_secret(charity.session, issued.secret, count=False)

    [mine] = list_for_volunteer(charity.session, charity.programme_id, charity.volunteer_id)

    assert (mine.number, mine.state, mine.minutes) == (issued.reference.number, LetterState.VALID, 390)
    assert (mine.look_ups.times, mine.look_ups.last) == (1, clock.now())
    assert mine.can_download
    assert count_for_volunteer(charity.session, charity.programme_id, charity.volunteer_id) == 1
    own = own_letter_file(charity.session, charity.programme_id, charity.volunteer_id, mine.reference_id)
    assert own.content.startswith(b"%PDF")
    assert "Wyn" not in own.filename

    withdraw(charity, issued.reference)
    [mine] = list_for_volunteer(charity.session, charity.programme_id, charity.volunteer_id)
    assert not mine.can_download
    with pytest.raises(NotFoundError):
        own_letter_file(charity.session, charity.programme_id, charity.volunteer_id, mine.reference_id)


def test_a_look_up_keeps_the_way_and_the_answer_and_nothing_about_who(charity: Charity) -> None:
    issued = charity.issue(charity.draft())
    check(charity, issued.secret)
    check_by_code(charity.session, issued.reference.short_code or "", "Wyn")

    kept = charity.session.scalars(select(ReferenceLookUp)).all()

    assert sorted((each.way, each.answer) for each in kept) == [("code", "valid"), ("qr", "valid")]


def test_the_list_searches_pages_and_filters(charity: Charity) -> None:
    issued = [charity.issue(charity.draft()).reference for _ in range(3)]
    drafts = [charity.draft() for _ in range(24)]
    withdraw(charity, issued[0])

    def listed(**options: object) -> list[object]:
        found = list_letters(charity.session, charity.programme_id, charity.organisation_id, **options)  # type: ignore[arg-type]
        return [row.reference_id for row in found.rows]

    everything = list_letters(charity.session, charity.programme_id, charity.organisation_id)
    assert (everything.total, everything.pages, len(everything.rows)) == (27, 2, 25)
    assert len(listed(page=2)) == len(listed(page=99)) == 2
    assert len(listed(search="sian wyn")) == 25
    assert listed(search="nobody") == listed(search="%") == []
    assert listed(search=issued[1].number) == [issued[1].id]
    code = issued[2].short_code
    assert code is not None
    assert listed(search=f"{code[:3]}-{code[3:7]}-{code[7:]}") == [issued[2].id]
    assert listed(status=ReferenceStatus.WITHDRAWN) == [issued[0].id]
    assert len(listed(status=ReferenceStatus.DRAFT)) == len(drafts)


def test_a_full_page_of_the_list_takes_few_questions(charity: Charity) -> None:
    for _ in range(25):
        charity.issue(charity.draft())
    asked: list[str] = []
    connection = charity.session.connection()
    charity.session.flush()
    charity.session.expire_all()
    event.listen(connection, "before_cursor_execute", lambda *words: asked.append(words[2]))

    found = list_letters(charity.session, charity.programme_id, charity.organisation_id)

    assert len(found.rows) == 25
    assert len(asked) <= 4, asked


def test_every_act_is_kept(charity: Charity) -> None:
    issued = charity.issue(charity.draft()).reference
    withdraw(charity, issued)
    charity.session.flush()

    acts = charity.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == issued.id)).all()

    assert sorted(acts) == ["reference drafted", "reference issued", "reference withdrawn"]


def test_the_other_organisation_can_not_draft_under_a_known_id(charity: Charity) -> None:
    draft = charity.draft()
    third = create_organisation(charity.session, charity.programme_id, name="Third", slug="third")
    charity.organisation_id = third.id
    with pytest.raises(NotFoundError):
        draft_reference(
            charity.session,
            charity.programme_id,
            third.id,
            reference_id=draft.id,
            volunteer_id=charity.volunteer_id,
            holder_name="X",
            opinion="",
            neutral_letterhead=False,
            author=AUTHOR,
        )
