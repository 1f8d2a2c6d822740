"""Signing in and out with one's own phone: scan the code on the wall, tap once.

The moment of the scan is kept in the browser's signed session and is good for ten minutes, so that somebody who must sign in to
the site first loses nothing. It is used up by one tap.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.time_steps import is_in_time
from timecredits.hours.activity_models import Activity, Attendance, AttendanceWay
from timecredits.hours.attendances.attendance import (
    AttendanceAnswer,
    Outcome,
    find_here,
    find_latest,
    is_enrolled,
    sign_in,
    sign_out,
)
from timecredits.hours.attendances.attendance_codes import WallCode, decode
from timecredits.hours.attendances.attendance_hours import counted_minutes, recorded_minutes, rounding_of
from timecredits.hours.attendances.attendance_places import AttendancePlace, find_code_place
from timecredits.hours.attendances.rounding import stayed
from timecredits.network.models import Programme
from timecredits.network.permissions import SIGN_SELF_IN
from timecredits.network.scope import find
from timecredits.web.access import SCAN, actor, allow
from timecredits.web.attendance_words import answer_words, rounding_words
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

SCAN_FOR = timedelta(minutes=10)
_LATELY = timedelta(hours=12)


def _keep_scan(code: str) -> None:
    """Remember that this browser saw a good code just now."""
    wall = decode(_keyring(), code)
    if wall is not None and is_in_time(wall.step, clock.now()):
        session[SCAN] = [code, clock.now().timestamp()]


@blueprint.context_processor
def _signed_in() -> dict[str, Any]:
    """Let a page ask where its reader is signed in, on the pages that do."""

    def signed_in_to() -> str:
        stay = find_here(db.session(), actor().programme, actor().volunteer)
        return _activity_of(stay)

    return {"signed_in_to": signed_in_to}


@blueprint.get("/here/<code>")
@allow(SIGN_SELF_IN, before_sign_in=_keep_scan)
def here(code: str) -> str:
    """What the code on the wall leads to: one button, for coming or for leaving."""
    wall = decode(_keyring(), code)
    if wall is None or not _is_ours(wall):
        raise NotFoundError
    _keep_scan(code)
    scan = _scan()
    if scan is None or scan[0] != wall:
        return render_template("volunteer/here_too_old.html")
    return _show(wall, scan[1])


@blueprint.get("/here")
@allow(SIGN_SELF_IN)
def here_now() -> str:
    """Where one is signed in, or what came of the last time."""
    who = actor()
    latest = find_latest(db.session(), who.programme, who.volunteer)
    if latest is not None and latest.came_at < clock.now() - _LATELY and latest.left_at is None:
        latest = None
    given = recorded_minutes(db.session(), who.programme, [latest]) if latest else {}
    return render_template(
        "volunteer/here_now.html",
        latest=latest,
        activity=_activity_of(latest),
        stayed=stayed(latest.came_at, latest.left_at) if latest and latest.left_at else 0,
        recorded=given.get(latest.id, 0) if latest else 0,
    )


@blueprint.post("/here")
@allow(SIGN_SELF_IN)
def here_save() -> str | Response:
    """Sign in or out, as the button said, at the moment of the scan."""
    scan = _scan()
    session.pop(SCAN, None)
    if scan is None:
        return render_template("volunteer/here_too_old.html")
    if request.form.get("doing") not in {"in", "out"}:
        abort(400)
    wall, moment = scan
    answer = _act(_place(wall), moment, is_leaving=request.form["doing"] == "out")
    said = answer_words(answer)
    flash(said.text, "success" if said.kind == "done" else "warning")
    return redirect(url_for("volunteer.here_now"))


def _act(place: AttendancePlace | None, moment: datetime, *, is_leaving: bool) -> AttendanceAnswer:
    who, work = actor(), db.session()
    if is_leaving:
        open_stay = find_here(work, who.programme, who.volunteer)
        if open_stay is None:
            return AttendanceAnswer(Outcome.ALREADY_OUT)
        return sign_out(work, open_stay, way=AttendanceWay.WALL, at=moment)
    if place is None:
        return AttendanceAnswer(Outcome.NOTHING_ON)
    return sign_in(work, who.programme, place, who.volunteer, way=AttendanceWay.WALL, at=moment)


def _show(wall: WallCode, moment: datetime) -> str:
    who, work = actor(), db.session()
    place = _place(wall)
    open_stay = find_here(work, who.programme, who.volunteer)
    is_here = open_stay is not None and (place is None or open_stay.session_id == place.session_id)
    length = stayed(open_stay.came_at, moment) if open_stay and is_here else 0
    return render_template(
        "volunteer/here.html",
        place=place,
        is_here=is_here,
        elsewhere=_activity_of(open_stay) if open_stay and not is_here else "",
        is_enrolled=place is not None and is_enrolled(work, who.programme, place.organisation_id, who.volunteer),
        activity=place.activity if place else _activity_of(open_stay),
        came_at=open_stay.came_at if open_stay else None,
        stayed=length,
        counts=counted_minutes(work, open_stay, moment) if open_stay and is_here else 0,
        rounding=rounding_words(rounding_of(work, who.programme)),
    )


def _scan() -> tuple[WallCode, datetime] | None:
    """The code that this browser scanned within the last ten minutes, and when."""
    try:
        code, seconds = session[SCAN]
        moment = datetime.fromtimestamp(seconds, UTC)
    except (KeyError, TypeError, ValueError):
        return None
    wall = decode(_keyring(), code)
    if wall is None or not _is_ours(wall) or not clock.now() - SCAN_FOR < moment <= clock.now():
        return None
    return wall, moment


def _place(wall: WallCode) -> AttendancePlace | None:
    return find_code_place(db.session(), actor().programme, wall.place_id, wall.planned_on, clock.now())


def _is_ours(wall: WallCode) -> bool:
    return db.session().get_one(Programme, actor().programme).number == wall.programme_number


def _activity_of(attendance: Attendance | None) -> str:
    return "" if attendance is None else find(db.session(), Activity, attendance.programme_id, attendance.activity_id).name


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
