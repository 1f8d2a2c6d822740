"""Reads an XLSX workbook: only the values, only the sheets one can see, within fixed limits.

Our own reading rather than a library's, because the file comes from a stranger: every part is measured before it is unpacked,
document types and entities are refused (defusedxml), and elements are counted while they are met, so that no file can take more
than its share of time or memory. A formula cell counts by the result saved with it.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Mapping
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Row, Sheet, Unreadable
from timecredits.hours.imports.limits import MOST_PART_BYTES, MOST_PARTS, MOST_XML_ELEMENTS, too_big_inside
from timecredits.hours.imports.workbook_cells import NumberKind, PartReader, SharedTexts, SheetReader, kind_of_format

__all__ = ["read_workbook"]

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SAXException,
    UnicodeError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_ENCRYPTED = 1


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the visible sheets of an XLSX file, in order; Unreadable if it is damaged, locked, hostile or something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Workbook(archive).sheets()
    except DefusedXmlException:
        raise Unreadable(
            Sentence("This workbook holds something we do not open. Copy the register to a new file. Nothing was added.")
        ) from None
    except _DAMAGED:
        raise Unreadable(Sentence("This workbook is damaged. Open it, save it again and load it. Nothing was added.")) from None


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts = {part.filename.lstrip("/"): part for part in archive.infolist()}
        self.elements_left = MOST_XML_ELEMENTS
        self.bytes_left = 2 * MOST_PART_BYTES
        if len(self.parts) > MOST_PARTS:
            raise too_big_inside()
        if any(part.flag_bits & _ENCRYPTED for part in self.parts.values()):
            raise Unreadable(Sentence("This file has a password. Save it without one and load it again. Nothing was added."))
        if "xl/workbook.bin" in self.parts or "xl/workbook.xml" not in self.parts:
            raise Unreadable(Sentence("This is not a spreadsheet we can read. Save it as .xlsx or .csv. Nothing was added."))

    def sheets(self) -> list[Sheet]:
        index = _Index()
        self.parse("xl/workbook.xml", index)
        links = _Links()
        self.parse("xl/_rels/workbook.xml.rels", links)
        styles = _Styles()
        if "xl/styles.xml" in self.parts:
            self.parse("xl/styles.xml", styles)
        texts = SharedTexts()
        if "xl/sharedStrings.xml" in self.parts:
            self.parse("xl/sharedStrings.xml", texts)
        found = []
        letters = 0
        for name, link in index.sheets:
            path = links.targets.get(link)
            if path is None or path not in self.parts:
                continue  # a chart sheet, or a sheet kept elsewhere
            reader = SheetReader(texts.texts, styles.kinds, from_1904=index.from_1904, letters=letters)
            self.parse(path, reader)
            letters = reader.letters
            found.append(Sheet(name, tuple(Row(number, cells) for number, cells in reader.rows)))
        return found

    def parse(self, path: str, reader: PartReader) -> None:
        """Unpack one part and hand its elements to `reader`, counting them."""
        part = self.parts[path]
        # zipfile never unpacks more than the size it was told, so a size that lies only makes the part damaged.
        if part.file_size > min(MOST_PART_BYTES, self.bytes_left):
            raise too_big_inside()
        self.bytes_left -= part.file_size
        counting = _Counting(reader, self.elements_left)
        parser = make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(counting)
        # In one piece: a parser fed in small pieces reads an unfinished element again and again.
        parser.feed(self.archive.read(part))
        parser.close()
        self.elements_left = counting.left


class _Counting(ContentHandler):
    """Passes elements on without their namespace prefix, until there were too many."""

    def __init__(self, reader: PartReader, left: int) -> None:
        super().__init__()
        self.left = left
        self.reader = reader

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name SAX calls
        self.left -= 1
        if self.left < 0:
            raise too_big_inside()
        self.reader.opened(name.rpartition(":")[2], dict(attrs.items()))

    def endElement(self, name: str) -> None:  # noqa: N802 - the name SAX calls
        self.reader.closed(name.rpartition(":")[2])

    def characters(self, content: str) -> None:
        self.reader.text(content)


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
