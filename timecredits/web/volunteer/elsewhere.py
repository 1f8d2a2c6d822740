"""Time given at other places: what the volunteer tells, and asking somebody there to confirm it."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField, ValidationError

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.journey.elsewhere.spell_confirming import GOOD_FOR, ask_contact, why_not_ask_contact
from timecredits.journey.elsewhere.spells_elsewhere import (
    Spell,
    SpellFacts,
    add_spell,
    change_spell,
    find_spell,
    list_spells,
    remove_spell,
)
from timecredits.journey.planning_models import SpellState
from timecredits.network.permissions import KEEP_HISTORY_ELSEWHERE
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.volunteer.blueprint import blueprint
from timecredits.web.volunteer.open_days import OpenDayField

_MOST_HOURS = 100_000
_MINUTES = 60


class SpellForm(CreatingForm):
    """Time at another place."""

    organisation_name = StringField(lazy_gettext("Where was it?"), widget=GovTextInput())
    role = StringField(lazy_gettext("What did you do there?"), widget=GovTextInput())
    first_day = OpenDayField(lazy_gettext("When did it begin?"))
    last_day = OpenDayField(lazy_gettext("When did it end?"), ends=True)
    hours = StringField(lazy_gettext("About how many hours in all? (you can leave this out)"), widget=GovTextInput())
    contact_name = StringField(lazy_gettext("Who there knows about it? (you can leave this out)"), widget=GovTextInput())
    contact_email = StringField(lazy_gettext("Their email (you can leave this out)"), widget=GovTextInput())

    minutes: int | None = None

    def validate_hours(self, field: Any) -> None:
        """Read a number of hours, if there is one."""
        typed = (field.data or "").strip().lower().removesuffix("hours").removesuffix("h").strip().replace(",", ".")
        if not typed:
            return
        whole, _point, part = typed.partition(".")
        if not (f"{whole}{part}".isascii() and f"{whole}{part}".isdigit() and len(typed) <= len(str(_MOST_HOURS)) + 3):
            raise ValidationError(_("Type a number of hours, like 120, or leave it empty. Nothing was saved."))
        self.minutes = round(float(typed) * _MINUTES)
        if not 0 < self.minutes <= _MOST_HOURS * _MINUTES:
            raise ValidationError(_("Type a number of hours, like 120, or leave it empty. Nothing was saved."))

    @property
    def facts(self) -> SpellFacts:
        """What was typed, once the form is valid."""
        return SpellFacts(
            organisation_name=self.organisation_name.data or "",
            role=self.role.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            minutes=self.minutes,
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
        )


@blueprint.get("/elsewhere")
@allow(KEEP_HISTORY_ELSEWHERE)
def elsewhere() -> str:
    """Every place, and how far each is confirmed."""
    spells = list_spells(db.session(), actor().programme, actor().volunteer)
    return render_template("volunteer/elsewhere.html", spells=spells, states=SpellState)


@blueprint.route("/elsewhere/new", methods=["GET", "POST"])
@allow(KEEP_HISTORY_ELSEWHERE)
def elsewhere_new() -> str | Response:
    """Add a place."""
    who, form = actor(), SpellForm()
    if form.validate_on_submit():
        try:
            add_spell(db.session(), who.programme, who.volunteer, form.facts, spell_id=form.created_id, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".elsewhere_show", spell_id=form.created_id))
    return render_template("volunteer/elsewhere_form.html", form=form, spell=None)


@blueprint.get("/elsewhere/<uuid:spell_id>")
@allow(KEEP_HISTORY_ELSEWHERE)
def elsewhere_show(spell_id: UUID) -> str:
    """One place: what was told, who confirmed it, and what to do next."""
    here = db.session(), actor().programme, actor().volunteer
    return render_template(
        "volunteer/elsewhere_show.html",
        spell=find_spell(*here, spell_id),
        states=SpellState,
        why=why_not_ask_contact(here[0], current_app.config["KEYRING"], *here[1:], spell_id),
        days=GOOD_FOR.days,
    )


@blueprint.route("/elsewhere/<uuid:spell_id>/change", methods=["GET", "POST"])
@allow(KEEP_HISTORY_ELSEWHERE)
def elsewhere_change(spell_id: UUID) -> str | Response:
    """Put it right, until it is confirmed."""
    here = db.session(), actor().programme, actor().volunteer
    spell = find_spell(*here, spell_id)
    if spell.is_confirmed:
        flash(_("This was confirmed, so it can not change. You can add another place."), "warning")
        return redirect(url_for(".elsewhere_show", spell_id=spell_id))
    form = SpellForm() if request.method == "POST" else _form_of(spell)
    if form.validate_on_submit():
        try:
            anew = change_spell(*here, spell_id, form.facts, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_after_change(spell_id) if anew else _("Saved."), "success")
            return redirect(url_for(".elsewhere_show", spell_id=spell_id))
    return render_template("volunteer/elsewhere_form.html", form=form, spell=spell)


@blueprint.post("/elsewhere/<uuid:spell_id>/ask")
@allow(KEEP_HISTORY_ELSEWHERE)
def elsewhere_ask(spell_id: UUID) -> Response:
    """Send its contact the question."""
    who = actor()
    try:
        ask_contact(
            db.session(),
            current_app.config["KEYRING"],
            who.programme,
            who.volunteer,
            spell_id,
            base_url=current_app.config["BASE_URL"],
            user_id=who.user_id,
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Sent. We asked them by email. You see their answer here."), "success")
    return redirect(url_for(".elsewhere_show", spell_id=spell_id))


@blueprint.post("/elsewhere/<uuid:spell_id>/remove")
@allow(KEEP_HISTORY_ELSEWHERE)
def elsewhere_remove(spell_id: UUID) -> Response:
    """Take it away."""
    remove_spell(db.session(), actor().programme, actor().volunteer, spell_id)
    flash(_("Taken away. We deleted the name and email of the person there."), "success")
    return redirect(url_for(".elsewhere"))


def _after_change(spell_id: UUID) -> str:
    if why_not_ask_contact(db.session(), current_app.config["KEYRING"], actor().programme, actor().volunteer, spell_id) is None:
        return str(_("Saved. The link that we sent stops. Please ask again."))
    return str(_("Saved. The link that we sent stops. You can ask them again a week after the last mail."))


def _form_of(spell: Spell) -> SpellForm:
    return SpellForm(
        organisation_name=spell.organisation_name,
        role=spell.role,
        first_day=spell.first_day,
        last_day=spell.last_day,
        hours="" if spell.minutes is None else _hours_typed(spell.minutes),
        contact_name=spell.contact_name,
        contact_email=spell.contact_email,
    )


def _hours_typed(minutes: int) -> str:
    return f"{minutes / _MINUTES:.2f}".rstrip("0").rstrip(".")
