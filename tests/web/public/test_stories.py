"""Reading stories, and writing under them without an account."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.web.told_story import AREA, TITLE, send, tell
from tests.web.world import World
from timecredits.community.comments.limits import MOST_OF_A_BROWSER
from timecredits.community.comments.moderating import decide, waiting
from timecredits.community.stories.telling import take_down
from timecredits.foundation import clock
from timecredits.web.comment_fields import LATEST
from timecredits.web.database import db

WORDS = "We laughed a lot. Zanzibar."
SEND = "Send my words"


pytestmark = pytest.mark.usefixtures("steady_clock")


@pytest.fixture
def story_id(app: Flask, world: World) -> UUID:
    return tell(app, world)


def _write(page: Page, *, after: timedelta = timedelta(minutes=1), **typed: str) -> Page:
    """Send the form some time after it was opened."""
    with clock.standing_at(clock.now() + after):
        return page.submit(SEND, **{"words": WORDS, "name": "Robin", **typed})


def _form(client: PageClient, story_id: UUID) -> Page:
    return client.get(f"/in/{AREA}/stories/{story_id}").click("Write a comment")


def _decide(app: Flask, world: World, comment_id: UUID, *, shown: bool) -> None:
    with app.app_context():
        decide(
            db.session(),
            world.programme_id,
            comment_id,
            actor_id=world.users["owner"],
            shown=shown,
            reason="names",
            organisation_id=world.organisation_id,
        )
        db.session.commit()


@pytest.mark.usefixtures("story_id")
def test_stories_are_found_from_anywhere(client: PageClient) -> None:
    page = client.get("/to/stories").click(TITLE)
    assert page.heading == TITLE
    assert "It was <b>good</b>." in page.text
    assert not page.soup.select("main b")


@pytest.mark.usefixtures("world")
def test_no_stories_yet(client: PageClient) -> None:
    assert "No stories yet" in client.get(f"/in/{AREA}/stories").text


def test_what_is_not_shown_is_not_there(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    with app.app_context():
        take_down(db.session(), world.programme_id, world.organisation_id, story_id, actor_id=None)
        db.session.commit()
    for path in (f"/in/{AREA}/stories/{story_id}", f"/in/{AREA}/stories/{story_id}/comment", f"/in/{AREA}/stories/{uuid4()}"):
        client.get(path, status=404)
    client.get(f"/in/nowhere/stories/{story_id}", status=404)
    client.get(f"/in/{AREA}/stories/{story_id}/picture.jpg", status=404)


def test_a_visitor_writes_and_sees_where_it_stands(client: PageClient, story_id: UUID) -> None:
    form = _form(client, story_id)
    assert "They never see your email" in form.text
    sent = _write(form)
    assert sent.heading == "Thank you. Somebody reads it first."
    assert WORDS not in client.get(f"/in/{AREA}/stories/{story_id}").text
    where = sent.click("See where your words stand")
    assert "not shown yet" in where.text
    assert WORDS in where.text
    assert "Robin" not in where.path
    gone = where.submit("Take my words back")
    assert "gone for good" in gone.text
    assert WORDS not in gone.text


def test_a_second_tap_sends_once(client: PageClient, story_id: UUID) -> None:
    form = _form(client, story_id)
    _write(form)
    again = _write(form)
    assert again.heading == "You sent this before"
    assert again.link("See where your words stand")  # the same browser keeps its link


def test_a_stranger_gets_nobodys_link(app: Flask, client: PageClient, story_id: UUID) -> None:
    _write(_form(client, story_id))
    stranger = PageClient(app)
    again = _write(_form(stranger, story_id))
    assert again.heading == "You sent this before"
    assert "Keep this link" not in again.text


def test_an_appeal_once(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    where = _write(_form(client, story_id)).click("See where your words stand")
    with app.app_context():
        [one] = waiting(db.session(), app.config["KEYRING"], world.programme_id, organisation_id=world.organisation_id).comments
    _decide(app, world, one.id, shown=False)
    where = client.get(where.path)
    assert "it names somebody else" in where.text
    assert "Say in a few words why" in where.submit("Ask for another look", words=" ").text
    after = where.submit("Ask for another look", words="It is my own name.")
    assert "You asked for another look" in after.text
    assert "once" in where.submit("Ask for another look", words="Again.").text


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("code", ["x", "A" * 47, "é"])
def test_a_link_that_we_did_not_make_opens_nothing(client: PageClient, code: str) -> None:
    client.get(f"/comments/{code}", status=404)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"words": ""}, "Write a few words first"),
        ({"words": "https://a.example " * 40}, "at most 2 web addresses"),
        ({"words": "x" * 2001}, "You typed 2,001"),
        ({"name": "robin@example.org"}, "Do not use an email"),
        ({"name": ""}, "Type the name to show"),
        ({"website": "https://buy.example"}, "Leave this box empty"),
    ],
)
def test_what_is_not_taken_loses_nothing_typed(client: PageClient, story_id: UUID, typed: dict[str, str], sentence: str) -> None:
    page = _write(_form(client, story_id), **typed)
    assert page.soup.select_one("title").text.startswith("Error")  # type: ignore[union-attr]
    assert sentence in page.text
    kept = page.fields(SEND)
    assert kept["words"].strip() == {"words": WORDS, **typed}["words"].strip()
    assert kept["name"] == {"name": "Robin", **typed}["name"]


def test_a_megabyte_comes_back_short_with_a_sentence(client: PageClient, story_id: UUID) -> None:
    page = _write(_form(client, story_id), words="word " * 200_000)
    assert "You typed 1,000,000" in page.text
    assert "only the first part" in page.text
    assert len(page.fields(SEND)["words"]) <= 2000
    assert len(page.response.data) < 100_000


def test_script_and_direction_marks_stay_words(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    comment_id = send(app, world, story_id, "<script>alert(1)</script> \u202etxet", name="<i>Bo</i>")
    _decide(app, world, comment_id, shown=True)
    page = client.get(f"/in/{AREA}/stories/{story_id}")
    assert "<script>alert(1)</script> txet" in page.text
    assert "\u202e" not in page.response.text
    assert not page.soup.select("main i, main article script")


def test_links_stand_as_words(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    comment_id = send(app, world, story_id, "See https://a.example/x")
    _decide(app, world, comment_id, shown=True)
    page = client.get(f"/in/{AREA}/stories/{story_id}")
    assert "https://a.example/x" in page.text
    assert not page.soup.select('a[href*="a.example"]')


def test_a_machine_that_sends_at_once_is_asked_again(client: PageClient, story_id: UUID) -> None:
    page = _write(_form(client, story_id), after=timedelta(0))
    assert "very fast" in page.text
    assert _write(page, after=timedelta(seconds=3)).heading.startswith("Thank you")


def test_a_page_left_open_for_long_is_sent_again(client: PageClient, story_id: UUID) -> None:
    form = _form(client, story_id)
    later = LATEST + timedelta(minutes=1)
    with clock.standing_at(clock.now() + later):
        page = form.submit(SEND, words=WORDS, name="Robin")
        assert "open for long" in page.text
        assert page.fields(SEND)["words"].strip() == WORDS
        assert _write(page).heading.startswith("Thank you")


def test_a_forged_moment_is_none(client: PageClient, story_id: UUID) -> None:
    assert "open for long" in _write(_form(client, story_id), opened="1700000000.abc").text


def test_a_browser_has_so_many_an_hour(client: PageClient, story_id: UUID) -> None:
    for number in range(MOST_OF_A_BROWSER):
        assert _write(_form(client, story_id), words=f"Number {number}").heading.startswith("Thank you")
    page = _write(_form(client, story_id), words="One more")
    assert "Try again in" in page.text
    assert page.fields(SEND)["words"].strip() == "One more"


def test_words_of_distress_show_numbers(client: PageClient, story_id: UUID) -> None:
    page = _write(_form(client, story_id), words="I want to die")
    assert page.soup.select_one('main a[href="tel:116123"]')


def test_an_answer_and_a_report(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    comment_id = send(app, world, story_id, "First words")
    _decide(app, world, comment_id, shown=True)
    story = client.get(f"/in/{AREA}/stories/{story_id}")
    form = story.click("Answer Robin")
    assert "You answer Robin" in form.text
    assert _write(form, words="Second words").heading.startswith("Thank you")
    after = story.submit("Report this Robin")
    assert "hidden until then" in after.text or "hidden until then" in after.soup.text
    assert "First words" not in after.text
    client.get(f"/in/{AREA}/stories/{story_id}/comment?to={comment_id}", status=404)
    client.get(f"/in/{AREA}/stories/{story_id}/comment?to=x", status=404)


def test_a_volunteer_writes_under_the_name_they_chose(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    world.sign_in(client, "volunteer")
    sent = _write(_form(client, story_id), name="River")
    mine = sent.click("See what you wrote, and where it stands")
    assert WORDS in mine.text
    assert "River" in mine.text
    assert "Only you see this yet" in client.get(f"/in/{AREA}/stories/{story_id}").text
    assert "You write as River" in _form(client, story_id).text
    assert "Siân" not in mine.text
    assert WORDS not in PageClient(app).get(f"/in/{AREA}/stories/{story_id}").text


def test_staff_write_for_their_organisation(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    world.sign_in(client, "coordinator")
    form = _form(client, story_id)
    assert "You write as Riverside Trust" in form.text
    _write(form)
    other = PageClient(app)
    world.sign_in(other, "other_coordinator")
    assert "The name to show" in _form(other, story_id).text
