"""Letters put together behind one link: what may be in, how long it works, what its reader is told, and what is kept."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journey.charity import Charity, check, correct, withdraw
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code
from timecredits.foundation.signed_documents import read_attached_record
from timecredits.journey.checks.letter_looks import list_looks
from timecredits.journey.letters.issuing import Issued
from timecredits.journey.letters.letter_states import LetterState
from timecredits.journey.pack_models import Pack, PackLetter
from timecredits.journey.packs.pack_links import (
    LinkState,
    keep_pack_look,
    link_state,
    list_pack_looks,
    list_packs,
    open_pack,
    pack_code,
)
from timecredits.journey.packs.pack_reading import look_at_pack, pack_record, read_pack, shared_letter_file
from timecredits.journey.packs.pack_writing import print_pack
from timecredits.journey.packs.packs import (
    PackTerms,
    change_pack,
    end_pack,
    find_pack,
    letters_of_packs,
    make_pack,
    shareable_letters,
    usual_last_day,
)
from timecredits.network.programmes import create_programme
from timecredits.network.volunteers import enrol_volunteer

KEYRING = Keyring.from_secret("a secret for packs in tests, 0123456789")


def issued(charity: Charity, count: int = 1) -> list[Issued]:
    return [charity.issue(charity.draft(opinion="Kind and on time.")) for _ in range(count)]


def make(charity: Charity, letters: list[Issued], *, days: int = 28, title: str = "Hospital porter") -> Pack:
    terms = PackTerms(title, tuple(each.reference.id for each in letters), clock.today() + timedelta(days=days))
    return make_pack(charity.session, charity.programme_id, charity.volunteer_id, pack_id=new_id(), terms=terms)


def change(charity: Charity, pack: Pack, letters: list[Issued], *, days: int = 28, title: str = "Porter") -> Pack:
    terms = PackTerms(title, tuple(each.reference.id for each in letters), clock.today() + timedelta(days=days))
    return change_pack(charity.session, charity.programme_id, charity.volunteer_id, pack.id, terms)


def inside(charity: Charity, pack: Pack) -> list[object]:
    return list(letters_of_packs(charity.session, charity.programme_id, [pack.id])[pack.id])


def test_a_pack_keeps_its_letters_in_their_order(charity: Charity) -> None:
    first, second, third = issued(charity, 3)
    pack = make(charity, [third, first])
    assert inside(charity, pack) == [third.reference.id, first.reference.id]
    assert (pack.title, pack.holder_name, pack.ends_on) == ("Hospital porter", "Siân O'Neill-Wyn", usual_last_day())

    change(charity, pack, [first, second, third], days=3, title="  Porter,   nights ")

    assert inside(charity, pack) == [first.reference.id, second.reference.id, third.reference.id]
    assert (pack.title, pack.ends_on) == ("Porter, nights", clock.today() + timedelta(days=3))
    rows = charity.session.scalars(select(PackLetter).where(PackLetter.pack_id == pack.id)).all()
    assert sorted(row.place for row in rows) == [1, 2, 3]


def test_saving_twice_makes_one_pack(charity: Charity) -> None:
    letters = issued(charity)
    terms = PackTerms("Porter", (letters[0].reference.id,), usual_last_day())
    here, pack_id = (charity.session, charity.programme_id, charity.volunteer_id), new_id()
    assert make_pack(*here, pack_id=pack_id, terms=terms) is make_pack(*here, pack_id=pack_id, terms=terms)
    assert len(list_packs(*here)) == 1


def test_only_letters_that_stand_and_may_be_read_go_in(charity: Charity) -> None:
    good, superseded, confidential, withdrawn = issued(charity, 4)
    draft = charity.draft()
    confidential.reference.confidential = True
    withdraw(charity, withdrawn.reference)
    here = (charity.session, charity.programme_id, charity.volunteer_id)
    pack = make(charity, [superseded])
    correct(charity)
    renewed = charity.issue(charity.draft())
    shareable = [each.reference_id for each in shareable_letters(*here)]
    assert shareable == [renewed.reference.id]
    assert superseded.reference.id in {each.reference_id for each in shareable_letters(*here, already=inside(charity, pack))}  # type: ignore[arg-type]

    for bad in (good, superseded, confidential, withdrawn, Issued(draft, "")):
        with pytest.raises(RuleError) as fault:
            make(charity, [renewed, bad])
        assert fault.value.field == "letter_2"
    change(charity, pack, [renewed, superseded])  # what was in may stay in
    with pytest.raises(RuleError):
        change(charity, pack, [renewed, good])


@pytest.mark.parametrize(
    ("title", "picks", "days", "field"),
    [
        (" \t ", [0], 28, "title"),
        ("x" * 81, [0], 28, "title"),
        ("Porter", [], 28, "letter_1"),
        ("Porter", [0, 1, 2, 3], 28, "letter_1"),
        ("Porter", [0, 1, 0], 28, "letter_3"),
        ("Porter", [0], -1, "ends_on"),
        ("Porter", [0], 366, "ends_on"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(charity: Charity, title: str, picks: list[int], days: int, field: str) -> None:
    letters = issued(charity, 4)
    with pytest.raises(RuleError) as fault:
        make(charity, [letters[pick] for pick in picks], days=days, title=title)
    assert fault.value.field == field
    assert list_packs(charity.session, charity.programme_id, charity.volunteer_id) == []


def test_a_year_and_today_are_the_bounds(charity: Charity) -> None:
    letters = issued(charity)
    for days in (0, 365):
        pack = make(charity, letters, days=days)
        assert link_state(pack) is LinkState.OPEN


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(days=st.integers(0, 365), later=st.integers(0, 800), ended=st.booleans())
def test_a_link_works_up_to_its_last_day_unless_it_was_ended(charity: Charity, days: int, later: int, ended: bool) -> None:  # noqa: FBT001
    session = charity.session
    with session.begin_nested() as savepoint:
        pack = make(charity, issued(charity), days=days)
        code = pack_code(session, KEYRING, pack)
        if ended:
            end_pack(session, charity.programme_id, charity.volunteer_id, pack.id)
        with clock.standing_at(clock.now() + timedelta(days=later)):
            works = open_pack(session, KEYRING, code)
            assert (works is pack) is (later <= days and not ended)
            assert pack_code(session, KEYRING, pack) == code
        savepoint.rollback()


def test_the_last_day_is_a_day_in_the_united_kingdom(charity: Charity) -> None:
    with clock.standing_at(clock.first_moment(date(2026, 6, 1))):
        charity.give_hours(date(2026, 5, 30), 60)
        pack = make(charity, issued(charity), days=0)
        code = pack_code(charity.session, KEYRING, pack)
        assert open_pack(charity.session, KEYRING, code) is pack  # 23:00 the day before, in UTC
    with clock.standing_at(clock.first_moment(date(2026, 6, 2))):
        assert open_pack(charity.session, KEYRING, code) is None


def test_an_ended_link_stays_ended_and_one_that_ran_out_can_be_given_longer(charity: Charity) -> None:
    session, letters = charity.session, issued(charity)
    ran_out, ended = make(charity, letters, days=0), make(charity, letters)
    end_pack(session, charity.programme_id, charity.volunteer_id, ended.id)
    first = ended.ended_at
    with clock.standing_at(clock.now() + timedelta(days=2)):
        end_pack(session, charity.programme_id, charity.volunteer_id, ended.id)
        assert ended.ended_at == first
        with pytest.raises(RuleError):
            change(charity, ended, letters)
        assert link_state(ran_out) is LinkState.RAN_OUT
        change(charity, ran_out, letters)
        assert link_state(ran_out) is LinkState.OPEN


def test_nothing_but_our_own_code_opens_a_pack(charity: Charity) -> None:
    session, pack = charity.session, make(charity, issued(charity))
    code = pack_code(session, KEYRING, pack)
    assert open_pack(session, KEYRING, code) is pack
    programme = create_programme(session, name="Other", slug="other")
    forged = [
        link_code(KEYRING, "pack", programme.number, pack.id),
        link_code(KEYRING, "pack", 999, pack.id),
        link_code(KEYRING, "confirm", 1, pack.id),
        link_code(Keyring.from_secret("another secret, 0123456789 0123456789"), "pack", 1, pack.id),
        link_code(KEYRING, "pack", 1, new_id()),
        code + "A",
        code[:-1],
        "",
        "é",
    ]
    for each in forged:
        assert open_pack(session, KEYRING, each) is None, each
    for place in range(len(code)):
        spoilt = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        assert open_pack(session, KEYRING, spoilt) is None, place


def test_each_letter_is_told_as_it_stands_now(charity: Charity) -> None:
    session = charity.session
    first, second = issued(charity, 2)
    pack = make(charity, [first, second])
    shared = read_pack(session, pack)
    assert [(each.place, each.letter.state, each.letter.number) for each in shared.letters] == [
        (1, LetterState.VALID, first.reference.number),
        (2, LetterState.VALID, second.reference.number),
    ]
    assert shared.letters[0].code.replace("-", "") == first.reference.short_code
    assert shared.can_download

    withdraw(charity, second.reference)
    correct(charity)
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        newest = charity.issue(charity.draft())
    change(charity, pack, [first, newest])
    shared = read_pack(session, pack)
    assert [each.letter.state for each in shared.letters] == [LetterState.SUPERSEDED, LetterState.VALID]
    assert (shared.letters[0].letter.newer_number, shared.letters[0].newer_place) == (newest.reference.number, 2)

    withdraw(charity, first.reference)
    shared = read_pack(session, pack)
    gone = shared.letters[0]
    assert (gone.letter.state, gone.letter.roles, gone.letter.total_minutes, gone.letter.opinion) == (
        LetterState.WITHDRAWN,
        (),
        0,
        (),
    )
    printed = read_attached_record(
        print_pack(pack_record(session, pack, link="https://x.example/s/abc", place="x.example/v", asked=["One."]))
    )
    assert printed is not None
    assert [each["reference_number"] for each in printed["referees"]] == [newest.reference.number]
    assert (printed["asked"], printed["check"]["url"]) == (["One."], "https://x.example/s/abc")
    with pytest.raises(NotFoundError):
        shared_letter_file(session, pack, first.reference.id)

    withdraw(charity, newest.reference)
    assert not read_pack(session, pack).can_download
    with pytest.raises(NotFoundError):
        pack_record(session, pack, link="https://x.example/s/abc", place="x.example/v")


def test_a_letters_file_is_the_one_that_was_issued_and_no_other_letter_is_there(charity: Charity) -> None:
    session = charity.session
    shared, private = issued(charity, 2)
    pack = make(charity, [shared])
    assert shared_letter_file(session, pack, shared.reference.id).content.startswith(b"%PDF-")
    for other in (private.reference.id, new_id()):
        with pytest.raises(NotFoundError):
            shared_letter_file(session, pack, other)


def test_ending_a_link_leaves_the_printed_letter_checkable(charity: Charity) -> None:
    [letter] = issued(charity)
    pack = make(charity, [letter])
    end_pack(charity.session, charity.programme_id, charity.volunteer_id, pack.id)
    assert check(charity, letter.secret).state is LetterState.VALID


def test_looks_are_kept_at_the_pack_and_at_its_letters(charity: Charity) -> None:
    session = charity.session
    first, second = issued(charity, 2)
    pack = make(charity, [first, second])
    look_at_pack(session, pack, read_pack(session, pack))
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        keep_pack_look(session, pack, "file")
        keep_pack_look(session, pack, "letter")
    with pytest.raises(ValueError, match="nothing"):
        keep_pack_look(session, pack, "address")
    looks, total = list_pack_looks(session, pack)
    assert ({each.what for each in looks[:2]}, looks[2].what, total) == ({"file", "letter"}, "page", 3)
    [row] = list_packs(session, charity.programme_id, charity.volunteer_id)
    assert (row.state, row.letters, row.looks) == (LinkState.OPEN, 2, 3)
    for each in (first, second):
        told = list_looks(session, charity.programme_id, charity.volunteer_id, each.reference.id)
        assert [(look.way, look.answer) for look in told.looks] == [("pack", "valid")]
        assert (told.number, told.total) == (each.reference.number, 1)


def test_links_that_work_stand_first(charity: Charity) -> None:
    letters = issued(charity)
    made = []
    for hours in range(3):
        with clock.standing_at(clock.now() + timedelta(hours=hours)):
            made.append(make(charity, letters))
    end_pack(charity.session, charity.programme_id, charity.volunteer_id, made[2].id)
    rows = list_packs(charity.session, charity.programme_id, charity.volunteer_id)
    assert [row.pack.id for row in rows] == [made[1].id, made[0].id, made[2].id]


def test_what_is_somebody_elses_is_not_there(charity: Charity) -> None:
    session = charity.session
    [letter] = issued(charity)
    pack = make(charity, [letter])
    other = enrol_volunteer(
        session, charity.programme_id, charity.organisation_id, first_name="Bo", last_name="Ek", joined_on=date(2025, 1, 1)
    ).volunteer
    here = (session, charity.programme_id, other.id)
    terms = PackTerms("Mine", (letter.reference.id,), usual_last_day())
    with pytest.raises(NotFoundError):
        find_pack(*here, pack.id)
    with pytest.raises(NotFoundError):
        end_pack(*here, pack.id)
    with pytest.raises(NotFoundError):
        change_pack(*here, pack.id, terms)
    with pytest.raises(NotFoundError):
        make_pack(*here, pack_id=pack.id, terms=terms)
    with pytest.raises(RuleError):
        make_pack(*here, pack_id=new_id(), terms=terms)
    with pytest.raises(NotFoundError):
        make_pack(session, charity.programme_id, new_id(), pack_id=new_id(), terms=terms)
    with pytest.raises(NotFoundError):
        list_looks(*here, letter.reference.id)
    with pytest.raises(NotFoundError):
        list_looks(session, charity.programme_id, charity.volunteer_id, charity.draft().id)
    assert list_packs(*here) == []


def test_what_the_employer_asked_is_kept_as_it_was(charity: Charity, session: Session) -> None:
    letters = issued(charity)
    asked = {"referees": 2, "known_months": 24}
    terms = PackTerms("Porter", (letters[0].reference.id,), usual_last_day())
    pack = make_pack(
        session,
        charity.programme_id,
        charity.volunteer_id,
        pack_id=new_id(),
        terms=terms,
        asked=asked,
        preset_name="Hospital",
    )
    session.expire(pack)
    assert (pack.asked, pack.preset_name) == (asked, "Hospital")
    assert read_pack(session, pack).asked == asked
