"""Gets a Chromium for the browser tests: one that is installed, else Playwright's download, else Debian's package (as root).

Exit 0 when there is one, 1 when none could be had; the tests that need it are then skipped, and say so.
"""

import os
import shutil
import subprocess
import sys

from tests.real.chromium import find_chromium

_PATIENCE = 600


def main() -> int:
    """Try each way in turn."""
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
        return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False, timeout=_PATIENCE).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    sys.exit(main())
