"""From a request to a volunteer or a group member, on one page with everything filled in."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from timecredits.community.groups.groups import list_groups
from timecredits.community.money.fees import fee_of
from timecredits.community.referral_models import MoneyState
from timecredits.community.referrals.asking import Answers, open_answers
from timecredits.community.referrals.converting import Joined, Joining, alike, join
from timecredits.community.referrals.stages import OPEN
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_REFERRALS
from timecredits.network.volunteers import split_name
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.referral_forms import NEW_PERSON, JoinForm
from timecredits.web.coordinator.referrals import held
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.referral_words import pounds


@blueprint.route("/referrals/<uuid:referral_id>/join", methods=["GET", "POST"])
@allow(KEEP_REFERRALS)
def referral_join(referral_id: UUID) -> str | Response:
    """Enrol them, or say whom they are already; groups and the joining fee stand on the same page."""
    row, who, session = held(referral_id), actor(), db.session()
    said = open_answers(current_app.config["KEYRING"], row) or Answers()
    if request.method != "POST" and row.state not in OPEN:
        return redirect(url_for("coordinator.referral", referral_id=referral_id))
    form, fee = JoinForm(), fee_of(session, who.programme, who.organisation)
    groups = list_groups(session, who.programme, who.organisation)
    people = alike(session, who.programme, who.organisation, said)
    form.person.choices = [
        SelectChoice(NEW_PERSON, _("Somebody new here")),
        *(
            SelectChoice(
                str(each.volunteer.id),
                _("%(name)s, number %(number)s", name=each.volunteer.name, number=each.enrolment.number)
                if each.enrolment.number
                else each.volunteer.name,
            )
            for each in people
        ),
    ]
    form.groups.choices = [SelectChoice(str(each.id), each.name) for each in groups]
    form.leave_out(*(["fee"] if not fee else []), *(["sign_in"] if not said.email else []), *([] if groups else ["groups"]))
    if request.method != "POST":
        form.fill(said, *split_name(said.name))
    if form.validate_on_submit():
        try:
            joined = join(session, current_app.config["KEYRING"], row, _chosen(form), actor_id=who.user)
        except RuleError as fault:
            show_rule(form, RuleError(fault.sentence, field="first_name" if fault.field == "name" else fault.field))
        else:
            _tell(joined, wanted_sign_in=bool(form.sign_in and form.sign_in.data))
            return redirect(url_for("coordinator.referral", referral_id=referral_id))
    return render_template(
        "coordinator/referral_join.html",
        form=form,
        referral_id=referral_id,
        fee=pounds(fee) if fee else "",
        email=said.email,
        known=len(people),
    )


def _chosen(form: Any) -> Joining:
    known = form.person.data != NEW_PERSON
    return Joining(
        new_volunteer_id=form.created_id,
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        known_volunteer_id=UUID(form.person.data) if known else None,
        known_number="" if known else form.number.data or "",
        sign_in=bool(form.sign_in and form.sign_in.data),
        group_ids=[UUID(each) for each in form.groups.data] if form.groups else [],
        fee=MoneyState(form.fee.data) if form.fee else None,
    )


def _tell(joined: Joined, *, wanted_sign_in: bool) -> None:
    said = [_("Saved. %(name)s has joined.", name=joined.name)]
    if joined.groups:
        said.append(_("They are in the group now."))
    if wanted_sign_in and joined.is_new:
        if joined.has_sign_in:
            said.append(_("They can sign in with their email."))
        else:
            said.append(_("We did not set up a sign-in: that email is in use. You can give them a card."))
    flash(" ".join(said), "success")
