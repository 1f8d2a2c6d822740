"""The organisation's people: find one, look at one, enrol one."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.hours.finding_people import NamedPerson, list_names
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.people import find_person, list_people
from timecredits.network.enrolments import find_left
from timecredits.network.permissions import KEEP_VOLUNTEERS
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.forms import PersonForm, show_hours_rule
from timecredits.web.database import db

_RECENT = 20


@blueprint.get("/people")
@allow(KEEP_VOLUNTEERS)
def volunteers() -> str:
    """Find people by name or number."""
    search = request.args.get("q", "")[:100]
    page = request.args.get("page", 1, type=int)
    return render_template(
        "coordinator/volunteers.html",
        listed=list_people(db.session(), actor().programme, actor().organisation, search=search, page=page),
        search=search,
    )


@blueprint.get("/people/<uuid:volunteer_id>")
@allow(KEEP_VOLUNTEERS)
def volunteer(volunteer_id: UUID) -> str | Response:
    """Show one person: credits earned and hours given here, and the newest entries, or all of them."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    try:
        enrolled, earned = find_person(session, programme_id, organisation_id, volunteer_id)
    except NotFoundError:
        find_left(session, programme_id, organisation_id, volunteer_id)
        return redirect(url_for("coordinator.person_left", volunteer_id=volunteer_id))
    history = hour_history(session, programme_id, volunteer_id, organisation_id, as_of=clock.today())
    everything = "all" in request.args
    has_letters = "coordinator.reference_new" in current_app.view_functions
    return render_template(
        "coordinator/volunteer.html",
        volunteer=enrolled.volunteer,
        enrolment=enrolled.enrolment,
        earned=earned,
        history=history,
        local_day=clock.local_day,
        lines=history.lines if everything else history.lines[:_RECENT],
        letter_href=url_for("coordinator.reference_new", volunteer_id=volunteer_id) if has_letters else "",
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@allow(KEEP_VOLUNTEERS)
def volunteer_new() -> str | Response:
    """Enrol somebody. A name that is here already is asked about once, because two records of one person split their hours."""
    form = PersonForm()
    namesake: NamedPerson | None = None
    if form.validate_on_submit():
        namesake = None if form.another.data else _namesake(f"{form.first_name.data} {form.last_name.data}", form.created_id)
        if namesake is not None:
            form.first_name.errors = [
                _("%(name)s is here already. Nothing was saved. Is it the same person?", name=namesake.name)
            ]
        else:
            try:
                person = _enrol(form)
            except RuleError as fault:
                show_hours_rule(form, fault)
            else:
                flash(_("Saved. %(name)s is enrolled.", name=person), "success")
                return redirect(url_for("coordinator.volunteer", volunteer_id=form.created_id))
    return render_template("coordinator/volunteer_new.html", form=form, namesake=namesake)


def _namesake(name: str, besides: UUID) -> NamedPerson | None:
    people = list_names(db.session(), actor().programme, actor().organisation)
    return next((each for each in people if fold(each.name) == fold(name) and each.volunteer_id != besides), None)


def _enrol(form: PersonForm) -> str:
    enrolled = enrol_volunteer(
        db.session(),
        actor().programme,
        actor().organisation,
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        number=form.number.data,
        volunteer_id=form.created_id,
    )
    audit.record(
        db.session(),
        actor().programme,
        "volunteer enrolled",
        actor_id=actor().user_id,
        subject_id=form.created_id,
        organisation_id=actor().organisation,
    )
    return enrolled.volunteer.name
