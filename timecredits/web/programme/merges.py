"""The merges there were: what each did, and taking it back."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import MERGE_PEOPLE
from timecredits.records.merging.comparing import find_merge, list_merges, why_not_back
from timecredits.records.merging.unmerging import undo_merge
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.programme.blueprint import blueprint

_LAST = 10_000
"""A page number that no list reaches; a larger one would be too large for a database."""


@blueprint.get("/merges")
@allow(MERGE_PEOPLE)
def merges() -> str:
    """List them, newest first."""
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST)
    found, more = list_merges(db.session(), actor().programme, page=page)
    if page > 1 and not found:
        abort(404)
    return render_template("programme/merges.html", merges=found, page=page, more=more)


@blueprint.get("/merges/<uuid:merge_id>")
@allow(MERGE_PEOPLE)
def merge(merge_id: UUID) -> str:
    """Show one, and whether it can be taken back."""
    who, session = actor(), db.session()
    found = find_merge(session, who.programme, merge_id)
    return render_template("programme/merge.html", merge=found, why_not=why_not_back(session, who.programme, merge_id))


@blueprint.post("/merges/<uuid:merge_id>/undo")
@allow(MERGE_PEOPLE)
def merge_undo(merge_id: UUID) -> Response:
    """Make two records of one again."""
    who = actor()
    try:
        undone = undo_merge(db.session(), who.programme, merge_id, actor_id=who.user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        said = _("Done. There are two records again. %(credits)s went back.", credits=say(credits_text(undone.minutes)))
        if undone.from_goodwill:
            said = _(
                "Done. There are two records again. The programme gave %(credits)s, because they were used.",
                credits=say(credits_text(undone.from_goodwill)),
            )
        flash(said, "success")
    return redirect(url_for(".merge", merge_id=merge_id))
