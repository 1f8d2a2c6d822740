"""Peer groups for a volunteer: theirs and those to find, one of them, joining, its sessions, and leaving without a word.

A page's title never says which group it is about: others may see a title over a shoulder or in a browser's history.
"""

from datetime import date, timedelta
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectChoice

from timecredits.community.group_models import GroupKind, MemberState
from timecredits.community.groups.coming import cancel_coming, come
from timecredits.community.groups.facilitators import facilitator_names
from timecredits.community.groups.finding import SeenGroup, find_seen, list_mine, list_to_find, sessions_of
from timecredits.community.groups.groups import group_link
from timecredits.community.groups.members import join, leave
from timecredits.community.groups.posts import has_posts, take_back_posts
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activity_models import Talking
from timecredits.hours.planning.sign_up_rules import NotYetError
from timecredits.hours.planning.signing_up import SignUpAnswer, SignUpOutcome
from timecredits.network.models import Volunteer
from timecredits.network.permissions import JOIN_GROUPS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.database import db, give_up
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm
from timecredits.web.volunteer.blueprint import blueprint

_KEEP, _TAKE_BACK = "keep", "take_back"
_FAR = timedelta(days=2 * 366)
_A_MONDAY = date(2026, 1, 5)


class LeaveForm(CreatingForm):
    """What becomes of what somebody wrote, when they leave."""

    words = RadioField(widget=GovRadioInput(), validate_choice=False, default=_KEEP)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.words.label.text = _("What you wrote on the board")
        self.words.choices = [
            SelectChoice(_KEEP, _("Leave it there, by the name %(name)s", name=name)),
            SelectChoice(_TAKE_BACK, _("Take it back")),
        ]


@blueprint.get("/groups")
@allow(JOIN_GROUPS)
def groups() -> str:
    """My groups, and those I could join."""
    asked = {name: request.args.get(name, "") for name in ("talking", "kind", "day")}
    found = list_to_find(
        *_me(),
        talking=next((each for each in Talking if each.value == asked["talking"]), None),
        kind=next((each for each in GroupKind if each.value == asked["kind"]), None),
        weekday=int(asked["day"]) if asked["day"] in set("0123456") else None,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "volunteer/groups.html",
        mine=list_mine(*_me()),
        found=found,
        asked=asked,
        weekdays=[(str(number), format_date(_A_MONDAY + timedelta(days=number), "EEEE")) for number in range(7)],
        page_address=lambda number: url_for(
            "volunteer.groups",
            page=number,
            talking=asked["talking"] or None,
            kind=asked["kind"] or None,
            day=asked["day"] or None,
        ),
    )


@blueprint.get("/groups/<uuid:group_id>")
@allow(JOIN_GROUPS)
def group(group_id: UUID) -> str:
    """One group: what it is, the first time, and for its members the days to come and where it meets online."""
    session, _programme, volunteer_id = _me()
    seen = find_seen(*_me(), group_id)
    return render_template(
        "volunteer/group.html",
        seen=seen,
        group=seen.group,
        sessions=sessions_of(session, seen.group, volunteer_id),
        link=group_link(current_app.config["KEYRING"], seen.group) if seen.is_mine else "",
        facilitators=facilitator_names(session, seen.group, volunteer_id) if seen.is_mine else [],
    )


@blueprint.post("/groups/<uuid:group_id>/join")
@allow(JOIN_GROUPS)
def group_join(group_id: UUID) -> ResponseReturnValue:
    """Join, say yes to an invitation, or ask to come."""
    state = join(*_mine(group_id))
    if state is MemberState.MEMBER:
        flash(_("You are in the group. Choose a day below. You can leave at any time, and nobody is told."), "success")
    else:
        flash(_("We passed it on. Somebody who looks after the group says yes or no. Look here again in a few days."), "success")
    return redirect(url_for("volunteer.group", group_id=group_id))


