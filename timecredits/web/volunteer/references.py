"""The letters about a volunteer."""

from flask import render_template

from timecredits.journey.listing import list_for_volunteer
from timecredits.network.permissions import SEE_OWN_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/letters")
@allow(SEE_OWN_REFERENCES)
def references() -> str:
    """Every letter issued about me, whether it still holds, and how often it was checked."""
    who = actor()
    return render_template("volunteer/references.html", letters=list_for_volunteer(db.session(), who.programme, who.volunteer))
