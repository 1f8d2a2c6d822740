"""A digital credential from a letter to somebody who checks it with a program that is not ours, over the pages we serve."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from openbadgeslib.ob3 import OB3Verifier
from pypdf import PdfReader

from tests.journey.credentials.samples import edited, forged, unsigned
from tests.page_client import Page, PageClient
from tests.web.issued_letter import BASE_URL, Letter, issue_another, issue_letter
from tests.web.world import World
from timecredits.journey.credentials.did_document import did_of
from timecredits.journey.credentials.kept_keys import kept_keys
from timecredits.journey.models import Reference
from timecredits.web.database import db

DID = did_of(BASE_URL)


@pytest.fixture
def letter(app: Flask, world: World) -> Letter:
    return issue_letter(app, world)


@pytest.fixture
def served(app: Flask) -> Callable[[str], bytes]:
    """What stands at an address of ours, for somebody without an account."""

    def download(address: str) -> bytes:
        answer = app.test_client().get(urlsplit(address).path)
        assert answer.status_code == 200, address
        return answer.data

    return download


def token_of(client: PageClient, letter: Letter) -> str:
    return client.get(f"/my/letters/{letter.reference_id}/credential.jwt").response.text


def verify(token: str, served: Callable[[str], bytes]) -> Any:
    return OB3Verifier.for_issuer_did(DID, download=served).verify(token, check_status=True, download=served)


def test_its_person_saves_it_and_another_program_believes_it(
    client: PageClient, world: World, letter: Letter, served: Callable[[str], bytes]
) -> None:
    world.sign_in(client, "volunteer")
    page = client.get("/my/letters")
    assert f"/my/letters/{letter.reference_id}/credential.jwt" in page.response.text
    answer = client.get(f"/my/letters/{letter.reference_id}/credential.jwt").response
    assert answer.headers["Content-Type"] == "application/vc+jwt"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="credential.jwt"'
    assert verify(answer.text, served)


def test_the_letter_carries_the_same_one(client: PageClient, world: World, letter: Letter) -> None:
    world.sign_in(client, "volunteer")
    attached = PdfReader(io.BytesIO(letter.content)).attachments
    assert attached["credential.jwt"][0].decode() == token_of(client, letter)
    assert sorted(attached) == ["credential.jwt", "letter.json"]


def test_it_is_withdrawn_with_its_letter(
    client: PageClient, world: World, letter: Letter, served: Callable[[str], bytes]
) -> None:
    world.sign_in(client, "volunteer")
    token = token_of(client, letter)
    letter.withdraw()
    with pytest.raises(Exception, match="revocation"):
        verify(token, served)
    client.get(f"/my/letters/{letter.reference_id}/credential.jwt", status=404)
    assert "credential.jwt" not in client.get("/my/letters").response.text


def test_a_letter_of_corrected_hours_takes_the_place_of_the_one_before(
    client: PageClient, world: World, letter: Letter, served: Callable[[str], bytes]
) -> None:
    world.sign_in(client, "volunteer")
    before = token_of(client, letter)
    same = issue_another(letter)
    assert verify(before, served), "two letters with the same hours stand beside each other"
    letter.correct()
    after = issue_another(letter)
    with pytest.raises(Exception, match="revocation"):
        verify(before, served)
    client.get(f"/my/letters/{same.reference_id}/credential.jwt", status=404)
    assert verify(token_of(client, after), served)


def test_a_letter_in_confidence_has_none(app: Flask, client: PageClient, world: World, letter: Letter) -> None:
    world.sign_in(client, "volunteer")
    secret = issue_another(letter, confidential=True)
    client.get(f"/my/letters/{secret.reference_id}/credential.jwt", status=404)
    assert sorted(PdfReader(io.BytesIO(secret.content)).attachments) == ["letter.json"]
    with app.app_context():
        assert db.session.get_one(Reference, (world.programme_id, secret.reference_id)).confidential


def test_nobody_else_is_given_it(app: Flask, client: PageClient, world: World) -> None:
    other = issue_letter(app, world, elsewhere=True)
    world.sign_in(client, "volunteer")
    client.get(f"/my/letters/{other.reference_id}/credential.jwt", status=404)


def test_the_keys_are_there_before_the_first_letter(client: PageClient) -> None:
    answer = client.get("/.well-known/did.json").response
    assert answer.headers["Content-Type"] == "application/did+json"
    document = json.loads(answer.text)
    assert document["id"] == DID
    assert [method["id"] for method in document["verificationMethod"]] == [f"{DID}#key-1"]
    assert client.get("/.well-known/did.json").response.text == answer.text


@pytest.mark.parametrize("number", ["1", "1002", "99999999", "10" * 30])
@pytest.mark.usefixtures("letter")
def test_a_list_that_is_not_in_use_is_not_there(client: PageClient, number: str) -> None:
    client.get(f"/credentials/status/{number}", status=404)
    assert client.get("/credentials/status/1001").response.headers["Content-Type"] == "application/vc+jwt"


def upload(client: PageClient, content: bytes) -> Page:
    return client.get("/v").submit("Check this file", **{"file-letter": (io.BytesIO(content), "credential.jwt")})


def test_it_is_checked_by_uploading_it(client: PageClient, world: World, letter: Letter) -> None:
    world.sign_in(client, "volunteer")
    token = token_of(client, letter).encode()
    page = upload(client, token)
    for words in ("This letter is real", "Garden group", "2 hours", "digital badge"):
        assert words in page.text
    for hidden in ("Siân", "She notices people."):
        assert hidden not in page.text, "a badge names nobody, so what it opens doesn't either"
    assert [look.way for look in letter.looks()] == ["file"]
    letter.withdraw()
    page = upload(client, token)
    assert "no longer stands" in page.text
    assert "Garden group" not in page.text


@pytest.mark.parametrize(
    ("spoil", "heading"),
    [
        (edited, "This file is not the one we issued"),
        (unsigned, "This file is not the one we issued"),
        (lambda token: token[:-4], "This file is not the one we issued"),
        (forged, "This file is not the one we issued"),
        (lambda token: token.split(".")[0], "We do not know this file"),
        (lambda token: f"eyJ{token}", "We do not know this file"),
    ],
    ids=["edited", "alg none", "cut short", "another's key", "a header only", "garbage"],
)
def test_a_spoilt_one_is_told(
    client: PageClient, world: World, letter: Letter, spoil: Callable[[str], str], heading: str
) -> None:
    world.sign_in(client, "volunteer")
    page = upload(client, spoil(token_of(client, letter)).encode())
    assert page.heading == heading
    assert "Siân" not in page.text
    assert letter.looks() == []


def test_a_letter_in_confidence_leaves_the_badge_before_it_alone(
    client: PageClient, world: World, letter: Letter, served: Callable[[str], bytes]
) -> None:
    world.sign_in(client, "volunteer")
    token = token_of(client, letter)
    letter.correct()
    issue_another(letter, confidential=True)
    assert verify(token, served)
    assert token_of(client, letter) == token


def test_asking_for_the_keys_writes_nothing(app: Flask, client: PageClient) -> None:
    client.get("/.well-known/did.json")
    with app.app_context():
        assert kept_keys(db.session()) == {}
