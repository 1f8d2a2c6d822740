"""Tables as CSV, one file each, and all of them in one archive."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.wording import Sentence
from timecredits.insight.report_files.words import HIDDEN_MEANS, STATES
from timecredits.insight.report_files.written import ENGLISH, Voice, Written

__all__ = ["Head", "archive_of_csv", "table_csv"]

_OLDEST: Final = (1980, 1, 1, 0, 0, 0)
"""An archive's files carry no time of their own: the same tables give the same bytes."""
Cell = str | int | float


class Head:
    """What stands on top of every file: whose numbers, of which year, and the rule about small ones."""

    __slots__ = ("owner", "warning", "year")

    def __init__(self, owner: str, year: str, warning: str = "") -> None:
        self.owner, self.year, self.warning = owner, year, warning

    def lines(self, written: Written, voice: Voice) -> tuple[str, ...]:
        """The lines above a table."""
        told = (written.title, self.owner, self.year, written.as_of, self.warning or voice.say(HIDDEN_MEANS))
        return tuple(line for line in told if line)


def table_csv(written: Written, head: Head, voice: Voice = ENGLISH) -> str:
    """One table: what it is, "as of", the rule about hidden numbers, an empty line, then the table with its total.

    Hours and credits are decimal numbers. A hidden value says so in words, in the reader's language.
    """
    first, *others = head.lines(written, voice)
    return csv_text([first], [*([line] for line in others), [], *_table(written, voice)])


def archive_of_csv(tables: Iterable[Written], head: Head, voice: Voice = ENGLISH) -> bytes:
    """All tables, one CSV each, named as they are in addresses."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for written in tables:
            file = zipfile.ZipInfo(f"{written.name.value}.csv", _OLDEST)
            archive.writestr(file, table_csv(written, head, voice), compress_type=zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _table(written: Written, voice: Voice) -> Iterator[Sequence[Cell]]:
    if written.state != "shown":
        yield [voice.say(_why(written))]
        return
    yield [written.first_column, *written.columns]
    for row in (*written.rows, *((written.total,) if written.total else ())):
        yield [row.label, *(cell.text if cell.number is None else cell.number for cell in row.cells)]


def _why(written: Written) -> Sentence:
    return STATES[written.state][0]
