"""A copy of the tree as it stands, with what isn't committed, to spoil without touching anybody's work."""

import os
import shutil
from pathlib import Path

__all__ = ["ROOT", "copy_tree", "environment"]

ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("timecredits", "templates", "static", "migrations", "tests", "docs", "bench", "scripts")
_FILES = ("config.py", "pyproject.toml", "package.json", "README.md", "Makefile")


def copy_tree(folder: Path) -> Path:
    """Copy what the tests read to an empty folder, and answer it."""
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy(ROOT / name, folder / name)
    return folder


def environment() -> dict[str, str]:
    """For a process in a copy: nothing that would lead it back here, and no compiled files that outlive a change."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTEST_ADDOPTS"}}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"}
