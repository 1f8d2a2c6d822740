"""An environment of its own for what we are measured against, so that nothing of theirs is beside our code."""

import subprocess
import venv
from pathlib import Path

__all__ = ["ROOT", "make_environment"]

ROOT = Path(__file__).resolve().parent.parent


def make_environment(folder: Path) -> Path:
    """Install requirements-bench.txt into a new environment in `folder`; gives its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = ["-r", str(ROOT / "requirements-bench.txt"), "--require-hashes"]
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True)  # noqa: S603
    return python
