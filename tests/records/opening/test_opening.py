"""A list of people and the credits they had before: looked at, added once, said again, undone as a whole."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.jobs import Job, run_waiting
from timecredits.hours.imports.cells import Unreadable
from timecredits.hours.models import HourEntry
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import Reversal, Transfer, TransferKind
from timecredits.ledger.opening_account import open_opening_account
from timecredits.ledger.transfers import Movement, balance, post
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.standing import suspend
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.merging import merge_people
from timecredits.records.models import PeopleImport
from timecredits.records.opening.adding import add_rows, import_list, plan_of
from timecredits.records.opening.opening_jobs import HANDLERS
from timecredits.records.opening.opening_list import read_list
from timecredits.records.opening.past_lists import PastList, find_list, forget_lists, list_lists
from timecredits.records.opening.uploads import add_list, choose_columns, drop_list, keep_list, look_at, undo_list
from timecredits.spending.statements import volunteer_balance, volunteer_statement

LONG = b"Name,Credits\n" + b"".join(b"Person %d,2\n" % each for each in range(450))
LIST = b"Number,First name,Last name,Credits so far,Phone,DOB\n7,Bo,Lind,12,01632 960001,03/1985\n,Ada,Mensah,2.5,,\n"


@pytest.fixture
def here(session: Session) -> tuple[UUID, UUID]:
    programme = create_programme(session, name="Isle", slug="isle")
    return programme.id, create_organisation(session, programme.id, name="Garden", slug="garden").id


def keep(session: Session, here: tuple[UUID, UUID], content: bytes) -> UUID:
    return keep_list(session, *here, content, "people.csv", uploaded_by=None, import_id=new_id())


def load(session: Session, here: tuple[UUID, UUID], content: bytes) -> PastList:
    return add_list(session, here[0], keep(session, here, content), actor_id=None)


def person(session: Session, here: tuple[UUID, UUID], first_name: str) -> Volunteer:
    return session.scalars(select(Volunteer).filter_by(programme_id=here[0], first_name=first_name)).one()


def problems(session: Session, here: tuple[UUID, UUID], content: bytes) -> list[tuple[int, str, str]]:
    plan = look_at(session, here[0], keep(session, here, content)).plan
    assert plan is not None
    return [(each.row, each.column, str(each.message)) for each in plan.problems]


def test_a_look_writes_nothing_and_adding_does_what_it_said(session: Session, here: tuple[UUID, UUID]) -> None:
    kept = keep(session, here, LIST)
    plan = look_at(session, here[0], kept).plan
    assert plan is not None
    assert (plan.new_people, plan.credited, plan.minutes, plan.already) == (2, 2, 870, 0)
    assert session.scalar(select(func.count()).select_from(Volunteer)) == 0
    past = add_list(session, here[0], kept, actor_id=None)
    assert (past.people, past.credited, past.minutes, past.problems) == (2, 2, 870, 0)
    bo = person(session, here, "Bo")
    assert volunteer_balance(session, here[0], bo.id) == 720
    assert bo.born_month == date(1985, 3, 1)
    enrolment = session.scalars(select(Enrolment).filter_by(programme_id=here[0], volunteer_id=bo.id)).one()
    assert (enrolment.number, enrolment.phone) == ("7", "01632 960001")
    (row,) = volunteer_statement(session, here[0], bo.id).rows
    assert "Credits you had before" in str(row.title)
    assert session.scalar(select(func.count()).select_from(HourEntry)) == 0
    assert check_ledger(session, here[0]) == []
    assert add_list(session, here[0], kept, actor_id=None) == past


def test_the_same_list_again_adds_nothing_and_says_so(session: Session, here: tuple[UUID, UUID]) -> None:
    load(session, here, LIST)
    again = load(session, here, LIST)
    assert (again.people, again.credited, again.minutes, again.already) == (0, 0, 0, 2)
    plan, kept = import_list(session, *here, LIST, "people.csv", actor_id=None)
    assert (plan.already, kept) == (2, None)
    assert volunteer_balance(session, here[0], person(session, here, "Bo").id) == 720


def test_another_number_of_credits_for_somebody_is_sent_back(session: Session, here: tuple[UUID, UUID]) -> None:
    load(session, here, LIST)
    found = problems(session, here, LIST.replace(b"Lind,12", b"Lind,13"))
    assert found == [(2, "credits", "They brought over 12 credits before. Undo that list first, or leave this out.")]


def test_an_undo_takes_all_back_with_a_reason_and_the_list_can_come_again(session: Session, here: tuple[UUID, UUID]) -> None:
    past = load(session, here, LIST)
    assert undo_list(session, here[0], past.id, reason="An old list", actor_id=None) == 870
    assert undo_list(session, here[0], past.id, reason="Again", actor_id=None) == 0
    assert session.scalars(select(Reversal.reason)).all() == ["An old list"] * 2
    assert volunteer_balance(session, here[0], person(session, here, "Bo").id) == 0
    again = load(session, here, LIST)
    assert (again.people, again.credited, again.minutes) == (0, 2, 870)
    assert volunteer_balance(session, here[0], person(session, here, "Bo").id) == 720
    assert check_ledger(session, here[0]) == []
    done = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("opening")).order_by(AuditEntry.id)).all()
    assert sorted(done) == ["opening balances added", "opening balances added", "opening balances undone"]


def test_an_undo_takes_nothing_where_somebody_used_some(session: Session, here: tuple[UUID, UUID]) -> None:
    past = load(session, here, LIST)
    bo = person(session, here, "Bo")
    used = Movement(new_id(), bo.account_id, open_opening_account(session, here[0]), 60, TransferKind.USED, date(2026, 1, 1))
    post(session, here[0], used)
    with pytest.raises(RuleError, match="1 person has used some of these credits"):
        undo_list(session, here[0], past.id, reason="An old list", actor_id=None)
    assert balance(session, here[0], person(session, here, "Ada").account_id) == 150
    with pytest.raises(RuleError, match="Say why"):
        undo_list(session, here[0], past.id, reason="  ", actor_id=None)
    assert find_list(session, here[0], past.id).undone_at is None


def test_rows_that_cannot_be_used_are_told_one_by_one(session: Session, here: tuple[UUID, UUID]) -> None:
    enrol_volunteer(session, *here, first_name="Bo", last_name="Lind", number="7")
    enrol_volunteer(session, *here, first_name="Kit", last_name="Waters")
    for _ in range(2):
        enrol_volunteer(session, *here, first_name="Two", last_name="Alike")
    without = enrol_volunteer(session, *here, first_name="Proud", last_name="Giver").volunteer
    without.wants_credits = False
    session.flush()
    content = b"""Number,Name,Credits
