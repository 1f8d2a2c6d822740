"""Programs that tests look at our work with, when this machine has them."""

import shutil
import sys
from pathlib import Path

from tests.real.missing import not_here


def program(name: str, *, package: str) -> str:
    """Return the path of an installed program; the test is skipped, and under CI failed, where there is none."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    return found or not_here(package)
