"""A web application of a few lines, to try the real parts on without the one they are for."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'"
PAGE = """<!doctype html><html lang="en"><title>A jar</title><main><h1>A jar</h1><p>{database}</p>{more}</main></html>"""
FAULTY = '<img src="/nothing.png"><form><input name="minutes"></form>'


def create() -> "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]":
    """Return the application, as a factory would."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        more = {"/": "", "/faulty": FAULTY, "/healthz": ""}.get(environ["PATH_INFO"])
        status = "404 Not Found" if more is None else "200 OK"
        start_response(status, [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", STRICT)])
        return [PAGE.format(database=os.environ["DATABASE_URL"], more=more or "").encode()]

    return answer


def fail() -> None:
    """Fail as an application with a wrong setting does."""
    raise RuntimeError("SECRET_KEY is not set")
