"""Uses with no signal on pages: a list, one with all its scans, and the decision. Shared by the rooms that look at them.

A coordinator sees the people and notes of their organisation, by their full names; a programme manager sees all, by first name
and initial.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.spending.models import CodeKind, PaidBy
from timecredits.spending.offline.both_scans import other_scans
from timecredits.spending.offline.decisions import Decision, choices_for, decide
from timecredits.spending.offline.gaps import find_gaps
from timecredits.spending.offline.judging import NAME_CHECK
from timecredits.spending.offline.sync_words import said_why
from timecredits.spending.offline.use_lists import Group, ListedUse, find_listed, list_uses
from timecredits.spending.offline_models import SyncResult
from timecredits.spending.showing import name_at_venue
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule

_KINDS = {
    CodeKind.CARD: lazy_gettext("Card"),
    CodeKind.NOTE: lazy_gettext("Note"),
    CodeKind.LIVE: lazy_gettext("Code on a phone"),
}
_RESULTS = {
    SyncResult.OK: lazy_gettext("Counted"),
    SyncResult.OK_COVERED: lazy_gettext("Too few credits: the programme paid the rest"),
    SyncResult.DUPLICATE: lazy_gettext("Used twice: the programme paid"),
    SyncResult.REVIEW: lazy_gettext("To decide"),
    SyncResult.FORGED: lazy_gettext("Not one of our codes"),
    SyncResult.UNDONE: lazy_gettext("Taken back at the till"),
}
_PAYERS = {
    PaidBy.VOLUNTEER: lazy_gettext("Their credits"),
    PaidBy.NOTE: lazy_gettext("The note"),
    PaidBy.GOODWILL: lazy_gettext("The programme"),
}


@dataclass(frozen=True)
class Desk:
    """Whose pages these are: the blueprint's name, and the organisation they keep to, if they do."""

    name: str
    organisation_id: UUID | None = None

    @property
    def layout(self) -> str:
        """The template that this room's pages stand in."""
        return f"layouts/{self.name}.html"

    def href(self, endpoint: str, **values: Any) -> str:
        """The address of one of the room's pages about uses."""
        return url_for(f"{self.name}.{endpoint}", **values)

    def who(self, use: ListedUse) -> str:
        """Who used it, as this room may know them."""
        if use.name:
            return use.name if self.organisation_id is not None else name_at_venue(use)
        return str(_("A note")) if use.kind is CodeKind.NOTE else str(_("Nobody we know"))


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whether a use counts, who pays, and why."""

    decision = RadioField(
        lazy_gettext("Does it count?"),
        [DataRequired(lazy_gettext("Choose one of these. Nothing was changed."))],
        widget=GovRadioInput(),
        validate_choice=False,
    )
    reason = StringField(
        lazy_gettext("Why"), [DataRequired(lazy_gettext("Say why, in a few words. Nothing was changed."))], widget=GovTextInput()
    )


def uses_page(desk: Desk, group: Group) -> str:
    """The list of what waits, or of what is told."""
    session, programme_id = db.session(), actor().programme
    return render_template(
        f"uses/{group}.html",
        desk=desk,
        listed=list_uses(
            session, programme_id, group, organisation_id=desk.organisation_id, page=request.args.get("page", 1, type=int)
        ),
        gaps=find_gaps(session, programme_id) if group is Group.WAITING else [],
        result_text=result_text,
        why_text=why_text,
    )


def use_page(desk: Desk, use_id: UUID) -> str | Response:
    """One use with the other scans of its code, and the decision."""
    session, who = db.session(), actor()
    use = find_listed(session, who.programme, use_id, organisation_id=desk.organisation_id)
    form = DecisionForm()
    form.decision.choices = [(choice.value, _choice_text(choice, use)) for choice in choices_for(use)]
    if request.method == "POST" and not use.is_waiting:
        flash(_("This was decided already. Nothing was changed."), "warning")
        return redirect(desk.href("use", use_id=use_id))
    if form.validate_on_submit():
        try:
            decide(
                session,
                who.programme,
                use_id,
                _decision(form),
                reason=form.reason.data or "",
                actor_id=who.user_id,
                organisation_id=desk.organisation_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The venue has its credits.") if _counts(form) else _("Saved. It does not count."), "success")
            return redirect(desk.href("uses"))
    return render_template(
        "uses/use.html",
        desk=desk,
        use=use,
        others=other_scans(session, who.programme, use),
        form=form,
        result_text=result_text,
        why_text=why_text,
        kind_text=kind_text,
        check_text=check_text,
        payer_text=payer_text,
    )


def result_text(use: ListedUse) -> str:
    """What became of a use, in a few words."""
    if use.undone_at is not None:
        return str(_("Given back"))
    if use.decided:
        return str(_("Decided: it counts")) if use.decided == "counts" else str(_("Decided: it does not count"))
    if use.result is SyncResult.OK and use.clock_was_off:
        return str(_("Counted. The till's clock was wrong"))
    return str(_RESULTS[use.result])


def why_text(use: ListedUse) -> str:
    """Why a use waits or waited, or nothing."""
    return say(said_why(use.reason)) if use.reason else ""


def kind_text(kind: CodeKind | None) -> str:
    """What was shown at the till."""
    return str(_("A code we do not know") if kind is None else _KINDS.get(kind, kind.value))


def check_text(use: ListedUse, check: str, with_signal: bool = False) -> str:  # noqa: FBT001, FBT002  called from templates
    """How the till made sure whose it was."""
    if use.kind is CodeKind.NOTE:
        return str(_("Not needed for a note"))
    if with_signal:
        return str(_("With the second check of the card"))
    return str(_("By first name")) if check == NAME_CHECK else str(_("Not said"))


def payer_text(paid_by: PaidBy | None) -> str:
    """Whose credits moved."""
    return str(_PAYERS[paid_by]) if paid_by is not None else str(_("Nobody"))


def _choice_text(choice: Decision, use: ListedUse) -> str:
    if choice is Decision.DOES_NOT_COUNT:
        return str(_("No. Nothing moves."))
    if choice is Decision.PROGRAMME_PAYS:
        return str(_("Yes. The programme pays."))
    return str(_("Yes. The note pays.")) if use.note_id is not None else str(_("Yes. Their credits pay."))


def _decision(form: DecisionForm) -> Decision:
    try:
        return Decision(form.decision.data)
    except ValueError:
        form.decision.data = None
        raise RuleError(Sentence("Choose one of these. Nothing was changed."), field="decision") from None


def _counts(form: DecisionForm) -> bool:
    return bool(form.decision.data != Decision.DOES_NOT_COUNT.value)
