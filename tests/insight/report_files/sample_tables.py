"""Tables made by hand for tests of charts, files and pages: of every kind, with hidden values, long names, and none at all."""

from datetime import UTC, date, datetime
from typing import Final

from timecredits.insight.report_files.words import GROUPS
from timecredits.insight.reports.shapes import OTHERS, Column, Line, Table, TableName, Unit, Value

YEAR: Final = date(2025, 4, 1)
AS_OF: Final = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
LONG_NAME: Final = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley Memorial Community Garden"
RUNS_AS_FORMULA: Final = '=HYPERLINK("http://x.example","Press")'

HOURS: Final = (
    Column("minutes", Unit.MINUTES),
    Column("people", Unit.PEOPLE),
    Column("new_people", Unit.PEOPLE),
    Column("regular_people", Unit.PEOPLE),
)
CREDITS: Final = tuple(Column(name, Unit.CREDITS) for name in ("earned", "used", "given", "expired", "other_in", "outstanding"))
USES: Final = (Column("times", Unit.TIMES), Column("people", Unit.PEOPLE), Column("minutes", Unit.CREDITS))
STAYING: Final = tuple(Column(name, Unit.PEOPLE) for name in ("began", "after_3", "after_6", "after_12"))
PEOPLE: Final = (Column("people", Unit.PEOPLE),)


def month(number: int) -> date:
    """The first day of the reporting year's month `number`, from 0."""
    return date(2025 + (3 + number) // 12, (3 + number) % 12 + 1, 1)


def line(key: str, *amounts: int | None, name: str = "", starts_on: date | None = None) -> Line:
    """A line whose shown values can each be opened."""
    values = tuple(Value(amount, "" if amount is None else f"{key}-{index}") for index, amount in enumerate(amounts))
    return Line(key, values, name, starts_on, starts_on)


def table(name: TableName, columns: tuple[Column, ...], *lines: Line, total: Line | None = None, merged: int = 0) -> Table:
    """A table of the sample year."""
    return Table(name, columns, lines, total, YEAR, AS_OF, merged=merged, adds_up=frozenset({"minutes", "times"}))


def sample_tables() -> dict[TableName, Table]:
    """Every table of a programme, with something hidden in most."""
    months = tuple(
        line(month(each).isoformat(), 6000 + 437 * each * (12 - each), 20 + each, 5 + each % 3, 9, starts_on=month(each))
        for each in range(12)
    )
    hidden_month = line(month(4).isoformat(), None, None, None, None, starts_on=month(4))
    organisations = (
        line("a", 43217, 31, 6, 12, name=LONG_NAME),
        line("b", 3000, 12, 0, None, name=RUNS_AS_FORMULA),
        line("c", 2000, 9, 0, 7, name="مركز الحديقة"),
        line(OTHERS, 777, 8, None, None),
    )
    flows = tuple(
        line(month(each).isoformat(), 6000 + 311 * each, 4000 + 250 * each, 60, 0, 0, 20000 + each, starts_on=month(each))
        for each in range(12)
    )
    made = [
        table(
            TableName.HOURS_BY_MONTH,
            HOURS,
            *months[:4],
            hidden_month,
            *months[5:],
            total=line("total", 171819, 41, 17, 19),
        ),
        table(TableName.HOURS_BY_ORGANISATION, HOURS, *organisations, total=line("total", 48994, 41, 17, 19), merged=3),
        table(
            TableName.HOURS_BY_CATEGORY,
            HOURS,
            line("food", 40000, 22, 5, 8),
            line("outdoors", 8000, 11, 0, None),
            line(OTHERS, 994, 7, 7, 0),
            total=line("total", 48994, 41, 17, 19),
            merged=2,
        ),
        table(
            TableName.HOURS_BY_AGE,
            HOURS,
            line("18_to_24", 9000, 9, 5, 5),
            line("65_and_over", 30000, 20, 8, 9),
            line("unknown", 9994, 12, 4 + 3, 5),
            total=line("total", 48994, 41, 17, 19),
        ),
        Table(TableName.HOURS_BY_DISTRICT, HOURS, (), None, YEAR, AS_OF, too_few=True),
        table(TableName.CREDITS_BY_MONTH, CREDITS, *flows, total=line("total", 92526, 64500, 720, 0, 0, 20011)),
        table(
            TableName.USES_BY_VENUE,
            USES,
            line("v1", 120, 30, 9000, name="Parkside Pool"),
            line("v2", 60, 14, 4400, name="Corner café"),
            total=line("total", 180, 38, 13400),
        ),
        Table(TableName.USES_BY_DISTANCE, USES, (), None, YEAR, AS_OF),
        table(
            TableName.STAYING,
            STAYING,
            line("2025-04-01", 12, 9, 7, 5, starts_on=month(0)),
            line("2025-07-01", 9, 6, None, None, starts_on=month(3)),
        ),
        table(TableName.FIRST_USE, PEOPLE, line("30_days", 12), line("90_days", 7)),
        table(TableName.OUTCOMES, PEOPLE, line("work", 6), line("training", None), line("course", 9)),
    ]
    by_name = {each.name: each for each in made}
    assert set(by_name) == {name for _heading, names in GROUPS for name in names}
    return by_name
