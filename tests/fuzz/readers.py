"""Every reader of what strangers send, with good examples to spoil. Nothing may crash; nothing forged or respelled may pass.

A reader answers None, or in a word what went wrong. What a reader is allowed to raise (Unclear, Unreadable, RuleError) is its
way of telling a person, and no crash.
"""

import io
import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from tempfile import mkdtemp
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import msgspec
import openpyxl
from flask import Flask

from tests.fuzz import codes
from tests.fuzz.spoiling import spoilt_bytes, spoilt_text
from timecredits.app import create_app
from timecredits.community.directory.words import engine_text
from timecredits.foundation import migrating
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.postcode_districts import district_of
from timecredits.foundation.private_links import link_code, link_fits, read_link
from timecredits.hours.imports.cells import Unclear, Unreadable
from timecredits.hours.imports.days import read_day
from timecredits.hours.imports.lengths import read_break, read_clock, read_length
from timecredits.hours.self_logged.given_time import read_given
from timecredits.records.opening.opening_list import OpeningList, read_list
from timecredits.spending.offline.records import read_record
from timecredits.spending.typed_codes import read_typed_code
from timecredits.web.redirects import stays_here
from timecredits.web.sign_in.next_page import safe_next

__all__ = ["READERS", "Reader"]

Reader = Callable[[random.Random], str | None]
"""Spoils one input and reads it; answers what is wrong with what came of it, or None."""

_ID = UUID("018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091")
_TODAY = date(2026, 11, 21)
_SITE = "https://credits.example"


def _code(chance: random.Random) -> str | None:
    text = codes.mutated(chance)
    return f"accepted {text!r}" if codes.is_accepted(text) else None


_LINK = link_code(codes.KEYRING, "invitation", 7, _ID)


def _link(chance: random.Random) -> str | None:
    text = spoilt_text(chance, [_LINK, link_code(codes.KEYRING, "calendar", 7, _ID)])
    link = read_link(text)
    if text == _LINK or link is None or not link_fits(codes.KEYRING, "invitation", link):
        return None
    return f"accepted {text!r}"


def _typed(chance: random.Random) -> str | None:
    text = spoilt_text(chance, ["K7Q2-M9XD", "k7q2m9xd", "O1I0-LUVW"])
    code = read_typed_code(text)
    return f"{text!r} read as {code!r}, and that as another" if code is not None and read_typed_code(code) != code else None


@cache
def _app() -> Flask:
    url = f"sqlite:///{mkdtemp(prefix='timecredits-fuzz-')}/timecredits.db"
    migrating.upgrade(url)
    secret = "only-for-what-is-thrown-away-0123456789"
    return create_app({"DATABASE_URL": url, "TESTING": True, "SECRET_KEY": secret, "TIMECREDITS_ENV": "demo"})


def _next_page(chance: random.Random) -> str | None:
    wanted = spoilt_text(chance, ["/my/", "/coordinator/people?q=a", "/my/code", "//evil.example", "https://evil.example/my/"])
    with _app().app_context():
        kept = safe_next(wanted)
    for place in {kept, wanted if stays_here(wanted) else None} - {None}:
        assert place is not None
        if urlsplit(urljoin(_SITE, place))[:2] != urlsplit(_SITE)[:2] or place.startswith(("//", "/\\")):
            return f"{wanted!r} leads away"
    return None


def _length(chance: random.Random) -> str | None:
    text = spoilt_text(chance, ["2", "2.5", "2:30", "1h 30m", "9:00-17:00", "9am to 5pm", "1½", "90 min", "two hours"])
    for reader in (read_length, read_break, read_clock, read_given):
        try:
            found = reader(text)
        except (Unclear, RuleError):
            continue
        minutes = found if isinstance(found, int) else getattr(found, "minutes", 0)
        if not isinstance(minutes, int) or not 0 <= minutes <= 24 * 60:
            return f"{text!r} is {minutes!r} minutes"
    return None


def _day(chance: random.Random) -> str | None:
    text = spoilt_text(
        chance, ["21/11/2026", "2026-11-21", "21 Nov 2026", "1st of May 26", "21.11.26", "Saturday 21 November 2026"]
    )
    try:
        day = read_day(text, today=_TODAY, year=2026)
    except Unclear:
        return None
    return None if type(day) is date and day <= _TODAY else f"{text!r} is {day!r}"


def _postcode(chance: random.Random) -> str | None:
    text = spoilt_text(chance, ["CB7 4DF", "cb74df", "SW1A 1AA", "M1", "EC1A 1BB", "IP28 6LP"])
    found = district_of(text)
    return f"{text!r} is {found!r}" if found is not None and district_of(found) != found else None


def _search(chance: random.Random) -> str | None:
    text = spoilt_text(chance, ["Siân food bank", "debt AND help", 'NEAR("a" b)', "help*", "col:word", "o'brien -x", "Łódź"])
    folded = fold(text)
    engine_text(text)
    return None if fold(folded) == folded else f"{text!r} folds to {folded!r}, and that on"


_RECORD = json.dumps(
    {
        "id": str(_ID),
        "till_id": str(_ID),
        "sequence": 7,
        "code": codes.EXAMPLES["live"],
        "offer_id": str(_ID),
        "adults": 1,
        "under_16s": 0,
        "minutes": 60,
        "scanned_at": datetime(2026, 11, 21, 12, tzinfo=UTC).isoformat(),
        "policy_version": "1",
        "last_sync_at": None,
        "clock_ahead": 0.5,
        "check": "",
        "undone": {"at": datetime(2026, 11, 21, 12, tzinfo=UTC).isoformat(), "reason": "A slip."},
    }
)


def _saved_use(chance: random.Random) -> str | None:
    text = spoilt_text(chance, [_RECORD])
    try:
        sent = msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        return None
    record = read_record(sent)
    if record is None or (record.adults >= 0 and record.under_16s >= 0 and record.sequence > 0 and "\0" not in record.code):
        return None
    return f"{text!r} was taken"


_CSV = 'Name,Date,Hours,Notes\r\nSiân Price,21/11/2026,2.5,"a, b"\r\nBo Li,20/11/2026,1:30,=1+1\r\n'
_TABLES: Sequence[bytes] = (
    _CSV.encode(),
    _CSV.encode("utf-16"),
    _CSV.replace(",", ";").encode("cp1252"),
    _CSV.replace(",", "\t").encode(),
)


@cache
def _workbook() -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["Name", "Date", "Hours"], ["Bo Li", date(2026, 11, 20), 1.5], ["Siân Price", "21/11/2026", "2:30"]):
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def _read_table(content: bytes) -> str | None:
    try:
        found = read_list(content, today=_TODAY)
    except Unreadable:
        return None
    return None if isinstance(found, OpeningList) else f"read as {found!r}"


def _table(chance: random.Random) -> str | None:
    return _read_table(spoilt_bytes(chance, _TABLES))


def _workbooks(chance: random.Random) -> str | None:
    return _read_table(spoilt_bytes(chance, [_workbook()]))


READERS: dict[str, tuple[Reader, int]] = {
    "codes": (_code, 10_000_000),
    "private links": (_link, 1_000_000),
    "typed codes": (_typed, 1_000_000),
    "next pages": (_next_page, 1_000_000),
    "lengths of time": (_length, 1_000_000),
    "days": (_day, 1_000_000),
    "postcodes": (_postcode, 1_000_000),
    "search words": (_search, 1_000_000),
    "saved uses": (_saved_use, 1_000_000),
    "tables of text": (_table, 1_000_000),
    "workbooks": (_workbooks, 1_000_000),
}
"""Each with how many inputs the long run gives it."""
