"""Private notes: what I did, what I learnt. Nobody else reads one unless I share it, and then only staff of one group."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovRadioInput, GovSelect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, SelectField, TextAreaField

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history import hour_totals
from timecredits.journey.learning.own_rows import own_organisations
from timecredits.journey.learning.reflections import (
    LONGEST,
    OwnReflection,
    ReflectionWords,
    change_reflection,
    end_sharing,
    find_reflection,
    keep_reflection,
    list_reflections,
    remove_reflection,
    share_reflection,
)
from timecredits.journey.learning.skills import SKILLS, skill_text
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField
from timecredits.web.volunteer.blueprint import blueprint


class ReflectionForm(CreatingForm):
    """A note, for oneself."""

    done_on = DayField(lazy_gettext("Which day?"))
    did = TextAreaField(lazy_gettext("What did you do?"), widget=GovCharacterCount())
    learnt = TextAreaField(lazy_gettext("What did you learn?"), widget=GovCharacterCount())
    skill = SelectField(lazy_gettext("A skill you used (you can leave this out)"), widget=GovSelect(), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [SelectChoice(skill, say(text)) for skill, text in SKILLS.items()]
        self.skill.choices = [SelectChoice("", _("None")), *names]

    @property
    def words(self) -> ReflectionWords:
        """What was typed; lines end as they do in a text, not as browsers send them."""
        did, learnt = ((field.data or "").replace("\r\n", "\n") for field in (self.did, self.learnt))
        return ReflectionWords(did, learnt)


class ShareForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """With whom."""

    organisation = RadioField(lazy_gettext("Which group may read it?"), widget=GovRadioInput(), validate_choice=False)


@blueprint.get("/journey/private-notes")
@allow(KEEP_OWN_JOURNEY)
def reflections() -> str:
    """Show my notes, newest first, those of one skill if I choose."""
    skill = request.args.get("skill", "")
    skill = skill if skill in SKILLS else ""
    listed = list_reflections(*_sealed(), skill=skill, page=request.args.get("page", 1, type=int))
    return render_template("volunteer/reflections.html", listed=listed, skill=skill, skill_text=skill_text)


@blueprint.route("/journey/private-notes/new", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def reflection_new() -> str | Response:
    """Write a note; the day is that of the hours I gave last."""
    form = ReflectionForm() if request.method == "POST" else ReflectionForm(done_on=_last_day())
    if form.validate_on_submit():
        try:
            keep_reflection(
                *_sealed(),
                form.words,
                reflection_id=form.created_id,
                skill=form.skill.data or "",
                done_on=form.done_on.day,
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Only you can read it."), "success")
            return redirect(url_for("volunteer.reflections"))
    return render_template("volunteer/reflection_form.html", form=form, shown=None, longest=LONGEST)


@blueprint.route("/journey/private-notes/<uuid:reflection_id>", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def reflection(reflection_id: UUID) -> str | Response:
    """Read a note and change it."""
    shown = find_reflection(*_sealed(), reflection_id)
    form = ReflectionForm() if request.method == "POST" else _form_of(shown)
    if form.validate_on_submit():
        try:
            change_reflection(
                *_sealed(),
                reflection_id,
                form.words,
                skill=form.skill.data or "",
                done_on=form.done_on.day,
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("volunteer.reflections"))
    return render_template("volunteer/reflection_form.html", form=form, shown=shown, longest=LONGEST)


@blueprint.route("/journey/private-notes/<uuid:reflection_id>/share", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def reflection_share(reflection_id: UUID) -> str | Response:
    """Let the coordinators and the owners of one group read a note."""
    shown = find_reflection(*_sealed(), reflection_id)
    places = own_organisations(db.session(), actor().programme, actor().volunteer)
    only = str(places[0].id) if len(places) == 1 else None
    form = ShareForm() if request.method == "POST" else ShareForm(organisation=str(shown.shared_with or only or ""))
    form.organisation.choices = [SelectChoice(str(place.id), place.name) for place in places]
    if form.validate_on_submit():
        try:
            share_reflection(*_mine(), reflection_id, _organisation(form.organisation.data))
        except NotFoundError:
            show_rule(form, RuleError(Sentence("You are not with this group now. Nothing was shared."), field="organisation"))
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Shared. You can stop this at any time."), "success")
            return redirect(url_for("volunteer.reflection", reflection_id=reflection_id))
    return render_template("volunteer/reflection_share.html", form=form, shown=shown, places=places)


@blueprint.post("/journey/private-notes/<uuid:reflection_id>/stop-sharing")
@allow(KEEP_OWN_JOURNEY)
def reflection_unshare(reflection_id: UUID) -> Response:
    """Let nobody else read it from now on."""
    end_sharing(*_mine(), reflection_id)
    flash(_("Stopped. Now only you can read it."), "success")
    return redirect(url_for("volunteer.reflection", reflection_id=reflection_id))


@blueprint.post("/journey/private-notes/<uuid:reflection_id>/remove")
@allow(KEEP_OWN_JOURNEY)
def reflection_remove(reflection_id: UUID) -> Response:
    """Remove a note for good."""
    remove_reflection(*_mine(), reflection_id)
    flash(_("Removed. This note is gone for good."), "success")
    return redirect(url_for("volunteer.reflections"))


def _mine() -> tuple[Session, UUID, UUID]:
    return db.session(), actor().programme, actor().volunteer


def _sealed() -> tuple[Session, Keyring, UUID, UUID]:
    session, programme_id, volunteer_id = _mine()
    return session, current_app.config["KEYRING"], programme_id, volunteer_id


def _last_day() -> date:
    session, programme_id, volunteer_id = _mine()
    return hour_totals(session, programme_id, [volunteer_id])[volunteer_id].last_day or clock.today()


def _form_of(shown: OwnReflection) -> ReflectionForm:
    words = shown.words or ReflectionWords("", "")
    return ReflectionForm(done_on=shown.done_on, did=words.did, learnt=words.learnt, skill=shown.skill)


def _organisation(chosen: str | None) -> UUID:
    try:
        return UUID(chosen or "")
    except ValueError as fault:
        raise RuleError(Sentence("Choose a group. Nothing was shared."), field="organisation") from fault
