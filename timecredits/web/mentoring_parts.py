"""What the pages of a pair share in both rooms: the forms, and the acts on goals, steps and meetings."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from timecredits.community.mentoring.goals import (
    SharedGoal,
    add_goal,
    add_step,
    list_goals,
    mark_goal,
    mark_step,
    remove_goal,
    remove_step,
)
from timecredits.community.mentoring.meetings import HoursOf, count_meeting, note_meeting, remove_meeting
from timecredits.community.mentoring.parties import OVER, Party, Side, find_mentoring
from timecredits.community.mentoring_models import MentoringState
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField, LengthField

__all__ = ["EndForm", "act_on_goal", "act_on_meeting", "goal_new_page", "goal_page", "keyring", "meeting_new_page", "pair_href"]

_FIELDS = {"minutes": "hours", "volunteer": "day"}
"""Where a rule of hours speaks of a field that these forms call something else."""


class GoalForm(CreatingForm):
    """A goal in the mentee's words."""

    words = StringField(lazy_gettext("What do you want to reach?"), widget=GovTextInput())


class StepForm(CreatingForm):
    """One step of a goal."""

    words = StringField(lazy_gettext("Add a small step"), widget=GovTextInput())


class MeetingForm(CreatingForm):
    """That the two met."""

    day = DayField(lazy_gettext("Which day?"))
    hours = LengthField(lazy_gettext("How long?"))
    words = TextAreaField(lazy_gettext("What do you want to remember? (you can leave this out)"), widget=GovTextArea())


class EndForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Nothing but the press of a button."""


def keyring() -> Keyring:
    """The application's keys."""
    ring: Keyring = current_app.config["KEYRING"]
    return ring


def pair_href(room: str, mentoring_id: UUID, anchor: str | None = None) -> str:
    """The page of one pair."""
    return url_for(f"{room}.mentoring_pair", mentoring_id=mentoring_id, _anchor=anchor)


