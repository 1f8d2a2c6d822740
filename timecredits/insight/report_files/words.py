"""Everything a report says, as sentences: titles, what each table tells, how it was counted, the names of columns and lines."""

from collections.abc import Mapping
from typing import Final

from timecredits.foundation.wording import Sentence
from timecredits.insight.reports.shapes import TableName, Unit

__all__ = [
    "AS_OF",
    "COLUMNS",
    "FEW_NAMED",
    "FIRST_COLUMN",
    "GROUPS",
    "HIDDEN",
    "HIDDEN_MEANS",
    "HOW_COUNTED",
    "LINES",
    "MEANS",
    "NOTHING_COUNTED",
    "NOT_ADDED",
    "OTHERS_ARE",
    "STATES",
    "TITLES",
    "TOTAL",
    "UNITS",
]

TITLES: Final[Mapping[TableName, Sentence]] = {
    TableName.HOURS_BY_MONTH: Sentence("Hours and people by month"),
    TableName.HOURS_BY_ORGANISATION: Sentence("Hours and people by organisation"),
    TableName.HOURS_BY_CATEGORY: Sentence("Hours and people by kind of activity"),
    TableName.HOURS_BY_AGE: Sentence("Hours and people by age"),
    TableName.HOURS_BY_DISTRICT: Sentence("Hours and people by where they live"),
    TableName.HOURS_OF_ORGANISATION: Sentence("Hours and people of one organisation"),
    TableName.CREDITS_BY_MONTH: Sentence("Credits by month"),
    TableName.USES_BY_VENUE: Sentence("Credits used at each place"),
    TableName.USES_BY_DISTANCE: Sentence("How far people went to use credits"),
    TableName.STAYING: Sentence("How many people stay"),
    TableName.FIRST_USE: Sentence("From the first credit to the first use"),
    TableName.OUTCOMES: Sentence("What came of it"),
}
"""What each table is called, as a heading."""

GROUPS: Final[tuple[tuple[Sentence, tuple[TableName, ...]], ...]] = (
    (
        Sentence("Hours and people"),
        (
            TableName.HOURS_BY_MONTH,
            TableName.HOURS_BY_ORGANISATION,
            TableName.HOURS_BY_CATEGORY,
            TableName.HOURS_BY_AGE,
            TableName.HOURS_BY_DISTRICT,
        ),
    ),
    (
        Sentence("Credits and places"),
        (TableName.CREDITS_BY_MONTH, TableName.USES_BY_VENUE, TableName.USES_BY_DISTANCE, TableName.FIRST_USE),
    ),
    (Sentence("What it leads to"), (TableName.STAYING, TableName.OUTCOMES)),
)
"""The tables of a programme, in the order in which they are shown and printed. One organisation's is not among them."""

MEANS: Final[Mapping[TableName, Sentence]] = {
    TableName.HOURS_BY_MONTH: Sentence("How much time people gave, and how many people gave it."),
    TableName.HOURS_BY_ORGANISATION: Sentence("Where people gave their time."),
    TableName.HOURS_BY_CATEGORY: Sentence("What people did with their time."),
    TableName.HOURS_BY_AGE: Sentence("How old people were when the year began."),
    TableName.HOURS_BY_DISTRICT: Sentence("The first half of the postcode that people gave us."),
    TableName.HOURS_OF_ORGANISATION: Sentence("How much time people gave here, and how many people gave it."),
    TableName.CREDITS_BY_MONTH: Sentence("The credits that came in and went out, and what people still had at the end."),
    TableName.USES_BY_VENUE: Sentence("Where people used their credits."),
    TableName.USES_BY_DISTANCE: Sentence("How far it is from where people live to the place they went to."),
    TableName.STAYING: Sentence("How many new people still gave time 3, 6 and 12 months later."),
    TableName.FIRST_USE: Sentence("How long people waited before they used a credit."),
    TableName.OUTCOMES: Sentence("What people told us came of it. They told us only if they wanted to."),
}
"""What each table tells, in a sentence under its heading."""

