"""Credentials and status lists before checkers that are not ours: openbadgeslib, with its status checking, and npm jose."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from openbadgeslib.ob3.credential import IdentityObject
from openbadgeslib.ob3.did import did_web_from_url

from tests.journey.credentials.samples import (
    ANOTHERS,
    DID,
    DID_ADDRESS,
    FACTS,
    INDEX,
    LIST_ADDRESS,
    ONE_KEY,
    TWO_KEYS,
    Web,
    edited,
    forged,
    list_claims,
    list_token,
    token_of,
    unsigned,
)
from tests.real.missing import not_here
from tests.real.programs import program
from timecredits.foundation.keys import Keyring
from timecredits.journey.credentials.credential_keys import public_keys
from timecredits.journey.credentials.did_document import did_document, did_of

ROOT = Path(__file__).resolve().parents[3]
JOSE_CHECK = ROOT / "tests" / "real" / "jose_check.mjs"
ROTATED_OUT = Keyring({2: TWO_KEYS.secrets[2]}, current=2)


def badge_check(token: str, web: Web) -> Any:
    """What openbadgeslib reads: key from the did document, signature, issuer, days, and the signed status list."""
    return OB3Verifier.for_issuer_did(DID, download=web).verify(token, check_status=True, download=web)


def jose_check(tokens: list[str], document: dict[str, Any]) -> list[dict[str, Any]]:
    """What npm jose says of each."""
    if not (ROOT / "node_modules" / "jose").is_dir():
        not_here("npm jose")
    said = subprocess.run(  # noqa: S603 - our own script
        [program("node", package="Node"), str(JOSE_CHECK)],
        input=json.dumps([{"token": token, "didDocument": document} for token in tokens]),
        capture_output=True,
        text=True,
        check=True,
    )
    verdicts: list[dict[str, Any]] = json.loads(said.stdout)
    return verdicts


def test_openbadgeslib_accepts_it_and_reads_the_same() -> None:
    web = Web()
    badge = badge_check(token_of(), web)

    assert web.asked == [DID_ADDRESS, LIST_ADDRESS]
    assert badge.issuer.id == DID
    assert badge.issuer.name == "Kirkholt Community Kitchen"
    assert badge.recipient_id == f"urn:uuid:{FACTS.subject_id}"
    assert badge.achievement.achievement_type == "CommunityService"
    assert [result.value for result in badge.results] == ["96:30", "45:05", "141:35"]
    assert [each.name for each in badge.achievement.result_descriptions] == [
        "Cook, 2024-05-03 to 2025-06-02 (hours:minutes)",
        "Driver, on Tuesdays, 2025-01-07 to 2026-02-24 (hours:minutes)",
        "All roles together (hours:minutes)",
    ]
    assert badge.issuance_date == FACTS.issued_at


@pytest.mark.parametrize("name", ["Ysgol Gymraeg Caernarfon", "مطبخ المجتمع", "A" * 300, 'Tea & "Toast" <b>'])
def test_openbadgeslib_accepts_every_letterhead(name: str) -> None:
    assert badge_check(token_of(replace(FACTS, organisation_name=name)), Web()).issuer.name == name


def test_openbadgeslib_makes_the_same_hash_of_a_name() -> None:
    name = "siân o’neill-wyn"  # in small letters, because theirs takes every identity for an address and writes it so
    [ours] = badge_check(token_of(replace(FACTS, holder_name=name)), Web()).identifiers
    assert ours == IdentityObject.create(name, FACTS.salt, "name")


@pytest.mark.parametrize("spoil", [edited, unsigned, forged])
def test_openbadgeslib_refuses_what_was_tampered_with(spoil: Callable[[str], str]) -> None:
    with pytest.raises(OB3VerificationError, match=r"Invalid signature|not allowed"):
        badge_check(spoil(token_of()), Web())


def test_openbadgeslib_refuses_a_withdrawn_one_and_only_that() -> None:
    with pytest.raises(OB3VerificationError, match=f"'revocation' is set at index {INDEX}"):
        badge_check(token_of(), Web(status=list_token({INDEX, 3})))
    badge_check(token_of(), Web(status=list_token({INDEX - 1, INDEX + 1, 0, 131_071})))


def unrevoked(token: str) -> str:
    """The list with nobody in it, under the signature of the one given."""
    return f"{list_token().rsplit('.', 1)[0]}.{token.rsplit('.', 1)[1]}"


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(lambda: json.dumps(list_claims()), id="not signed at all"),
        pytest.param(lambda: unsigned(list_token()), id="alg none"),
        pytest.param(lambda: list_token(keyring=ANOTHERS), id="another's key"),
        pytest.param(lambda: unrevoked(list_token({INDEX})), id="withdrawal taken out"),
    ],
)
def test_openbadgeslib_refuses_a_status_list_that_is_not_ours(status: Callable[[], str]) -> None:
    with pytest.raises(OB3VerificationError, match=r"proof is invalid|is not a signed JWT-VC"):
        badge_check(token_of(), Web(status=status()))


def test_another_site_can_not_speak_for_ours() -> None:
    with pytest.raises(OB3VerificationError, match="names a different DID"):
        OB3Verifier.for_issuer_did("did:web:evil.example", download=_evil).verify(token_of())


def _evil(address: str) -> bytes:
    assert address == "https://evil.example/.well-known/did.json"
    return json.dumps(did_document("did:web:evil.example", public_keys(ONE_KEY))).encode()


def test_old_credentials_hold_after_the_key_has_changed() -> None:
    old, new = token_of(keyring=TWO_KEYS, number=1), token_of(keyring=TWO_KEYS)
    stored = {1: public_keys(ONE_KEY)[1]}
    listed = did_document(DID, public_keys(TWO_KEYS), current=2)
    # Number 1 is no longer in the keyring; only its public half was kept.
    kept = did_document(DID, {**stored, **public_keys(ROTATED_OUT)}, current=2)
    assert listed == kept
    for token in (old, new):
        badge_check(token, Web(keyring=TWO_KEYS))
        badge_check(token, Web(keyring=ROTATED_OUT, document=kept))
    assert [said["accepted"] for said in jose_check([old, new], kept)] == [True, True]
    with pytest.raises(OB3VerificationError, match="no verificationMethod"):
        badge_check(old, Web(keyring=ROTATED_OUT))


def test_why_the_current_key_stands_first() -> None:
    # This checker checks a status list by the document's first key, whichever key the list names.
    oldest_first = did_document(DID, public_keys(TWO_KEYS), current=1)
    with pytest.raises(OB3VerificationError, match="proof is invalid"):
        badge_check(token_of(keyring=TWO_KEYS), Web(keyring=TWO_KEYS, document=oldest_first))


def test_jose_accepts_ours_and_refuses_the_rest() -> None:
    token = token_of()
    tokens = [token, list_token(), edited(token), unsigned(token), forged(token), token_of(keyring=TWO_KEYS)]
    said = jose_check(tokens, did_document(DID, public_keys(ONE_KEY)))
    assert [each["reason"] for each in said] == [
        "",
        "",
        "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
        "ERR_JOSE_ALG_NOT_ALLOWED",
        "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
        "no such key",
    ]
    assert said[0]["claims"]["sub"] == f"urn:uuid:{FACTS.subject_id}"
    assert said[1]["claims"]["credentialSubject"]["type"] == "BitstringStatusList"


@pytest.mark.parametrize(
    "address",
    [
        "https://credits.example.org",
        "https://credits.example.org:8443/",
        "https://example.org/time/credits",
        "https://a.example/~b",
    ],
)
def test_openbadgeslib_names_a_site_as_we_do(address: str) -> None:
    assert did_of(address).replace("%7E", "~") == did_web_from_url(address)
