"""Asking to be in touch, without an account: five pages, each with one question, and nothing of it in any address.

What is typed lies sealed in a draft on the server; the browser's session holds the draft's id and nothing else. Leaving in a
hurry ends the session, and with it the way back.
"""

from typing import Any, Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.community.referrals.asking import (
    LONGEST_WORDS,
    Answers,
    Question,
    begin_draft,
    find_draft,
    missing_question,
    open_answers,
    places_to_ask,
    save_answers,
    throw_away,
)
from timecredits.community.referrals.save_codes import TakenUp, keep_code, show_code, take_up
from timecredits.community.referrals.sending import send, take_back
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Organisation, Programme
from timecredits.network.permissions import ASK_FOR_CONTACT
from timecredits.network.scope import find
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.public.areas import PAGES, find_area
from timecredits.web.public.ask_forms import CodeForm, answers_of, filled
from timecredits.web.public.asking_limits import too_many
from timecredits.web.public.blueprint import blueprint
from timecredits.web.referral_words import AIM_DAYS, REACHES, WISHES, words_of

_KEPT: Final = "ask"
"""Where the browser's session holds the id of what is being asked, or was."""


@blueprint.get("/in/<area>/ask")
@allow(ASK_FOR_CONTACT)
def ask(area: str) -> str:
    """Say whom one can ask, how long it takes, and that ringing is as good."""
    programme = find_area(area)
    return _start(programme)


@blueprint.post("/in/<area>/ask")
@allow(ASK_FOR_CONTACT)
def ask_begin(area: str) -> str | Response | tuple[str, int]:
    """Begin to ask one organisation, or whoever fits; what was typed before comes along."""
    programme = find_area(area)
    if too_many():
        return _start(programme, _("There were many requests from here. Nothing was saved. Wait an hour, or ring.")), 429
    chosen = request.form.get("organisation", "")
    try:
        organisation_id = None if chosen == "unsure" else UUID(chosen)
    except ValueError:
        return _start(programme, _("Choose who to ask. Nothing was saved."))
    kept = begin_draft(db.session(), _keyring(), programme.id, organisation_id, draft_id=_kept_id())
    session[_KEPT] = str(kept)
    return redirect(url_for("public.ask_question", area=area, number=1))


@blueprint.route("/in/<area>/ask/<int:number>", methods=["GET", "POST"])
@allow(ASK_FOR_CONTACT)
def ask_question(area: str, number: int) -> str | Response:
    """One question of the five. What was said is kept; Back and forth loses nothing."""
    programme = find_area(area)
    question = Question(number) if number in set(Question) else None
    if question is None:
        raise NotFoundError
    row = _kept(programme)
    if row is None:
        return redirect(url_for("public.ask", area=area))
    if row.state is not ReferralState.DRAFT:
        return redirect(url_for("public.ask_sent", area=area))
    said = open_answers(_keyring(), row) or Answers()
    form = filled(question, said)
    answer = _answered(programme, row, question, form, said) if form.validate_on_submit() else None
    return answer or _question(programme, row, question, form, said)


@blueprint.get("/in/<area>/ask/sent")
@allow(ASK_FOR_CONTACT)
def ask_sent(area: str) -> str | Response:
    """Say that it was sent, what happens next, and how to take it back."""
    programme = find_area(area)
    row = _kept(programme)
    if row is None or row.state is ReferralState.DRAFT:
        return redirect(url_for("public.ask", area=area))
    return render_template(
        "public/ask_sent.html",
        area=area,
        organisation=_asked(programme, row),
        code=show_code(_keyring(), row),
        state=row.state,
        states=ReferralState,
        is_over=row.closed_at is not None,
        aim=AIM_DAYS,
    )


@blueprint.post("/in/<area>/ask/take-back")
@allow(ASK_FOR_CONTACT)
def ask_take_back(area: str) -> Response:
    """Take back what was sent. Whoever gave the code, or sent it from this browser, may."""
    programme = find_area(area)
    row = _kept(programme)
    if row is None or row.state is ReferralState.DRAFT:
        return redirect(url_for("public.ask", area=area))
    if not take_back(db.session(), _keyring(), programme.id, row.id) and row.state is not ReferralState.WITHDRAWN:
        flash(_("They have dealt with it already. Nothing was changed. Ring them if you want to stop."), "warning")
    return redirect(url_for("public.ask_sent", area=area))


@blueprint.get("/in/<area>/ask/code")
@allow(ASK_FOR_CONTACT)
def ask_code(area: str) -> str | Response:
    """Show the code to go on with later."""
    programme = find_area(area)
    row = _kept(programme)
    if row is None or row.save_code_hash is None:
        return redirect(url_for("public.ask", area=area))
    if row.state is not ReferralState.DRAFT:
        return redirect(url_for("public.ask_sent", area=area))
    said = open_answers(_keyring(), row) or Answers()
    number = (missing_question(said) or Question.MORE).value
    return render_template("public/ask_code.html", area=area, code=show_code(_keyring(), row), number=number)


