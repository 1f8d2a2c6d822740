"""A reader says that an entry of the directory is wrong: which thing, and nothing else."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice

from timecredits.community.directory.finding import find_shown
from timecredits.community.directory.reports import FAULTS, Said, say_wrong
from timecredits.community.directory_models import SupportFault
from timecredits.network.permissions import READ_SUPPORT
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.public.areas import find_area
from timecredits.web.public.blueprint import blueprint
from timecredits.web.support_words import fault_words


class WrongForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What is wrong."""

    fault = RadioField(lazy_gettext("What is wrong?"), widget=GovRadioInput(), validate_choice=False)


@blueprint.route("/in/<area>/support/<uuid:service_id>/wrong", methods=["GET", "POST"])
@allow(READ_SUPPORT)
def support_wrong(area: str, service_id: UUID) -> str | Response:
    """Ask what is wrong, and pass it on to who keeps the entry."""
    programme = find_area(area)
    service = find_shown(db.session(), programme.id, service_id).service
    form = WrongForm()
    form.fault.choices = [SelectChoice(each.value, fault_words(each)) for each in FAULTS]
    if form.validate_on_submit():
        chosen = next((each for each in SupportFault if each.value == form.fault.data), None)
        if chosen is None:
            form.fault.errors = [_("Choose what is wrong. Nothing was sent.")]
        else:
            said = say_wrong(db.session(), programme.id, service_id, chosen, said_from=request.remote_addr or "")
            flash(*_answer(said))
            return redirect(url_for("public.support_service", area=area, service_id=service_id))
    return render_template("public/support_wrong.html", form=form, service=service, area=area)


def _answer(said: Said) -> tuple[str, str]:
    if said is Said.TOO_MANY:
        return _("That was a lot for one day. Nothing was sent. Please try again tomorrow."), "warning"
    if said is Said.KNOWN:
        return _("Thank you. Somebody told us that before you. We will look at it."), "success"
    return _("Thank you. We told the people who keep this page. They will look at it."), "success"
