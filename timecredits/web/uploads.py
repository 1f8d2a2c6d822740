"""What may be sent: pages that take a picture may be sent more than others, and forms take files only where they ask for one."""

import inspect
from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_wtf import FlaskForm
from flask_wtf.form import SUBMIT_METHODS
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField, MultipleFileField

from timecredits.foundation.pictures import MOST_BYTES

View = TypeVar("View", bound=Callable[..., Any])

_OPEN = "timecredits.files"
_BESIDES = 64 * 1024
"""What the other fields of such a form, and the form itself, may take."""


def takes_picture(view: View) -> View:
    """Let a view be sent a file as large as a picture may be. Stands under the route, like `allow`."""
    cast("Any", view).most_bytes = MOST_BYTES + _BESIDES
    return view


def takes_pictures() -> bool:
    """Whether the page asked for is one of these."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", None) is not None


class TidyRequest(Request):
    """A request whose files are gone from the disk when it ends, also one that was cut or refused half-way through a file."""

    def _get_file_stream(self, *what: Any, **more: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*what, **more)
        self.environ.setdefault(_OPEN, []).append(stream)
        return stream


def init_app(app: Flask) -> None:
    """Give these pages their room before anything reads what was sent, and forms their files."""
    app.request_class = TidyRequest
    app.teardown_request(_tidy)
    app.before_request(_give_room)
    FlaskForm.Meta.wrap_formdata = _what_was_sent


def _give_room() -> None:
    most: int | None = getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", None)
    if most is not None:
        request.max_content_length = most


def _tidy(_fault: BaseException | None) -> None:
    for stream in request.environ.pop(_OPEN, ()):
        stream.close()


def _what_was_sent(_meta: object, form: Any, given: Any) -> Any:
    """What a form reads: its fields, and a file only where it asks for one.

    Flask-WTF lets a file stand for any field, and JSON of any shape for the whole form; both would reach code that wants text.
    """
    if given is not _FROM_REQUEST:
        return given
    if request.method not in SUBMIT_METHODS:
        return None
    wanted = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
    files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in wanted)
    return CombinedMultiDict((files, request.form)) if files else request.form or None


_FROM_REQUEST = inspect.signature(FlaskForm.__init__).parameters["formdata"].default