def goal_new_page(room: str, mentoring_id: UUID, party: Party) -> str | Response:
    """Write down a goal."""
    if (gone := _gone(room, mentoring_id, party, writes_goals=True)) is not None:
        return gone
    form = GoalForm()
    if form.validate_on_submit():
        try:
            add_goal(*_here(mentoring_id), party, form.words.data or "", goal_id=form.created_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. You can add small steps to it now."), "success")
            return redirect(url_for(f"{room}.mentoring_goal", mentoring_id=mentoring_id, goal_id=form.created_id))
    return render_template(f"{room}/mentoring_goal_new.html", form=form, mentoring_id=mentoring_id)


def goal_page(room: str, mentoring_id: UUID, party: Party, goal_id: UUID) -> str | Response:
    """Show a goal with its steps; take one more."""
    form = StepForm()
    if form.validate_on_submit():
        try:
            add_step(*_here(mentoring_id), party, goal_id, form.words.data or "", step_id=form.created_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(f"{room}.mentoring_goal", mentoring_id=mentoring_id, goal_id=goal_id))
    goal, may_write = _goal(mentoring_id, party, goal_id)
    return render_template(
        f"{room}/mentoring_goal.html", form=form, mentoring_id=mentoring_id, goal=goal, may_write=may_write, mine=_is_mine(party)
    )


def act_on_goal(room: str, mentoring_id: UUID, party: Party, goal_id: UUID, step_id: UUID | None = None) -> Response:
    """Tick a goal or a step of it, undo that, or remove it, as the button says."""
    act, session, programme_id = request.form.get("act"), db.session(), actor().programme
    here = (session, programme_id, mentoring_id, party)
    goal_href = url_for(f"{room}.mentoring_goal", mentoring_id=mentoring_id, goal_id=goal_id)
    day = clock.today() if act == "done" else None
    try:
        if act == "remove" and step_id is None:
            remove_goal(*here, goal_id)
            goal_href = pair_href(room, mentoring_id)
        elif act == "remove" and step_id is not None:
            remove_step(*here, step_id)
        elif act in {"done", "undo"}:
            if step_id is None:
                mark_goal(*here, goal_id, reached_on=day)
            else:
                mark_step(*here, step_id, done_on=day)
        else:
            raise NotFoundError
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(pair_href(room, mentoring_id))
    said = {"done": _("Done. Well done!"), "undo": _("It is open again."), "remove": _("Removed. It is gone for good.")}
    flash(said[act], "success")
    return redirect(goal_href)


def meeting_new_page(room: str, mentoring_id: UUID, party: Party) -> str | Response:
    """Note a meeting."""
    if (gone := _gone(room, mentoring_id, party)) is not None:
        return gone
    form = MeetingForm() if request.method == "POST" else MeetingForm(day=clock.today(), hours=60)
    if form.validate_on_submit():
        try:
            hours = note_meeting(
                *_here(mentoring_id),
                party,
                meeting_id=form.created_id,
                held_on=form.day.day,
                minutes=form.hours.minutes,
                words=form.words.data or "",
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, RuleError(fault.sentence, field=_FIELDS.get(fault.field, fault.field)))
        else:
            _tell(hours, party)
            return redirect(pair_href(room, mentoring_id, "meetings"))
    return render_template(
        f"{room}/mentoring_meeting.html", form=form, mentoring_id=mentoring_id, side=party.side, today=clock.today()
    )


def act_on_meeting(room: str, mentoring_id: UUID, party: Party, meeting_id: UUID) -> Response:
    """Add the hours of a meeting, or take away one noted by mistake, as the button says."""
    here = (db.session(), actor().programme, mentoring_id, party, meeting_id)
    act = request.form.get("act")
    try:
        if act == "count":
            _tell(count_meeting(*here, today=clock.today()), party)
        elif act == "remove":
            remove_meeting(*here)
            flash(_("Removed. You can note it again."), "success")
        else:
            raise NotFoundError
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    return redirect(pair_href(room, mentoring_id, "meetings"))


def _tell(hours: HoursOf, party: Party) -> None:
    own = party.side is Side.MENTOR
    if hours is HoursOf.COUNTED:
        flash(_("Saved. Your hours were added.") if own else _("Saved. The hours of the mentor were added."), "success")
    elif hours is HoursOf.WAITING:
        flash(_("Saved. The hours wait for your coordinator.") if own else _("Saved. The hours wait for a yes."), "success")
    elif party.side is Side.MENTEE:
        flash(_("Saved. All three of you can read it."), "success")
    else:
        flash(_("Saved. No hours were added yet. Your coordinator can add them."), "success")


def _goal(mentoring_id: UUID, party: Party, goal_id: UUID) -> tuple[SharedGoal, bool]:
    """A goal that they may read, and whether they may write there now. Raises NotFoundError."""
    session, programme_id = db.session(), actor().programme
    row = find_mentoring(session, programme_id, mentoring_id, party)
    if party.side is Side.MENTOR and row.state is not MentoringState.AGREED:
        raise NotFoundError
    found = next((goal for goal in list_goals(session, keyring(), row) if goal.id == goal_id), None)
    if found is None:
        raise NotFoundError
    return found, row.state is MentoringState.AGREED and party.side is not Side.MENTOR


def _gone(room: str, mentoring_id: UUID, party: Party, *, writes_goals: bool = False) -> Response | None:
    """Where to go instead of a form that could not be saved. Raises NotFoundError for somebody else's."""
    row = find_mentoring(db.session(), actor().programme, mentoring_id, party)
    if writes_goals and party.side is Side.MENTOR:
        raise NotFoundError
    if row.state is MentoringState.AGREED:
        return None
    if row.state is MentoringState.ENDED:
        flash(say(OVER), "warning")
    else:
        flash(_("Both people must say yes first. Nothing was saved."), "warning")
    return redirect(pair_href(room, mentoring_id))


def _here(mentoring_id: UUID) -> tuple[Any, Keyring, UUID, UUID]:
    return db.session(), keyring(), actor().programme, mentoring_id


def _is_mine(party: Party) -> bool:
    return party.side is Side.MENTEE
