"""Slips by which volunteers without email sign in: once, for 72 hours, and never for staff. On both databases."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.web.world import World, build_world
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import transaction
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.models import RoleKind, User, Volunteer
from timecredits.network.sign_in_models import SignInSlip
from timecredits.network.slip_paper import print_sign_in_slip
from timecredits.network.slips import MOST_AN_HOUR, MOST_FROM_ONE, MadeSlip, SlipAnswer, SlipChecking, make_slip, take_slip
from timecredits.network.users import give_role

RING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def make(session: Session, world: World) -> MadeSlip:
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    return make_slip(session, RING, volunteer, organisation_id=world.organisation_id, actor_id=world.users["coordinator"])


def take(session: Session, code: str, place: str = "192.0.2.1") -> SlipChecking:
    return take_slip(session, RING, code, asked_from=place)


def test_it_is_good_once_however_it_is_typed(session: Session, world: World) -> None:
    code = make(session, world).code
    assert len(code) == 12
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    assert take(session, typed) == SlipChecking(SlipAnswer.FITS, world.users["volunteer"], world.volunteer_id)
    assert take(session, code).answer is SlipAnswer.WRONG
    assert code.encode() not in session.scalars(select(SignInSlip.code_hash)).one()


def test_a_new_one_ends_the_one_before(session: Session, world: World) -> None:
    old, new = make(session, world).code, make(session, world).code
    assert take(session, old).answer is SlipAnswer.WRONG
    assert take(session, new).answer is SlipAnswer.FITS


@pytest.mark.parametrize(("hours", "answer"), [(71.9, SlipAnswer.FITS), (72, SlipAnswer.WRONG)])
def test_it_runs_out(session: Session, world: World, hours: float, answer: SlipAnswer) -> None:
    with standing_at(NOON):
        code = make(session, world).code
    with standing_at(NOON + timedelta(hours=hours)):
        assert take(session, code).answer is answer


def test_never_for_staff_nor_for_the_disabled(session: Session, world: World) -> None:
    code = make(session, world).code
    give_role(session, world.programme_id, world.users["volunteer"], RoleKind.PROGRAMME_MANAGER)
    assert take(session, code) == SlipChecking(SlipAnswer.STAFF)
    with pytest.raises(RuleError, match="They work here"):
        make(session, world)


def test_a_disabled_user_s_is_wrong_like_any_other(session: Session, world: World) -> None:
    code = make(session, world).code
    session.get_one(User, world.users["volunteer"]).disabled_at = NOON
    assert take(session, code) == SlipChecking(SlipAnswer.WRONG)


def test_guessing_is_slow_and_a_guesser_stops_nobody_elsewhere(session: Session, world: World) -> None:
    with standing_at(NOON):
        code = make(session, world).code
        answers = {take(session, "0000 0000 0000").answer for _ in range(MOST_FROM_ONE)}
        assert answers == {SlipAnswer.WRONG}
        assert take(session, code).answer is SlipAnswer.TOO_MANY
        assert take(session, code, "192.0.2.2").answer is SlipAnswer.FITS


def test_one_can_make_only_so_many_an_hour(session: Session, world: World) -> None:
    with standing_at(NOON):
        for _ in range(MOST_AN_HOUR):
            make(session, world)
        with pytest.raises(RuleError, match="a lot for one hour"):
            make(session, world)


def test_of_eight_at_once_one_gets_in(engine: Engine, database_url: str) -> None:
    with transaction(engine) as session:
        code = make(session, build_world(session)).code
    answers = at_once(database_url, [in_one(lambda session: take(session, code).answer)] * 8, at=NOON)
    assert answers.count(SlipAnswer.FITS) == 1
    assert answers.count(SlipAnswer.WRONG) == 7


def test_on_paper_it_says_where_to_go_and_never_who_made_it(session: Session, world: World) -> None:
    pdf = print_sign_in_slip(make(session, world), base_url="https://credits.example.org")
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text().replace("\u200b", "")  # where a long address may break
    assert "credits.example.org/sign-in/slip" in text
    assert "Siân" in text
    for never in ("Riverside", "Coordinator", "O'Neill"):
        assert never not in text, never
