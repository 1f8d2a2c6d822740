"""A volunteer's own sessions: what is to come and what was, one of them, signing up, and cancelling."""

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from timecredits.community.event_models import Event
from timecredits.community.group_models import PeerGroup
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activity_models import Activity, ActivityKind
from timecredits.hours.planning.my_sessions import find_mine, list_past, list_to_come
from timecredits.hours.planning.open_activities import find_open_activity
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.sign_up_rules import NotYetError
from timecredits.hours.planning.signing_up import SignUpAnswer, SignUpOutcome, cancel_sign_up, free_places, sign_up
from timecredits.network.models import Organisation
from timecredits.network.permissions import SIGN_UP
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.database import db, give_up
from timecredits.web.filters import clock_time, say, time_of_day
from timecredits.web.volunteer.blueprint import blueprint

_FAR = timedelta(days=2 * 366)
"""No list leads further ahead, and a rule without an end could be asked for any day."""


@blueprint.app_template_filter()
def when(dated: DatedSession) -> str:
    """When a session takes place: "Tomorrow, 10am to 12pm", "Tuesday 24 November, 10am to 12pm"; the year where it is another."""
    ahead, this_year = (dated.day - clock.today()).days, dated.day.year == clock.today().year
    named = {0: _("Today"), 1: _("Tomorrow")}.get(ahead)
    times = str(_("%(starts)s to %(ends)s", starts=clock_time(dated.starts), ends=time_of_day(dated.ends)))
    return str(
        _(
            "%(day)s, %(times)s",
            day=named or format_date(dated.day, "EEEE d MMMM" if this_year else "EEEE d MMMM y"),
            times=times.replace(" ", "\N{NO-BREAK SPACE}"),
        )
    )


@blueprint.get("/sessions")
@allow(SIGN_UP)
def sessions() -> str:
    """What I am coming to, and what I wait for."""
    who = actor()
    found = list_to_come(db.session(), who.programme, who.volunteer)
    return render_template(
        "volunteer/sessions.html",
        coming=[each for each in found if not each.is_waiting],
        waiting=[each for each in found if each.is_waiting],
    )


@blueprint.get("/sessions/past")
@allow(SIGN_UP)
def sessions_past() -> str:
    """What I was down as coming to."""
    who, asked = actor(), request.args.get("page", "1")
    page = max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004  four digits
    past = list_past(db.session(), who.programme, who.volunteer, page=page)
    return render_template("volunteer/sessions_past.html", past=past, page=page)


@blueprint.get("/sessions/<uuid:plan_id>/<planned_on>")
@allow(SIGN_UP)
def session(plan_id: UUID, planned_on: str) -> str | Response:
    """One session: when and where, whether I am coming, and what I can do about it."""
    who, dated = actor(), _dated(plan_id, planned_on)
    if page := _page_of_its_own(dated):
        return redirect(page)
    mine = find_mine(db.session(), who.programme, who.volunteer, dated.id)
    try:
        open_activity = find_open_activity(db.session(), who.programme, who.volunteer, dated.activity_id)
    except NotFoundError:
        if mine is None:
            raise
        open_activity = None  # closed since, but they are down for it
    return render_template(
        "volunteer/session.html",
        dated=dated,
        mine=mine,
        activity=open_activity,
        organisation=find(db.session(), Organisation, who.programme, dated.organisation_id),
        free=free_places(db.session(), who.programme, [dated], volunteer_id=who.volunteer)[dated.id],
        has_begun=dated.begins <= clock.now(),
        is_over=dated.ends <= clock.now(),
    )


@blueprint.post("/sessions/<uuid:plan_id>/<planned_on>/sign-up")
@allow(SIGN_UP)
def session_sign_up(plan_id: UUID, planned_on: str) -> Response:
    """Sign up, or join the waiting list."""
    who, dated = actor(), _dated(plan_id, planned_on)
    if page := _page_of_its_own(dated):  # there they are asked what an event or a group needs to know
        return redirect(page)
    try:
        answer = sign_up(db.session(), who.programme, who.volunteer, dated, actor_id=who.user, today=clock.today())
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
        if isinstance(fault, NotYetError):
            return redirect(url_for("volunteer.activity", activity_id=dated.activity_id))
    else:
        flash(_said(answer), "success")
    return redirect(url_for("volunteer.session", plan_id=plan_id, planned_on=planned_on))


@blueprint.post("/sessions/<uuid:plan_id>/<planned_on>/cancel")
@allow(SIGN_UP)
def session_cancel(plan_id: UUID, planned_on: str) -> Response:
    """Say that I am not coming after all."""
    who, dated = actor(), _dated(plan_id, planned_on)
    try:
        cancel_sign_up(db.session(), who.programme, who.volunteer, dated.id, actor_id=who.user)
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
        return redirect(url_for("volunteer.session", plan_id=plan_id, planned_on=planned_on))
    flash(_("Done. You are not down for it any more. Thank you for saying so."), "success")
    return redirect(url_for("volunteer.sessions"))


def _dated(plan_id: UUID, planned_on: str) -> DatedSession:
    try:
        day = date.fromisoformat(planned_on)
    except ValueError:
        raise NotFoundError from None
    if day.isoformat() != planned_on or day > clock.today() + _FAR:
        raise NotFoundError
    return find_dated_session(db.session(), actor().programme, plan_id, day)


def _said(answer: SignUpAnswer) -> str:
    match answer.outcome:
        case SignUpOutcome.COMING:
            return str(_("Done. You are coming. You can cancel at any time before it starts."))
        case SignUpOutcome.ALREADY_COMING:
            return str(_("You are down for this already. Nothing was changed."))
        case SignUpOutcome.WAITING:
            return str(_("It is full. You are on the waiting list. If a place comes free, it is yours and we tell you."))
        case SignUpOutcome.ALREADY_WAITING:
            return str(_("You are on the waiting list already. Nothing was changed."))


def _page_of_its_own(dated: DatedSession) -> str:
    """Where an event's session is booked, or the page of its peer group; "" for the session of a role.

    Raises NotFoundError for a draft, which nobody can come to yet.
    """
    found, programme_id = db.session(), actor().programme
    activity = find(found, Activity, programme_id, dated.activity_id)
    if activity.kind is ActivityKind.GROUP:
        group = found.scalars(select(PeerGroup.id).filter_by(programme_id=programme_id, activity_id=activity.id)).one_or_none()
        return url_for("volunteer.group", group_id=group) if group is not None else ""
    if activity.kind is ActivityKind.EVENT:
        event = found.scalars(select(Event).filter_by(programme_id=programme_id, activity_id=activity.id)).one_or_none()
        if event is None or event.shown_at is None:
            raise NotFoundError
        return url_for("volunteer.event_book", event_id=event.id, plan_id=dated.plan_id, planned_on=dated.planned_on.isoformat())
    return ""
