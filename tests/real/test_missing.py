"""A run without a browser skips, says so in its last lines, and fails under CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A run of its own, with the real parts only: the application need not be whole for it.
ALONE = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--noconftest", "-p", "tests.real.plugin")


@pytest.mark.parametrize(
    ("ci", "code", "words"), [("", 0, "Everything else was tested."), ("true", 1, "CI is set, so the run has failed.")]
)
def test_without_a_browser(ci: str, code: int, words: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    chosen = "tests/real/test_browser.py::test_two_people_share_nothing"
    run = subprocess.run(  # noqa: S603 - pytest itself
        [*ALONE, chosen],
        cwd=ROOT,
        env={**environment, "CHROMIUM": "/nowhere/chromium", "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stdout + run.stderr
    last, closing = run.stdout.strip().splitlines()[-2:]
    assert last == f"Tests skipped because this machine has no Chromium: 1. {words}"
    assert closing.startswith("1 skipped")
