"""`timecredits reset-second-step`: for somebody who lost everything, with the mail that tells them, on both databases."""

from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select

from tests.commands.test_setting_up import run, said
from tests.real.smtp import MailServer
from tests.web.world import World, build_world, give_app
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import transaction
from timecredits.foundation.keys import Keyring
from timecredits.network.recovery_codes import make_codes
from timecredits.network.second_factor import SecondSteps, second_steps
from timecredits.network.sign_ins import find_actor, list_capacities, start_sign_in

RING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")


@pytest.fixture
def world(engine: Engine) -> World:
    """The coordinator and the owner each have an app, ten codes and a browser that is signed in."""
    with transaction(engine) as session:
        world = build_world(session)
        for who in ("coordinator", "owner"):
            give_app(session, RING, world.users[who])
            make_codes(session, RING, world.users[who])
    return world


def signed_in(engine: Engine, world: World, who: str) -> str:
    """The secret of a browser in which `who` is signed in."""
    with transaction(engine) as session:
        return start_sign_in(session, world.users[who], list_capacities(session, world.users[who])[0])


def stays_in(engine: Engine, secret: str) -> bool:
    with transaction(engine) as session:
        return find_actor(session, secret) is not None


def steps_of(engine: Engine, world: World, who: str) -> SecondSteps:
    with transaction(engine) as session:
        return second_steps(session, world.users[who])


def mail_to(database_url: str, server: MailServer, address: str) -> list[EmailMessage]:
    """What the worker has sent there."""
    assert run(database_url, "worker", "--once", env={"MAIL_URL": server.url}).returncode == 0
    return server.to(address)


def test_they_are_signed_out_told_and_set_one_up_anew(
    engine: Engine, database_url: str, world: World, mail_server: MailServer
) -> None:
    lost, kept = signed_in(engine, world, "coordinator"), signed_in(engine, world, "owner")
    engine.dispose()
    done = run(database_url, "reset-second-step", world.emails["coordinator"].upper())
    assert (done.returncode, done.stdout) == (0, "Done. They set up a new second step the next time they sign in.\n")
    assert steps_of(engine, world, "coordinator") == SecondSteps(has_app=False, passkeys=0, codes_left=0)
    assert steps_of(engine, world, "owner") == SecondSteps(has_app=True, passkeys=0, codes_left=10)
    assert (stays_in(engine, lost), stays_in(engine, kept)) == (False, True)
    with transaction(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "second step reset")).one()
        assert (entry.actor_id, entry.subject_id) == (None, world.users["coordinator"])
        assert entry.organisation_id == world.organisation_id
    engine.dispose()
    [letter] = mail_to(database_url, mail_server, world.emails["coordinator"])
    assert letter["Subject"] == "Your sign-in was changed"
    assert "took away the second step of your sign-in" in letter.get_content()
    again = run(database_url, "reset-second-step", world.emails["coordinator"])
    assert (again.returncode, again.stdout) == (0, "They have none. Nothing was changed.\n")
    assert len(mail_to(database_url, mail_server, world.emails["coordinator"])) == 1
    assert mail_server.to(world.emails["owner"]) == []


def test_an_address_that_nobody_has_is_said_in_one_line(engine: Engine, database_url: str, world: World) -> None:
    engine.dispose()
    answer = run(database_url, "reset-second-step", "nobody@example.org")
    assert answer.returncode == 2
    assert said(answer) == "Nobody signs in with this address."
    assert steps_of(engine, world, "coordinator").any
