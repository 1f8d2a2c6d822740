"""The gifts of one person, and taking one back for them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.permissions import KEEP_POTS
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving.gift_undoing import find_gift_here, take_back_for
from timecredits.spending.giving.own_gifts import find_own_gift, list_gifts
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.pots import PartBackForm
from timecredits.web.database import db
from timecredits.web.forms import show_rule

_PAGE = 20


@blueprint.get("/people/<uuid:volunteer_id>/gifts")
@allow(KEEP_POTS)
def volunteer_gifts(volunteer_id: UUID) -> str:
    """What somebody gave and got, newest first."""
    who, page = actor(), max(1, request.args.get("page", 1, type=int))
    volunteer = find_enrolled(db.session(), who.programme, who.organisation, volunteer_id).volunteer
    listed = list_gifts(db.session(), who.programme, volunteer_id, seen_from=who.organisation, page=page, size=_PAGE)
    return render_template(
        "coordinator/volunteer_gifts.html",
        volunteer=volunteer,
        gifts=listed[:_PAGE],
        page=page,
        has_older=len(listed) > _PAGE,
    )


@blueprint.route("/people/<uuid:volunteer_id>/gifts/<uuid:gift_id>", methods=["GET", "POST"])
@allow(KEEP_POTS)
def volunteer_gift_back(volunteer_id: UUID, gift_id: UUID) -> str | Response:
    """Take one gift back, with a reason."""
    who, session, form = actor(), db.session(), PartBackForm()
    volunteer = find_enrolled(session, who.programme, who.organisation, volunteer_id).volunteer
    gift = find_gift_here(session, who.programme, who.organisation, gift_id)
    if volunteer_id not in {gift.from_volunteer_id, gift.to_volunteer_id}:
        raise NotFoundError
    back = url_for(".volunteer_gifts", volunteer_id=volunteer_id)
    if form.validate_on_submit():
        try:
            undone = take_back_for(
                session, who.programme, who.organisation, gift_id, reason=form.reason.data or "", actor_id=who.user_id
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Taken back.") if undone else _("It was taken back already."), "success")
            return redirect(back)
    shown = find_own_gift(session, who.programme, volunteer_id, gift_id, seen_from=who.organisation)
    return render_template("coordinator/volunteer_gift_back.html", form=form, volunteer=volunteer, gift=shown)