@blueprint.route("/in/<area>/ask/saved", methods=["GET", "POST"])
@allow(ASK_FOR_CONTACT)
def ask_saved(area: str) -> str | Response | tuple[str, int]:
    """Take up what was saved, or what was sent, with its code."""
    programme, form = find_area(area), CodeForm()
    if form.validate_on_submit():
        answer = take_up(
            db.session(), _keyring(), programme.id, (form.code.data or "")[:100], where=request.remote_addr or "unknown"
        )
        if answer.outcome is TakenUp.FITS:
            session[_KEPT] = str(answer.referral_id)
            row = _kept(programme)
            if row is not None and row.state is ReferralState.DRAFT:
                missing = missing_question(open_answers(_keyring(), row) or Answers()) or Question.MORE
                return redirect(url_for("public.ask_question", area=area, number=missing.value))
            return redirect(url_for("public.ask_sent", area=area))
        if answer.outcome is TakenUp.TOO_MANY:
            form.code.errors = [_("There were many tries. Nothing is lost. Wait 15 minutes, then try again.")]
            return render_template("public/ask_saved.html", form=form, area=area), 429
        form.code.errors = [_("That code did not work. Check it. A code works for 14 days. Nothing was changed.")]
    return render_template("public/ask_saved.html", form=form, area=area)


@blueprint.post("/in/<area>/ask/forget")
@allow(ASK_FOR_CONTACT)
def ask_forget(area: str) -> Response:
    """Let this browser know nothing of it any more; with `remove` an unsent draft goes for good."""
    programme = find_area(area)
    kept = _kept_id()
    if kept is not None and request.form.get("remove") == "yes":
        if not throw_away(db.session(), programme.id, kept) and _kept(programme) is not None:
            flash(_("It was sent meanwhile. Nothing was removed. Here you can take it back."), "warning")
            return redirect(url_for("public.ask_sent", area=area))
        flash(_("Removed. We kept nothing of what you typed."), "success")
    else:
        flash(_("This device has forgotten it. Your code still works."), "success")
    session.pop(_KEPT, None)
    return redirect(url_for("public.ask", area=area))


def _answered(programme: Programme, row: Referral, question: Question, form: Any, said: Answers) -> Response | None:
    """Keep what was typed and lead on; None where it can't be kept, and the form says why."""
    area, given, later = programme.slug, answers_of(form), request.form.get("go") == "later"
    if not (later and given == Answers()):
        try:
            said = save_answers(db.session(), _keyring(), programme.id, row.id, question, given)
        except RuleError as fault:
            show_rule(form, fault)
            return None
        except NotFoundError:  # sent from another tab while this one was looked at
            return redirect(url_for("public.ask_sent", area=area))
    if later:
        keep_code(db.session(), _keyring(), programme.id, row.id)
        return redirect(url_for("public.ask_code", area=area))
    if question is Question.MORE:
        return _sent(programme, row, said)
    to_end = request.args.get("back") == "end" and missing_question(said) is None
    number = Question.MORE.value if to_end else question.value + 1
    return redirect(url_for("public.ask_question", area=area, number=number))


def _sent(programme: Programme, row: Referral, said: Answers) -> Response:
    """Send it, and lead to what happens next; or to what is missing."""
    area, missing = programme.slug, missing_question(said)
    if missing is not None:
        flash(_("This is still missing. Nothing was sent yet."), "warning")
        return redirect(url_for("public.ask_question", area=area, number=missing.value))
    try:
        send(db.session(), _keyring(), programme.id, row.id, base_url=current_app.config["BASE_URL"])
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("public.ask", area=area))
    return redirect(url_for("public.ask_sent", area=area))


def _start(programme: Programme, problem: str = "") -> str:
    row = _kept(programme)
    return render_template(
        "public/ask_start.html",
        area=programme.slug,
        places=places_to_ask(db.session(), programme.id),
        begun=row is not None and row.state is ReferralState.DRAFT,
        sent=row is not None and row.state is not ReferralState.DRAFT,
        page_errors=[{"text": problem}] if problem else [],
        aim=AIM_DAYS,
    )


def _question(programme: Programme, row: Referral, question: Question, form: Any, said: Answers) -> str:
    number, area = question.value, programme.slug
    to_end = request.args.get("back") == "end"
    rows = [
        (_("What would help"), words_of(said.wishes, WISHES), 1),
        (_("Your name"), said.name or _("Not given"), 2),
        (_("Your phone"), said.phone or _("Not given"), 3),
        (_("Your email"), said.email or _("Not given"), 3),
        (_("When to reach you"), words_of(said.reach, REACHES), 4),
    ]
    back = url_for("public.ask_question", area=area, number=5 if to_end else number - 1) if number > 1 or to_end else ""
    return render_template(
        "public/ask_question.html",
        area=area,
        form=form,
        number=number,
        question=question.name.lower(),
        last=question is Question.MORE,
        to_end=to_end,
        organisation=_asked(programme, row),
        places=places_to_ask(db.session(), programme.id),
        back=back or url_for("public.ask", area=area),
        rows=[(name, words, url_for("public.ask_question", area=area, number=at, back="end")) for name, words, at in rows],
        longest=LONGEST_WORDS,
        aim=AIM_DAYS,
    )


def _asked(programme: Programme, row: Referral) -> Organisation | None:
    return None if row.organisation_id is None else find(db.session(), Organisation, programme.id, row.organisation_id)


def _kept_id() -> UUID | None:
    try:
        return UUID(str(session.get(_KEPT, "")))
    except ValueError:
        return None


def _kept(programme: Programme) -> Referral | None:
    """What this browser asks, or asked last, in this programme."""
    kept = _kept_id()
    if kept is None:
        return None
    row = find_draft(db.session(), programme.id, kept)
    if row is not None:
        return row
    try:
        return find(db.session(), Referral, programme.id, kept, kind=ReferralKind.SELF)
    except NotFoundError:
        return None


def _keyring() -> Any:
    return current_app.config["KEYRING"]


PAGES["ask"] = "public.ask"
