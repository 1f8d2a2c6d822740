"""Using credits at a venue's poster with one's own phone: choose, look at the price, say yes, show the phone at the counter.

The id of what is taken stands in the form, so a double tap takes once. Nothing is taken by opening an address.
"""

from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence, counted
from timecredits.network.models import Venue
from timecredits.network.permissions import USE_AT_POSTER
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.models import Till
from timecredits.spending.posters.keeping import find_poster, serves_programme
from timecredits.spending.posters.poster_use import use_at_poster
from timecredits.spending.posters.poster_visits import find_poster_visit
from timecredits.spending.redemption import RedemptionRequest
from timecredits.spending.statements import volunteer_balance
from timecredits.spending.undoing import undo_own
from timecredits.spending.visits import list_till_offers
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.offer_picks import OfferPick, picks_of
from timecredits.web.taking_fields import read_count, read_id
from timecredits.web.volunteer.blueprint import blueprint

_LONGEST = 40
_MOST_PEOPLE = 99  # as many as can be typed; how many may come, the offer says
_TO_THE_PERSON = frozenset({Outcome.ONCE, Outcome.FROZEN, Outcome.LIMIT})
"""Where the words that staff would read out are the better ones for the person's own phone."""


@blueprint.get("/at")
@allow(USE_AT_POSTER)
def at_find() -> Response | str:
    """Type what stands on a poster, where no camera reads it."""
    typed = request.args.get("code", "")[:_LONGEST].strip()
    if "code" not in request.args:
        return render_template("volunteer/at_find.html", typed="", page_errors=[])
    if not typed:
        return _ask_again(typed, _("Type the letters and numbers at the end of the address."))
    poster = find_poster(db.session(), _keyring(), typed.rpartition("/")[2])
    if poster is None:
        return _ask_again(typed, _("No poster has this code. Check it, or ask at the counter."))
    return redirect(url_for("volunteer.at_venue", code=typed.rpartition("/")[2]))


@blueprint.get("/at/<code>")
@allow(USE_AT_POSTER)
def at_venue(code: str) -> str | tuple[str, int]:
    """What a poster leads to: the venue's offers, then the price with one button."""
    poster = _poster(code)
    return _nowhere() if poster is None else _show(code, poster)


@blueprint.post("/at/<code>")
@allow(USE_AT_POSTER)
def at_venue_use(code: str) -> Response | str | tuple[str, int]:
    """Take the credits, once for the form's id."""
    poster = _poster(code)
    if poster is None:
        return _nowhere()
    sent_id = read_id(request.form.get("id", "")) or abort(400)
    sent = RedemptionRequest(
        id=sent_id,
        code="",
        offer_id=read_id(request.form.get("offer", "")),
        adults=read_count(request.form.get("adults")),
        under_16s=read_count(request.form.get("under_16s")),
    )
    who = actor()
    answer = use_at_poster(db.session(), who.programme, who.volunteer, poster, sent)
    if answer.outcome in {Outcome.TAKEN, Outcome.ALREADY_DONE, Outcome.ALREADY_UNDONE} and answer.id is not None:
        return redirect(url_for("volunteer.at_done", redemption_id=answer.id))
    return _show(code, poster, answer=answer)


@blueprint.get("/at/done/<uuid:redemption_id>")
@allow(USE_AT_POSTER)
def at_done(redemption_id: UUID) -> str:
    """What is shown at the counter."""
    who = actor()
    visit = find_poster_visit(db.session(), who.programme, who.volunteer, redemption_id)
    now = clock.now()
    return render_template(
        "volunteer/at_done.html",
        visit=visit,
        now=now,
        seconds_left=max(0, int((visit.undo_until - now).total_seconds())),
        reasons=_reasons(),
    )


