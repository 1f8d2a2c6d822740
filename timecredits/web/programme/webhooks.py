"""Other computers that are told of new hours and uses: added here, tested, paused, ended; and what was sent to each."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import KEEP_WEBHOOKS
from timecredits.records.models import WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.addresses import is_local
from timecredits.records.webhooks.keeping import (
    CHOOSABLE,
    change_secret,
    end_webhook,
    go_on,
    make_webhook,
    pause_webhook,
    send_again,
    send_test,
)
from timecredits.records.webhooks.listing import count_waiting, find_webhook, list_deliveries, list_webhooks, standing
from timecredits.records.webhooks.outcomes import Because
from timecredits.records.webhooks.sending import Fault
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.freshness import fresh
from timecredits.web.programme.blueprint import blueprint

_FAULTS: dict[str, Any] = {
    Fault.NO_NAME: lazy_gettext("No computer has that name."),
    Fault.NOT_PUBLIC: lazy_gettext("That computer is not on the open internet."),
    Fault.NO_CONNECTION: lazy_gettext("Nobody answered."),
    Fault.NOT_TRUSTED: lazy_gettext("Its certificate is not good."),
    Fault.TOO_SLOW: lazy_gettext("It took too long."),
    Fault.BROKEN: lazy_gettext("The answer broke off."),
    "nothing": lazy_gettext("What it was about is gone."),
}
_WHY_PAUSED: dict[str, Any] = {
    Because.ASKED: lazy_gettext("It is paused. Nothing is sent. What is new waits."),
    Because.FAILING: lazy_gettext("Nothing got there for three days. So we paused it. What is new waits."),
    Because.SECRET: lazy_gettext("We can not read its secret any more. Make a new one, then it goes on."),
    Because.MOVED: lazy_gettext("The programme moved here. So it is paused. Check that no other place tells it too."),
}


class WebhookForm(CreatingForm):
    """A computer to tell: whose it is, where it listens, and what it hears."""

    about = StringField(lazy_gettext("Whose computer is it?"), widget=GovTextInput())
    url = StringField(lazy_gettext("At what address does it listen?"), widget=GovTextInput())
    events = SelectMultipleField(lazy_gettext("What should we tell it?"), widget=GovCheckboxesInput(), validate_choice=False)


@blueprint.get("/webhooks")
@allow(KEEP_WEBHOOKS)
def webhooks() -> str:
    """List them, those that ended last."""
    found = list_webhooks(db.session(), actor().programme, now=clock.now())
    return render_template("programme/webhooks.html", webhooks=[(each, standing(each)) for each in found], words=_event_words())


@blueprint.route("/webhooks/new", methods=["GET", "POST"])
@allow(KEEP_WEBHOOKS)
@fresh
def webhook_new() -> str | Response:
    """Add one and show its secret, once: the answer to the form is the only page that ever holds it."""
    form, who = WebhookForm(), actor()
    form.events.choices = [(event.value, say(words)) for event, words in CHOOSABLE.items()]
    if form.validate_on_submit():
        try:
            made = make_webhook(
                db.session(),
                _keyring(),
                who.programme,
                webhook_id=form.created_id,
                url=form.url.data or "",
                about=form.about.data or "",
                events=_known_events(form.events.data or []),
                local_allowed=is_local(current_app.config["BASE_URL"]),
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return render_template("programme/webhook_made.html", webhook=made.webhook, secret=made.secret, is_new=True)
    return render_template("programme/webhook_new.html", form=form)


@blueprint.get("/webhooks/<uuid:webhook_id>")
@allow(KEEP_WEBHOOKS)
def webhook(webhook_id: UUID) -> str:
    """Show how one stands, and what was sent to it in the last 30 days."""
    session, programme_id, page = db.session(), actor().programme, max(1, request.args.get("page", 1, type=int))
    found = find_webhook(session, programme_id, webhook_id)
    deliveries, has_older = list_deliveries(session, programme_id, webhook_id, page=page, now=clock.now())
    if page > 1 and not deliveries:
        abort(404)
    return render_template(
        "programme/webhook.html",
        webhook=found,
        standing=standing(found),
        why_paused=_WHY_PAUSED.get(found.paused_because, _WHY_PAUSED[Because.ASKED]),
        is_gone=found.paused_because == Because.GONE,
        waiting=count_waiting(session, programme_id, webhook_id),
        deliveries=[(each, _state(each), _answer(each)) for each in deliveries],
        words=_event_words(),
        page=page,
        has_older=has_older,
        form=CreatingForm(formdata=None),
    )


@blueprint.route("/webhooks/<uuid:webhook_id>/secret", methods=["GET", "POST"])
@allow(KEEP_WEBHOOKS)
@fresh
def webhook_secret(webhook_id: UUID) -> str:
    """Ask once more, then change the secret and show the new one, once."""
    who, session, form = actor(), db.session(), CreatingForm()
    found = find_webhook(session, who.programme, webhook_id)
    if found.ended_at is not None:
        raise NotFoundError
    if form.validate_on_submit():
        made = change_secret(session, _keyring(), who.programme, webhook_id, change_id=form.created_id, actor_id=who.user_id)
        return render_template("programme/webhook_made.html", webhook=made.webhook, secret=made.secret, is_new=False)
    return render_template("programme/webhook_secret.html", form=form, webhook=found)


@blueprint.post("/webhooks/<uuid:webhook_id>/test")
@allow(KEEP_WEBHOOKS)
def webhook_test(webhook_id: UUID) -> Response:
    """Send a message that tells nothing."""
    form, who = CreatingForm(), actor()
    find_webhook(db.session(), who.programme, webhook_id)
    if not form.validate_on_submit():
        flash(_("Load the page again and send it once more. Nothing was sent."), "warning")
    elif send_test(db.session(), who.programme, webhook_id, test_id=form.created_id, actor_id=who.user_id):
        flash(_("The test is on its way. Load this page again in a minute to see the answer."), "success")
    else:
        flash(_("You asked for a test a moment ago. We did not send one more."), "warning")
    return redirect(url_for(".webhook", webhook_id=webhook_id))


@blueprint.post("/webhooks/<uuid:webhook_id>/pause")
@allow(KEEP_WEBHOOKS)
def webhook_pause(webhook_id: UUID) -> Response:
    """Send nothing there for now."""
    pause_webhook(db.session(), actor().programme, webhook_id, actor_id=actor().user_id)
    flash(_("It is paused. Nothing is sent. You can let it go on."), "success")
    return redirect(url_for(".webhook", webhook_id=webhook_id))


@blueprint.post("/webhooks/<uuid:webhook_id>/go-on")
@allow(KEEP_WEBHOOKS)
def webhook_go_on(webhook_id: UUID) -> Response:
    """Send there again, also what came meanwhile."""
    go_on(db.session(), actor().programme, webhook_id, actor_id=actor().user_id)
    flash(_("It goes on. What waited is sent now."), "success")
    return redirect(url_for(".webhook", webhook_id=webhook_id))


@blueprint.post("/webhooks/<uuid:webhook_id>/end")
@allow(KEEP_WEBHOOKS)
@fresh
def webhook_end(webhook_id: UUID) -> Response:
    """Send nothing there any more."""
    end_webhook(db.session(), actor().programme, webhook_id, actor_id=actor().user_id)
    flash(_("It has ended. Nothing more is sent there."), "success")
    return redirect(url_for(".webhook", webhook_id=webhook_id))


@blueprint.post("/webhooks/<uuid:webhook_id>/messages/<uuid:delivery_id>/again")
@allow(KEEP_WEBHOOKS)
def webhook_again(webhook_id: UUID, delivery_id: UUID) -> Response:
    """Send one message once more."""
    send_again(db.session(), actor().programme, webhook_id, delivery_id, actor_id=actor().user_id)
    flash(_("It will be sent again in a minute."), "success")
    return redirect(url_for(".webhook", webhook_id=webhook_id))


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring


def _known_events(sent: list[str]) -> list[WebhookEvent]:
    try:
        return [WebhookEvent(each) for each in sent]
    except ValueError:
        return []


def _event_words() -> dict[str, str]:
    return {event.value: say(words) for event, words in CHOOSABLE.items()} | {WebhookEvent.TEST.value: _("A test")}


def _state(delivery: WebhookDelivery) -> tuple[str, str]:
    """What became of a message, and in what tone to say so."""
    if delivery.done_at is not None:
        return _("It arrived"), "ok"
    if delivery.given_up_at is not None:
        return _("It did not arrive"), "warn"
    return (_("We try again"), "warn") if delivery.tries else (_("It waits"), "soft")


def _answer(delivery: WebhookDelivery) -> Any:
    """What came back at the last try, in words; empty before the first."""
    said = delivery.last_answer
    if not said:
        return ""
    return _FAULTS[said] if said in _FAULTS else _("Its answer: %(code)s.", code=said)
