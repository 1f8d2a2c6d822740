"""The programme's organisations: which there are, how each stands and what it lacks, one of them, taking one in, changing it."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.started import find_started
from timecredits.network.onboarding import Checklist, Started, State, Step, checklists, find_checklist
from timecredits.network.organisations import (
    OrganisationFacts,
    add_organisation,
    change_organisation,
    facts_of,
    find_organisation_here,
)
from timecredits.network.permissions import KEEP_ORGANISATIONS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.onboarding_words import agreement_said, badge_of, missing_said, rows_of
from timecredits.web.programme.blueprint import blueprint

_LONGEST = 100
_PAGE = 25


class OrganisationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What a programme says of an organisation."""

    name = StringField(lazy_gettext("Name"), widget=GovTextInput())
    slug = StringField(lazy_gettext("Short name"), widget=GovTextInput())
    town = StringField(lazy_gettext("Town"), widget=GovTextInput())
    contact_email = StringField(lazy_gettext("Email to reach it"), widget=GovTextInput())

    @property
    def facts(self) -> OrganisationFacts:
        """What was typed."""
        return OrganisationFacts(self.name.data or "", self.slug.data or "", self.town.data or "", self.contact_email.data or "")


class NewOrganisationForm(CreatingForm, OrganisationForm):
    """The same for one that isn't there yet."""


@blueprint.get("/organisations")
@allow(KEEP_ORGANISATIONS)
def organisations() -> str:
    """List the organisations: how each stands, and what it lacks."""
    session, who = db.session(), actor()
    search = request.args.get("q", "")[:_LONGEST].strip()
    chosen = next((each for each in State if each.value == request.args.get("state")), None)
    every = checklists(session, who.programme, find_started(session, who.programme), today=clock.today(), search=search)
    found = [each for each in every if chosen in {None, each.state}]
    page, pages = _page(), max(-(-len(found) // _PAGE), 1)
    if page > pages:
        abort(404)
    return render_template(
        "programme/organisations.html",
        listed=[_row(each) for each in found[(page - 1) * _PAGE : page * _PAGE]],
        found=len(found),
        search=search,
        chosen="" if chosen is None else chosen.value,
        page=page,
        pages=pages,
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@allow(KEEP_ORGANISATIONS)
def organisation_new() -> str | Response:
    """Take an organisation in."""
    form, who = NewOrganisationForm(), actor()
    if form.validate_on_submit():
        try:
            made = add_organisation(
                db.session(), who.programme, form.facts, organisation_id=form.created_id, actor_id=who.user_id
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. %(name)s is in your programme. Here is what comes next.", name=made.name), "success")
            return redirect(url_for("programme.organisation", organisation_id=made.id))
    return render_template("programme/organisation_form.html", form=form, organisation=None)


@blueprint.get("/organisations/<uuid:organisation_id>")
@allow(KEEP_ORGANISATIONS)
def organisation(organisation_id: UUID) -> str:
    """One organisation: how it stands, what is needed, and what can be done."""
    session, who = db.session(), actor()
    row = find_organisation_here(session, who.programme, organisation_id)
    started = find_started(session, who.programme, [organisation_id]).get(organisation_id, Started())
    listed = find_checklist(session, row, started, today=clock.today())
    return render_template(
        "programme/organisation.html",
        organisation=row,
        listed=listed,
        badge=badge_of(listed),
        agreement=agreement_said(listed),
        rows=rows_of(listed, _links(listed), own=False),
    )


@blueprint.route("/organisations/<uuid:organisation_id>/change", methods=["GET", "POST"])
@allow(KEEP_ORGANISATIONS)
def organisation_change(organisation_id: UUID) -> str | Response:
    """Say something else of an organisation."""
    session, who = db.session(), actor()
    row = find_organisation_here(session, who.programme, organisation_id)
    form = OrganisationForm() if request.method == "POST" else OrganisationForm(obj=facts_of(row))
    if form.validate_on_submit():
        try:
            changed = change_organisation(session, who.programme, organisation_id, form.facts, actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved.") if changed else _("It is like that now. Nothing was changed."), "success")
            return redirect(url_for("programme.organisation", organisation_id=organisation_id))
    return render_template("programme/organisation_form.html", form=form, organisation=row)


def _row(listed: Checklist) -> dict[str, Any]:
    badge = badge_of(listed)
    details = [listed.organisation.town, missing_said(listed) if listed.state is not State.OPEN else "", agreement_said(listed)]
    return {
        "title": listed.organisation.name,
        "detail": ". ".join(each.rstrip(".") for each in details if each),
        "href": url_for("programme.organisation", organisation_id=listed.organisation.id),
        "icon": "people",
        "badge": badge["words"],
        "tone": badge["tone"],
    }


def _links(listed: Checklist) -> dict[Step, tuple[str, str]]:
    """Where each step is seen to by a manager, and the words of the link."""
    organisation_id = listed.organisation.id
    signed, told = listed.organisation.agreed_on is not None, listed.organisation.briefed_on is not None
    links = {
        Step.AGREEMENT: (
            url_for("programme.organisation_agreement", organisation_id=organisation_id),
            _("Change the days") if signed else _("Note the agreement"),
        ),
        Step.BRIEF: (
            url_for("programme.organisation_brief", organisation_id=organisation_id),
            _("Change the day") if told else _("Note the day"),
        ),
    }
    lead = next(each for each in listed.steps if each.step is Step.LEAD)
    links[Step.LEAD] = (
        (url_for("programme.organisation_staff", organisation_id=organisation_id), _("See who leads it"))
        if lead.is_done or lead.waits
        else (url_for("programme.organisation_staff_invite", organisation_id=organisation_id), _("Invite a lead"))
    )
    return links


def _page() -> int:
    asked = request.args.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004  four digits
