"""Our own checker: it reads what we signed, refuses the rest with a reason, and never falls over."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.journey.credentials.samples import (
    ANOTHERS,
    DID,
    FACTS,
    ONE_KEY,
    TWO_KEYS,
    decoded,
    edited,
    forged,
    list_token,
    seed_of,
    segment_of,
    token_of,
    unsigned,
)
from timecredits.foundation.keys import Keyring
from timecredits.journey.credentials.credential_keys import (
    MAX_TOKEN,
    key_id,
    key_number,
    public_keys,
    sign_credential,
    signing_key,
)
from timecredits.journey.credentials.credential_reading import CredentialRefusal, ReadCredential, read_credential
from timecredits.journey.credentials.credential_writing import CredentialRole

TOKEN = token_of()
KEYS = public_keys(ONE_KEY)
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
names = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))
roles = st.builds(CredentialRole, names, days, days, st.integers(0, 10**6))


def read(token: str | bytes) -> ReadCredential | CredentialRefusal:
    return read_credential(token, KEYS, did=DID)


@given(
    organisation=names,
    roles=st.lists(roles, min_size=1, max_size=12),
    total=st.integers(0, 10**6),
    number=names,
    index=st.integers(0, 131_071),
    subject=st.uuids(),
    credential=st.uuids(),
)
def test_it_reads_what_was_written(
    organisation: str, roles: list[CredentialRole], total: int, number: str, index: int, subject: UUID, credential: UUID
) -> None:
    facts = replace(
        FACTS,
        organisation_name=organisation,
        roles=tuple(roles),
        total_minutes=total,
        reference_number=number,
        status_index=index,
        subject_id=subject,
        credential_id=credential,
    )
    said = read(token_of(facts))
    assert isinstance(said, ReadCredential)
    assert (said.organisation_name, said.reference_number, said.issued_at) == (organisation, number, FACTS.issued_at)
    assert (said.roles, said.total_minutes) == (tuple(roles), total)
    assert (said.credential_id, said.subject_id, said.key_number) == (credential, subject, 1)
    assert (said.status_list, said.status_index) == (FACTS.status_list, index)


def test_it_tells_whether_a_name_is_the_holders_and_not_the_name() -> None:
    said = read(TOKEN)
    assert isinstance(said, ReadCredential)
    assert said.is_about("Siân  O’Neill-Wyn")
    assert not said.is_about("Sian O'Neill-Wyn")
    assert FACTS.salt not in repr(said)


@pytest.mark.parametrize("brought", [f"\n {TOKEN}\r\n", TOKEN.encode(), f"{TOKEN}\n".encode()])
def test_white_space_around_it_is_forgiven(brought: str | bytes) -> None:
    assert read(brought) == read(TOKEN)


@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 255))
def test_any_changed_byte_is_refused(place: int, byte: int) -> None:
    changed = bytearray(TOKEN.encode())
    if changed[place] == byte:
        byte ^= 1
    changed[place] = byte
    assert isinstance(read(bytes(changed)), CredentialRefusal)


def test_no_other_spelling_of_the_last_letter_is_let_through() -> None:
    # The last letter of a signature carries 2 bits that count and 4 that don't.
    read_as_ours = [letter for letter in BASE64 if isinstance(read(TOKEN[:-1] + letter), ReadCredential)]
    assert read_as_ours == [TOKEN[-1]]


@given(st.integers(0, len(TOKEN) - 1), st.text(BASE64 + ".=", min_size=1, max_size=3), st.integers(0, 3))
def test_any_cut_or_added_letters_are_refused(place: int, added: str, cut: int) -> None:
    changed = TOKEN[:place] + added + TOKEN[place + cut :]
    if changed != TOKEN:
        assert isinstance(read(changed), CredentialRefusal)


@given(st.one_of(st.text(), st.binary(), st.text(BASE64 + ".=").map(lambda text: f"eyJ{text}")))
def test_whatever_is_brought_is_answered(brought: str | bytes) -> None:
    assert isinstance(read(brought), CredentialRefusal)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64"]), inner),
    )
)
def test_whatever_stands_in_the_header_is_answered(header: object) -> None:
    _, claims, signature = TOKEN.split(".")
    assert isinstance(read(f"{segment_of(header)}.{claims}.{signature}"), CredentialRefusal)


def spoilt(claims: dict[str, Any], value: object) -> Iterator[dict[str, Any]]:
    """The claims again and again, each time with `value` for another member, or without it."""

    def places(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        for step in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            yield (*path, step)
            yield from places(node[step], (*path, step))

    for path in places(claims, ()):
        copy = json.loads(json.dumps(claims))
        holder = copy
        for step in path[:-1]:
            holder = holder[step]
        if value is spoilt:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        if isinstance(copy.get("iss"), str):
            yield copy


@pytest.mark.parametrize("value", [spoilt, None, 0, -1, 10**20, "", "x", ":", [], {}, [[]], True])
def test_claims_of_another_shape_are_answered_even_under_our_signature(value: object) -> None:
    number, seed = signing_key(ONE_KEY)
    answers = [read(sign_credential(claims, number, seed)) for claims in spoilt(decoded(TOKEN), value)]
    assert CredentialRefusal.NOT_A_CREDENTIAL in answers


@pytest.mark.parametrize(
    ("brought", "refusal"),
    [
        ("", CredentialRefusal.NOT_A_CREDENTIAL),
        ("hello", CredentialRefusal.NOT_A_CREDENTIAL),
        ("\ud800", CredentialRefusal.NOT_A_CREDENTIAL),
        (b"%PDF-1.7\xff", CredentialRefusal.NOT_A_CREDENTIAL),
        ("[" * 1000 + ".e30.", CredentialRefusal.NOT_A_CREDENTIAL),
        (f"{segment_of([[[]]])}.e30.", CredentialRefusal.NOT_A_CREDENTIAL),
        ("W1tb" * 250 + ".e30.", CredentialRefusal.NOT_A_CREDENTIAL),
        ("x" * (MAX_TOKEN + 1), CredentialRefusal.TOO_LARGE),
        (f"{TOKEN}{' ' * MAX_TOKEN}", CredentialRefusal.TOO_LARGE),
        (unsigned(TOKEN), CredentialRefusal.WRONG_ALGORITHM),
        (edited(TOKEN), CredentialRefusal.ALTERED),
        (forged(TOKEN), CredentialRefusal.ALTERED),
        (TOKEN.rsplit(".", 1)[0] + ".", CredentialRefusal.ALTERED),
        (token_of(keyring=TWO_KEYS), CredentialRefusal.UNKNOWN_KEY),
        (token_of(replace(FACTS, did="did:web:evil.example"), keyring=ANOTHERS), CredentialRefusal.WRONG_ISSUER),
        (list_token(), CredentialRefusal.NOT_A_CREDENTIAL),
    ],
)
def test_refusals_and_their_reasons(brought: str | bytes, refusal: CredentialRefusal) -> None:
    assert read(brought) is refusal


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS256", "ES256", "Ed25519", "eddsa", None, ["EdDSA"], {}])
def test_no_other_algorithm_is_taken(algorithm: object) -> None:
    _, claims, signature = TOKEN.split(".")
    header = segment_of(decoded(TOKEN, 0) | {"alg": algorithm})
    assert read(f"{header}.{claims}.{signature}") is CredentialRefusal.WRONG_ALGORITHM


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        ({"typ": "vc+jwt"}, CredentialRefusal.NOT_A_CREDENTIAL),
        ({"jwk": {"kty": "OKP"}}, CredentialRefusal.NOT_A_CREDENTIAL),
        ({"crit": ["exp"]}, CredentialRefusal.NOT_A_CREDENTIAL),
        ({"kid": 1}, CredentialRefusal.NOT_A_CREDENTIAL),
        ({"kid": "#key-1"}, CredentialRefusal.WRONG_ISSUER),
        ({"kid": "did:web:credits.example.org.evil.example#key-1"}, CredentialRefusal.WRONG_ISSUER),
        ({"kid": f"{DID}#key-01"}, CredentialRefusal.UNKNOWN_KEY),
        ({"kid": f"{DID}#key-١"}, CredentialRefusal.UNKNOWN_KEY),
        ({"kid": f"{DID}#key-"}, CredentialRefusal.UNKNOWN_KEY),
        ({"kid": f"{DID}#key-{'9' * 500}"}, CredentialRefusal.UNKNOWN_KEY),
    ],
)
def test_the_header_is_the_one_we_write(header: dict[str, Any], refusal: CredentialRefusal) -> None:
    _, claims, signature = TOKEN.split(".")
    assert read(f"{segment_of(decoded(TOKEN, 0) | header)}.{claims}.{signature}") is refusal


def signed(claims: dict[str, Any]) -> str:
    """Claims under the header and the key of ours, put together without our code."""
    said = f"{segment_of(decoded(TOKEN, 0))}.{segment_of(claims)}"
    raw = Ed25519PrivateKey.from_private_bytes(seed_of(ONE_KEY, 1)).sign(said.encode())
    return f"{said}.{urlsafe_b64encode(raw).decode().rstrip('=')}"


def test_a_token_put_together_by_hand_is_read() -> None:
    assert read(signed(decoded(TOKEN))) == read(TOKEN)


def test_our_key_speaks_for_us_alone() -> None:
    assert read(signed(decoded(TOKEN) | {"iss": "did:web:other.example"})) is CredentialRefusal.WRONG_ISSUER
    assert read_credential(TOKEN, KEYS, did="did:web:other.example") is CredentialRefusal.WRONG_ISSUER


@pytest.mark.parametrize(
    "types", [["VerifiableCredential"], ["VerifiableCredential", "EndorsementCredential"], "OpenBadgeCredential"]
)
def test_what_else_our_key_signs_is_no_credential(types: object) -> None:
    assert read(signed(decoded(TOKEN) | {"type": types})) is CredentialRefusal.NOT_A_CREDENTIAL


def test_a_header_nested_deep_is_answered_where_the_stack_is_deep_too() -> None:
    nested = urlsafe_b64encode(b"[" * 768).decode()

    def below(frames: int) -> ReadCredential | CredentialRefusal:
        return below(frames - 1) if frames else read(f"{nested}.e30.")

    assert below(500) is CredentialRefusal.NOT_A_CREDENTIAL


def test_old_credentials_are_read_after_the_key_has_changed() -> None:
    alone = Keyring({2: TWO_KEYS.secrets[2]}, current=2)
    kept = {**KEYS, **public_keys(alone)}
    for token, number in ((TOKEN, 1), (token_of(keyring=alone), 2)):
        said = read_credential(token, kept, did=DID)
        assert isinstance(said, ReadCredential)
        assert said.key_number == number
    assert read_credential(TOKEN, public_keys(alone), did=DID) is CredentialRefusal.UNKNOWN_KEY


@given(st.integers(0, 10**9 - 1))
def test_a_key_id_leads_back_to_its_number(number: int) -> None:
    assert key_number(DID, key_id(DID, number)) == number


def test_a_number_too_long_to_be_one_is_none() -> None:
    assert key_number(DID, f"{DID}#key-{'9' * 5000}") is None
