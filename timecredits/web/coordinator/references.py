"""Letters about volunteers: the list, writing one, issuing it, printing it, withdrawing it."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovCheckboxInput, GovTextArea, GovTextInput
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired

from timecredits.foundation.errors import RuleError
from timecredits.journey.check_codes import show_check_code
from timecredits.journey.issuing import issue_reference, preview_letter
from timecredits.journey.letter_states import LetterState, letter_standings
from timecredits.journey.listing import LookUps, count_look_ups, letter_file, list_letters
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.journey.references import (
    LONGEST_OPINION,
    Author,
    change_draft,
    draft_reference,
    find_reference,
    remove_draft,
    start_letter,
)
from timecredits.journey.withdrawing import withdraw_reference
from timecredits.network.permissions import WRITE_REFERENCES
from timecredits.network.volunteers import list_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule

_PEOPLE_SHOWN = 30
_NEIGHBOURS = 2


class LetterForm(CreatingForm):
    """What a person may choose about a letter. Its facts are not among it."""

    holder_name = StringField(
        lazy_gettext("Name on the letter"),
        widget=GovTextInput(),
        validators=[InputRequired(lazy_gettext("Type the name that goes on the letter."))],
    )
    opinion = TextAreaField(lazy_gettext("Your own words (you can leave this out)"), widget=GovCharacterCount())
    neutral_letterhead = BooleanField(
        lazy_gettext("Leave our name out: the letter then comes from the programme"), widget=GovCheckboxInput()
    )


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a letter no longer stands."""

    reason = TextAreaField(
        lazy_gettext("Why do you withdraw it?"),
        widget=GovTextArea(),
        validators=[InputRequired(lazy_gettext("Say why you withdraw this letter. Nothing was changed."))],
    )


@blueprint.get("/letters")
@allow(WRITE_REFERENCES)
def references() -> str:
    """The organisation's letters, newest first."""
    who, search = actor(), request.args.get("q", "").strip()
    status = request.args.get("status", "")
    chosen = ReferenceStatus(status) if status in set(ReferenceStatus) else None
    letters = list_letters(
        db.session(),
        who.programme,
        who.organisation,
        search=search,
        status=chosen,
        page=request.args.get("page", 1, type=int),
    )

    def page_address(number: int) -> str:
        return url_for("coordinator.references", q=search or None, status=status or None, page=number)

    near = range(max(1, letters.page - _NEIGHBOURS), min(letters.pages, letters.page + _NEIGHBOURS) + 1)
    return render_template(
        "coordinator/reference_list.html",
        letters=letters,
        search=search,
        status=chosen,
        pages=[(number, page_address(number), number == letters.page) for number in near] if letters.pages > 1 else [],
        previous=page_address(letters.page - 1) if letters.page > 1 else "",
        next=page_address(letters.page + 1) if letters.page < letters.pages else "",
    )


