"""Whoever asks, known or not, staff or not, disabled or not: as many hashes are worked out. Counted, never timed."""

import pytest
from sqlalchemy.orm import Session

from tests.web.world import PASSWORD, build_world
from timecredits.foundation import clock
from timecredits.network import users
from timecredits.network.models import User
from timecredits.network.passwords import PasswordAnswer, check_password


class Counting:
    """Stands before the real hasher and counts."""

    def __init__(self, real: object) -> None:
        self.real, self.looks = real, 0

    def verify(self, stored: str, text: str) -> bool:
        self.looks += 1
        answer: bool = self.real.verify(stored, text)  # type: ignore[attr-defined]
        return answer


def test_one_look_for_everybody(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world(session)
    session.get_one(User, world.users["other_coordinator"]).disabled_at = clock.now()
    session.get_one(User, world.users["other_volunteer"]).password_hash = None
    counting = Counting(users._hasher)
    monkeypatch.setattr(users, "_hasher", counting)
    tries = [
        (world.emails["coordinator"], PASSWORD, PasswordAnswer.FITS),
        (world.emails["volunteer"], PASSWORD, PasswordAnswer.FITS),
        (world.emails["coordinator"], "wrong", PasswordAnswer.WRONG),
        (world.emails["volunteer"], "wrong", PasswordAnswer.WRONG),
        (world.emails["other_coordinator"], PASSWORD, PasswordAnswer.WRONG),
        (world.emails["other_volunteer"], PASSWORD, PasswordAnswer.WRONG),
        ("nobody@example.org", PASSWORD, PasswordAnswer.WRONG),
        ("nobody@example.org", "x" * 100_000, PasswordAnswer.WRONG),
    ]
    for email, password, answer in tries:
        before = counting.looks
        assert check_password(session, email=email, password=password).outcome is answer
        assert counting.looks == before + 1, email
