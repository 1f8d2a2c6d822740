"""Checking a letter with its code, and the lists it stands in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.journey.charity import AUTHOR, Charity, check, withdraw
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.errors import NotFoundError
from timecredits.journey.checks import checking
from timecredits.journey.checks.checking import CodeCheck, Desk, check_by_code, check_by_phone, check_by_secret
from timecredits.journey.letters.letter_states import LetterState
from timecredits.journey.letters.listing import list_for_volunteer, list_letters, own_letter_file
from timecredits.journey.letters.references import draft_reference
from timecredits.journey.models import ReferenceLookUp, ReferenceStatus
from timecredits.network.programmes import create_organisation, create_programme


@contextmanager
def counted_statements(session: Session) -> Iterator[list[str]]:
    """What is asked of the database within."""
    asked: list[str] = []

    def note(*words: object) -> None:
        asked.append(str(words[2]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield asked
    event.remove(connection, "before_cursor_execute", note)


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


@pytest.mark.usefixtures("steady_clock")
def test_ten_tries_an_hour_for_a_code_then_even_the_right_name_waits(charity: Charity) -> None:
    code = charity.issue(charity.draft()).reference.short_code
    assert code is not None
    for number in range(10):
        assert not check_by_code(charity.session, code, f"Wrong{number}").too_many
    refused = check_by_code(charity.session, code, "Wyn")
    assert (refused.too_many, refused.letter) == (True, None)

    with clock.standing_at(clock.now() + timedelta(hours=1)):
        assert check_by_code(charity.session, code, "Wyn").letter is not None


@pytest.mark.usefixtures("steady_clock")
def test_an_unknown_code_runs_out_of_tries_in_the_same_way(charity: Charity) -> None:
    for _ in range(10):
        check_by_code(charity.session, "00100000000", "Wyn")
    assert check_by_code(charity.session, "00100000000", "Wyn").too_many


@pytest.mark.usefixtures("steady_clock")
def test_misses_from_everybody_together_have_a_limit(charity: Charity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MISSES_IN_ALL", 3)
    code = charity.issue(charity.draft()).reference.short_code or ""
    for number in range(3):
        assert not check_by_code(charity.session, f"0010000000{number}", "Wyn").too_many
    assert check_by_code(charity.session, code, "Wyn").too_many


@pytest.mark.usefixtures("steady_clock")
def test_ten_thousand_tries_at_one_code_get_nowhere_and_touch_no_other(charity: Charity) -> None:
    session = charity.session
    one, other = (charity.issue(charity.draft()).reference.short_code or "" for _ in range(2))
    looked = [check_by_code(session, one, f"Guess{number}") for number in range(10)]
    assert not any(each.too_many or each.letter for each in looked)
    # On SQLite all the rest; a round trip to PostgreSQL for each would only tell the same again.
    rest = 9_990 if session.get_bind().dialect.name == "sqlite" else 190
    with counted_statements(session) as asked:
        refused = [check_by_code(session, one, "Wyn") for _ in range(rest)]
    assert {(each.too_many, each.letter) for each in refused} == {(True, None)}
    assert len(asked) == rest  # counted, and the letters never asked for
    assert not any("reference" in statement for statement in asked)
    assert check_by_code(session, other, "Wyn").letter is not None

    with clock.standing_at(clock.now() + timedelta(minutes=59)):  # the last minute of the hour
        assert check_by_code(session, one, "Wyn").too_many
    with clock.standing_at(clock.now() + timedelta(minutes=60)):
        assert check_by_code(session, one, "Wyn").letter is not None


@pytest.mark.usefixtures("steady_clock")
def test_counting_statements_tells_nothing(charity: Charity) -> None:
    session = charity.session
    code = charity.issue(charity.draft()).reference.short_code or ""
    unknown = code[:-1] + ("0" if code[-1] != "0" else "1")
    check_by_code(session, "00199999999", "Wyn")  # the count of all misses has begun
    session.flush()
    session.expire_all()
    seen = []
    for typed, surname in ((code, "Price"), (unknown, "Price"), (unknown, "Wyn")):
        with counted_statements(session) as asked:
            check_by_code(session, typed, surname)
        seen.append(list(asked))
    assert seen[0] == seen[1] == seen[2]
    assert 3 <= len(seen[0]) <= 4


@pytest.mark.usefixtures("steady_clock")
def test_staff_on_the_phone_find_their_own_letters_only(charity: Charity) -> None:
    session = charity.session
    code = charity.issue(charity.draft()).reference.short_code or ""
    elsewhere = create_programme(session, name="Other", slug="other").id
    mine = Desk(charity.programme_id, charity.organisation_id)
    all_of_it = Desk(charity.programme_id)
    for desk in (mine, all_of_it):
        assert check_by_phone(session, desk, code, "Wyn").letter is not None
        assert check_by_phone(session, desk, code, "Price") == CodeCheck(None)
    for desk in (
        Desk(charity.programme_id, charity.other_organisation_id),
        Desk(elsewhere),
        Desk(elsewhere, charity.organisation_id),
    ):
        assert check_by_phone(session, desk, code, "Wyn") == CodeCheck(None)
    kept = session.scalars(select(ReferenceLookUp)).all()
    assert [(each.way, each.answer) for each in kept] == [("phone", "valid")] * 2

    for _ in range(3):
        check_by_code(session, code, "Price")
    assert check_by_phone(session, mine, code, "Wyn").too_many  # the same ten tries
    assert check_by_code(session, code, "Wyn").too_many


def test_the_volunteer_sees_issued_letters_and_how_often_they_were_checked(charity: Charity) -> None:
    charity.draft()
    issued = charity.issue(charity.draft())
    check(charity, issued.secret)
    check_by_secret(charity.session, issued.secret, count=False)

    [mine] = list_for_volunteer(charity.session, charity.programme_id, charity.volunteer_id)

    assert (mine.number, mine.state, mine.minutes) == (issued.reference.number, LetterState.VALID, 390)
    assert (mine.look_ups.times, mine.look_ups.last) == (1, clock.now())
    assert mine.can_download
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
