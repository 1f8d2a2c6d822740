"""docs/performance.md: its tables come from bench/results.json, each between two marks, so that no figure is copied by hand."""

import re
from collections.abc import Mapping
from typing import Any

from bench.figures import Figure, shown
from timecredits.foundation.places import ROOT

__all__ = ["PAGE", "filled"]

PAGE = ROOT / "docs" / "performance.md"
_PART = re.compile(r"(<!-- figures: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, parts: Mapping[str, Mapping[str, Any]]) -> str:
    """The page with the tables of these parts, as results.json holds them. A part that was never measured says so."""

    def fill(match: re.Match[str]) -> str:
        part = parts.get(match[2])
        return match[1] + (_table(part) if part else "Not measured yet.\n") + match[3]

    return _PART.sub(fill, page)


def _table(part: Mapping[str, Any]) -> str:
    rows = ["| what | measured | to keep | how |", "|---|---|---|---|"]
    for record in part["figures"]:
        figure = Figure(**{name: value for name, value in record.items() if name != "holds"})
        kept = "" if not figure.bound else figure.bound if figure.holds else f"{figure.bound}: **missed**"
        rows.append(f"| {figure.name} | {shown(figure.value)} {figure.unit} | {kept} | {figure.note} |".replace("  |", " |"))
    return "\n".join([*rows, "", f"Measured on {part['day']}: {part['machine']}.", ""])