_HOURS_COUNT: Final = Sentence("An hour counts on the day it was given. A correction counts in place of what it corrects.")
_PERSON_ONCE: Final = Sentence("A person counts once in each line, however often they came.")
_REGULAR: Final = Sentence("New people never gave time before. Regular people gave time in 6 months of the year or more.")

HOW_COUNTED: Final[Mapping[TableName, tuple[Sentence, ...]]] = {
    TableName.HOURS_BY_MONTH: (
        _HOURS_COUNT,
        _PERSON_ONCE,
        Sentence("New people never gave time before."),
    ),
    TableName.HOURS_BY_ORGANISATION: (_HOURS_COUNT, _PERSON_ONCE, _REGULAR),
    TableName.HOURS_BY_CATEGORY: (_HOURS_COUNT, _PERSON_ONCE, _REGULAR),
    TableName.HOURS_BY_AGE: (_HOURS_COUNT, _REGULAR, Sentence("We know the month of birth only where people gave it.")),
    TableName.HOURS_BY_DISTRICT: (_HOURS_COUNT, _REGULAR, Sentence("It is where people live now, not where they lived then.")),
    TableName.HOURS_OF_ORGANISATION: (_HOURS_COUNT, _PERSON_ONCE, _REGULAR),
    TableName.CREDITS_BY_MONTH: (
        Sentence("Credits count on the day we noted them. That can be later than the day of the hour."),
        Sentence("Hours and credits can differ. Some hours earn none, and some parts of hours wait for the next one."),
        Sentence("What was undone is taken off in the month it was undone."),
        Sentence("Other is what a programme moved in, gave as goodwill or took back."),
    ),
    TableName.USES_BY_VENUE: (Sentence("A use counts on the day it happened. One that was undone does not count."),),
    TableName.USES_BY_DISTANCE: (Sentence("It is the straight line between two postcode areas. It is not the way people went."),),
    TableName.STAYING: (
        Sentence("People who began in the last months are not in it yet. It is too soon to tell."),
        Sentence("It is about those who began in the year before. To stay is to give time then, or in the 2 months after."),
    ),
    TableName.FIRST_USE: (
        Sentence("It is about everybody who first gave time in this year."),
        Sentence("It counts the days from the first credit earned to the first credit used."),
    ),
    TableName.OUTCOMES: (
        Sentence("It is of the calendar year in which this year begins. Who told us the same thing twice counts once."),
        Sentence("A person may stand in more than one line."),
        Sentence("We count this one when you look at it. So it can be newer than the other tables."),
    ),
}
"""How each table was counted."""

COLUMNS: Final[Mapping[tuple[str, Unit], Sentence]] = {
    ("people", Unit.PEOPLE): Sentence("People"),
    ("new_people", Unit.PEOPLE): Sentence("New people"),
    ("regular_people", Unit.PEOPLE): Sentence("Regular people"),
    ("times", Unit.TIMES): Sentence("Times"),
    ("minutes", Unit.MINUTES): Sentence("Hours"),
    ("minutes", Unit.CREDITS): Sentence("Credits"),
    ("earned", Unit.CREDITS): Sentence("Earned"),
    ("used", Unit.CREDITS): Sentence("Used"),
    ("given", Unit.CREDITS): Sentence("Given away"),
    ("expired", Unit.CREDITS): Sentence("Ran out"),
    ("other_in", Unit.CREDITS): Sentence("Other added"),
    ("other_out", Unit.CREDITS): Sentence("Other taken"),
    ("other", Unit.CREDITS): Sentence("In other ways"),
    ("outstanding", Unit.CREDITS): Sentence("Still with people"),
    ("began", Unit.PEOPLE): Sentence("Began"),
    ("after_3", Unit.PEOPLE): Sentence("Still there after 3 months"),
    ("after_6", Unit.PEOPLE): Sentence("Still there after 6 months"),
    ("after_12", Unit.PEOPLE): Sentence("Still there after 12 months"),
}
"""The heads of columns, by name and unit."""

