"""One person's card: make it, make it anew, stop it, and what it asks for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Volunteer
from timecredits.network.permissions import KEEP_CARDS
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.choosing import choose_check, unlock_card
from timecredits.spending.cards.finding import find_live_card
from timecredits.spending.cards.issuing import issue_card, reissue_card
from timecredits.spending.cards.printing import in_groups
from timecredits.spending.cards.stopping import CardEnd, stop_card
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import PinForm, SecondCheckForm
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.cards_forms import AnewForm, NewCardForm, StopForm
from timecredits.web.database import db


@blueprint.context_processor
def _card_in_part() -> dict[str, Callable[..., Any]]:
    return {"person_card": lambda volunteer_id: find_live_card(db.session(), actor().programme, volunteer_id)}


@blueprint.get("/people/<uuid:volunteer_id>/card")
@allow(KEEP_CARDS)
def card(volunteer_id: UUID) -> str:
    """Show somebody's card, or that there is none."""
    volunteer, found = _person(volunteer_id)
    typed = "" if found is None else in_groups(found.code)
    return render_template("coordinator/card.html", volunteer=volunteer, card=found, typed=typed, local_day=clock.local_day)


@blueprint.route("/people/<uuid:volunteer_id>/card/new", methods=["GET", "POST"])
@allow(KEEP_CARDS)
def card_new(volunteer_id: UUID) -> str | Response:
    """Make a first card. With a PIN, the person types it next."""
    volunteer, found = _person(volunteer_id)
    form = NewCardForm()
    if volunteer.photo_id is None:
        form.without_photo()
    if found is not None and form.new_id.data != str(found.id):  # made meanwhile, in another window
        flash(_("They have a card already. Nothing was changed."), "message")
        return redirect(url_for(".card", volunteer_id=volunteer_id))
    if form.validate_on_submit():
        try:
            made = issue_card(
                db.session(),
                actor().programme,
                actor().organisation,
                volunteer_id,
                check=form.chosen,
                secret=form.secret,
                name_on_card=form.name_on_card.data,
                card_id=form.created_id,
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            form.show_rule(fault)
        else:
            return _on(volunteer_id, made, _("Saved. The card is made. Now print it."))
    return render_template("coordinator/card_new.html", form=form, volunteer=volunteer)


@blueprint.route("/people/<uuid:volunteer_id>/card/anew", methods=["GET", "POST"])
@allow(KEEP_CARDS)
def card_anew(volunteer_id: UUID) -> str | Response:
    """Make a new card in place of the one there is, which is dead at once. It asks for the same as before."""
    volunteer, form = _with_card(volunteer_id)[0], AnewForm()
    if form.validate_on_submit():
        reissue_card(
            db.session(),
            actor().programme,
            actor().organisation,
            volunteer_id,
            because=CardEnd(form.because.data),
            card_id=form.created_id,
            actor_id=actor().user_id,
        )
        flash(_("Saved. The old card no longer works. Now print the new one."), "success")
        return redirect(url_for(".card", volunteer_id=volunteer_id))
    return render_template("coordinator/card_anew.html", form=form, volunteer=volunteer)


@blueprint.route("/people/<uuid:volunteer_id>/card/check", methods=["GET", "POST"])
@allow(KEEP_CARDS)
def card_check(volunteer_id: UUID) -> str | Response:
    """Choose what the card asks for."""
    volunteer, found = _with_card(volunteer_id)
    form = SecondCheckForm(data={"check": found.check.value})
    if volunteer.photo_id is None:
        form.without_photo()
    if form.validate_on_submit():
        try:
            changed = _choose(volunteer_id, form.chosen, form.secret)
        except RuleError as fault:
            form.show_rule(fault)
        else:
            return _on(volunteer_id, changed, _("Saved. Places ask for this from now on."))
    return render_template("coordinator/card_check.html", form=form, volunteer=volunteer)


@blueprint.route("/people/<uuid:volunteer_id>/card/pin", methods=["GET", "POST"])
@allow(KEEP_CARDS)
def card_pin(volunteer_id: UUID) -> str | Response:
    """Let the person type a PIN on this device. Nobody is shown it."""
    volunteer, form = _with_card(volunteer_id)[0], PinForm()
    if form.validate_on_submit():
        try:
            _choose(volunteer_id, SecondCheck.PIN, form.pin.data)
        except RuleError as fault:
            form.show_rule(fault)
        else:
            flash(_("Saved. The PIN is set. Take the device back now."), "success")
            return redirect(url_for(".card", volunteer_id=volunteer_id))
    return render_template("coordinator/card_pin.html", form=form, volunteer=volunteer)


@blueprint.post("/people/<uuid:volunteer_id>/card/unlock")
@allow(KEEP_CARDS)
def card_unlock(volunteer_id: UUID) -> Response:
    """Let a locked card be tried again with the PIN or word it has."""
    unlock_card(db.session(), actor().programme, actor().organisation, volunteer_id, actor_id=actor().user_id)
    flash(_("Saved. They can try again."), "success")
    return redirect(url_for(".card", volunteer_id=volunteer_id))


@blueprint.route("/people/<uuid:volunteer_id>/card/stop", methods=["GET", "POST"])
@allow(KEEP_CARDS)
def card_stop(volunteer_id: UUID) -> str | Response:
    """Stop the card, with no new one."""
    volunteer, form = _with_card(volunteer_id)[0], StopForm()
    if form.validate_on_submit():
        stop_card(
            db.session(),
            actor().programme,
            volunteer_id,
            CardEnd(form.because.data),
            organisation_id=actor().organisation,
            actor_id=actor().user_id,
        )
        flash(_("Stopped. The card no longer works. The credits are safe."), "success")
        return redirect(url_for(".card", volunteer_id=volunteer_id))
    return render_template("coordinator/card_stop.html", form=form, volunteer=volunteer)


def _choose(volunteer_id: UUID, check: SecondCheck, secret: str) -> Card:
    return choose_check(
        db.session(),
        actor().programme,
        volunteer_id,
        check,
        secret,
        organisation_id=actor().organisation,
        actor_id=actor().user_id,
    )


def _on(volunteer_id: UUID, changed: Card, saved: str) -> Response:
    """On to the PIN where one is still to be chosen, else to the card."""
    if changed.check is SecondCheck.PIN and changed.secret_hash is None:
        flash(_("Saved. Now let them choose a PIN."), "success")
        return redirect(url_for(".card_pin", volunteer_id=volunteer_id))
    flash(saved, "success")
    return redirect(url_for(".card", volunteer_id=volunteer_id))


def _person(volunteer_id: UUID) -> tuple[Volunteer, Card | None]:
    session, who = db.session(), actor()
    volunteer = find_enrolled(session, who.programme, who.organisation, volunteer_id).volunteer
    return volunteer, find_live_card(session, who.programme, volunteer_id)


def _with_card(volunteer_id: UUID) -> tuple[Volunteer, Card]:
    volunteer, found = _person(volunteer_id)
    if found is None:
        raise NotFoundError
    return volunteer, found
