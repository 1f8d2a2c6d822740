"""Signatures by Standard Webhooks 1.0.0 (its symmetric scheme), and the secrets they are made with.

Signed is `id.timestamp.body`, with HMAC-SHA256. A secret is `whsec_` and the base64 of 32 random bytes. While an old secret is
still good, a message carries a signature by each of the two.
"""

import base64
import hashlib
import hmac
import json
import secrets as chance
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal

__all__ = ["OLD_SECRET_GOOD", "Secrets", "headers_for", "new_secret", "open_secrets", "seal_secrets", "sign"]

OLD_SECRET_GOOD: Final = timedelta(days=1)
_PREFIX: Final = "whsec_"
_PURPOSE: Final = "webhook-secret"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret of one webhook, and the one before it where that is still good. `made_as` is the id of who asked for it."""

    current: str
    made_as: UUID
    old: str = ""
    old_until: datetime | None = None

    def good_at(self, now: datetime) -> list[str]:
        """The secrets to sign with, the current one first."""
        return [self.current, *([self.old] if self.old_until is not None and now < self.old_until else [])]


def new_secret() -> str:
    """A secret as it is shown and kept."""
    return _PREFIX + base64.b64encode(chance.token_bytes(32)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature `v1,<base64>` of a body sent at `timestamp` (whole seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_for(secrets: Secrets, message_id: UUID, body: bytes, *, now: datetime) -> dict[str, str]:
    """The three headers that make a message one of ours."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(each, str(message_id), timestamp, body) for each in secrets.good_at(now)),
    }


def seal_secrets(keyring: Keyring, webhook_id: UUID, secrets: Secrets) -> bytes:
    """The secrets as they are stored."""
    until = "" if secrets.old_until is None else secrets.old_until.isoformat()
    return seal(keyring, _PURPOSE, webhook_id, json.dumps([secrets.current, str(secrets.made_as), secrets.old, until]))


def open_secrets(keyring: Keyring, webhook_id: UUID, sealed: bytes) -> Secrets | None:
    """The secrets, or None where the key that sealed them is gone."""
    text = open_sealed(keyring, _PURPOSE, webhook_id, sealed)
    if text is None:
        return None
    current, made_as, old, until = json.loads(text)
    return Secrets(current, UUID(made_as), old, datetime.fromisoformat(until) if until else None)
