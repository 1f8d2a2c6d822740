"""The phone number of one person, as the organisation was told it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.network.enrolled_phones import set_phone
from timecredits.network.permissions import KEEP_VOLUNTEERS
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import show_rule


class PhoneForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A phone number, or none."""

    phone = StringField(lazy_gettext("Phone number"), widget=GovTextInput())


@blueprint.route("/people/<uuid:volunteer_id>/phone", methods=["GET", "POST"])
@allow(KEEP_VOLUNTEERS)
def person_phone(volunteer_id: UUID) -> str | Response:
    """Note somebody's number, change it, or take it away."""
    session, who = db.session(), actor()
    enrolled = find_enrolled(session, who.programme, who.organisation, volunteer_id)
    form = PhoneForm() if request.method == "POST" else PhoneForm(phone=enrolled.enrolment.phone)
    if form.validate_on_submit():
        try:
            changed = set_phone(
                session, who.programme, who.organisation, volunteer_id, form.phone.data or "", actor_id=who.user_id
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved.") if changed else _("It is like that now. Nothing was changed."), "success")
            return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))
    return render_template("coordinator/leaving_phone.html", form=form, volunteer=enrolled.volunteer)
