"""A file of keys through the years: keys change and retire, and what was signed stays good until its key ends."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask, session
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands.test_signing_keys import keys_in, made
from tests.foundation.signing_samples import letter
from timecredits.app import create_app
from timecredits.commands.key_changing import KeyChangeError, with_key, with_retirement
from timecredits.commands.key_file_text import as_toml, changed_text, replace
from timecredits.foundation import clock
from timecredits.foundation.document_signing import DocumentSigner
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.key_file import parse_key_file
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code, link_fits, read_link
from timecredits.foundation.purposes import PURPOSES
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature
from timecredits.hours.attendances import attendance_codes
from timecredits.hours.planning.activity_calendars import calendar_token, read_calendar_token
from timecredits.spending.codes import (
    CardParts,
    CodeFault,
    CodeParts,
    LiveCodeParts,
    NoteParts,
    decode,
    encode,
    encode_card,
    encode_note,
)
from timecredits.web.database import db

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROW = UUID(int=7)
LIVE, CARD, NOTE = LiveCodeParts(3, 2**30, 99), CardParts(3, 12345), NoteParts(3, 999, 60, date(2027, 11, 1))
WALL = attendance_codes.WallCode(3, ROW, None, 99)
SECRET_KEY = "an application secret of the tests, 0123456789"


class Made:
    """One of everything, made with the keys of a moment."""

    def __init__(self, file: Path, app: Flask) -> None:
        keys = keys_in(file)
        ring = keys.keyring
        assert keys.documents is not None
        self.codes: dict[str, CodeParts] = {
            encode(ring, LIVE): LIVE,
            encode_card(ring, CARD): CARD,
            encode_note(ring, NOTE): NOTE,
        }
        self.wall = attendance_codes.encode(ring, WALL)
        self.link = link_code(ring, "pack", 3, ROW)
        self.calendar = calendar_token(ring, ROW, ROW)
        self.note = seal(ring, "goal", ROW, "Learn to prune")
        self.letter = DocumentSigner(keys.documents).sign(letter(), moment=clock.now())
        self.cookie = app.session_interface.get_signing_serializer(app).dumps({"who": "me"})  # type: ignore[attr-defined]

    def good(self, file: Path, app: Flask) -> dict[str, bool]:
        """Which of them are good to whoever has this file now."""
        keys = keys_in(file)
        ring, link = keys.keyring, read_link(self.link)
        assert link is not None
        with app.test_request_context(headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={self.cookie}"}):
            who = session.get("who")
        try:
            calendar = read_calendar_token(ring, self.calendar) == (ROW, ROW)
        except NotFoundError:
            calendar = False
        return {
            **{f"code {type(parts).__name__}": decode(ring, text) == parts for text, parts in self.codes.items()},
            "wall": attendance_codes.decode(ring, self.wall) == WALL,
            "link": link_fits(ring, "pack", link),
            "calendar": calendar,
            "note": open_sealed(ring, "goal", ROW, self.note) == "Learn to prune",
            "letter": judge_signature(self.letter, keys.trusted) is SignatureVerdict.VALID,
            "cookie": who == "me",
        }


@pytest.fixture
def file(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    file = tmp_path / "keys.toml"
    for name, value in (("DATABASE_URL", sqlite_url), ("SECRET_KEY", SECRET_KEY), ("SIGNING_KEYS", str(file))):
        monkeypatch.setenv(name, value)
    with clock.standing_at(NOON):
        made(file, "--name", "Fenland")
        yield file


def started(file: Path, url: str) -> Flask:
    """The application, started anew with the file as it is now."""
    return create_app({"DATABASE_URL": url, "TESTING": True, "SECRET_KEY": SECRET_KEY, "SIGNING_KEYS": str(file)})


def test_everything_signed_with_a_key_is_good_until_that_key_retires_and_not_after(file: Path, sqlite_url: str) -> None:
    first_app = started(file, sqlite_url)
    first = Made(file, first_app)
    assert all(first.good(file, first_app).values())

    made("rotate", file)
    app = started(file, sqlite_url)
    assert all(first.good(file, app).values())
    eve = Made(file, app)
    assert all(eve.good(file, first_app).values()), "the day before, a server that was not started again reads everything"
    with clock.standing_at(NOON + 2 * DAY):
        second = Made(file, app)
        assert all(each for made_then in (first, eve, second) for each in made_then.good(file, app).values())
        assert decode(keys_in(file).keyring, next(iter(second.codes))) == LIVE
        assert made("retire", file, "2", "--on", "2026-12-01", "--yes-i-know").returncode == 0
        app = started(file, sqlite_url)
        assert all(each for made_then in (first, eve, second) for each in made_then.good(file, app).values())

    retired = NOON + 9 * DAY
    with clock.standing_at(retired):
        # The letter has a certificate of its own, which goes on being listed.
        assert {name for name, is_good in first.good(file, app).items() if is_good} == {"letter"}
        assert all(second.good(file, app).values())
        assert {decode(keys_in(file).keyring, text) for text in first.codes} == {CodeFault.FORGED}
    with clock.standing_at(retired - 5 * DAY):  # the clock goes back
        assert all(first.good(file, app).values())
    with clock.standing_at(NOON - 30 * DAY):  # before any of them was made
        assert all(second.good(file, app).values())
        assert keys_in(file).keyring.signer() == 1
    for each in (first_app, app):
        with each.app_context():
            db.engine.dispose()


def test_a_new_certificate_leaves_letters_of_before_good(file: Path, sqlite_url: str) -> None:
    app = started(file, sqlite_url)
    first = Made(file, app)
    made("rotate", file, "--from", "today")
    assert first.good(file, app)["letter"]
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("number", range(32))
def test_a_code_of_a_key_that_is_not_listed_is_forged(number: int) -> None:
    theirs, ours = Keyring({number: b"t" * 32}, number), Keyring({(number + 1) % 32: b"o" * 32}, (number + 1) % 32)
    same_number = Keyring({number: b"o" * 32}, number)
    for text in (encode(theirs, LIVE), encode_card(theirs, CARD), encode_note(theirs, NOTE)):
        assert decode(theirs, text) in {LIVE, CARD, NOTE}
        assert decode(ours, text) is CodeFault.FORGED
        assert decode(same_number, text) is CodeFault.FORGED


steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(-3, 40), st.just(0)),
        st.tuples(st.just("rotate"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("retire"), st.integers(0, 60), st.integers(1, 8)),
        st.tuples(st.just("sign"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@given(steps)
@settings(max_examples=60, deadline=None)
def test_whatever_is_rotated_and_retired_a_key_that_has_not_retired_verifies(
    tmp_path_factory: pytest.TempPathFactory, todo: list[tuple[str, int, int]]
) -> None:
    file = tmp_path_factory.mktemp("years") / "keys.toml"
    secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    file.write_text(as_toml({"current": 2, "secrets": {"1": "SECRET_KEY", "2": secret}}) + "\n# The end.\n")
    file.chmod(0o600)
    moment, signed, ends = NOON, dict[tuple[int, bytes], None](), dict[int, date]()
    for what, days, number in todo:
        with clock.standing_at(moment):
            keyring, contents = keys_in(file).keyring, parse_key_file(file)
            day = clock.today() + days * DAY
            try:
                if what == "wait":
                    moment += days * DAY
                elif what == "sign":
                    signed[keyring.signing_key("card code")] = None
                elif what == "rotate":
                    replace(file, changed_text(file.read_text(), with_key(contents, keyring, day)[0]))
                else:
                    replace(file, changed_text(file.read_text(), with_retirement(contents, keyring, number, day)))
                    ends[number] = day
            except KeyChangeError:
                assert parse_key_file(file) == contents
        with clock.standing_at(moment):
            keyring = keys_in(file).keyring
            for made_with, key in signed:
                is_good = made_with not in ends or clock.today() < ends[made_with]
                assert keyring.key("card code", made_with) == (key if is_good else None)
            if signed and clock.now() >= NOON:
                assert keyring.signer() in keyring.numbers()
    assert "# The end." in file.read_text()


def test_the_same_secret_gives_the_keys_that_it_always_gave() -> None:
    """Where a name of a purpose or the way of deriving changes, everything that is out dies: these never change."""
    ring = Keyring({1: urlsafe_b64decode("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")})
    known = {
        "card code": "c152f4e7cce6f34e",
        "note code": "23f02b356728800a",
        "poster code": "19a04bc47c30e592",
        "seal/goal": "a73b14bdddbb38dd",
    }
    assert {name: ring.signing_key(name)[1].hex()[:16] for name in known} == known
    assert known.keys() <= PURPOSES.keys()
