"""The issuer's name and its document."""

from base64 import urlsafe_b64decode

import pytest

from tests.journey.credentials.samples import DID, ONE_KEY, TWO_KEYS
from timecredits.journey.credentials.credential_keys import public_keys
from timecredits.journey.credentials.did_document import did_document, did_of


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://credits.example.org", "did:web:credits.example.org"),
        ("https://credits.example.org/", "did:web:credits.example.org"),
        ("https://Credits.Example.ORG:443", "did:web:credits.example.org"),
        ("https://credits.example.org:8443", "did:web:credits.example.org%3A8443"),
        ("https://example.org/time/credits/", "did:web:example.org:time:credits"),
        ("https://example.org:8443/a%20b/~c", "did:web:example.org%3A8443:a%20b:%7Ec"),
        ("https://müsli.example", "did:web:xn--msli-0ra.example"),
        ("http://localhost:5000", "did:web:localhost%3A5000"),
        ("http://[::1]:5000", "did:web:%5B%3A%3A1%5D%3A5000"),
    ],
)
def test_a_site_is_its_issuer(address: str, did: str) -> None:
    assert did_of(address) == did


@pytest.mark.parametrize(
    "address",
    [
        "",
        "credits.example.org",
        "https://",
        "https://user:secret@example.org",
        "https://a.example?x=1",
        "https://a.example#x",
        "ftp://a.b",
    ],
)
def test_what_is_no_site_is_no_issuer(address: str) -> None:
    with pytest.raises(ValueError, match="plain address") as refused:
        did_of(address)
    assert "secret" not in str(refused.value)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Port"):
        did_of("https://a.example:99999")


def test_every_key_is_listed_the_current_one_first() -> None:
    keys = public_keys(TWO_KEYS)
    assert keys[1] == public_keys(ONE_KEY)[1] != keys[2]
    document = did_document(DID, keys)
    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#key-2", f"{DID}#key-1"]
    for number, method in zip((2, 1), document["verificationMethod"], strict=True):
        assert (method["id"], method["controller"]) == (f"{DID}#key-{number}", DID)
        assert urlsafe_b64decode(method["publicKeyJwk"]["x"] + "=") == keys[number]
        assert "d" not in method["publicKeyJwk"]
    assert did_document(DID, keys, current=1)["assertionMethod"][0] == f"{DID}#key-1"


def test_a_document_needs_its_keys() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        did_document(DID, {})
    with pytest.raises(ValueError, match="not among"):
        did_document(DID, public_keys(ONE_KEY), current=2)
