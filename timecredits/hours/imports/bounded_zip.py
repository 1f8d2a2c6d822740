"""A zip file from a stranger, opened within fixed limits: every part is measured before it is unpacked, elements are counted.

Document types and entities are refused (defusedxml), so that no file can take more than its share of time or memory.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Unreadable
from timecredits.hours.imports.limits import MOST_PART_BYTES, MOST_PARTS, MOST_XML_ELEMENTS, too_big_inside

__all__ = ["BoundedZip", "PartReader", "locked", "opened"]

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


class PartReader:
    """What one part of a workbook is read into: told of each element as it opens and closes, and of the text between."""

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:
        """Meet the start of an element."""

    def closed(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, content: str) -> None:
        """Meet text."""


def locked() -> Unreadable:
    """Say that a file has a password."""
    return Unreadable(Sentence("This file has a password. Save it without one and load it again. Nothing was added."))


@contextmanager
def opened(content: bytes) -> Iterator["BoundedZip"]:
    """Open a zip file; whatever is wrong with it or its parts ends in Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield BoundedZip(archive)
    except DefusedXmlException:
        raise Unreadable(
            Sentence("This workbook holds something we do not open. Copy the register to a new file. Nothing was added.")
        ) from None
    except _DAMAGED:
        raise Unreadable(Sentence("This workbook is damaged. Open it, save it again and load it. Nothing was added.")) from None


class BoundedZip:
    """The parts of a workbook by path, and what may still be unpacked of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts = {part.filename.lstrip("/"): part for part in archive.infolist()}
        self.elements_left = MOST_XML_ELEMENTS
        self.bytes_left = 2 * MOST_PART_BYTES
        if len(self.parts) > MOST_PARTS:
            raise too_big_inside()
        if any(part.flag_bits & _ENCRYPTED for part in self.parts.values()):
            raise locked()

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
