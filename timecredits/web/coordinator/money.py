"""Joining fees and donations: money an organisation received, waived or is owed. Never credits, and never beside them."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectChoice, StringField

from timecredits.community.money.donations import list_money, money_csv, month_totals, note_donation
from timecredits.community.money.fees import fee_of, fees_of, list_owed, note_fee, set_fee, settle_fee, take_back_money
from timecredits.community.referral_models import MoneyEntry, MoneyState
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.finding_people import find_named, list_names
from timecredits.network.permissions import KEEP_MONEY
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled, list_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.referral_fields import PoundsField
from timecredits.web.referral_words import MONEY_KINDS, MONEY_STATES, pounds

_NEWEST = 50
_MOST_PEOPLE = 50


class PriceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What joining costs."""

    pounds = PoundsField(lazy_gettext("What does joining cost, in pounds?"), required=False)


class FeeForm(CreatingForm):
    """Somebody's joining fee."""

    pounds = PoundsField(lazy_gettext("How much, in pounds?"))
    state = ChoiceField(
        lazy_gettext("How does it stand?"),
        lazy_gettext("Choose how it stands. Nothing was saved."),
        [
            SelectChoice(MoneyState.RECEIVED.value, lazy_gettext("Paid")),
            SelectChoice(MoneyState.OWED.value, lazy_gettext("Not paid yet")),
            SelectChoice(MoneyState.WAIVED.value, lazy_gettext("Waived: they need not pay")),
        ],
    )


class DonationForm(CreatingForm):
    """Money that was given."""

    pounds = PoundsField(lazy_gettext("How much, in pounds?"))
    person = StringField(lazy_gettext("Who gave it? (you can leave this out)"), widget=GovTextInput())


@blueprint.get("/money")
@allow(KEEP_MONEY)
def money() -> str:
    """What is owed, what came in month by month, and the newest entries."""
    session, here = db.session(), _here()
    lines = list_money(session, *here)
    fee = fee_of(session, *here)
    return render_template(
        "coordinator/money.html",
        owed=list_owed(session, *here),
        months=month_totals(lines)[:12],
        lines=lines[:_NEWEST],
        more=max(0, len(lines) - _NEWEST),
        fee=pounds(fee) if fee else "",
        **_words(),
    )


@blueprint.get("/money.csv")
@allow(KEEP_MONEY)
def money_file() -> FlaskResponse:
    """Everything noted, for a treasurer: no names."""
    return csv_answer(money_csv(list_money(db.session(), *_here())), f"money-{clock.today().isoformat()}.csv")


@blueprint.route("/money/price", methods=["GET", "POST"])
@allow(KEEP_MONEY)
def money_price() -> str | Response:
    """Say what joining costs from now on."""
    session, now = db.session(), fee_of(db.session(), *_here())
    form = PriceForm(pounds=pounds(now).removeprefix("£") if now else "")
    if form.validate_on_submit():
        try:
            set_fee(session, *_here(), form.pounds.pence, actor_id=actor().user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. It counts from now on. What was noted before stays as it is."), "success")
            return redirect(url_for("coordinator.money"))
    return render_template("coordinator/money_price.html", form=form)


@blueprint.get("/money/people")
@allow(KEEP_MONEY)
def money_people() -> str:
    """Choose whose joining fee to note."""
    search = request.args.get("q", "")[:100]
    people = list_enrolled(db.session(), *_here(), search=search)
    return render_template(
        "coordinator/money_people.html",
        people=people[:_MOST_PEOPLE],
        more=max(0, len(people) - _MOST_PEOPLE),
        search=search,
    )


@blueprint.route("/money/people/<uuid:volunteer_id>", methods=["GET", "POST"])
@allow(KEEP_MONEY)
def money_person(volunteer_id: UUID) -> str | Response:
    """One person's joining fee: how it stands, and noting it."""
    session, here = db.session(), _here()
    person = find_enrolled(session, *here, volunteer_id).volunteer
    usual = fee_of(session, *here)
    form = FeeForm(pounds=pounds(usual).removeprefix("£") if usual else "", state=MoneyState.RECEIVED.value)
    if form.validate_on_submit():
        try:
            noted = note_fee(
                session,
                *here,
                volunteer_id,
                MoneyState(form.state.data),
                pence=form.pounds.pence,
                actor_id=actor().user,
                entry_id=form.created_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            _told(noted=noted)
            return redirect(url_for("coordinator.money_person", volunteer_id=volunteer_id))
    lines = fees_of(session, *here, volunteer_id)
    return render_template(
        "coordinator/money_person.html",
        form=form,
        person=person,
        lines=lines,
        standing=next((each for each in lines if each.taken_back_at is None), None),
        **_words(),
    )


@blueprint.route("/money/donation", methods=["GET", "POST"])
@allow(KEEP_MONEY)
def money_donation() -> str | Response:
    """Note a donation, by somebody here or by nobody in particular."""
    session, here, form = db.session(), _here(), DonationForm()
    if form.validate_on_submit():
        try:
            giver = _giver(form.person.data or "")
            noted = note_donation(
                session,
                *here,
                entry_id=form.created_id,
                pence=form.pounds.pence,
                volunteer_id=giver,
                actor_id=actor().user,
            )
        except RuleError as fault:
            show_rule(form, RuleError(fault.sentence, field=fault.field if fault.field == "pounds" else "person"))
        else:
            _told(noted=noted)
            return redirect(url_for("coordinator.money"))
    return render_template("coordinator/money_donation.html", form=form)


@blueprint.post("/money/<uuid:entry_id>/settle")
@allow(KEEP_MONEY)
def money_settle(entry_id: UUID) -> Response:
    """Say that a fee was received, waived, or is owed after all."""
    programme_id, organisation_id = _here()
    find(db.session(), MoneyEntry, programme_id, entry_id, organisation_id=organisation_id)
    wanted = request.form.get("state", "")
    if wanted not in set(MoneyState):
        return redirect(url_for("coordinator.money"))
    state = MoneyState(wanted)
    try:
        settle_fee(db.session(), *_here(), entry_id, state, actor_id=actor().user)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Saved. It now says: %(state)s.", state=MONEY_STATES[state.value]), "success")
    return redirect(url_for("coordinator.money"))


@blueprint.post("/money/<uuid:entry_id>/take-back")
@allow(KEEP_MONEY)
def money_take_back(entry_id: UUID) -> Response:
    """Take back what was noted by mistake."""
    take_back_money(db.session(), *_here(), entry_id, actor_id=actor().user)
    flash(_("Taken back. It counts no more. It stays in the list, struck out."), "success")
    return redirect(url_for("coordinator.money"))


def _told(*, noted: bool) -> None:
    if noted:
        flash(_("Saved. If it was a mistake, you can take it back."), "success")
    else:
        flash(_("This form was saved before. Nothing was added."), "message")


def _giver(typed: str) -> UUID | None:
    if not typed.strip():
        return None
    found = find_named(list_names(db.session(), *_here()), typed)
    if found is None:
        raise RuleError(Sentence("Nobody here has that name. Nothing was saved. Check it, or leave it out."), field="person")
    return found.volunteer_id


def _here() -> tuple[UUID, UUID]:
    return actor().programme, actor().organisation


def _words() -> dict[str, Any]:
    return {"pounds": pounds, "kind_names": MONEY_KINDS, "state_names": MONEY_STATES, "states": MoneyState}
