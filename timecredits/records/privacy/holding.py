"""How one table is told of in the list of everything that is held (holdings): words for it, no knowledge of any table.

A holding says what the table is for, whose data stands in it, how a person's rows are found, what is handed out of it, what
becomes of it when the person is erased, and how long it is kept. Columns of text, bytes and JSON are told one by one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, Final

from sqlalchemy import Column as Stored
from sqlalchemy import case, func, literal

from timecredits.foundation.wording import Sentence

__all__ = [
    "KEPT",
    "Aim",
    "Column",
    "Export",
    "Holding",
    "Keep",
    "On",
    "Via",
    "Whose",
    "from_to",
    "given",
    "held",
    "others",
    "ours",
    "secret",
    "staff_notes",
    "stops",
    "stops_today",
    "to",
]


class _Kept(Enum):
    KEPT = "kept"


KEPT: Final = _Kept.KEPT
"""What becomes of a column on erasure where nothing does."""


class Whose(StrEnum):
    """Whose data stands in a table."""

    PERSON = "person"  # a volunteer
    STAFF = "staff"
    CONTACT = "contact"  # a referee, or who answers for time elsewhere
    ASKING = "asking"  # somebody who asks to be in touch, or is referred; also who refers
    VISITOR = "visitor"  # somebody who wrote under a story
    NOBODY = "nobody"


class Aim(StrEnum):
    """What data is for. Each is a row of the register of processing."""

    KNOW = "know"
    SIGN_IN = "sign_in"
    HOURS = "hours"
    CREDITS = "credits"
    LETTERS = "letters"
    JOURNEY = "journey"
    ASKING = "asking"
    MENTORING = "mentoring"
    GROUPS = "groups"
    SAFETY = "safety"
    IMPACT = "impact"
    MONEY = "money"
    STAFF = "staff"
    REPORTS = "reports"
    RUNNING = "running"


class Keep(StrEnum):
    """How long rows are kept."""

    BOOKS = "books"  # for good, without a name once the person is erased
    PERSON = "person"  # until the person is erased, or removes it
    REQUESTS = "requests"  # keep_requests_months after it was closed
    WORDS = "words"  # keep_words_months after it ended
    ANSWERS = "answers"  # keep_answers_months after they were given
    DAYS = "days"  # some days, then it goes by itself
    STAFF = "staff"  # as evidence of who acted, and for as long as that is needed
    PROGRAMME = "programme"  # while the programme runs


class Export(StrEnum):
    """What is handed out of a column."""

    GIVEN = "given"
    SECRET = "secret"  # noqa: S105  hashes and keys: whoever holds the file could do harm
    OTHERS = "others"  # somebody else's name or words
    STAFF_NOTES = "staff_notes"  # written by staff for staff
    OURS = "ours"  # tells nothing about anybody


class On(StrEnum):
    """What becomes of a person's rows when they are erased."""

    KEEP = "keep"  # with ids only, because it is the books or the evidence; columns may be emptied
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of text, bytes or JSON. `seal` is the purpose it is sealed for; `becomes` what stands there after erasing."""

    export: Export
    becomes: Any = KEPT
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Via:
    """A way to a person's rows: `column` holds the person's id, or the `parent_column` of one of their rows in `parent`."""

    column: str
    parent: str = ""
    parent_column: str = "id"
    only: str = ""
    """Of the ways to the parent's rows only this one: a mentee's, and not the mentor's."""


Change = Callable[[Stored[Any], datetime, date], Any]
"""What a column becomes: from the column, the moment and the local day."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held in one table. `ways` is empty where no row can be found by a person.

    `export_ways` are those of the person's own rows, where they are fewer: a block set against somebody is not theirs.
    `withheld` is the reason why rows are counted and not handed out; `private`: the person alone reads it, so staff of an
    organisation are not handed it. `sets` are further columns that change on erasure.
    """

    table: str
    aim: Aim
    keep: Keep
    whose: tuple[Whose, ...] = (Whose.PERSON,)
    title: Sentence | None = None
    ways: tuple[Via, ...] = ()
    export_ways: tuple[Via, ...] | None = None
    on: On = On.KEEP
    columns: Mapping[str, Column] = field(default_factory=dict)
    sets: Mapping[str, Change] = field(default_factory=dict)
    withheld: Sentence | None = None
    private: bool = False

    @property
    def handed_out_by(self) -> tuple[Via, ...]:
        """The ways to the rows that an export is about."""
        return self.ways if self.export_ways is None else self.export_ways

    @property
    def is_personal(self) -> bool:
        """Whether anybody's data stands in it."""
        return self.whose != (Whose.NOBODY,)


def held(table: str, aim: Aim, keep: Keep, *ways: str | Via, **more: Any) -> Holding:
    """A holding; a way that is only a name is a column with the person's id."""
    return Holding(table, aim, keep, ways=tuple(Via(each) if isinstance(each, str) else each for each in ways), **more)


def given(becomes: Any = KEPT, *, seal: str = "") -> Column:
    """Handed out."""
    return Column(Export.GIVEN, becomes, seal)


def secret(becomes: Any = KEPT) -> Column:
    """A hash, a key, or a code that opens something."""
    return Column(Export.SECRET, becomes)


def others(becomes: Any = KEPT, *, seal: str = "") -> Column:
    """Somebody else's name or words."""
    return Column(Export.OTHERS, becomes, seal)


def staff_notes(becomes: Any = KEPT, *, seal: str = "") -> Column:
    """What staff wrote for staff."""
    return Column(Export.STAFF_NOTES, becomes, seal)


def ours() -> Column:
    """A word, a number in letters, or a shape of ours that tells nothing about anybody."""
    return Column(Export.OURS)


def to(value: Any) -> Change:
    """It becomes this."""
    return lambda column, _moment, _day: literal(value, column.type)


def from_to(before: tuple[str, ...], after: str) -> Change:
    """It becomes `after` where it was one of `before`; anything else stays."""
    return lambda column, _moment, _day: case((column.in_(before), literal(after, column.type)), else_=column)


def stops(column: Stored[Any], moment: datetime, _day: date) -> Any:
    """It ends now, unless it had ended."""
    return func.coalesce(column, literal(moment, column.type))


def stops_today(column: Stored[Any], _moment: datetime, day: date) -> Any:
    """It ends today, unless it had ended."""
    return func.coalesce(column, literal(day, column.type))