FIRST_COLUMN: Final[Mapping[TableName, Sentence]] = {
    TableName.HOURS_BY_MONTH: Sentence("When"),
    TableName.HOURS_BY_ORGANISATION: Sentence("Organisation"),
    TableName.HOURS_BY_CATEGORY: Sentence("Kind of activity"),
    TableName.HOURS_BY_AGE: Sentence("Age"),
    TableName.HOURS_BY_DISTRICT: Sentence("Postcode area"),
    TableName.HOURS_OF_ORGANISATION: Sentence("When"),
    TableName.CREDITS_BY_MONTH: Sentence("When"),
    TableName.USES_BY_VENUE: Sentence("Place"),
    TableName.USES_BY_DISTANCE: Sentence("How far"),
    TableName.STAYING: Sentence("Began in"),
    TableName.FIRST_USE: Sentence("How long"),
    TableName.OUTCOMES: Sentence("What people told us"),
}
"""The head of the column that names the lines."""

LINES: Final[Mapping[str, Sentence]] = {
    "others": Sentence("All others"),
    "food": Sentence("Food and cooking"),
    "outdoors": Sentence("Outdoors and animals"),
    "arts": Sentence("Arts, crafts and music"),
    "sport": Sentence("Sport and moving"),
    "company": Sentence("Being with people"),
    "learning": Sentence("Teaching and learning"),
    "shop": Sentence("Shops and deliveries"),
    "office": Sentence("Desks and phones"),
    "events": Sentence("Helping at events"),
    "other": Sentence("Something else"),
    "under_18": Sentence("Under 18"),
    "18_to_24": Sentence("18 to 24"),
    "25_to_34": Sentence("25 to 34"),
    "35_to_49": Sentence("35 to 49"),
    "50_to_64": Sentence("50 to 64"),
    "65_and_over": Sentence("65 or over"),
    "unknown": Sentence("Not known"),
    "under_2": Sentence("Under 2 miles"),
    "2_to_5": Sentence("2 to 5 miles"),
    "5_to_10": Sentence("5 to 10 miles"),
    "10_to_25": Sentence("10 to 25 miles"),
    "25_and_over": Sentence("25 miles or more"),
    "30_days": Sentence("Up to 30 days"),
    "90_days": Sentence("31 to 90 days"),
    "180_days": Sentence("91 to 180 days"),
    "365_days": Sentence("181 to 365 days"),
    "later": Sentence("More than a year"),
    "not_yet": Sentence("Not used any yet"),
    "work": Sentence("Started work"),
    "training": Sentence("Started training"),
    "course": Sentence("Started a course"),
    "still_volunteering": Sentence("Still volunteering"),
}
"""The names of lines by `Line.key`, where `Line.name` is empty and it is no span of time."""

HIDDEN: Final = Sentence("not shown")
HIDDEN_MEANS: Final = Sentence("Fewer than 5 people: not shown, so that nobody can be picked out.")
TOTAL: Final = Sentence("Total")
AS_OF: Final = Sentence("Counted up to %(moment)s.")
NOTHING_COUNTED: Final = Sentence("Nothing was counted yet.")
NOT_ADDED: Final = Sentence("The lines do not add up to the total of people. One person may stand in more than one line.")
OTHERS_ARE: Final = Sentence("“All others” holds what is too small to stand alone.")
FEW_NAMED: Final = Sentence(
    "This is for your own team. Few people stand behind some numbers, so do not pass it on. "
    "Your programme has one you can pass on."
)
UNITS: Final[Mapping[Unit, Sentence]] = {
    Unit.PEOPLE: Sentence("people"),
    Unit.MINUTES: Sentence("hours"),
    Unit.CREDITS: Sentence("credits"),
    Unit.TIMES: Sentence("times"),
    Unit.DAYS: Sentence("days"),
    Unit.PERCENT: Sentence("per cent"),
}

STATES: Final[Mapping[str, tuple[Sentence, Sentence]]] = {
    "uncounted": (
        Sentence("Nothing is counted yet"),
        Sentence("We count every few minutes. Look again in a while. You do not have to do anything."),
    ),
    "empty": (
        Sentence("Nothing in this year"),
        Sentence("Nothing happened in this time, or nobody noted it. Try another year."),
    ),
    "too_few": (
        Sentence("Too few people to show"),
        Sentence("Fewer than 5 people stand behind each line, or behind what is left. So we show none of it."),
    ),
}
"""What stands in place of a table that has no lines: a heading, and what it means."""
