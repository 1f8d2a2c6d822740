"""Give credits: to somebody by their code, or to a pot; see what was given, and take it back in time."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.permissions import GIVE_CREDITS
from timecredits.spending.giving.gift_undoing import take_back_own
from timecredits.spending.giving.gifts import Given, Giver, give_to_person, give_to_pot
from timecredits.spending.giving.own_gifts import list_gifts
from timecredits.spending.giving.pots import find_community_pot, list_community_pots
from timecredits.spending.giving.receive_codes import find_receiver
from timecredits.spending.statements import volunteer_balance
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.giving_fields import GiftForm
from timecredits.web.volunteer.blueprint import blueprint
from timecredits.web.volunteer.gift_steps import GiftPage, gift_steps

Answer = str | Response | tuple[str, int]

_PAGE = 20
_RECENT = 3


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The code of whoever is to get the credits."""

    code = StringField(
        lazy_gettext("Their code to receive credits"),
        [DataRequired(lazy_gettext("Type their code. It has 8 letters and numbers. Nothing was given."))],
        widget=GovTextInput(),
    )


@blueprint.route("/give", methods=["GET", "POST"])
@allow(GIVE_CREDITS)
def give() -> str | Response:
    """Ask for a code, show the pots, and what was given last."""
    who, form = actor(), CodeForm()
    if form.validate_on_submit():
        found = find_receiver(db.session(), who.programme, who.volunteer, form.code.data)
        if not isinstance(found, Sentence):
            return redirect(url_for(".give_to", code=found.code))
        return _ask(form, found)
    return _ask(form)


@blueprint.route("/give/<code>", methods=["GET", "POST"])
@allow(GIVE_CREDITS, writes=True)  # a wrong code is counted
def give_to(code: str) -> Answer:
    """Give to whoever the code leads to: also where their square code was scanned."""
    who = actor()
    receiver = find_receiver(db.session(), who.programme, who.volunteer, code)
    if isinstance(receiver, Sentence):
        return _ask(CodeForm(formdata=None), receiver), 404
    if receiver.volunteer_id == who.volunteer:
        return _ask(CodeForm(formdata=None), Sentence("That is your own code. Nothing was given. Ask for theirs."))
    giver = Giver(who.volunteer, who.user_id)

    def act(form: GiftForm) -> Given:
        return give_to_person(
            db.session(),
            who.programme,
            giver,
            receiver.volunteer_id,
            gift_id=form.created_id,
            minutes=form.amount.minutes,
            words=form.words.data or "",
        )

    page = GiftPage(receiver.name, url_for(".give_to", code=receiver.code), url_for(".give"), url_for(".gifts"))
    return gift_steps(page, giver, act)


@blueprint.route("/give/pot/<uuid:pot_id>", methods=["GET", "POST"])
@allow(GIVE_CREDITS)
def give_pot(pot_id: UUID) -> str | Response:
    """Give to one of the programme's pots."""
    who = actor()
    line = find_community_pot(db.session(), who.programme, pot_id)
    giver = Giver(who.volunteer, who.user_id)

    def act(form: GiftForm) -> Given:
        return give_to_pot(
            db.session(),
            who.programme,
            giver,
            pot_id,
            gift_id=form.created_id,
            minutes=form.amount.minutes,
            words=form.words.data or "",
        )

    page = GiftPage(
        line.pot.name, url_for(".give_pot", pot_id=pot_id), url_for(".give"), url_for(".gifts"), about=line.pot.about, is_pot=True
    )
    return gift_steps(page, giver, act)


@blueprint.get("/gifts")
@allow(GIVE_CREDITS)
def gifts() -> str:
    """Every gift, given and got, newest first."""
    who, page = actor(), max(1, request.args.get("page", 1, type=int))
    listed = list_gifts(db.session(), who.programme, who.volunteer, page=page, size=_PAGE)
    return render_template("volunteer/gifts.html", gifts=listed[:_PAGE], page=page, has_older=len(listed) > _PAGE)


@blueprint.post("/gifts/<uuid:gift_id>/back")
@allow(GIVE_CREDITS)
def gift_back(gift_id: UUID) -> Response:
    """Take a gift back, within a quarter of an hour."""
    who = actor()
    try:
        undone = take_back_own(db.session(), who.programme, who.volunteer, gift_id, user_id=who.user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Taken back. The credits are yours again.") if undone else _("It was taken back already."), "success")
    return redirect(url_for(".gifts"))


def _ask(form: CodeForm, fault: Sentence | None = None) -> str:
    who = actor()
    if fault is not None:
        form.code.errors = [say(fault)]
    return render_template(
        "volunteer/give.html",
        form=form,
        action=url_for(".give"),
        balance=volunteer_balance(db.session(), who.programme, who.volunteer),
        pots=list_community_pots(db.session(), who.programme),
        gifts=list_gifts(db.session(), who.programme, who.volunteer, size=_RECENT)[:_RECENT],
    )
