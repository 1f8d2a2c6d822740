"""The listener for words that may not be logged hears them, in a real run of pytest, and is quiet where there are none."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.canaries import Canaries
from tests.real.nursery import ROOT

BEGIN = "import logging, secrets, sys\n"
LOUD = {
    "a typed word": "logging.getLogger('x').warning('she typed quiet river seven lamps')",
    "a secret": "logging.getLogger('x').warning('till %s', secrets.token_urlsafe(32))",
    "an exception's words": (
        "try:\n        raise ValueError('Quillfeather')\n    except ValueError:\n        logging.exception('no')"
    ),
    "the error output": "sys.stderr.write('canary.person1@faults.example')",
}


def run_pytest(folder: Path, body: str, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(f"{BEGIN}def test_one() -> None:\n    {body}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.canaries", "--rootdir", str(folder), *more, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.parametrize("kind", LOUD)
def test_it_fails_a_run_that_says(kind: str, tmp_path: Path) -> None:
    result = run_pytest(tmp_path, LOUD[kind])
    assert result.returncode == 1
    assert "1 passed" in result.stdout
    assert "A log holds what may never stand in one" in result.stdout


def test_it_hears_other_processes_of_a_run(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, LOUD["a secret"], "-n", "1").returncode == 1


def test_it_is_quiet_where_there_is_nothing(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, "logging.getLogger('x').warning('the till was paired %s', 'x' * 43)").returncode == 0


def test_it_does_not_say_the_word_itself() -> None:
    canaries = Canaries()
    assert canaries.look(f"till {canaries.remember('a' * 43)} of Quillfeather", "a log")
    assert not any("aaa" in each or "Quill" in each for each in canaries.found)
