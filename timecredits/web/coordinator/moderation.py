"""What waits for a moderator, what was decided, and taking a decision back. One tap each, or several at once."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from timecredits.community.comments.moderating import DecidedPage, decide, decided, hold_all, undo_decision, waiting
from timecredits.community.story_models import CommentReason
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.models import DutyKind
from timecredits.network.permissions import MODERATE
from timecredits.web.access import actor, allow
from timecredits.web.comment_passing import pass_on_words
from timecredits.web.comment_words import REASON_OF, REASONS, WARNINGS
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.duties import need_duty
from timecredits.web.filters import say

_MOST_AT_ONCE = 50


@blueprint.get("/moderation")
@allow(MODERATE)
def moderation() -> str:
    """What waits, the gravest warning first, then the oldest."""
    _need()
    who = actor()
    page = request.args.get("page", 1, type=int)
    return render_template(
        "coordinator/moderation.html",
        queue=waiting(db.session(), _keyring(), who.programme, organisation_id=who.organisation, page=page),
        undo=_ids("undo"),
        reasons=REASONS,
        warnings=WARNINGS,
        reason_of=REASON_OF,
        me=who.user,
    )


@blueprint.post("/moderation/decide")
@allow(MODERATE)
def moderation_decide() -> ResponseReturnValue:
    """Show what was chosen, or do not, with a reason."""
    _need()
    who, session = actor(), db.session()
    shown, reason = request.form.get("answer") == "show", request.form.get("reason", "")
    picked = _ids("comment")
    there = hold_all(session, who.programme, who.organisation, picked)
    if len(picked) == 1 and not there:
        raise NotFoundError
    done: list[UUID] = []
    said: list[Any] = []
    for comment_id in there:
        try:
            is_new = decide(
                session,
                who.programme,
                comment_id,
                actor_id=who.user,
                shown=shown,
                reason=reason,
                organisation_id=who.organisation,
            )
        except RuleError as fault:
            said.append(say(fault.sentence))
        except NotFoundError:  # on no desk of theirs, or its writer took it back meanwhile
            if len(picked) == 1:
                raise
        else:
            done += [comment_id] if is_new else []
    _say_all(picked, done, said, shown=shown, reason=reason)
    page = request.args.get("page", type=int)
    return redirect(url_for("coordinator.moderation", page=page, undo=done or None))


@blueprint.post("/moderation/undo")
@allow(MODERATE)
def moderation_undo() -> ResponseReturnValue:
    """Let what was decided wait again."""
    _need()
    who, session = actor(), db.session()
    back = 0
    for comment_id in hold_all(session, who.programme, who.organisation, _ids("comment")):
        try:
            back += undo_decision(session, who.programme, comment_id, actor_id=who.user, organisation_id=who.organisation)
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
        except NotFoundError:  # its writer took it back meanwhile
            continue
    flash(ngettext("%(num)s waits again. It is not shown.", "%(num)s wait again. They are not shown.", back), "message")
    return redirect(url_for("coordinator.moderation"))


@blueprint.get("/moderation/decided")
@allow(MODERATE)
def moderation_decided() -> str:
    """What was decided, newest first."""
    _need()
    who = actor()
    found: DecidedPage = decided(
        db.session(),
        _keyring(),
        who.programme,
        organisation_id=who.organisation,
        page=request.args.get("page", 1, type=int),
    )
    return render_template("coordinator/moderation_decided.html", found=found, reasons=REASONS)


def _say_all(picked: list[UUID], done: list[UUID], said: list[Any], *, shown: bool, reason: str) -> None:
    if not picked:
        said = [_("Tick one first. Nothing was changed.")]
    elif not done and not said:
        said = [_("Somebody decided that before you. Nothing was changed.")]
    for words in dict.fromkeys(said):
        flash(words, "warning")
    if done:
        flash(_answer(done, shown=shown, reason=reason), "success")


def _answer(done: list[UUID], *, shown: bool, reason: str) -> Any:
    """What to say of what was decided. Where somebody may not be safe, the words go on to whoever looks after that."""
    if shown:
        return ngettext("%(num)s is shown now.", "%(num)s are shown now.", len(done))
    if reason != CommentReason.UNSAFE:
        return ngettext("%(num)s is not shown.", "%(num)s are not shown.", len(done))
    return pass_on_words(done, actor().organisation)


def _need() -> None:
    need_duty(DutyKind.MODERATOR, organisation_id=actor().organisation)


def _ids(name: str) -> list[UUID]:
    """The ids that were sent, each once; what is none is not there."""
    try:
        found = [UUID(each) for each in request.values.getlist(name)[:_MOST_AT_ONCE]]
    except ValueError:
        raise NotFoundError from None
    return list(dict.fromkeys(found))


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
