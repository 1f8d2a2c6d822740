"""Everything about one person as a file to take away: one JSON, a table for each part as CSV, a PDF to read, and their letters.

The JSON is `{"format": "time-credits-person", "version": 1, "made_on", "programme", "parts": [{"table", "title", "aim", "rows",
"left_out"}]}`: amounts in minutes, days and instants as ISO 8601, instants in UTC.
"""

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from timecredits.foundation.clock import LONDON
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.display import display_day, display_hours
from timecredits.foundation.documents import UnprintableCharacter, compile_document
from timecredits.foundation.wording import Sentence
from timecredits.records.privacy.aims import AIMS
from timecredits.records.privacy.collecting import PersonFile, Section
from timecredits.records.privacy.export_labels import NOT_PRINTED, label_of
from timecredits.records.privacy.holdings import HOLDINGS

__all__ = ["FORMAT", "as_record", "pack", "print_data", "tables"]

FORMAT: Final = "time-credits-person"
VERSION: Final = 1
_MOST_ROWS: Final = 100
"""Rows of one part in the PDF; the tables beside it have them all."""
_MOST_TRIES: Final = 200
_MISSING: Final = "?"
_ALWAYS_THE_SAME: Final = (2000, 1, 1, 0, 0, 0)
_MINUTES: Final = frozenset({"minutes", "amount", "balance", "earned", "carried", "minutes_a_week"})


def as_record(sections: Sequence[Section], *, programme: str, made_on: date) -> dict[str, Any]:
    """What goes into the JSON file."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_on": made_on.isoformat(),
        "programme": programme,
        "parts": [
            {
                "table": each.table,
                "title": str(each.title),
                "aim": str(AIMS[HOLDINGS[each.table].aim].name),
                "rows": [dict(row) for row in each.rows],
                "left_out": [str(reason) for reason in each.left_out],
            }
            for each in sections
        ],
    }


def tables(sections: Sequence[Section]) -> dict[str, str]:
    """By file name: a CSV for each part that has rows."""
    made = {}
    for section in sections:
        columns = list(dict.fromkeys(name for row in section.rows for name in row if name != "id"))
        if columns:
            rows = [[_cell(row.get(name)) for name in columns] for row in section.rows]
            made[f"tables/{section.table.replace('_', '-')}.csv"] = csv_text(columns, rows)
    return made


def print_data(sections: Sequence[Section], *, programme: str, holder: str, made_on: date) -> bytes:
    """The same to read, as a PDF. A character that no font of ours has is printed as a question mark."""
    record: dict[str, Any] = {
        "issued_on": made_on.isoformat(),
        "language": "en",
        "programme": programme,
        "holder": holder,
        "display": {
            "title": str(Sentence("What is held about me")),
            "page": str(Sentence("Page {page} of {pages}")),
            "date": display_day(made_on),
            "holder": holder,
            "programme": programme,
            "lead": str(
                Sentence(
                    "This is all that the time credits service holds about you. The files beside it hold the same as tables."
                )
            ),
            "parts": [_printed(each) for each in sections],
        },
    }
    for _ in range(_MOST_TRIES):
        try:
            return compile_document("my_data", record)
        except UnprintableCharacter as fault:
            record = _without(record, fault.character)
    raise ValueError("too many characters that can not be printed")


def pack(
    record: Mapping[str, Any],
    files: Sequence[PersonFile],
    sections: Sequence[Section],
    pdf: bytes,
    *,
    sign: Callable[[bytes], bytes],
) -> bytes:
    """All of it in one zip."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "read-me.txt", str(_READ_ME).encode())
        _add(archive, "my-data.pdf", sign(pdf))
        _add(archive, "my-data.json", json.dumps(record, ensure_ascii=False, indent=1).encode())
        for name, text in tables(sections).items():
            _add(archive, name, text.encode())
        for file in files:
            _add(archive, file.name, file.content)
    return made.getvalue()


_READ_ME: Final = Sentence(
    "my-data.pdf is to read. my-data.json holds the same for a computer. The tables open in a spreadsheet. "
    "Amounts are in minutes: 60 minutes are 1 hour or 1 credit. Times are in UTC."
)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _ALWAYS_THE_SAME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False)


def _printed(section: Section) -> dict[str, Any]:
    shown = section.rows[:_MOST_ROWS]
    more = len(section.rows) - len(shown)
    return {
        "heading": str(section.title),
        "about": str(AIMS[HOLDINGS[section.table].aim].name),
        "rows": [
            [
                [label_of(name), _words(name, value)]
                for name, value in row.items()
                if name != "id" and name not in NOT_PRINTED and value not in ("", None, [], {})
            ]
            for row in shown
        ],
        "more": str(Sentence("And %(num)s more in the table.", num=more)) if more else "",
        "left_out": [str(each) for each in section.left_out],
    }


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _MINUTES and isinstance(value, int):
        return f"−{display_hours(-value)}" if value < 0 else display_hours(value)
    if isinstance(value, dict):
        return "; ".join(
            f"{label_of(str(key))}: {_words(str(key), each)}" for key, each in value.items() if each not in ("", None)
        )
    if isinstance(value, list):
        return ", ".join(_words("", each) for each in value)
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    """A day or an instant in words; any other text as it is."""
    try:
        if len(text) == len("2026-11-22"):
            return display_day(date.fromisoformat(text))
        local = datetime.fromisoformat(text).astimezone(LONDON) if "T" in text else None
    except ValueError:
        return text
    return f"{display_day(local.date())}, {local:%H:%M}" if local else text


def _without(value: Any, character: str) -> Any:
    if isinstance(value, str):
        return value.replace(character, _MISSING)
    if isinstance(value, dict):
        return {name: _without(each, character) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, character) for each in value]
    return value
