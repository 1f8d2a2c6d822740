"""The list can't rot: what it takes out stands once, what it names exists, and a runner that notices nothing is noticed."""

import ast
from pathlib import Path

import pytest

from tests.mutants.__main__ import is_noticed
from tests.mutants.copying import ROOT
from tests.mutants.list import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.guard)
def test_each_guard_stands_once_and_its_tests_exist(mutant: Mutant) -> None:
    whole = (ROOT / mutant.file).read_text()
    assert whole.count(mutant.old) == 1
    spoilt = whole.replace(mutant.old, mutant.new)
    assert spoilt != whole
    ast.parse(spoilt)  # a slip in the spelling would make the tests fail for nothing
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / file).read_text()


def test_guards_have_names_of_their_own() -> None:
    assert len({mutant.guard for mutant in MUTANTS}) == len(MUTANTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A tree with one guard, one test that looks at it, one that doesn't, and one that can't be read."""
    (tmp_path / "door.py").write_text("def opens():\n    return False\n")
    (tmp_path / "test_looks.py").write_text("from door import opens\ndef test_it():\n    assert not opens()\n")
    (tmp_path / "test_sleeps.py").write_text("import door\ndef test_it():\n    assert door\n")
    (tmp_path / "test_stumbles.py").write_text("import nowhere_to_be_found\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    return tmp_path


@pytest.mark.parametrize(
    ("test", "old", "told"),
    [
        ("test_looks.py", "return False", None),
        ("test_sleeps.py", "return False", "SURVIVED"),
        ("test_stumbles.py", "return False", "another reason"),
        ("test_looks.py", "return None", "stands 0 times"),
    ],
)
def test_only_a_test_that_fails_is_taken_for_noticing(copy: Path, test: str, old: str, told: str | None) -> None:
    answer = is_noticed(copy, Mutant("door", "door.py", old, "return True", (test,)))
    assert (answer is None) if told is None else (answer is not None and told in answer)
    assert "return False" in (copy / "door.py").read_text()
