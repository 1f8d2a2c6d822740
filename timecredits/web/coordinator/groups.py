"""Peer groups of the organisation: list, one, making, changing, who looks after it, ending. Who is in one: groups_running.py."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timecredits.community.group_models import GroupKind
from timecredits.community.groups.facilitators import (
    list_colleagues,
    list_facilitators,
    name_facilitator,
    stop_facilitator,
)
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import (
    change_group,
    end_group,
    facts_of_group,
    find_group,
    list_groups,
    make_group,
    next_neutral_name,
)
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.planning.plans import list_plans
from timecredits.hours.planning.session_rosters import list_turnouts
from timecredits.hours.planning.sessions import list_sessions, soon
from timecredits.network.duties import has_duty
from timecredits.network.models import DutyKind
from timecredits.network.permissions import KEEP_GROUPS
from timecredits.network.volunteers import list_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.groups_forms import GroupForm, filled_form
from timecredits.web.coordinator.session_telling import tell
from timecredits.web.database import db
from timecredits.web.forms import show_rule

_NEXT_SHOWN = 4
_FOUND_SHOWN = 10
_LONGEST_SEARCH = 100


@blueprint.get("/groups")
@allow(KEEP_GROUPS)
def groups() -> str:
    """The organisation's groups, those that ended last."""
    found = list_groups(*_here(), with_ended=True)
    plans = list_plans(db.session(), actor().programme, [each.activity_id for each in found], today=clock.today())
    return render_template(
        "coordinator/groups.html",
        running=[each for each in found if each.ended_at is None],
        ended=[each for each in found if each.ended_at is not None],
        plans={key: [each for each in known if each.next_day] for key, known in plans.items()},
    )


@blueprint.route("/groups/new", methods=["GET", "POST"])
@allow(KEEP_GROUPS)
def group_new() -> ResponseReturnValue:
    """Make a group."""
    if request.method != "POST":
        form = filled_form(GroupFacts(name="", kind=GroupKind.OPEN, neutral_name=next_neutral_name(*_here())))
    else:
        form = GroupForm()
    if form.validate_on_submit():
        session, programme_id, organisation_id = _here()
        try:
            made = make_group(
                session,
                current_app.config["KEYRING"],
                programme_id,
                organisation_id,
                form.facts,
                group_id=form.created_id,
                actor_id=actor().user,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Now say when it meets, and who looks after it."), "success")
            return redirect(url_for("coordinator.group", group_id=made.id))
    return render_template("coordinator/group_edit.html", form=form, group=None)


@blueprint.get("/groups/<uuid:group_id>")
@allow(KEEP_GROUPS)
def group(group_id: UUID) -> str:
    """One group: what is said about it, when it meets, who looks after it. Not who is in it."""
    session, programme_id, organisation_id = _here()
    found = find_group(session, programme_id, organisation_id, group_id)
    first, last = soon(clock.today())
    coming = list_sessions(session, programme_id, first=first, last=last, activity_id=found.activity_id)
    to_come = [each for each in coming if each.ends > clock.now()][:_NEXT_SHOWN]
    return render_template(
        "coordinator/group.html",
        group=found,
        facts=facts_of_group(session, current_app.config["KEYRING"], found),
        plans=[
            each
            for each in list_plans(session, programme_id, [found.activity_id], today=clock.today()).get(found.activity_id, [])
            if each.next_day
        ],
        turnouts=list_turnouts(session, programme_id, to_come),
        facilitators=list_facilitators(session, programme_id, organisation_id, group_id),
        is_facilitator=has_duty(session, actor(), DutyKind.FACILITATOR, group_id=group_id),
    )


@blueprint.route("/groups/<uuid:group_id>/edit", methods=["GET", "POST"])
@allow(KEEP_GROUPS)
def group_edit(group_id: UUID) -> ResponseReturnValue:
    """Change what is said about a group."""
    session, programme_id, organisation_id = _here()
    keyring = current_app.config["KEYRING"]
    found = find_group(session, programme_id, organisation_id, group_id)
    form = filled_form(facts_of_group(session, keyring, found)) if request.method != "POST" else GroupForm()
    if form.validate_on_submit():
        try:
            change_group(session, keyring, programme_id, organisation_id, group_id, form.facts, actor_id=actor().user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Who is in the group stays the same."), "success")
            return redirect(url_for("coordinator.group", group_id=group_id))
    return render_template("coordinator/group_edit.html", form=form, group=found)


@blueprint.route("/groups/<uuid:group_id>/facilitators", methods=["GET", "POST"])
@allow(KEEP_GROUPS)
def group_facilitators(group_id: UUID) -> ResponseReturnValue:
    """Say who looks after a group: staff, or a volunteer looked for by name."""
    session, programme_id, organisation_id = _here()
    found = find_group(session, programme_id, organisation_id, group_id)
    if request.method == "POST":
        who = {name: _an_id(name) for name in ("user_id", "volunteer_id")}
        if any(who.values()):
            given = name_facilitator(session, programme_id, organisation_id, group_id, actor_id=actor().user, **who)
            flash(_("Done. They look after this group now.") if given else _("They do already. Nothing was changed."), "success")
        return redirect(url_for("coordinator.group_facilitators", group_id=group_id))
    search = request.args.get("q", "")[:_LONGEST_SEARCH].strip()
    held = list_facilitators(session, programme_id, organisation_id, group_id)
    people = list_enrolled(session, programme_id, organisation_id, search=search) if search else []
    known = {each.volunteer_id for each in held}
    return render_template(
        "coordinator/group_facilitators.html",
        group=found,
        facilitators=held,
        colleagues=[each for each in list_colleagues(session, programme_id, organisation_id, group_id) if not each.looks_after],
        search=search,
        people=[each.volunteer for each in people if each.volunteer.id not in known][:_FOUND_SHOWN],
    )


@blueprint.post("/groups/<uuid:group_id>/facilitators/<uuid:duty_id>/end")
@allow(KEEP_GROUPS)
def group_facilitator_end(group_id: UUID, duty_id: UUID) -> ResponseReturnValue:
    """Let somebody look after it no more."""
    stop_facilitator(*_here(), group_id, duty_id, actor_id=actor().user)
    flash(_("Done. They do not look after this group any more. They are still in it if they were."), "success")
    return redirect(url_for("coordinator.group_facilitators", group_id=group_id))


@blueprint.route("/groups/<uuid:group_id>/end", methods=["GET", "POST"])
@allow(KEEP_GROUPS)
def group_end(group_id: UUID) -> ResponseReturnValue:
    """End a group after today."""
    found = find_group(*_here(), group_id)
    if request.method == "POST" and found.ended_at is None:
        told = end_group(*_here(), group_id, actor_id=actor().user)
        tell(told, _("Done. The group ends after today. Its hours stay."))
        return redirect(url_for("coordinator.groups"))
    if found.ended_at is not None:
        return redirect(url_for("coordinator.group", group_id=group_id))
    return render_template("coordinator/group_end.html", group=found)


def _here() -> tuple[Session, UUID, UUID]:
    return db.session(), actor().programme, actor().organisation


def _an_id(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None
