"""Many letters as one job: each is issued once, what can't be is told, and all go into one file."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import Engine, delete, func, select, update

from tests.foundation.signing_samples import a_signer
from tests.journey.charity import AUTHOR, BASE_URL, ISSUER, TODAY, Charity, build_charity, withdraw
from tests.journey.letters.sample_letters import assert_conforms
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import has_file, read_file
from timecredits.foundation.jobs import JobState, find_job, run_waiting, try_again
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.letters import letter_jobs
from timecredits.journey.letters.bulk_issuing import (
    BulkChoices,
    BulkLetters,
    BulkPeople,
    ask_for_letters,
    bulk_letters,
    bulk_people,
    list_mark,
)
from timecredits.journey.letters.letter_jobs import handlers
from timecredits.journey.models import Document, Reference, ReferenceStatus
from timecredits.network.models import Enrolment
from timecredits.network.volunteers import enrol_volunteer, list_enrolled

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def made(engine: Engine) -> Any:
    """The charity, committed, with three more who gave an hour each (one whose name no font has) and one who gave none."""
    with clock.standing_at(NOON):
        with transaction(engine) as session:
            charity = build_charity(session)
            people = [charity.volunteer_id]
            for first_name in ("Ali", "Zoë", "Odd \U00012345", "Without"):
                person = enrol_volunteer(session, charity.programme_id, charity.organisation_id, first_name=first_name).volunteer
                people.append(person.id)
                if first_name != "Without":
                    record_hours(
                        session,
                        charity.programme_id,
                        charity.organisation_id,
                        [NewHours(new_id(), person.id, charity.garden_id, None, date(2026, 11, 2), 60)],
                        source=HourSource.SINGLE,
                        actor_id=None,
                        today=TODAY,
                    )
        yield engine, charity, people


def ask(engine: Engine, charity: Charity, **wanted: Any) -> UUID:
    values = {"job_id": new_id(), "author": AUTHOR} | wanted
    with transaction(engine) as session:
        return ask_for_letters(session, charity.programme_id, charity.organisation_id, **values)


def run(engine: Engine, charity: Charity, job_id: UUID) -> JobState:
    run_waiting(engine, handlers(ISSUER))
    with transaction(engine) as session:
        return find_job(session, charity.programme_id, job_id, organisation_id=charity.organisation_id)


def pages(engine: Engine, charity: Charity, job_id: UUID) -> list[str]:
    with transaction(engine) as session:
        file = read_file(session, charity.programme_id, job_id, organisation_id=charity.organisation_id)
        return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(file.content)).pages]


def letters(engine: Engine) -> list[Reference]:
    with transaction(engine) as session:
        return list(session.scalars(select(Reference).order_by(Reference.holder_name)))


def test_each_gets_a_letter_of_their_own_and_all_go_into_one_file(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, people = made
    job_id = ask(engine, charity, volunteer_ids=people, choices=BulkChoices("cy", neutral_letterhead=True))
    job = run(engine, charity, job_id)

    assert (job.fault, job.done, job.total) == (None, 5, 5)
    assert job.outcome is not None
    assert job.outcome["letters"] == 3
    told = {each["person"]: each["sentence"] for each in job.outcome["failed"]}
    assert set(told) == {str(people[3]), str(people[4])}
    assert "We cannot print" in told[str(people[3])]
    assert "nothing to say" in told[str(people[4])]
    issued = letters(engine)
    assert [each.holder_name for each in issued] == ["Ali", "Siân O'Neill-Wyn", "Zoë"]
    assert {(each.status, each.language, each.neutral_letterhead, each.signer_name) for each in issued} == {
        (ReferenceStatus.ISSUED, "cy", True, "Jo Reed")
    }
    text = pages(engine, charity, job_id)
    assert len(text) == 3
    for page, name in zip(text, ("Ali", "Siân", "Zoë"), strict=True):
        assert name in page
    with transaction(engine) as session:
        file = read_file(session, charity.programme_id, job_id, organisation_id=charity.organisation_id)
        assert (file.filename, file.media_type) == ("letters-2026-11-21.pdf", "application/pdf")
        assert session.scalar(select(func.count()).select_from(Document)) == 3
        with pytest.raises(NotFoundError):
            find_job(session, charity.programme_id, job_id, organisation_id=charity.other_organisation_id)


def test_the_file_to_print_has_the_codes_of_the_letters_themselves(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, people = made
    job_id = ask(engine, charity, volunteer_ids=people[:2])
    run(engine, charity, job_id)
    with transaction(engine) as session:
        content = read_file(session, charity.programme_id, job_id, organisation_id=charity.organisation_id).content
        for letter in session.scalars(select(Reference)):
            own = session.get_one(Document, (charity.programme_id, letter.document_id)).content
            [address] = {
                part.split(b")")[0] for part in own.split(f"{BASE_URL}/v/".encode())[1:] if len(part.split(b")")[0]) == 29
            }
            assert address in content
            assert address.decode() not in json.dumps(letter.facts)


def test_a_job_run_again_issues_nothing_twice(made: tuple[Engine, Charity, list[UUID]], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, charity, people = made
    real = letter_jobs.print_letters

    def jammed(_records: Any) -> bytes:
        raise OSError("paper")

    monkeypatch.setattr(letter_jobs, "print_letters", jammed)
    job_id = ask(engine, charity, volunteer_ids=people)
    for _ in range(3):
        job = run(engine, charity, job_id)
    assert (job.fault, job.finished) == ("OSError", True)
    before = {each.id: (each.number, each.document_id) for each in letters(engine)}
    assert len(before) == 3
    with transaction(engine) as session:
        assert not has_file(session, charity.programme_id, job_id)
        try_again(session, charity.programme_id, job_id, organisation_id=charity.organisation_id)
    monkeypatch.setattr(letter_jobs, "print_letters", real)
    assert (run(engine, charity, job_id).outcome or {})["letters"] == 3
    assert {each.id: (each.number, each.document_id) for each in letters(engine)} == before


def test_a_letter_issued_by_an_earlier_try_is_printed_though_its_person_went(
    made: tuple[Engine, Charity, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, charity, people = made
    real = letter_jobs.print_letters
    monkeypatch.setattr(letter_jobs, "print_letters", lambda _records: 1 // 0)
    job_id = ask(engine, charity, volunteer_ids=people[:2])
    for _ in range(3):
        run(engine, charity, job_id)
    with transaction(engine) as session:
        session.execute(delete(Enrolment).where(Enrolment.volunteer_id == people[1]))
        try_again(session, charity.programme_id, job_id, organisation_id=charity.organisation_id)
    monkeypatch.setattr(letter_jobs, "print_letters", real)
    assert run(engine, charity, job_id).outcome == {"letters": 2, "failed": []}


def test_the_file_is_signed_where_documents_are(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, people = made
    signer = a_signer()
    issuer = replace(ISSUER, sign=lambda pdf: signer.sign(pdf, moment=NOON))
    job_id = ask(engine, charity, volunteer_ids=people[:2])
    run_waiting(engine, handlers(issuer))
    with transaction(engine) as session:
        file = read_file(session, charity.programme_id, job_id, organisation_id=charity.organisation_id)
    assert judge_signature(file.content, [signer.keys.chain]) is SignatureVerdict.VALID
    assert_conforms(file.content)


def test_drafts_are_issued_and_issued_ones_printed_again(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, _people = made
    with transaction(engine) as session:
        charity.session = session
        draft, unread, again, gone = (
            charity.draft(f"Person {name}", wants_second_look=name == "B", opinion="Kind.").id for name in "ABCD"
        )
        for each in (again, gone):
            charity.issue(session.get_one(Reference, (charity.programme_id, each)))
        withdraw(charity, session.get_one(Reference, (charity.programme_id, gone)))
        here = session, charity.programme_id, charity.organisation_id
        assert {(each.holder_name, each.wants_look) for each in bulk_letters(*here, ReferenceStatus.DRAFT).letters} == {
            ("Person A", False),
            ("Person B", True),
        }
        [issued] = bulk_letters(*here, ReferenceStatus.ISSUED, search="person c").letters
        number = issued.number
        assert bulk_letters(*here, ReferenceStatus.ISSUED, search=number.lower()).letters == (issued,)
        there = session, charity.programme_id, charity.other_organisation_id
        assert bulk_letters(*there, ReferenceStatus.ISSUED) == BulkLetters((), 0)
    job_id = ask(engine, charity, reference_ids=[draft, unread, again, gone, new_id()])
    job = run(engine, charity, job_id)
    assert job.outcome is not None
    assert (job.total, job.outcome["letters"]) == (4, 2)
    told = {each["letter"]: each["sentence"] for each in job.outcome["failed"]}
    assert "must read this letter first" in told[str(unread)]
    assert "withdrawn" in told[str(gone)]
    assert any(number in page for page in pages(engine, charity, job_id))
    assert {each.holder_name: each.number for each in letters(engine)}["Person C"] == number


def test_when_nothing_could_be_made_there_is_no_file(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, people = made
    job_id = ask(engine, charity, volunteer_ids=[people[3]])
    job = run(engine, charity, job_id)
    assert (job.fault, (job.outcome or {})["letters"]) == (None, 0)
    with transaction(engine) as session:
        assert not has_file(session, charity.programme_id, job_id)
    assert letters(engine) == []


def test_who_can_have_one(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, _people = made
    with transaction(engine) as session:
        found = bulk_people(session, charity.programme_id, charity.organisation_id)
        assert [(each.name, each.minutes) for each in found.people] == [
            ("Ali", 60),
            ("Odd \U00012345", 60),
            ("Siân O'Neill-Wyn", 390),
            ("Zoë", 60),
        ]
        assert (found.count, found.without_hours) == (4, 1)
        assert [
            each.name for each in bulk_people(session, charity.programme_id, charity.organisation_id, search="zoe").people
        ] == ["Zoë"]
        assert bulk_people(session, charity.programme_id, charity.other_organisation_id) == BulkPeople((), 0, 0)


@given(typed=st.text("aezoëZ%_'\\-1O ", max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_finds_whose_name_or_number_has_every_word(made: tuple[Engine, Charity, list[UUID]], typed: str) -> None:
    engine, charity, people = made
    with transaction(engine) as session:
        session.execute(update(Enrolment).where(Enrolment.volunteer_id == people[1]).values(number="AZ1"))
        session.execute(update(Enrolment).where(Enrolment.volunteer_id == people[2]).values(number="O_1%"))
        here = session, charity.programme_id, charity.organisation_id
        wanted = {each.volunteer.id for each in list_enrolled(*here, search=typed) if each.volunteer.first_name != "Without"}
        found = bulk_people(*here, search=typed)
        assert {each.volunteer_id for each in found.people} == wanted
        assert found.count == len(wanted)


def test_of_many_as_many_are_loaded_as_one_job_makes(
    made: tuple[Engine, Charity, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, charity, _people = made
    monkeypatch.setattr("timecredits.journey.letters.bulk_issuing.MOST", 2)
    with transaction(engine) as session:
        charity.session = session
        for name in "ABC":
            charity.draft(name)
        here = session, charity.programme_id, charity.organisation_id
        people, drafts = bulk_people(*here), bulk_letters(*here, ReferenceStatus.DRAFT)
        assert ([each.name for each in people.people], people.count) == (["Ali", "Odd \U00012345"], 4)
        assert ([each.holder_name for each in drafts.letters], drafts.count) == (["C", "B"], 3)


def test_a_list_of_other_people_has_another_mark() -> None:
    first, second = new_id(), new_id()
    assert list_mark([first, second]) == list_mark([second, first])
    assert len({list_mark(each) for each in ([], [first], [second], [first, second])}) == 4


def test_letters_are_found_by_either_name_and_those_in_confidence_are_marked(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, _people = made
    with transaction(engine) as session:
        charity.session = session
        charity.draft("Zoë Ŵyn", confidential=True)
        here = session, charity.programme_id, charity.organisation_id, ReferenceStatus.DRAFT
        for search in ("zoë", "Zoë ŵyn", "sian", "O'Neill", "ONeill-Wyn zoë", "' "):
            assert [each.confidential for each in bulk_letters(*here, search=search).letters] == [True], search
        for search in ("%", "_", "nobody", "zoë nobody"):
            assert bulk_letters(*here, search=search) == BulkLetters((), 0), search


def test_nobody_too_many_or_strangers(made: tuple[Engine, Charity, list[UUID]], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, charity, people = made
    with pytest.raises(RuleError, match="Tick one or more"):
        ask(engine, charity, volunteer_ids=[new_id()])
    monkeypatch.setattr("timecredits.journey.letters.bulk_issuing.MOST", 1)
    with pytest.raises(RuleError, match="more than 1"):
        ask(engine, charity, volunteer_ids=people)
    with pytest.raises(RuleError, match="English or Welsh"):
        ask(engine, charity, volunteer_ids=people[:1], choices=BulkChoices("fr"))


def test_one_job_for_one_form(made: tuple[Engine, Charity, list[UUID]]) -> None:
    engine, charity, people = made
    job_id = ask(engine, charity, volunteer_ids=people[:1])
    assert ask(engine, charity, volunteer_ids=people, job_id=job_id) == job_id
    run(engine, charity, job_id)
    assert len(letters(engine)) == 1
