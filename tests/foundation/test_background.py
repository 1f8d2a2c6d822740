"""Work in a thread beside a process's own: woken while it works it works once more, and a fault is told and keeps nobody up."""

import logging
from threading import Event

import pytest

from timecredits.foundation.background import Background


def test_woken_while_it_works_it_works_once_more() -> None:
    begun, go_on = Event(), Event()
    done: list[int] = []

    def work() -> None:
        begun.set()
        go_on.wait(30)
        done.append(1)

    background = Background("letters", work)
    background.wake()
    assert begun.wait(30)
    background.wake()
    background.wake()
    go_on.set()
    background.wait()
    assert len(done) == 2


def test_a_fault_is_one_line_without_its_words_and_the_next_work_is_done(caplog: pytest.LogCaptureFixture) -> None:
    faults = [OSError("what somebody wrote")]
    done: list[int] = []

    def work() -> None:
        if faults:
            raise faults.pop()
        done.append(1)

    background = Background("letters", work)
    with caplog.at_level(logging.ERROR):
        background.wake()
        background.wait()
        background.wake()
        background.wait()
    assert done == [1]
    [line] = caplog.messages
    assert line.startswith("letters failed: OSError at ")
    assert "wrote" not in line
