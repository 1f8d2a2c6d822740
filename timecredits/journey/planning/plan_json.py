"""The planner's question and answer as JSON, as `timecredits plan-references` reads and prints it.

What can't be read raises a RuleError whose sentence is one line that begins with the field, such as `contacts[2].known_since`. A
key that the planner doesn't know is refused, because a name mistyped would otherwise quietly leave a default in its place.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeVar

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.planning.plan_shapes import Plan
from timecredits.journey.planning.requirement import Consent, Contact, Episode, Evidence, Requirement

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_ROWS: Final = 1000
"""Contacts, and episodes, in one question."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_SHOWN: Final = 40

Shape = TypeVar("Shape")
Reader = Callable[[Any, str], Any]


def read_question(content: bytes) -> tuple[Requirement, list[Contact], list[Episode]]:
    """The question in a file's bytes (UTF-8, with or without a byte order mark)."""
    if len(content) > MOST_BYTES:
        raise RuleError(Sentence("The file is larger than 4 MiB. Leave out what the question does not need."), field="file")
    try:
        question = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as fault:
        words = "The file is not JSON: look at line %(line)s, column %(column)s."
        raise RuleError(Sentence(words, line=fault.lineno, column=fault.colno), field="file") from None
    except (ValueError, RecursionError):  # not text, a number of thousands of digits, brackets without an end
        raise RuleError(Sentence("The file is not JSON that can be read."), field="file") from None
    return as_question(question)


def as_question(question: Any) -> tuple[Requirement, list[Contact], list[Episode]]:
    """The question in what JSON was read into."""
    parts = _members(question, "", {"requirement": _requirement, "contacts": _contacts, "episodes": _episodes}, {"requirement"})
    return parts["requirement"], parts.get("contacts", []), parts.get("episodes", [])


def as_answer(plan: Plan) -> dict[str, Any]:
    """The answer as JSON has it."""
    return {
        "contacts": [
            {"id": each.id, "status": each.status, "date": _said(each.on), "until": _said(each.until), "reasons": [*each.reasons]}
            for each in plan.contacts
        ],
        "qualify_now": [*plan.qualify_now],
        "suggested": [*plan.suggested],
        "referees_met_on": _said(plan.referees_met_on),
        "referees_met_on_if_asked": _said(plan.referees_met_on_if_asked),
        "window_from": _said(plan.window_from),
        "gaps": [{"from": _said(gap.first), "to": _said(gap.last), "days": gap.days, "kind": gap.kind} for gap in plan.gaps],
        "ready_on": _said(plan.ready_on),
        "ready_now": plan.ready_now,
    }


def _said(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _refuse(field: str, template: str, **values: object) -> NoReturn:
    raise RuleError(Sentence("%(field)s: %(fault)s", field=field, fault=Sentence(template, **values)), field=field)


def _shown(value: Any) -> str:
    """A value on one line of plain characters, and not too much of it."""
    text = json.dumps(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."


def _members(value: Any, path: str, readers: Mapping[str, Reader], needed: set[str]) -> dict[str, Any]:
    """An object's members, read each by its own reader."""
    if not isinstance(value, dict):
        _refuse(path or "file", "this has to be an object, in braces.")
    dot = f"{path}." if path else ""
    for key in value:
        if key not in readers:
            _refuse(f"{dot}{_shown(key)[1:-1]}", "there is no such field.")
    for key in readers:
        if key in needed and key not in value:
            _refuse(f"{dot}{key}", "this is missing.")
    return {key: readers[key](value[key], f"{dot}{key}") for key in readers if key in value}


def _made(shape: Callable[..., Shape], path: str, members: Mapping[str, Any]) -> Shape:
    """What the members make together; what the shape refuses is told with the field's whole name."""
    try:
        return shape(**members)
    except RuleError as fault:
        _refuse(f"{path}.{fault.field}", "%(fault)s", fault=fault.sentence)


def _list(value: Any, path: str, reader: Reader, most: int | None = None) -> list[Any]:
    if not isinstance(value, list):
        _refuse(path, "this has to be a list, in square brackets.")
    if most is not None and len(value) > most:
        _refuse(path, "this has more than %(most)s rows.", most=most)
    return [reader(each, f"{path}[{place}]") for place, each in enumerate(value)]


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        _refuse(path, "%(value)s has to be text, in quotes.", value=_shown(value))
    return value


def _filled(value: Any, path: str) -> str:
    return _text(value, path) or _refuse(path, "this is empty.")


def _yes_or_no(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        _refuse(path, "%(value)s has to be true or false.", value=_shown(value))
    return value


def _number(value: Any, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse(path, "%(value)s has to be a whole number.", value=_shown(value))
    return value


def _day(value: Any, path: str) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            _refuse(path, "there is no day %(value)s.", value=_shown(value))
    _refuse(path, "%(value)s has to be a day, like 2026-11-21.", value=_shown(value))


def _or_null(reader: Reader) -> Reader:
    return lambda value, path: None if value is None else reader(value, path)


def _one_of(words: type[StrEnum]) -> Reader:
    def read(value: Any, path: str) -> StrEnum:
        if not isinstance(value, str) or value not in {*words}:
            _refuse(path, "%(value)s has to be one of: %(words)s.", value=_shown(value), words=", ".join(words))
        return words(value)

    return read


_REQUIREMENT: Final[Mapping[str, Reader]] = {
    "as_of": _day,
    "referees": _number,
    "known_months": _number,
    "window_months": _number,
    "max_gap_days": _number,
    "min_orgs": _number,
    "must_be_at_org": _yes_or_no,
    "excluded": lambda value, path: frozenset(_list(value, path, _text)),
    "max_inactivity_days": _or_null(_number),
    "horizon_days": _number,
}
_CONTACT: Final[Mapping[str, Reader]] = {
    "id": _filled,
    "person": _filled,
    "org": _text,
    "known_since": _day,
    "known_until": _or_null(_day),
    "consent": _one_of(Consent),
    "consent_from": _or_null(_day),
    "consent_until": _or_null(_day),
    "at_org_until": _or_null(_day),
    "reachable": _yes_or_no,
    "relation": _text,
}
_EPISODE: Final[Mapping[str, Reader]] = {
    "id": _filled,
    "org": _text,
    "start": _day,
    "end": _or_null(_day),
    "evidence": _one_of(Evidence),
    "active": lambda value, path: tuple(_list(value, path, _day)),
}


def _requirement(value: Any, path: str) -> Requirement:
    return _made(Requirement, path, _members(value, path, _REQUIREMENT, {"as_of"}))


def _contacts(value: Any, path: str) -> list[Contact]:
    def read(each: Any, path: str) -> Contact:
        return _made(Contact, path, _members(each, path, _CONTACT, {"id", "person", "org", "known_since"}))

    found = _list(value, path, read, MOST_ROWS)
    seen: set[str] = set()
    for place, each in enumerate(found):
        if each.id in seen:
            _refuse(f"{path}[{place}].id", "%(value)s is there twice.", value=_shown(each.id))
        seen.add(each.id)
    return found


def _episodes(value: Any, path: str) -> list[Episode]:
    def read(each: Any, path: str) -> Episode:
        return _made(Episode, path, _members(each, path, _EPISODE, {"id", "org", "start"}))

    return _list(value, path, read, MOST_ROWS)
