"""An organisation on hold: whatever anybody tries there changes nothing, and once it goes on all works as before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.community.events.happening import NOW, Fair, make_fair
from tests.community.mentoring.paired import KEYRING, Paired, make_paired, note
from tests.hours.conftest import TODAY
from timecredits.community.group_models import GroupKind
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.community.groups.members import add_member, join
from timecredits.community.groups.posts import post
from timecredits.community.referrals.asking import Answers, Question, begin_draft, places_to_ask, save_answers
from timecredits.community.referrals.sending import send
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import Base, new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activity_models import Attendance, AttendanceState, AttendanceWay, SignUpStatus
from timecredits.hours.attendances.attendance import Outcome, find_here, sign_in_or_out, sign_out
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.correcting import correct_hours
from timecredits.hours.hour_rules import HourRule, check_hours
from timecredits.hours.importing.import_hours import run_import
from timecredits.hours.planning.after_hold import fill_after_hold
from timecredits.hours.planning.open_activities import find_open_activity
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import cancel_sign_up, list_sign_ups, sign_up
from timecredits.hours.register.registers import save_register
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_hours import log_hours
from timecredits.journey.letters.asking import ask_for_letter
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.network.models import Organisation, RoleKind, StaffRole
from timecredits.network.standing import OnHoldError, is_on_hold, lift, need_open, suspend
from timecredits.network.users import give_role
from timecredits.spending.giving.funding import fill_pot
from timecredits.spending.giving.giving_to_many import give_to_many
from timecredits.spending.giving.pots import make_pot
from timecredits.spending.giving_models import PotKind
from timecredits.spending.note_models import NoteKind
from timecredits.spending.notes.making import make_batch
from timecredits.spending.notes.payers import pot_pays

SAID = Answers(("people",), "Zelda Quark", "01632 960111", "zelda@quark.example", ("message",), "I like canaries.")
SOON = TODAY + timedelta(days=3)
BASE_URL = "https://credits.example"
Act = Callable[[], object]


@dataclass
class Held:
    """An organisation where all that can be done is being done."""

    paired: Paired
    acts: dict[str, Act]
    draft: UUID

    @property
    def session(self) -> Session:
        return self.paired.session

    @property
    def here(self) -> tuple[Session, UUID, UUID]:
        return self.session, *self.paired.here


def rows(session: Session) -> dict[str, list[str]]:
    """Everything that is stored, but for who did what."""
    session.flush()
    tables = [table for table in Base.metadata.sorted_tables if table.name != AuditEntry.__tablename__]
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


def refused(held: Held, name: str) -> bool:
    """Whether an act was refused as one must be while the organisation is on hold, and left nothing."""
    try:
        with held.session.begin_nested():
            return not held.acts[name]()
    except RuleError as fault:
        return isinstance(fault, OnHoldError) or "on hold" in fault.sentence.template or "no requests" in fault.sentence.template
    except NotFoundError:
        return name == "ask to be in touch"


@pytest.fixture
def held(session: Session) -> Iterator[Held]:
    with clock.standing_at(NOW):
        yield make_held(make_paired(session))


def make_held(paired: Paired) -> Held:
    session, place, (programme_id, organisation_id) = paired.session, paired.place, paired.here
    here = (session, programme_id, organisation_id)
    staff = paired.staff
    role = give_role(session, programme_id, staff, RoleKind.COORDINATOR, title="Coordinator", organisation_id=organisation_id)
    fair: Fair = make_fair(place)
    fair.book(place.lukasz)
    mentoring_id = paired.begin()
    group = make_group(
        session,
        KEYRING,
        programme_id,
        organisation_id,
        GroupFacts("Quiet", GroupKind.OPEN, "Tuesdays"),
        group_id=new_id(),
        actor_id=None,
    )
    add_member(*here, group.id, place.sian, actor_id=None)
    set_takes_requests(*here, takes=True, actor_id=None)
    draft = begin_draft(session, KEYRING, programme_id, organisation_id)
    for question in Question:
        save_answers(session, KEYRING, programme_id, draft, question, SAID)
    place.record(place.new(place.sian, day=TODAY - timedelta(days=9)))
    old = place.new(place.lukasz, day=TODAY - timedelta(days=9))
    place.record(old)
    letter = draft_reference(
        *here,
        reference_id=new_id(),
        volunteer_id=place.sian,
        holder_name="Siân O'Neill-Wyn",
        opinion="",
        neutral_letterhead=False,
        author=Author(staff, "Hazel Brook", "Coordinator"),
    )
    pot = make_pot(
        session,
        programme_id,
        pot_id=new_id(),
        kind=PotKind.ORGANISATION,
        name="Thanks",
        organisation_id=organisation_id,
        actor_id=None,
    )
    fill_pot(session, programme_id, pot.id, gift_id=new_id(), minutes=6000, actor_id=None)
    plan = make_plan(*here, place.garden_id, PlanFacts(SOON, 600, 120, capacity=1), actor_id=None).id
    make_plan(*here, place.garden_id, PlanFacts(TODAY, NOW.hour * 60, 120), actor_id=None)
    coming = find_dated_session(session, programme_id, plan, SOON)
    sign_up(session, programme_id, place.lukasz, coming, actor_id=None, today=TODAY)

    def give() -> object:
        return give_to_many(*here, pot.id, [place.sian], together_id=new_id(), minutes=60, actor_id=staff)

    def issue() -> object:
        return issue_reference(*here, letter.id, issuer=Issuer(BASE_URL, KEYRING), actor_id=staff)

    def notes() -> object:
        payer = pot_pays(session, programme_id, organisation_id, pot.id)
        return make_batch(
            session,
            programme_id,
            payer,
            batch_id=new_id(),
            kind=NoteKind.PAPER,
            minutes=60,
            count=2,
            organisation_id=organisation_id,
            actor_id=staff,
        )

    def ask() -> object:
        return ask_for_letter(
            session, programme_id, place.lukasz, request_id=new_id(), role_id=role.id, holder_name="Łukasz", base_url=BASE_URL
        )

    def log(activity_id: UUID) -> object:
        parts = [DayPart(TODAY - timedelta(days=1), 60)]
        return log_hours(
            session, programme_id, place.sian, log_id=new_id(), activity_id=activity_id, parts=parts, user_id=None, today=TODAY
        )

    def register() -> object:
        return save_register(
            *here,
            session_id=new_id(),
            activity_id=place.garden_id,
            day=TODAY,
            minutes={place.sian: 60},
            actor_id=staff,
            today=TODAY,
        )

    def load() -> object:
        content = f"Date,Name,Hours,Activity\n{TODAY:%d/%m/%Y},Mo Hassan,2,New thing\n".encode()
        return run_import(*here, content, "register.csv", today=TODAY, actor_id=staff).imported

    def correct() -> object:
        return correct_hours(*here, old.id, minutes=90, reason="Typed wrong", actor_id=staff, today=TODAY)

    acts: dict[str, Act] = {
        "record": lambda: place.record(place.new(place.sian, minutes=30)),
        "register": register,
        "import": load,
        "correct": correct,
        "log": lambda: log(place.garden_id),
        "sign in": lambda: sign_in_or_out(*here, paired.mo, way=AttendanceWay.CODE, now=clock.now()),
        "sign up": lambda: sign_up(session, programme_id, paired.mo, coming, actor_id=None, today=TODAY),
        "staff sign up": lambda: sign_up(
            session, programme_id, place.sian, coming, actor_id=staff, today=TODAY, staff_of=organisation_id
        ),
        "book": lambda: fair.book(place.sian),
        "bring a guest": lambda: fair.change(place.lukasz, 1),
        "ask to be in touch": lambda: begin_draft(session, KEYRING, programme_id, organisation_id),
        "send a request": lambda: send(session, KEYRING, programme_id, draft, base_url=BASE_URL),
        "issue": issue,
        "ask for a letter": ask,
        "make notes": notes,
        "give from a pot": give,
        "fill a pot": lambda: fill_pot(session, programme_id, pot.id, gift_id=new_id(), minutes=60, actor_id=None),
        "join": lambda: join(session, programme_id, group.id, place.lukasz),
        "post": lambda: post(session, KEYRING, programme_id, group.id, place.sian, "Hello", comment_id=new_id(), name="Moss"),
        "meet": lambda: note(paired, mentoring_id, paired.mentor),
    }
    return Held(paired, acts, draft)


def test_nothing_changes_whatever_is_tried_and_then_all_of_it_works(held: Held) -> None:
    before = rows(held.session)
    assert suspend(*held.here, reason="A look at the books", actor_id=held.paired.staff)

    @settings(max_examples=6, deadline=None)
    @given(st.permutations(list(held.acts)))
    def attempt(order: list[str]) -> None:
        for name in order:
            assert refused(held, name), name

    attempt()
    assert lift(*held.here, actor_id=held.paired.staff)
    held.session.expire_all()
    assert rows(held.session) == before
    for name, act in held.acts.items():
        with held.session.begin_nested():
            assert act(), name


def test_suspending_and_lifting_are_noted_once_each(held: Held) -> None:
    with pytest.raises(RuleError, match="Say why") as refusal:
        suspend(*held.here, reason=" ", actor_id=None)
    assert refusal.value.field == "reason"
    assert [suspend(*held.here, reason=why, actor_id=None) for why in ("First", "Second")] == [True, False]
    row = held.session.get_one(Organisation, held.paired.here)
    assert row.suspended_because == "First"
    with pytest.raises(OnHoldError, match="Riverside Trust is on hold"):
        need_open(*held.here)
    need_open(held.session, held.paired.programme_id, held.paired.place.other_organisation_id)
    with pytest.raises(NotFoundError):
        suspend(held.session, new_id(), held.paired.place.organisation_id, reason="Mine", actor_id=None)
    assert [lift(*held.here, actor_id=None) for _ in range(2)] == [True, False]
    assert not is_on_hold(*held.here)
    assert (row.suspended_because, row.suspended_by) == (None, None)
    noted = held.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == row.id)).all()
    assert noted[-2:] == ["organisation suspended", "organisation let go on"]


def test_looking_goes_on_and_says_so(held: Held) -> None:
    place = held.paired.place
    suspend(*held.here, reason="A look", actor_id=None)
    found = check_hours(*held.here, [place.new(place.sian)], today=TODAY)
    assert [fault.rule for fault in found.problems.values()] == [HourRule.ON_HOLD]
    assert find_open_activity(held.session, held.paired.programme_id, place.sian, place.garden_id).on_hold
    assert places_to_ask(held.session, held.paired.programme_id) == []


def test_people_keep_what_is_theirs_and_can_say_that_they_do_not_come(held: Held) -> None:
    place, session = held.paired.place, held.session
    balance = place.credits(place.sian)
    plan = make_plan(*held.here, place.garden_id, PlanFacts(SOON, 840, 60, capacity=1), actor_id=None).id
    dated = find_dated_session(session, held.paired.programme_id, plan, SOON)
    for who in (place.sian, place.lukasz):
        sign_up(session, held.paired.programme_id, who, dated, actor_id=None, today=TODAY)
    suspend(*held.here, reason="A look", actor_id=None)
    assert place.credits(place.sian) == balance > 0
    assert cancel_sign_up(session, held.paired.programme_id, place.sian, dated.id, actor_id=None) == ()

    def standing() -> list[tuple[UUID, SignUpStatus]]:
        listed = list_sign_ups(session, held.paired.programme_id, [dated.id])[dated.id]
        return [(each.volunteer_id, each.status) for each in listed]

    assert standing() == [(place.lukasz, SignUpStatus.WAITING)]
    lift(*held.here, actor_id=None)
    assert fill_after_hold(*held.here) == 1
    assert standing() == [(place.lukasz, SignUpStatus.COMING)]


def test_who_was_signed_in_can_leave_and_a_coordinator_looks_later(held: Held) -> None:
    session, place, programme_id = held.session, held.paired.place, held.paired.programme_id
    way = AttendanceWay.CODE
    for who in (place.sian, held.paired.mo):
        sign_in_or_out(*held.here, who, way=way, now=clock.now())
    suspend(*held.here, reason="A look", actor_id=None)
    later = clock.now() + timedelta(hours=1)
    stay = find_here(session, programme_id, place.sian)
    assert stay is not None
    assert sign_out(session, stay, way=way, at=later).outcome is Outcome.FOR_A_LOOK
    assert (stay.state, stay.left_at) == (AttendanceState.FORGOTTEN, later)
    long_after = clock.now() + timedelta(days=1)
    assert settle_forgotten(session, programme_id, long_after) == 0
    assert find_here(session, programme_id, held.paired.mo) is not None
    lift(*held.here, actor_id=None)
    assert settle_forgotten(session, programme_id, long_after) == 1
    assert {each.state for each in session.scalars(select(Attendance))} == {AttendanceState.FORGOTTEN}


def test_a_role_is_no_way_round(held: Held) -> None:
    """The verbs that staff share with others refuse staff too; the rest of what they do is refused by the pages."""
    assert held.session.scalars(select(StaffRole)).all()
    suspend(*held.here, reason="A look", actor_id=None)
    assert refused(held, "staff sign up")
    assert refused(held, "issue")
