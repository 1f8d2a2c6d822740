"""What was seen of a person: look at it, note something more, end something. And what ends soon, for the first page."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import list_activities
from timecredits.hours.activity_models import RequirementKind
from timecredits.hours.planning.eligibility import missing_in_activities
from timecredits.hours.planning.requirements import AskedHere, asked_here
from timecredits.network.models import CheckKind
from timecredits.network.permissions import KEEP_CHECKS
from timecredits.network.seen_checks import CheckFacts, check_text, end_check, expiring, list_checks, note_birth_month, note_check
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.check_forms import BirthMonthForm, DbsForm, GuardianForm, ReferencesForm, TrainingForm
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule

_MOST_SHOWN = 5
_FORMS: dict[CheckKind, type[DbsForm | TrainingForm | GuardianForm | ReferencesForm]] = {
    CheckKind.DBS: DbsForm,
    CheckKind.TRAINING: TrainingForm,
    CheckKind.GUARDIAN: GuardianForm,
    CheckKind.REFERENCES: ReferencesForm,
}


@blueprint.context_processor
def _checks_in_parts() -> dict[str, Callable[..., Any]]:
    return {"person_checks": _person_checks, "checks_ending": _checks_ending, "check_words": _check_words}


@blueprint.get("/people/<uuid:volunteer_id>/checks")
@allow(KEEP_CHECKS)
def checks(volunteer_id: UUID) -> str:
    """Show what was seen of a person, what is still needed where, and what can be noted."""
    enrolled = find_enrolled(db.session(), actor().programme, actor().organisation, volunteer_id)
    born = enrolled.volunteer.born_month
    return render_template(
        "coordinator/checks.html",
        volunteer=enrolled.volunteer,
        born="" if born is None else format_date(born, "MMMM y"),
        local_day=clock.local_day,
        **_person_checks(volunteer_id),
    )


@blueprint.route("/people/<uuid:volunteer_id>/checks/<kind>", methods=["GET", "POST"])
@allow(KEEP_CHECKS)
def check_note(volunteer_id: UUID, kind: str) -> str | Response:
    """Note that something was seen."""
    session, here = db.session(), (actor().programme, actor().organisation)
    enrolled = find_enrolled(session, *here, volunteer_id)
    asked = asked_here(session, *here)
    if kind not in set(CheckKind) or kind not in asked.kinds:
        abort(404)
    wanted = CheckKind(kind)
    form = _FORMS[wanted]()
    if isinstance(form, TrainingForm):
        form.name.choices = [SelectChoice(name, name) for name in asked.trainings]
        if len(asked.trainings) == 1 and request.method != "POST":
            form.name.data = asked.trainings[0]
    if form.validate_on_submit():
        try:
            note_check(
                session,
                *here,
                volunteer_id,
                form.facts(wanted),
                check_id=form.created_id,
                actor_id=actor().user_id,
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. We keep only that you saw it, and when."), "success")
            return redirect(url_for("coordinator.checks", volunteer_id=volunteer_id))
    return render_template("coordinator/check_note.html", form=form, kind=wanted, volunteer=enrolled.volunteer)


@blueprint.post("/checks/<uuid:check_id>/end")
@allow(KEEP_CHECKS)
def check_end(check_id: UUID) -> Response:
    """Let a check count no more."""
    ended = end_check(db.session(), actor().programme, actor().organisation, check_id, actor_id=actor().user_id)
    flash(_("Ended. It no longer counts. You can note a new one."), "success")
    return redirect(url_for("coordinator.checks", volunteer_id=ended.volunteer_id))


@blueprint.route("/people/<uuid:volunteer_id>/birth-month", methods=["GET", "POST"])
@allow(KEEP_CHECKS)
def birth_month(volunteer_id: UUID) -> str | Response:
    """Note the month a person was born, where a role has an age limit."""
    session, here = db.session(), (actor().programme, actor().organisation)
    volunteer = find_enrolled(session, *here, volunteer_id).volunteer
    born = volunteer.born_month
    form = BirthMonthForm() if request.method == "POST" else BirthMonthForm(month=f"{born:%m %Y}" if born else "")
    if form.validate_on_submit():
        try:
            month = _read_month(form.month.data or "")
            note_birth_month(session, *here, volunteer_id, month, actor_id=actor().user_id, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        except ValueError:
            form.month.errors = [_("Type the month and year as numbers, like 3 2009. Nothing was saved.")]
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("coordinator.checks", volunteer_id=volunteer_id))
    return render_template("coordinator/birth_month.html", form=form, volunteer=volunteer)


def _person_checks(volunteer_id: UUID) -> dict[str, Any]:
    """What parts and pages about one person's checks show."""
    session, here, today = db.session(), (actor().programme, actor().organisation), clock.today()
    asked: AskedHere = asked_here(session, *here)
    names = {}
    if asked.kinds:
        listed = list_activities(session, *here, today=today, only_open=True)
        names = {each.activity.id: each.activity.name for each in listed}
    missing = missing_in_activities(session, *here, volunteer_id, names, today=today) if names else {}
    return {
        "checks": list_checks(session, *here, volunteer_id),
        "kinds": [CheckKind(kind.value) for kind in RequirementKind if kind in asked.kinds],
        "today": today,
        "asks_age": RequirementKind.GUARDIAN in asked.kinds,
        "missing": [(names[each], found) for each, found in missing.items()],
    }


def _checks_ending() -> dict[str, Any]:
    today = clock.today()
    found = expiring(db.session(), actor().programme, actor().organisation, today=today)
    return {"shown": found[:_MOST_SHOWN], "count": len(found), "today": today}


def _check_words(facts: CheckFacts) -> str:
    words = say(check_text(facts))
    return f"{words[:1].upper()}{words[1:]}"


def _read_month(typed: str) -> date | None:
    """A month and a year in figures, such as "3 2009" or "03/2009"; None for nothing. Raises ValueError."""
    parts = typed.replace("/", " ").replace("-", " ").replace(".", " ").split()
    if not parts:
        return None
    month, year = (int(part) for part in parts)
    return date(year, month, 1)
