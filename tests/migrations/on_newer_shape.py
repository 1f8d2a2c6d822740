"""Runs the tests of an older release on databases that this release has migrated: a plugin for that older release's pytest.

It takes the place of the older `migrating.upgrade`, and knows of the older tree nothing else. `NEWER` names this tree.
"""

import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest

NEWER: Final = "TIMECREDITS_NEWER_TREE"
_SHAPE: Final = (
    "from timecredits.foundation import migrating, schema; import sys; migrating.upgrade(sys.argv[1]); print(schema.head())"
)
_shapes: set[str] = set()


def commit_before(file: Path) -> str | None:
    """The commit before the one that brought this file; None where history does not tell, the file itself being new too."""
    root = file.parent
    brought = _git(root, "log", "--diff-filter=A", "--format=%H", "-1", "--", file.name)
    if not brought:
        return _git(root, "rev-parse", "HEAD") or None
    return _git(root, "rev-parse", "--verify", "--quiet", f"{brought}^") or None


def take_out(commit: str, folder: Path) -> None:
    """Write the tree of a commit into a new folder."""
    root = Path(__file__).parents[2]
    packed = subprocess.run(["git", "archive", commit], cwd=root, capture_output=True, check=True).stdout  # noqa: S603, S607
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _git(folder: Path, *words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return asked.stdout.strip() if asked.returncode == 0 else ""


def pytest_configure() -> None:
    """In the older release's run: its databases get the newer shape."""
    if NEWER not in os.environ:
        return
    from timecredits.foundation import migrating

    def upgrade(url: str) -> None:
        newer = os.environ[NEWER]
        environment = {**os.environ, "PYTHONPATH": newer}
        ran = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _SHAPE, url], cwd=newer, env=environment, capture_output=True, text=True, check=True
        )
        _shapes.add(ran.stdout.strip())

    migrating.upgrade = upgrade


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what shape they had."""
    if _shapes:
        from timecredits.foundation import schema

        terminalreporter.write_line(f"code of {schema.head()} on databases of {', '.join(sorted(_shapes))}")
