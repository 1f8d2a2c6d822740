"""What stands in a credential, and what must never stand there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3.contexts import load_context

from tests.journey.credentials.samples import FACTS, decoded, list_claims, token_of
from timecredits.journey.credentials.credential_writing import (
    CONTEXTS,
    duration_text,
    instant_text,
    is_hash_of,
    name_hash,
    write_credential,
)

MEMBERS = {
    "": "@context credentialStatus credentialSubject id iss issuer jti name nbf sub type validFrom",
    "issuer": "id name type",
    "credentialSubject": "achievement id identifier result type",
    "identifier": "hashed identityHash identityType salt type",
    "achievement": "achievementType criteria description humanCode id name resultDescription type",
    "criteria": "narrative",
    "resultDescription": "id name resultType type",
    "result": "resultDescription type value",
    "credentialStatus": "id statusListCredential statusListIndex statusPurpose type",
}
"""Every member there is. One more must be thought about: is it about a person, and do the pinned contexts know it?"""


def nodes(value: object, under: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in the claims, with the member that holds it."""
    if isinstance(value, list):
        for each in value:
            yield from nodes(each, under)
    elif isinstance(value, dict):
        yield under, value
        for member, each in value.items():
            yield from nodes(each, member)


def texts(value: object) -> Iterator[str]:
    """Every text in the claims."""
    if isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)
    else:
        yield str(value)


def test_it_holds_these_members_and_no_others() -> None:
    for under, node in nodes(write_credential(FACTS)):
        assert " ".join(sorted(node)) == MEMBERS[under], under


def test_no_clear_name_address_health_or_credits_stand_in_the_token() -> None:
    said = " ".join(texts([decoded(token_of(), place) for place in (0, 1)]))
    said = said.replace("https://credits.example.org", "").replace("did:web:credits.example.org", "")
    for name in ("Siân", "Sian", "O’Neill", "Neill", "Wyn"):
        assert name.casefold() not in said.casefold()
    # "credentials" is the one lawful word that begins so.
    assert not re.search(
        r"@(?!context)|health|illness|disab|benefit|universal credit|housing|homeless|convict|client|credits?\b|balance|birth",
        said,
        re.IGNORECASE,
    )


def test_the_person_is_another_number_in_every_credential() -> None:
    claims = write_credential(FACTS)
    assert claims["sub"] == claims["credentialSubject"]["id"] == f"urn:uuid:{FACTS.subject_id}"
    again = replace(FACTS, salt="another-salt-of-22-chars")
    assert FACTS.salt not in str(write_credential(again))
    assert name_hash(FACTS.holder_name, FACTS.salt) not in str(write_credential(again))


def test_neither_name_nor_salt_is_in_a_log_of_the_facts() -> None:
    assert "Siân" not in repr(FACTS)
    assert FACTS.salt not in repr(FACTS)


def test_the_same_facts_give_the_same_token() -> None:
    assert token_of() == token_of(replace(FACTS))
    elsewhere = replace(FACTS, issued_at=FACTS.issued_at.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert token_of(elsewhere) == token_of()


def test_the_header_names_the_algorithm_and_the_key_and_no_more() -> None:
    assert decoded(token_of(), 0) == {"alg": "EdDSA", "typ": "JWT", "kid": "did:web:credits.example.org#key-1"}


def test_every_word_is_defined_in_the_pinned_contexts() -> None:
    for claims in (write_credential(FACTS), list_claims()):
        assert claims["@context"] == list(CONTEXTS[: len(claims["@context"])])
        defined: dict[str, Any] = {}
        for address in CONTEXTS:  # a status list names the first only; "jti" is a claim of JWT's, which a checker takes out
            defined |= load_context(address)["@context"]
        for under, node in nodes(claims):
            types = node.get("type", [])
            words = set(defined)
            for each in [types] if isinstance(types, str) else types:
                assert each in defined, f"the type {each}"
                words |= set(defined[each].get("@context", {})) if isinstance(defined[each], dict) else set()
            assert set(node) - words <= {"@context"}, under


def test_the_registered_claims_repeat_the_members() -> None:
    claims = write_credential(FACTS)
    assert claims["iss"] == claims["issuer"]["id"] == FACTS.did
    assert claims["jti"] == claims["id"]
    assert claims["validFrom"] == "2026-03-02T09:30:00Z"
    assert datetime.fromtimestamp(claims["nbf"], UTC) == FACTS.issued_at


def test_every_result_has_its_description() -> None:
    subject = write_credential(FACTS)["credentialSubject"]
    described = [each["id"] for each in subject["achievement"]["resultDescription"]]
    assert [each["resultDescription"] for each in subject["result"]] == described
    assert len(set(described)) == 3


def test_what_can_not_be_written() -> None:
    with pytest.raises(ValueError, match="role"):
        replace(FACTS, roles=())
    with pytest.raises(ValueError, match="time zone"):
        replace(FACTS, issued_at=datetime(2026, 3, 2, 9, 30))


@given(st.integers(min_value=0, max_value=10**7))
def test_a_time_is_exact(minutes: int) -> None:
    hours, rest = duration_text(minutes).split(":")
    assert (int(hours) * 60 + int(rest), len(rest)) == (minutes, 2)


def test_an_instant_is_in_utc() -> None:
    assert instant_text(datetime(2026, 7, 1, 0, 30, 59, 999, timezone(timedelta(hours=1)))) == "2026-06-30T23:30:59Z"


@given(st.text(max_size=40).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text)), st.text("abcXYZ019-_"))
def test_a_hash_is_of_its_name_however_it_is_spaced_or_composed(name: str, salt: str) -> None:
    assert is_hash_of(name_hash(name, salt), f"  {name} ", salt)
    assert not is_hash_of(name_hash(name, salt), f"{name}x", salt)
    assert name_hash("Zoë  Łuk", salt) == name_hash("Zoe\u0308 Łuk", salt)


def test_the_hash_is_the_one_of_the_specification() -> None:
    assert name_hash("a@example.com", "Kosher") == "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
