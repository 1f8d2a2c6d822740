"""Which migrations take away what the release before may still use: by what they call, read from their text."""

import ast
import re
from typing import Final

__all__ = ["SAYS", "unsaid"]

SAYS: Final = "op.execute(\"UPDATE alembic_version SET oldest_code = '9999'\")"
_TAKES: Final = {
    "drop_column",
    "drop_table",
    "rename_table",
    "create_unique_constraint",
    "create_check_constraint",
    "create_foreign_key",
}
_NARROWS: Final = {"new_column_name", "type_"}
_SQL: Final = re.compile(r"\b(DROP|RENAME|REVOKE|SET NOT NULL|ADD CONSTRAINT|CREATE UNIQUE)\b", re.IGNORECASE)


def unsaid(source: str) -> bool:
    """Whether a migration's `upgrade` takes something away, or forbids what was allowed, and does not raise `oldest_code`."""
    module = ast.parse(source)
    helpers = [each for each in module.body if isinstance(each, ast.FunctionDef) and each.name != "downgrade"]
    calls = [each for helper in helpers for each in ast.walk(helper) if isinstance(each, ast.Call)]
    says = any("oldest_code" in text for each in calls for text in _texts(each))
    return not says and any(_takes_away(each) for each in calls)


def _takes_away(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    named = {each.arg: each.value for each in call.keywords if each.arg}
    if name in _TAKES:
        return True
    if name == "alter_column":
        return bool(_NARROWS & named.keys()) or _is(named.get("nullable"), value=False)
    if name == "create_index":
        return _is(named.get("unique"), value=True)
    if name == "add_column":
        column = {each.arg: each.value for part in ast.walk(call) if isinstance(part, ast.Call) for each in part.keywords}
        return _is(column.get("nullable"), value=False) and "server_default" not in column
    return name == "execute" and any(_SQL.search(text) for text in _texts(call))


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _texts(call: ast.Call) -> list[str]:
    return [each.value for each in ast.walk(call) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
