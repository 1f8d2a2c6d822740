"""Looking after a group, for facilitators who are volunteers: who asks to come, who is in it, the board, a word to everybody.

For anybody else these pages aren't there. People kept apart from a facilitator are in none of the lists.
"""

from typing import Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from govuk_frontend_wtf.wtforms_widgets import GovTextArea
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from timecredits.community.group_models import MemberState
from timecredits.community.groups.finding import SeenGroup, find_seen, sessions_of
from timecredits.community.groups.group_facts import gives_away
from timecredits.community.groups.members import ListedMember, answer_request, list_members, remove_member
from timecredits.community.groups.posts import decide_post, waiting_posts
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.open_activities import NextSession
from timecredits.hours.planning.session_messages import write_to_signed_up
from timecredits.network.permissions import FACILITATE_GROUPS
from timecredits.web.access import actor, allow
from timecredits.web.comment_passing import said_of_post
from timecredits.web.database import db, give_up
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.volunteer.blueprint import blueprint

_NAMES_GROUP: Final = Sentence("Leave out the name of the group. Others may see the mail. Nothing was sent.")


class MessageForm(CreatingForm):
    """A word to everybody who signed up for the next session."""

    words = TextAreaField(lazy_gettext("What do you want to say?"), widget=GovTextArea())


@blueprint.get("/groups/<uuid:group_id>/run")
@allow(FACILITATE_GROUPS)
def group_run(group_id: UUID) -> str:
    """What waits for me as a facilitator, and who is in the group."""
    session, who = db.session(), actor()
    seen = _looked_after(group_id)
    listed = _listed(seen)
    return render_template(
        "volunteer/group_run.html",
        group=seen.group,
        asked=[each for each in listed if each.state is MemberState.ASKED],
        members=[each for each in listed if each.state is MemberState.MEMBER and each.volunteer_id != who.volunteer],
        posts=waiting_posts(
            session,
            current_app.config["KEYRING"],
            seen.group,
            reader_id=who.volunteer,
            page=request.args.get("page", 1, type=int),
        ),
        next_session=_next(seen),
    )


@blueprint.post("/groups/<uuid:group_id>/run/people/<uuid:volunteer_id>/answer")
@allow(FACILITATE_GROUPS)
def group_run_answer(group_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Let somebody in who asked, or not."""
    seen = _looked_after(group_id)
    says_yes = request.form.get("answer") == "yes"
    _person(seen, volunteer_id)
    answer_request(*_place(seen), volunteer_id, says_yes=says_yes, actor_id=actor().user)
    done = _("They are in the group now. They see it when they next look.") if says_yes else _("They are not in the group.")
    flash(done, "success")
    return redirect(url_for("volunteer.group_run", group_id=group_id))


@blueprint.post("/groups/<uuid:group_id>/run/people/<uuid:volunteer_id>/remove")
@allow(FACILITATE_GROUPS)
def group_run_remove(group_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
    """Take somebody out."""
    seen = _looked_after(group_id)
    _person(seen, volunteer_id)
    remove_member(*_place(seen), volunteer_id, actor_id=actor().user)
    flash(_("Done. They are not in the group. Their hours stay. Nobody was told."), "success")
    return redirect(url_for("volunteer.group_run", group_id=group_id))


@blueprint.post("/groups/<uuid:group_id>/run/posts/<uuid:comment_id>")
@allow(FACILITATE_GROUPS)
def group_run_post(group_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Show what waits on the board, or not."""
    seen, shown = _looked_after(group_id), request.form.get("answer") == "show"
    try:
        decided = decide_post(
            db.session(),
            seen.group,
            comment_id,
            shown=shown,
            reason=request.form.get("reason"),
            actor_id=actor().volunteer,
            reader_id=actor().volunteer,
        )
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
    else:
        flash(said_of_post(comment_id, seen.group.organisation_id, shown=shown, decided=decided), "success")
    return redirect(url_for("volunteer.group_run", group_id=group_id))


@blueprint.route("/groups/<uuid:group_id>/run/message", methods=["GET", "POST"])
@allow(FACILITATE_GROUPS)
def group_run_message(group_id: UUID) -> ResponseReturnValue:
    """Write to everybody who signed up for the next session."""
    seen, form = _looked_after(group_id), MessageForm()
    coming = _next(seen)
    if coming is not None and form.validate_on_submit():
        try:
            _check_words(seen, form.words.data or "")
            told = write_to_signed_up(
                db.session(),
                actor().programme,
                seen.group.organisation_id,
                coming.dated,
                form.words.data or "",
                message_id=form.created_id,
                actor_id=actor().user,
            )
        except RuleError as fault:
            give_up()
            show_rule(form, fault)
            seen = _looked_after(group_id)
        else:
            flash(ngettext("Done. We wrote to %(num)s person.", "Done. We wrote to %(num)s people.", told.sent_to), "success")
            if told.without_email:
                without = len(told.without_email)
                flash(ngettext("%(num)s person has no email.", "%(num)s people have no email.", without), "warning")
            return redirect(url_for("volunteer.group_run", group_id=group_id))
    return render_template("volunteer/group_run_message.html", group=seen.group, form=form, next_session=coming)


def _check_words(seen: SeenGroup, words: str) -> None:
    if gives_away(seen.group.name, words):
        raise RuleError(_NAMES_GROUP, field="words")


def _looked_after(group_id: UUID) -> SeenGroup:
    """The group, if who asks is a facilitator of it; else NotFoundError: it says of no group that it is there."""
    seen = find_seen(db.session(), actor().programme, actor().volunteer, group_id)
    if not seen.looks_after:
        raise NotFoundError
    return seen


def _place(seen: SeenGroup) -> tuple[Session, UUID, UUID, UUID]:
    return db.session(), actor().programme, seen.group.organisation_id, seen.group.id


def _listed(seen: SeenGroup) -> list[ListedMember]:
    return list(list_members(*_place(seen), reader_id=actor().volunteer))


def _person(seen: SeenGroup, volunteer_id: UUID) -> None:
    """Raise NotFoundError for somebody who is in no list that this facilitator sees."""
    if all(each.volunteer_id != volunteer_id for each in _listed(seen)):
        raise NotFoundError


def _next(seen: SeenGroup) -> NextSession | None:
    return next((each for each in sessions_of(db.session(), seen.group, actor().volunteer) if each.dated.is_on), None)
