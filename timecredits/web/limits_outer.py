"""The outer ring against floods: how often one address on the network may send the forms that anybody can open.

No security rests on it; every limit that does is counted in SQL (network/tries.py). It keeps a flood from costing password
hashes, mails and places in a queue. A college, a shelter or a library shares one address, so the limits are far above what a room
full of people does at once (docs/adr/0042). Who asks from the machine itself is not counted: its owner, or a proxy that
PROXY_COUNT does not tell of, behind which everybody would share one count.
"""

import hashlib
import hmac
import importlib.util
import secrets
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Final

from flask import Flask, current_app, request
from flask_limiter import Limiter

from timecredits.foundation import clock
from timecredits.network.permissions import EVERYBODY, Permission

__all__ = ["CODES", "FORMS", "SIGN_INS", "address_mark", "init_app", "limits_of", "secret_for_addresses", "wait_seconds"]

SIGN_INS: Final = "120 per minute; 1200 per hour"
"""A class that signs in at once, 60 people with two steps each; and 600 in an hour."""
CODES: Final = "60 per minute; 400 per hour"
"""Codes of devices, links and slips, and letters and files that are checked."""
FORMS: Final = "60 per minute; 600 per hour"
"""Forms of several pages that anybody may send: ask for contact, tell of a concern, comment, say that an entry is wrong."""
_CODES: Final = frozenset({"public.check_typed", "till.pair", "kiosk.pairing", "api.pair"})
_FREE: Final = frozenset({"public.leave", "sign_in.sign_out", "till.sync", "api.send_saved"})
"""Leaving goes before everything, and what a till took with no signal is owed to a venue."""
_LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LIMITER: Final = "outer_limits"
_USUAL_WAIT: Final = 60
_NETWORK_BITS: Final = 64
"""Of an IPv6 address: what one household or one firm is given."""


class NoRedisClientError(Exception):
    """REDIS_URL is set, but what talks to Redis isn't installed."""


def init_app(app: Flask) -> None:
    """Count from here on, unless OUTER_LIMITS is off. It is off in tests unless one says so (OUTER_LIMITS_ON_IN_TESTS).

    Raises NoRedisClientError.
    """
    if not app.config["OUTER_LIMITS_ON"] or (app.testing and not app.config.get("OUTER_LIMITS_ON_IN_TESTS")):
        return
    redis = app.config["REDIS_URL"]
    if redis and importlib.util.find_spec("redis") is None:
        raise NoRedisClientError("REDIS_URL is set, but the package redis is not installed. Install it: pip install redis")
    # Processes that count together must make the same mark of an address; a process alone forgets its key when it ends.
    key = _shared_secret(app) if redis else secrets.token_bytes(32)
    # Made for this application, not for the module: limits of a limiter that outlives its application add up.
    app.extensions[_LIMITER] = Limiter(
        lambda: address_mark(key),
        app=app,
        default_limits=[_limits_now],
        default_limits_exempt_when=_is_free,
        storage_uri=redis or "memory://",
        strategy="fixed-window",
        in_memory_fallback_enabled=bool(redis),
        swallow_errors=True,  # a count that is away lets everybody in
        key_prefix="outer",
    )


def address_mark(key: bytes) -> str:
    """Stands for the address that asks: the same for the same one under this key, and nobody without the key can tell whose."""
    return hmac.digest(key, _network(request.remote_addr or ""), hashlib.sha256).hex()


def secret_for_addresses() -> bytes:
    """A key that all processes have, for what is counted of an address in SQL."""
    return _shared_secret(current_app)


def limits_of(app: Flask, endpoint: str) -> str | None:
    """The limits of a page's forms, or None where there is none: it needs somebody signed in, or does no harm."""
    permission: Permission = getattr(app.view_functions[endpoint], "permission", Permission("", "", frozenset()))
    if endpoint in _FREE or permission.allowed != EVERYBODY:
        return None
    if endpoint in _CODES:
        return CODES
    return SIGN_INS if endpoint.startswith("sign_in.") else FORMS


def wait_seconds() -> int:
    """How long whoever met a limit has to wait, in whole seconds."""
    limiter: Limiter | None = current_app.extensions.get(_LIMITER)
    met = limiter.current_limit if limiter is not None else None
    return max(1, ceil(met.reset_at - clock.now().timestamp())) if met is not None else _USUAL_WAIT


def _network(text: str) -> bytes:
    """The address as bytes; of an IPv6 one, only what its household or firm is given. Words, if a proxy told no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return text.encode()
    if not isinstance(address, IPv6Address):
        return address.packed
    inside = address.ipv4_mapped
    return inside.packed if inside else IPv6Network((address, _NETWORK_BITS), strict=False).network_address.packed


def _shared_secret(app: Flask) -> bytes:
    _number, key = app.config["KEYRING"].signing_key("request addresses")
    return bytes(key)


def _limits_now() -> str:
    return limits_of(current_app, request.endpoint or "") or FORMS


def _is_free() -> bool:
    if request.method in _LOOKING or request.endpoint is None or limits_of(current_app, request.endpoint) is None:
        return True
    return request.remote_addr is None or _is_this_machine(request.remote_addr)


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True
