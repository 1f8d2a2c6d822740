"""What a printed vetting history holds, as JSON: which days are covered by what. `vetting_writing` puts one together.

Of evidence it holds who saw it and when; of a gap only that it is there. There is no field for what was seen, nor for a reason.
"""

from typing import Literal, TypedDict

__all__ = [
    "SpellKind",
    "SpellRow",
    "VettingDisplay",
    "VettingRecord",
    "VettingReferee",
    "VettingRequirement",
    "VettingSpell",
    "YearBar",
    "YearPart",
]

SpellKind = Literal["register", "document", "declared", "minor", "needs_evidence", "uncovered"]
"""What covers a stretch of days (the first three), or what kind of gap it is, as the planner names them."""


class VettingSpell(TypedDict):
    """A stretch of days, both ends counted, YYYY-MM-DD. `seen_by` and `seen_on` (YYYY-MM-DD) are empty where nothing was seen."""

    first_day: str
    last_day: str
    kind: SpellKind
    organisation: str
    seen_by: str
    seen_on: str


class VettingRequirement(TypedDict):
    """What the employer asks for, a plain sentence each; the preset it comes from, "" if none; where and when that was read."""

    sentences: list[str]
    preset_name: str
    source: str
    checked_on: str


class VettingReferee(TypedDict):
    """Somebody who can be asked. `known_since` is YYYY-MM-DD."""

    name: str
    role: str
    organisation: str
    known_since: str


class YearPart(TypedDict):
    """A piece of a year's bar: from which day of the year (0 is 1 January), how many days, of which kind."""

    start: int
    days: int
    kind: SpellKind


class YearBar(TypedDict):
    """One year of the picture; `days` is 365 or 366."""

    year: str
    days: int
    parts: list[YearPart]


class SpellRow(TypedDict):
    """One row of the table, as printed."""

    first_day: str
    last_day: str
    days: str
    what: list[str]
    seen: str


class VettingDisplay(TypedDict):
    """The words and the picture on the page, in their order. An empty text or list leaves its part out."""

    title: str
    page: str
    date: str
    heading: str
    window: str
    asked_heading: str
    asked: list[str]
    preset: str
    picture_heading: str
    picture: str
    years: list[YearBar]
    legend: list[list[str]]
    table_heading: str
    table_columns: list[str]
    rows: list[SpellRow]
    nothing: str
    referees_heading: str
    referees_columns: list[str]
    referees: list[list[str]]
    limits: str


class VettingRecord(TypedDict):
    """A vetting history, whole. The window's both ends are counted."""

    kind: Literal["vetting_history"]
    version: Literal[1]
    language: str
    issued_on: str
    holder_name: str
    first_day: str
    last_day: str
    requirement: VettingRequirement
    spells: list[VettingSpell]
    referees: list[VettingReferee]
    display: VettingDisplay
