"""Keep two of an organisation's people apart; see and end what its staff set. What people chose for themselves stays theirs."""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.community.safety.apart import keep_two_apart
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, find_named, list_names
from timecredits.network.blocks import end_block, kept_apart_within, staff_blocks
from timecredits.network.permissions import KEEP_PEOPLE_APART
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import show_rule


class ApartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The two people."""

    one = StringField(lazy_gettext("First person"), widget=GovTextInput())
    other = StringField(lazy_gettext("Second person"), widget=GovTextInput())


@blueprint.context_processor
def _somebody_apart() -> dict[str, Callable[[Iterable[UUID]], bool]]:
    """Let a page about several people ask whether two of them are kept apart, and no more than that."""

    def somebody_apart(people: Iterable[UUID]) -> bool:
        return bool(kept_apart_within(db.session(), actor().programme, list(people)))

    return {"somebody_apart": somebody_apart}


@blueprint.route("/apart", methods=["GET", "POST"])
@allow(KEEP_PEOPLE_APART)
def apart() -> str | Response:
    """Show the pairs that staff set, and take another."""
    session, who, form = db.session(), actor(), ApartForm()
    people = list_names(session, who.programme, who.organisation)
    if form.validate_on_submit():
        try:
            one, other = (_named(people, form[field].data or "", field) for field in ("one", "other"))
            made = keep_two_apart(
                session,
                who.programme,
                who.organisation,
                one.volunteer_id,
                other.volunteer_id,
                actor_id=who.user_id,
                base_url=current_app.config["BASE_URL"],
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            said = _("Saved. They do not see each other any more. Neither was told.")
            flash(said if made else _("They were kept apart already. Nothing was changed."), "success")
            return redirect(url_for(".apart"))
    return render_template(
        "coordinator/apart.html",
        form=form,
        pairs=staff_blocks(session, who.programme, who.organisation),
        names=people if len(people) <= MOST_NAMES else [],
    )


@blueprint.post("/apart/<uuid:block_id>/end")
@allow(KEEP_PEOPLE_APART)
def apart_end(block_id: UUID) -> Response:
    """Let two people see each other again, if it was staff who set it."""
    who = actor()
    end_block(db.session(), who.programme, block_id, actor_id=who.user_id, organisation_id=who.organisation)
    flash(_("Done. What staff set is over. Neither was told."), "success")
    return redirect(url_for(".apart"))


def _named(people: list[NamedPerson], typed: str, field: str) -> NamedPerson:
    try:
        found = find_named(people, typed)
    except RuleError as fault:
        raise RuleError(fault.sentence, field=field) from fault
    if found is None:
        raise RuleError(Sentence("Nobody here has that name. Nothing was saved. Check how you typed it."), field=field)
    return found
