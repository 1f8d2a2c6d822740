"""Signatures, against what the specification's own reference implementation is tested with."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.records.webhooks.signing import (
    OLD_SECRET_GOOD,
    Secrets,
    headers_for,
    new_secret,
    open_secrets,
    seal_secrets,
    sign,
)

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether a receiver with this secret takes it: written from the specification's text, with nothing of ours."""
    assert secret.startswith("whsec_")
    content = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    mac = base64.b64encode(hmac.digest(base64.b64decode(secret[6:], validate=True), content, hashlib.sha256)).decode()
    return any(
        version == "v1" and hmac.compare_digest(mac, rest)
        for version, _comma, rest in (each.partition(",") for each in headers["webhook-signature"].split(" "))
    )


def test_the_published_example() -> None:
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(body=st.binary(max_size=300), other=st.binary(max_size=300))
def test_a_receiver_takes_what_was_signed_and_nothing_else(body: bytes, other: bytes) -> None:
    secrets = Secrets(new_secret(), new_id())
    headers = headers_for(secrets, new_id(), body, now=NOON)
    assert verified(secrets.current, headers, body)
    assert verified(secrets.current, headers, other) == (body == other)
    assert not verified(secrets.current, headers | {"webhook-timestamp": "1"}, body)
    assert not verified(secrets.current, headers | {"webhook-id": str(new_id())}, body)
    assert not verified(new_secret(), headers, body)


def test_for_a_day_both_secrets_sign() -> None:
    old, current = new_secret(), new_secret()
    secrets = Secrets(current, new_id(), old, NOON + OLD_SECRET_GOOD)
    both = headers_for(secrets, new_id(), b"{}", now=NOON + OLD_SECRET_GOOD - timedelta(seconds=1))
    assert verified(old, both, b"{}")
    assert verified(current, both, b"{}")
    one = headers_for(secrets, new_id(), b"{}", now=NOON + OLD_SECRET_GOOD)
    assert not verified(old, one, b"{}")
    assert verified(current, one, b"{}")


def test_a_secret_is_32_random_bytes_and_sealed_for_its_webhook_alone() -> None:
    secret, webhook_id = new_secret(), new_id()
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert secret != new_secret()
    secrets = Secrets(secret, new_id(), new_secret(), NOON)
    sealed = seal_secrets(KEYRING, webhook_id, secrets)
    assert secret.encode() not in sealed
    assert open_secrets(KEYRING, webhook_id, sealed) == secrets
    assert open_secrets(KEYRING, new_id(), sealed) is None
    assert open_secrets(Keyring.from_secret("another secret of the same length..."), webhook_id, sealed) is None
