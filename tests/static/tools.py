"""Each tool that reads the code, run in an environment of its own: what it found, in one form."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["ROOT", "Finding", "audit_packages", "make_environment", "run_bandit", "run_ruff", "run_semgrep", "test_rules"]

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("timecredits", "templates", "migrations", "config.py", "scripts")
_RULES = "scripts/semgrep"
_QUIET = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}


class Finding(NamedTuple):
    """What a tool says of one line; `line` is its text."""

    rule: str
    file: str
    number: int
    line: str


def make_environment(folder: Path, packages: str = "requirements-attacks.txt") -> Path:
    """The folder of programs of an environment with these packages, made unless it stands and is of that list."""
    wanted = ROOT / packages
    mark, programs = folder / "installed.txt", folder / "bin"
    if mark.is_file() and mark.read_text() == wanted.read_text():
        return programs
    venv.create(folder, with_pip=True, clear=True)
    install: list[str | Path] = [
        programs / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        wanted,
    ]
    subprocess.run(install, check=True)  # noqa: S603
    mark.write_text(wanted.read_text())
    return programs


def run_bandit(programs: Path, root: Path = ROOT) -> list[Finding]:
    """What bandit calls medium or high in what runs."""
    command: list[str | Path] = [
        programs / "bandit",
        "-q",
        "-r",
        "timecredits",
        "migrations",
        "config.py",
        "-f",
        "json",
        "--severity-level",
        "medium",
    ]
    found = json.loads(_run(command, root, fine={0, 1}).stdout)
    if found["errors"]:
        raise RuntimeError(f"bandit could not read {found['errors']}")
    return [_finding(each["test_id"], each["filename"], each["line_number"], root) for each in found["results"]]


def run_semgrep(programs: Path, root: Path = ROOT) -> list[Finding]:
    """What our own rules find in what runs, the pages and the migrations."""
    command: list[str | Path] = [programs / "semgrep", "scan", "--json", "--metrics", "off", "--no-git-ignore", "--jobs", "2"]
    command += ["--exclude", _RULES, "--config", ROOT / _RULES / "ours.yml"]
    command += [each for each in _OURS if (root / each).exists()]
    found: dict[str, Any] = json.loads(_run(command, root, programs, fine={0, 1}).stdout)
    if found["errors"] or not found["paths"]["scanned"]:
        raise RuntimeError(f"semgrep could not read everything: {found['errors'][:3]}")
    return [
        _finding(each["check_id"].rpartition(".")[2], each["path"], each["start"]["line"], root, to=each["end"]["line"])
        for each in found["results"]
    ]


def test_rules(programs: Path) -> None:
    """Every rule of ours finds its hits and passes over its near misses. Raises RuntimeError where one does not."""
    command: list[str | Path] = [programs / "semgrep", "--test", _RULES, "--config", _RULES]
    said = _run(command, ROOT, programs, fine={0, 1})
    rules = (ROOT / _RULES / "ours.yml").read_text().count("- id: ")
    if f"{rules}/{rules}: " not in said.stdout + said.stderr:
        raise RuntimeError(said.stdout[-3000:])


def run_ruff() -> list[Finding]:
    """Ruff's own security rules (S), with what is set in pyproject.toml."""
    command: list[str | Path] = [sys.executable, "-m", "ruff", "check", "--select", "S", "--output-format", "json", "."]
    found = json.loads(_run(command, ROOT, fine={0, 1}).stdout)
    return [_finding(each["code"], each["filename"], each["location"]["row"], ROOT) for each in found]


def audit_packages(programs: Path) -> str | None:
    """None where no locked package has a known hole; else what was found, or that nothing could be asked."""
    command: list[str | Path] = [
        programs / "pip-audit",
        "--strict",
        "--disable-pip",
        "--no-deps",
        "-f",
        "json",
        "-r",
        "requirements.txt",
    ]
    try:
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
        packages = json.loads(said.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return "NOT AUDITED: no list of known holes could be reached"
    if not packages or any("skip_reason" in each for each in packages):
        return "NOT AUDITED: some packages were passed over"
    holes = [f"{each['name']} {each['version']}: {hole['id']}" for each in packages for hole in each["vulns"]]
    return ", ".join(holes) or None


def _run(
    command: Sequence[str | Path], root: Path, programs: Path | None = None, *, fine: set[int]
) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | _QUIET
    if programs is not None:  # semgrep calls its own second half by name
        environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    said = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if said.returncode not in fine:
        raise RuntimeError(f"{command[0]} ended with {said.returncode}: {said.stderr[-2000:]}")
    return said


def _finding(rule: str, file: str, number: int, root: Path, *, to: int | None = None) -> Finding:
    path = Path(file) if Path(file).is_absolute() else root / file
    lines = list(_lines(path, number, to or number))
    return Finding(rule, str(path.resolve().relative_to(root.resolve())), number, " ".join(lines))


def _lines(path: Path, first: int, last: int) -> Iterator[str]:
    yield from (line.strip() for line in path.read_text().splitlines()[first - 1 : last])
