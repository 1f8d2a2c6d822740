"""Pairs of an organisation, for its project workers: the lists, one pair, a yes that somebody said, reviews, the end."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextArea
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.ending import end_mentoring
from timecredits.community.mentoring.meetings import HoursOf
from timecredits.community.mentoring.pairs import PAGE, Show, count_pairs, list_pairs, read_pair
from timecredits.community.mentoring.parties import Party, Side, find_mentoring, worker
from timecredits.community.mentoring.reviews import note_review
from timecredits.community.mentoring_models import MentoringState
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.models import DutyKind
from timecredits.network.permissions import KEEP_MENTORING
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.duties import need_duty
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField, OptionalDayField
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

_ROOM = "coordinator"
_NEIGHBOURS = 2


class ReviewForm(CreatingForm):
    """A look back."""

    day = DayField(lazy_gettext("When did you talk?"))
    words = TextAreaField(lazy_gettext("How is it going?"), widget=GovTextArea())
    next_day = OptionalDayField(lazy_gettext("When will you talk again? (you can leave this out)"))


@blueprint.get("/mentoring")
@allow(KEEP_MENTORING)
def mentoring() -> str:
    """Show the pairs: all that haven't ended, or those of one kind."""
    here, today = _worker(), clock.today()
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.OPEN
    session, programme_id = db.session(), actor().programme
    listed = list_pairs(session, programme_id, here.scope_id, show=show, today=today, page=request.args.get("page", 1, type=int))

    def page_address(number: int) -> str:
        return url_for(".mentoring", show=show.value, page=number)

    near = range(max(1, listed.page - _NEIGHBOURS), min(listed.pages, listed.page + _NEIGHBOURS) + 1)
    return render_template(
        "coordinator/mentoring.html",
        listed=listed,
        counts=count_pairs(session, programme_id, here.scope_id, today=today),
        show=show,
        shows=Show,
        states=MentoringState,
        pages=[(number, page_address(number), number == listed.page) for number in near] if listed.total > PAGE else [],
        previous=page_address(listed.page - 1) if listed.page > 1 else "",
        next=page_address(listed.page + 1) if listed.page < listed.pages else "",
    )


@blueprint.get("/mentoring/<uuid:mentoring_id>")
@allow(KEEP_MENTORING)
def mentoring_pair(mentoring_id: UUID) -> str:
    """Show one pair with everything there is to read."""
    here, page = _worker(), request.args.get("page", 1, type=int)
    read = read_pair(db.session(), keyring(), actor().programme, here.scope_id, mentoring_id, today=clock.today(), page=page)
    return render_template("coordinator/mentoring_pair.html", read=read, pair=read.pair, states=MentoringState, hours_of=HoursOf)


@blueprint.post("/mentoring/<uuid:mentoring_id>/yes")
@allow(KEEP_MENTORING)
def mentoring_agree(mentoring_id: UUID) -> Response:
    """Note that one of the two said yes."""
    here, asked = _worker(), request.form.get("side", "")
    side = Side(asked) if asked in set(Side) else None
    base_url = current_app.config["BASE_URL"]
    try:
        begins = agree(db.session(), actor().programme, mentoring_id, here, said_by=side, base_url=base_url)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Both said yes. They can begin.") if begins else _("Saved. We wait for the other yes."), "success")
    return redirect(pair_href(_ROOM, mentoring_id))


@blueprint.route("/mentoring/<uuid:mentoring_id>/end", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_end(mentoring_id: UUID) -> str | Response:
    """End a pair, once asked whether they mean it. No reason is asked, and none is kept."""
    session, programme_id, here, form = db.session(), actor().programme, _worker(), EndForm()
    row = find_mentoring(session, programme_id, mentoring_id, here)
    if form.validate_on_submit():
        end_mentoring(session, programme_id, mentoring_id, here, base_url=current_app.config["BASE_URL"])
        flash(_("It has ended. You can still read it."), "success")
        return redirect(pair_href(_ROOM, mentoring_id))
    if row.state is MentoringState.ENDED:
        return redirect(pair_href(_ROOM, mentoring_id))
    return render_template("coordinator/mentoring_end.html", form=form, mentoring_id=mentoring_id)


@blueprint.route("/mentoring/<uuid:mentoring_id>/reviews/new", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_review_new(mentoring_id: UUID) -> str | Response:
    """Note a look back, and the day of the next."""
    session, programme_id, here, today = db.session(), actor().programme, _worker(), clock.today()
    row = find_mentoring(session, programme_id, mentoring_id, here)
    if row.state is not MentoringState.AGREED and request.method != "POST":
        return redirect(pair_href(_ROOM, mentoring_id))
    form: Any = ReviewForm() if request.method == "POST" else ReviewForm(day=today)
    if form.validate_on_submit():
        try:
            note_review(
                session,
                keyring(),
                programme_id,
                here.scope_id,
                mentoring_id,
                review_id=form.created_id,
                held_on=form.day.day,
                words=form.words.data or "",
                next_on=form.next_day.data,
                actor_id=here.actor_id,
                today=today,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Only project workers can read it."), "success")
            return redirect(pair_href(_ROOM, mentoring_id))
    return render_template("coordinator/mentoring_review.html", form=form, mentoring_id=mentoring_id, today=today)


@blueprint.route("/mentoring/<uuid:mentoring_id>/goals/new", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_goal_new(mentoring_id: UUID) -> str | Response:
    """Write down a goal for somebody who tells it."""
    return goal_new_page(_ROOM, mentoring_id, _worker())


@blueprint.route("/mentoring/<uuid:mentoring_id>/goals/<uuid:goal_id>", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_goal(mentoring_id: UUID, goal_id: UUID) -> str | Response:
    """Show a goal with its steps; add one."""
    return goal_page(_ROOM, mentoring_id, _worker(), goal_id)


@blueprint.post("/mentoring/<uuid:mentoring_id>/goals/<uuid:goal_id>/act")
@allow(KEEP_MENTORING)
def mentoring_goal_act(mentoring_id: UUID, goal_id: UUID) -> Response:
    """Tick a goal, undo it, remove it."""
    return act_on_goal(_ROOM, mentoring_id, _worker(), goal_id)


@blueprint.post("/mentoring/<uuid:mentoring_id>/goals/<uuid:goal_id>/steps/<uuid:step_id>/act")
@allow(KEEP_MENTORING)
def mentoring_step_act(mentoring_id: UUID, goal_id: UUID, step_id: UUID) -> Response:
    """Tick a step, undo it, remove it."""
    return act_on_goal(_ROOM, mentoring_id, _worker(), goal_id, step_id)


@blueprint.route("/mentoring/<uuid:mentoring_id>/meetings/new", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_meeting_new(mentoring_id: UUID) -> str | Response:
    """Note that they met."""
    return meeting_new_page(_ROOM, mentoring_id, _worker())


@blueprint.post("/mentoring/<uuid:mentoring_id>/meetings/<uuid:meeting_id>/act")
@allow(KEEP_MENTORING)
def mentoring_meeting_act(mentoring_id: UUID, meeting_id: UUID) -> Response:
    """Add the hours of a meeting, or take away one noted by mistake."""
    return act_on_meeting(_ROOM, mentoring_id, _worker(), meeting_id)


def _worker() -> Party:
    """Who asks, once it is clear that it is a project worker."""
    need_duty(DutyKind.PROJECT_WORKER, organisation_id=actor().organisation)
    return worker(actor().organisation, actor().user)
