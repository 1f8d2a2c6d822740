"""Credits in and out of pots: fill one, take back, pass on to another, close one."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.permissions import KEEP_ALL_POTS
from timecredits.spending.giving.funding import close_pot, fill_pot, pass_on, take_from_pot
from timecredits.spending.giving.pots import PotLine, find_pot, list_pots
from timecredits.spending.giving_models import PotKind
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.giving_fields import CreditsField
from timecredits.web.programme.blueprint import blueprint

_NONE = ""


class AmountOfPotForm(CreatingForm):
    """How much, and why."""

    amount = CreditsField(lazy_gettext("How many credits?"))
    words = StringField(lazy_gettext("A few words (you can leave this out)"), widget=GovTextInput())


class TakeForm(CreatingForm):
    """How much."""

    amount = CreditsField(lazy_gettext("How many credits?"))


class PassOnForm(AmountOfPotForm):
    """Where to, how much, and why."""

    pot = SelectField(lazy_gettext("To which pot?"), widget=GovSelect(), validate_choice=False)


class ClosePotForm(CreatingForm):
    """What becomes of what is left."""

    to_pot = SelectField(lazy_gettext("What becomes of the credits in it?"), widget=GovSelect(), validate_choice=False)


@blueprint.route("/pots/<uuid:pot_id>/fill", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_fill(pot_id: UUID) -> str | Response:
    """Put credits into an organisation's pot."""
    form, line = AmountOfPotForm(), _open_pot(pot_id, PotKind.ORGANISATION)

    def act() -> bool:
        return fill_pot(
            db.session(),
            actor().programme,
            pot_id,
            gift_id=form.created_id,
            minutes=form.amount.minutes,
            words=form.words.data or "",
            actor_id=actor().user_id,
        )

    answer = _tried(form, line, act, _("Saved. The credits are in the pot."))
    return answer or render_template("programme/pot_fill.html", form=form, line=line)


@blueprint.route("/pots/<uuid:pot_id>/take", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_take(pot_id: UUID) -> str | Response:
    """Take credits out of an organisation's pot, also a closed one that something came back to."""
    form, line = TakeForm(), find_pot(db.session(), actor().programme, pot_id)
    if line.pot.kind is not PotKind.ORGANISATION:
        raise NotFoundError

    def act() -> bool:
        return take_from_pot(
            db.session(),
            actor().programme,
            pot_id,
            movement_id=form.created_id,
            minutes=form.amount.minutes,
            actor_id=actor().user_id,
        )

    answer = _tried(form, line, act, _("Saved. The credits are taken back."))
    return answer or render_template("programme/pot_take.html", form=form, line=line)


@blueprint.route("/pots/<uuid:pot_id>/pass-on", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_pass_on(pot_id: UUID) -> str | Response:
    """Move credits to another pot: such as a community's to an organisation that gives them out."""
    form, line = PassOnForm(), find_pot(db.session(), actor().programme, pot_id)
    others = _others(pot_id)
    form.pot.choices = [(str(each.pot.id), _called(each)) for each in others]

    def act() -> bool:
        to = next((each.pot.id for each in others if str(each.pot.id) == form.pot.data), None)
        if to is None:
            raise RuleError(Sentence("Choose a pot from the list. Nothing was moved."), field="pot")
        return pass_on(
            db.session(),
            actor().programme,
            pot_id,
            to,
            gift_id=form.created_id,
            minutes=form.amount.minutes,
            words=form.words.data or "",
            actor_id=actor().user_id,
        )

    answer = _tried(form, line, act, _("Saved. The credits are in the other pot."))
    return answer or render_template("programme/pot_pass_on.html", form=form, line=line, others=others)


@blueprint.route("/pots/<uuid:pot_id>/close", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_close(pot_id: UUID) -> str | Response:
    """Close it for good."""
    form, line = ClosePotForm(), find_pot(db.session(), actor().programme, pot_id)
    others = _others(pot_id)
    back = _("They go back to the programme") if line.pot.organisation_id else _("They go back to those who gave them")
    form.to_pot.choices = [(_NONE, back), *((str(each.pot.id), _called(each)) for each in others)]

    def act() -> bool:
        known = {str(each.pot.id): each.pot.id for each in others}
        to = known.get(form.to_pot.data or _NONE)
        if form.to_pot.data and to is None:
            raise RuleError(Sentence("Choose a pot from the list. Nothing was changed."), field="to_pot")
        return close_pot(db.session(), actor().programme, pot_id, to_pot_id=to, actor_id=actor().user_id)

    answer = _tried(form, line, act, _("Done. The pot is closed."))
    return answer or render_template("programme/pot_close.html", form=form, line=line)


def _tried(form: CreatingForm, line: PotLine, act: Callable[[], bool], done: str) -> Response | None:
    """Do it and go on to the pot, or None with the fault at its field."""
    if not form.validate_on_submit():
        return None
    try:
        flash(done if act() else _("Done already. Nothing was moved twice."), "success")
    except RuleError as fault:
        show_rule(form, fault)
        return None
    return redirect(url_for(".pot", pot_id=line.pot.id))


def _open_pot(pot_id: UUID, kind: PotKind) -> PotLine:
    line = find_pot(db.session(), actor().programme, pot_id)
    if line.pot.kind is not kind or line.pot.closed_at is not None:
        raise NotFoundError
    return line


def _others(pot_id: UUID) -> list[PotLine]:
    lines = list_pots(db.session(), actor().programme)
    return [line for line in lines if line.pot.id != pot_id and line.pot.closed_at is None]


def _called(line: PotLine) -> str:
    """A pot's name, with whose it is."""
    return f"{line.pot.name}, {line.organisation}" if line.organisation else line.pot.name
