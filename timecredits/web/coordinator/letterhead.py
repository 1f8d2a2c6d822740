"""The letterhead: what stands at the head of the organisation's letters, and how that looks."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.foundation.errors import RuleError
from timecredits.journey.letters.letterheads import Letterhead, change_letterhead, read_letterhead, shown_lines
from timecredits.network.permissions import KEEP_LETTERHEAD
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.reference_forms import LetterheadForm
from timecredits.web.database import db
from timecredits.web.forms import show_rule


@blueprint.route("/letters/letterhead", methods=["GET", "POST"])
@allow(KEEP_LETTERHEAD)
def letterhead() -> ResponseReturnValue:
    """Show the letterhead as it is, and change it."""
    session, who = db.session(), actor()
    now = read_letterhead(session, who.programme, who.organisation)
    form = LetterheadForm(
        data={
            "name": now.name,
            "address": "\n".join(now.address_lines),
            "charity_number": now.charity_number,
            "email": now.email,
            "phone": now.phone,
        }
    )
    if form.validate_on_submit():
        wanted = Letterhead(
            form.name.data or "",
            tuple((form.address.data or "").splitlines()),
            form.charity_number.data or "",
            form.email.data or "",
            form.phone.data or "",
        )
        try:
            change_letterhead(session, who.programme, who.organisation, wanted, actor_id=who.user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. New letters will have this. Letters that went out stay as they are."), "success")
            return redirect(url_for("coordinator.letterhead"))
    return render_template("coordinator/letterhead.html", form=form, now=now, lines=shown_lines(now))
