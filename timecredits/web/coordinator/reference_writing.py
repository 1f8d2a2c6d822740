"""Writing a letter: choose whom it is about, or take what somebody asked for; the facts are shown, the rest is chosen."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.foundation.errors import RuleError
from timecredits.journey.letters.asked_letters import LetterRequest, find_request, find_request_of
from timecredits.journey.letters.asking import LONGEST_ANSWER, begin_letter, decline_request
from timecredits.journey.letters.references import (
    LONGEST_OPINION,
    Author,
    LetterStart,
    change_draft,
    draft_reference,
    find_reference,
    is_about,
    start_letter,
)
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.enrolments import list_left
from timecredits.network.permissions import WRITE_REFERENCES
from timecredits.network.volunteers import list_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.reference_forms import DeclineForm, LetterForm
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.issuing import current_issuer

_PEOPLE_SHOWN = 30
_LONGEST_SEARCH = 100


@blueprint.get("/letters/new")
@blueprint.route("/letters/new/<uuid:volunteer_id>", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_new(volunteer_id: UUID | None = None) -> ResponseReturnValue:
    """Choose whom a letter is about; then write it: the facts are shown, the opinion is typed."""
    if volunteer_id is None:
        return _choose()
    who, session = actor(), db.session()
    start = start_letter(session, who.programme, who.organisation, volunteer_id)
    form, said = LetterForm(holder_name=start.holder_name), ""
    if form.validate_on_submit():
        try:
            draft = draft_reference(
                session,
                who.programme,
                who.organisation,
                reference_id=form.created_id,
                volunteer_id=volunteer_id,
                author=author(),
                **form.choices,
            )
        except RuleError as fault:
            said = _show(form, fault)
        else:
            flash(_("Saved as a draft. Read it, then issue it."), "success")
            return redirect(url_for("coordinator.reference", reference_id=draft.id))
    waiting = find_request_of(session, who.programme, who.organisation, volunteer_id)
    return _form(form, start, waiting=waiting, said=said)


@blueprint.route("/letters/<uuid:reference_id>/change", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_change(reference_id: UUID) -> ResponseReturnValue:
    """Change a draft. One issued meanwhile stays as it is, and what was typed stays on the page."""
    who, session = actor(), db.session()
    draft = find_reference(session, who.programme, who.organisation, reference_id, reader_id=who.user)
    if draft.status is not ReferenceStatus.DRAFT and request.method != "POST":
        flash(_("This letter was issued, so it can’t change. Nothing was changed."), "message")
        return redirect(url_for("coordinator.reference", reference_id=reference_id))
    form, said = LetterForm(obj=draft), ""
    if form.validate_on_submit():
        try:
            change_draft(session, who.programme, who.organisation, reference_id, author=author(), **form.choices)
        except RuleError as fault:
            said = _show(form, fault)
        else:
            flash(_("Saved. Read it, then issue it."), "success")
            return redirect(url_for("coordinator.reference", reference_id=reference_id))
    start = start_letter(session, who.programme, who.organisation, draft.volunteer_id, with_elsewhere=draft.with_elsewhere)
    return _form(form, start, draft=draft, said=said, stuck=draft.status is not ReferenceStatus.DRAFT)


@blueprint.route("/letters/asked/<uuid:request_id>", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_asked(request_id: UUID) -> ResponseReturnValue:
    """Write the letter that somebody asked for, as they want it. Words typed for one that waits no more stay on the page."""
    who, session = actor(), db.session()
    asked = find_request(session, who.programme, who.organisation, request_id)
    if not asked.waits and request.method != "POST":
        return _answered()
    form, said = LetterForm(obj=asked), ""
    if form.validate_on_submit():
        try:
            draft = begin_letter(
                session,
                who.programme,
                who.organisation,
                request_id,
                reference_id=form.created_id,
                author=author(),
                **form.choices,
            )
        except RuleError as fault:
            said = _show(form, fault)
            asked = find_request(session, who.programme, who.organisation, request_id)  # as it stands now
        else:
            flash(_("Saved as a draft. Read it, then issue it."), "success")
            return redirect(url_for("coordinator.reference", reference_id=draft.id))
    start = start_letter(session, who.programme, who.organisation, asked.volunteer_id, with_elsewhere=asked.with_elsewhere)
    return _form(form, start, asked=asked, said=said, stuck=not asked.waits)


@blueprint.route("/letters/asked/<uuid:request_id>/decline", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_decline(request_id: UUID) -> ResponseReturnValue:
    """Say that no letter will be written, in words that the person reads."""
    who, session, form = actor(), db.session(), DeclineForm()
    asked = find_request(session, who.programme, who.organisation, request_id)
    if not asked.waits and request.method != "POST":
        return _answered()
    if form.validate_on_submit():
        try:
            decline_request(
                session,
                who.programme,
                who.organisation,
                request_id,
                because=form.because.data or "",
                actor_id=who.user,
                base_url=current_issuer().base_url,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Sent. They can read your words now. No letter was made."), "success")
            return redirect(url_for("coordinator.references"))
    return render_template("coordinator/reference_decline.html", form=form, asked=asked, longest=LONGEST_ANSWER)


def author() -> Author:
    """Whoever is signed in, as they sign a letter."""
    who = actor()
    return Author(who.user, who.display_name, who.title)


def _choose() -> str:
    who, search = actor(), request.args.get("q", "").strip()
    here = (db.session(), who.programme, who.organisation)
    people, left = list_enrolled(*here, search=search), list_left(*here, search=search[:_LONGEST_SEARCH])
    return render_template(
        "coordinator/reference_choose.html",
        people=people[:_PEOPLE_SHOWN],
        more=len(people) - _PEOPLE_SHOWN,
        left=left.people,
        more_left=left.found - len(left.people),
        search=search,
    )


def _answered() -> ResponseReturnValue:
    flash(_("That request was answered, or they took it back. Nothing was changed."), "message")
    return redirect(url_for("coordinator.references"))


def _show(form: LetterForm, fault: RuleError) -> str:
    """Show a rule's sentence at its field; what is about no field is answered, for the head of the page."""
    if fault.field:
        show_rule(form, fault)
        return ""
    return say(fault.sentence)


def _form(
    form: LetterForm,
    start: LetterStart,
    *,
    draft: Reference | None = None,
    asked: LetterRequest | None = None,
    waiting: UUID | None = None,
    said: str = "",
    stuck: bool = False,
) -> str:
    """The form. `said` is a fault of the whole page; `stuck`: it can't be saved any more, and what was typed can be copied."""
    who = actor()
    return render_template(
        "coordinator/reference_form.html",
        form=form,
        start=start,
        longest=LONGEST_OPINION,
        author=author(),
        draft=draft,
        asked=asked,
        waiting=waiting,
        is_mine=asked is not None and asked.asked_of == who.user,
        about_me=is_about(db.session(), who.programme, start.volunteer_id, who.user),
        typed=request.method == "POST",
        said=said,
        stuck=stuck,
    )
