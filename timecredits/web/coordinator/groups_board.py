"""A group's board, for facilitators who are staff: what waits, what stands there, and writing for the organisation."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextArea
from wtforms import TextAreaField

from timecredits.community.comments.reading import list_comments
from timecredits.community.groups.posts import decide_post, post_as_staff, waiting_posts
from timecredits.foundation.errors import RuleError
from timecredits.network.chosen_names import LONGEST_CHOSEN_NAME
from timecredits.network.permissions import KEEP_GROUPS
from timecredits.web.access import actor, allow
from timecredits.web.comment_passing import said_of_post
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.groups_running import looked_after
from timecredits.web.database import db, give_up
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule


class StaffPostForm(CreatingForm):
    """Words of a facilitator's."""

    words = TextAreaField(lazy_gettext("Write on the board"), widget=GovTextArea())


@blueprint.route("/groups/<uuid:group_id>/board", methods=["GET", "POST"])
@allow(KEEP_GROUPS)
def group_board(group_id: UUID) -> ResponseReturnValue:
    """What waits first, then the board; writing there shows at once."""
    who, session, keyring = actor(), db.session(), current_app.config["KEYRING"]
    group, form = looked_after(group_id), StaffPostForm()
    if form.validate_on_submit():
        try:
            post_as_staff(
                session,
                keyring,
                who.programme,
                who.organisation,
                group_id,
                form.words.data or "",
                comment_id=form.created_id,
                name=who.display_name[:LONGEST_CHOSEN_NAME],
                user_id=who.user,
            )
        except RuleError as fault:
            give_up()
            show_rule(form, fault)
            group = looked_after(group_id)
        else:
            flash(_("Done. People in the group can read it now."), "success")
            return redirect(url_for("coordinator.group_board", group_id=group_id))
    return render_template(
        "coordinator/group_board.html",
        group=group,
        form=form,
        posts=waiting_posts(session, keyring, group),
        board=list_comments(
            session, keyring, who.programme, group_id=group_id, reader_id=None, page=request.args.get("page", 1, type=int)
        ),
    )


@blueprint.post("/groups/<uuid:group_id>/board/<uuid:comment_id>")
@allow(KEEP_GROUPS)
def group_board_decide(group_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Show what waits on the board, or not."""
    group, shown = looked_after(group_id), request.form.get("answer") == "show"
    try:
        decided = decide_post(
            db.session(), group, comment_id, shown=shown, reason=request.form.get("reason"), actor_id=actor().user
        )
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
    else:
        flash(said_of_post(comment_id, group.organisation_id, shown=shown, decided=decided), "success")
    return redirect(url_for("coordinator.group_board", group_id=group_id))
