"""Credentials as they are stored: issued with a letter, revoked with it, and never without the key that signed them."""

import secrets
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey
from joserfc.jws import extract_compact
from sqlalchemy import select

from tests.journey.charity import Charity
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.journey.credential_models import CredentialKey, DigitalCredential
from timecredits.journey.credentials.credential_issuing import credential_of, make_credential, revoke_credentials
from timecredits.journey.credentials.credential_keys import payload_of
from timecredits.journey.credentials.credential_reading import ReadCredential, read_credential
from timecredits.journey.credentials.kept_keys import current_key, kept_keys
from timecredits.journey.credentials.status_list import LEAST_LENGTH, encoded_list, status_list_bits
from timecredits.journey.credentials.status_lists import programme_number_of_list, signed_status_list, status_list_address
from timecredits.journey.letters.issuing import preview_letter
from timecredits.network.models import Programme
from timecredits.network.programmes import create_programme

BASE = "https://letters.example.org"
DID = "did:web:letters.example.org"
OLD = Keyring({1: b"o" * 32})
NEW = Keyring({1: b"o" * 32, 2: b"n" * 32}, current=2)
ONLY_NEW = Keyring({2: b"n" * 32}, current=2)


def issue(charity: Charity, keyring: Keyring = OLD) -> DigitalCredential:
    draft = charity.draft()
    record: dict[str, Any] = {**preview_letter(charity.session, draft), "reference_number": "TC-2026-ABC234"}
    programme = charity.session.get_one(Programme, charity.programme_id)
    credential = make_credential(charity.session, programme, draft, record, base_url=BASE, keyring=keyring)
    charity.session.add(credential)
    charity.session.flush()
    return credential


def status(charity: Charity, n: int, keyring: Keyring = OLD) -> str:
    return signed_status_list(charity.session, n, base_url=BASE, keyring=keyring)


def test_it_says_what_the_letter_says_and_no_name(charity: Charity) -> None:
    credential = issue(charity)
    read = read_credential(credential.token, kept_keys(charity.session), did=DID)
    assert isinstance(read, ReadCredential)
    assert read.credential_id == credential.id
    assert read.total_minutes == 390
    assert [(role.name, role.minutes) for role in read.roles] == [("Garden lead", 300), ("Kitchen helper", 90)]
    assert read.organisation_name == "Lantern House CIC"
    assert read.is_about("Siân O'Neill-Wyn")
    payload = payload_of(credential.token, kept_keys(charity.session)[1]) or b""
    assert b"mental" not in payload.lower()
    assert b"Neill" not in payload


def test_its_place_in_the_list_is_set_when_it_is_revoked_and_only_then(charity: Charity) -> None:
    credential, other = issue(charity), issue(charity)
    programme = charity.session.get_one(Programme, charity.programme_id)
    n = int(status_list_address(BASE, programme.number, credential.list_number).rsplit("/", 1)[1])
    keys = kept_keys(charity.session)
    assert encoded_list(status_list_bits(LEAST_LENGTH, [])).encode() in (payload_of(status(charity, n), keys[1]) or b"")
    revoke_credentials(charity.session, charity.programme_id, [credential.reference_id])
    moment = charity.session.get_one(DigitalCredential, (charity.programme_id, credential.id)).revoked_at
    revoke_credentials(charity.session, charity.programme_id, [credential.reference_id])
    assert credential.revoked_at == moment is not None
    assert other.revoked_at is None
    expected = encoded_list(status_list_bits(LEAST_LENGTH, [credential.list_index]))
    assert expected.encode() in (payload_of(status(charity, n), keys[1]) or b"")


@pytest.mark.parametrize("n", [0, 1, 999, 1002, 2001, 65_535_001, 10**15])
def test_a_list_that_is_not_in_use_is_not_there(charity: Charity, n: int) -> None:
    issue(charity)
    with pytest.raises(NotFoundError):
        status(charity, n)


def test_a_key_gets_its_number_once_and_keeps_it_when_its_secret_is_gone(charity: Charity) -> None:
    before = issue(charity, OLD)
    after = issue(charity, NEW)
    assert (before.key_number, after.key_number) == (1, 2)
    assert issue(charity, ONLY_NEW).key_number == 2
    assert current_key(charity.session, OLD)[0] == 1
    assert sorted(kept_keys(charity.session)) == [1, 2]
    for credential in (before, after):
        assert isinstance(read_credential(credential.token, kept_keys(charity.session), did=DID), ReadCredential)
        header = extract_compact(credential.token.encode()).headers()
        assert header["kid"] == f"{DID}#key-{credential.key_number}"
    public = charity.session.scalars(select(CredentialKey.public_key).order_by(CredentialKey.number)).first()
    assert public is not None
    assert OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _base64(public)}).as_dict(private=False)


def test_a_list_that_is_full_is_followed_by_a_next_one(charity: Charity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _length: 7)
    first, second, third = issue(charity), issue(charity), issue(charity)
    assert [(each.list_number, each.list_index) for each in (first, second, third)] == [(1, 7), (2, 7), (3, 7)]
    assert f"/credentials/status/{1002}".encode() in (payload_of(second.token, kept_keys(charity.session)[1]) or b"")
    assert programme_number_of_list(1002) == (1, 2)


def test_only_the_person_it_is_about_is_given_it_and_not_once_it_is_revoked(charity: Charity) -> None:
    credential = issue(charity)
    programme, volunteer, reference = charity.programme_id, charity.volunteer_id, credential.reference_id
    assert credential_of(charity.session, programme, volunteer, reference).token == credential.token
    elsewhere = create_programme(charity.session, name="Elsewhere", slug="elsewhere").id
    others: list[tuple[UUID, UUID, UUID]] = [
        (programme, new_id(), reference),
        (programme, volunteer, new_id()),
        (elsewhere, volunteer, reference),
    ]
    for place in others:
        with pytest.raises(NotFoundError):
            credential_of(charity.session, *place)
    revoke_credentials(charity.session, programme, [reference])
    with pytest.raises(NotFoundError):
        credential_of(charity.session, programme, volunteer, reference)


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
