"""The register: one activity on one day, everybody who came in one save."""

from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activities import list_activities
from timecredits.hours.correcting import undo_register
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, list_names
from timecredits.hours.registers import Register, SavedRegister, open_register, save_register
from timecredits.hours.saved_registers import read_register
from timecredits.network.permissions import RECORD_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.forms import ChooseRegisterForm
from timecredits.web.coordinator.register_page import RegisterPage, begin_page, choice_labels, read_page, show_fault
from timecredits.web.database import db
from timecredits.web.filters import say

_MOST_REMARKS = 5


@blueprint.route("/register", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def register_choose() -> str | Response:
    """Choose the activity, and the day if it wasn't today."""
    today = clock.today()
    listed = list_activities(db.session(), actor().programme, actor().organisation, today=today, only_open=True)
    wanted = request.args.get("activity", "")
    form = ChooseRegisterForm() if request.method == "POST" else ChooseRegisterForm(activity=wanted, day=_day(today) or today)
    form.activity.choices = [(str(each.activity.id), each.activity.name) for each in listed]
    if form.validate_on_submit():
        if form.day.day > today:
            form.day.errors = [_("That day has not come yet. Choose today or a day before.")]
        elif form.activity.data not in dict(form.activity.choices):
            form.activity.errors = [_("Choose an activity.")]
        else:
            return redirect(_address(UUID(form.activity.data), form.day.day, today))
    return render_template("coordinator/register_choose.html", form=form, listed=listed, today=today)


@blueprint.route("/register/<uuid:activity_id>", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def register(activity_id: UUID) -> str | Response:
    """Show who came last time, take who came, and save. Setting everybody and adding someone come back to the page."""
    session, today = db.session(), clock.today()
    day = _day(today)
    if day is None:
        flash(_("Choose today or a day before."), "warning")
        return redirect(url_for("coordinator.register_choose", activity=activity_id))
    opened = open_register(session, actor().programme, actor().organisation, activity_id, day)
    people = list_names(session, actor().programme, actor().organisation)
    if request.method == "GET":
        return _show(opened, begin_page(opened), people)
    try:
        page = read_page(opened, request.form, people)
    except ValueError:
        abort(400)
    try:
        added = page.add_typed(people)
        if request.form.get("do") == "save":
            saved = _save(page, activity_id, day)
            _tell(saved)
            return redirect(url_for("coordinator.register_saved", session_id=saved.session_id))
    except RuleError as fault:
        show_fault(page, fault, say(fault.sentence))
        return _show(opened, page, people)
    if request.form.get("do") == "everybody" and not page.set_everybody():
        text = _("Type hours like 2, 2.5 or 2:30. More than 0, at most 24. Nothing was saved.")
        page.errors.append({"text": text, "href": "#everybody"})
    elif added is None and request.form.get("do") == "add":
        page.errors.append({"text": _("Type a name first."), "href": "#add"})
    return _show(opened, page, people)


@blueprint.get("/registers/<uuid:session_id>")
@allow(RECORD_HOURS)
def register_saved(session_id: UUID) -> str:
    """Show a saved register, with what still counts of it and a way to undo it."""
    sheet = read_register(db.session(), actor().programme, actor().organisation, session_id)
    return render_template("coordinator/register_saved.html", sheet=sheet)


@blueprint.post("/registers/<uuid:session_id>/undo")
@allow(RECORD_HOURS)
def register_undo(session_id: UUID) -> Response:
    """Take away what a register added."""
    try:
        undone = undo_register(
            db.session(),
            actor().programme,
            actor().organisation,
            session_id,
            reason="Saved by mistake",
            actor_id=actor().user_id,
            today=clock.today(),
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        minutes = sum(each.before for each in undone)
        text = Sentence("Undone. %(hours)s taken away.", hours=hours_text(minutes)) if undone else Sentence("Undone already.")
        flash(say(text), "success")
    return redirect(url_for("coordinator.register_saved", session_id=session_id))


def _save(page: RegisterPage, activity_id: UUID, day: date) -> SavedRegister:
    return save_register(
        db.session(),
        actor().programme,
        actor().organisation,
        session_id=page.session_id,
        activity_id=activity_id,
        day=day,
        minutes={row.person_id: row.chosen for row in page.rows if not row.is_new},
        new_people=[(row.name, row.chosen) for row in page.rows if row.is_new],
        actor_id=actor().user_id,
        today=clock.today(),
    )


def _tell(saved: SavedRegister) -> None:
    recorded = saved.recorded
    if recorded.entries:
        people = counted("%(num)s person", "%(num)s people", recorded.people)
        text = Sentence("Saved. %(hours)s added for %(people)s.", hours=hours_text(recorded.minutes), people=people)
    else:
        text = Sentence("Saved already. Nothing was added twice.")
    flash(say(text), "success")
    for remark in recorded.warnings[:_MOST_REMARKS]:
        flash(say(remark.sentence), "warning")


def _show(opened: Register, page: RegisterPage, people: list[NamedPerson]) -> str:
    return render_template(
        "coordinator/register.html",
        register=opened,
        page=page,
        page_errors=page.errors,
        choices=choice_labels(page, _("Not here")),
        names=people if len(people) <= MOST_NAMES else [],
        is_today=opened.day == clock.today(),
    )


def _day(today: date) -> date | None:
    """The day in the address, today without one, None for a day that can't be."""
    wanted = request.args.get("day")
    if wanted is None:
        return today
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return None
    return day if day <= today else None


def _address(activity_id: UUID, day: date, today: date) -> str:
    wanted = None if day == today else day.isoformat()
    return url_for("coordinator.register", activity_id=activity_id, day=wanted)
