"""PDF documents: a record goes in, the bytes of one archivable and accessible file come out.

Every document is PDF/A-3a and PDF/UA-1 in one, carries its record as an attached JSON file, uses only our own fonts, and has
the same bytes whenever the same record is printed: its date is the record's `issued_on`, never the clock. The record travels
to Typst as JSON through `sys_inputs`; it never becomes source, so no name can run as markup. How a kind looks is
`templates/print/<kind>.typ`.

Two rules of the Typst library that callers must know:
- A compiler serves one thread at a time. The lock here makes `compile_document` safe to call from any thread.
- Its worker threads do not survive a fork. A process that has compiled must not fork and compile again in the child: it would
  wait for ever. So nothing is compiled while the application starts, and a child that tries gets an error in place of silence.
"""

import json
import os
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from timecredits.foundation.errors import RuleError
from timecredits.foundation.pdf_streams import separate_streams_from_their_end
from timecredits.foundation.places import STATIC_DIST, TEMPLATES
from timecredits.foundation.wording import Sentence

__all__ = ["Attachment", "DocumentError", "UnprintableCharacter", "compile_document", "page_count", "record_as_json"]

# Typst refuses a character that no font has, because PDF/A and PDF/UA ask for it. It names the text only in its message.
_MISSING_TEXT = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)", re.DOTALL)
_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")
_KIND = re.compile(r"[a-z][a-z_]*")
# These turn the reading direction of what follows: a name with one in it could make the hours beside it read otherwise.
_DIRECTION_TRICKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WHITE_SPACE = frozenset("\n\r\t")
# Cc control, Cs half of a pair, Co private use: no font can have them, or no two fonts agree.
_NEVER_PRINTED = frozenset({"Cc", "Cs", "Co"})


class DocumentError(RuleError):
    """A document could not be made; nothing was. `sentence` says why, `field` is the record's path at fault or empty."""


class UnprintableCharacter(DocumentError):  # noqa: N818 - it is the character that is reported; callers read it that way
    """A character that none of our fonts has. `character`, its Unicode `name`, and `field` such as `holder.name`."""

    def __init__(self, character: str, name: str, *, field: str = "", text: str = "") -> None:
        shown = character if character.isprintable() else f"U+{ord(character[0]):04X}"
        super().__init__(
            Sentence(
                "We cannot print “%(character)s” (%(name)s), which is in “%(text)s”. Nothing was made. "
                "Please spell it in another way, for example with the letters A to Z.",
                character=shown,
                name=name,
                text="".join(letter if letter.isprintable() else "�" for letter in text) or shown,
            ),
            field=field,
        )
        self.character = character
        self.name = name


@dataclass(frozen=True)
class Attachment:
    """One more file inside the document, as text. `relationship` is PDF's AFRelationship."""

    filename: str
    text: str
    media_type: str
    description: str
    relationship: Literal["source", "data", "alternative", "supplement"] = "supplement"


def compile_document(
    kind: str,
    record: Mapping[str, Any],
    *,
    drawings: Mapping[str, str] | None = None,
    attachments: Sequence[Attachment] = (),
    options: Mapping[str, str] | None = None,
    templates: Path | None = None,
    fonts: Path | None = None,
) -> bytes:
    """Print `record` with `templates/print/<kind>.typ` and return the PDF.

    `record` is JSON with `issued_on` ("YYYY-MM-DD") and `language` ("en"); it is attached as `<kind>.json`. `drawings` are SVG
    texts by the name under which the template asks for them (a QR code); `options` are what else it asks for by name. Raises
    UnprintableCharacter, or DocumentError when the record doesn't fit the template or the fonts have not been built. A warm
    letter takes about 10 ms of CPU.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"not a kind of document: {kind!r}")
    _refuse_what_is_never_printed(record)
    press = _press((templates or TEMPLATES / "print").resolve(), (fonts or STATIC_DIST / "fonts-print").resolve())
    inputs = {
        **(options or {}),
        "record": record_as_json(record),
        "drawings": json.dumps(dict(drawings or {})),
        "attachments": json.dumps([asdict(attachment) for attachment in attachments]),
    }
    try:
        return press.print(kind, inputs, date.fromisoformat(record["issued_on"]))
    except typst.TypstError as error:
        raise _explained(error, kind, record) from error


def page_count(pdf: bytes) -> int:
    """How many pages a document has that `compile_document` made."""
    return max(int(count) for count in _PAGES.findall(pdf))


def record_as_json(record: Mapping[str, Any]) -> str:
    """Write the attached file's text: sorted keys, two spaces, the letters themselves, for people to read too."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


class _Press:
    """One warm Typst compiler and the lock that lets one thread at a time use it."""

    def __init__(self, templates: Path, fonts: Path) -> None:
        self._templates = templates
        self._lock = threading.Lock()
        self._process = os.getpid()
        # A letter is too small to share out: with a thread for each core it takes 2 ms more of CPU. Read when first compiling.
        os.environ.setdefault("RAYON_NUM_THREADS", "1")
        own_fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        if not own_fonts.families():
            sentence = Sentence("The fonts for letters are not there yet. Nothing was made. Please run “make setup”.")
            raise DocumentError(sentence)
        self._compiler = typst.Compiler(root=str(templates), font_paths=own_fonts, ignore_system_fonts=True)

    def print(self, kind: str, inputs: dict[str, str], day: date) -> bytes:
        # Asked before the lock: a fork may have copied it while it was held.
        if os.getpid() != self._process:
            raise RuntimeError("documents were compiled before this process was forked; fork first, then compile")
        with self._lock:
            made = self._compiler.compile(
                input=str(self._templates / f"{kind}.typ"),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-3a", "ua-1"],
                timestamp=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            )
        if not isinstance(made, bytes):
            raise TypeError("typst returned no bytes")
        return separate_streams_from_their_end(made)


@cache
def _press(templates: Path, fonts: Path) -> _Press:
    return _Press(templates, fonts)


def _texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a record with its path, such as ("facts.roles.0.role", "Gardener")."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{where}.{key}".lstrip("."))
    elif isinstance(value, Sequence):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{where}.{place}".lstrip("."))


def _refuse_what_is_never_printed(record: Mapping[str, Any]) -> None:
    for where, text in _texts(record):
        if text.isascii() and text.isprintable():
            continue
        for character in text:
            if character in _DIRECTION_TRICKS or (
                character not in _WHITE_SPACE and unicodedata.category(character) in _NEVER_PRINTED
            ):
                raise UnprintableCharacter(character, _name_of(character), field=where, text=text)


def _name_of(character: str) -> str:
    try:
        return unicodedata.name(character).lower()
    except ValueError:
        return f"U+{ord(character):04X}"


def _explained(error: typst.TypstError, kind: str, record: Mapping[str, Any]) -> DocumentError:
    """Our error for Typst's: the character at fault where there is one, otherwise that the record doesn't fit."""
    missing = _MISSING_TEXT.search(error.message)
    cluster = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], missing[1]) if missing else ""
    if not cluster:
        return DocumentError(
            Sentence("This %(kind)s could not be printed. Nothing was made. Please tell us.", kind=kind.replace("_", " "))
        )
    places = [place for place in _texts(record) if cluster in place[1]]
    # The ready-made display texts repeat the facts; a person mends the fact.
    where, text = min(places, key=lambda place: place[0].startswith("display"), default=("", cluster))
    return UnprintableCharacter(cluster[0], _name_of(cluster[0]), field=where, text=text)
