"""Pages that take a picture: they may be sent more than other pages, which MAX_CONTENT_LENGTH holds short."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request

from timecredits.foundation.pictures import MOST_BYTES

View = TypeVar("View", bound=Callable[..., Any])

_BESIDES = 64 * 1024
"""What the other fields of such a form, and the form itself, may take."""


def takes_picture(view: View) -> View:
    """Let a view be sent a file as large as a picture may be. Stands under the route, like `allow`."""
    cast("Any", view).most_bytes = MOST_BYTES + _BESIDES
    return view


def takes_pictures() -> bool:
    """Whether the page asked for is one of these."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", None) is not None


def init_app(app: Flask) -> None:
    """Give these pages their room before anything reads what was sent."""
    app.before_request(_give_room)


def _give_room() -> None:
    most: int | None = getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", None)
    if most is not None:
        request.max_content_length = most
