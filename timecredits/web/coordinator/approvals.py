"""Hours that volunteers logged: approve them by person, look closer at one, and see or undo what was decided."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired

from timecredits.foundation import clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.correcting import CreditsUsedError
from timecredits.hours.correction_words import said_of_many
from timecredits.hours.earning_words import said_of_earnings
from timecredits.hours.models import LoggedHours, LoggedStatus
from timecredits.hours.recording import Recorded
from timecredits.hours.self_logged.approval_queue import (
    Decided,
    LoggedLine,
    OtherHours,
    approved_together,
    count_waiting,
    find_line,
    list_decided,
    list_returned,
    waiting_queue,
)
from timecredits.hours.self_logged.approving import Approved, approve
from timecredits.hours.self_logged.given_time import from_to
from timecredits.hours.self_logged.logged_decisions import take_back
from timecredits.hours.self_logged.logged_hours import OPEN
from timecredits.network.permissions import APPROVE_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule

_MOST_REMARKS = 5


class TakeBackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Undo an approval, alone or with all that the same tap approved."""

    which = RadioField(
        lazy_gettext("What do you want to undo?"),
        choices=[SelectChoice("one", lazy_gettext("Just these hours")), SelectChoice("all", lazy_gettext("All of them"))],
        default="one",
        widget=GovRadioInput(),
        validate_choice=False,
    )
    reason = StringField(
        lazy_gettext("Why"), [DataRequired(lazy_gettext("Say why, in a few words. Nothing was changed."))], widget=GovTextInput()
    )
    agreed = HiddenField(default="0")

    @property
    def agreed_to(self) -> int:
        """How many minutes of used credit this coordinator has been told of."""
        try:
            return max(0, int(self.agreed.data or "0"))
        except ValueError:
            return 0


@blueprint.context_processor
def _waiting() -> dict[str, object]:
    """Let a page ask how many lines of how many people wait, on the pages that say so."""
    return {"logged_waiting": lambda: count_waiting(db.session(), actor().programme, actor().organisation)}


@blueprint.get("/approvals")
@allow(APPROVE_HOURS)
def approvals() -> str:
    """Show who waits, those who wait longest first."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    returned, returned_count = list_returned(session, programme_id, organisation_id)
    return render_template(
        "coordinator/approvals.html",
        queue=waiting_queue(
            session, programme_id, organisation_id, page=request.args.get("page", 1, type=int), today=clock.today()
        ),
        returned=returned,
        returned_count=returned_count,
        undo=_just_approved(),
        from_to=from_to,
    )


@blueprint.post("/approvals")
@allow(APPROVE_HOURS)
def approvals_approve() -> Response:
    """Approve the lines that the form names, as they were seen."""
    seen = _seen()
    answer = approve(db.session(), actor().programme, actor().organisation, seen, actor_id=actor().user_id, today=clock.today())
    _tell(answer)
    first = str(answer.approved[0]) if answer.approved else None
    return redirect(url_for("coordinator.approvals", page=request.args.get("page", type=int), done=first))


@blueprint.get("/approvals/<uuid:logged_id>")
@allow(APPROVE_HOURS)
def approval(logged_id: UUID) -> str:
    """Show one line with everything that helps to decide."""
    decided, line, others = find(logged_id)
    return render_template(
        "coordinator/approval.html",
        decided=decided,
        line=line,
        others=others,
        is_open=decided.log.status in OPEN,
        from_to=from_to,
    )


@blueprint.get("/approvals/decided")
@allow(APPROVE_HOURS)
def approvals_decided() -> str:
    """Show what was approved and declined, newest first."""
    page = max(request.args.get("page", 1, type=int), 1)
    listed, older = list_decided(db.session(), actor().programme, actor().organisation, page=page)
    return render_template("coordinator/approvals_decided.html", listed=listed, page=page, older=older)


@blueprint.route("/approvals/<uuid:logged_id>/undo", methods=["GET", "POST"])
@allow(APPROVE_HOURS)
def approval_undo(logged_id: UUID) -> str | Response:
    """Take an approval back: the hours are taken away, with a reason, and wait again."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    decided, _line, _others = find(logged_id)
    if decided.log.status is not LoggedStatus.APPROVED:
        flash(_("These hours are not approved. Nothing was changed."), "warning")
        return redirect(url_for("coordinator.approvals"))
    together = approved_together(session, programme_id, organisation_id, decided.log)
    form, asks = TakeBackForm(), None
    if form.validate_on_submit():
        ids = together if form.which.data == "all" else [logged_id]
        try:
            done = take_back(
                session,
                programme_id,
                organisation_id,
                ids,
                reason=form.reason.data or "",
                actor_id=actor().user_id,
                today=clock.today(),
                agreed_to=form.agreed_to,
            )
        except CreditsUsedError as fault:
            asks, form.agreed.data = fault.sentence, str(fault.lent)
        except RuleError as fault:
            show_rule(form, RuleError(fault.sentence, field="reason"))
        else:
            hours = say(hours_text(sum(each.before for each in done)))
            flash(_("Undone. %(hours)s taken away. They wait here again.", hours=hours), "success")
            for sentence in said_of_many(done):
                flash(say(sentence), "message")
            return redirect(url_for("coordinator.approvals"))
    return render_template("coordinator/approval_undo.html", form=form, decided=decided, together=len(together), asks=asks)


def find(logged_id: UUID) -> tuple[Decided, LoggedLine, list[OtherHours]]:
    """One line of this organisation, or NotFoundError."""
    return find_line(db.session(), actor().programme, actor().organisation, logged_id, today=clock.today())


def _seen() -> dict[UUID, str]:
    """The ids and marks that the form carries; a form of ours is never without, nor ever broken."""
    seen = {}
    for sent in request.form.getlist("line"):
        key, _dot, mark = sent.partition(".")
        try:
            seen[UUID(key)] = mark
        except ValueError:
            abort(400)
    if not seen:
        abort(400)
    return seen


def _just_approved() -> LoggedHours | None:
    """A line of the approval that led here, so that it can be undone at once."""
    done = request.args.get("done", type=UUID)
    if done is None:
        return None
    log = find(done)[0].log
    return log if log.status is LoggedStatus.APPROVED else None


def _tell(answer: Approved) -> None:
    if answer.approved:
        people = counted("%(num)s person", "%(num)s people", answer.recorded.people)
        flash(
            say(Sentence("Approved. %(hours)s added for %(people)s.", hours=hours_text(answer.minutes), people=people)), "success"
        )
    elif answer.already and not answer.kept_back:
        flash(_("Approved already. Nothing was added twice."), "success")
    for sentence in sorted({say(each) for each in answer.kept_back.values()})[:_MOST_REMARKS]:
        flash(sentence, "warning")
    tell_more(answer.recorded)


def tell_more(recorded: Recorded) -> None:
    """What a save brought in credits where it isn't one an hour, and what is worth a look."""
    for sentence in said_of_earnings(recorded):
        flash(say(sentence), "message")
    for remark in recorded.warnings[:_MOST_REMARKS]:
        flash(say(remark.sentence), "warning")
