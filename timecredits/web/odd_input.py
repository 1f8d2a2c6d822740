"""What nobody types: a text with a NUL in it. PostgreSQL keeps none, so it is turned away before any page reads it."""

from collections.abc import Iterable

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict

_NUL = "\0"
_ALWAYS = "public.leave"
"""Whatever is sent, nobody is held there."""


def init_app(app: Flask) -> None:
    """Answer 400 to every request whose address, headers or cookies hold a NUL, before anything reads them."""
    app.before_request(_refuse_address)


def look_at_forms(app: Flask) -> None:
    """The same for forms and the names of files, once it is known who asks and how much they may send."""
    app.before_request(_refuse_form)


def _refuse_address() -> None:
    headers = (value for name, value in request.environ.items() if name.startswith("HTTP_"))
    _refuse([request.path, *_values(request.args), *request.cookies.values(), *headers])


def _refuse_form() -> None:
    _refuse([*_values(request.form), *(file.filename or "" for _name, file in request.files.items(multi=True))])


def _values(sent: MultiDict[str, str]) -> Iterable[str]:
    return (text for pair in sent.items(multi=True) for text in pair)


def _refuse(texts: Iterable[str]) -> None:
    if request.endpoint != _ALWAYS and any(_NUL in text for text in texts):
        abort(400)
