"""Where somebody looks for places from: the first half of a postcode, kept only if they say so."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import StopValidation

from timecredits.foundation.postcode_districts import district_of, is_known
from timecredits.network.permissions import FIND_PLACES
from timecredits.network.preferences import set_postcode_district
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


class NearForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The first half of a postcode."""

    postcode = StringField(lazy_gettext("The first half of your postcode"), widget=GovTextInput())
    remember = BooleanField(lazy_gettext("Remember it for next time"), widget=GovCheckboxInput())

    def validate_postcode(self, field: Any) -> None:
        """Take the first half of whatever was typed, and forget the rest at once."""
        district = district_of(field.data or "")
        if district is None:
            raise StopValidation(_("Type the first half of your postcode, like CB7. Nothing was saved."))
        field.data = district
        if not is_known(district):
            raise StopValidation(_("We do not know where %(district)s is. Try a postcode near it.", district=district))


@blueprint.route("/places/near", methods=["GET", "POST"])
@allow(FIND_PLACES)
def places_near() -> Response | str:
    """Ask where to look from."""
    form = NearForm()
    if form.validate_on_submit():
        if form.remember.data:
            set_postcode_district(db.session(), actor().programme, actor().volunteer, form.postcode.data)
        return redirect(url_for("volunteer.places", near=form.postcode.data))
    return render_template("volunteer/places_near.html", form=form)


@blueprint.post("/places/forget")
@allow(FIND_PLACES)
def places_forget() -> Response:
    """Look from nowhere, and keep no district."""
    set_postcode_district(db.session(), actor().programme, actor().volunteer, "")
    flash(_("Done. We do not keep where you look from."), "success")
    return redirect(url_for("volunteer.places"))
