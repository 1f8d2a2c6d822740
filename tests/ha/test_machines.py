"""Programs that are started to be killed: none may stay behind, and who is dead must not look alive."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from examples.ha.machines import Program
from examples.ha.needed import MissingError, Needed, find_needed
from tests.real.nursery import ROOT

KEEPER = ROOT / "examples" / "ha" / "keeper.py"
LEAVES_A_CHILD = ["sh", "-c", "sleep 600 & echo $!"]
STARTS_A_KEEPER = """
import subprocess, sys
subprocess.Popen([sys.executable, *sys.argv[1:]])
sys.stdin.read()
"""


@contextmanager
def begun(command: list[str], **options: int) -> Iterator["tuple[subprocess.Popen[str], int]"]:
    """What was started, and the process that it left behind, once it has said so."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]  # noqa: S603
    with process:
        left = int(process.stdout.readline())
        try:
            yield process, left
        finally:
            process.kill()
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


def is_living(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_a_program_leaves_behind_ends_with_its_keeper() -> None:
    with begun([sys.executable, str(KEEPER), *LEAVES_A_CHILD]) as (keeper, left):
        assert is_living(left)
        keeper.terminate()
        assert keeper.wait(30) == 0
        assert not psutil.pid_exists(left)  # nor is it in the table of processes any more


def test_without_a_keeper_it_would_stay() -> None:
    with begun(LEAVES_A_CHILD) as (process, left):
        process.wait(30)
        assert is_living(left)


def test_a_keeper_stays_as_long_as_anything_of_its_program_lives() -> None:
    with begun([sys.executable, str(KEEPER), *LEAVES_A_CHILD]) as (keeper, left):
        assert keeper.poll() is None
        os.kill(left, signal.SIGKILL)
        assert keeper.wait(30) == 0


def test_everything_ends_when_whoever_started_it_is_killed() -> None:
    command = [sys.executable, "-c", STARTS_A_KEEPER, str(KEEPER), *LEAVES_A_CHILD]
    with begun(command, stdin=subprocess.PIPE) as (starter, left):
        starter.kill()
        assert starter.stdout is not None
        starter.stdout.read()  # ends when the last that could write to it has ended
        assert not is_living(left)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    needed = Needed(Path("etcd"), Path("patroni"), Path("bin"), None, None)
    made = Program(["sh", "-c", f"sleep 600 & echo begun > {pipe}; wait"], tmp_path, tmp_path / "log", needed)
    made.start()
    assert pipe.read_text() == "begun\n"
    yield made
    made.kill()


def test_a_program_that_is_killed_leaves_nothing(program: Program) -> None:
    were = [each.pid for each in program.processes()]
    assert len(were) == 2
    # The second is a shell until it has become what it was told to be.
    assert ["sleep"] in ([each.name() for each in program.processes("sleep")] for _ in range(100_000))
    program.kill()
    assert not program.is_running
    assert [pid for pid in were if psutil.pid_exists(pid)] == []


def test_a_frozen_program_stands_still_and_can_still_be_killed(program: Program) -> None:
    program.send(signal.SIGSTOP)
    # The kernel stops each as it next looks, which may be a moment after the signal was sent.
    looks = ({each.status() for each in program.processes()} for _ in range(100_000))
    assert {psutil.STATUS_STOPPED} in looks
    program.kill()
    assert program.processes() == []


def test_one_line_says_that_etcd_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="apt-get install etcd-server"):
        find_needed()
    for command in (["tests.ha"], ["examples.ha", "up"]):
        said = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
        assert (said.returncode, said.stdout) == (2, "")
        assert said.stderr == "etcd is missing; on Debian or Ubuntu: apt-get install etcd-server. Nothing was started.\n"
