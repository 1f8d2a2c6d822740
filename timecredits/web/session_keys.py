"""The keys of Flask's own session cookie and of the mark in forms: from the keyring, so that they change as all others do.

Flask's SECRET_KEY and SECRET_KEY_FALLBACKS stand still while a process runs; a prepared key takes over on its day.
"""

from collections.abc import Iterator

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from timecredits.foundation.keys import Keyring

__all__ = ["KeyedSessions", "KeysInUse"]


class KeysInUse:
    """The keys of one purpose as they are whenever somebody goes through them; the one that signs comes last.

    Flask-WTF hands what stands in WTF_CSRF_SECRET_KEY to itsdangerous, which takes one key or many.
    """

    def __init__(self, keyring: Keyring, purpose: str) -> None:
        self._keyring = keyring
        self._purpose = purpose

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._keyring.checking_keys(self._purpose))


class KeyedSessions(SecureCookieSessionInterface):
    """Flask's session cookie, signed with the keyring: one of an older key is read until that key retires."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:  # noqa: ARG002  Flask gives it
        """What reads and writes the cookie."""
        return URLSafeTimedSerializer(
            self._keyring.checking_keys("session cookie"),
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )
