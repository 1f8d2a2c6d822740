"""Put an hour history together from its entries, and print it.

Every printed word is chosen here; the template only arranges. See `hour_history_record` for the shape.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from timecredits.foundation.amounts import hours_text
from timecredits.foundation.display import display_day, display_hours_short
from timecredits.foundation.documents import Attachment, compile_document
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history_record import (
    HistoryDisplay,
    HistoryEntry,
    HistoryOnly,
    HistoryRow,
    HistorySpell,
    HistorySubtotal,
    HistoryTable,
    HistoryTraining,
    HourHistoryFacts,
    HourHistoryRecord,
    Regularity,
)

__all__ = ["measure_regularity", "print_hour_history", "write_hour_history_record"]

REGULARITY_WEEKS: Final = 26

_SOURCES: Final = {
    "register": Sentence("Register"),
    "single": Sentence("Added by hand"),
    "import": Sentence("From a spreadsheet"),
    "self_logged": Sentence("Logged by the volunteer"),
    "attendance": Sentence("Signed in and out"),
    "partner": Sentence("Sent by a partner"),
}


def write_hour_history_record(
    *,
    issued_on: date,
    programme: str,
    holder_name: str,
    entries: Iterable[HistoryEntry],
    only: HistoryOnly | None = None,
    elsewhere: Sequence[HistorySpell] = (),
    training: Sequence[HistoryTraining] = (),
    language: str = "en",
) -> HourHistoryRecord:
    """Put a history together; order, subtotals, total and every printed word follow from the entries.

    Entries come in any order and are printed oldest first. Corrected entries stand in it once, with what they were before.
    `only` says which part of a history these entries are, so that nobody takes a part for the whole. `elsewhere` and `training`
    are printed after them, in the order of their days, and are in no total. Raises RuleError when
    the history would name nobody.
    """
    if not any(character.isalnum() for character in holder_name):
        raise RuleError(
            Sentence("The hour history has no name on it. Nothing was made. Please add the name."), field="holder_name"
        )
    ordered = sorted(entries, key=lambda entry: (entry["day"], entry["organisation"], entry["role"], entry["minutes"]))
    days = [entry["day"] for entry in ordered if entry["minutes"]]  # not of what a correction took away
    facts: HourHistoryFacts = {
        "kind": "hour_history",
        "version": 1,
        "language": language,
        "issued_on": issued_on.isoformat(),
        "programme": programme,
        "holder_name": holder_name,
        "only": only or {},
        "first_day": days[0] if days else "",
        "last_day": days[-1] if days else "",
        "entries": ordered,
        "by_year": _subtotals((entry["day"][:4], entry["minutes"]) for entry in ordered),
        "by_role": _subtotals((f"{entry['role']}, {entry['organisation']}", entry["minutes"]) for entry in ordered),
        "by_organisation": _subtotals((entry["organisation"], entry["minutes"]) for entry in ordered),
        "total_minutes": sum(entry["minutes"] for entry in ordered),
        "unchecked_minutes": sum(entry["minutes"] for entry in ordered if entry.get("unchecked")),
        "self_declared_minutes": sum(spell["minutes"] for spell in elsewhere if not spell["confirmed_by"]),
        "regularity": None  # one year says nothing of the last weeks
        if only and "year" in only
        else measure_regularity([date.fromisoformat(day) for day in days], issued_on),
        "elsewhere": sorted(elsewhere, key=lambda spell: (spell["first_day"], spell["organisation"], spell["role"])),
        "training": sorted(training, key=lambda learnt: (learnt["completed_on"], learnt["title"])),
    }
    return {**facts, "display": _words(facts)}


def print_hour_history(record: HourHistoryRecord, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """Print the history as PDF/A-3a and PDF/UA-1, any number of pages. The same record gives the same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    return compile_document("hour_history", record, attachments=attachments)


