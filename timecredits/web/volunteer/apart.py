"""People I chose not to see: from what they wrote, or from our mentoring. They are never told, and I can change my mind."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.safety.apart import Other, WhoWrote, see_no_more, who_is_mentoring, who_wrote
from timecredits.network.blocks import end_block, own_blocks
from timecredits.network.permissions import KEEP_OWN_BLOCKS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/apart")
@allow(KEEP_OWN_BLOCKS)
def apart() -> str:
    """Show whom I chose, by the name I know."""
    who = actor()
    return render_template("volunteer/apart.html", people=own_blocks(db.session(), who.programme, who.volunteer))


@blueprint.route("/apart/comment/<uuid:comment_id>", methods=["GET", "POST"])
@allow(KEEP_OWN_BLOCKS)
def apart_comment(comment_id: UUID) -> str | Response:
    """Ask once more; then show me whoever wrote this no more."""
    return _ask(who_wrote(db.session(), actor().programme, actor().volunteer, comment_id))


@blueprint.route("/apart/mentoring/<uuid:mentoring_id>", methods=["GET", "POST"])
@allow(KEEP_OWN_BLOCKS)
def apart_mentoring(mentoring_id: UUID) -> str | Response:
    """Ask once more; then show me the other one of this mentoring no more, which ends it."""
    return _ask(who_is_mentoring(db.session(), actor().programme, actor().volunteer, mentoring_id))


@blueprint.post("/apart/<uuid:block_id>/end")
@allow(KEEP_OWN_BLOCKS)
def apart_end(block_id: UUID) -> Response:
    """Show somebody again."""
    who = actor()
    end_block(db.session(), who.programme, block_id, actor_id=who.user_id, volunteer_id=who.volunteer)
    flash(_("Done. You can see each other again. They were not told."), "success")
    return redirect(url_for(".apart"))


def _ask(other: Other) -> str | Response:
    if other.volunteer_id is None:
        return render_template("volunteer/apart_cannot.html", other=other, kinds=WhoWrote)
    if request.method == "POST" and request.form.get("sure") == "yes":
        who = actor()
        base_url = current_app.config["BASE_URL"]
        see_no_more(db.session(), who.programme, who.volunteer, other, actor_id=who.user_id, base_url=base_url)
        flash(_("Done. You do not see each other any more. They were not told."), "success")
        return redirect(url_for(".apart"))
    return render_template("volunteer/apart_ask.html", other=other)
