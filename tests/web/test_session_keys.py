"""Flask's own cookie and the mark in forms change keys with everything else, and nobody is signed out by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from timecredits.app import create_app
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring, KeyTimes
from timecredits.web import session_keys
from timecredits.web.database import db

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRETS = {1: b"one" * 11, 2: b"two" * 11}
TAKES_OVER = {2: KeyTimes(signs_from=NOON)}
RETIRED = {1: KeyTimes(retires=NOON), 2: KeyTimes(signs_from=NOON - timedelta(days=1))}


@pytest.fixture
def bare(sqlite_url: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": sqlite_url, "TESTING": True, "SECRET_KEY": "a-secret-for-tests-0123456789abcdef"})
    yield app
    with app.app_context():
        db.engine.dispose()


def keyed(app: Flask, keyring: Keyring) -> Flask:
    """The application as it would have started with this keyring."""
    app.session_interface = session_keys.KeyedSessions(keyring)
    app.config["WTF_CSRF_SECRET_KEY"] = session_keys.KeysInUse(keyring, "form")
    return app


def cookie(app: Flask) -> str:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps({"who": "me"}))


def who(app: Flask, kept: str) -> str | None:
    name = app.config["SESSION_COOKIE_NAME"]
    with app.test_request_context(headers={"Cookie": f"{name}={kept}"}):
        found: str | None = session.get("who")
        return found


def test_the_application_signs_with_its_keyring_and_not_with_the_bare_secret(bare: Flask) -> None:
    kept = cookie(bare)
    assert who(bare, kept) == "me"
    keyring: Keyring = bare.config["KEYRING"]
    assert who(keyed(bare, Keyring.from_secret("another secret of the same length 01234")), kept) is None
    bare.session_interface = type(bare.session_interface).__mro__[1]()  # Flask's own, with SECRET_KEY
    assert who(bare, kept) is None
    assert who(keyed(bare, keyring), kept) == "me"


def test_a_prepared_key_takes_over_while_the_server_runs_and_nobody_is_signed_out(bare: Flask) -> None:
    app = keyed(bare, Keyring(SECRETS, 2, TAKES_OVER))
    with clock.standing_at(NOON - timedelta(minutes=1)):
        before = cookie(app)
        with app.test_request_context():
            form, mark = generate_csrf(), session["csrf_token"]
    with clock.standing_at(NOON):
        after = cookie(app)
        assert (who(app, before), who(app, after)) == ("me", "me")
        with app.test_request_context():
            session["csrf_token"] = mark
            validate_csrf(form)
    only_old, only_new = Keyring({1: SECRETS[1]}), Keyring({2: SECRETS[2]}, 2)
    assert (who(keyed(app, only_old), before), who(keyed(app, only_old), after)) == ("me", None)
    assert (who(keyed(app, only_new), before), who(keyed(app, only_new), after)) == (None, "me")


def test_a_retired_key_lets_nobody_in_and_takes_no_form(bare: Flask) -> None:
    app = keyed(bare, Keyring({1: SECRETS[1]}))
    old = cookie(app)
    with app.test_request_context():
        form, mark = generate_csrf(), session["csrf_token"]
    app = keyed(app, Keyring(SECRETS, 2, RETIRED))
    with clock.standing_at(NOON - timedelta(hours=1)), app.test_request_context():
        assert who(app, old) == "me"
        session["csrf_token"] = mark
        validate_csrf(form)
    with clock.standing_at(NOON), app.test_request_context():
        assert who(app, old) is None
        session["csrf_token"] = mark
        with pytest.raises(ValidationError):
            validate_csrf(form)


def test_a_cookie_that_was_changed_is_nobodys(bare: Flask) -> None:
    kept = cookie(bare)
    payload, moment, mark = kept.split(".")
    for wrong in (f"{payload}A.{moment}.{mark}", f"{payload}.{moment}.{mark[::-1]}", f"{payload}.{mark}", payload):
        assert who(bare, wrong) is None
