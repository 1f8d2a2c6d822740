from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.support_entries import FOOD_BANK, add
from tests.web.world import World
from timecredits.community.directory.helplines import NATIONAL_HELPLINES
from timecredits.community.directory.keeping import mark_reviewed, remove_entry, set_shown
from timecredits.community.directory.topics import ACCESS, LANGUAGES, TOPICS
from timecredits.community.directory_models import SupportReport
from timecredits.foundation import clock
from timecredits.network.programmes import create_programme
from timecredits.web.database import db
from timecredits.web.public.support import MOST_PRINTED

START = "/in/fenland/support"


@pytest.fixture
def food_bank(app: Flask, world: World) -> UUID:
    return add(app, world.programme_id, world.organisation_id)


def rings(page: Page) -> list[str]:
    return [str(each["href"]) for each in page.soup.select('main a[href^="tel:"]')]


def names(page: Page) -> list[str]:
    return [each.get_text(" ", strip=True) for each in page.soup.select(".tc-support h3")]


def test_two_taps_from_the_first_page_to_a_call(client: PageClient, food_bank: UUID) -> None:
    assert food_bank
    page = client.get(START)
    assert {"tel:999", "tel:111", "tel:116123"} <= set(rings(page))
    assert "tel:01632960111" in rings(page.click("Food"))


def test_a_misspelt_word_is_forgiven_and_the_page_says_so(client: PageClient, food_bank: UUID) -> None:
    assert food_bank
    page = client.get(START).submit("Search", q="fod bnak")
    assert names(page) == ["Ely Food Bank"]
    assert "Here is what we found for: food bank" in page.text
    assert "Here is what we found for" not in client.get(f"{START}?q=food").text


def test_helplines_stand_on_every_page(app: Flask, client: PageClient, world: World, food_bank: UUID) -> None:
    add(app, world.programme_id, None, replace(FOOD_BANK, name="Fen Line", phone="0800 960960", is_helpline=True))
    for path in (START, f"{START}?q=zzzz", f"{START}?topic=food", f"{START}/{food_bank}", f"{START}/print"):
        found = rings(client.get(path))
        assert found.index("tel:999") < 9, path
        assert "tel:0800960960" in found, path


def test_helplines_about_what_is_looked_for_come_first(client: PageClient, food_bank: UUID) -> None:
    assert food_bank
    assert rings(client.get(f"{START}?topic=housing"))[0] == "tel:08088004444"


@pytest.mark.parametrize("helpline", NATIONAL_HELPLINES, ids=lambda each: each.key)
def test_a_helpline_can_be_reached_and_has_a_source(helpline: object) -> None:
    each = helpline
    assert each.dial or (each.text[0] and each.text[1].isdigit())  # type: ignore[attr-defined]
    assert each.source  # type: ignore[attr-defined]
    assert set(each.topics) <= set(TOPICS)  # type: ignore[attr-defined]


def test_one_service_with_everything(app: Flask, client: PageClient, world: World) -> None:
    every = replace(
        FOOD_BANK,
        who_for="Anybody.\nNo letter needed.",
        how_to_start="Walk in.",
        when_text="Not on bank holidays.",
        text_number="07700 900111",
        email="hello@foodbank.example",
        topics=tuple(TOPICS),
        languages=tuple(LANGUAGES),
        access_facts=tuple(ACCESS),
        always_open=True,
        cost_words="Tins are welcome",
    )
    page = client.get(f"{START}/{add(app, world.programme_id, world.organisation_id, every)}")
    for words in ("Anybody.", "Walk in.", "Not on bank holidays.", "Day and night", "Polish", "Step-free", "Riverside Trust"):
        assert words in page.text
    web = page.soup.select_one('a[href="https://foodbank.example"]')
    assert web is not None
    assert set(web["rel"]) == {"noopener", "noreferrer", "nofollow"}
    assert not page.soup.select("link[rel~=prefetch], link[rel~=dns-prefetch], link[rel~=preconnect]")
    assert page.heading == "Find support"
    assert "sms:07700900111" in page.response.text


def test_an_old_entry_says_ring_first(app: Flask, client: PageClient, world: World, food_bank: UUID) -> None:
    with app.app_context(), clock.standing_at(clock.now() - timedelta(days=300)):
        mark_reviewed(db.session(), world.programme_id, food_bank, actor_id=None)
        db.session.commit()
    for path in (f"{START}?q=food", f"{START}/{food_bank}"):
        assert "Ring first: last checked on" in client.get(path).text


