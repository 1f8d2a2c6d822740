"""Seal free text, so that whoever reads the database, or a copy of it, reads no words: AES-256-GCM (NIST SP 800-38D).

A sealed text is a key number (1 byte), a nonce (12) and the ciphertext with its tag. The row's id is bound in, so one row's
text can't be put into another's place. Keys come from the keyring, one for each purpose.
"""

import secrets
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from timecredits.foundation.keys import Keyring

__all__ = ["open_sealed", "seal"]

_NONCE_SIZE: Final = 12


def seal(keyring: Keyring, purpose: str, row_id: UUID, text: str) -> bytes:
    """Seal `text` for one row and one purpose, under the current key."""
    number, key = keyring.signing_key(f"seal/{purpose}")
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return bytes([number]) + nonce + AESGCM(key).encrypt(nonce, text.encode(), row_id.bytes)


def open_sealed(keyring: Keyring, purpose: str, row_id: UUID, sealed: bytes) -> str | None:
    """The text, or None where the key is gone or the bytes are not what was sealed for this row and purpose."""
    key = keyring.key(f"seal/{purpose}", sealed[0]) if sealed else None
    if key is None:
        return None
    nonce, ciphertext = sealed[1 : 1 + _NONCE_SIZE], sealed[1 + _NONCE_SIZE :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, row_id.bytes).decode()
    except (InvalidTag, ValueError):
        return None
