"""Argon2id behind a gate: two at once, whoever waits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest

from timecredits.foundation.slow_hashes import MOST_AT_ONCE, SlowHasher
from timecredits.network.common_passwords import is_common


class Counting:
    """Stands where argon2 stands, does its work, and notes how many are inside. `full` waits until a third would show."""

    def __init__(self, inner: object, *, wait_for: int) -> None:
        self.inner, self.lock, self.inside, self.most = inner, Lock(), 0, 0
        self.full = Barrier(wait_for)

    def verify(self, stored: str, text: str) -> bool:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.full.wait()
        answer: bool = self.inner.verify(stored, text)  # type: ignore[attr-defined]
        with self.lock:
            self.inside -= 1
        return answer


@pytest.mark.parametrize(("gate", "most"), [(MOST_AT_ONCE, 2), (8, 8)], ids=["ours", "control: no gate"])
def test_eight_threads_are_never_more_than_two_inside(gate: int, most: int) -> None:
    hasher = SlowHasher(most_at_once=gate)
    stored = hasher.hash("seven quiet lamps")
    # Nobody leaves before as many are inside as the gate lets in, so the most is really reached.
    counting = Counting(hasher._inner, wait_for=gate)
    hasher._inner = counting  # type: ignore[assignment]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: hasher.verify(stored, text), ["seven quiet lamps"] * 8)) == [True] * 8
    assert counting.most == most


def test_what_is_no_hash_is_no_match() -> None:
    hasher = SlowHasher()
    assert hasher.verify("nonsense", "x") is False
    assert hasher.verify(hasher.hash("a"), "b") is False


@pytest.mark.parametrize(
    "password",
    [
        "Password1234",
        "password 1234",
        "PASSWORD!!!!!!",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "abcabcabcabc",
        "123456789012",
        "aaaaaaaaaaaab",
        "zaq12wsxcde3",
        "987654321000",
        "P@ssw0rd2026!",
        "Liverpool-football",
        "welcomewelcome",
        "2026-11-23-99",
    ],
)
def test_what_a_guesser_tries_early(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "quiet river seven lamps",
        "correct horse battery",
        "xK9#mQ2$vL5@",
        "eleven slow green boats",
        "owes refers roll",
        "welcome lamps rivers",
    ],
)
def test_what_is_left_alone(password: str) -> None:
    assert not is_common(password)
