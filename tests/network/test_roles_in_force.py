"""Each query about roles asks whether the role counts, and asks it in one way: a role with a last day ends by itself."""

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import timecredits
from timecredits.foundation import clock
from timecredits.foundation.clock import first_moment
from timecredits.network.models import StaffRole
from timecredits.network.roles import last_day

ROOT = Path(timecredits.__file__).parent
CONDITIONS = {"in_force", "last_day", "find_line", "_line"}
WITHOUT = {
    "insight/books/audit_log.py:_done_by": "an act is found under the name of whoever was staff then",
    "insight/books/audit_log.py:name_actors": "an act keeps the name of whoever was staff then",
    "journey/referees/known_staff.py:known_staff": "who ever worked there; _known asks last_day of each",
    "network/onboarding.py:find_checklist": "a part of a condition; _leads asks in_force beside it",
    "network/duties.py:_role_at": "a part of a condition; those who use it ask in_force beside it",
    "network/roles.py:in_force": "the condition itself",
    "network/roles.py:_roles": "lists what ended too; _line asks last_day of each",
    "network/roles.py:holds": "a part of a condition: where, not when",
    "records/privacy/erasing_rows.py:_is_somebody": "whoever was staff once is not forgotten with their volunteer's record",
}
"""Functions that name StaffRole without asking, and why that is right."""


def functions() -> Iterator[tuple[str, ast.AST]]:
    """Every function outside the models that asks the database about StaffRole."""
    for path in sorted(ROOT.rglob("*.py")):
        if path.name.endswith("models.py"):
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and asks_about_roles(node):
                yield f"{path.relative_to(ROOT).as_posix()}:{node.name}", node


def asks_about_roles(function: ast.FunctionDef) -> bool:
    for node in ast.walk(ast.Module(function.body, [])):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "StaffRole":
            return True
        if isinstance(node, ast.Call) and any(isinstance(each, ast.Name) and each.id == "StaffRole" for each in node.args):
            return True
    return False


def test_every_query_on_roles_asks_whether_they_count() -> None:
    found = dict(functions())
    missing = [
        name
        for name, function in found.items()
        if name not in WITHOUT and not any(isinstance(node, ast.Name) and node.id in CONDITIONS for node in ast.walk(function))
    ]
    assert missing == []
    assert len(found) > 12  # that the search finds anything at all


def test_nobody_else_asks_when_a_role_ended() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"ended_at", "ends_on"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "StaffRole"
    }
    # handing_over needs the seat that the database keeps single, also of somebody whose last day is over
    assert asking == {"network/roles.py", "network/handing_over.py"}


TODAY = date(2026, 7, 1)
DAYS = st.integers(-40, 40).map(lambda number: TODAY + timedelta(days=number))


@given(ended=st.none() | DAYS.filter(lambda day: day <= TODAY), ends_on=st.none() | DAYS)
def test_a_role_has_a_last_day_just_when_it_counts_no_more(ended: date | None, ends_on: date | None) -> None:
    role = StaffRole(ended_at=first_moment(ended) if ended else None, ends_on=ends_on)
    counts = ended is None and (ends_on is None or ends_on >= TODAY)
    found = last_day(role, TODAY)
    assert (found is None) == counts
    if found is not None:
        assert found in {ended, ends_on}
        assert found <= TODAY


@pytest.mark.parametrize(("hour", "counts"), [(22, True), (23, False)])
def test_the_last_day_ends_at_midnight_in_london(hour: int, *, counts: bool) -> None:
    role = StaffRole(ended_at=None, ends_on=date(2026, 6, 30))
    moment = first_moment(date(2026, 6, 30)) + timedelta(hours=hour + 1)  # British summer time: midnight is 23:00 in UTC
    with clock.standing_at(moment):
        assert (last_day(role, clock.today()) is None) == counts
