"""The till's page without JavaScript, and the fragment that the one with JavaScript asks for."""

from datetime import date
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.spending.models import Offer, Redemption, RedemptionAttempt
from timecredits.web.database import db

BUTTON = "Take credits"


def typed_code(phone: PageClient) -> str:
    shown = phone.get("/my/code").soup.select_one(".tc-plate__typed")
    assert shown is not None
    return shown.get_text()


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def use(till: PageClient, code: str, **values: str) -> Page:
    return till.get("/till").submit(BUTTON, code=code, **values)


def test_only_this_page_may_use_the_camera(till: PageClient) -> None:
    assert "camera=(self)" in till.get("/till").response.headers["Permissions-Policy"]
    assert "camera=()" in till.get("/till/pair").response.headers["Permissions-Policy"]


def test_it_takes_credits_and_shows_what_and_whose(till: PageClient, phone: PageClient) -> None:
    page = use(till, typed_code(phone))
    assert "Done. 1 credit taken." in page.text
    assert "Siân O., Swim, one hour" in page.text
    assert "Neill" not in page.response.text
    assert "Taken last" in page.text
    assert "3 credits" not in page.text, "a till doesn't see balances"
    news = phone.get("/my/code")
    assert "1 credit used at Parkside Pool just now." in news.text
    assert "You have 2 credits left." in news.text
    assert "hello@riverside.example" in news.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_scan_at_the_calendar_s_edge_is_answered_again_the_same(till: PageClient, moment: str) -> None:
    page = till.get("/till")
    first, again = (page.submit(BUTTON, code="00000000", scanned_at=moment) for _ in range(2))
    assert "That code did not work" in first.text
    assert "That code did not work" in again.text


def test_restrictions_stand_on_the_page_before(till: PageClient) -> None:
    assert "Not on bank holidays." in till.get("/till").text


def test_sending_the_same_page_twice_takes_once(app: Flask, till: PageClient, phone: PageClient) -> None:
    page = till.get("/till")
    code = typed_code(phone)
    page.submit(BUTTON, code=code)
    again = page.submit(BUTTON, code=code)
    assert "Already done." in again.text
    assert "We did not take it again." in again.text
    assert count(app, Redemption) == 1


def test_a_family_comes(till: PageClient, phone: PageClient) -> None:
    assert "Done. 2 credits taken." in use(till, typed_code(phone), adults="1", under_16s="2").text


@pytest.mark.parametrize(
    ("adults", "sentence"), [("0", "Nobody was counted"), ("many", "Nobody was counted"), ("9", "up to 4 people")]
)
def test_a_party_that_can_not_be_is_told(till: PageClient, phone: PageClient, adults: str, sentence: str) -> None:
    page = use(till, typed_code(phone), adults=adults)
    assert sentence in page.text
    assert page.fields(BUTTON)["adults"] == (adults if adults.isdigit() else "0")


def test_a_code_that_took_nothing_stays_to_be_mended_and_a_used_one_goes(till: PageClient, phone: PageClient) -> None:
    assert use(till, "ZZZZ 9999").fields(BUTTON)["code"] == "ZZZZ 9999"
    assert use(till, typed_code(phone)).fields(BUTTON)["code"] == ""


def test_too_few_credits(till: PageClient, phone: PageClient) -> None:
    page = use(till, typed_code(phone), adults="4")
    assert "Not enough credits. This needs 4 credits. Nothing was taken." in page.text


def test_odd_things_are_answered_and_kept(app: Flask, till: PageClient, world: World) -> None:
    for code in ("", "ZZZZ 9999", str(world.volunteer_id), "A" * 10_000, "TC1:" + "A" * 34, "\N{SNOWMAN}"):
        assert "Nothing was taken." in use(till, code).text
    assert count(app, RedemptionAttempt) == 6
    assert count(app, Redemption) == 0
    till.post("/till/use", {**till.get("/till").fields(BUTTON), "id": "nonsense"}, status=400)
    foreign = use(till, "ZZZZ 9999", offer_id=str(uuid4()))
    assert "Nothing was taken." in foreign.text


