"""The venue's posters: make one, print it as often as one likes, end it."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import KEEP_TILLS
from timecredits.network.shared_venues import speaks_for
from timecredits.spending.models import Till
from timecredits.spending.posters.keeping import end_poster, find_venue_poster, list_posters, make_poster, poster_address
from timecredits.spending.posters.poster_print import print_poster, write_poster_record
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.venue.blueprint import blueprint


class PosterForm(CreatingForm):
    """A name, by which staff tell one poster from another."""

    name = StringField(lazy_gettext("Name of the poster"), widget=GovTextInput())


@blueprint.route("/posters", methods=["GET", "POST"])
@allow(KEEP_TILLS)
def posters() -> Response | str:
    """List the posters; POST makes one."""
    form, who, session = PosterForm(), actor(), db.session()
    if form.validate_on_submit():
        try:
            made = make_poster(
                session,
                _keyring(),
                who.programme,
                who.venue,
                poster_id=form.created_id,
                name=form.name.data or "",
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("The poster for %(name)s is ready. Print it and hang it up.", name=made.name), "success")
            return redirect(url_for("venue.posters"))
    found = [(poster, _address(poster)) for poster in list_posters(session, who.venue)]
    speaks = speaks_for(session, who.venue, who.user, today=clock.today())
    return render_template("venue/posters.html", form=form, posters=found, speaks=speaks)


@blueprint.get("/posters/<uuid:poster_id>.pdf")
@allow(KEEP_TILLS)
def poster_pdf(poster_id: UUID) -> Response:
    """The poster on one A4 page."""
    who = actor()
    poster = find_venue_poster(db.session(), who.venue, poster_id)
    address = _address(poster)
    if not address:
        raise NotFoundError
    content = print_poster(write_poster_record(poster, venue_name=who.organisation_name, address=address))
    return file_answer(content, "application/pdf", "poster.pdf", way="inline")


@blueprint.post("/posters/<uuid:poster_id>/end")
@allow(KEEP_TILLS)
def poster_end(poster_id: UUID) -> Response:
    """Let a poster work no more."""
    who = actor()
    poster = end_poster(db.session(), who.programme, who.venue, poster_id, actor_id=who.user_id)
    flash(_("The poster %(name)s does not work any more. What was used stays as it is.", name=poster.name), "success")
    return redirect(url_for("venue.posters"))


def _address(poster: Till) -> str:
    return poster_address(current_app.config["BASE_URL"], _keyring(), poster)


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
