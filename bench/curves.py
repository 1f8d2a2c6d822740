"""Curves over sizes as one SVG file: drawn here, because what a page needs of a chart library is a few lines and some words."""

from dataclasses import dataclass, field
from math import log10
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

__all__ = ["Curve", "write_curves"]

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 44, 48
INK, QUIET, RULE, RED = "#1f1a24", "#5a5361", "#cfc7d8", "#d4351c"
COLOURS = ("#3c1a66", "#00703c", "#b58105", "#1d70b8", "#8b2f6a", "#505a5f")
DASHES = ("none", "6 4", "2 3", "10 4 2 4", "1 2", "12 3")
"""So that curves are told apart without colour too."""


@dataclass
class Curve:
    """A name, and points of (how many, how much)."""

    name: str
    points: list[tuple[float, float]] = field(default_factory=list)


def write_curves(path: Path, title: str, unit: str, curves: list[Curve], *, bound: float) -> None:
    """Write them over a logarithmic scale of how many, with a line at the bound to keep. Each point tells its value."""
    counts = sorted({x for curve in curves for x, _ in curve.points})
    top = max(bound, *(y for curve in curves for _, y in curve.points)) * 1.1
    begin, end = log10(counts[0]), log10(counts[-1])
    right = WIDTH - RIGHT

    def across(count: float) -> float:
        return LEFT + (right - LEFT) * ((log10(count) - begin) / (end - begin) if end > begin else 0.5)

    def down(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    sheet = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")
    sheet.attrib |= {"aria-labelledby": "title", "font-family": "Noto Sans, sans-serif", "font-size": "13"}
    SubElement(sheet, "title", id="title").text = title
    SubElement(sheet, "rect", width=str(WIDTH), height=str(HEIGHT), fill="#ffffff")
    _say(sheet, LEFT, 24, title, INK)
    for value in _steps(top):
        SubElement(sheet, "path", d=f"M{LEFT} {down(value):.1f}H{right}", stroke=RULE)
        _say(sheet, LEFT - 8, down(value) + 4, f"{value:g} {unit}", QUIET, anchor="end")
    for count in counts:
        _say(sheet, across(count), HEIGHT - BOTTOM + 22, _short(count), QUIET, anchor="middle")
    SubElement(sheet, "path", {"d": f"M{LEFT} {down(bound):.1f}H{right}", "stroke": RED, "stroke-dasharray": "4 4"})
    _say(sheet, right + 8, down(bound) + 4, f"at most {bound:g} {unit}", RED)
    for at, curve in enumerate(curves):
        colour, line = COLOURS[at % len(COLOURS)], {"stroke-width": "2.5", "stroke-dasharray": DASHES[at % len(DASHES)]}
        line |= {"stroke": colour, "fill": "none"}
        SubElement(sheet, "polyline", line, points=" ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in curve.points))
        for x, y in curve.points:
            point = SubElement(sheet, "circle", cx=f"{across(x):.1f}", cy=f"{down(y):.1f}", r="4", fill=colour)
            SubElement(point, "title").text = f"{curve.name}: {y:.2f} {unit} at {_short(x)}"
        place = TOP + 40 + at * 22
        SubElement(sheet, "path", line, d=f"M{right + 8} {place - 4}h22")
        _say(sheet, right + 36, place, curve.name, INK)
    indent(sheet, " ")
    with path.open("wb") as file:
        ElementTree(sheet).write(file)
        file.write(b"\n")


def _say(sheet: Element, x: float, y: float, words: str, colour: str, *, anchor: str = "start") -> None:
    SubElement(sheet, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "fill": colour}).text = words


def _steps(top: float) -> list[float]:
    """Round values from nothing up, at least four of them."""
    step = 10.0 ** (int(log10(top)) if top >= 1 else int(log10(top)) - 1)
    while top / step < 4:  # noqa: PLR2004  as the docstring says
        step /= 2
    return [step * each for each in range(int(top / step) + 1)]


def _short(count: float) -> str:
    return f"{count / 1_000_000:g} M" if count >= 1_000_000 else f"{count / 1000:g} k"  # noqa: PLR2004  as people write it