def test_the_fragment_is_the_answer_and_the_list(till: PageClient, phone: PageClient) -> None:
    fields = till.get("/till").fields(BUTTON)
    response = till.http.post("/till/use", data={**fields, "code": typed_code(phone)}, headers={"X-Fragment": "result"})
    part = BeautifulSoup(response.text, "html.parser")
    assert part.select_one("html") is None
    answer = part.select_one("[data-answer]")
    assert answer is not None
    assert answer["data-outcome"] == "taken"
    assert part.select_one("[data-last] form") is not None


def test_undo_gives_back_and_the_code_works_again(app: Flask, till: PageClient, phone: PageClient) -> None:
    code = typed_code(phone)
    page = use(till, code)
    undone = page.submit("Wrong person")
    assert "Undone. 1 credit given back." in undone.text
    assert "just now" not in phone.get("/my/code").text
    assert "Done. 1 credit taken." in use(till, code).text
    assert count(app, Redemption) == 2


def test_another_tills_visit_can_not_be_undone(app: Flask, till: PageClient, phone: PageClient, world: World) -> None:
    from timecredits.spending.tills.pairing import begin_pairing, pair_till

    use(till, typed_code(phone))
    with app.app_context():
        session = db.session()
        redemption_id = session.scalars(select(Redemption.id)).one()
        paired = pair_till(session, begin_pairing(session, world.venue_id, till_name="Back door", made_by=None))
        assert paired is not None
        session.commit()
    other = PageClient(app)
    other.http.set_cookie("till", paired.token)
    token = other.get("/till").fields(BUTTON)["csrf_token"]
    data = {"csrf_token": token, "reason": "Wrong person"}
    theirs = other.post(f"/till/undo/{redemption_id}", data, status=404)
    missing = other.post(f"/till/undo/{uuid4()}", data, status=404)
    assert theirs.text == missing.text


def test_the_offer_chosen_last_stays_chosen(app: Flask, till: PageClient, phone: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        gym = Offer(
            programme_id=world.programme_id,
            id=new_id(),
            venue_id=world.venue_id,
            name="Gym",
            adult_minutes=120,
            created_at=clock.now(),
        )
        over = Offer(
            programme_id=world.programme_id,
            id=new_id(),
            venue_id=world.venue_id,
            name="Gala",
            adult_minutes=60,
            ends_on=date(2020, 1, 1),
            created_at=clock.now(),
        )
        session.add_all([gym, over])
        session.commit()
        gym_id = str(gym.id)
    page = till.get("/till")
    assert "Gala" not in page.text
    assert "offer_id" not in page.fields(BUTTON), "of several offers none is chosen beforehand"
    assert "Choose what it is for first. Nothing was taken." in page.submit(BUTTON, code=typed_code(phone)).text
    page = till.get("/till")
    assert "Done. 2 credits taken." in page.submit(BUTTON, code=typed_code(phone), offer_id=gym_id).text
    assert till.get("/till").fields(BUTTON)["offer_id"] == gym_id


def test_a_venue_with_nothing_on_says_so(app: Flask, till: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        session.get_one(Offer, (world.programme_id, world.offer_id)).paused_because = "closed"
        session.commit()
    assert "There is nothing to take credits for" in till.get("/till").text


def test_a_form_without_its_token_takes_nothing(app: Flask, till: PageClient, phone: PageClient) -> None:
    code = typed_code(phone)
    fields = till.get("/till").fields(BUTTON)
    till.post("/till/use", {**fields, "code": code, "csrf_token": "stale"}, status=400)
    assert count(app, Redemption) == 0
    fresh = till.http.get("/till/token").text
    assert "Done." in till.post("/till/use", {**fields, "code": code, "csrf_token": fresh}).text


def test_delete_is_not_a_thing_one_can_do(till: PageClient) -> None:
    assert till.http.delete("/till/use").status_code == 405
