"""Reads an XLSX workbook: only the values, only the sheets one can see, within fixed limits (bounded_zip.py).

Our own reading rather than a library's, because the file comes from a stranger: docs/adr/0012. A formula cell counts by the
result saved with it.
"""

import posixpath
from collections.abc import Mapping

from timecredits.hours.imports.bounded_zip import BoundedZip, PartReader
from timecredits.hours.imports.cells import Row, Sheet
from timecredits.hours.imports.workbook_cells import NumberKind, SharedTexts, SheetReader, kind_of_format

__all__ = ["read_xlsx"]


def read_xlsx(book: BoundedZip) -> list[Sheet]:
    """Return the visible sheets of an XLSX file, in order. What is damaged raises as `bounded_zip.opened` expects."""
    index = _Index()
    book.parse("xl/workbook.xml", index)
    links = _Links()
    book.parse("xl/_rels/workbook.xml.rels", links)
    styles = _Styles()
    if "xl/styles.xml" in book.parts:
        book.parse("xl/styles.xml", styles)
    texts = SharedTexts()
    if "xl/sharedStrings.xml" in book.parts:
        book.parse("xl/sharedStrings.xml", texts)
    found = []
    letters = 0
    for name, link in index.sheets:
        path = links.targets.get(link)
        if path is None or path not in book.parts:
            continue  # a chart sheet, or a sheet kept elsewhere
        reader = SheetReader(texts.texts, styles.kinds, from_1904=index.from_1904, letters=letters)
        book.parse(path, reader)
        letters = reader.letters
        found.append(Sheet(name, tuple(Row(number, cells) for number, cells in reader.rows)))
    return found


class _Index(PartReader):
    """xl/workbook.xml: the sheets one can see, as (name, link), and how days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = False

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.from_1904 = attrs.get("date1904", "0") in {"1", "true", "on"}
        elif name == "sheet" and attrs.get("state", "visible") == "visible":
            link = next((attrs[key] for key in attrs if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attrs.get("name", ""), link))


class _Links(PartReader):
    """xl/_rels/workbook.xml.rels: which link is which worksheet; links out of the file are passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "Relationship" and attrs.get("TargetMode") != "External" and attrs.get("Type", "").endswith("/worksheet"):
            self.targets[attrs.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", attrs.get("Target", ""))).lstrip("/")


class _Styles(PartReader):
    """xl/styles.xml: for each cell style, whether its numbers are days, times or plain numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[NumberKind] = []
        self._formats: dict[str, str] = {}
        self._inside = False

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._formats[attrs.get("numFmtId", "")] = attrs.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = attrs.get("numFmtId", "0")
            self.kinds.append(kind_of_format(number, self._formats.get(number)))

    def closed(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False
