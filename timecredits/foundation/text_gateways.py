"""The ways out for texts: none, the terminal, or any computer that takes JSON over HTTPS (docs/adr/0043-texts.md)."""

import json
import ssl
import sys
from base64 import b64encode
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from timecredits.foundation.cut_off import cut_off_after

__all__ = ["LONGEST_SECONDS", "BusyGatewayError", "RefusedTextError", "TextGateway", "text_gateway_for"]

TextGateway = Callable[[str, str, UUID], None]
"""Takes a number, the words, and the text's id; returns once the other side took it, and raises otherwise."""

LONGEST_SECONDS = 20.0
_SOCKET_SECONDS = 10.0
_NEAR = {"127.0.0.1", "localhost", "::1"}


class RefusedTextError(Exception):
    """The gateway says that this text can never go."""


class BusyGatewayError(Exception):
    """The gateway can't now; a later try may do."""


def text_gateway_for(url: str, token: str = "", *, longest: float = LONGEST_SECONDS) -> TextGateway | None:
    """The way out that TEXT_URL names: empty is none, `print:` the terminal, else `https://...`; `longest` seconds for one text.

    Plain `http://` is for this very computer only. Raises ValueError for any other address.
    """
    if not url:
        return None
    if url == "print:":
        return _print_text
    parts = urlsplit(url)
    host = parts.hostname
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _NEAR)):
        msg = "TEXT_URL must be empty, print: or an https:// address."
        raise ValueError(msg)

    def send(number: str, words: str, key: UUID) -> None:
        line: HTTPConnection = (
            HTTPSConnection(host, parts.port, timeout=_SOCKET_SECONDS, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(host, parts.port, timeout=_SOCKET_SECONDS)
        )
        body = json.dumps({"to": number, "text": words, "id": str(key)})
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(key), **_who(parts, token)}
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            with cut_off_after(longest, lambda: line.sock):
                line.request("POST", path, body, headers)
                _judge(line.getresponse().status)
        finally:
            line.close()

    return send


def _who(parts: SplitResult, token: str) -> dict[str, str]:
    if token:
        return {"Authorization": f"Bearer {token}"}
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}
    return {}


def _judge(status: int) -> None:
    """A redirect counts as busy: following it would hand the number to somebody whom nobody chose."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    # A wrong key or a slow start is about us, not about this text.
    passing = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in passing:
        raise RefusedTextError
    raise BusyGatewayError


def _print_text(number: str, words: str, _key: UUID) -> None:
    sys.stdout.write(f"\n--- text to {number}: {words}\n")
    sys.stdout.flush()