def measure_regularity(days: Sequence[date], as_of: date) -> Regularity | None:
    """Count the weeks with time given among the last 26, or among those since the first day if that is fewer.

    Days that nobody else checked count too, where the caller hands them over. None without any day in those weeks: somebody who
    gave time long ago has nothing regular to show.
    """
    mondays = {_monday(day) for day in days if day <= as_of}
    if not mondays:
        return None
    this_week = _monday(as_of)
    weeks = min(REGULARITY_WEEKS, (this_week - min(mondays)).days // 7 + 1)
    window_starts = this_week - timedelta(weeks=weeks - 1)
    with_time = sum(monday >= window_starts for monday in mondays)
    return {"weeks_with_time": with_time, "weeks": weeks} if with_time else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _subtotals(amounts: Iterable[tuple[str, int]]) -> list[HistorySubtotal]:
    totals: defaultdict[str, int] = defaultdict(int)
    for name, minutes in amounts:
        totals[name] += minutes
    return [{"name": name, "minutes": totals[name]} for name in sorted(totals)]


def _words(facts: HourHistoryFacts) -> HistoryDisplay:
    """Say everything that the page says."""
    language, name = facts["language"], facts["holder_name"]
    issued = display_day(date.fromisoformat(facts["issued_on"]), language)
    unchecked = facts["unchecked_minutes"]
    summary = [[str(_total_name(facts)), str(hours_text(facts["total_minutes"]))]]
    if unchecked:
        summary.append([str(Sentence("Of this not checked")), str(hours_text(unchecked))])
    if facts["first_day"]:
        first, last = (display_day(date.fromisoformat(facts[end]), language) for end in ("first_day", "last_day"))
        summary.append([str(Sentence("From")), first])
        summary.append([str(Sentence("To")), last])
    regularity = facts["regularity"]
    return {
        "title": str(Sentence("Hour history of %(name)s", name=name)),
        "running_title": str(Sentence("%(day)s, hour history of %(name)s", name=name, day=issued)),
        "page": str(Sentence("Page {page} of {pages}")),
        "programme": facts["programme"],
        "date": issued,
        "name": name,
        "only": _only_line(facts["only"]),
        "summary": summary,
        "regularity": _regularity_line(regularity) if regularity else "",
        "subtotals": _subtotal_tables(facts) if facts["entries"] else [],
        "entries_heading": str(Sentence("Each day")) if facts["entries"] else "",
        "columns": [str(Sentence(column)) for column in ("Date", "Role", "Organisation", "Hours", "Confirmed by")],
        "rows": [_row(entry, language) for entry in facts["entries"]],
        "nothing_yet": "" if facts["entries"] else str(Sentence("No time is written down yet.")),
        "total_label": str(Sentence("Total of time given") if unchecked else Sentence("Total of confirmed time")),
        "total": display_hours_short(facts["total_minutes"]),
        "beside": _beside(facts),
        "closing": _closing(facts),
    }


def _closing(facts: HourHistoryFacts) -> list[str]:
    lines = [str(Sentence("Hours are shown as hours and minutes: 1:30 is one hour and a half."))]
    if any("corrected_from" in entry for entry in facts["entries"]):
        lines.append(str(Sentence("A corrected line says what stood there before. The hours beside it are the right ones.")))
    if facts["unchecked_minutes"]:
        lines.append(
            str(
                Sentence(
                    "Lines marked as not checked were logged by the volunteer. The group trusts them to. "
                    "They are in the total. Nobody else confirmed them."
                )
            )
        )
    if any(not each["confirmed_by"] for each in (*facts["elsewhere"], *facts["training"])):
        lines.append(str(Sentence("We did not check what is told by the person. No time at other places is in the total.")))
    return lines


def _total_name(facts: HourHistoryFacts) -> Sentence:
    return Sentence("Time given") if facts["unchecked_minutes"] else Sentence("Confirmed time")


def _only_line(only: HistoryOnly) -> str:
    """Say which part of a history this is."""
    parts = [str(only[key]) for key in ("year", "role", "organisation") if key in only]
    return str(Sentence("A part of the hours only: %(parts)s.", parts=", ".join(parts))) if parts else ""


def _regularity_line(regularity: Regularity) -> str:
    return str(
        Sentence(
            "Time given in %(with_time)s of the last %(weeks)s weeks.",
            with_time=regularity["weeks_with_time"],
            weeks=regularity["weeks"],
        )
        if regularity["weeks"] > 1
        else Sentence("Time given this week.")
    )


def _subtotal_tables(facts: HourHistoryFacts) -> list[HistoryTable]:
    tables = [
        _subtotal_table(str(Sentence("By year")), str(Sentence("Year")), facts["by_year"]),
        _subtotal_table(str(Sentence("By role")), str(Sentence("Role and organisation")), facts["by_role"]),
    ]
    if len(facts["by_organisation"]) > 1:
        where = _subtotal_table(str(Sentence("By organisation")), str(Sentence("Organisation")), facts["by_organisation"])
        tables.append(where)
    return tables


def _subtotal_table(heading: str, column: str, subtotals: list[HistorySubtotal]) -> HistoryTable:
    lines = [[subtotal["name"], display_hours_short(subtotal["minutes"])] for subtotal in subtotals]
    return {"heading": heading, "columns": [column, str(Sentence("Hours"))], "lines": lines}


def _beside(facts: HourHistoryFacts) -> list[HistoryTable]:
    """What stands beside the register: time at other places, and what was learnt."""
    language = facts["language"]
    tables: list[HistoryTable] = []
    if facts["elsewhere"]:
        columns = [str(Sentence(column)) for column in ("Place and role", "From", "To", "Hours", "Confirmed by")]
        lines = [_spell_line(spell, language) for spell in facts["elsewhere"]]
        tables.append({"heading": str(Sentence("Time at other places")), "columns": columns, "lines": lines})
    if facts["training"]:
        columns = [str(Sentence(column)) for column in ("Training", "Awarded by", "On", "Good until", "Confirmed by")]
        lines = [_training_line(learnt, language) for learnt in facts["training"]]
        tables.append({"heading": str(Sentence("Training")), "columns": columns, "lines": lines})
    return tables


def _spell_line(spell: HistorySpell, language: str) -> list[str]:
    return [
        f"{spell['organisation']}, {spell['role']}" if spell["role"] else spell["organisation"],
        _day(spell["first_day"], language),
        _day(spell["last_day"], language) or str(Sentence("goes on")),
        display_hours_short(spell["minutes"]) if spell["minutes"] else "",
        spell["confirmed_by"] or str(Sentence("Told by the person")),
    ]


def _training_line(learnt: HistoryTraining, language: str) -> list[str]:
    return [
        learnt["title"],
        learnt["awarded_by"],
        _day(learnt["completed_on"], language),
        _day(learnt["expires_on"], language),
        learnt["confirmed_by"] or str(Sentence("Told by the person")),
    ]


def _day(day: str, language: str) -> str:
    return display_day(date.fromisoformat(day), language) if day else ""


def _row(entry: HistoryEntry, language: str) -> HistoryRow:
    return {
        "day": display_day(date.fromisoformat(entry["day"]), language),
        "role": entry["role"],
        "organisation": entry["organisation"],
        "hours": display_hours_short(entry["minutes"]),
        "confirmed": _confirmation(entry, language),
        "remark": _correction(entry, language),
    }


def _confirmation(entry: HistoryEntry, language: str) -> list[str]:
    """Say how it came in, who confirmed it and when: "Register", "Jo Reed", "21 November 2026"."""
    how = str(_SOURCES[entry["source"]]) if "source" in entry else ""
    if entry.get("unchecked"):
        return [how, str(Sentence("not checked"))]
    day = display_day(date.fromisoformat(entry["confirmed_on"]), language) if entry["confirmed_on"] else ""
    return [part for part in (how, entry["confirmed_by"], day) if part]


def _correction(entry: HistoryEntry, language: str) -> str:
    if "corrected_from" not in entry:
        return ""
    before = display_hours_short(entry["corrected_from"])
    if "corrected_on" not in entry:
        return str(Sentence("Corrected. It was %(before)s.", before=before))
    day = display_day(date.fromisoformat(entry["corrected_on"]), language)
    return str(Sentence("Corrected on %(day)s. It was %(before)s.", day=day, before=before))
