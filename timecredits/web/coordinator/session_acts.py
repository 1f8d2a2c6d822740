"""What a coordinator does with one session: move, cancel, put back on, write to everybody. Each is one page and one save."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.hours.activity_models import SignUpStatus
from timecredits.hours.planning.session_keeping import cancel_session, move_session, restore_session
from timecredits.hours.planning.session_messages import list_reachable, write_to_signed_up
from timecredits.hours.planning.sessions import DatedSession
from timecredits.hours.planning.signing_up import SignedUp, list_sign_ups
from timecredits.network.permissions import KEEP_ACTIVITIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.plan_forms import CancelForm, MessageForm, MoveForm, move_form
from timecredits.web.coordinator.session_telling import tell
from timecredits.web.coordinator.sessions import find_session, session_href
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule


@blueprint.route("/sessions/<uuid:plan_id>/<planned_on>/move", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def session_move(plan_id: UUID, planned_on: str) -> str | Response:
    """Another time, place or number of places for this one session."""
    dated = find_session(plan_id, planned_on)
    form = move_form(dated) if request.method != "POST" else MoveForm()
    if form.validate_on_submit():
        try:
            told = move_session(db.session(), *_here(), plan_id, dated.planned_on, form.terms, actor_id=actor().user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            tell(told, _("Saved. The other days stay as they are."))
            return redirect(session_href(dated))
    people = _people(dated)
    reachable = list_reachable(db.session(), actor().programme, people)
    return render_template("coordinator/session_move.html", form=form, dated=dated, people=people, reachable=reachable)


@blueprint.route("/sessions/<uuid:plan_id>/<planned_on>/cancel", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def session_cancel(plan_id: UUID, planned_on: str) -> str | Response:
    """Call this one session off, and say why."""
    dated = find_session(plan_id, planned_on)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            told = cancel_session(
                db.session(),
                *_here(),
                plan_id,
                dated.planned_on,
                because=form.because.data or "",
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            tell(told, _("Cancelled. You can put it back on."))
            return redirect(session_href(dated))
    people = _people(dated)
    reachable = list_reachable(db.session(), actor().programme, people)
    return render_template("coordinator/session_cancel.html", form=form, dated=dated, people=people, reachable=reachable)


@blueprint.post("/sessions/<uuid:plan_id>/<planned_on>/restore")
@allow(KEEP_ACTIVITIES)
def session_restore(plan_id: UUID, planned_on: str) -> Response:
    """Put a cancelled session back on."""
    dated = find_session(plan_id, planned_on)
    try:
        told = restore_session(db.session(), *_here(), plan_id, dated.planned_on, actor_id=actor().user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        tell(told, _("It is on again."))
    return redirect(session_href(dated))


@blueprint.route("/sessions/<uuid:plan_id>/<planned_on>/message", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def session_message(plan_id: UUID, planned_on: str) -> str | Response:
    """Write to everybody who signed up."""
    dated = find_session(plan_id, planned_on)
    form = MessageForm()
    if form.validate_on_submit():
        try:
            told = write_to_signed_up(
                db.session(),
                *_here(),
                dated,
                form.words.data or "",
                message_id=form.created_id,
                actor_id=actor().user_id,
                waiting_too=form.waiting_too.data,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            tell(told, _("Sent."))
            return redirect(session_href(dated))
    people = _people(dated)
    return render_template(
        "coordinator/session_message.html",
        form=form,
        dated=dated,
        coming=[each for each in people if each.status is SignUpStatus.COMING],
        waiting=[each for each in people if each.status is SignUpStatus.WAITING],
        reachable=list_reachable(db.session(), actor().programme, people),
    )


def _here() -> tuple[UUID, UUID]:
    return actor().programme, actor().organisation


def _people(dated: DatedSession) -> list[SignedUp]:
    return list_sign_ups(db.session(), actor().programme, [dated.id]).get(dated.id, [])
