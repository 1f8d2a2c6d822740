"""The register: one activity on one day, everybody who came in one save."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import amount_text, hours_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activities import list_activities
from timecredits.hours.correction_words import said_of_many
from timecredits.hours.corrections import CreditsUsedError
from timecredits.hours.earning_words import said_of_earnings
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, list_names
from timecredits.hours.register.occasions import MOST_TIMES, Occasion, find_occasion
from timecredits.hours.register.registers import SavedRegister, save_register
from timecredits.hours.register.rosters import Register, open_register, people_of_register
from timecredits.hours.register.saved_registers import read_register, undo_save
from timecredits.network.permissions import RECORD_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.forms import ChooseRegisterForm
from timecredits.web.coordinator.register_page import RegisterPage, begin_page, read_page, row_errors, show_fault
from timecredits.web.database import db
from timecredits.web.filters import say

_MOST_REMARKS = 5


@blueprint.route("/register", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def register_choose() -> str | Response:
    """Choose the activity, and the day if it wasn't today."""
    today = clock.today()
    listed = list_activities(db.session(), actor().programme, actor().organisation, today=today, only_open=True)
    wanted, day = request.args.get("activity", ""), _day(today)
    begin = day if day is not None and day <= today else today
    form = ChooseRegisterForm() if request.method == "POST" else ChooseRegisterForm(activity=wanted, day=begin)
    form.activity.choices = [(str(each.activity.id), each.activity.name) for each in listed]
    if form.validate_on_submit():
        if form.day.day > today:
            form.day.errors = [_("That day has not come yet. Choose today or a day before.")]
        elif form.activity.data not in dict(form.activity.choices):
            form.activity.errors = [_("Choose an activity.")]
        else:
            when = None if form.day.day == today else form.day.day.isoformat()
            return redirect(url_for("coordinator.register", activity_id=UUID(form.activity.data), day=when))
    return render_template("coordinator/register_choose.html", form=form, listed=listed, today=today)


