"""What nobody types: a text with a NUL in it. PostgreSQL keeps none, so it is turned away before any page reads it."""

from flask import Flask, abort, request

_NUL = "\0"


def init_app(app: Flask) -> None:
    """Answer 400 to every request whose address, form or file names hold a NUL."""
    app.before_request(_refuse)


def _refuse() -> None:
    if request.endpoint == "public.leave":
        return  # whatever is sent, nobody is held there
    texts = [value for sent in (request.args, request.form) for _name, value in sent.items(multi=True)]
    texts += [file.filename or "" for _name, file in request.files.items(multi=True)]
    if any(_NUL in text for text in texts):
        abort(400)
