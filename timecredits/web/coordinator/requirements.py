"""What a role asks of people: set on a page of its own, shown on the activity's."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import RequirementKind
from timecredits.hours.planning.requirements import Asked, asked_text, list_requirements, set_requirements
from timecredits.network.permissions import KEEP_CHECKS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.check_forms import RequirementsForm
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule


@blueprint.context_processor
def _asked_in_parts() -> dict[str, Callable[[UUID], list[str]]]:
    return {"role_asks": lambda activity_id: [say(asked_text(each)) for each in _asked(activity_id)]}


@blueprint.route("/activities/<uuid:activity_id>/asks", methods=["GET", "POST"])
@allow(KEEP_CHECKS)
def requirements(activity_id: UUID) -> str | Response:
    """Say what a person must have shown before they do this."""
    session, here = db.session(), (actor().programme, actor().organisation)
    activity = find_activity(session, *here, activity_id)
    form = RequirementsForm() if request.method == "POST" else RequirementsForm(**_values(_asked(activity_id)))
    if form.validate_on_submit():
        try:
            set_requirements(session, *here, activity_id, list(_wanted(form)), actor_id=actor().user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Who signed up before stays signed up."), "success")
            return redirect(url_for("coordinator.activity", activity_id=activity_id))
    return render_template("coordinator/requirements.html", form=form, activity=activity)


def _asked(activity_id: UUID) -> tuple[Asked, ...]:
    return list_requirements(db.session(), actor().programme, [activity_id]).get(activity_id, ())


def _values(asked: tuple[Asked, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {"trainings": "\n".join(each.name for each in asked if each.kind is RequirementKind.TRAINING)}
    for each in asked:
        if each.kind is RequirementKind.DBS:
            values |= {"level": each.level, "workforce": each.workforce}
        elif each.kind is RequirementKind.GUARDIAN:
            values["age"] = str(each.number)
        elif each.kind is RequirementKind.REFERENCES:
            values["references"] = str(each.number)
    return values


def _wanted(form: RequirementsForm) -> Iterator[Asked]:
    if form.level.data:
        yield Asked(RequirementKind.DBS, level=form.level.data, workforce=form.workforce.data or "")
    for line in (form.trainings.data or "").splitlines():
        if line.strip():
            yield Asked(RequirementKind.TRAINING, name=line)
    if form.asked_age:
        yield Asked(RequirementKind.GUARDIAN, number=form.asked_age)
    if form.asked_references:
        yield Asked(RequirementKind.REFERENCES, number=form.asked_references)
