"""A volunteer shares letters: one tap from a letter, a link to copy, changed, ended, and who looked."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.issued_letter import Letter, issue_another, issue_letter
from tests.web.world import World
from timecredits.foundation import clock


@pytest.fixture
def letter(app: Flask, world: World) -> Letter:
    return issue_letter(app, world)


def address_on(page: object) -> str:
    return str(page.soup.select_one("#address")["value"])  # type: ignore[attr-defined]


def test_one_letter_is_shared_with_one_name_typed(me: PageClient, client: PageClient, letter: Letter) -> None:
    form = me.get(f"/my/packs/new?letter={letter.reference_id}")
    assert form.fields("Make my link")["letter_1"] == str(letter.reference_id)
    page = form.submit("Make my link", title="Hospital porter")
    assert page.heading == "Letters you share"
    assert "Nobody has it yet" in page.text
    last = clock.today() + timedelta(days=28)
    assert f"{last.day} {last:%B} {last.year}" in page.text
    address = address_on(page)
    assert address.startswith("http://127.0.0.1:8000/s/")
    shown = PageClient(client.app).get(address.removeprefix("http://127.0.0.1:8000"))
    assert letter.number in shown.text
    assert page.soup.select_one("details svg title")
    mail = unquote(page.link("Send by my own email"))
    assert address in mail
    for hidden in ("Siân", "Hospital", letter.number, "@"):
        assert hidden not in mail, hidden


def test_a_double_save_makes_one_link(me: PageClient, letter: Letter) -> None:  # noqa: ARG001
    form = me.get("/my/packs/new")
    first, second = (form.submit("Make my link", title="Porter") for _ in range(2))
    assert first.path == second.path
    assert me.get("/my/packs").response.text.count("/my/packs/0") == 1


def test_the_letter_in_the_address_may_be_anything(me: PageClient, letter: Letter) -> None:
    for odd in ("x", "", "00000000-0000-0000-0000-000000000000", "%F0%9F%98%80"):
        form = me.get(f"/my/packs/new?letter={odd}&referees=99999&known_months=x")
        assert form.fields("Make my link")["letter_1"] == str(letter.reference_id)


def test_without_a_letter_nothing_can_be_shared(me: PageClient, letter: Letter) -> None:
    letter.hide()
    page = me.get("/my/packs/new")
    assert "No letter to share yet" in page.text
    assert "Nothing was shared." in page.text
    assert "You share nothing" in me.get("/my/packs").text


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(me: PageClient, letter: Letter) -> None:
    issue_another(letter)
    form = me.get(f"/my/packs/new?letter={letter.reference_id}")
    for values, field, words in (
        ({"title": ""}, "title", "Give it a name"),
        ({"letter_2": str(letter.reference_id)}, "letter_2", "You chose this letter twice."),
        ({"letter_1": ""}, "letter_1", "Choose a letter to share."),
        ({"letter_1": str(letter.world.offer_id)}, "letter_1", "This letter can't be shared"),
        ({"ends_on": ["1", "1", "2020"]}, "ends_on-day", "That day has passed."),
        ({"ends_on": ["1", "1", "2999"]}, "ends_on-day", "A link lasts a year at most."),
        ({"ends_on": ["31", "2", "2027"]}, "ends_on-day", "Type a day that exists"),
        ({"ends_on": ["", "", ""]}, "ends_on-day", "Type"),
    ):
        page = form.submit("Make my link", **{"title": "Porter", **values})
        error = page.soup.select_one(".govuk-error-summary a")
        assert error is not None, values
        assert (error["href"], words in error.get_text()) == (f"#{field}", True), (values, error)
        if "title" not in values:
            assert page.fields("Make my link")["title"] == "Porter"
    assert "You share nothing" in me.get("/my/packs").text


def test_what_the_employer_asked_goes_with_the_letters(me: PageClient, client: PageClient, letter: Letter) -> None:
    form = me.get(f"/my/packs/new?letter={letter.reference_id}&referees=2&known_months=24&preset=nhs")
    assert "2 people who can give a reference." in form.text
    page = form.submit("Make my link", title="Porter")
    shown = PageClient(client.app).get(address_on(page).removeprefix("http://127.0.0.1:8000"))
    assert "What was asked for" in shown.text
    assert "2 people who can give a reference." in shown.text


def test_letters_and_day_change_and_the_address_stays(me: PageClient, letter: Letter) -> None:
    second = issue_another(letter, signer="Ana Reyes")
    pack_id, _code = letter.shared(second)
    before = address_on(me.get(f"/my/packs/{pack_id}"))
    form = me.get(f"/my/packs/{pack_id}").click("Change letters or day")
    sent = form.fields("Save")
    assert (sent["letter_1"], sent["letter_2"]) == (str(letter.reference_id), str(second.reference_id))
    page = form.submit("Save", letter_1=str(second.reference_id), letter_2="", title="Night porter")
    assert "Saved. The link is the same as before." in page.text
    assert address_on(page) == before
    assert "Ana Reyes" in page.text
    assert "Jo Reed" not in page.text
    assert "Night porter" in page.text


def test_an_ended_link_says_so_and_stays_ended(me: PageClient, client: PageClient, letter: Letter) -> None:
    pack_id, code = letter.shared()
    page = me.get(f"/my/packs/{pack_id}").submit("End this link now")
    assert "You ended this link on" in page.text
    assert page.soup.select_one("#address") is None
    assert me.get(f"/my/packs/{pack_id}/change").path == f"/my/packs/{pack_id}"
    assert "You ended it" in me.get("/my/packs").text
    PageClient(client.app).get(f"/s/{code}", status=404)


def test_a_link_that_ran_out_can_be_given_longer(me: PageClient, letter: Letter) -> None:
    with clock.standing_at(clock.now() - timedelta(days=60)):
        pack_id, _code = letter.shared(days=0)
    page = me.get(f"/my/packs/{pack_id}")
    assert "This link ended on" in page.text
    page = page.click("Give it a later day").submit("Save")
    assert "It works until" in page.text


def test_who_looked_is_listed_without_who(me: PageClient, client: PageClient, letter: Letter) -> None:
    pack_id, code = letter.shared()
    assert "Nobody has opened this link yet." in me.get(f"/my/packs/{pack_id}").text
    reader = PageClient(client.app)
    page = reader.get(f"/s/{code}")
    page.click("Open as one file")
    page.click(f"Open letter {letter.number}")
    page = me.get(f"/my/packs/{pack_id}")
    assert "This link was opened 3 times." in page.text
    for wanted in ("The page", "All letters as one file", "The file of one letter"):
        assert wanted in page.text, wanted
    assert "opened 3 times" in me.get("/my/packs").text


def test_every_check_of_a_letter_is_listed(me: PageClient, client: PageClient, letter: Letter) -> None:
    address = f"/my/letters/{letter.reference_id}/looks"
    assert "Nobody has checked it yet" in me.get(address).text
    _pack, code = letter.shared()
    reader = PageClient(client.app)
    reader.get(f"/v/{letter.secret}")
    reader.get(f"/s/{code}")
    page = me.get(address)
    assert "2 times" in page.text
    for wanted in ("The square code was scanned", "A link of yours was opened", "Real, and it still stands"):
        assert wanted in page.text, wanted


def test_what_is_mine_is_nobody_elses(client: PageClient, letter: Letter) -> None:
    pack_id, _code = letter.shared()
    other = letter.world.sign_in(client, "other_volunteer")
    token = other.get("/my/packs").fields("Sign out")
    for address in (f"/my/packs/{pack_id}", f"/my/packs/{pack_id}/change", f"/my/letters/{letter.reference_id}/looks"):
        other.get(address, status=404)
    other.post(f"/my/packs/{pack_id}/end", token, status=404)
