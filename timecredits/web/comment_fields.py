"""What pages where people write for others share: the form, its guard against machines, and room for a text that is too long.

No third party is asked whether somebody is a person. A form says, signed, when it was opened, and has a field that nobody sees.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, TypeVar, cast

from flask import Blueprint, current_app, request, session
from flask_babel import gettext, lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovTextInput
from wtforms import HiddenField, StringField, TextAreaField

from timecredits.community.comments.commenting import LONGEST_WORDS
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.web.forms import CreatingForm

__all__ = ["WriteForm", "browser_id", "give_room", "takes_long_words"]

View = TypeVar("View", bound=Callable[..., Any])

SOONEST: Final = timedelta(seconds=2)
"""Nobody reads the page and writes a sentence in less."""
LATEST: Final = timedelta(hours=7)
"""Before the guard against forged forms gives up (WTF_CSRF_TIME_LIMIT), which would lose the words."""
_MOST_SENT: Final = 2_900_000
"""Bytes of a form that are read, so that a text far too long comes back with a sentence and not with an empty page."""
_KEPT: Final = 20_000
"""Longer texts come back shortened to what can be sent."""
_BROWSER: Final = "writes_as"


class WriteForm(CreatingForm):
    """Words, the name to show with them, and what tells a machine."""

    words = TextAreaField(lazy_gettext("Your words"), widget=GovCharacterCount())
    name = StringField(lazy_gettext("The name to show"), widget=GovTextInput())
    website = StringField(lazy_gettext("Leave this box empty"), widget=GovTextInput())
    opened = HiddenField()

    def looks_hasty(self) -> bool:
        """Whether a machine may have sent this, or it lay open for hours: says so at a field; the person can send it again."""
        opened = _read_moment(self.opened.data or "")
        if (self.website.data or "").strip():
            self.website.errors = [gettext("Leave this box empty. Nothing was sent. Clear it and send your words again.")]
            return True
        if opened is None or opened < clock.now() - LATEST:
            self.words.errors = [gettext("This page was open for long. Nothing was sent. Your words are here: send them again.")]
        elif opened > clock.now() - SOONEST:
            self.words.errors = [gettext("That was very fast. Nothing was sent. Read your words once more and send them.")]
            return True  # the moment stays as it was, so waiting a little is enough
        else:
            return False
        self.opened.data = _write_moment()
        return True

    def begin(self) -> None:
        """Note when the form was opened, once."""
        if not self.opened.data:
            self.opened.data = _write_moment()

    def shorten(self) -> bool:
        """Cut what nobody could send to its beginning, before it is shown again. True if so."""
        words = self.words.data or ""
        if len(words) <= _KEPT:
            return False
        self.words.data = words[:LONGEST_WORDS]
        return True


def takes_long_words(view: View) -> View:
    """Let a view be sent more words than it will take. Stands under the route, like `allow`."""
    cast("Any", view).most_words = _MOST_SENT
    return view


def give_room(blueprint: Blueprint) -> None:
    """Give such views of a room their room, before anything reads what was sent."""

    def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        most: int | None = getattr(current_app.view_functions.get(endpoint or ""), "most_words", None)
        if most is not None:
            request.max_form_memory_size = most

    blueprint.url_value_preprocessor(make_room)


def browser_id() -> str:
    """A number that tells this browser from others while it stays open. It stands for nobody."""
    if _BROWSER not in session:
        session[_BROWSER] = secrets.token_urlsafe(9)
    known: str = session[_BROWSER]
    return known


def _write_moment() -> str:
    said = str(int(clock.now().timestamp()))
    _number, key = _keyring().signing_key("form/opened")
    return f"{said}.{_mac(key, said).decode()}"


def _read_moment(text: str) -> datetime | None:
    said, _dot, mac = text.partition(".")
    keys = _keyring().checking_keys("form/opened")
    if not said.isascii() or not said.isdigit() or not any(hmac.compare_digest(mac.encode(), _mac(key, said)) for key in keys):
        return None
    return datetime.fromtimestamp(int(said), UTC)


def _mac(key: bytes, said: str) -> bytes:
    return hmac.new(key, said.encode(), sha256).hexdigest()[:32].encode()


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
