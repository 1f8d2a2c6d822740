"""A group's board, for those who are in it. Who left meanwhile gets their words back to copy, and nothing is kept."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from wtforms import HiddenField, StringField, TextAreaField

from timecredits.community.comments.commenting import take_back
from timecredits.community.comments.reading import CommentsPage, ShownComment, list_comments
from timecredits.community.comments.warnings import Warn
from timecredits.community.groups.finding import SeenGroup, find_seen
from timecredits.community.groups.posts import post, report_post
from timecredits.community.story_models import CommentState
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Volunteer
from timecredits.network.permissions import JOIN_GROUPS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.database import db, give_up
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.volunteer.blueprint import blueprint

_LONGEST_SHOWN = 20_000
"""Of words that were not kept: enough to copy, and no megabyte sent back."""


class PostForm(CreatingForm):
    """Words for the board, and a name to write by for whoever has none yet."""

    words = TextAreaField(lazy_gettext("What do you want to say?"), widget=GovTextArea())
    name = StringField(lazy_gettext("The name that others see"), widget=GovTextInput())
    reply_to = HiddenField()


@blueprint.get("/groups/<uuid:group_id>/board")
@allow(JOIN_GROUPS)
def group_board(group_id: UUID) -> str:
    """What members wrote, newest first, and a place to write."""
    form = PostForm(formdata=None, reply_to=request.args.get("reply", ""))
    return _page(_mine(group_id), form)


@blueprint.post("/groups/<uuid:group_id>/board")
@allow(JOIN_GROUPS)
def group_post(group_id: UUID) -> ResponseReturnValue:
    """Put words on the board."""
    who, form = actor(), PostForm()
    words = form.words.data or ""
    try:
        seen = _mine(group_id)
    except NotFoundError:
        return _not_kept(words)
    if not form.validate_on_submit():
        return _page(seen, form)
    try:
        sent = post(
            db.session(),
            current_app.config["KEYRING"],
            who.programme,
            group_id,
            who.volunteer,
            words,
            comment_id=form.created_id,
            name=form.name.data or "",
            reply_to=_an_id(form.reply_to.data),
        )
    except NotFoundError:  # they were taken out, or it ended, between the two
        give_up()
        return _not_kept(words)
    except RuleError as fault:
        give_up()
        form.words.data = words[:_LONGEST_SHOWN]
        show_rule(form, fault)
        return _page(_mine(group_id), form)
    if sent.state is CommentState.WAITING:
        flash(_("Thank you. Somebody who looks after the group reads it first. Then others see it."), "success")
    else:
        flash(_("Done. People in the group can read it now. You can take it back at any time."), "success")
    unsafe = "yes" if Warn.UNSAFE in sent.warnings else None
    return redirect(url_for("volunteer.group_board", group_id=group_id, help=unsafe))


@blueprint.post("/groups/<uuid:group_id>/board/<uuid:comment_id>/take-back")
@allow(JOIN_GROUPS)
def group_post_take_back(group_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Take back my own words, for good."""
    _mine(group_id)
    take_back(db.session(), actor().programme, comment_id, volunteer_id=actor().volunteer)
    flash(_("Done. Your words are gone. Answers of others stay."), "success")
    return redirect(url_for("volunteer.group_board", group_id=group_id))


@blueprint.post("/groups/<uuid:group_id>/board/<uuid:comment_id>/report")
@allow(JOIN_GROUPS)
def group_post_report(group_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Say that somebody should look at a post."""
    _mine(group_id)
    try:
        report_post(db.session(), actor().programme, group_id, actor().volunteer, comment_id)
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Thank you. Somebody looks at it. They are not told that it was you."), "success")
    return redirect(url_for("volunteer.group_board", group_id=group_id))


def _mine(group_id: UUID) -> SeenGroup:
    """The group, if who asks is in it and it has a board; else NotFoundError."""
    seen = find_seen(db.session(), actor().programme, actor().volunteer, group_id)
    if not seen.is_mine or not seen.group.has_board:
        raise NotFoundError
    return seen


def _page(seen: SeenGroup, form: PostForm) -> str:
    session, who = db.session(), actor()
    board = list_comments(
        session,
        current_app.config["KEYRING"],
        who.programme,
        group_id=seen.group.id,
        reader_id=who.volunteer,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "volunteer/group_board.html",
        seen=seen,
        group=seen.group,
        board=board,
        form=form,
        answered=_shown(board, _an_id(form.reply_to.data)),
        chosen_name=find(session, Volunteer, who.programme, who.volunteer).chosen_name,
        apart_endpoint="volunteer.apart_comment" if "volunteer.apart_comment" in current_app.view_functions else "",
        with_help=request.args.get("help") == "yes",
    )


def _not_kept(words: str) -> str:
    return render_template("volunteer/group_not_kept.html", words=words[:_LONGEST_SHOWN])


def _shown(board: CommentsPage, comment_id: UUID | None) -> ShownComment | None:
    """The post that is answered, if it can be seen on this page."""
    return next((each for each in board.comments if each.id == comment_id), None)


def _an_id(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None