@blueprint.post("/at/done/<uuid:redemption_id>/undo")
@allow(USE_AT_POSTER)
def at_undo(redemption_id: UUID) -> Response:
    """Take it back, within the quarter of an hour."""
    who = actor()
    find_poster_visit(db.session(), who.programme, who.volunteer, redemption_id)  # before what was sent is looked at
    reason = _reasons().get(request.form.get("why", "")) or abort(400)
    answer = undo_own(db.session(), who.programme, who.volunteer, redemption_id, reason)
    if answer.outcome is Outcome.UNDONE:
        flash(say(answer.sentence), "success")
    else:
        flash(f"{say(answer.sentence)} {say(answer.say)}", "warning")
    return redirect(url_for("volunteer.at_done", redemption_id=redemption_id))


def _show(code: str, poster: Till, *, answer: Answer | None = None) -> str:
    who, session = actor(), db.session()
    offers = picks_of([each for each in list_till_offers(session, poster.venue_id) if each.programme_id == who.programme])
    # A name of its own: another room's page may have kept `offer_id` of a till in this browser.
    asked = request.form if request.method == "POST" else request.args
    wanted = read_id(asked.get("offer", ""))
    pick = next((each for each in offers if each.id == wanted), offers[0] if len(offers) == 1 else None)
    adults, under_16s = read_count(asked.get("adults")), read_count(asked.get("under_16s"))
    said = "go" in asked  # the choice was made, and not only looked at again
    fault = _fault(pick, adults, under_16s) if said else ""
    balance = volunteer_balance(session, who.programme, who.volunteer)
    return render_template(
        "volunteer/at_venue.html",
        code=code,
        venue_name=session.get_one(Venue, poster.venue_id).name,
        offers=offers,
        pick=pick,
        is_settled=pick is not None and not fault and (said or (len(offers) == 1 and not pick.asks_party)),
        adults=adults or 0 if pick and pick.asks_party else 1,
        under_16s=_under_16s(pick, under_16s),
        typed=(adults, under_16s),
        page_errors=[{"text": fault, "href": "#adults" if pick else "#offer-1"}] if fault else [],
        balance=balance,
        answer=answer,
        answer_words=_words(answer) if answer else "",
        answer_next=_next(answer) if answer else "",
        new_id=new_id(),
    )


def _fault(pick: OfferPick | None, adults: int | None, under_16s: int | None) -> str:
    """What is missing, or why so many can't come, before anything is sent."""
    if pick is None:
        return say(Sentence("Choose what it is for first. Nothing was taken."))
    if not pick.asks_party:
        return ""
    counts = (adults or 0, _under_16s(pick, under_16s))
    if min(counts) < 0 or sum(counts) == 0 or max(counts) > _MOST_PEOPLE:
        return say(Sentence("Say how many are coming. Nothing was taken."))
    if sum(counts) > pick.most_people:
        return say(
            counted(
                "This is for 1 person. Nothing was taken.",
                "This is for up to %(num)s people. Nothing was taken.",
                pick.most_people,
            )
        )
    return ""


def _under_16s(pick: OfferPick | None, sent: int | None) -> int:
    return sent or 0 if pick and pick.asks_party and pick.under_16_minutes is not None else 0


def _words(answer: Answer) -> str:
    return say(answer.say) if answer.outcome in _TO_THE_PERSON else say(answer.sentence)


def _next(answer: Answer) -> str:
    """What to do now. A free visit is no refusal; of credits on hold nobody at a counter need hear."""
    if answer.panel == "done":
        return say(Sentence("Tell them at the counter."))
    if answer.outcome is Outcome.FROZEN:
        return say(Sentence("Nothing was taken."))
    return say(Sentence("Choose something else, or ask at the counter."))


def _reasons() -> dict[str, str]:
    return {
        "wrong": _("Wrong offer or number of people"),
        "leaving": _("I can't stay"),
        "not_me": _("This was not me"),
    }


def _poster(code: str) -> Till | None:
    """The poster, where its venue takes the credits of this person's programme."""
    poster = find_poster(db.session(), _keyring(), code)
    if poster is None or not serves_programme(db.session(), actor().programme, poster.venue_id):
        return None
    return poster


def _nowhere() -> tuple[str, int]:
    return render_template("volunteer/at_nowhere.html"), 404


def _ask_again(typed: str, error: str) -> str:
    return render_template("volunteer/at_find.html", typed=typed, page_errors=[{"text": error, "href": "#code"}])


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
