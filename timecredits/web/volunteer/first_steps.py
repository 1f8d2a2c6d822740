"""Taking it slowly: small things to try, in order of how much talking they ask for, and a private list of them."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.community.first_steps.offered import StepKind, offered_steps
from timecredits.community.first_steps.step_list import (
    OwnStep,
    add_own_words,
    find_own_step,
    list_steps,
    mark_step,
    put_on_list,
    put_service_on_list,
    remind_on,
    take_off,
)
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.network.models import Programme
from timecredits.network.permissions import KEEP_FIRST_STEPS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import OptionalDayField
from timecredits.web.volunteer.blueprint import blueprint
from timecredits.web.volunteer.places import distance_words


class OwnStepForm(CreatingForm):
    """A step in the person's own words."""

    words = StringField(lazy_gettext("What could you try?"), widget=GovTextInput())


class RemindForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """On which day to send a note; none for no note."""

    day = OptionalDayField(lazy_gettext("On which day?"))


@blueprint.get("/first-steps")
@allow(KEEP_FIRST_STEPS)
def first_steps() -> str:
    """Show what there is to try, and my list."""
    session, programme_id, volunteer_id = _mine()
    mine = list_steps(session, _keyring(), programme_id, volunteer_id)
    offered = offered_steps(session, programme_id, volunteer_id)
    return render_template(
        "volunteer/first_steps.html",
        still_open=[_line(each) for each in mine if each.done_on is None],
        done=[_line(each) for each in mine if each.done_on is not None],
        parts=[
            (talking.value, [(step, _address(step.place.kind, step.place.id)) for step in steps])
            for talking, steps in offered.items()
        ],
        distance=distance_words,
        on_list={each.leads_to for each in mine if each.done_on is None},
    )


@blueprint.post("/first-steps/add/<uuid:key>")
@allow(KEEP_FIRST_STEPS)
def first_step_add(key: UUID) -> Response:
    """Put something that is offered on my list."""
    added = put_on_list(*_mine(), key, step_id=new_id())
    flash(_("It is on your list. Only you can see it.") if added else _("It is on your list already."), "success")
    return redirect(url_for("volunteer.first_steps"))


@blueprint.post("/first-steps/support/<uuid:service_id>")
@allow(KEEP_FIRST_STEPS)
def first_step_support(service_id: UUID) -> Response:
    """Put an entry of the directory on my list."""
    added = put_service_on_list(*_mine(), service_id, step_id=new_id())
    flash(_("It is on your list. Only you can see it.") if added else _("It is on your list already."), "success")
    return redirect(url_for("volunteer.first_steps"))


@blueprint.route("/first-steps/new", methods=["GET", "POST"])
@allow(KEEP_FIRST_STEPS)
def first_step_new() -> str | Response:
    """Put a step in my own words on my list."""
    form = OwnStepForm()
    if form.validate_on_submit():
        session, programme_id, volunteer_id = _mine()
        try:
            add_own_words(session, _keyring(), programme_id, volunteer_id, form.words.data or "", step_id=form.created_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("It is on your list. Only you can see it."), "success")
            return redirect(url_for("volunteer.first_steps"))
    return render_template("volunteer/first_step_form.html", form=form)


@blueprint.route("/first-steps/<uuid:step_id>", methods=["GET", "POST"])
@allow(KEEP_FIRST_STEPS)
def first_step(step_id: UUID) -> str | Response:
    """Ask for a note on a day, or for none any more; take it off the list."""
    session, programme_id, volunteer_id = _mine()
    shown = find_own_step(session, _keyring(), programme_id, volunteer_id, step_id)
    form = RemindForm() if request.method == "POST" else RemindForm(day=shown.remind_on)
    if form.validate_on_submit():
        try:
            remind_on(session, programme_id, volunteer_id, step_id, form.day.data, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. We send you one note that day.") if form.day.data else _("Saved. We send you no note."), "success")
            return redirect(url_for("volunteer.first_steps"))
    return render_template(
        "volunteer/first_step.html",
        form=form,
        line=_line(shown),
        has_email=bool(addresses(session, programme_id, [volunteer_id])),
    )


@blueprint.post("/first-steps/<uuid:step_id>/done")
@allow(KEEP_FIRST_STEPS)
def first_step_done(step_id: UUID) -> Response:
    """Tick it off."""
    mark_step(*_mine(), step_id, done_on=clock.today())
    flash(_("Ticked off. Well done for trying."), "success")
    return redirect(url_for("volunteer.first_steps"))


@blueprint.post("/first-steps/<uuid:step_id>/open")
@allow(KEEP_FIRST_STEPS)
def first_step_open(step_id: UUID) -> Response:
    """Take the tick away."""
    mark_step(*_mine(), step_id, done_on=None)
    flash(_("The tick is gone. It is on your list again."), "success")
    return redirect(url_for("volunteer.first_steps"))


@blueprint.post("/first-steps/<uuid:step_id>/off")
@allow(KEEP_FIRST_STEPS)
def first_step_off(step_id: UUID) -> Response:
    """Take it off my list for good."""
    take_off(*_mine(), step_id)
    flash(_("It is off your list."), "success")
    return redirect(url_for("volunteer.first_steps"))


def _line(step: OwnStep) -> dict[str, Any]:
    href = ""
    if step.kind is not None and step.leads_to is not None:
        href = _address(step.kind, step.leads_to)
    elif step.service_id is not None:
        area = db.session().get_one(Programme, actor().programme).slug
        href = url_for("public.support_service", area=area, service_id=step.service_id)
    return {"step": step, "href": href, "words": step.words or say(_GONE)}


_GONE = lazy_gettext("A step that we can not show")


def _address(kind: StepKind, thing_id: UUID) -> str:
    match kind:
        case StepKind.OFFER:
            return url_for("volunteer.place", offer_id=thing_id)
        case StepKind.ACTIVITY:
            return url_for("volunteer.activity", activity_id=thing_id)
        case StepKind.GROUP:
            return url_for("volunteer.group", group_id=thing_id)


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring


def _mine() -> tuple[Session, UUID, UUID]:
    return db.session(), actor().programme, actor().volunteer
