"""`python -m tests.static`: ruff S, bandit, our own semgrep rules, and the packages' known holes. Exits 1 for what is new.

The tools stand in an environment of their own (`.cache/attacks`, from requirements-attacks.txt). First a control: a file with
one hole for each tool, which both must find; then the rules' own examples; then the code. An audit that could not ask anybody
is said and is no pass.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.static.accepted import ACCEPTED, Accepted
from tests.static.tools import ROOT, Finding, audit_packages, make_environment, run_bandit, run_ruff, run_semgrep, test_rules

_HOLE = "import subprocess\n\n\ndef open_door(name):\n    subprocess.run('open ' + name, shell=True)\n"


def control(programs: Path) -> None:
    """A tool that finds nothing in a file made of a hole is not looking. Raises RuntimeError."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for folder in ("timecredits", "migrations"):
            (root / folder).mkdir()
        (root / "config.py").write_text("")
        (root / "timecredits" / "door.py").write_text(_HOLE)
        if not any(each.rule == "B602" for each in run_bandit(programs, root)):
            raise RuntimeError("bandit did not find the hole that was put there")
        if not any(each.rule == "shell" for each in run_semgrep(programs, root)):
            raise RuntimeError("semgrep did not find the hole that was put there")


def left_over(found: list[Finding], accepted: tuple[Accepted, ...] = ACCEPTED) -> list[Finding]:
    """What was found and nobody has looked at."""
    return [
        finding
        for finding in found
        if not any((each.rule, each.file) == (finding.rule, finding.file) and each.line in finding.line for each in accepted)
    ]


def main() -> int:
    """Run them all and say what each found."""
    programs = make_environment(ROOT / ".cache" / "attacks")
    control(programs)
    print("bandit and semgrep find what was put there to be found")
    test_rules(programs)
    print("every rule of ours finds its hits and passes over its near misses")
    new: list[Finding] = []
    checks: dict[str, Callable[[], list[Finding]]] = {
        "ruff S": run_ruff,
        "bandit, medium and high": lambda: run_bandit(programs),
        "semgrep, our rules": lambda: run_semgrep(programs),
    }
    for name, check in checks.items():
        found = check()
        fresh = left_over(found)
        print(f"{name}: {len(found)} found, {len(found) - len(fresh)} looked at before, {len(fresh)} new")
        new += fresh
    for finding in new:
        print(f"{finding.file}:{finding.number}: {finding.rule}: {finding.line[:120]}", file=sys.stderr)
    print(f"packages: {audit_packages(programs) or 'no known holes'}")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
