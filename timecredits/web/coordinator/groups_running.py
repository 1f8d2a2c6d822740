"""Looking after a group, for facilitators who are staff: who is in it, who asks to come, whom to ask in."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timecredits.community.group_models import MemberState, PeerGroup
from timecredits.community.groups.groups import find_group
from timecredits.community.groups.members import add_member, answer_request, invite, list_members, remove_member
from timecredits.network.models import DutyKind
from timecredits.network.permissions import KEEP_GROUPS
from timecredits.network.volunteers import find_enrolled, list_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.duties import need_duty

_FOUND_SHOWN = 10
_LONGEST_SEARCH = 100


@blueprint.get("/groups/<uuid:group_id>/people")
@allow(KEEP_GROUPS)
def group_people(group_id: UUID) -> str:
    """Who asks to come, who is in it, and a search for whom to ask in."""
    session, programme_id, organisation_id = _here()
    found = looked_after(group_id)
    listed = list_members(session, programme_id, organisation_id, group_id)
    search = request.args.get("q", "")[:_LONGEST_SEARCH].strip()
    people = list_enrolled(session, programme_id, organisation_id, search=search) if search else []
    known = {each.volunteer_id for each in listed}
    return render_template(
        "coordinator/group_people.html",
        group=found,
        asked=[each for each in listed if each.state is MemberState.ASKED],
        invited=[each for each in listed if each.state is MemberState.INVITED],
        members=[each for each in listed if each.state is MemberState.MEMBER],
        search=search,
        people=[each.volunteer for each in people if each.volunteer.id not in known][:_FOUND_SHOWN],
    )


@blueprint.post("/groups/<uuid:group_id>/people/<uuid:volunteer_id>/answer")
@allow(KEEP_GROUPS)
def group_answer(group_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Let somebody in who asked, or not."""
    looked_after(group_id)
    says_yes = request.form.get("answer") == "yes"
    answer_request(*_here(), group_id, volunteer_id, says_yes=says_yes, actor_id=actor().user)
    flash(
        _("They are in the group now. They see it when they next look.") if says_yes else _("They are not in the group."),
        "success",
    )
    return redirect(url_for("coordinator.group_people", group_id=group_id))


@blueprint.post("/groups/<uuid:group_id>/people/<uuid:volunteer_id>/add")
@allow(KEEP_GROUPS)
def group_add(group_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Ask somebody in, or add them at once because they said so."""
    looked_after(group_id)
    session, programme_id, organisation_id = _here()
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    if request.form.get("how") == "now":
        added = add_member(*_here(), group_id, volunteer_id, actor_id=actor().user)
        flash(_("Done. They are in the group now.") if added else _("They were in it already. Nothing was changed."), "success")
    else:
        invite(*_here(), group_id, volunteer_id, actor_id=actor().user)
        flash(_("Done. They see it under their groups and say yes or no. No mail was sent."), "success")
    return redirect(url_for("coordinator.group_people", group_id=group_id))


@blueprint.post("/groups/<uuid:group_id>/people/<uuid:volunteer_id>/remove")
@allow(KEEP_GROUPS)
def group_remove(group_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Take somebody out, or an invitation back."""
    looked_after(group_id)
    remove_member(*_here(), group_id, volunteer_id, actor_id=actor().user)
    flash(_("Done. They are not in the group. Their hours stay. Nobody was told."), "success")
    return redirect(url_for("coordinator.group_people", group_id=group_id))


def looked_after(group_id: UUID) -> PeerGroup:
    """The group, if who asks is a facilitator of it: 404 for another organisation's, 403 for colleagues who aren't."""
    found = find_group(*_here(), group_id)
    need_duty(DutyKind.FACILITATOR, group_id=group_id)
    return found


def _here() -> tuple[Session, UUID, UUID]:
    return db.session(), actor().programme, actor().organisation