@blueprint.route("/groups/<uuid:group_id>/leave", methods=["GET", "POST"])
@allow(JOIN_GROUPS)
def group_leave(group_id: UUID) -> ResponseReturnValue:
    """Leave, take back having asked, or say no to an invitation. Nobody is told."""
    session, programme_id, volunteer_id = _me()
    seen = _seen_or_none(group_id)
    if seen is None and request.method != "POST":
        raise NotFoundError
    if seen is None or (seen.state is None and not seen.looks_after and request.method == "POST"):
        return _left()  # already gone: a second tap is as good as the first
    if request.method != "POST" and not seen.is_mine:
        return redirect(url_for("volunteer.group", group_id=group_id))
    written = has_posts(session, programme_id, group_id, volunteer_id)
    form = LeaveForm(_own_name())
    if form.validate_on_submit():
        if leave(*_mine(group_id)) and form.words.data == _TAKE_BACK:
            take_back_posts(session, programme_id, group_id, volunteer_id)
        return _left()
    return render_template("volunteer/group_leave.html", seen=seen, group=seen.group, form=form, written=written)


@blueprint.post("/groups/<uuid:group_id>/sessions/<uuid:plan_id>/<planned_on>/sign-up")
@allow(JOIN_GROUPS)
def group_sign_up(group_id: UUID, plan_id: UUID, planned_on: str) -> ResponseReturnValue:
    """Sign up for a session, or join its waiting list."""
    here = url_for("volunteer.group", group_id=group_id)
    day = _day(planned_on)
    find_seen(*_me(), group_id)
    try:
        answer = come(*_mine(group_id), plan_id, day, actor_id=actor().user)
    except NotFoundError:
        give_up()
        flash(_("This day is for people in the group. You are not signed up."), "warning")
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
        for sentence in fault.missing if isinstance(fault, NotYetError) else ():
            flash(say(sentence), "warning")
    else:
        flash(_said(answer), "success")
    return redirect(here)


@blueprint.post("/groups/<uuid:group_id>/sessions/<uuid:plan_id>/<planned_on>/cancel")
@allow(JOIN_GROUPS)
def group_cancel(group_id: UUID, plan_id: UUID, planned_on: str) -> ResponseReturnValue:
    """Say that I am not coming after all."""
    find_seen(*_me(), group_id)
    try:
        cancel_coming(*_mine(group_id), plan_id, _day(planned_on), actor_id=actor().user)
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Done. You are not down for it any more. You are still in the group."), "success")
    return redirect(url_for("volunteer.group", group_id=group_id))


def _left() -> ResponseReturnValue:
    flash(_("Done. You are not in the group. Nobody was told. You can come back when you like."), "success")
    return redirect(url_for("volunteer.groups"))


def _seen_or_none(group_id: UUID) -> SeenGroup | None:
    try:
        return find_seen(*_me(), group_id)
    except NotFoundError:
        return None


def _said(answer: SignUpAnswer) -> str:
    match answer.outcome:
        case SignUpOutcome.COMING:
            return str(_("Done. You are coming. You can cancel at any time before it starts."))
        case SignUpOutcome.WAITING:
            return str(_("It is full. You are on the waiting list. If a place comes free, it is yours and we tell you."))
        case _already:
            return str(_("You are on the list already. Nothing was changed."))


def _day(planned_on: str) -> date:
    try:
        day = date.fromisoformat(planned_on)
    except ValueError:
        raise NotFoundError from None
    if day.isoformat() != planned_on or day > clock.today() + _FAR:
        raise NotFoundError
    return day


def _own_name() -> str:
    me = find(db.session(), Volunteer, actor().programme, actor().volunteer)
    return me.chosen_name or me.first_name


def _me() -> tuple[Session, UUID, UUID]:
    return db.session(), actor().programme, actor().volunteer


def _mine(group_id: UUID) -> tuple[Session, UUID, UUID, UUID]:
    return db.session(), actor().programme, group_id, actor().volunteer
