"""Printing a slip by which a volunteer without email signs in once."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import MAKE_SLIPS
from timecredits.network.slip_paper import print_sign_in_slip
from timecredits.network.slips import make_slip
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.pdf_answers import pdf_answer


@blueprint.get("/people/<uuid:volunteer_id>/sign-in-slip")
@allow(MAKE_SLIPS)
def sign_in_slip(volunteer_id: UUID) -> str:
    """Say what a slip is, and offer to make one."""
    enrolled = find_enrolled(db.session(), actor().programme, actor().organisation, volunteer_id)
    return render_template("coordinator/sign_in_slip.html", volunteer=enrolled.volunteer)


@blueprint.post("/people/<uuid:volunteer_id>/sign-in-slip")
@allow(MAKE_SLIPS)
def sign_in_slip_make(volunteer_id: UUID) -> ResponseReturnValue:
    """Make a slip and answer it to print; the one before ends."""
    session, who = db.session(), actor()
    enrolled = find_enrolled(session, who.programme, who.organisation, volunteer_id)
    try:
        made = make_slip(
            session,
            current_app.config["KEYRING"],
            enrolled.volunteer,
            organisation_id=who.organisation,
            actor_id=who.user_id,
        )
        return pdf_answer(print_sign_in_slip(made, base_url=current_app.config["BASE_URL"]), "sign-in-slip.pdf")
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))