@blueprint.route("/register/<uuid:activity_id>", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def register(activity_id: UUID) -> str | Response:
    """Show who is expected, take who came, and save. Setting everybody and adding someone come back to the page."""
    today = clock.today()
    day = _day(today)
    if day is None:
        flash(_("Choose today or a day before."), "warning")
        return redirect(url_for("coordinator.register_choose", activity=activity_id))
    opened = _open(activity_id, day)
    people = list_names(db.session(), actor().programme, actor().organisation)
    if request.method != "POST":
        if opened.occasion.day > today:
            flash(_("That day has not come yet. Choose today or a day before."), "warning")
            return redirect(url_for("coordinator.register_choose", activity=activity_id))
        return _show(begin_page(opened), people)
    try:
        page = read_page(opened, request.form, _look_up)
    except ValueError:
        abort(400)
    try:
        if (saved := _act(page, people)) is not None:
            _tell(saved)
            return redirect(url_for("coordinator.register_saved", session_id=saved.session_id))
    except RuleError as fault:
        show_fault(page, fault, say(fault.sentence))
    return _show(page, people)


@blueprint.get("/registers/<uuid:session_id>")
@allow(RECORD_HOURS)
def register_saved(session_id: UUID) -> str:
    """Show a saved register, with what still counts of it, ways to undo it and to add somebody else."""
    return _show_saved(session_id)


@blueprint.post("/registers/<uuid:session_id>/undo")
@allow(RECORD_HOURS)
def register_undo(session_id: UUID) -> str | Response:
    """Take away what one save added. Where credits were used already, it asks first."""
    try:
        entry_ids = [UUID(each) for each in request.form.getlist("entry")]
    except ValueError:
        abort(400)
    try:
        undone = undo_save(
            db.session(),
            actor().programme,
            actor().organisation,
            session_id,
            entry_ids,
            reason="Saved by mistake",
            actor_id=actor().user_id,
            today=clock.today(),
            agreed_to=max(0, request.form.get("agreed", 0, type=int)),
        )
    except CreditsUsedError as fault:
        return _show_saved(session_id, asks=fault, asks_about=entry_ids)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        minutes = sum(each.before for each in undone)
        text = Sentence("Undone. %(hours)s taken away.", hours=hours_text(minutes)) if undone else Sentence("Undone already.")
        flash(say(text), "success")
        for said in said_of_many(undone):
            flash(say(said), "message")
    return redirect(url_for("coordinator.register_saved", session_id=session_id))


def _show_saved(session_id: UUID, *, asks: CreditsUsedError | None = None, asks_about: Sequence[UUID] = ()) -> str:
    sheet = read_register(db.session(), actor().programme, actor().organisation, session_id)
    address = None if sheet.occasion is None else register_address(sheet.occasion)
    return render_template("coordinator/register_saved.html", sheet=sheet, address=address, asks=asks, asks_about=asks_about)


def register_address(occasion: Occasion, **more: Any) -> str:
    """The address that means exactly this register."""
    planned = occasion.planned
    return url_for(
        "coordinator.register",
        activity_id=occasion.activity.id,
        day=(occasion.day if planned is None else planned.planned_on).isoformat(),
        plan=None if planned is None else planned.plan_id,
        time=occasion.time if planned is None else None,
        **more,
    )


def _open(activity_id: UUID, day: date) -> Register:
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    time = request.args.get("time", type=int)
    occasion = find_occasion(
        session,
        programme_id,
        organisation_id,
        activity_id,
        day,
        plan_id=request.args.get("plan", type=UUID),
        time=time if time is not None and 0 < time <= MOST_TIMES else None,
    )
    return open_register(session, programme_id, organisation_id, occasion, today=clock.today())


def _look_up(volunteer_ids: list[UUID]) -> Any:
    return people_of_register(db.session(), actor().programme, actor().organisation, volunteer_ids, also_gone=True)


def _act(page: RegisterPage, people: list[NamedPerson]) -> SavedRegister | None:
    """Do what was tapped; None to show the page again."""
    do, occasion = request.form.get("do"), page.register.occasion
    if request.form.get("session_id") != str(page.session_id):
        text = occasion.called_off or Sentence("The plan for this day was changed.")
        raise RuleError(Sentence("%(what)s Nothing was saved yet.", what=text), field="people")
    if request.form.get("day", occasion.day.isoformat()) != occasion.day.isoformat():
        raise RuleError(Sentence("This session was moved. Nothing was saved. Look at the day, then save again."), field="people")
    if page.lost:
        raise RuleError(
            Sentence("Somebody in this list is no longer enrolled here. Nothing was saved. Check it, then save again."),
            field="people",
        )
    added = page.add_typed(people)
    if do == "save":
        if page.check_typed():
            return _save(page)
        page.errors.extend(row_errors(page))
    elif do == "came":
        page.everybody_came()
    elif do == "everybody" and not page.set_everybody():
        text = _("Type hours like 2, 2.5 or 2:30. More than 0, at most 24. Nothing was saved.")
        page.errors.append({"text": text, "href": "#everybody"})
    elif do == "add" and added is None:
        page.errors.append({"text": _("Type a name first."), "href": "#add"})
    return None


def _save(page: RegisterPage) -> SavedRegister:
    occasion = page.register.occasion
    return save_register(
        db.session(),
        actor().programme,
        actor().organisation,
        session_id=page.session_id,
        activity_id=occasion.activity.id,
        day=occasion.day,
        minutes={row.person_id: row.chosen for row in page.rows if not row.is_new} | page.overtaken,
        new_people=[(row.name, row.chosen) for row in page.rows if row.is_new],
        actor_id=actor().user_id,
        today=clock.today(),
        planned=occasion.planned,
    )


def _tell(saved: SavedRegister) -> None:
    recorded = saved.recorded
    if recorded.entries:
        people = counted("%(num)s person", "%(num)s people", recorded.people)
        text = Sentence("Saved. %(hours)s added for %(people)s.", hours=hours_text(recorded.minutes), people=people)
    else:
        text = Sentence("Saved already. Nothing was added twice.")
    flash(say(text), "success")
    for said in said_of_earnings(recorded):
        flash(say(said), "message")
    for each in saved.stands:
        if each.differs:
            flash(say(_stood(each.name, each.minutes, each.saved_by)), "warning")
    for remark in recorded.warnings[:_MOST_REMARKS]:
        flash(say(remark.sentence), "warning")


def _stood(name: str, minutes: int, saved_by: str) -> Sentence:
    hours = hours_text(minutes)
    if not saved_by:
        return Sentence("%(name)s had %(hours)s here already. That was not changed.", name=name, hours=hours)
    return Sentence(
        "%(name)s had %(hours)s here already, saved by %(who)s. That was not changed.", name=name, hours=hours, who=saved_by
    )


def _show(page: RegisterPage, people: list[NamedPerson]) -> str:
    occasion = page.register.occasion
    return render_template(
        "coordinator/register.html",
        register=page.register,
        occasion=occasion,
        page=page,
        page_errors=page.errors,
        choices=[(minutes, amount_text(minutes) if minutes else _("Not here")) for minutes in page.choices()],
        names=people if len(people) <= MOST_NAMES else [],
        is_today=occasion.day == clock.today(),
        action=register_address(occasion),
        also=[(each, register_address(Occasion(each.id, occasion.activity, each.day, planned=each))) for each in occasion.also],
        again=_again(page.register),
    )


def _again(register: Register) -> str:
    """The address of a further register of the day, once this one is saved and no plan says when."""
    occasion = register.occasion
    if not register.saved or occasion.planned is not None or occasion.time >= MOST_TIMES:
        return ""
    return register_address(Occasion(occasion.session_id, occasion.activity, occasion.day, occasion.time + 1))


def _day(today: date) -> date | None:
    """The day in the address, today without one, None for a day that can't be. A planned session may be ahead: it was moved."""
    wanted = request.args.get("day")
    if wanted is None:
        return today
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return None
    return day if day <= today or "plan" in request.args else None
