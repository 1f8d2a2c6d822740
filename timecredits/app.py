"""The application, put together. Reads like a table of contents."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from sqlalchemy import create_engine
from werkzeug.middleware.proxy_fix import ProxyFix

from timecredits.foundation import schema, wall
from timecredits.foundation.document_signing import DocumentSigner
from timecredits.foundation.key_file import KeyFileError, signing_keys
from timecredits.foundation.places import CONFIG, TEMPLATES
from timecredits.ledger import books
from timecredits.web import (
    access,
    assets,
    database,
    errors,
    filters,
    headers,
    jobs,
    limits_outer,
    navigation,
    odd_input,
    redirects,
    rooms,
    same_site,
    seen,
    session_keys,
    uploads,
    watching,
)
from timecredits.web.last_resort import LastResort
from timecredits.web.trying_again import TriesAgain


class NotReadyError(Exception):
    """The database or the file of keys isn't fit to serve from. The message says what to do."""


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Make the application. `settings` override config.py.

    Raises NotReadyError for a database that is behind or unguarded, and for a
    file of keys that can't be used.
    """
    app = Flask("timecredits", static_folder=None, template_folder=str(TEMPLATES), root_path=str(Path(__file__).parent))
    _configure(app, settings or {})
    check_database(app.config["DATABASE_URL"])
    if app.config["DATABASE_URL"].startswith("postgresql"):
        app.wsgi_app = TriesAgain(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = LastResort(app.wsgi_app, app.logger, raises=partial(_raises, app))  # type: ignore[method-assign]
    _watch(app)
    headers.init_app(app)
    _limit(app)
    odd_input.init_app(app)
    same_site.init_app(app)
    redirects.init_app(app)
    filters.init_app(app)
    database.init_app(app)
    watching.watch_database(app)
    jobs.init_app(app)
    access.init_app(app)
    seen.init_app(app)
    uploads.init_app(app)
    odd_input.look_at_forms(app)
    Babel(app)
    CSRFProtect(app)
    WTFormsHelpers(app)
    assets.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    rooms.init_app(app)
    access.check_routes(app)
    return app


def _watch(app: Flask) -> None:
    try:
        watching.init_app(app)
    except watching.MissingPackageError as fault:
        raise NotReadyError(str(fault)) from fault


def _limit(app: Flask) -> None:
    try:
        limits_outer.init_app(app)
    except limits_outer.NoRedisClientError as fault:
        raise NotReadyError(str(fault)) from fault


def _raises(app: Flask) -> bool:
    """As Flask decides it: in tests a fault goes on to the test."""
    wanted = app.config["PROPAGATE_EXCEPTIONS"]
    return app.testing or app.debug if wanted is None else bool(wanted)


def check_database(url: str) -> None:
    """Refuse a database that is behind, whose ledger has lost a guard, or a table of which has lost the wall."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if (misfit := schema.misfit(connection)) is not None:
                raise NotReadyError(misfit)
            try:
                books.check_guards(connection)
            except books.GuardMissingError as fault:
                raise NotReadyError(f"The ledger's guard is missing or off: {fault}. Run: timecredits migrate") from fault
            try:
                wall.check_wall(connection)
            except wall.WallMissingError as fault:
                raise NotReadyError(f"The wall between programmes is missing or off: {fault}. See docs/adr/0037.") from fault
    finally:
        engine.dispose()


def _configure(app: Flask, settings: Mapping[str, Any]) -> None:
    app.config.from_pyfile(str(CONFIG))
    app.config.from_mapping(settings)
    secure = app.config["BASE_URL"].startswith("https://")
    try:
        keys = signing_keys(app.config)
    except KeyFileError as fault:
        raise NotReadyError(str(fault)) from fault
    app.config.update(
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_NAME="__Host-timecredits" if secure else "timecredits",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        # Else every answer sets the cookie anew: cached files too, and one on its way while somebody leaves in a hurry.
        SESSION_REFRESH_EACH_REQUEST=False,
        BABEL_DEFAULT_TIMEZONE="Europe/London",
        BABEL_DEFAULT_LOCALE="en_GB",
        WTF_CSRF_TIME_LIMIT=8 * 3600,
        TRUSTED_HOSTS=app.config["TRUSTED_HOSTS"] or _own_hosts(app.config["BASE_URL"]),
        KEYRING=keys.keyring,
        WTF_CSRF_SECRET_KEY=session_keys.KeysInUse(keys.keyring, "form"),
        DOCUMENT_SIGNER=DocumentSigner(keys.documents) if keys.documents else None,
        DOCUMENT_CERTIFICATES=keys.trusted,
    )
    app.session_interface = session_keys.KeyedSessions(keys.keyring)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(str(TEMPLATES)),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                },
            ),
        ],
    )
    if app.config["PROXY_COUNT"]:
        count = app.config["PROXY_COUNT"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _own_hosts(base_url: str) -> list[str]:
    return sorted({urlsplit(base_url).hostname or "127.0.0.1", "127.0.0.1", "localhost"})
