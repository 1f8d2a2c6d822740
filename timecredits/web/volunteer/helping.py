"""Helpers: who may use my credits for me, and whom I may help, with everything that was done."""

from collections.abc import Callable
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.network.permissions import HELP_SOMEBODY, KEEP_OWN_SETTINGS
from timecredits.spending.giving.gift_undoing import take_back_own
from timecredits.spending.giving.gifts import Given, Giver, give_to_person
from timecredits.spending.giving.helper_codes import helper_code_page, latest_helper_use
from timecredits.spending.giving.helping import (
    HelpingCounts,
    count_helping,
    end_as_helper,
    end_as_person,
    find_helped,
    list_helped,
    list_helpers,
)
from timecredits.spending.giving.own_gifts import list_helper_acts
from timecredits.spending.giving.receive_codes import find_receiver
from timecredits.spending.helper_limits import helper_room
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.giving_fields import GiftForm
from timecredits.web.volunteer.blueprint import blueprint
from timecredits.web.volunteer.gift_steps import GiftPage, gift_steps
from timecredits.web.volunteer.giving import Answer, CodeForm

_GROUP = 4


@blueprint.context_processor
def _helping_on_home() -> dict[str, Callable[[], HelpingCounts]]:
    return {"helping_counts": lambda: count_helping(db.session(), actor().programme, actor().volunteer)}


@blueprint.get("/helpers")
@allow(KEEP_OWN_SETTINGS)
def helpers() -> str:
    """Who may act for me, and what they did."""
    who, now = actor(), clock.now()
    lines = list_helpers(db.session(), who.programme, who.volunteer)
    return render_template(
        "volunteer/helpers.html",
        helpers=[line for line in lines if not line.is_over(now)],
        acts=list_helper_acts(db.session(), who.programme, volunteer_id=who.volunteer, reader_id=who.volunteer),
    )


@blueprint.post("/helpers/<uuid:helping_id>/end")
@allow(KEEP_OWN_SETTINGS)
def helper_end(helping_id: UUID) -> Response:
    """Let somebody help me no more."""
    who = actor()
    end_as_person(db.session(), who.programme, who.volunteer, helping_id, user_id=who.user_id)
    flash(_("Done. They can not use your credits any more."), "success")
    return redirect(url_for(".helpers"))


@blueprint.get("/helping")
@allow(HELP_SOMEBODY)
def helping() -> str:
    """The people I help."""
    who = actor()
    return render_template("volunteer/helping.html", people=list_helped(db.session(), who.programme, who.volunteer))


@blueprint.get("/helping/<uuid:helping_id>")
@allow(HELP_SOMEBODY)
def helping_person(helping_id: UUID) -> str:
    """One person I help: what is left of this week, and what I did."""
    who, session = actor(), db.session()
    line = find_helped(session, who.programme, who.volunteer, helping_id)
    whose = line.helping.volunteer_id
    return render_template(
        "volunteer/helping_person.html",
        line=line,
        left=helper_room(session, who.programme, whose, who.volunteer, clock.now()) or 0,
        acts=list_helper_acts(session, who.programme, volunteer_id=whose, helper_ids=[who.volunteer], reader_id=who.volunteer),
    )


@blueprint.post("/helping/<uuid:helping_id>/end")
@allow(HELP_SOMEBODY)
def helping_end(helping_id: UUID) -> Response:
    """Help somebody no more."""
    who = actor()
    end_as_helper(db.session(), who.programme, who.volunteer, helping_id, user_id=who.user_id)
    flash(_("Done. You do not help them with credits any more."), "success")
    return redirect(url_for(".helping"))


@blueprint.get("/helping/<uuid:helping_id>/code")
@allow(HELP_SOMEBODY, writes=True)  # the typed form of the code is stored
def helping_code(helping_id: UUID) -> str:
    """Their code, to hold up at a till for them."""
    return render_template("volunteer/helping_code.html", **_shown(helping_id))


@blueprint.get("/helping/<uuid:helping_id>/code/fragment")
@allow(HELP_SOMEBODY, writes=True)
def helping_code_fragment(helping_id: UUID) -> str:
    """The part of it that changes, for static/js/live_code.js."""
    return render_template("volunteer/helping_code_part.html", **_shown(helping_id))