@blueprint.get("/letters/new")
@blueprint.route("/letters/new/<uuid:volunteer_id>", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_new(volunteer_id: UUID | None = None) -> ResponseReturnValue:
    """Choose whom a letter is about; then write it: the facts are shown, the opinion is typed."""
    if volunteer_id is None:
        return _choose()
    who, session = actor(), db.session()
    start = start_letter(session, who.programme, who.organisation, volunteer_id)
    form = LetterForm(holder_name=start.holder_name)
    if form.validate_on_submit():
        try:
            draft = draft_reference(
                session,
                who.programme,
                who.organisation,
                reference_id=form.created_id,
                volunteer_id=volunteer_id,
                author=_author(),
                **_choices(form),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved as a draft. Read it, then issue it."), "success")
            return redirect(url_for("coordinator.reference", reference_id=draft.id))
    return render_template(
        "coordinator/reference_form.html", form=form, start=start, longest=LONGEST_OPINION, author=_author(), draft=None
    )


@blueprint.route("/letters/<uuid:reference_id>/change", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_change(reference_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    who, session = actor(), db.session()
    draft = find_reference(session, who.programme, who.organisation, reference_id)
    if draft.status is not ReferenceStatus.DRAFT:
        return redirect(url_for("coordinator.reference", reference_id=reference_id))
    form = LetterForm(obj=draft)
    if form.validate_on_submit():
        try:
            change_draft(session, who.programme, who.organisation, reference_id, author=_author(), **_choices(form))
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Read it, then issue it."), "success")
            return redirect(url_for("coordinator.reference", reference_id=reference_id))
    start = start_letter(session, who.programme, who.organisation, draft.volunteer_id)
    return render_template(
        "coordinator/reference_form.html", form=form, start=start, longest=LONGEST_OPINION, author=_author(), draft=draft
    )


@blueprint.get("/letters/<uuid:reference_id>")
@allow(WRITE_REFERENCES)
def reference(reference_id: UUID) -> str:
    """One letter: its words, and what can be done with it."""
    who = actor()
    return _page(find_reference(db.session(), who.programme, who.organisation, reference_id))


@blueprint.post("/letters/<uuid:reference_id>/issue")
@allow(WRITE_REFERENCES)
def reference_issue(reference_id: UUID) -> ResponseReturnValue:
    """Issue a draft."""
    who, session = actor(), db.session()
    try:
        issue_reference(
            session,
            who.programme,
            who.organisation,
            reference_id,
            base_url=current_app.config["BASE_URL"],
            actor_id=who.user,
        )
    except RuleError as fault:
        return _page(find_reference(session, who.programme, who.organisation, reference_id), fault)
    flash(_("Done. The letter is ready to print. It can now be checked by anybody who holds it."), "success")
    return redirect(url_for("coordinator.reference", reference_id=reference_id))


@blueprint.get("/letters/<uuid:reference_id>.pdf")
@allow(WRITE_REFERENCES)
def reference_pdf(reference_id: UUID) -> Response:
    """The letter as it was issued, to print."""
    who = actor()
    file = letter_file(db.session(), who.programme, who.organisation, reference_id)
    return Response(
        file.content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{file.filename}"'}
    )


@blueprint.route("/letters/<uuid:reference_id>/withdraw", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_withdraw(reference_id: UUID) -> ResponseReturnValue:
    """Withdraw an issued letter, with a reason."""
    who, session = actor(), db.session()
    letter = find_reference(session, who.programme, who.organisation, reference_id)
    if request.method == "GET" and letter.status is not ReferenceStatus.ISSUED:
        return redirect(url_for("coordinator.reference", reference_id=reference_id))
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            withdraw_reference(session, who.programme, who.organisation, reference_id, reason=form.reason.data, actor_id=who.user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Withdrawn. Whoever checks this letter now sees that it no longer stands."), "success")
            return redirect(url_for("coordinator.reference", reference_id=reference_id))
    return render_template("coordinator/reference_withdraw.html", form=form, letter=letter)


@blueprint.post("/letters/<uuid:reference_id>/remove")
@allow(WRITE_REFERENCES)
def reference_remove(reference_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    who = actor()
    try:
        remove_draft(db.session(), who.programme, who.organisation, reference_id, actor_id=who.user)
    except RuleError as fault:
        return _page(find_reference(db.session(), who.programme, who.organisation, reference_id), fault)
    flash(_("The draft was removed. No letter was sent."), "success")
    return redirect(url_for("coordinator.references"))


def _choose() -> str:
    who, search = actor(), request.args.get("q", "").strip()
    people = list_enrolled(db.session(), who.programme, who.organisation, search=search)
    return render_template(
        "coordinator/reference_choose.html", people=people[:_PEOPLE_SHOWN], more=len(people) - _PEOPLE_SHOWN, search=search
    )


def _author() -> Author:
    who = actor()
    return Author(who.user, who.display_name, who.title)


def _choices(form: Any) -> dict[str, Any]:
    return {
        "holder_name": form.holder_name.data,
        "opinion": form.opinion.data or "",
        "neutral_letterhead": form.neutral_letterhead.data,
    }


def _page(letter: Reference, fault: RuleError | None = None) -> str:
    session = db.session()
    [standing] = letter_standings(session, letter.programme_id, [letter])
    issued = letter.facts is not None
    return render_template(
        "coordinator/reference_show.html",
        letter=letter,
        state=standing.state,
        states=LetterState,
        record=letter.facts["record"] if letter.facts else preview_letter(session, letter),
        code=show_check_code(letter.short_code) if letter.short_code else "",
        look_ups=count_look_ups(session, letter.programme_id, [letter.id]).get(letter.id, LookUps()) if issued else LookUps(),
        fault=say(fault.sentence) if fault else "",
    )
