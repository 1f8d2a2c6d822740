"""The list of purposes is the truth: the source is read, and every string that a key is derived with is found in it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from timecredits.foundation.places import ROOT
from timecredits.foundation.purposes import PURPOSES

SOURCE = ROOT / "timecredits"
METHODS = {"key": "", "signing_key": "", "checking_keys": ""}
"""Of a keyring; the purpose comes first."""
FUNCTIONS = {"seal": "seal/", "open_sealed": "seal/", "link_code": "link/", "link_fits": "link/", "KeysInUse": ""}
"""The purpose comes second, after the keyring; what stands before it in the name of the key."""
PASSED_ON = {
    ("foundation/keys.py", "purpose"),
    ("foundation/private_links.py", "f'link/{purpose}'"),
    ("foundation/sealing.py", "f'seal/{purpose}'"),
    ("records/privacy/collecting.py", "purpose"),  # from the list of what is held, whose own `seal=` is read here
    ("records/resealing.py", "sealed.purpose"),  # from its list of columns, which is read here
    ("web/session_keys.py", "self._purpose"),
}
"""Where a purpose is handed on that was named, and read here, elsewhere."""


class UnreadableError(Exception):
    """A purpose that can't be told from the source."""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def uses(tree: ast.Module, path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Each use in a module: what stands before the purpose, and the expression that is the purpose."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if isinstance(call.func, ast.Attribute) and name in METHODS and call.args and "keyring" in ast.unparse(call.func).lower():
            yield "", call.args[0]
        elif name in FUNCTIONS and len(call.args) > 1:
            yield FUNCTIONS[name], call.args[1]
        elif name == "SealedColumn":
            yield "seal/", call.args[2]
        elif path.name.startswith("held_"):
            yield from (("seal/", each.value) for each in call.keywords if each.arg == "seal")


def purposes_of(expression: ast.expr, path: Path) -> set[str]:
    """The strings that an expression may be: a text, a constant, an enum's words. Raises UnreadableError for anything else."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return {expression.value}
    if isinstance(expression, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in expression.values]
        return {"".join(next(iter(purposes_of(part, path))) for part in parts)}
    if isinstance(expression, ast.Name):
        return named(expression.id, path)
    raise UnreadableError(f"{path}: {ast.unparse(expression)}")


def named(name: str, path: Path) -> set[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.arg) and node.arg == name and isinstance(node.annotation, ast.Name):
            words = enum_words(node.annotation.id, path)
            if words:
                return words
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id == name and isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            return purposes_of(node.value, path)
        if isinstance(node, ast.ImportFrom) and node.module and name in {each.name for each in node.names}:
            return named(name, module_file(node.module))
    raise UnreadableError(f"{path}: {name}")


def enum_words(name: str, path: Path) -> set[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ClassDef) and node.name == name and any("Enum" in ast.unparse(base) for base in node.bases):
            return {
                str(each.value.value)
                for each in node.body
                if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
            }
    return set()


def module_file(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def found(path: Path, tree: ast.Module) -> set[str]:
    """The purposes that a module names."""
    names: set[str] = set()
    for before, expression in uses(tree, path):
        if (str(path.relative_to(SOURCE)), ast.unparse(expression)) not in PASSED_ON:
            names |= {before + each for each in purposes_of(expression, path)}
    return names


def test_every_purpose_in_the_source_is_listed_and_every_listed_one_is_used() -> None:
    used = {name for path in SOURCE.rglob("*.py") for name in found(path, parsed(path))}
    assert used - PURPOSES.keys() == set(), "used, but not listed in foundation/purposes.py"
    assert PURPOSES.keys() - used == set(), "listed in foundation/purposes.py, but not used"


def test_what_hands_a_purpose_on_still_does() -> None:
    handed_on = {
        (str(path.relative_to(SOURCE)), ast.unparse(expression))
        for path in SOURCE.rglob("*.py")
        for _before, expression in uses(parsed(path), path)
    }
    assert {each for each in PASSED_ON if each[0] != "foundation/keys.py"} <= handed_on | {
        ("web/session_keys.py", "self._purpose")
    }


def test_nothing_takes_the_applications_secret_itself() -> None:
    """Only who makes the keyring reads SECRET_KEY: whatever else signs with it would not change with the keys."""
    readers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == "SECRET_KEY")
        or (isinstance(node, ast.Attribute) and node.attr == "secret_key" and "app" in ast.unparse(node.value))
    }
    assert readers == {"foundation/key_file.py"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("keyring.signing_key('new thing')", {"new thing"}),
        ("current_app.config['KEYRING'].key('new thing', 3)", {"new thing"}),
        ("self._keyring.checking_keys('new thing')", {"new thing"}),
        ("seal(keyring, 'new thing', row.id, words)", {"seal/new thing"}),
        ("X = 'new'\nlink_code(keyring, X, 1, row.id)", {"link/new"}),
        ("X = 'new'\nkeyring.key(f'{X} thing')", {"new thing"}),
        ("request.key('new thing')", set()),
    ],
)
def test_a_purpose_that_is_not_listed_would_be_found(line: str, names: set[str]) -> None:
    path = SOURCE / "a_module_that_is_not_there.py"
    tree = ast.parse(line)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.foundation.test_purposes.parsed", lambda _path: tree)
        assert found(path, tree) == names
    assert not names & PURPOSES.keys()


def test_a_purpose_that_can_not_be_read_fails() -> None:
    path = SOURCE / "a_module_that_is_not_there.py"
    with pytest.raises(UnreadableError):
        found(path, ast.parse("keyring.key(chosen['purpose'])"))