7,Somebody Else,1
12,Kit Waters,1
,Two Alike,1
,Proud Giver,1
,New Person,-1
,New Person,12h
,New Person,100000
20,Same Number,1
20,Other Name,1
,Twice Named,1
,Twice Named,1
7,Bo Lind,1
,Bo Lind,1
,,5
"""
    found = [(row, column) for row, column, _ in problems(session, here, content)]
    assert found == [
        (2, "number"),
        (3, "number"),
        (4, "name"),
        (5, "credits"),
        (6, "credits"),
        (7, "credits"),
        (8, "credits"),
        (10, "number"),
        (12, "name"),
        (14, "name"),
        (15, "name"),
    ]
    past = load(session, here, content)
    assert (past.people, past.credited, past.problems) == (2, 3, 11)


def test_files_that_cannot_be_used_are_refused_with_a_sentence(session: Session, here: tuple[UUID, UUID]) -> None:
    long = b"Name,Credits\n" + b"".join(b"Person %d,1\n" % each for each in range(5001))
    for content in (b"", b"%PDF-1.7 not a list", long):
        with pytest.raises(Unreadable, match="Nothing was added"):
            keep(session, here, content)
    with pytest.raises(NotFoundError):
        keep_list(session, here[0], new_id(), LIST, "x.csv", uploaded_by=None, import_id=new_id())
    suspend(session, *here, reason="Closed", actor_id=None)
    with pytest.raises(RuleError, match="on hold"):
        keep(session, here, LIST)


def test_columns_can_be_chosen_where_the_headings_say_nothing(session: Session, here: tuple[UUID, UUID]) -> None:
    kept = keep(session, here, b"Wer,Wie viel\nBo Lind,3\n")
    seen = look_at(session, here[0], kept)
    assert seen.plan is None
    assert [(each.letter, each.samples) for each in seen.columns] == [("A", ("Bo Lind",)), ("B", ("3",))]
    for chosen in ({"A": "credits"}, {"A": "name", "B": "name"}, {}):
        with pytest.raises(RuleError):
            choose_columns(session, here[0], kept, chosen)
    choose_columns(session, here[0], kept, {"A": "name", "B": "credits"})
    assert add_list(session, here[0], kept, actor_id=None).minutes == 180


def test_a_list_can_be_thrown_away_until_it_is_added(session: Session, here: tuple[UUID, UUID]) -> None:
    kept = keep(session, here, LIST)
    assert drop_list(session, here[0], kept)
    with pytest.raises(NotFoundError):
        look_at(session, here[0], kept)
    past = load(session, here, LIST)
    assert not drop_list(session, here[0], past.id)
    assert [each.id for each in list_lists(session, here[0])] == [past.id]


def test_the_person_has_one_opening_balance_at_each_organisation(session: Session, here: tuple[UUID, UUID]) -> None:
    other = here[0], create_organisation(session, here[0], name="Cafe", slug="cafe").id
    load(session, here, LIST)
    load(session, other, LIST)
    people = session.scalars(select(Volunteer).filter_by(programme_id=here[0], first_name="Bo")).all()
    assert [volunteer_balance(session, here[0], each.id) for each in people] == [720, 720]


def test_a_long_list_is_a_job_and_a_job_begun_again_adds_the_rest(engine: Engine) -> None:
    with transaction(engine) as session:
        programme = create_programme(session, name="Isle", slug="isle")
        here = programme.id, create_organisation(session, programme.id, name="Garden", slug="garden").id
        kept = keep(session, here, LONG)
        assert add_list(session, here[0], kept, actor_id=None).job_id is not None
    assert run_waiting(engine, HANDLERS) == 1
    with transaction(engine) as session:
        past = find_list(session, here[0], kept)
        assert (past.people, past.credited, past.minutes, past.job_id) == (450, 450, 450 * 120, None)
        assert check_ledger(session, here[0]) == []
        assert session.scalar(select(func.count()).select_from(Transfer)) == 450


def test_a_job_that_is_stopped_leaves_a_list_that_says_so_and_can_be_undone(engine: Engine) -> None:
    """The organisation is put on hold between two groups: the job gives up, and somebody ends it there."""
    with transaction(engine) as session:
        programme = create_programme(session, name="Isle", slug="isle")
        here = programme.id, create_organisation(session, programme.id, name="Garden", slug="garden").id
        kept = keep(session, here, LONG)
        add_list(session, here[0], kept, actor_id=None)
        row = session.get_one(PeopleImport, (here[0], kept))
        add_rows(session, row, plan_of(session, row).to_add[:200], actor_id=None)
        assert not drop_list(session, here[0], kept), "its job waits"
        assert find_list(session, here[0], kept).job_id is not None
        suspend(session, *here, reason="Away", actor_id=None)
    assert run_waiting(engine, HANDLERS) == 1
    with transaction(engine) as session:
        outcome = session.scalars(select(Job.outcome)).one()
        assert outcome is not None
        assert "200 rows of the list are in. The rest was not added." in outcome["sentence"]
        assert "Nothing was saved" not in outcome["sentence"]
        assert not drop_list(session, here[0], kept)
        past = find_list(session, here[0], kept)
        assert (past.stopped, past.people, past.credited, past.job_id) == (True, 200, 200, None)
        assert session.get_one(PeopleImport, (here[0], kept)).content is None
        assert undo_list(session, here[0], kept, reason="Half of it", actor_id=None) == 200 * 120
        assert check_ledger(session, here[0]) == []


def test_a_job_begun_again_counts_each_row_once(engine: Engine) -> None:
    with transaction(engine) as session:
        programme = create_programme(session, name="Isle", slug="isle")
        here = programme.id, create_organisation(session, programme.id, name="Garden", slug="garden").id
        kept = keep(session, here, LONG)
        add_list(session, here[0], kept, actor_id=None)
        row = session.get_one(PeopleImport, (here[0], kept))
        add_rows(session, row, plan_of(session, row).to_add[:200], actor_id=None)
    assert run_waiting(engine, HANDLERS) == 1
    with transaction(engine) as session:
        past = find_list(session, here[0], kept)
        assert (past.people, past.already, past.stopped) == (450, 0, False)


def test_lists_that_nobody_adds_go_after_a_day_and_half_added_ones_are_closed(session: Session, here: tuple[UUID, UUID]) -> None:
    waits, running, half = (keep(session, here, content) for content in (LIST, LONG, LONG.replace(b"Person", b"Half")))
    done = load(session, here, LIST).id
    for each in (running, half):
        add_list(session, here[0], each, actor_id=None)
    row = session.get_one(PeopleImport, (here[0], half))
    add_rows(session, row, plan_of(session, row).to_add[:5], actor_id=None)
    job = session.get_one(Job, (here[0], UUID((row.outcome or {})["job"])))
    job.fault, job.finished_at = "died", clock.now()
    session.flush()
    assert forget_lists(session, here[0]) == 0
    with clock.standing_at(clock.now() + timedelta(days=1, minutes=1)):
        assert forget_lists(session, here[0]) == 2
        assert forget_lists(session, here[0]) == 0
    with pytest.raises(NotFoundError):
        find_list(session, here[0], waits)
    assert find_list(session, here[0], running).job_id is not None
    assert (find_list(session, here[0], half).stopped, find_list(session, here[0], half).people) == (True, 5)
    assert not find_list(session, here[0], done).stopped


def test_the_person_reads_why_their_credits_went_back(session: Session, here: tuple[UUID, UUID]) -> None:
    past = load(session, here, LIST)
    undo_list(session, here[0], past.id, reason="An old list", actor_id=None)
    back, came = volunteer_statement(session, here[0], person(session, here, "Bo").id).rows
    assert (str(back.title), back.because, back.is_put_right, back.minutes) == (
        "Credits you had before",
        "An old list",
        True,
        -720,
    )
    assert (str(came.title), came.because, came.is_put_right) == ("Credits you had before", "", False)


def test_somebody_who_went_into_another_record_meanwhile_gets_nothing(session: Session, here: tuple[UUID, UUID]) -> None:
    """Their credits would lie where nobody sees them."""
    gone = enrol_volunteer(session, *here, first_name="Bo", last_name="Lind", number="7").volunteer
    kept_id = enrol_volunteer(session, *here, first_name="Bodil", last_name="Lind").volunteer.id
    row = session.get_one(PeopleImport, (here[0], keep(session, here, LIST)))
    plan = plan_of(session, row)
    merge_people(session, here[0], merge_id=new_id(), kept_id=kept_id, gone_id=gone.id, reason="One.", actor_id=None)
    add_rows(session, row, plan.to_add, actor_id=None)
    assert balance(session, here[0], gone.account_id) == 0
    assert (row.outcome or {})["minutes"] == 150


names = st.text("abcdeé", min_size=1, max_size=4)
listed = st.lists(st.tuples(st.sampled_from(["", "1", "2", "3"]), names, st.integers(0, 20)), max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(listed, min_size=1, max_size=3))
def test_whatever_lists_come_every_credit_is_there_once(
    shared_sqlite_engine: Engine, lists: list[list[tuple[str, str, int]]]
) -> None:
    with shared_sqlite_engine.connect() as connection, Session(connection) as session:
        programme = create_programme(session, name="Isle", slug="isle")
        here = programme.id, create_organisation(session, programme.id, name="Garden", slug="garden").id
        added = 0
        for rows in lists:
            text = "Number,Name,Credits\n" + "".join(f"{number},{name},{credits_}\n" for number, name, credits_ in rows)
            for _ in range(2):
                plan, kept = import_list(session, *here, text.encode(), "x.csv", actor_id=None)
                added += plan.minutes if kept is not None else 0
                assert len(plan.rows) + len({each.row for each in plan.problems}) == len(rows)
            assert not plan.to_add
        held = session.scalars(select(Volunteer.id).filter_by(programme_id=here[0])).all()
        assert sum(volunteer_balance(session, here[0], each) for each in held) == added
        assert check_ledger(session, here[0]) == []
        session.rollback()


@given(st.binary(max_size=400))
def test_whatever_bytes_come_the_answer_is_a_list_or_a_sentence(content: bytes) -> None:
    with suppress(Unreadable):
        assert read_list(content, today=date(2026, 11, 22)).columns
