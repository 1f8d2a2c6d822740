"""Serving the built front end: hashed names, kept by browsers for a year, already compressed at build time."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory

from timecredits.foundation.places import STATIC_DIST
from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web.access import allow

_YEAR = 365 * 24 * 3600


@lru_cache
def _manifest(changed_at: float) -> dict[str, str]:  # noqa: ARG001  the file's time is the cache's key
    names: dict[str, str] = json.loads((STATIC_DIST / "manifest.json").read_text())
    return names


def asset(name: str) -> str:
    """The address of a built file, such as `main.css`. Raises KeyError for one that the build doesn't make."""
    manifest = STATIC_DIST / "manifest.json"
    return f"/static/{_manifest(manifest.stat().st_mtime)[name]}"


@lru_cache
def _packed() -> frozenset[str]:
    return frozenset(path.relative_to(STATIC_DIST).as_posix() for path in STATIC_DIST.rglob("*.gz"))


def init_app(app: Flask) -> None:
    """Serve /static/ and let templates ask for `asset(...)`."""
    app.jinja_env.globals["asset"] = asset

    @app.route("/static/<path:name>", endpoint="static_file")
    @allow(READ_PUBLIC_PAGES)
    def static_file(name: str) -> Response:
        path = Path(name)
        if path.suffix == ".gz" or path.name == "manifest.json":
            abort(404)
        packed = f"{name}.gz"
        if "gzip" in request.headers.get("Accept-Encoding", "") and packed in _packed():
            response = send_from_directory(STATIC_DIST, packed, mimetype=_kind(path), max_age=_YEAR)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = send_from_directory(STATIC_DIST, name, max_age=_YEAR)
        response.headers["Vary"] = "Accept-Encoding"
        response.cache_control.immutable = True
        return response


def _kind(path: Path) -> str | None:
    return {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}.get(path.suffix)
