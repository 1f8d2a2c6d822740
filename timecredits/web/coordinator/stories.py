"""An organisation's stories: writing, a look at how they read, showing, taking down, a picture."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovCheckboxInput, GovFileInput, GovTextInput
from wtforms import BooleanField, StringField, TextAreaField

from timecredits.community.comments.moderating import count_waiting
from timecredits.community.stories.listing import list_own_stories, picture_words, read_picture_of
from timecredits.community.stories.telling import (
    LONGEST_STORY,
    StoryFacts,
    change_story,
    find_story,
    remove_draft,
    set_story_picture,
    show_story,
    take_down,
    write_story,
)
from timecredits.community.story_models import Story
from timecredits.foundation.errors import RuleError
from timecredits.foundation.pictures import make_picture
from timecredits.network.models import Programme
from timecredits.network.permissions import KEEP_STORIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.uploads import takes_picture


class StoryForm(CreatingForm):
    """What is told."""

    title = StringField(lazy_gettext("Title"), widget=GovTextInput())
    words = TextAreaField(lazy_gettext("The story"), widget=GovCharacterCount())
    takes_comments = BooleanField(lazy_gettext("People can write under it"), default=True, widget=GovCheckboxInput())
    agreed = BooleanField(lazy_gettext("Everybody in this story agreed to the new words"), widget=GovCheckboxInput())

    @property
    def facts(self) -> StoryFacts:
        """What was typed."""
        return StoryFacts(self.title.data or "", self.words.data or "", takes_comments=self.takes_comments.data)


class ShowForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whether it may be shown."""

    agreed = BooleanField(lazy_gettext("Everybody in this story agreed to it"), widget=GovCheckboxInput())


class StoryPictureForm(FlaskForm):  # type: ignore[misc]
    """A picture for a story."""

    picture = FileField(
        lazy_gettext("Picture"), [FileRequired(lazy_gettext("Choose a picture. Nothing was saved."))], widget=GovFileInput()
    )
    shows = StringField(lazy_gettext("What does it show?"), widget=GovTextInput())
    agreed = BooleanField(lazy_gettext("Everybody in this picture agreed to it"), widget=GovCheckboxInput())


@blueprint.get("/stories")
@allow(KEEP_STORIES)
def stories() -> str:
    """The organisation's stories in every state."""
    session, who = db.session(), actor()
    found, page, pages = list_own_stories(session, who.programme, who.organisation, page=request.args.get("page", 1, type=int))
    return render_template(
        "coordinator/stories.html",
        stories=found,
        page=page,
        pages=pages,
        area=_area(),
        waiting=count_waiting(session, who.programme, organisation_id=who.organisation),
    )


@blueprint.route("/stories/new", methods=["GET", "POST"])
@allow(KEEP_STORIES)
def story_new() -> ResponseReturnValue:
    """Write a story. Nobody else reads it yet."""
    who, form = actor(), StoryForm()
    if form.validate_on_submit():
        try:
            story = write_story(
                db.session(), who.programme, who.organisation, form.facts, story_id=form.created_id, actor_id=who.user
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Nobody else can read it yet."), "success")
            return redirect(url_for("coordinator.story", story_id=story.id))
    return render_template("coordinator/story_form.html", form=form, story=None, longest=LONGEST_STORY)


@blueprint.get("/stories/<uuid:story_id>")
@allow(KEEP_STORIES)
def story(story_id: UUID) -> str:
    """How it reads, and what can be done with it."""
    return _page(_find(story_id), ShowForm(formdata=None))


@blueprint.route("/stories/<uuid:story_id>/change", methods=["GET", "POST"])
@allow(KEEP_STORIES)
def story_change(story_id: UUID) -> ResponseReturnValue:
    """Tell it otherwise."""
    who, found = actor(), _find(story_id)
    form = StoryForm(title=found.title, words=found.words, takes_comments=found.takes_comments)
    if form.validate_on_submit():
        try:
            here = (db.session(), who.programme, who.organisation, story_id)
            change_story(*here, form.facts, people_agreed=form.agreed.data, actor_id=who.user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("coordinator.story", story_id=story_id))
    return render_template("coordinator/story_form.html", form=form, story=found, longest=LONGEST_STORY)


@blueprint.post("/stories/<uuid:story_id>/show")
@allow(KEEP_STORIES)
def story_show(story_id: UUID) -> ResponseReturnValue:
    """Show it to everybody, once somebody says that all in it agreed."""
    (who, form), found = (actor(), ShowForm()), _find(story_id)
    if form.validate_on_submit():
        try:
            here = (db.session(), who.programme, who.organisation, story_id)
            show_story(*here, people_agreed=form.agreed.data, actor_id=who.user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Done. Everybody can read it now. You can take it down at any time."), "success")
            return redirect(url_for("coordinator.story", story_id=story_id))
    return _page(found, form)


@blueprint.post("/stories/<uuid:story_id>/take-down")
@allow(KEEP_STORIES)
def story_take_down(story_id: UUID) -> ResponseReturnValue:
    """Show it no longer."""
    who = actor()
    take_down(db.session(), who.programme, who.organisation, story_id, actor_id=who.user)
    flash(_("Taken down. Nobody else can read it now. You can put it back."), "success")
    return redirect(url_for("coordinator.story", story_id=story_id))


@blueprint.post("/stories/<uuid:story_id>/remove")
@allow(KEEP_STORIES)
def story_remove(story_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    who = actor()
    try:
        remove_draft(db.session(), who.programme, who.organisation, story_id, actor_id=who.user)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("coordinator.story", story_id=story_id))
    flash(_("The draft is gone. Nobody else ever read it."), "success")
    return redirect(url_for("coordinator.stories"))


@blueprint.route("/stories/<uuid:story_id>/picture", methods=["GET", "POST"])
@allow(KEEP_STORIES)
@takes_picture
def story_picture(story_id: UUID) -> ResponseReturnValue:
    """Show a picture with a story; another takes its place."""
    who, found, form = actor(), _find(story_id), StoryPictureForm()
    if form.validate_on_submit():
        try:
            made = make_picture(form.picture.data.read())
            here = (db.session(), who.programme, who.organisation, story_id)
            set_story_picture(*here, made, shows=form.shows.data or "", people_agreed=form.agreed.data, actor_id=who.user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The picture stands with the story."), "success")
            return redirect(url_for("coordinator.story", story_id=story_id))
    return render_template("coordinator/story_picture.html", form=form, story=found)


@blueprint.post("/stories/<uuid:story_id>/picture/remove")
@allow(KEEP_STORIES)
def story_picture_remove(story_id: UUID) -> ResponseReturnValue:
    """Show no picture."""
    who = actor()
    set_story_picture(db.session(), who.programme, who.organisation, story_id, None, shows="", actor_id=who.user)
    flash(_("The picture is gone."), "success")
    return redirect(url_for("coordinator.story", story_id=story_id))


@blueprint.get("/stories/<uuid:story_id>/picture.jpg")
@allow(KEEP_STORIES)
def story_picture_file(story_id: UUID) -> Response:
    """The picture itself, also of a draft."""
    who = actor()
    jpeg = read_picture_of(db.session(), who.programme, story_id, organisation_id=who.organisation)
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg")


def _find(story_id: UUID) -> Story:
    who = actor()
    return find_story(db.session(), who.programme, who.organisation, story_id)


def _page(found: Story, form: Any) -> str:
    return render_template(
        "coordinator/story.html",
        story=found,
        form=form,
        area=_area(),
        picture_shows=picture_words(db.session(), found.programme_id, found.picture_id),
    )


def _area() -> str:
    return db.session().get_one(Programme, actor().programme).slug
