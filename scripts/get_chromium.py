"""Gets a Chromium for the browser tests: one that is installed, else Playwright's download, else Debian's package (as root).

Exit 0 when there is one, 1 when none could be had; the tests that need it are then skipped, and say so.
"""

import os
import shutil
import subprocess
import sys

from tests.real.chromium import find_chromium, give_playwright_a_node

_PATIENCE = 600


def main() -> int:
    """Try each way in turn."""
    if find_chromium():
        return 0
    give_playwright_a_node()
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]])
    for way in ways:
        if find_chromium():
            break
        for command in way:
            print(" ".join(command), flush=True)
            if not _succeeds(command):
                break
    found = find_chromium()
    print(f"The browser tests use {found}." if found else "No Chromium could be had. The browser tests will be skipped.")
    return 0 if found else 1


def _succeeds(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        print(f"gave up after {_PATIENCE} seconds")
        return False
    if run.returncode:
        first = next((line for line in run.stdout.splitlines() if "rror" in line or line.startswith("E:")), "it gave no reason")
        print(f"that did not work: {first.strip()}")
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
