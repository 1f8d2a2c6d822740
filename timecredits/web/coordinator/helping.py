"""Who may use whose credits for them: seen, noted with the person's yes, and ended."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired

from timecredits.foundation import clock
from timecredits.foundation.clock import first_moment
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, find_named, list_names
from timecredits.network.permissions import KEEP_HELPERS
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving.helping import agree, end_as_staff, list_noted_here
from timecredits.spending.giving.own_gifts import list_helper_acts
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.giving_fields import CreditsField
from timecredits.web.hour_fields import OptionalDayField


class HelperForm(CreatingForm):
    """Who helps, how much a week, until when, and that the person said yes."""

    helper = StringField(
        lazy_gettext("Who helps them?"),
        [DataRequired(lazy_gettext("Type the helper's name. Nothing was saved."))],
        widget=GovTextInput(),
    )
    amount = CreditsField(lazy_gettext("How many credits a week at most?"))
    may_give = BooleanField(lazy_gettext("They may also give credits away for them"), widget=GovCheckboxInput())
    ends = OptionalDayField(lazy_gettext("Last day (you can leave this out)"))
    agreed = BooleanField(
        lazy_gettext("I asked the person, and they said yes"),
        widget=GovCheckboxInput(),
        validators=[InputRequired(lazy_gettext("Ask the person first, then tick this box. Nothing was saved."))],
    )


@blueprint.get("/people/<uuid:volunteer_id>/helpers")
@allow(KEEP_HELPERS)
def volunteer_helpers(volunteer_id: UUID) -> str:
    """Who helps somebody and whom they help, as noted here, and what was done."""
    who, now = actor(), clock.now()
    volunteer = find_enrolled(db.session(), who.programme, who.organisation, volunteer_id).volunteer
    lines = list_noted_here(db.session(), who.programme, who.organisation, volunteer_id)
    return render_template(
        "coordinator/volunteer_helpers.html",
        volunteer=volunteer,
        lines=[line for line in lines if not line.is_over(now)],
        over=[line for line in lines if line.is_over(now)],
        acts=list_helper_acts(
            db.session(),
            who.programme,
            volunteer_id=volunteer_id,
            helper_ids={line.helping.helper_id for line in lines},  # what was agreed elsewhere is not ours to know
        ),
    )


@blueprint.route("/people/<uuid:volunteer_id>/helpers/new", methods=["GET", "POST"])
@allow(KEEP_HELPERS)
def volunteer_helper_new(volunteer_id: UUID) -> str | Response:
    """Note a helper."""
    who, form = actor(), HelperForm()
    volunteer = find_enrolled(db.session(), who.programme, who.organisation, volunteer_id).volunteer
    people = [each for each in list_names(db.session(), who.programme, who.organisation) if each.volunteer_id != volunteer_id]
    if form.validate_on_submit():
        try:
            helper = _named(people, form.helper.data)
            agree(
                db.session(),
                who.programme,
                who.organisation,
                volunteer_id,
                helping_id=form.created_id,
                helper_id=helper.volunteer_id,
                minutes_a_week=form.amount.minutes,
                may_give=form.may_give.data,
                actor_id=who.user_id,
                ends_at=_after(form.ends.data),
            )
        except RuleError as fault:
            show_rule(form, RuleError(fault.sentence, field={"person": "helper"}.get(fault.field, fault.field)))
        else:
            flash(_("Saved. %(helper)s may now help %(name)s.", helper=helper.name, name=volunteer.name), "success")
            return redirect(url_for(".volunteer_helpers", volunteer_id=volunteer_id))
    names: list[Any] = people if len(people) <= MOST_NAMES else []
    return render_template("coordinator/volunteer_helper_new.html", form=form, volunteer=volunteer, names=names)


@blueprint.post("/people/<uuid:volunteer_id>/helpers/<uuid:helping_id>/end")
@allow(KEEP_HELPERS)
def volunteer_helper_end(volunteer_id: UUID, helping_id: UUID) -> Response:
    """End it."""
    who = actor()
    find_enrolled(db.session(), who.programme, who.organisation, volunteer_id)
    end_as_staff(db.session(), who.programme, who.organisation, helping_id, actor_id=who.user_id)
    flash(_("Done. They can not use these credits any more."), "success")
    return redirect(url_for(".volunteer_helpers", volunteer_id=volunteer_id))


def _named(people: list[NamedPerson], typed: str) -> NamedPerson:
    helper = find_named(people, typed)
    if helper is None:
        sentence = Sentence("Nobody else here has that name. Nothing was saved. Check it, or enrol them first.")
        raise RuleError(sentence, field="helper")
    return helper


def _after(last: date | None) -> datetime | None:
    """The instant at which its last day is over."""
    return None if last is None else first_moment(last + timedelta(days=1))
