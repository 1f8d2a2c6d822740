"""What a volunteer wrote for others to read, wherever it stands, and the name that stands under it."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovTextInput
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from timecredits.community.comments.asking_again import LONGEST_APPEAL, appeal
from timecredits.community.comments.commenting import take_back
from timecredits.community.comments.reading import MyComment, my_comment, my_comments
from timecredits.foundation.errors import RuleError
from timecredits.network.chosen_names import choose_name
from timecredits.network.models import Programme, Volunteer
from timecredits.network.permissions import KEEP_OWN_BLOCKS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.comment_words import REASONS
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.volunteer.blueprint import blueprint


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The name to show."""

    name = StringField(lazy_gettext("The name to show"), widget=GovTextInput())


class LookAgainForm(FlaskForm):  # type: ignore[misc]
    """Why it should be looked at again."""

    words = TextAreaField(lazy_gettext("Why should we look again?"), widget=GovCharacterCount())


@blueprint.get("/comments")
@allow(KEEP_OWN_BLOCKS)
def comments() -> str:
    """What I wrote, newest first."""
    session, who = db.session(), actor()
    return render_template(
        "volunteer/comments.html",
        found=my_comments(session, _keyring(), who.programme, who.volunteer, page=request.args.get("page", 1, type=int)),
        name=_chosen(session),
        area=session.get_one(Programme, who.programme).slug,
        reasons=REASONS,
    )


@blueprint.route("/comments/name", methods=["GET", "POST"])
@allow(KEEP_OWN_BLOCKS)
def comment_name() -> str | Response:
    """The name under which I write from now on."""
    session, who = db.session(), actor()
    form = NameForm(name=_chosen(session))
    if form.validate_on_submit():
        try:
            choose_name(session, who.programme, who.volunteer, form.name.data or "")
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. It stands under what you write from now on."), "success")
            return redirect(url_for("volunteer.comments"))
    return render_template("volunteer/comment_name.html", form=form)


@blueprint.route("/comments/<uuid:comment_id>/take-back", methods=["GET", "POST"])
@allow(KEEP_OWN_BLOCKS)
def comment_take_back(comment_id: UUID) -> str | Response:
    """Throw my own words away, once I said that I am sure."""
    who, mine = actor(), _find(comment_id)
    if request.method == "POST":
        take_back(db.session(), who.programme, mine.id, volunteer_id=who.volunteer)
        flash(_("Your words are gone for good."), "success")
        return redirect(url_for("volunteer.comments"))
    return render_template("volunteer/comment_take_back.html", comment=mine)


@blueprint.route("/comments/<uuid:comment_id>/look-again", methods=["GET", "POST"])
@allow(KEEP_OWN_BLOCKS)
def comment_look_again(comment_id: UUID) -> str | Response:
    """Ask once for another look at what was turned down."""
    who, form, mine = actor(), LookAgainForm(), _find(comment_id)
    if request.method != "POST" and not mine.can_appeal:
        return redirect(url_for("volunteer.comments"))
    if form.validate_on_submit():
        try:
            appeal(db.session(), _keyring(), who.programme, mine.id, form.words.data or "", volunteer_id=who.volunteer)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Thank you. Somebody looks at it again. You see the answer here."), "success")
            return redirect(url_for("volunteer.comments"))
    return render_template("volunteer/comment_look_again.html", form=form, comment=mine, reasons=REASONS, longest=LONGEST_APPEAL)


def _find(comment_id: UUID) -> MyComment:
    who = actor()
    return my_comment(db.session(), _keyring(), who.programme, comment_id, volunteer_id=who.volunteer)


def _chosen(session: Session) -> str:
    who = actor()
    return find(session, Volunteer, who.programme, who.volunteer).chosen_name


def _keyring() -> Any:
    return current_app.config["KEYRING"]
