"""Whether one person may log their own hours here."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, ValidationError

from timecredits.foundation.errors import RuleError
from timecredits.network.models import SelfLog
from timecredits.network.permissions import APPROVE_HOURS
from timecredits.network.self_log import set_self_log
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import show_rule


class SelfLogForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One of three."""

    self_log = RadioField(
        lazy_gettext("May they log their own hours?"),
        choices=[
            SelectChoice(SelfLog.APPROVAL.value, lazy_gettext("Yes, and you look at them first")),
            SelectChoice(SelfLog.TRUSTED.value, lazy_gettext("Yes, and they count at once")),
            SelectChoice(SelfLog.NO.value, lazy_gettext("No, you add their hours")),
        ],
        widget=GovRadioInput(),
        validate_choice=False,
    )

    def validate_self_log(self, field: RadioField) -> None:
        """Refuse anything else."""
        if field.data not in set(SelfLog):
            field.data = None
            raise ValidationError(_("Choose one. Nothing was changed."))


@blueprint.route("/people/<uuid:volunteer_id>/self-log", methods=["GET", "POST"])
@allow(APPROVE_HOURS)
def volunteer_self_log(volunteer_id: UUID) -> str | Response:
    """Set how a person may log their own hours."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    enrolled = find_enrolled(session, programme_id, organisation_id, volunteer_id)
    form = SelfLogForm() if request.method == "POST" else SelfLogForm(self_log=enrolled.enrolment.self_log.value)
    if form.validate_on_submit():
        wanted = SelfLog(form.self_log.data)
        try:
            set_self_log(session, programme_id, organisation_id, volunteer_id, wanted, actor_id=actor().user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. This counts from now on."), "success")
            return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))
    return render_template("coordinator/volunteer_self_log.html", form=form, volunteer=enrolled.volunteer)
