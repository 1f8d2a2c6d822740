"""The stories that organisations show, and what people wrote under them. Nobody needs to sign in to read."""

from uuid import UUID

from flask import Response, abort, current_app, render_template, request

from timecredits.community.comments.reading import list_comments
from timecredits.community.stories.listing import list_stories, read_picture_of, read_story
from timecredits.network.permissions import READ_STORIES
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.public.areas import PAGES, find_area, own_id
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/in/<area>/stories")
@allow(READ_STORIES)
def stories(area: str) -> str:
    """What is shown, newest first."""
    programme = find_area(area)
    page, mine = request.args.get("page", 1, type=int), own_id(programme)
    found = list_stories(db.session(), programme.id, reader_id=mine, page=page)
    return render_template("public/stories.html", area=area, found=found, mine=mine)


@blueprint.get("/in/<area>/stories/<uuid:story_id>")
@allow(READ_STORIES)
def story(area: str, story_id: UUID) -> str:
    """One story, and what people wrote under it, as this reader may see it."""
    session, programme = db.session(), find_area(area)
    found = read_story(session, programme.id, story_id)
    mine = own_id(programme)
    comments = list_comments(
        session,
        current_app.config["KEYRING"],
        programme.id,
        story_id=story_id,
        reader_id=mine,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "public/story.html",
        area=area,
        story=found,
        comments=comments,
        can_hide=mine is not None and "volunteer.apart_comment" in current_app.view_functions,
    )


@blueprint.get("/in/<area>/stories/<uuid:story_id>/picture.jpg")
@allow(READ_STORIES)
def story_picture(area: str, story_id: UUID) -> Response:
    """The picture of a story that is shown."""
    jpeg = read_picture_of(db.session(), find_area(area).id, story_id)
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg")


PAGES["stories"] = "public.stories"
