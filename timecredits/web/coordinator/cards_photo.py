"""The photo that a person agreed to be known by: add it, look at it, take it away."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_CARDS
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.cards.finding import find_live_card
from timecredits.spending.cards.photos import person_photo, remove_photo, set_photo
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.cards_forms import PhotoForm
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.uploads import takes_picture


@blueprint.route("/people/<uuid:volunteer_id>/photo", methods=["GET", "POST"])
@allow(KEEP_CARDS)
@takes_picture
def card_photo(volunteer_id: UUID) -> str | Response:
    """Add a photo, with the person's yes; another takes its place."""
    session, who, form = db.session(), actor(), PhotoForm()
    volunteer = find_enrolled(session, who.programme, who.organisation, volunteer_id).volunteer
    if form.validate_on_submit():
        try:
            set_photo(
                session,
                who.programme,
                who.organisation,
                volunteer_id,
                form.picture.data.read(),
                picture_id=form.created_id,
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. We keep only the picture, and nothing else that was in the file."), "success")
            return redirect(url_for(".card", volunteer_id=volunteer_id))
    card = find_live_card(session, who.programme, volunteer_id)
    return render_template("coordinator/card_photo.html", form=form, volunteer=volunteer, card=card)


@blueprint.get("/people/<uuid:volunteer_id>/photo.jpg")
@allow(KEEP_CARDS)
def card_photo_file(volunteer_id: UUID) -> Response:
    """The photo itself."""
    jpeg = person_photo(db.session(), actor().programme, volunteer_id, organisation_id=actor().organisation)
    if jpeg is None:
        abort(404)
    return FlaskResponse(jpeg, mimetype="image/jpeg")


@blueprint.post("/people/<uuid:volunteer_id>/photo/remove")
@allow(KEEP_CARDS)
def card_photo_remove(volunteer_id: UUID) -> Response:
    """Keep the photo no longer. A card that asked for it asks for a PIN from now on."""
    who = actor()
    wants_pin = remove_photo(db.session(), who.programme, volunteer_id, organisation_id=who.organisation, actor_id=who.user_id)
    if wants_pin:
        flash(_("The photo is gone. The card now needs a PIN. Let them choose one."), "success")
        return redirect(url_for(".card_pin", volunteer_id=volunteer_id))
    flash(_("The photo is gone."), "success")
    return redirect(url_for(".card", volunteer_id=volunteer_id))
