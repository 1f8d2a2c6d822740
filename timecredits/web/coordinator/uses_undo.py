"""What a volunteer of this organisation used, and giving it back when the till no longer can."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from timecredits.foundation.errors import RuleError
from timecredits.hours.people import find_person
from timecredits.network.permissions import UNDO_USES
from timecredits.spending.answers import Outcome
from timecredits.spending.undoing import undo_by_staff
from timecredits.spending.volunteer_uses import find_volunteer_use, list_volunteer_uses
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule


class GiveBackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why credits are given back."""

    reason = StringField(
        lazy_gettext("Why"),
        [DataRequired(lazy_gettext("Say why, in a few words. Nothing was given back."))],
        widget=GovTextInput(),
    )


@blueprint.get("/people/<uuid:volunteer_id>/used")
@allow(UNDO_USES)
def volunteer_uses(volunteer_id: UUID) -> str:
    """List what somebody used, newest first."""
    session, who, page = db.session(), actor(), max(request.args.get("page", 1, type=int), 1)
    enrolled, _earned = find_person(session, who.programme, who.organisation, volunteer_id)
    uses, older = list_volunteer_uses(session, who.programme, who.organisation, volunteer_id, page=page)
    return render_template("coordinator/volunteer_uses.html", volunteer=enrolled.volunteer, uses=uses, older=older, page=page)


@blueprint.route("/people/<uuid:volunteer_id>/used/<uuid:redemption_id>", methods=["GET", "POST"])
@allow(UNDO_USES)
def volunteer_use_undo(volunteer_id: UUID, redemption_id: UUID) -> str | Response:
    """Give one use back, with a reason."""
    session, who = db.session(), actor()
    use = find_volunteer_use(session, who.programme, who.organisation, volunteer_id, redemption_id)
    enrolled, _earned = find_person(session, who.programme, who.organisation, volunteer_id)
    form = GiveBackForm()
    if form.validate_on_submit():
        try:
            answer = undo_by_staff(
                session, who.programme, who.organisation, redemption_id, form.reason.data or "", actor_id=who.user_id
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(say(answer.sentence), "success" if answer.outcome is Outcome.UNDONE else "warning")
            return redirect(url_for("coordinator.volunteer_uses", volunteer_id=volunteer_id))
    return render_template("coordinator/volunteer_use_undo.html", volunteer=enrolled.volunteer, use=use, form=form)
