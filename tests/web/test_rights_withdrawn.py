"""What is taken away from somebody is gone at their very next request: nothing of who they are is remembered between two."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.page_client import PageClient
from tests.web.on_database import application_on, partner_key
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.hours.attendances.kiosks import remove_kiosk
from timecredits.network.api_tokens import end_token, list_tokens
from timecredits.network.models import StaffRole, User
from timecredits.network.second_factor import end_sign_ins
from timecredits.network.sign_in_models import SignIn
from timecredits.network.sign_ins import end_one_sign_in, list_sign_ins
from timecredits.network.standing import suspend
from timecredits.network.users import end_role
from timecredits.spending.tills.till_keeping import remove_till
from timecredits.web.database import db


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application, on both databases in turn."""
    with application_on(database_url) as app:
        yield app


@dataclass(frozen=True)
class Withdrawn:
    """Who asks for which page, what is taken away from them, and what they get from then on."""

    who: str
    path: str
    take: Callable[[Session, World], object]
    status: int
    writes: bool = False


def role_of(session: Session, world: World, who: str) -> StaffRole:
    return session.scalars(select(StaffRole).where(StaffRole.user_id == world.users[who])).one()


def end(session: Session, world: World) -> None:
    end_role(role_of(session, world, "coordinator"))


def let_it_end_yesterday(session: Session, world: World) -> None:
    role_of(session, world, "manager").ends_on = clock.today() - timedelta(days=1)


def disable(who: str) -> Callable[[Session, World], object]:
    def do(session: Session, world: World) -> None:
        session.get_one(User, world.users[who]).disabled_at = clock.now()

    return do


def end_the_sign_in(session: Session, world: World) -> None:
    (mine,) = list_sign_ins(session, world.users["owner"])
    end_one_sign_in(session, world.users["owner"], mine.id)


def let_it_run_out(session: Session, world: World) -> None:
    session.execute(update(SignIn).where(SignIn.user_id == world.users["volunteer"]).values(expires_at=clock.now()))


def end_the_key(session: Session, world: World) -> None:
    (key,) = list_tokens(session, world.programme_id)
    end_token(session, world.programme_id, key.id, actor_id=None)


AWAY = 302
"""Sent to sign in, or to be paired."""
TABLE = {
    "a role ended": Withdrawn("coordinator", "/coordinator/", end, AWAY),
    "the last day of a role passed": Withdrawn("manager", "/programme", let_it_end_yesterday, AWAY),
    "a member of staff disabled": Withdrawn("manager", "/programme", disable("manager"), AWAY),
    "a volunteer disabled": Withdrawn("volunteer", "/my/", disable("volunteer"), AWAY),
    "a sign-in ended elsewhere": Withdrawn("owner", "/coordinator/", end_the_sign_in, AWAY),
    "every sign-in ended": Withdrawn(
        "venue_manager", "/venue", lambda session, world: end_sign_ins(session, world.users["venue_manager"]), AWAY
    ),
    "a sign-in ran out": Withdrawn("volunteer", "/my/", let_it_run_out, AWAY),
    "a till removed": Withdrawn(
        "till",
        "/till",
        lambda session, world: remove_till(session, world.programme_id, world.venue_id, world.till_id, actor_id=None),
        AWAY,
    ),
    "a kiosk removed": Withdrawn(
        "kiosk",
        "/kiosk",
        lambda session, world: remove_kiosk(session, world.programme_id, world.organisation_id, world.kiosk_id, actor_id=None),
        AWAY,
    ),
    "a key ended": Withdrawn("partner", "/api/v1/venues", end_the_key, 401),
    "an organisation put on hold": Withdrawn(
        "coordinator",
        "/coordinator/people/{volunteer}/phone",
        lambda session, world: suspend(session, world.programme_id, world.organisation_id, reason="A look", actor_id=None),
        403,
        writes=True,
    ),
}


def ask(client: PageClient, world: World, case: Withdrawn, headers: dict[str, str], csrf: str) -> int:
    """The status of one request, not followed."""
    path = case.path.format(volunteer=world.volunteer_id)
    if case.writes:
        return client.http.post(path, data={"csrf_token": csrf, "phone": "01632 960123"}).status_code
    return client.http.get(path, headers=headers).status_code


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE)
def test_it_is_gone_at_the_next_request(app: Flask, client: PageClient, world: World, case: Withdrawn) -> None:
    headers, csrf = {}, ""
    match case.who:
        case "till":
            world.be_till(client)
        case "kiosk":
            world.be_kiosk(client)
        case "partner":
            headers = {"Authorization": f"Bearer {partner_key(app, world)}"}
        case _:
            world.sign_in(client, case.who)
    if case.writes:
        field = client.get(case.path.format(volunteer=world.volunteer_id)).soup.select_one("input[name=csrf_token]")
        assert field is not None
        csrf = str(field["value"])
    before = ask(client, world, case, headers, csrf)
    assert before == (AWAY if case.writes else 200), "what is taken away is there"
    with app.app_context():
        case.take(db.session(), world)
        db.session.commit()
    assert ask(client, world, case, headers, csrf) == case.status
