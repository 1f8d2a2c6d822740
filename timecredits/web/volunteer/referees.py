"""The people who can speak for a volunteer: the list, adding, asking, taking off."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectChoice, StringField

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.planning_models import Relation
from timecredits.journey.referees.referee_consent import ask_referee, why_not_ask
from timecredits.journey.referees.referee_phone import ask_to_ring, phone_notes
from timecredits.journey.referees.referees import (
    SELDOM_ACCEPTED,
    RefereeFacts,
    RefereeLine,
    RefereeState,
    add_referee,
    change_referee,
    find_referee,
    list_referees,
    remove_referee,
)
from timecredits.journey.referees.staff_referees import add_staff_referee, staff_to_add
from timecredits.network.permissions import KEEP_OWN_REFEREES
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.volunteer.blueprint import blueprint
from timecredits.web.volunteer.open_days import OpenDayField

_RELATIONS = {
    Relation.SUPERVISOR: lazy_gettext("They led my work"),
    Relation.COLLEAGUE: lazy_gettext("We worked together"),
    Relation.TEACHER: lazy_gettext("They taught me"),
    Relation.PROFESSIONAL: lazy_gettext("They know me through their own job"),
    Relation.FRIEND: lazy_gettext("A friend"),
    Relation.FAMILY: lazy_gettext("Somebody in my family"),
}


class RefereeForm(CreatingForm):
    """Somebody who isn't on the staff."""

    name = StringField(lazy_gettext("Their name"), widget=GovTextInput())
    relation = ChoiceField(
        lazy_gettext("How do they know you?"),
        lazy_gettext("Choose how they know you. Nothing was saved."),
        [SelectChoice(each.value, words) for each, words in _RELATIONS.items()],
    )
    organisation_name = StringField(lazy_gettext("Where was that? (you can leave this out)"), widget=GovTextInput())
    title = StringField(lazy_gettext("What is their job or role there? (you can leave this out)"), widget=GovTextInput())
    known_since = OpenDayField(lazy_gettext("Since when have you known them?"))
    known_until = OpenDayField(lazy_gettext("When were you last in touch?"), ends=True)
    at_org_until = OpenDayField(lazy_gettext("When did they leave that place?"), ends=True)
    email = StringField(lazy_gettext("Their email (you can leave this out)"), widget=GovTextInput())
    phone = StringField(lazy_gettext("Their phone number (you can leave this out)"), widget=GovTextInput())

    @property
    def facts(self) -> RefereeFacts:
        """What was typed, once the form is valid."""
        return RefereeFacts(
            name=self.name.data or "",
            relation=Relation(self.relation.data),
            known_since=self.known_since.data,
            title=self.title.data or "",
            organisation_name=self.organisation_name.data or "",
            known_until=self.known_until.data,
            at_org_until=self.at_org_until.data,
            email=self.email.data or "",
            phone=self.phone.data or "",
        )


@blueprint.context_processor
def _relation_words() -> dict[str, Any]:
    return {"relation_words": _RELATIONS}


@blueprint.get("/referees")
@allow(KEEP_OWN_REFEREES)
def referees() -> str:
    """Everybody on the list, and how it stands with each."""
    lines = list_referees(db.session(), actor().programme, actor().volunteer)
    return render_template("volunteer/referees.html", referees=lines, today=clock.today(), states=RefereeState)


@blueprint.route("/referees/add", methods=["GET", "POST"])
@allow(KEEP_OWN_REFEREES)
def referee_add() -> str | Response:
    """Choose somebody of the staff, with one tap, or go on to somebody else."""
    who, session = actor(), db.session()
    if request.method == "POST":
        key, user_id, organisation_id = (_sent_id(name) for name in ("new_id", "user_id", "organisation_id"))
        try:
            add_staff_referee(
                session, who.programme, who.volunteer, referee_id=key, user_id=user_id, organisation_id=organisation_id
            )
        except RuleError as fault:
            flash(say(fault.sentence), "warning")
            return redirect(url_for(".referees"))
        flash(_("Added. Now ask them if they agree."), "success")
        return redirect(url_for(".referee", referee_id=key))
    offered = [(each, new_id()) for each in staff_to_add(session, who.programme, who.volunteer)]
    return render_template("volunteer/referee_add.html", offered=offered)


