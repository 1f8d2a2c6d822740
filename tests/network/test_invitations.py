"""Invitations: made once, sent again, taken back, run out; taken up once, by whoever holds the newest link or code."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import (
    MOST_AN_HOUR,
    InvitationState,
    Invited,
    code_of,
    invite,
    link_of,
    list_invitations,
    send_again,
    state_of,
    withdraw,
)
from timecredits.network.models import RoleKind, StaffRole, User
from timecredits.network.roles import Workplace, take_role_away
from timecredits.network.taking_up import (
    MOST_CODES,
    Newcomer,
    TakenUp,
    TypedCode,
    WhoComes,
    find_typed,
    read_invitation,
    take_up,
    taken_by,
)

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NEW = Newcomer("Jo Reed", "quiet river seven lamps")


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def here(world: World) -> Workplace:
    return Workplace(organisation_id=world.organisation_id)


def ask(session: Session, world: World, **values: Any) -> Invited:
    place = values.pop("place", here(world))
    asked = {
        "invitation_id": new_id(),
        "kind": RoleKind.COORDINATOR,
        "email": "jo@example.org",
        "actor_id": world.users["owner"],
        "base_url": "https://here.example",
        "today": clock.today(),
        **values,
    }
    return invite(session, KEYRING, world.programme_id, place, **asked)


def ask_on_paper(session: Session, world: World, name: str = "Jo") -> Invitation:
    return ask(session, world, email="", name=name).invitation


def link(session: Session, invitation: Invitation) -> str:
    return link_of(session, KEYRING, invitation)


def yes(session: Session, code: str, **who: Any) -> TakenUp:
    return take_up(session, KEYRING, code, today=clock.today(), **(who or {"new": NEW}))


def mailed(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(MailMessage.body).order_by(MailMessage.queued_at)))


def roles(session: Session, user_id: UUID) -> list[RoleKind]:
    return list(session.scalars(select(StaffRole.kind).where(StaffRole.user_id == user_id, StaffRole.ended_at.is_(None))))


def test_a_mail_says_nothing_of_who_invites_and_its_link_opens_the_invitation(session: Session, world: World) -> None:
    made = ask(session, world, title="Gardener", role_ends_on=clock.today())
    message = session.scalars(select(MailMessage)).one()
    assert (message.recipient, message.subject) == ("jo@example.org", "Fenland Time Credits: a question for you")
    for word in ("Riverside", "Owner", "Jo Reed", "coordinator"):
        assert word not in message.body
    found = re.search(r"https://here.example/join/(\S+)", message.body)
    assert found is not None
    opened = read_invitation(session, KEYRING, found[1])
    assert opened is not None
    assert (opened.place, opened.asked_by, opened.email, opened.who) == (
        "Riverside Trust",
        "Owner",
        "jo@example.org",
        WhoComes.NEW,
    )
    taken = yes(session, found[1])
    role = session.get_one(StaffRole, (world.programme_id, taken.role_id))
    assert (role.title, role.ends_on, role.organisation_id) == ("Gardener", clock.today(), world.organisation_id)
    assert session.get_one(User, taken.user_id).email == "jo@example.org"
    assert state_of(made.invitation) is InvitationState.TAKEN_UP
    session.flush()
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.action != "kiosk made")).all()
    assert sorted(acts) == ["invitation made", "invitation taken up", "role given"]


def test_the_same_mail_twice_is_one_invitation(session: Session, world: World) -> None:
    first = ask(session, world)
    for again in (ask(session, world, email=" JO@example.org "), ask(session, world, invitation_id=first.invitation.id)):
        assert (again.is_new, again.invitation.id) == (False, first.invitation.id)
    assert len(mailed(session)) == 1
    assert ask(session, world, place=Workplace(organisation_id=world.other_organisation_id)).is_new


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"email": "not an address"}, "like name@example.org"),
        ({"email": "", "name": " "}, "whom the slip is for"),
        ({"email": "coordinator@example.org"}, "work here already"),
        ({"kind": RoleKind.ORGANISATION_OWNER}, "an owner already"),
        ({"kind": RoleKind.PROGRAMME_MANAGER}, "Choose what they will be"),
        ({"title": "x" * 101}, "at most 100"),
        ({"name": "x" * 101}, "at most 100"),
        ({"role_ends_on": clock.today() - timedelta(days=2)}, "today or a later day"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_sent(
    session: Session, world: World, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(RuleError, match=words):
        ask(session, world, **values)
    assert mailed(session) == []
    assert list_invitations(session, world.programme_id, here(world)) == []


def test_somebody_who_can_not_sign_in_is_not_invited_and_takes_nothing_up(session: Session, world: World) -> None:
    invitation = ask(session, world, email=world.emails["volunteer"]).invitation
    session.get_one(User, world.users["volunteer"]).disabled_at = clock.now()
    session.flush()
    with pytest.raises(RuleError, match="can not be invited now"):
        ask(session, world, email=world.emails["volunteer"], place=Workplace(organisation_id=world.other_organisation_id))
    assert read_invitation(session, KEYRING, link(session, invitation)) is None
    with pytest.raises(NotFoundError):
        yes(session, link(session, invitation), user_id=world.users["volunteer"])


def test_an_address_of_a_programme_s_other_organisation_is_not_there(session: Session, world: World) -> None:
    made = ask(session, world).invitation
    there = Workplace(organisation_id=world.other_organisation_id)
    again = {"actor_id": None, "base_url": ""}
    for attempt in (
        lambda: send_again(session, KEYRING, world.programme_id, there, made.id, **again),  # type: ignore[arg-type]
        lambda: withdraw(session, world.programme_id, there, made.id, actor_id=None),
        lambda: code_of(session, KEYRING, world.programme_id, there, made.id),
        lambda: ask(session, world, place=there, invitation_id=made.id),
        lambda: ask(session, world, place=Workplace(organisation_id=new_id())),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def use(session: Session, _world: World, code: str) -> None:
    yes(session, code)


def take_back(session: Session, world: World, _code: str) -> None:
    [listed] = list_invitations(session, world.programme_id, here(world))
    for done in (True, False):
        assert withdraw(session, world.programme_id, here(world), listed.id, actor_id=None) is done


def send_it_again(session: Session, world: World, _code: str) -> None:
    [listed] = list_invitations(session, world.programme_id, here(world))
    place = here(world)
    send_again(session, KEYRING, world.programme_id, place, listed.id, actor_id=None, base_url="https://here.example")


@pytest.mark.parametrize("ending", [use, take_back, send_it_again])
def test_a_link_that_was_used_taken_back_or_sent_anew_opens_nothing(
    session: Session, world: World, ending: Callable[[Session, World, str], None]
) -> None:
    invitation = ask(session, world).invitation
    code = link(session, invitation)
    assert read_invitation(session, KEYRING, code) is not None
    with clock.standing_at(clock.now() + timedelta(seconds=1)):
        ending(session, world, code)
    assert read_invitation(session, KEYRING, code) is None
    people = session.scalar(select(func.count()).select_from(User))
    with pytest.raises(NotFoundError):
        yes(session, code, new=Newcomer("Another", "quiet river seven lamps"))
    assert session.scalar(select(func.count()).select_from(User)) == people


@pytest.mark.parametrize(("on_paper", "hours"), [(False, 7 * 24), (True, 72)])
def test_it_runs_out_and_can_be_sent_again(session: Session, world: World, hours: int, *, on_paper: bool) -> None:
    invitation = ask_on_paper(session, world) if on_paper else ask(session, world).invitation
    code = link(session, invitation)
    with clock.standing_at(clock.now() + timedelta(hours=hours, minutes=-1)):
        assert read_invitation(session, KEYRING, code) is not None
    with clock.standing_at(clock.now() + timedelta(hours=hours, minutes=1)):
        assert read_invitation(session, KEYRING, code) is None
        with pytest.raises(NotFoundError):
            yes(session, code)
        assert [each.state for each in list_invitations(session, world.programme_id, here(world))] == [InvitationState.RUN_OUT]
        send_it_again(session, world, code)
        assert read_invitation(session, KEYRING, link(session, invitation)) is not None


def test_a_used_one_is_neither_sent_again_nor_taken_back(session: Session, world: World) -> None:
    invitation = ask(session, world).invitation
    yes(session, link(session, invitation))
    with pytest.raises(RuleError, match="Nothing was sent"):
        send_it_again(session, world, "")
    with pytest.raises(RuleError, match="said yes already"):
        withdraw(session, world.programme_id, here(world), invitation.id, actor_id=None)


def test_a_slip_s_code_is_found_as_people_type_it_and_opens_the_same_invitation(session: Session, world: World) -> None:
    invitation = ask_on_paper(session, world)
    code = code_of(session, KEYRING, world.programme_id, here(world), invitation.id)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", code)
    assert code.encode() not in invitation.code_hash
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} ".replace("0", "o").replace("1", "l")
    found = find_typed(session, KEYRING, typed, asked_from="a library")
    assert (found.outcome, found.link) == (TypedCode.FOUND, link(session, invitation))
    taken = yes(session, found.link, new=Newcomer("Jo Reed", NEW.password, "jo@example.org"))
    assert roles(session, taken.user_id) == [RoleKind.COORDINATOR]
    assert find_typed(session, KEYRING, code, asked_from="a library").outcome is TypedCode.WRONG
    with pytest.raises(RuleError, match="does not work any more"):
        code_of(session, KEYRING, world.programme_id, here(world), invitation.id)


def test_a_mail_has_no_code_to_type(session: Session, world: World) -> None:
    invitation = ask(session, world).invitation
    with pytest.raises(NotFoundError):
        code_of(session, KEYRING, world.programme_id, here(world), invitation.id)


@pytest.mark.usefixtures("steady_clock")
def test_codes_are_guessed_a_few_times_only(session: Session, world: World) -> None:
    invitation = ask_on_paper(session, world)
    code = code_of(session, KEYRING, world.programme_id, here(world), invitation.id)
    for _guess in range(MOST_CODES):
        assert find_typed(session, KEYRING, "0000 0000 0000", asked_from="here").outcome is TypedCode.WRONG
    assert find_typed(session, KEYRING, code, asked_from="here").outcome is TypedCode.TOO_MANY
    assert find_typed(session, KEYRING, code, asked_from="elsewhere").outcome is TypedCode.FOUND


@pytest.mark.usefixtures("steady_clock")
def test_nobody_floods_mailboxes(session: Session, world: World) -> None:
    for number in range(MOST_AN_HOUR):
        ask(session, world, email=f"jo{number}@example.org")
    with pytest.raises(RuleError, match="a lot for one hour"):
        ask(session, world)
    assert ask(session, world, actor_id=world.users["manager"]).is_new


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (Newcomer(" ", NEW.password), "Type your name"),
        (Newcomer("x" * 101, NEW.password), "at most 100"),
        (Newcomer("Jo", "short"), "at least 12"),
        (Newcomer("Jo", "aaaaaaaaaaaaaa"), "too easy to guess"),
    ],
)
def test_what_was_typed_badly_writes_nothing(session: Session, world: World, new: Newcomer, words: str) -> None:
    code = link(session, ask(session, world).invitation)
    with pytest.raises(RuleError, match=words):
        yes(session, code, new=new)
    assert session.scalar(select(User.id).where(User.email == "jo@example.org")) is None
    assert read_invitation(session, KEYRING, code) is not None


def test_a_slip_needs_an_address_that_nobody_has(session: Session, world: World) -> None:
    code = link(session, ask_on_paper(session, world))
    with pytest.raises(RuleError, match="has this address already"):
        yes(session, code, new=Newcomer("Jo", NEW.password, world.emails["other_coordinator"]))
    with pytest.raises(RuleError, match=r"like name@example\.org"):
        yes(session, code, new=Newcomer("Jo", NEW.password, ""))


def test_a_volunteer_signs_in_first_and_chooses_a_password(session: Session, world: World) -> None:
    user = session.get_one(User, world.users["volunteer"])
    user.password_hash = None
    code = link(session, ask(session, world, email=world.emails["volunteer"]).invitation)
    opened = read_invitation(session, KEYRING, code)
    assert opened is not None
    assert opened.who is WhoComes.SIGN_IN
    with pytest.raises(RuleError, match="Sign in first"):
        yes(session, code)  # the link alone does not open what is theirs
    with pytest.raises(RuleError, match=r"at least 12|too easy"):
        yes(session, code, user_id=user.id)
    taken = yes(session, code, user_id=user.id, new=Newcomer("", NEW.password))
    assert (taken.user_id, user.password_hash is not None) == (user.id, True)


def test_somebody_whose_roles_all_ended_comes_back_with_their_password(session: Session, world: World) -> None:
    role = session.scalars(select(StaffRole).where(StaffRole.user_id == world.users["coordinator"])).one()
    take_role_away(session, world.programme_id, here(world), role.id, actor_id=None, today=clock.today())
    code = link(session, ask(session, world, email=world.emails["coordinator"]).invitation)
    opened = read_invitation(session, KEYRING, code)
    assert opened is not None
    assert opened.who is WhoComes.PASSWORD
    yes(session, code, user_id=world.users["coordinator"])
    assert roles(session, world.users["coordinator"]) == [RoleKind.COORDINATOR]


def test_an_owner_s_seat_that_was_taken_meanwhile_stays_taken(session: Session, world: World) -> None:
    place = Workplace(organisation_id=world.other_organisation_id)
    owner = {"place": place, "kind": RoleKind.ORGANISATION_OWNER}
    first = ask(session, world, **owner).invitation
    second = ask(session, world, email="mo@example.org", **owner).invitation
    yes(session, link(session, first))
    with pytest.raises(RuleError, match="an owner here already"):
        yes(session, link(session, second), new=Newcomer("Mo", NEW.password))
    assert session.scalar(select(User.id).where(User.email == "mo@example.org")) is None


def test_who_works_there_by_then_has_one_role_still_and_can_rise_to_owner(session: Session, world: World) -> None:
    place = Workplace(organisation_id=world.other_organisation_id)
    user_id = world.users["other_coordinator"]
    slip = ask(session, world, place=place, email="", name="Lo").invitation
    owner = ask(session, world, place=place, email="", name="Lo", kind=RoleKind.ORGANISATION_OWNER).invitation
    yes(session, link(session, slip), user_id=user_id)
    assert roles(session, user_id) == [RoleKind.COORDINATOR]
    yes(session, link(session, owner), user_id=user_id)
    assert roles(session, user_id) == [RoleKind.ORGANISATION_OWNER]


def test_a_form_sent_twice_is_known_for_an_hour(session: Session, world: World) -> None:
    code = link(session, ask(session, world).invitation)
    assert taken_by(session, KEYRING, code, today=clock.today()) is None
    taken = yes(session, code)
    found = taken_by(session, KEYRING, code, today=clock.today())
    assert found is not None
    assert (found[0].id, found[1]) == (taken.user_id, taken.role_id)
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        assert taken_by(session, KEYRING, code, today=clock.today()) is None


@given(code=st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{47}", fullmatch=True))
def test_no_other_link_opens_anything(shared_sqlite_engine: Engine, code: str) -> None:
    with Session(shared_sqlite_engine) as session:
        assert read_invitation(session, KEYRING, code) is None


def test_of_four_at_one_moment_one_takes_it(database_url: str, engine: Engine) -> None:
    with transaction(engine) as session:
        code = link(session, ask_on_paper(session, build_world(session)))

    def come(number: int) -> Callable[[Engine], str]:
        def act(own: Engine) -> str:
            try:
                with transaction(own) as session:
                    yes(session, code, new=Newcomer(f"Jo {number}", NEW.password, f"jo{number}@example.org"))
            except NotFoundError:
                return "too late"
            return "taken"

        return act

    assert sorted(at_once(database_url, [come(number) for number in range(4)])) == ["taken", "too late", "too late", "too late"]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).where(User.email.like("jo%@example.org")).select_from(User)) == 1


def test_an_invitation_to_a_role_whose_last_day_is_over_has_run_out(session: Session, world: World) -> None:
    made = ask(session, world, role_ends_on=clock.today()).invitation
    code = link(session, made)
    with clock.standing_at(clock.now() + timedelta(days=2)):
        assert state_of(made) is InvitationState.RUN_OUT
        assert read_invitation(session, KEYRING, code) is None
        with pytest.raises(NotFoundError):
            yes(session, code)
        before = mailed(session)
        with pytest.raises(RuleError, match="last day is over"):
            send_again(session, KEYRING, world.programme_id, here(world), made.id, actor_id=None, base_url="https://here.example")
        assert mailed(session) == before
        again = ask(session, world)
        assert again.is_new, "the one that ran out stands in nobody's way"