def test_what_nobody_may_see_is_not_found(app: Flask, client: PageClient, world: World, food_bank: UUID) -> None:
    with app.app_context():
        create_programme(db.session(), name="Broads", slug="broads")
        db.session.commit()
    removed, hidden = (add(app, world.programme_id, None, replace(FOOD_BANK, name=each)) for each in ("Old", "Hidden"))
    with app.app_context():
        remove_entry(db.session(), world.programme_id, removed, actor_id=None)
        set_shown(db.session(), world.programme_id, hidden, shown=False, actor_id=None)
        db.session.commit()
    for place in (
        f"{START}/{removed}",
        f"{START}/{hidden}",
        f"{START}/{uuid4()}",
        f"/in/broads/support/{food_bank}",
        f"/in/nowhere/support/{food_bank}",
    ):
        client.get(place, status=404)
        client.get(f"{place}/wrong", status=404)
    client.get("/in/nowhere/support", status=404)
    client.get(f"{START}?q=food&page=7", status=404)


def test_nothing_found_says_what_to_do(client: PageClient, food_bank: UUID) -> None:
    assert food_bank
    page = client.get(f"{START}?q=zzzzzz&topic=lgbt&only=open")
    assert "We found nothing like that" in page.text
    assert "helplines above" in page.text
    assert page.fields("Search")["q"] == "zzzzzz"


def test_an_empty_directory_still_has_numbers(client: PageClient, world: World) -> None:
    assert world
    page = client.get(f"{START}?show=all")
    assert "Nothing is here yet" in page.text
    assert "tel:116123" in rings(page)


@pytest.mark.parametrize(
    "query",
    [
        "q=%22&topic=%27&language=x&access=%7F&near=%F0%9F%99%82&within=-1&only=zzz&page=-1",
        "q=" + "x" * 5_000,
        "page=999999999999",
        "near=ZZ99",
        "only=open&only=free&only=online&near=CB7&within=25",
    ],
)
def test_odd_addresses(client: PageClient, food_bank: UUID, query: str) -> None:
    assert food_bank
    client.get(f"{START}?{query}")


def test_of_a_postcode_only_the_first_half_stays(client: PageClient, food_bank: UUID) -> None:
    assert food_bank
    page = client.get(f"{START}?near=cb7+4df&q=food")
    assert names(page) == ["Ely Food Bank"]
    assert "near=CB7" in page.response.request.full_path
    assert "4df" not in page.response.request.full_path
    assert "We do not know where ZZ99 is" in client.get(f"{START}?near=ZZ99").text


def test_the_list_for_paper(client: PageClient, food_bank: UUID) -> None:
    assert food_bank
    page = client.get(f"{START}?q=food").click("The list for paper")
    assert "Ely Food Bank" in page.text
    assert "Ring 01632 960111" in page.text
    assert "Samaritans" in page.text
    assert "We found nothing like that" in client.get(f"{START}/print?q=zzzz").text


def test_a_reader_says_that_a_link_is_dead(app: Flask, client: PageClient, food_bank: UUID) -> None:
    page = client.get(f"{START}/{food_bank}").click("Tell us this is wrong")
    assert "Choose what is wrong. Nothing was sent." in page.submit("Tell us").text
    told = page.submit("Tell us", fault="link")
    assert "They will look at it." in told.text
    assert "that this link does not work" in told.text
    again = page.submit("Tell us", fault="link")
    assert "Somebody told us that before you." in again.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SupportReport)) == 1


def test_a_flood_of_reports_ends(app: Flask, client: PageClient, food_bank: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timecredits.community.directory.reports.MOST_A_DAY", 2)
    with clock.standing_at(clock.now().replace(hour=12)):
        page = client.get(f"{START}/{food_bank}/wrong")
        for fault in ("link", "phone", "times"):
            answer = page.submit("Tell us", fault=fault)
    assert "Nothing was sent. Please try again tomorrow." in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SupportReport)) == 2


def test_a_long_directory_stays_small_and_has_pages(app: Flask, client: PageClient, world: World) -> None:
    long = replace(FOOD_BANK, summary="A warm room. " * 70, who_for="Anybody. " * 100)
    for number in range(22):
        add(app, world.programme_id, None, replace(long, name=f"Warm room {number:02}"))
    first = client.get(f"{START}?q=warm")
    assert len(names(first)) == 20
    assert len(first.response.data) < 100_000
    assert names(first.click("More")) == ["Warm room 20", "Warm room 21"]


def test_the_list_for_paper_stays_small_and_says_that_there_is_more(app: Flask, client: PageClient, world: World) -> None:
    long = replace(FOOD_BANK, summary="A warm room. " * 70, how_to_start="Walk in. " * 100, when_text="Each day. " * 90)
    for number in range(MOST_PRINTED + 1):
        add(app, world.programme_id, None, replace(long, name=f"Warm room {number:03}"))
    page = client.get(f"{START}/print?q=warm")
    assert len(page.response.data) < 100_000
    assert f"These are the first {MOST_PRINTED}." in page.text


def test_find_support_is_known_to_the_page_that_asks_where(client: PageClient, world: World) -> None:
    assert world
    assert client.get("/to/support").path == START