@blueprint.route("/referees/new", methods=["GET", "POST"])
@allow(KEEP_OWN_REFEREES)
def referee_new() -> str | Response:
    """Add somebody who isn't on the staff."""
    who, form = actor(), RefereeForm()
    if form.validate_on_submit():
        try:
            facts, key = form.facts, form.created_id
            add_referee(db.session(), who.programme, who.volunteer, facts, referee_id=key, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(
                _("Saved. Now ask them if they agree.") if facts.email else _("Saved. They must agree before you name them."),
                "success",
            )
            return redirect(url_for(".referee", referee_id=key))
    return render_template("volunteer/referee_form.html", form=form, line=None, hints=_hints())


@blueprint.get("/referees/<uuid:referee_id>")
@allow(KEEP_OWN_REFEREES)
def referee(referee_id: UUID) -> str:
    """One of them: what is kept, how it stands, and what to do next."""
    here = db.session(), actor().programme, actor().volunteer
    line = find_referee(*here, referee_id)
    return render_template(
        "volunteer/referee_show.html",
        line=line,
        state=line.state(clock.today()),
        states=RefereeState,
        why=why_not_ask(here[0], current_app.config["KEYRING"], *here[1:], referee_id),
        note=phone_notes(here[0], here[1], [line]).get(line.id),
    )


@blueprint.route("/referees/<uuid:referee_id>/change", methods=["GET", "POST"])
@allow(KEEP_OWN_REFEREES)
def referee_change(referee_id: UUID) -> str | Response:
    """Put right what is kept about somebody."""
    here = db.session(), actor().programme, actor().volunteer
    line = find_referee(*here, referee_id)
    if not may_change(line):
        flash(_("This can not be changed. You can take them off your list."), "warning")
        return redirect(url_for(".referee", referee_id=referee_id))
    form = RefereeForm() if request.method == "POST" else _form_of(line)
    if form.validate_on_submit():
        try:
            anew = change_referee(*here, referee_id, form.facts, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_after_change(referee_id) if anew else _("Saved."), "success")
            return redirect(url_for(".referee", referee_id=referee_id))
    return render_template("volunteer/referee_form.html", form=form, line=line, hints=_hints())


@blueprint.post("/referees/<uuid:referee_id>/ask")
@allow(KEEP_OWN_REFEREES)
def referee_ask(referee_id: UUID) -> Response:
    """Send them the question."""
    who = actor()
    try:
        ask_referee(
            db.session(),
            current_app.config["KEYRING"],
            who.programme,
            who.volunteer,
            referee_id,
            base_url=current_app.config["BASE_URL"],
            user_id=who.user_id,
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Sent. We asked them by email. You see their answer here."), "success")
    return redirect(url_for(".referee", referee_id=referee_id))


@blueprint.post("/referees/<uuid:referee_id>/ring")
@allow(KEEP_OWN_REFEREES)
def referee_ring(referee_id: UUID) -> Response:
    """Let staff ring them."""
    try:
        ask_to_ring(db.session(), current_app.config["KEYRING"], actor().programme, actor().volunteer, referee_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Done. Coordinators of your groups can see their name and number now. Tell one that you asked."), "success")
    return redirect(url_for(".referee", referee_id=referee_id))


@blueprint.post("/referees/<uuid:referee_id>/remove")
@allow(KEEP_OWN_REFEREES)
def referee_remove(referee_id: UUID) -> Response:
    """Take them off the list."""
    remove_referee(db.session(), actor().programme, actor().volunteer, referee_id)
    flash(_("Taken off your list. We deleted what we had about them."), "success")
    return redirect(url_for(".referees"))


def may_change(line: RefereeLine) -> bool:
    """Whether the volunteer types this person's facts."""
    return not line.is_staff and line.state(clock.today()) not in {RefereeState.SAID_NO, RefereeState.NO_LONGER}


def _after_change(referee_id: UUID) -> str:
    if why_not_ask(db.session(), current_app.config["KEYRING"], actor().programme, actor().volunteer, referee_id) is None:
        return str(_("Saved. Their old link and answer stop. Please ask them again."))
    return str(_("Saved. Their old link and answer stop. You can ask them again a week after the last mail."))


def _form_of(line: RefereeLine) -> RefereeForm:
    return RefereeForm(
        name=line.name,
        relation=line.relation.value,
        organisation_name=line.organisation_name,
        title=line.title,
        known_since=line.known_since,
        known_until=line.known_until,
        at_org_until=line.at_org_until,
        email=line.email,
        phone=line.phone,
    )


def _hints() -> dict[str, str]:
    seldom = _("Most employers do not accept them.")
    return {each.value: seldom for each in SELDOM_ACCEPTED} | {
        Relation.PROFESSIONAL.value: _("Like a support worker, a faith leader or a landlord")
    }


def _sent_id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError as fault:
        raise NotFoundError from fault
