"""What is noted of the answers, and what is read from that."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.bank.harness import Act, Answer
from tests.ha.load import PROGRAMS, SITE, Noted


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Noted]:
    with closing(Noted(tmp_path / "told.txt")) as made:
        yield made


def test_the_longest_time_without_an_answer_counts_from_the_strike(told: Noted) -> None:
    told.moments[SITE] = [1.0, 2.0, 2.5, 9.0, 9.5]
    assert told.longest_gap(SITE, 2.2) == 6.5
    assert told.longest_gap(SITE, 4.0) == 5.0
    assert told.longest_gap(SITE, 9.2) == pytest.approx(0.3)


def test_no_answer_at_all_is_no_short_gap(told: Noted) -> None:
    told.moments[SITE] = [1.0]
    assert told.longest_gap(SITE, 2.0) == float("inf")
    assert told.longest_gap(PROGRAMS, 0.0) == float("inf")


def test_each_answer_stands_in_the_file_at_once(told: Noted, tmp_path: Path) -> None:
    told.note_of(SITE, Act("one", 60, "a", None), Answer.DONE)
    told.note_of(PROGRAMS, Act("two", 15, None, "a"), Answer.REFUSED)
    assert (tmp_path / "told.txt").read_text() == "one done\ntwo refused\n"
    assert (set(told.done), told.refused) == ({"one"}, {"two"})
    assert Counter({lane: told.count(lane) for lane in (SITE, PROGRAMS)}) == Counter({SITE: 1, PROGRAMS: 1})