@blueprint.get("/helping/<uuid:helping_id>/code/news")
@allow(HELP_SOMEBODY)
def helping_code_news(helping_id: UUID) -> Response:
    """Whether credits were used since: 200 when there is something to show, 204 when not."""
    who = actor()
    news = latest_helper_use(db.session(), who.programme, who.volunteer, helping_id, seen=_seen())
    return Response("used\n", mimetype="text/plain") if news else Response(status=204)


@blueprint.route("/helping/<uuid:helping_id>/give", methods=["GET", "POST"])
@allow(HELP_SOMEBODY)
def helping_give(helping_id: UUID) -> str | Response:
    """Ask whom the person wants to give credits to."""
    who, form = actor(), CodeForm()
    line = find_helped(db.session(), who.programme, who.volunteer, helping_id)
    if not line.helping.may_give:
        flash(_("You may use their credits, but not give them away."), "warning")
        return redirect(url_for(".helping_person", helping_id=helping_id))
    if form.validate_on_submit():
        whose = line.helping.volunteer_id
        found = find_receiver(db.session(), who.programme, who.volunteer, form.code.data, giver_id=whose)
        if not isinstance(found, Sentence):
            return redirect(url_for(".helping_give_to", helping_id=helping_id, code=found.code))
        form.code.errors = [say(found)]
    return render_template("volunteer/helping_give.html", form=form, line=line, action="")


@blueprint.route("/helping/<uuid:helping_id>/give/<code>", methods=["GET", "POST"])
@allow(HELP_SOMEBODY, writes=True)  # a wrong code is counted
def helping_give_to(helping_id: UUID, code: str) -> Answer:
    """Give the person's credits to whoever the code leads to."""
    who = actor()
    line = find_helped(db.session(), who.programme, who.volunteer, helping_id)
    whose = line.helping.volunteer_id
    receiver = find_receiver(db.session(), who.programme, who.volunteer, code, giver_id=whose)
    if isinstance(receiver, Sentence) or receiver.volunteer_id in {who.volunteer, whose}:
        form, wrong = CodeForm(formdata=None), isinstance(receiver, Sentence)
        own = Sentence("That code is yours or theirs. Nothing was given. Ask for another.")
        form.code.errors = [say(receiver if wrong else own)]
        action = url_for(".helping_give", helping_id=helping_id)
        return render_template("volunteer/helping_give.html", form=form, line=line, action=action), 404 if wrong else 200
    giver = Giver(whose, who.user_id, who.volunteer)

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

    person = url_for(".helping_person", helping_id=helping_id)
    here = url_for(".helping_give_to", helping_id=helping_id, code=receiver.code)
    return gift_steps(GiftPage(receiver.name, here, person, person, whose=line.person), giver, act)


@blueprint.post("/helping/<uuid:helping_id>/gifts/<uuid:gift_id>/back")
@allow(HELP_SOMEBODY)
def helping_gift_back(helping_id: UUID, gift_id: UUID) -> Response:
    """Take back what one gave for somebody, within a quarter of an hour."""
    who = actor()
    find_helped(db.session(), who.programme, who.volunteer, helping_id)
    try:
        take_back_own(db.session(), who.programme, who.volunteer, gift_id, user_id=who.user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Taken back. They have their credits again."), "success")
    return redirect(url_for(".helping_person", helping_id=helping_id))


def _shown(helping_id: UUID) -> dict[str, object]:
    keyring: Keyring = current_app.config["KEYRING"]
    seen, who = _seen(), actor()
    page = helper_code_page(db.session(), keyring, who.programme, who.volunteer, helping_id, seen=seen)
    drawn = qr_svg(
        page.code.qr_text, title=_("A square code to scan. The same code is written below."), level="M", alphanumeric=True
    )
    typed = f"{page.code.typed[:_GROUP]} {page.code.typed[_GROUP:]}"
    return {"page": page, "seen": seen or "", "qr": Markup(drawn), "typed": typed}  # noqa: S704  our own drawing


def _seen() -> UUID | None:
    try:
        return UUID(request.args.get("seen", ""))
    except ValueError:
        return None
