"""Taking organisations in, what is agreed with them, and the list of what each needs. Both databases."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.hours.conftest import make_place
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import close_activity
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.started import find_started
from timecredits.ledger.models import Account
from timecredits.network.agreements import ENDS_SOON, Agreement, agreement_of, forget_agreement, note_agreement
from timecredits.network.invitation_models import Invitation
from timecredits.network.models import Organisation, RoleKind, StaffRole, User
from timecredits.network.onboarding import Checklist, Started, State, Step, checklists, find_checklist
from timecredits.network.organisations import (
    OrganisationFacts,
    add_organisation,
    change_organisation,
    note_brief,
    short_name_of,
)
from timecredits.network.programmes import create_programme
from timecredits.network.standing import suspend
from timecredits.network.users import create_user, give_role

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.fixture
def programme_id(session: Session) -> UUID:
    return create_programme(session, name="Fenland", slug="fenland").id


def add(session: Session, programme_id: UUID, name: str, **more: str) -> Organisation:
    facts = OrganisationFacts(name, **more)
    return add_organisation(session, programme_id, facts, organisation_id=new_id(), actor_id=None)


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.recorded_at, AuditEntry.id)))


@given(st.text(max_size=200))
def test_a_short_name_fits_an_address_or_is_empty(name: str) -> None:
    short = short_name_of(name)
    assert len(short) <= 40
    assert all(each in "abcdefghijklmnopqrstuvwxyz0123456789-" for each in short)
    assert "--" not in short
    assert short == short.strip("-")
    assert short_name_of(short) == short


@pytest.mark.parametrize(
    ("name", "short"), [("St Anne's Café", "st-annes-cafe"), ("Łódź & Friends", "lodz-friends"), ("مركز", ""), ("", "")]
)
def test_some_short_names(name: str, short: str) -> None:
    assert short_name_of(name) == short


def test_one_is_taken_in_once(session: Session, programme_id: UUID) -> None:
    facts, key = OrganisationFacts("  St Anne's   Café ", town=" Ely ", contact_email="Hello@Anne.example"), new_id()
    for _ in range(2):
        made = add_organisation(session, programme_id, facts, organisation_id=key, actor_id=None)
    assert (made.id, made.name, made.slug, made.town) == (key, "St Anne's Café", "st-annes-cafe", "Ely")
    assert made.contact_email == "hello@anne.example"
    assert made.letter_name == made.name
    assert session.get(Account, (programme_id, made.account_id)) is not None
    assert acts(session) == ["organisation added"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (OrganisationFacts(" "), "name"),
        (OrganisationFacts("x" * 121), "name"),
        (OrganisationFacts("RIVERSIDE  trust"), "name"),
        (OrganisationFacts("Another", slug="riverside-trust"), "slug"),
        (OrganisationFacts("Another", slug="no spaces"), "slug"),
        (OrganisationFacts("Another", slug="x" * 41), "slug"),
        (OrganisationFacts("مركز"), "slug"),
        (OrganisationFacts("Another", contact_email="nobody"), "contact_email"),
        (OrganisationFacts("Another", town="x" * 81), "town"),
    ],
)
def test_what_can_not_stand_is_refused_at_its_field(
    session: Session, programme_id: UUID, facts: OrganisationFacts, field: str
) -> None:
    first = add(session, programme_id, "Riverside Trust")
    with pytest.raises(RuleError, match="Nothing was saved") as refused:
        add_organisation(session, programme_id, facts, organisation_id=new_id(), actor_id=None)
    assert refused.value.field == field
    other = add(session, programme_id, "Quite Other")
    with pytest.raises(RuleError):
        change_organisation(session, programme_id, other.id, facts, actor_id=None)
    assert not change_organisation(session, programme_id, first.id, OrganisationFacts("Riverside Trust"), actor_id=None)


def test_a_short_name_is_free_in_another_programme(session: Session, programme_id: UUID) -> None:
    elsewhere = create_programme(session, name="Coast", slug="coast").id
    here = add(session, programme_id, "Riverside Trust")
    there = add(session, elsewhere, "Riverside Trust")
    assert here.slug == there.slug
    with pytest.raises(NotFoundError):
        change_organisation(session, elsewhere, here.id, OrganisationFacts("Mine"), actor_id=None)


def test_changing_leaves_what_letters_say(session: Session, programme_id: UUID) -> None:
    made = add(session, programme_id, "Riverside Trust")
    facts = OrganisationFacts("Riverside", "river", "March", "hi@river.example")
    assert change_organisation(session, programme_id, made.id, facts, actor_id=None)
    assert not change_organisation(session, programme_id, made.id, facts, actor_id=None)
    assert (made.name, made.slug, made.letter_name) == ("Riverside", "river", "Riverside Trust")
    assert acts(session) == ["organisation added", "organisation changed"]


@given(agreed_on=DAYS, ends_on=st.none() | DAYS, today=DAYS)
def test_how_an_agreement_stands(agreed_on: date, ends_on: date | None, today: date) -> None:
    row = Organisation(agreed_on=agreed_on, agreement_ends_on=ends_on)
    found = agreement_of(row, today)
    assert (found is Agreement.ENDED) == (ends_on is not None and today > ends_on)
    assert (found is Agreement.ENDING) == (ends_on is not None and today <= ends_on <= today + ENDS_SOON)
    assert agreement_of(Organisation(agreed_on=None, agreement_ends_on=ends_on), today) is Agreement.NONE


@pytest.mark.parametrize(
    ("agreed_on", "ends_on", "field"),
    [
        (TODAY + timedelta(days=1), None, "agreed_on"),
        (date(1989, 12, 31), None, "agreed_on"),
        (TODAY, TODAY, "ends_on"),
        (TODAY, TODAY - timedelta(days=1), "ends_on"),
    ],
)
def test_days_in_the_wrong_order(session: Session, programme_id: UUID, agreed_on: date, ends_on: date | None, field: str) -> None:
    made = add(session, programme_id, "Riverside Trust")
    with pytest.raises(RuleError, match="Nothing was saved") as refused:
        note_agreement(session, programme_id, made.id, agreed_on=agreed_on, ends_on=ends_on, today=TODAY, actor_id=None)
    assert refused.value.field == field
    assert (made.agreed_on, made.agreement_ends_on) == (None, None)


def test_an_agreement_and_a_talk_are_noted_changed_and_taken_back(session: Session, programme_id: UUID) -> None:
    made = add(session, programme_id, "Riverside Trust")
    here = session, programme_id, made.id
    for ends_on in (None, TODAY + timedelta(days=400)):
        for is_new in (True, False):
            assert note_agreement(*here, agreed_on=TODAY, ends_on=ends_on, today=TODAY, actor_id=None) is is_new
    assert [forget_agreement(*here, actor_id=None) for _ in range(2)] == [True, False]
    for day in (TODAY, None):
        assert [note_brief(*here, day, today=TODAY, actor_id=None) for _ in range(2)] == [True, False]
    with pytest.raises(RuleError, match="has not come yet"):
        note_brief(*here, TODAY + timedelta(days=1), today=TODAY, actor_id=None)
    assert acts(session)[1:] == [
        *["agreement noted"] * 2,
        "agreement taken back",
        "brief noted",
        "brief taken back",
    ]


def checklist(session: Session, row: Organisation) -> Checklist:
    started = find_started(session, row.programme_id, [row.id]).get(row.id, Started())
    return find_checklist(session, row, started, today=clock.today())


def missing(session: Session, row: Organisation) -> list[Step]:
    return [each.step for each in checklist(session, row).missing]


def test_the_list_follows_from_what_is_there(session: Session) -> None:
    place = make_place(session)
    here, today = (session, place.programme_id, place.organisation_id), clock.today()
    row = session.get_one(Organisation, here[1:])
    every = list(Step)
    assert missing(session, row) == [each for each in every if each is not Step.ACTIVITIES]
    make_plan(*here, place.meeting_id, PlanFacts(today, 600, 60), actor_id=None)
    assert missing(session, row) == [Step.AGREEMENT, Step.LEAD, Step.BRIEF]
    close_activity(*here, place.garden_id, actor_id=None)
    assert Step.ACTIVITIES in missing(session, row)  # the committee earns nothing
    close_activity(*here, place.garden_id, actor_id=None, is_open=True)
    note_agreement(*here, agreed_on=today, ends_on=None, today=today, actor_id=None)
    note_brief(*here, today, today=today, actor_id=None)
    assert missing(session, row) == [Step.LEAD]
    assert checklist(session, row).state is State.READYING
    lead = create_user(session, email="owner@riverside.example", name="Olive Marsh")
    role = give_role(session, here[1], lead.id, RoleKind.ORGANISATION_OWNER, organisation_id=here[2])
    assert (checklist(session, row).state, checklist(session, row).done) == (State.OPEN, 5)
    assert checklist(session, row).steps[1].who == "Olive Marsh"
    suspend(*here, reason="A look at the books", actor_id=None)
    assert checklist(session, row).state is State.ON_HOLD
    role.ends_on = today - timedelta(days=1)
    session.flush()
    assert missing(session, row) == [Step.LEAD]


@pytest.mark.parametrize("change", [{"withdrawn_at": clock.now()}, {"used_at": clock.now()}, {"expires_at": clock.now()}, {}])
def test_an_invitation_waits_until_it_is_answered_or_over(
    session: Session, programme_id: UUID, change: dict[str, object]
) -> None:
    made = add(session, programme_id, "Riverside Trust")
    values = {"expires_at": clock.now() + timedelta(days=7)} | change
    session.add(
        Invitation(
            id=new_id(),
            programme_id=programme_id,
            kind=RoleKind.ORGANISATION_OWNER,
            organisation_id=made.id,
            name="Olive Marsh",
            code_hash=new_id().bytes,
            made_at=clock.now(),
            **values,
        )
    )
    session.flush()
    lead = checklist(session, made).steps[1]
    assert (lead.step, lead.is_done, lead.waits, lead.who) == (Step.LEAD, False, not change, "" if change else "Olive Marsh")


def test_everybody_in_the_programme_is_listed_and_found(session: Session) -> None:
    place = make_place(session)
    elsewhere = create_programme(session, name="Coast", slug="coast").id
    add(session, elsewhere, "Riverside of the coast")
    started = find_started(session, place.programme_id)

    def names(search: str = "") -> list[str]:
        every = checklists(session, place.programme_id, started, today=TODAY, search=search)
        return [each.organisation.name for each in every]

    assert names() == ["Lantern House", "Riverside Trust"]
    assert names("TRUST river") == ["Riverside Trust"]
    assert names("nowhere") == []
    assert session.scalars(select(StaffRole)).all() == session.scalars(select(User)).all() == []
