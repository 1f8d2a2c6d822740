"""Somebody rings about a letter: staff type what the caller reads out, and read the answer aloud."""

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.web.issued_letter import Letter, issue_letter
from tests.web.world import World

HERE, PROGRAMME = "/coordinator/letters/phone", "/programme/letters/phone"
ADDRESSES = {"coordinator": HERE, "owner": HERE, "manager": PROGRAMME}


@pytest.fixture
def letter(app: Flask, world: World) -> Letter:
    return issue_letter(app, world)


def ring(client: PageClient, who: str, letter: Letter, surname: str = "Wyn", *, status: int = 200, at: str = "") -> Page:
    page = letter.world.sign_in(client, who).get(at or ADDRESSES[who])
    assert page.heading == "Check a letter on the phone"
    return page.submit("Check this letter", status=status, code=letter.code, surname=surname)


@pytest.mark.parametrize("who", ["coordinator", "owner", "manager"])
def test_the_answer_is_there_to_read_aloud_and_the_look_is_kept(client: PageClient, letter: Letter, who: str) -> None:
    page = ring(client, who, letter)
    assert "“Yes, we sent this letter, and it still stands.”" in page.text
    assert "2 hours in all" in page.text
    assert "Siân O'Neill-Wyn" in page.text
    assert [(look.way, look.answer) for look in letter.looks()] == [("phone", "valid")]


def test_corrected_and_withdrawn_letters_have_their_words(client: PageClient, letter: Letter) -> None:
    letter.correct()
    page = ring(client, "coordinator", letter)
    assert "“Yes, we sent this letter. But some hours on it were put right since." in page.text
    assert "1 hour in all" in page.text
    letter.withdraw()
    page = ring(client, "coordinator", letter)
    assert "it no longer stands. Please do not rely on it." in page.text
    assert "hour in all" not in page.text
    assert "Private reason" not in page.text


def test_letters_of_others_are_not_found_by_an_organisation_but_by_the_programme(
    app: Flask, world: World, client: PageClient, letter: Letter
) -> None:
    elsewhere = issue_letter(app, world, elsewhere=True, name="Łukasz Żak")
    wrong = ring(client, "coordinator", letter, "Price")
    foreign = ring(client, "coordinator", elsewhere, "Zak")
    assert "We can't find a letter with this code and this surname." in foreign.text
    assert foreign.text == wrong.text
    assert "Łukasz" not in foreign.text
    assert elsewhere.looks() == []
    assert ring(client, "coordinator", elsewhere, "Zak", at=PROGRAMME).text == wrong.text  # whoever asks, not where
    assert "Łukasz Żak" in ring(client, "manager", elsewhere, "Zak").text
    assert "Łukasz Żak" in ring(client, "manager", elsewhere, "Zak", at=HERE).text


@pytest.mark.usefixtures("steady_clock")
def test_the_phone_has_no_tries_of_its_own(client: PageClient, letter: Letter) -> None:
    for _ in range(5):
        ring(client, "coordinator", letter, "Price")
        PageClient(client.app).get("/v").submit("Check this letter", code=letter.code, surname="Price")
    page = ring(client, "coordinator", letter, status=429)
    assert "Too many tries with this code. We did not look." in page.text
    assert letter.looks() == []


@pytest.mark.parametrize("who", ["volunteer", "venue_manager"])
def test_nobody_else_may(client: PageClient, letter: Letter, who: str) -> None:
    for address in (HERE, PROGRAMME):
        letter.world.sign_in(client, who).get(address, status=403)
