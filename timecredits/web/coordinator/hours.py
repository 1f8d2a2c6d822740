"""Hours of one person: add them, correct them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import list_activities
from timecredits.hours.correcting import Corrected, CreditsUsedError, correct_hours, find_entry
from timecredits.hours.correction_words import said_after
from timecredits.hours.earning_words import said_of_earnings
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, find_named, list_names
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, Recorded, record_hours
from timecredits.network.enrolments import find_left
from timecredits.network.permissions import RECORD_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.forms import CorrectionForm, HoursForm, show_hours_rule
from timecredits.web.database import db
from timecredits.web.filters import say


@blueprint.route("/hours/new", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def hours_new() -> str | Response:
    """Add hours of one person on one day."""
    session, today = db.session(), clock.today()
    people = [*list_names(session, actor().programme, actor().organisation), *_who_left()]
    listed = list_activities(session, actor().programme, actor().organisation, today=today, only_open=True)
    form = HoursForm() if request.method == "POST" else HoursForm(person=_wanted_name(people), day=today)
    form.activity.choices = [(str(each.activity.id), each.activity.name) for each in listed]
    if form.validate_on_submit():
        try:
            person = _find_person(people, form.person.data)
            recorded = _record(form, person)
        except RuleError as fault:
            show_hours_rule(form, fault)
        else:
            _tell(recorded, person, form)
            return redirect(url_for("coordinator.volunteer", volunteer_id=person.volunteer_id))
    return render_template("coordinator/hours_new.html", form=form, names=people if len(people) <= MOST_NAMES else [])


@blueprint.route("/hours/<uuid:entry_id>/correct", methods=["GET", "POST"])
@allow(RECORD_HOURS)
def hours_correct(entry_id: UUID) -> str | Response:
    """Say what is right, or take the hours away."""
    session, organisation_id = db.session(), actor().organisation
    found = find_entry(session, actor().programme, organisation_id, entry_id)
    home = url_for("coordinator.volunteer", volunteer_id=found.entry.volunteer_id)
    if found.corrected and request.method != "POST":
        flash(_("These hours were corrected before. Look at the newest line."), "warning")
        return redirect(home)
    form = CorrectionForm() if request.method == "POST" else CorrectionForm(hours=found.entry.minutes)
    asks = None
    if form.validate_on_submit():
        try:
            corrected = correct_hours(
                session,
                actor().programme,
                organisation_id,
                entry_id,
                minutes=form.hours.minutes or None,
                reason=form.reason.data or "",
                actor_id=actor().user_id,
                today=clock.today(),
                replacement_id=form.created_id,
                agreed_to=form.agreed_to,
            )
        except CreditsUsedError as fault:
            asks, form.agreed.data = fault.sentence, str(fault.lent)
        except RuleError as fault:
            show_hours_rule(form, fault)
        else:
            flash(_corrected_text(corrected), "success")
            for said in said_after(corrected):
                flash(say(said), "message")
            return redirect(home)
    return render_template("coordinator/hours_correct.html", form=form, found=found, home=home, asks=asks)


def _who_left() -> list[NamedPerson]:
    """The one whose page led here, where they have left: hours up to their last day can still be added."""
    wanted = request.args.get("volunteer", type=UUID)
    try:
        left = None if wanted is None else find_left(db.session(), actor().programme, actor().organisation, wanted)
    except NotFoundError:
        left = None
    if left is None:
        return []
    name, number = left.volunteer.name, left.enrolment.number or ""
    return [NamedPerson(left.volunteer.id, name, number, f"{name} ({number})" if number else name)]


def _wanted_name(people: list[NamedPerson]) -> str:
    wanted = request.args.get("volunteer", type=UUID)
    return next((person.label for person in people if person.volunteer_id == wanted), "")


def _find_person(people: list[NamedPerson], typed: str) -> NamedPerson:
    person = find_named(people, typed)
    if person is None:
        raise RuleError(
            Sentence("Nobody here is called %(name)s. Nothing was saved. Check the name, or enrol them.", name=typed.strip()),
            field="person",
        )
    return person


def _record(form: HoursForm, person: NamedPerson) -> Recorded:
    try:
        activity_id = UUID(form.activity.data)
    except (TypeError, ValueError) as fault:
        raise RuleError(Sentence("Choose an activity. Nothing was saved."), field="activity") from fault
    new = NewHours(
        id=form.created_id,
        volunteer_id=person.volunteer_id,
        activity_id=activity_id,
        session_id=None,
        day=form.day.day,
        minutes=form.hours.minutes,
        starts=form.hours.starts,
        note=" ".join((form.note.data or "").split()),
    )
    recorded = record_hours(
        db.session(),
        actor().programme,
        actor().organisation,
        [new],
        source=HourSource.SINGLE,
        actor_id=actor().user_id,
        today=clock.today(),
    )
    if recorded.entries:
        audit.record(
            db.session(),
            actor().programme,
            "hours added",
            actor_id=actor().user_id,
            subject_id=form.created_id,
            organisation_id=actor().organisation,
        )
    return recorded


def _tell(recorded: Recorded, person: NamedPerson, form: HoursForm) -> None:
    if recorded.entries:
        hours = say(hours_text(form.hours.minutes))
        flash(_("Saved. %(hours)s added for %(name)s.", hours=hours, name=person.name), "success")
        for said in said_of_earnings(recorded):
            flash(say(said), "message")
    elif not recorded.warnings:
        flash(_("Saved already. Nothing was added twice."), "success")
    for remark in recorded.warnings:
        flash(say(remark.sentence), "warning")


def _corrected_text(corrected: Corrected) -> str:
    before = say(hours_text(corrected.before))
    if corrected.replacement_id is None:
        return str(_("Done. %(before)s taken away.", before=before))
    return str(_("Done. It was %(before)s. Now it is %(after)s.", before=before, after=say(hours_text(corrected.after))))
