"""The keys of packs: Ed25519, so that a till checks with no signal what it stored, and can't make one itself.

A till has the public keys from the page that paired it, never from the pack.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from timecredits.foundation.keys import Keyring

DOMAIN = b"timecredits/till pack/1"
"""What stands before a pack's bytes when they are signed."""

_PURPOSE = "till pack"


def pack_public_keys(keyring: Keyring) -> dict[int, bytes]:
    """The raw Ed25519 keys, 32 bytes each, that check packs, by key number: every one that checks now, or will."""
    return {
        number: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        for number in keyring.numbers()
        if (seed := keyring.key(_PURPOSE, number)) is not None
    }


def sign_pack(keyring: Keyring, content: bytes) -> tuple[int, bytes]:
    """The current key's number and its signature, 64 bytes, of a pack's bytes."""
    number, seed = keyring.signing_key(_PURPOSE)
    return number, Ed25519PrivateKey.from_private_bytes(seed).sign(DOMAIN + content)


def version_key(keyring: Keyring) -> bytes:
    """What a pack's version is made with, so that it tells nothing of what is in the pack."""
    return keyring.signing_key("till pack version")[1]
