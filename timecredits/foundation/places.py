"""Where our own files are: beside the package in a checkout, inside it when it was installed from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "_installed"

ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
"""The folder that holds config.py, templates/, static/ and migrations/."""

CONFIG = ROOT / "config.py"
TEMPLATES = ROOT / "templates"
STATIC_DIST = ROOT / "static" / "dist"
MIGRATIONS = ROOT / "migrations"
