"""What must stand in the head of every answer, whatever it is: one table, used wherever tests fetch something."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

__all__ = ["NO_REFERRER", "faults_of"]

NO_REFERRER: Final = frozenset(
    {
        "public.leave",
        "public.check_reference",
        "public.shared_letters",
        "public.shared_pack_pdf",
        "public.shared_letter_pdf",
    }
)
"""Endpoints whose address is a secret, or where nobody may learn whence somebody came."""

_EXACTLY: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_POLICY: Final = {
    "default-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
_MAY_LOAD: Final = {"'none'", "'self'", "data:", "blob:"}
_OFF: Final = ("camera", "geolocation", "microphone", "payment", "usb")
_NEVER: Final = ("X-Powered-By", "Access-Control-Allow-Origin", "Public-Key-Pins")
_KEPT: Final = frozenset({200, 206, 304})


def faults_of(headers: Headers, status: int, *, endpoint: str | None = None, secure: bool = False) -> list[str]:
    """What is wrong with the head of an answer, in words; nothing when all is well.

    `endpoint` is the view's, where one is known; `secure` says that the site is reached by HTTPS.
    """
    faults = [f"{name}: {headers.get(name)}" for name, value in _EXACTLY.items() if headers.getlist(name) != [value]]
    faults += _policy_faults(headers.getlist("Content-Security-Policy"))
    referrer = headers.get("Referrer-Policy")
    if referrer not in {"same-origin", "no-referrer"} or (endpoint in NO_REFERRER and referrer != "no-referrer"):
        faults.append(f"Referrer-Policy: {referrer}")
    permissions = headers.get("Permissions-Policy", "")
    faults += [f"Permissions-Policy leaves {each}" for each in _OFF if f"{each}=()" not in permissions and each != "camera"]
    if "camera=()" not in permissions and "camera=(self)" not in permissions:
        faults.append("Permissions-Policy leaves the camera")
    if endpoint != "static_file" or status not in _KEPT:
        faults += [] if headers.getlist("Cache-Control") == ["no-store"] else [f"Cache-Control: {headers.get('Cache-Control')}"]
    faults += [name for name in _NEVER if name in headers]
    lasting = headers.get("Strict-Transport-Security", "")
    if secure and not re.fullmatch(r"max-age=(\d{8,}); includeSubDomains", lasting):
        faults.append(f"Strict-Transport-Security: {lasting}")
    kind = headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=utf-8" not in kind.lower():
        faults.append(f"Content-Type: {kind}")
    if status in {429, 503} and not headers.get("Retry-After", "").isdigit() and endpoint != "public.readyz":
        faults.append(f"{status} without Retry-After")
    return [*faults, *_cookie_faults(headers.getlist("Set-Cookie"), secure=secure), *_place_faults(headers)]


def _policy_faults(policies: list[str]) -> list[str]:
    if len(policies) != 1:
        return [f"{len(policies)} Content-Security-Policy"]
    given = {name: set(values) for name, *values in (each.split() for each in policies[0].split(";"))}
    faults = [f"{name} {given.get(name)}" for name, wanted in _POLICY.items() if given.get(name) != wanted]
    if not given.get("form-action", {"*"}) <= {"'self'", "'none'"}:
        faults.append("form-action")
    for name, values in given.items():
        wild = {each for each in values if each not in _MAY_LOAD and not re.fullmatch(r"'nonce-[\w-]{16,}'", each)}
        if wild or (name != "script-src" and any(each.startswith("'nonce-") for each in values)):
            faults.append(f"{name} allows {wild or values}")
    return faults


def _cookie_faults(cookies: list[str], *, secure: bool) -> list[str]:
    faults = []
    for cookie in cookies:
        name, parts = cookie.partition("=")[0], {each.strip().lower() for each in cookie.split(";")[1:]}
        if "httponly" not in parts or not parts & {"samesite=lax", "samesite=strict"} or "path=/" not in parts:
            faults.append(f"cookie {name}: {sorted(parts)}")
        if secure and (
            not name.startswith("__Host-") or "secure" not in parts or any(each.startswith("domain") for each in parts)
        ):
            faults.append(f"cookie {name} is not bound to the host")
    return faults


def _place_faults(headers: Headers) -> list[str]:
    place = headers.get("Location")
    if place is None or (place.startswith("/") and place[1:2] not in {"/", "\\"}):
        return []
    known = urlsplit(place)
    ours = known.hostname in {"localhost", "127.0.0.1", "credits.example.org"} and known.scheme in {"http", "https"}
    return [] if ours or place == "https://www.bbc.co.uk/weather" else [f"Location: {place}"]
