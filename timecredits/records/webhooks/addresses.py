"""Which addresses may be told, and which machines may be reached: none but public ones.

An address is typed by a person, and our own machines stand behind it if we let them. So it names a host by its full name,
never by a number, and what that name leads to is judged when it is sent, on the very number that is then connected to.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence

__all__ = ["LONGEST_URL", "Target", "is_local", "is_public", "read_address"]

LONGEST_URL: Final = 500
_HTTPS: Final = 443
_FIRST_FREE_PORT: Final = 1024
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# A last label that begins with a letter can't be read as a number, in whatever base.
_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?\Z")
_PLAIN: Final = re.compile(r"[!-\[\]-~]+\Z")
"""Printable ASCII without blanks and backslashes, which browsers and libraries read in different ways."""
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_CLOSED_4: Final = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
"""The special-purpose registry of IANA, multicast and reserved, and one cloud's address of its host."""
_OPEN_6: Final = ipaddress.IPv6Network("2000::/3")
_CLOSED_6: Final = tuple(
    ipaddress.IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
"""Within what is given out to networks: tunnels that hold an IPv4 address, examples, and the like."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. `path` begins with a slash and holds the query. `local`: this very machine, without TLS."""

    host: str
    port: int
    path: str
    local: bool

    @property
    def host_header(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (80 if self.local else _HTTPS) else f"{host}:{self.port}"


def is_local(base_url: str) -> bool:
    """Whether this installation serves only this machine, so that its own address may be told, as is handy for a trial."""
    parts = urlsplit(base_url)
    return parts.scheme == "http" and parts.hostname in _LOCAL


def read_address(url: str, *, local_allowed: bool) -> Target:
    """Take an address apart. Raises RuleError for one that may not be told; `local_allowed` lets http://localhost pass."""
    if not url:
        raise RuleError(Sentence("Write the address. Nothing was saved."), field="url")
    if len(url) > LONGEST_URL:
        raise RuleError(Sentence("Use an address of at most %(most)s letters. Nothing was saved.", most=LONGEST_URL), field="url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _no_address() from None
    if not _PLAIN.match(url) or "@" in parts.netloc or "#" in url:
        raise _no_address()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if local_allowed and parts.scheme == "http" and host in _LOCAL:
        return Target(host, port or 80, path, local=True)
    if parts.scheme != "https":
        raise RuleError(Sentence("The address must begin with https://. Nothing was saved."), field="url")
    if "[" in parts.netloc or not _NAME.match(host):
        raise RuleError(Sentence("Use the full name of the computer, such as hooks.example.org. Nothing was saved."), field="url")
    port = _HTTPS if port is None else port
    if port != _HTTPS and port < _FIRST_FREE_PORT:
        raise RuleError(Sentence("Use port 443, or one from 1024 up. Nothing was saved."), field="url")
    return Target(host, port, path, local=False)


def _no_address() -> RuleError:
    said = Sentence("This is not an address we can use. Write it like https://hooks.example.org/new. Nothing was saved.")
    return RuleError(said, field="url")


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet. False for what can't be read."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(number, ipaddress.IPv4Address):
        return not any(number in each for each in _CLOSED_4)
    if number.scope_id is not None or number not in _OPEN_6:
        return False
    return not any(number in each for each in _CLOSED_6)
