"""A passkey in software: makes a key (ES256) and signs challenges as a phone would, and can be told to do it wrongly."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftPasskey:
    """One passkey for one site. `count` 0 doesn't count; `verifies` whether it looks at its owner."""

    origin: str
    rp_id: str
    count: int = 0
    verifies: bool = True
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    user_handle: bytes = b""

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        asked = json.loads(options)
        self.user_handle = unb64(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        data = self._data(_ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=b64(told), attestationObject=b64(statement), transports=["internal"])

    def show(self, options: str, **changed: Any) -> str:
        """The answer to `navigator.credentials.get`. `changed` puts other values into what is signed over."""
        asked = json.loads(options)
        self.count += 1 if self.count else 0
        told = self._client(changed.get("kind", "webauthn.get"), changed.get("challenge", asked["challenge"]))
        data = self._data(0)
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        if changed.get("spoilt"):
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return self._answer(
            clientDataJSON=b64(told),
            authenticatorData=b64(data),
            signature=b64(signature),
            userHandle=b64(changed.get("user_handle", self.user_handle)),
        )

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, **response: Any) -> str:
        own = b64(self.credential_id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response, "clientExtensionResults": {}})
