"""`timecredits plan-references` as somebody at a terminal meets it. It needs no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from timecredits.cli import cli

DATA = Path(__file__).parents[1] / "data" / "planner"
WORKED = sorted(DATA.glob("*.json"))


def run(file: object, typed: bytes = b"") -> Result:
    environment = {"DATABASE_URL": "sqlite:////nowhere/at/all.db"}
    result = CliRunner(env=environment).invoke(cli, ["plan-references", str(file)], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(file: object, typed: bytes = b"") -> str:
    result = run(file, typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    return result.stderr.rstrip("\n")


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_worked_examples_from_a_file_and_from_the_standard_input(path: Path, tmp_path: Path) -> None:
    worked = json.loads(path.read_text())
    question = tmp_path / "question.json"
    question.write_text(json.dumps(worked["input"]))
    for result in (run(question), run("-", question.read_bytes())):
        assert (result.exit_code, result.stderr) == (0, "")
        assert json.loads(result.stdout) == worked["expected"]


def test_as_a_program_of_its_own() -> None:
    worked = json.loads(WORKED[0].read_text())
    command = [sys.executable, "-m", "timecredits.cli", "plan-references", "-"]
    said = subprocess.run(command, input=json.dumps(worked["input"]).encode(), capture_output=True, check=False)  # noqa: S603  our own
    assert (said.returncode, said.stderr) == (0, b"")
    assert json.loads(said.stdout) == worked["expected"]


def test_what_can_t_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.json") == f"{tmp_path / 'none.json'} can't be opened: No such file or directory."
    assert refused(tmp_path) == f"{tmp_path} can't be opened: Is a directory."
    assert refused("-", b"no JSON") == "The file is not JSON: look at line 1, column 1."
    assert refused("-", b"[]") == "file: this has to be an object, in braces."
    assert refused("-", b'{"requirement": {}}') == "requirement.as_of: this is missing."
    wrong = b'{"requirement": {"as_of": "2026-02-30"}}'
    assert refused("-", wrong) == 'requirement.as_of: there is no day "2026-02-30".'
    twice = {"id": "c", "person": "p", "org": "o", "known_since": "2020-01-01"}
    question = {"requirement": {"as_of": "2026-11-21"}, "contacts": [twice, twice]}
    assert refused("-", json.dumps(question).encode()) == 'contacts[1].id: "c" is there twice.'
    strange = json.dumps({"requirement": {"as_of": "\ud800\n\x1b[31m"}}).encode()
    assert refused("-", strange) == r'requirement.as_of: "\ud800\n\u001b[31m" has to be a day, like 2026-11-21.'


def test_without_a_file_it_says_what_it_wants() -> None:
    result = CliRunner().invoke(cli, ["plan-references"])
    assert result.exit_code == 2
    assert "Missing argument 'FILE'" in result.stderr
    helped = CliRunner().invoke(cli, ["plan-references", "--help"])
    assert helped.exit_code == 0
    assert "as_of" in helped.stdout
