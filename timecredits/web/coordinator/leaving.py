"""Somebody has left: what ends by it is said first. Who has left, each of them, and that they are back."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from timecredits.community.leaving import leave_organisation, what_ends
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.history.hour_history import hour_history
from timecredits.network.enrolments import find_left, list_left, take_up_again
from timecredits.network.permissions import END_ENROLMENTS, WRITE_REFERENCES
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db, give_up
from timecredits.web.forms import show_rule
from timecredits.web.hour_fields import DayField

_LONGEST = 100
_RECENT = 20


class LeavingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Somebody's last day."""

    left_on = DayField(lazy_gettext("What was their last day?"))


@blueprint.route("/people/<uuid:volunteer_id>/leave", methods=["GET", "POST"])
@allow(END_ENROLMENTS)
def person_leave(volunteer_id: UUID) -> str | Response:
    """Say what ends, and note the last day."""
    session, who = db.session(), actor()
    here = (session, who.programme, who.organisation, volunteer_id)
    try:
        enrolled, ends = find_enrolled(*here), what_ends(*here)
    except NotFoundError:
        find_left(*here)  # pressed twice, or a colleague was quicker
        return redirect(url_for("coordinator.person_left", volunteer_id=volunteer_id))
    form = LeavingForm() if request.method == "POST" else LeavingForm(left_on=clock.today())
    if form.validate_on_submit():
        try:
            leave_organisation(*here, form.left_on.day, actor_id=who.user_id, base_url=current_app.config["BASE_URL"])
        except RuleError as fault:
            give_up()  # what ended before the rule spoke has not ended
            show_rule(form, fault)
            enrolled = find_enrolled(*here)
        else:
            flash(_("Saved. They have left. Hours, credits and letters stay."), "success")
            return redirect(url_for("coordinator.person_left", volunteer_id=volunteer_id))
    return render_template("coordinator/leaving.html", form=form, volunteer=enrolled.volunteer, ends=ends)


@blueprint.get("/people/left")
@allow(END_ENROLMENTS)
def people_left() -> str:
    """Who has left, the latest first."""
    search, page = request.args.get("q", "")[:_LONGEST], request.args.get("page", 1, type=int)
    listed = list_left(db.session(), actor().programme, actor().organisation, search=search, page=page)
    return render_template("coordinator/leaving_list.html", listed=listed, search=search)


@blueprint.get("/people/left/<uuid:volunteer_id>")
@allow(END_ENROLMENTS)
def person_left(volunteer_id: UUID) -> str | Response:
    """One who has left: what they gave here, and what can be done."""
    session, who = db.session(), actor()
    try:
        enrolled = find_left(session, who.programme, who.organisation, volunteer_id)
    except NotFoundError:
        find_enrolled(session, who.programme, who.organisation, volunteer_id)
        return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))
    history = hour_history(session, who.programme, volunteer_id, who.organisation, as_of=clock.today())
    has_letters = "coordinator.reference_new" in current_app.view_functions and who.may(WRITE_REFERENCES)
    return render_template(
        "coordinator/leaving_person.html",
        volunteer=enrolled.volunteer,
        enrolment=enrolled.enrolment,
        history=history,
        lines=history.lines if "all" in request.args else history.lines[:_RECENT],
        letter_href=url_for("coordinator.reference_new", volunteer_id=volunteer_id) if has_letters else "",
    )


@blueprint.post("/people/left/<uuid:volunteer_id>/back")
@allow(END_ENROLMENTS)
def person_back(volunteer_id: UUID) -> Response:
    """Let them be here again."""
    who = actor()
    done = take_up_again(db.session(), who.programme, who.organisation, volunteer_id, actor_id=who.user_id)
    told = _("Welcome back. They are in your lists again.") if done else _("They are here already. Nothing was changed.")
    flash(told, "success")
    return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))
