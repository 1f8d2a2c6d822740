"""A person's own training: add it, change it until it is confirmed, and choose which letters may say it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.journey.learning.training import (
    add_training,
    change_training,
    find_training,
    let_any_letter_say,
    list_training,
    remove_training,
)
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.training_form import TrainingForm
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/journey/training")
@allow(KEEP_OWN_JOURNEY)
def training() -> str:
    """Show all that I learnt, newest first, and what runs out."""
    return render_template(
        "volunteer/training.html",
        rows=list_training(db.session(), actor().programme, actor().volunteer),
        today=clock.today(),
    )


@blueprint.route("/journey/training/new", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def training_new() -> str | Response:
    """Add something that I learnt."""
    form = TrainingForm()
    if form.validate_on_submit():
        try:
            add_training(
                db.session(),
                actor().programme,
                actor().volunteer,
                form.facts(),
                training_id=form.created_id,
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Your coordinator can confirm it now."), "success")
            return redirect(url_for("volunteer.training"))
    return render_template("volunteer/training_form.html", form=form, shown=None)


@blueprint.route("/journey/training/<uuid:training_id>", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def training_show(training_id: UUID) -> str | Response:
    """Change it while nobody has confirmed it; after that, look at it."""
    whose = db.session(), actor().programme, actor().volunteer
    shown = find_training(*whose, training_id)
    if shown.is_confirmed:
        if request.method == "POST":  # confirmed while the page was open
            flash(_("This is confirmed now, so it can not be changed. Nothing was changed."), "warning")
            return redirect(url_for("volunteer.training_show", training_id=training_id))
        return render_template("volunteer/training_confirmed.html", shown=shown, today=clock.today())
    form = TrainingForm() if request.method == "POST" else TrainingForm(**TrainingForm.values(shown.facts))
    if form.validate_on_submit():
        try:
            change_training(*whose, training_id, form.facts(), today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("volunteer.training"))
    return render_template("volunteer/training_form.html", form=form, shown=shown)


@blueprint.post("/journey/training/<uuid:training_id>/remove")
@allow(KEEP_OWN_JOURNEY)
def training_remove(training_id: UUID) -> Response:
    """Take it off my list."""
    try:
        remove_training(db.session(), actor().programme, actor().volunteer, training_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Removed. It is no longer in your list."), "success")
    return redirect(url_for("volunteer.training"))


@blueprint.post("/journey/training/<uuid:training_id>/letters")
@allow(KEEP_OWN_JOURNEY)
def training_letters(training_id: UUID) -> Response:
    """Let letters of other organisations say it too, or no longer."""
    let = request.form.get("let") == "yes"
    try:
        let_any_letter_say(db.session(), actor().programme, actor().volunteer, training_id, let=let)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(
            _("Saved. New letters from other groups can say it too.")
            if let
            else _("Saved. New letters from other groups do not say it."),
            "success",
        )
    return redirect(url_for("volunteer.training_show", training_id=training_id))
