"""Every action that the code can put into the audit log, read from the code itself.

The third argument of each `audit.record` is followed: through the parameters of helpers to where they are called, through
conditions, constants and enumerations. What can't be followed raises, so that no action goes by unseen.
"""

import ast
import importlib
import itertools
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import timecredits


@dataclass(frozen=True)
class Place:
    """A module by name, and the function in it (None: its body)."""

    module: str
    function: ast.FunctionDef | None

    @property
    def loaded(self) -> Any:
        return importlib.import_module(self.module)

    @property
    def parameters(self) -> list[ast.arg]:
        return [*self.function.args.args, *self.function.args.kwonlyargs] if self.function else []

    def hint(self, name: str) -> list[type]:
        """The types that a parameter may be of."""
        made = getattr(self.loaded, self.function.name, None) if self.function else None
        hint = typing.get_type_hints(made).get(name) if made is not None else None
        return [each for each in (hint, *typing.get_args(hint)) if isinstance(each, type)]


class Code:
    """The whole package, parsed."""

    def __init__(self) -> None:
        root = Path(timecredits.__file__).parent
        self.calls: dict[str, list[tuple[Place, ast.Call]]] = {}
        for path in sorted(root.rglob("*.py")):
            name = ".".join(("timecredits", *path.relative_to(root).with_suffix("").parts))
            if not name.startswith("timecredits.demo."):  # it calls the verbs that are looked at
                self._walk(ast.parse(path.read_text(encoding="utf-8")), Place(name, None))

    def _walk(self, node: ast.AST, place: Place) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                called = child.func.attr if isinstance(child.func, ast.Attribute) else getattr(child.func, "id", "")
                self.calls.setdefault(called, []).append((place, child))
            inner = isinstance(child, ast.FunctionDef) and place.function is None
            self._walk(child, Place(place.module, child) if inner and isinstance(child, ast.FunctionDef) else place)

    def actions(self) -> dict[str, str]:
        """Each action, with the module that records it."""
        found: dict[str, str] = {}
        for place, call in self.calls["record"]:
            if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "audit":
                found |= dict.fromkeys(self._values(call.args[2], place), place.module)
        return found

    def _values(self, value: ast.expr, place: Place) -> set[str]:  # noqa: PLR0911  one a kind of expression
        match value:
            case ast.Constant():
                return {str(value.value)}
            case ast.IfExp():
                return self._values(value.body, place) | self._values(value.orelse, place)
            case ast.JoinedStr():
                parts = [
                    self._values(part.value, place) if isinstance(part, ast.FormattedValue) else self._values(part, place)
                    for part in value.values
                ]
                return {"".join(each) for each in itertools.product(*parts)}
            case ast.Subscript(value=ast.Name(id=name)):
                return {str(each) for each in getattr(place.loaded, name).values()}
            case ast.Attribute(attr="value"):
                return self._values(value.value, place)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in {each.arg for each in place.parameters}:
                return _members(typing.get_type_hints(place.hint(name)[0])[attribute])
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                return {str(getattr(getattr(place.loaded, name), attribute))}
            case ast.Name(id=name):
                return self._named(name, place)
        raise AssertionError(f"{place.module}: what does {ast.unparse(value)} come to?")

    def _named(self, name: str, place: Place) -> set[str]:
        if name in {each.arg for each in place.parameters}:
            for hint in place.hint(name):
                if issubclass(hint, Enum):
                    return _members(hint)
            return self._handed(name, place)
        assigned = [*_assigned(place.function, name)]
        if assigned:
            return set().union(*(self._values(value, place) for value in assigned))
        return {str(getattr(place.loaded, name))}

    def _handed(self, name: str, place: Place) -> set[str]:
        """What a parameter is given wherever its function is called."""
        assert place.function is not None
        own = getattr(place.loaded, place.function.name)
        at = [each.arg for each in place.parameters].index(name)
        found: set[str] = set()
        for caller, call in self.calls.get(place.function.name, []):
            if getattr(caller.loaded, place.function.name, None) is own:
                named = [each.value for each in call.keywords if each.arg == name]
                found |= self._values(named[0] if named else call.args[at], caller)
        assert found, f"{place.module}: nobody calls {place.function.name}"
        return found


def _members(hint: Any) -> set[str]:
    assert isinstance(hint, type), hint
    assert issubclass(hint, Enum), hint
    return {str(each) for each in hint}


def _assigned(function: ast.FunctionDef | None, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function) if function is not None else ():
        if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets):
            yield node.value
