"""The organisation's kiosks: see them, make this device one more, remove one."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.hours.attendances.kiosks import list_kiosks, make_kiosk, remove_kiosk
from timecredits.network.permissions import KEEP_KIOSKS, ActorKind
from timecredits.web.access import actor, allow, be_device, forget
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import show_rule


class KioskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A name for the device in hand."""

    name = StringField(lazy_gettext("Name of the kiosk"), widget=GovTextInput())


@blueprint.route("/kiosks", methods=["GET", "POST"])
@allow(KEEP_KIOSKS)
def kiosks() -> Response | str:
    """List the kiosks; POST makes this device one and signs the coordinator out here, so that nobody walks on from it."""
    form, who = KioskForm(), actor()
    if form.validate_on_submit():
        try:
            made = make_kiosk(db.session(), who.programme, who.organisation, name=form.name.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            forget()
            flash(_("This device is now a kiosk. You are signed out here."), "success")
            response = redirect(url_for("kiosk.home"))
            be_device(response, ActorKind.KIOSK, made.token)
            return response
    listed = list_kiosks(db.session(), who.programme, who.organisation)
    return render_template("coordinator/kiosks.html", form=form, kiosks=listed)


@blueprint.post("/kiosks/<uuid:kiosk_id>/remove")
@allow(KEEP_KIOSKS)
def kiosk_remove(kiosk_id: UUID) -> Response:
    """Make a device a kiosk no more."""
    who = actor()
    kiosk = remove_kiosk(db.session(), who.programme, who.organisation, kiosk_id, actor_id=who.user_id)
    flash(_("%(name)s is no longer a kiosk. Hours that came from it stay.", name=kiosk.name), "success")
    return redirect(url_for("coordinator.kiosks"))
