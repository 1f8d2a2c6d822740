"""Sessions: what is coming week by week, and one with who is coming, who waits, and what can be done about it."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import SignUpStatus
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, find_named, list_names
from timecredits.hours.planning.plans import FAR
from timecredits.hours.planning.session_messages import list_messages, list_reachable
from timecredits.hours.planning.session_rosters import list_turnouts
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, list_sessions
from timecredits.hours.planning.sign_up_rules import NotYetError
from timecredits.hours.planning.signing_up import cancel_sign_up, count_coming, list_sign_ups, sign_up
from timecredits.network.permissions import KEEP_ACTIVITIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.plan_forms import AddPersonForm
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule

_WEEK = timedelta(weeks=1)


@blueprint.get("/sessions")
@allow(KEEP_ACTIVITIES)
def sessions() -> str:
    """Show one week of every activity's sessions: the one asked for, else this one, or the next when nothing is left of it."""
    session, today = db.session(), clock.today()
    first = _monday(request.args.get("from", ""), today)
    found = _in_week(first)
    if "from" not in request.args and not any(each.day >= today for each in found):
        coming = _in_week(first + _WEEK)
        first, found = (first + _WEEK, coming) if coming else (first, found)
    last = first + timedelta(days=6)
    turnouts = list_turnouts(session, actor().programme, found)
    return render_template(
        "coordinator/sessions.html",
        days=[(day, list(group)) for day, group in groupby(turnouts, key=lambda each: each.dated.day)],
        first=first,
        last=last,
        today=today,
        this_week=first <= today <= last,
        this_week_href=_week_href(_monday("", today), today),
        previous=_week_href(first - _WEEK, today),
        following=_week_href(first + _WEEK, today),
    )


@blueprint.route("/sessions/<uuid:plan_id>/<planned_on>", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def session_show(plan_id: UUID, planned_on: str) -> str | Response:
    """Show who is coming and who waits; take a name to add."""
    session, dated = db.session(), find_session(plan_id, planned_on)
    people = list_names(session, actor().programme, actor().organisation)
    form = AddPersonForm()
    if form.validate_on_submit():
        try:
            _add(dated, people, form.person.data)
        except NotYetError as fault:
            form.person.errors = [" ".join(say(each) for each in (fault.sentence, *fault.missing))]
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return redirect(session_href(dated))
    signed_up = list_sign_ups(session, actor().programme, [dated.id]).get(dated.id, [])
    return render_template(
        "coordinator/session_show.html",
        places_taken=count_coming(session, actor().programme, [dated.id]).get(dated.id, 0),
        form=form,
        dated=dated,
        coming=[each for each in signed_up if each.status is SignUpStatus.COMING],
        waiting=[each for each in signed_up if each.status is SignUpStatus.WAITING],
        reachable=list_reachable(session, actor().programme, signed_up),
        messages=list_messages(session, actor().programme, dated.id),
        names=people if len(people) <= MOST_NAMES else [],
        today=clock.today(),
        is_over=dated.ends <= clock.now(),
        has_begun=dated.begins <= clock.now(),
    )


@blueprint.post("/sessions/<uuid:plan_id>/<planned_on>/off")
@allow(KEEP_ACTIVITIES)
def session_off(plan_id: UUID, planned_on: str) -> Response:
    """Take somebody off a session or its waiting list."""
    dated = find_session(plan_id, planned_on)
    try:
        volunteer_id = UUID(request.form.get("volunteer", ""))
    except ValueError:
        abort(400)
    try:
        moved_up = cancel_sign_up(
            db.session(),
            actor().programme,
            volunteer_id,
            dated.id,
            actor_id=actor().user_id,
            staff_of=actor().organisation,
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        text = _("They are off the list.")
        flash(f"{text} {_('The next person who waited has the place now.')}" if moved_up else text, "success")
    return redirect(session_href(dated))


def find_session(plan_id: UUID, planned_on: str) -> DatedSession:
    """The organisation's own session at this address, or the page for what isn't there."""
    try:
        day = date.fromisoformat(planned_on)
    except ValueError:
        abort(404)
    if planned_on != day.isoformat():  # other ways to write the day would be second addresses of one page
        abort(404)
    if abs(day - clock.today()) > 10 * FAR:
        abort(404)
    return find_dated_session(db.session(), actor().programme, plan_id, day, organisation_id=actor().organisation)


def session_href(dated: DatedSession) -> str:
    """The address of a session's page."""
    return url_for("coordinator.session_show", plan_id=dated.plan_id, planned_on=dated.planned_on.isoformat())


def _add(dated: DatedSession, people: list[NamedPerson], typed: str) -> None:
    person = find_named(people, typed)
    if person is None:
        raise RuleError(
            Sentence("Nobody here is called %(name)s. Nothing was saved. Check the name, or enrol them.", name=typed.strip()),
            field="person",
        )
    answer = sign_up(
        db.session(),
        actor().programme,
        person.volunteer_id,
        dated,
        actor_id=actor().user_id,
        today=clock.today(),
        staff_of=actor().organisation,
    )
    if answer.is_coming:
        flash(_("%(name)s is down as coming.", name=person.name), "success")
    else:
        flash(
            _("It is full. %(name)s waits, number %(line)s in line.", name=person.name, line=answer.line),
            "warning",
        )


def _monday(wanted: str, today: date) -> date:
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        day = today
    day = min(max(day, today - FAR), today + FAR)
    return day - timedelta(days=day.weekday())


def _in_week(monday: date) -> list[DatedSession]:
    who = actor()
    return list_sessions(
        db.session(), who.programme, first=monday, last=monday + timedelta(days=6), organisation_id=who.organisation
    )


def _week_href(monday: date, today: date) -> str:
    values: dict[str, Any] = {"from": monday.isoformat()}
    return url_for("coordinator.sessions", **values) if abs(monday - today) < FAR else ""
