"""From bytes to sheets: tells what kind of file it is by its content, never by its name, and reads CSV text.

CSV means any text with rows: comma, semicolon, tab or bar between the cells, in any of the encodings of text_encodings.py.
"""

import csv
import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterator

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.bounded_zip import opened
from timecredits.hours.imports.cells import Row, Sheet, Unreadable
from timecredits.hours.imports.limits import MOST_BYTES, MOST_COLUMNS, MOST_FIELD_BYTES, MOST_STORED_ROWS, too_many_rows, too_wide
from timecredits.hours.imports.open_document import read_ods
from timecredits.hours.imports.text_encodings import decoded
from timecredits.hours.imports.workbook import read_xlsx

__all__ = ["read_sheets"]

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 60
_SAMPLE_LETTERS = 4096
_PLAIN_CONTROLS = "\t\n\v\f\r"
_END = "\x1e"  # a last line of our own; if the reader does not return it alone, a quote mark was left open
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES_AND_PAPERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of a CSV, XLSX or ODS file without their blank rows; Unreadable if it is neither, or too big."""
    if len(content) > MOST_BYTES:
        raise Unreadable(Sentence("This file is bigger than 2 MB. Split it into smaller files. Nothing was added."))
    if not content.strip():
        raise Unreadable(Sentence("This file is empty. Nothing was added."))
    if content.startswith(_ZIP):
        return _read_workbook(content)
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(Sentence("This file has a password. Save it without one and load it again. Nothing was added."))
        raise Unreadable(
            Sentence("This is an old Excel file (.xls). Save it as .xlsx or .csv and load it again. Nothing was added.")
        )
    start = content[:1024].lstrip().lower()
    if (
        content.startswith(_PICTURES_AND_PAPERS)
        or start.startswith((b"<", b"\xef\xbb\xbf<"))
        or zipfile.is_zipfile(io.BytesIO(content))
    ):
        raise _not_a_spreadsheet()
    text = decoded(content)
    if _is_noise(text):
        raise _not_a_spreadsheet()
    return [_read_csv(text)]


def _read_workbook(content: bytes) -> list[Sheet]:
    with opened(content) as book:
        if any(map(_holds_program, book.parts)):
            raise Unreadable(
                Sentence("This workbook holds macros, which are small programs. Save it as .xlsx or .csv. Nothing was added.")
            )
        if "xl/workbook.xml" in book.parts and "xl/workbook.bin" not in book.parts:
            return read_xlsx(book)
        if "content.xml" in book.parts:
            return read_ods(book)
        raise _not_a_spreadsheet()


def _holds_program(path: str) -> bool:
    """Whether a part is a macro: of Excel, old or new, or of LibreOffice, whose lists of its libraries alone hold none."""
    path = path.lower()
    if path.startswith(("basic/", "scripts/")):
        return not path.endswith(("/", "/script-lb.xml", "/script-lc.xml"))
    return path.endswith("vbaproject.bin") or path.startswith("xl/macrosheets/")


def _not_a_spreadsheet() -> Unreadable:
    return Unreadable(Sentence("This is not a spreadsheet we can read. Save it as .xlsx, .ods or .csv. Nothing was added."))


def _is_noise(text: str) -> bool:
    """Tell bytes of some other kind of file from text: people's registers hold next to no control characters."""
    sample = text[:_SAMPLE_LETTERS].replace("\0", "")
    return sum(letter < " " and letter not in _PLAIN_CONTROLS for letter in sample) * 50 > len(sample)


def _read_csv(text: str) -> Sheet:
    warnings: list[Sentence] = []
    if "\0" in text or "\ufffd" in text:
        text = text.replace("\0", "")
        warnings.append(Sentence("Some letters in this file could not be read. Look through the names and notes."))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_END, "")
    delimiter = ""
    first_line, _, rest = text.partition("\n")
    if first_line.strip('\ufeff" ').lower().startswith("sep=") and len(first_line.strip('\ufeff" ')) <= 5:  # noqa: PLR2004 - "sep=;"
        delimiter, text = first_line.strip('\ufeff" ')[4:], rest
    if delimiter not in tuple(_DELIMITERS):
        delimiter = _sniffed(text)
    return Sheet("", tuple(_rows(text, delimiter)), tuple(warnings))


def _sniffed(text: str) -> str:
    """Return the delimiter that cuts most rows into the same number of cells, more cells counting for more."""
    sample = text[: MOST_FIELD_BYTES * 2]

    def score(delimiter: str) -> int:
        try:
            widths = [len(record) for record in itertools.islice(_records(sample, delimiter), _SAMPLE_ROWS)]
        except csv.Error:
            return 0
        common = Counter(width for width in widths if width > 1).most_common(1)
        return common[0][1] * (common[0][0] - 1) if common else 0

    return max(_DELIMITERS, key=score)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Give each row that holds something, numbered as a spreadsheet would number it."""
    stored = 0
    number = 0
    closed = False
    lines = itertools.chain(io.StringIO(text if text.endswith("\n") else f"{text}\n"), [_END])
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        for number, record in enumerate(reader, start=1):
            if record == [_END]:
                closed = True
                continue
            if not any(map(str.strip, record)):
                continue
            stored += 1
            if stored > MOST_STORED_ROWS:
                raise too_many_rows()
            _check(record, number)
            yield Row(number, tuple(cell.strip() for cell in record))
    except csv.Error:
        raise _long_field(number + 1) from None
    if not closed:
        raise Unreadable(
            Sentence("In row %(row)s a quote mark opens and never closes. Mend it and load the file again.", row=number)
        )


def _check(record: list[str], number: int) -> None:
    if len(record) > MOST_COLUMNS and any(cell.strip() for cell in record[MOST_COLUMNS:]):
        raise too_wide()
    if any(len(cell) > MOST_FIELD_BYTES // 4 and len(cell.encode(errors="replace")) > MOST_FIELD_BYTES for cell in record):
        raise _long_field(number)


def _long_field(number: int) -> Unreadable:
    return Unreadable(
        Sentence("Row %(row)s has a cell with too much text, or an open quote mark. Mend it. Nothing was added.", row=number)
    )
