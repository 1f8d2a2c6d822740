"""Writing a story, showing it, taking it down."""

from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image

from tests.page_client import PageClient
from tests.web.told_story import AREA, tell
from tests.web.world import World


@pytest.fixture
def here(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def _picture() -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (80, 60), "navy").save(made, "PNG")
    made.seek(0)
    return made


def test_from_a_draft_to_a_story_and_back(app: Flask, here: PageClient) -> None:
    assert "No stories yet" in here.get("/coordinator/stories").text
    form = here.get("/coordinator/stories/new")
    assert "Give the story a title" in form.submit("Save the story", words="Words").text
    draft = form.submit("Save the story", title="Our <day>", words="We went.\n\nIt rained.")
    assert "This is a draft" in draft.text
    assert form.submit("Save the story", title="Our <day>", words="We went.").path == draft.path  # a double save adds once
    public = PageClient(app)
    assert "No stories yet" in public.get(f"/in/{AREA}/stories").text
    assert "Ask everybody in the story first" in draft.submit("Show it to everybody").text
    shown = draft.submit("Show it to everybody", agreed="y")
    assert public.get(f"/in/{AREA}/stories").click("Our <day>").heading == "Our <day>"
    change = shown.click("Change the words")
    assert "Nobody can write under it" in change.submit("Save the story", takes_comments=None).text
    asked = change.submit("Save the story", title="Our night", takes_comments=None)
    assert "Ask everybody in the story first" in asked.text
    assert "Our night" not in public.get(f"/in/{AREA}/stories").text
    changed = asked.submit("Save the story", agreed="y")
    assert "Nobody can write under it" in changed.text
    down = changed.submit("Take it down")
    assert "You took this down" in down.text
    assert "No stories yet" in public.get(f"/in/{AREA}/stories").text
    assert down.submit("Show it to everybody", agreed="y").click("See it as they do").heading == "Our night"


def test_a_draft_can_be_thrown_away(here: PageClient) -> None:
    draft = here.get("/coordinator/stories/new").submit("Save the story", title="Our day", words="We went.")
    assert "No stories yet" in draft.submit("Throw this draft away").text
    here.get(draft.path, status=404)


def test_a_picture_comes_with_words(app: Flask, here: PageClient) -> None:
    draft = here.get("/coordinator/stories/new").submit("Save the story", title="Our day", words="We went.")
    form = draft.click("Add a picture")
    assert "Choose a picture" in form.submit("Save the picture").text
    assert "Say in a few words" in form.submit("Save the picture", picture=(_picture(), "a.png")).text
    page = form.submit("Save the picture", picture=(_picture(), "a.png"), shows="A blue wall")
    picture = page.soup.select_one("main img")
    assert picture is not None
    assert picture["alt"] == "A blue wall"
    assert here.get(str(picture["src"])).response.mimetype == "image/jpeg"
    told = page.submit("Show it to everybody", agreed="y")
    another = told.click("Another picture")
    again = {"picture": (_picture(), "a.png"), "shows": "A person"}
    assert "Ask everybody in the story first" in another.submit("Save the picture", **again).text
    again["picture"] = (_picture(), "a.png")
    told = another.submit("Save the picture", agreed="y", **{**again, "shows": "A blue wall"})
    shown = told.click("See it as they do")
    [image] = shown.soup.select("main img")
    assert (image["alt"], image["width"]) == ("A blue wall", "80")
    assert PageClient(app).get(str(image["src"])).response.mimetype == "image/jpeg"
    assert here.get(page.path).submit("Remove the picture").soup.select("main img") == []


def test_another_organisations_story_is_not_there(app: Flask, world: World, client: PageClient) -> None:
    story_id: UUID = tell(app, world)
    world.sign_in(client, "other_coordinator")
    for path in ("", "/change", "/picture", "/picture.jpg"):
        client.get(f"/coordinator/stories/{story_id}{path}", status=404)
