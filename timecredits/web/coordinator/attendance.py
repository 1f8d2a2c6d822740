"""Who is signed in now, and the stays that nobody ended: a coordinator says how long they were."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import RuleError
from timecredits.hours.activity_models import Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance import sign_out
from timecredits.hours.attendances.forgotten import drop, settle
from timecredits.hours.attendances.stays_to_check import list_to_check
from timecredits.hours.attendances.who_is_here import Stay, find_stay, list_credited, list_forgotten, who_is_here
from timecredits.network.permissions import RECORD_HOURS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.attendance_words import answer_words
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.hour_fields import LengthField
from timecredits.web.wall_code import wall_page


class SettleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """How long somebody was there, and how it is known."""

    hours = LengthField(lazy_gettext("How long were they there?"), zero_allowed=True)
    reason = StringField(lazy_gettext("How do you know?"), widget=GovTextInput())


@blueprint.get("/attendance")
@allow(RECORD_HOURS)
def attendance() -> str:
    """Everybody here now, what waits for a look, and the set times that were given lately."""
    who, session, now = actor(), db.session(), clock.now()
    return render_template(
        "coordinator/attendance.html",
        now=now,
        here=who_is_here(session, who.programme, who.organisation),
        forgotten=list_forgotten(session, who.programme, who.organisation),
        credited=list_credited(session, who.programme, who.organisation, now),
        to_check=list_to_check(session, who.programme, who.organisation, clock.today()),
    )


@blueprint.get("/attendance/wall")
@allow(RECORD_HOURS)
def attendance_wall() -> str:
    """The code for people's phones on a coordinator's own screen."""
    return render_template("coordinator/attendance_wall.html", wall=wall_page())


@blueprint.get("/attendance/wall/part")
@allow(RECORD_HOURS)
def attendance_wall_part() -> str:
    """The part of it that changes, for static/js/kiosk_wall.js."""
    return render_template("kiosk/wall_part.html", wall=wall_page(), endpoint="coordinator.attendance_wall")


@blueprint.route("/attendance/<uuid:attendance_id>", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def attendance_settle(attendance_id: UUID) -> Response | str:
    """Say how long a forgotten stay was; 0 hours: none came of it. The reason is kept beside it."""
    stay = _stay(attendance_id)
    if stay.state is not AttendanceState.FORGOTTEN:
        flash(_("%(name)s: this was settled before.", name=stay.name), "message")
        return redirect(url_for("coordinator.attendance"))
    form = SettleForm() if request.method == "POST" else SettleForm(hours=stay.stayed or stay.usual_minutes)
    if form.validate_on_submit():
        try:
            return _settled(stay, form.hours.minutes, form.reason.data or "")
        except RuleError as fault:
            show_rule(form, fault)
    return render_template("coordinator/attendance_settle.html", form=form, stay=stay)


@blueprint.post("/attendance/<uuid:attendance_id>/usual")
@allow(RECORD_HOURS)
def attendance_usual(attendance_id: UUID) -> Response:
    """Give the usual time in one tap."""
    stay = _stay(attendance_id)
    try:
        return _settled(stay, stay.usual_minutes, "")
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("coordinator.attendance"))


@blueprint.post("/attendance/<uuid:attendance_id>/out")
@allow(RECORD_HOURS)
def attendance_out(attendance_id: UUID) -> Response:
    """Sign somebody out who is leaving, or has just left."""
    who, session = actor(), db.session()
    stay = _stay(attendance_id)
    row = find(session, Attendance, who.programme, attendance_id, organisation_id=who.organisation)
    answer = sign_out(session, row, way=AttendanceWay.STAFF, at=clock.now(), actor_id=who.user_id)
    audit.record(
        session,
        who.programme,
        "attendance ended",
        actor_id=who.user_id,
        subject_id=attendance_id,
        organisation_id=who.organisation,
    )
    said = answer_words(answer)
    flash(_("%(name)s: %(words)s", name=stay.name, words=" ".join(said.lines) or said.title), "success")
    for remark in answer.remarks:
        flash(say(remark), "warning")
    return redirect(url_for("coordinator.attendance"))


def _settled(stay: Stay, minutes: int, reason: str) -> Response:
    who, session, now = actor(), db.session(), clock.now()
    here = (session, who.programme, who.organisation, stay.attendance_id)
    if minutes:
        settle(*here, minutes=minutes, reason=reason, actor_id=who.user_id, now=now)
        flash(_("Saved. %(hours)s for %(name)s.", hours=say(hours_text(minutes)), name=stay.name), "success")
    else:
        drop(*here, reason=reason, actor_id=who.user_id, now=now)
        flash(_("Saved. No hours for %(name)s this time.", name=stay.name), "success")
    return redirect(url_for("coordinator.attendance"))


def _stay(attendance_id: UUID) -> Stay:
    return find_stay(db.session(), actor().programme, actor().organisation, attendance_id)
