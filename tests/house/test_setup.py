"""What set-up promises: locks without addresses that hold every dependency, and every make target that others rely on."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = tuple(sorted(each.name for each in ROOT.glob("requirements*.txt")))
LOCKS = (*PYTHON_LOCKS, "package-lock.json")
TARGETS = (
    *("run", "setup", "test", "lint", "bench", "faults", "fuzz", "gates"),
    *("contact-sheet", "ha", "soak", "help", "setup-tests", "test-partitioned", "lock"),
)


def canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def locked(lock: str) -> set[str]:
    return {canonical(line) for line in (ROOT / lock).read_text().splitlines() if line and line[0] not in " #"}


def project() -> dict[str, list[str]]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = content["dependency-groups"].items()
    return {"requirements.txt": content["project"]["dependencies"]} | {
        f"requirements-{group}.txt": each for group, each in groups
    }


def test_every_group_of_dependencies_has_its_lock_and_no_lock_is_left_over() -> None:
    assert sorted(project()) == list(PYTHON_LOCKS)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    content = (ROOT / lock).read_text()
    if lock == "package-lock.json":
        assert '"resolved"' not in content
    else:
        assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ", content)


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_dependency_is_locked_with_its_hashes(lock: str) -> None:
    assert {canonical(requirement) for requirement in project()[lock]} <= locked(lock)
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_for_development_holds_what_runs_in_the_same_versions() -> None:
    run, develop = ((ROOT / lock).read_text() for lock in ("requirements.txt", "requirements-dev.txt"))
    pinned = [line for line in run.splitlines() if "==" in line and not line.startswith(" ")]
    assert [line for line in pinned if line not in develop] == []


def test_every_make_target_is_in_make_help() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    offered = set(re.findall(r"^make (\S+)", said, flags=re.MULTILINE))
    assert offered == set(TARGETS)


def test_a_python_that_is_too_old_or_missing_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    run = subprocess.run(
        ["sh", "scripts/set_up.sh", "find"],  # noqa: S607
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr == f"PYTHON={old} is not Python 3.11 or newer, or does not start. Nothing was set up.\n"


def test_a_python_without_ensurepip_says_what_to_install(tmp_path: Path) -> None:
    bare = tmp_path / "python3"
    bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n')
    bare.chmod(0o755)
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "set_up.sh"
    script.write_bytes((ROOT / "scripts" / "set_up.sh").read_bytes())
    run = subprocess.run(  # noqa: S603 - our own script
        ["sh", script, "run"],  # noqa: S607
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "apt-get install python3-venv" in run.stderr
