"""The application with one more address, which does nothing: what a request costs before any of our work begins."""

from flask import Flask

from timecredits.app import create_app
from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web import access, database
from timecredits.web.access import allow

PATH = "/api/v1/nothing"


@allow(READ_PUBLIC_PAGES)
def nothing() -> tuple[str, int]:
    """A POST that is answered at once, without the database."""
    return "", 204


def create_app_with_nothing() -> Flask:
    """The application and the address beside its own."""
    without = frozenset({*database.WITHOUT_DATABASE, "nothing"})
    database.WITHOUT_DATABASE = access.WITHOUT_DATABASE = without  # type: ignore[misc]  # a benchmark's own address
    app = create_app()
    app.add_url_rule(PATH, "nothing", nothing, methods=["POST"])
    csrf = app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(nothing)
    return app
