"""A volunteer's own mentorings. Addresses, titles and letters say "pair": who looks over a shoulder learns nothing."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.ending import end_mentoring
from timecredits.community.mentoring.meetings import HoursOf
from timecredits.community.mentoring.own_pairs import list_own, read_own
from timecredits.community.mentoring.parties import Party, Side, find_mentoring, own_party
from timecredits.community.mentoring_models import MentoringState
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import TAKE_PART_IN_MENTORING
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.mentoring_parts import (
    EndForm,
    act_on_goal,
    act_on_meeting,
    goal_new_page,
    goal_page,
    keyring,
    meeting_new_page,
    pair_href,
)
from timecredits.web.volunteer.blueprint import blueprint

_ROOM = "volunteer"


@blueprint.get("/pair")
@allow(TAKE_PART_IN_MENTORING)
def mentoring() -> str:
    """Show my own: who waits for my yes, what goes on, what was."""
    pairs = list_own(db.session(), actor().programme, actor().volunteer)
    return render_template("volunteer/mentoring.html", pairs=pairs, states=MentoringState, sides=Side)


@blueprint.get("/pair/<uuid:mentoring_id>")
@allow(TAKE_PART_IN_MENTORING)
def mentoring_pair(mentoring_id: UUID) -> str:
    """Show one: the agreement, goals and meetings as far as they are mine to read."""
    page = request.args.get("page", 1, type=int)
    read = read_own(db.session(), keyring(), actor().programme, mentoring_id, _mine(mentoring_id), page=page)
    return render_template(
        "volunteer/mentoring_pair.html",
        read=read,
        pair=read.pair,
        states=MentoringState,
        sides=Side,
        hours_of=HoursOf,
        today=clock.today(),
        me=actor().volunteer,
    )


@blueprint.post("/pair/<uuid:mentoring_id>/yes")
@allow(TAKE_PART_IN_MENTORING)
def mentoring_agree(mentoring_id: UUID) -> Response:
    """Say yes."""
    try:
        begins = agree(
            db.session(), actor().programme, mentoring_id, _mine(mentoring_id), base_url=current_app.config["BASE_URL"]
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("You both said yes. You can begin.") if begins else _("Saved. You said yes."), "success")
    return redirect(pair_href(_ROOM, mentoring_id))


@blueprint.route("/pair/<uuid:mentoring_id>/end", methods=["GET", "POST"])
@allow(TAKE_PART_IN_MENTORING)
def mentoring_end(mentoring_id: UUID) -> str | Response:
    """End it, or say no to it, once asked whether they mean it. No reason is asked."""
    session, programme_id, party, form = db.session(), actor().programme, _mine(mentoring_id), EndForm()
    row = find_mentoring(session, programme_id, mentoring_id, party)
    if form.validate_on_submit():
        end_mentoring(session, programme_id, mentoring_id, party, base_url=current_app.config["BASE_URL"])
        flash(_("It has ended. You do not need to do anything else."), "success")
        return redirect(url_for(".mentoring"))
    if row.state is MentoringState.ENDED:
        return redirect(pair_href(_ROOM, mentoring_id))
    begun = row.state is MentoringState.AGREED
    return render_template("volunteer/mentoring_end.html", form=form, mentoring_id=mentoring_id, begun=begun)


@blueprint.route("/pair/<uuid:mentoring_id>/goals/new", methods=["GET", "POST"])
@allow(TAKE_PART_IN_MENTORING)
def mentoring_goal_new(mentoring_id: UUID) -> str | Response:
    """Write down a goal of mine."""
    return goal_new_page(_ROOM, mentoring_id, _mine(mentoring_id))


@blueprint.route("/pair/<uuid:mentoring_id>/goals/<uuid:goal_id>", methods=["GET", "POST"])
@allow(TAKE_PART_IN_MENTORING)
def mentoring_goal(mentoring_id: UUID, goal_id: UUID) -> str | Response:
    """Show a goal with its steps; add one."""
    return goal_page(_ROOM, mentoring_id, _mine(mentoring_id), goal_id)


@blueprint.post("/pair/<uuid:mentoring_id>/goals/<uuid:goal_id>/act")
@allow(TAKE_PART_IN_MENTORING)
def mentoring_goal_act(mentoring_id: UUID, goal_id: UUID) -> Response:
    """Tick a goal, undo it, remove it."""
    return act_on_goal(_ROOM, mentoring_id, _mine(mentoring_id), goal_id)


@blueprint.post("/pair/<uuid:mentoring_id>/goals/<uuid:goal_id>/steps/<uuid:step_id>/act")
@allow(TAKE_PART_IN_MENTORING)
def mentoring_step_act(mentoring_id: UUID, goal_id: UUID, step_id: UUID) -> Response:
    """Tick a step, undo it, remove it."""
    return act_on_goal(_ROOM, mentoring_id, _mine(mentoring_id), goal_id, step_id)


@blueprint.route("/pair/<uuid:mentoring_id>/meetings/new", methods=["GET", "POST"])
@allow(TAKE_PART_IN_MENTORING)
def mentoring_meeting_new(mentoring_id: UUID) -> str | Response:
    """Note that we met."""
    return meeting_new_page(_ROOM, mentoring_id, _mine(mentoring_id))


@blueprint.post("/pair/<uuid:mentoring_id>/meetings/<uuid:meeting_id>/act")
@allow(TAKE_PART_IN_MENTORING)
def mentoring_meeting_act(mentoring_id: UUID, meeting_id: UUID) -> Response:
    """Add my hours of a meeting, or take away one that I noted."""
    return act_on_meeting(_ROOM, mentoring_id, _mine(mentoring_id), meeting_id)


def _mine(mentoring_id: UUID) -> Party:
    return own_party(db.session(), actor().programme, actor().volunteer, mentoring_id)
