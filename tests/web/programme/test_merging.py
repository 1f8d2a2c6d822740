"""The pages of a programme manager who makes one record of two."""

from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db


@pytest.fixture
def two(app: Flask, world: World) -> tuple[UUID, UUID]:
    with app.app_context():
        ids = [
            enrol_volunteer(
                db.session(), world.programme_id, world.organisation_id, first_name="Perpetua", last_name="Quill", number=number
            ).volunteer.id
            for number in ("Q1", "Q2")
        ]
        db.session.commit()
    return ids[0], ids[1]


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def test_two_are_found_merged_and_made_two_again(manager: PageClient, two: tuple[UUID, UUID]) -> None:
    page = manager.get("/programme/duplicates")
    assert "Perpetua Quill" in page.text
    assert "Same name" in page.text
    address = f"/programme/duplicates/{two[0]}/{two[1]}"
    asked = manager.get(address).click("Keep this record")
    assert "Nobody is told" in asked.text
    assert "Nothing was merged" in asked.submit("Make one record", reason="").text
    done = asked.submit("Make one record", reason="Same phone")
    assert "The two records are one now" in done.text
    assert "Same phone" in done.text
    assert "The two records are one now" in asked.submit("Make one record", reason="Same phone").text  # sent twice
    assert "No two records are alike" in manager.get("/programme/duplicates").text
    assert manager.get("/programme/merges").text.count("Can be taken back") == 1
    assert "merged already" in manager.get(address).text
    assert "There are two records again" in done.submit("Take the merge back").text
    assert "Perpetua Quill" in manager.get("/programme/duplicates").text


def test_a_pair_that_is_two_people_leaves_the_list_and_comes_back(manager: PageClient, two: tuple[UUID, UUID]) -> None:
    manager.get(f"/programme/duplicates/{two[0]}/{two[0]}", status=404)
    listed = manager.get(f"/programme/duplicates/{two[0]}/{two[1]}").submit("They are two people")
    assert "They stay two people" in listed.text
    assert "No two records are alike" in listed.text
    (form,) = listed.soup.select('form[action*="/two-people/"]')
    again = manager.post(str(form["action"]), data={"csrf_token": form.select_one("input")["value"]})  # type: ignore[index]
    assert "Compare the two" in again.text


def test_people_are_looked_up_without_a_name_in_the_address(manager: PageClient, two: tuple[UUID, UUID]) -> None:
    form = manager.get("/programme/duplicates/look-up")
    nobody = form.submit("Look them up", one="Q1", other="Nobody Here")
    assert "found nobody" in nobody.text
    assert nobody.fields("Look them up")["other"] == "Nobody Here"
    found = form.submit("Look them up", one="Q1", other="perpetua")
    assert str(two[1]) in str(found.form("Compare the two"))
    same = manager.get(f"/programme/duplicates/chosen?one={two[0]}&other={two[0]}")
    assert "two different records" in same.text
    both = manager.get(f"/programme/duplicates/chosen?one={two[0]}&other={two[1]}")
    assert "Keep this record" in both.text


@pytest.mark.parametrize("page", ["99999999999999999999999", "-5", "x", ""])
@pytest.mark.parametrize("path", ["/programme/merges", "/programme/duplicates", "/programme/organisations"])
def test_an_odd_page_number_is_no_fault_of_ours(client: PageClient, world: World, path: str, page: str) -> None:
    known = 404 if len(page) > 2 and path != "/programme/organisations" else 200
    world.sign_in(client, "manager").get(f"{path}?page={page}", status=known)
