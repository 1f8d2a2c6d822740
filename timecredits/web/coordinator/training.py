"""What people learnt, as staff see it: confirm it, add to it, take a confirmation back, see what runs out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.journey.learning.shared_reflections import count_shared
from timecredits.journey.learning.training_confirming import (
    Confirmer,
    add_confirmed_training,
    confirm_training,
    find_seen_training,
    list_persons_training,
    list_running_out,
    list_unconfirmed,
    take_back_confirmation,
)
from timecredits.network.permissions import CONFIRM_TRAINING
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.training_form import TrainingForm


@blueprint.context_processor
def _training_in_parts() -> dict[str, Callable[..., Any]]:
    return {"person_learning": _person_learning}


@blueprint.get("/training")
@allow(CONFIRM_TRAINING)
def training() -> str:
    """Show what runs out soon, and what people wrote down that nobody has confirmed."""
    session, here, today = db.session(), (actor().programme, actor().organisation), clock.today()
    return render_template(
        "coordinator/training.html",
        ending=list_running_out(session, *here, today=today),
        listed=list_unconfirmed(session, *here, page=request.args.get("page", 1, type=int)),
        today=today,
    )


@blueprint.get("/people/<uuid:volunteer_id>/training")
@allow(CONFIRM_TRAINING)
def person_training(volunteer_id: UUID) -> str:
    """Show what one person learnt."""
    session, here = db.session(), (actor().programme, actor().organisation)
    return render_template(
        "coordinator/training_person.html",
        volunteer=find_enrolled(session, *here, volunteer_id).volunteer,
        rows=list_persons_training(session, *here, volunteer_id),
        here=actor().organisation,
        today=clock.today(),
    )


@blueprint.route("/people/<uuid:volunteer_id>/training/new", methods=["GET", "POST"])
@allow(CONFIRM_TRAINING)
def person_training_new(volunteer_id: UUID) -> str | Response:
    """Add what a person learnt, confirmed at once."""
    session, here = db.session(), (actor().programme, actor().organisation)
    volunteer = find_enrolled(session, *here, volunteer_id).volunteer
    form = TrainingForm()
    if form.validate_on_submit():
        try:
            add_confirmed_training(
                session,
                *here,
                volunteer_id,
                form.facts(),
                training_id=form.created_id,
                by=_confirmer(),
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved and confirmed. They can see it in their list."), "success")
            return redirect(url_for("coordinator.person_training", volunteer_id=volunteer_id))
    return render_template("coordinator/training_new.html", form=form, volunteer=volunteer)


@blueprint.post("/people/<uuid:volunteer_id>/training/<uuid:training_id>/confirm")
@allow(CONFIRM_TRAINING)
def training_confirm(volunteer_id: UUID, training_id: UUID) -> Response:
    """Stand behind what a person wrote down."""
    session, here = db.session(), (actor().programme, actor().organisation)
    try:
        confirm_training(
            session, *here, volunteer_id, training_id, seen=request.form.get("seen", ""), by=_confirmer(), today=clock.today()
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Confirmed. New letters from you can say it."), "success")
    return redirect(url_for("coordinator.person_training", volunteer_id=volunteer_id))


@blueprint.route("/training/<uuid:training_id>/take-back", methods=["GET", "POST"])
@allow(CONFIRM_TRAINING)
def training_take_back(training_id: UUID) -> str | Response:
    """Take a confirmation back, once it is clear what that means."""
    session, here = db.session(), (actor().programme, actor().organisation)
    shown = find_seen_training(session, *here, training_id)
    if request.method != "POST":
        return render_template("coordinator/training_take_back.html", shown=shown)
    try:
        told = take_back_confirmation(session, *here, training_id, by=_confirmer(), base_url=current_app.config["BASE_URL"])
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("coordinator.person_training", volunteer_id=shown.volunteer_id))
    if told:
        flash(_("Taken back. We sent them an email."), "success")
    else:
        flash(_("Taken back. They have no email here, so please tell them."), "warning")
    return redirect(url_for("coordinator.person_training", volunteer_id=shown.volunteer_id))


def _confirmer() -> Confirmer:
    return Confirmer(actor().user_id, actor().display_name)


def _person_learning(volunteer_id: UUID) -> dict[str, Any]:
    """What the part on the page about a person shows."""
    session, here = db.session(), (actor().programme, actor().organisation)
    return {
        "training": list_persons_training(session, *here, volunteer_id),
        "shared": count_shared(session, *here, volunteer_id),
        "today": clock.today(),
    }
