"""Writes the locked lists of packages from pyproject.toml: `make lock`.

requirements.txt is what runs, requirements-dev.txt is that and what tests and checks need, requirements-node.txt is Node for
machines that have none, requirements-bench.txt is what a benchmark compares us with,
requirements-attacks.txt is what reads our code for mistakes,
requirements-soak.txt is who uses it for hours,
requirements-ha.txt is what keeps three machines together,
requirements-litestream.txt is what copies SQLite all the time. Hashes are kept; addresses are not, so any
package index serves. Versions already locked stay, unless `--upgrade` is given.
"""

import subprocess
import sys
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent
LOCKS: dict[str, list[str]] = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-dev.txt": ["pyproject.toml", "--group", "dev", "--constraints", "requirements.txt"],
    "requirements-node.txt": ["--group", "node"],
    "requirements-bench.txt": ["--group", "bench"],
    "requirements-attacks.txt": ["--group", "attacks"],
    "requirements-soak.txt": ["--group", "soak"],
    "requirements-ha.txt": ["--group", "ha"],
    "requirements-litestream.txt": ["--group", "litestream"],
}
OPTIONS = [
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--no-annotate",
    "--universal",
    "--python-version",
    "3.11",
    "--quiet",
]


def main(arguments: list[str]) -> int:
    """Write each lock; the first failure ends it."""
    for lock, source in LOCKS.items():
        command = [find_uv_bin(), "pip", "compile", *OPTIONS, *arguments, *source, "--output-file", lock]
        result = subprocess.run(command, cwd=ROOT, check=False)
        if result.returncode:
            return result.returncode
        print(f"{lock} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
