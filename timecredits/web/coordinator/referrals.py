"""Requests to be in touch: who waits, everything about one, and what a project worker does about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.referral_models import Referral, ReferralState
from timecredits.community.referrals.asking import LONGEST_WORDS
from timecredits.community.referrals.numbers import FEWEST, request_numbers
from timecredits.community.referrals.queue import MOST_SEARCHED, Show, list_requests, read_request
from timecredits.community.referrals.sending import note_call
from timecredits.community.referrals.settings import set_takes_requests, takes_requests
from timecredits.community.referrals.stages import OPEN, OUTCOMES, StepWords, add_note, find_sent, move, undo_step
from timecredits.foundation.errors import RuleError
from timecredits.network.models import DutyKind
from timecredits.network.permissions import KEEP_REFERRALS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.referral_forms import CallForm, CloseForm, NoteForm, SearchForm
from timecredits.web.database import db
from timecredits.web.duties import need_duty
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.referral_fields import said_by
from timecredits.web.referral_words import AIM_DAYS, KINDS, REACHES, STATES, TONES, WISHES, words_of

__all__ = ["held", "need_worker"]


def need_worker() -> None:
    """Answer 403 unless a project worker of this organisation asks."""
    need_duty(DutyKind.PROJECT_WORKER, organisation_id=actor().organisation)


def held(referral_id: UUID) -> Referral:
    """A request to this organisation, held until the page is answered if it is to be changed. Raises NotFoundError."""
    need_worker()
    return find_sent(db.session(), actor().programme, actor().organisation, referral_id, hold=request.method == "POST")


@blueprint.route("/referrals", methods=["GET", "POST"])
@allow(KEEP_REFERRALS)
def referrals() -> str:
    """Who asked to be in touch, the longest waiting first. A name to look for comes by POST: it stands in no address."""
    need_worker()
    form, who = SearchForm(), actor()
    wanted = request.args.get("show", "")
    show = Show(wanted) if wanted in set(Show) else Show.OPEN
    search = (form.search.data or "").strip()[:100] if form.validate_on_submit() else ""
    queue = list_requests(
        db.session(),
        current_app.config["KEYRING"],
        who.programme,
        who.organisation,
        show=show,
        search=search,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "coordinator/referrals.html",
        queue=queue,
        form=form,
        show=show,
        shows=Show,
        search=search,
        most=MOST_SEARCHED,
        open_to_all=takes_requests(db.session(), who.programme, who.organisation),
        **_words(),
    )


@blueprint.get("/referrals/<uuid:referral_id>")
@allow(KEEP_REFERRALS)
def referral(referral_id: UUID) -> str:
    """One request: what they said, what was done, and what can be done next."""
    need_worker()
    return _page(referral_id)


@blueprint.post("/referrals/<uuid:referral_id>/move")
@allow(KEEP_REFERRALS)
def referral_move(referral_id: UUID) -> str | Response:
    """Take the next step; the last one can be taken back."""
    row = held(referral_id)
    wanted = request.form.get("to", "")
    open_states = {state.value for state in OPEN}
    if wanted not in open_states:
        return redirect(url_for("coordinator.referral", referral_id=referral_id))
    state = ReferralState(wanted)
    said = _("Saved. It now says: %(state)s. You can take it back.", state=STATES[state.value])
    return _act(referral_id, said, lambda: move(db.session(), _keyring(), row, state, StepWords(), actor_id=actor().user))


@blueprint.post("/referrals/<uuid:referral_id>/note")
@allow(KEEP_REFERRALS)
def referral_note(referral_id: UUID) -> str | Response:
    """Add a note for the team."""
    row, form = held(referral_id), NoteForm()
    if not form.validate_on_submit():
        return _page(referral_id, form)
    try:
        add_note(db.session(), _keyring(), row, form.note.data or "", actor_id=actor().user)
    except RuleError as fault:
        show_rule(form, fault)
        return _page(referral_id, form)
    flash(_("Saved. Only your team reads it."), "success")
    return redirect(url_for("coordinator.referral", referral_id=referral_id))


@blueprint.post("/referrals/<uuid:referral_id>/undo")
@allow(KEEP_REFERRALS)
def referral_undo(referral_id: UUID) -> str | Response:
    """Take the last step back."""
    row = held(referral_id)
    seen = request.form.get("seen", "")
    done = seen in set(ReferralState) and undo_step(db.session(), _keyring(), row, ReferralState(seen), actor_id=actor().user)
    if done:
        flash(_("Taken back. It now says: %(state)s.", state=STATES[row.state.value]), "success")
    else:
        flash(_("It stands elsewhere by now. Nothing was changed."), "message")
    return redirect(url_for("coordinator.referral", referral_id=referral_id))


@blueprint.route("/referrals/<uuid:referral_id>/close", methods=["GET", "POST"])
@allow(KEEP_REFERRALS)
def referral_close(referral_id: UUID) -> str | Response:
    """Say how it ended for somebody who did not join."""
    row, form = held(referral_id), CloseForm()
    if row.state not in OPEN:
        return redirect(url_for("coordinator.referral", referral_id=referral_id))
    if form.validate_on_submit():
        state = ReferralState(form.outcome.data)
        words = StepWords(form.note.data or "", form.where.data or "" if state is ReferralState.ELSEWHERE else "")
        try:
            move(db.session(), _keyring(), row, state, words, actor_id=actor().user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Closed: %(state)s. You can take it back.", state=STATES[state.value]), "success")
            return redirect(url_for("coordinator.referral", referral_id=referral_id))
    return render_template("coordinator/referral_close.html", form=form, referral_id=referral_id)


@blueprint.route("/referrals/new", methods=["GET", "POST"])
@allow(KEEP_REFERRALS)
def referral_new() -> str | Response:
    """Type in what somebody said on the phone, or at the door."""
    need_worker()
    form, who = CallForm(), actor()
    if form.validate_on_submit():
        try:
            note_call(
                db.session(),
                _keyring(),
                who.programme,
                who.organisation,
                said_by(form),
                referral_id=form.created_id,
                actor_id=who.user,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. You have it in hand."), "success")
            return redirect(url_for("coordinator.referral", referral_id=form.created_id))
    return render_template("coordinator/referral_new.html", form=form, longest=LONGEST_WORDS)


@blueprint.get("/referrals/numbers")
@allow(KEEP_REFERRALS)
def referral_numbers() -> str:
    """How many asked in a year, how soon they heard from somebody, and what came of it."""
    need_worker()
    return render_template(
        "coordinator/referral_numbers.html",
        found=request_numbers(db.session(), actor().programme, actor().organisation),
        outcomes=[*OUTCOMES, ReferralState.WITHDRAWN, ReferralState.NEW],
        fewest=FEWEST,
        **_words(),
    )


@blueprint.post("/referrals/open")
@allow(KEEP_REFERRALS)
def referral_open() -> Response:
    """Take requests on the public page, or take no more of them."""
    need_worker()
    takes = request.form.get("takes") == "yes"
    set_takes_requests(db.session(), actor().programme, actor().organisation, takes=takes, actor_id=actor().user)
    if takes:
        flash(_("People can ask you now. Your name stands on the public page."), "success")
    else:
        flash(_("People can not ask you now. Those who asked before still wait here."), "success")
    return redirect(url_for("coordinator.referrals"))


def _act(referral_id: UUID, said: str, act: Callable[[], bool]) -> Response:
    try:
        act()
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(said, "success")
    return redirect(url_for("coordinator.referral", referral_id=referral_id))


def _page(referral_id: UUID, form: Any = None) -> str:
    who = actor()
    page = read_request(db.session(), _keyring(), who.programme, who.organisation, referral_id)
    return render_template(
        "coordinator/referral_show.html",
        page=page,
        form=form or NoteForm(formdata=None),
        next_states=[state for state in page.later if state in OPEN],
        is_open=page.row.state in OPEN,
        states=ReferralState,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "state_names": STATES,
        "tones": TONES,
        "aim": AIM_DAYS,
        "wish_words": lambda values: words_of(values, WISHES),
        "reach_words": lambda values: words_of(values, REACHES),
    }


def _keyring() -> Any:
    return current_app.config["KEYRING"]
