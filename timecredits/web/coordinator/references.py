"""Letters about volunteers: the list, reading one through, a colleague's look, issuing, printing, withdrawing."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.journey.checks.check_codes import show_check_code
from timecredits.journey.letters.asked_letters import count_open_requests, list_open_requests
from timecredits.journey.letters.giving_a_look import look_at
from timecredits.journey.letters.issuing import issue_reference, preview_letter
from timecredits.journey.letters.letter_states import LetterState, letter_standings, newer_letter
from timecredits.journey.letters.listing import LookUps, count_look_ups, letter_file, list_letters
from timecredits.journey.letters.references import find_reference, is_about, remove_draft, require_another, write_anew
from timecredits.journey.letters.second_look import LONGEST_NOTE, Look, count_looks, look_mark, look_of, looks_waiting
from timecredits.journey.letters.withdrawing import withdraw_reference
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.permissions import WRITE_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.reference_forms import LookForm, WithdrawForm
from timecredits.web.coordinator.reference_writing import author
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.issuing import current_issuer

_NEIGHBOURS = 2


@blueprint.context_processor
def _waiting() -> dict[str, object]:
    """Let a page ask how many requests and how many drafts wait for this coordinator, on the pages that say so."""

    def letters_waiting() -> tuple[int, int]:
        session, who = db.session(), actor()
        return (
            count_open_requests(session, who.programme, who.organisation),
            count_looks(session, who.programme, who.organisation, reader_id=who.user),
        )

    return {"letters_waiting": letters_waiting}


@blueprint.get("/letters")
@allow(WRITE_REFERENCES)
def references() -> str:
    """The organisation's letters, newest first; before them what people asked for, and drafts to read for a colleague."""
    session, who, search = db.session(), actor(), request.args.get("q", "").strip()
    status = request.args.get("status", "")
    chosen = ReferenceStatus(status) if status in set(ReferenceStatus) else None
    letters = list_letters(
        session,
        who.programme,
        who.organisation,
        search=search,
        status=chosen,
        page=request.args.get("page", 1, type=int),
        reader_id=who.user,
    )

    def page_address(number: int) -> str:
        return url_for("coordinator.references", q=search or None, status=status or None, page=number)

    near = range(max(1, letters.page - _NEIGHBOURS), min(letters.pages, letters.page + _NEIGHBOURS) + 1)
    return render_template(
        "coordinator/reference_list.html",
        letters=letters,
        requests=list_open_requests(session, who.programme, who.organisation),
        request_count=count_open_requests(session, who.programme, who.organisation),
        looks=looks_waiting(session, who.programme, who.organisation, reader_id=who.user),
        search=search,
        status=chosen,
        pages=[(number, page_address(number), number == letters.page) for number in near] if letters.pages > 1 else [],
        previous=page_address(letters.page - 1) if letters.page > 1 else "",
        next=page_address(letters.page + 1) if letters.page < letters.pages else "",
    )


@blueprint.get("/letters/<uuid:reference_id>")
@allow(WRITE_REFERENCES)
def reference(reference_id: UUID) -> str:
    """One letter: its words, and what can be done with it."""
    return _page(_find(reference_id))


@blueprint.post("/letters/<uuid:reference_id>/issue")
@allow(WRITE_REFERENCES)
def reference_issue(reference_id: UUID) -> ResponseReturnValue:
    """Issue a draft, as it was read."""
    who, session = actor(), db.session()
    letter = _find(reference_id)
    try:
        if letter.status is ReferenceStatus.DRAFT:
            require_another(session, who.programme, letter.volunteer_id, who.user)
        issue_reference(
            session,
            who.programme,
            who.organisation,
            reference_id,
            issuer=current_issuer(),
            actor_id=who.user,
            seen=request.form.get("seen", ""),
        )
    except RuleError as fault:
        return _page(letter, fault)
    flash(_("Done. The letter is ready to print. It can now be checked by anybody who holds it."), "success")
    return redirect(url_for("coordinator.reference", reference_id=reference_id))


@blueprint.post("/letters/<uuid:reference_id>/look")
@allow(WRITE_REFERENCES)
def reference_look(reference_id: UUID) -> ResponseReturnValue:
    """Say of a colleague's draft that it is fine, or send it back with what should change."""
    who, session, form = actor(), db.session(), LookForm()
    letter = _find(reference_id)
    send_back = request.form.get("answer") != "fine"
    if not form.validate_on_submit():
        return _page(letter, form=form)
    if send_back and not (form.note.data or "").strip():
        form.note.errors = [_("Say what should change. Nothing was saved.")]
        return _page(letter, form=form)
    try:
        look_at(
            session,
            who.programme,
            who.organisation,
            reference_id,
            reader_id=who.user,
            reader_name=who.display_name,
            seen=request.form.get("seen", ""),
            note=form.note.data if send_back else "",
        )
    except RuleError as fault:
        if fault.field:
            show_rule(form, fault)
            return _page(letter, form=form)
        return _page(letter, fault, form)
    if not send_back:
        flash(_("Thank you. The letter can go out now. Nothing was issued yet."), "success")
        return redirect(url_for("coordinator.reference", reference_id=reference_id))
    flash(_("Sent back to %(name)s with your note. The letter was not issued.", name=letter.signer_name), "success")
    return redirect(url_for("coordinator.references"))


@blueprint.post("/letters/<uuid:reference_id>/anew")
@allow(WRITE_REFERENCES)
def reference_anew(reference_id: UUID) -> ResponseReturnValue:
    """Begin a letter with the same choices and the hours as they are now."""
    who, form = actor(), CreatingForm()
    letter = _find(reference_id)
    if not form.validate_on_submit():
        return redirect(url_for("coordinator.reference", reference_id=reference_id))
    try:
        draft = write_anew(
            db.session(),
            who.programme,
            who.organisation,
            reference_id,
            new_reference_id=form.created_id,
            author=author(),
        )
    except RuleError as fault:
        return _page(letter, fault)
    if letter.opinion and not draft.opinion:
        flash(_("This is a new draft. You sign it, so %(name)s’s words were left out.", name=letter.signer_name), "success")
    else:
        flash(_("This is a new draft, with the hours as they are now. Read it, then issue it."), "success")
    if letter.with_elsewhere:
        flash(_("Hours at other places are left out. They can ask for them again."), "message")
    return redirect(url_for("coordinator.reference", reference_id=draft.id))


@blueprint.get("/letters/<uuid:reference_id>.pdf")
@allow(WRITE_REFERENCES)
def reference_pdf(reference_id: UUID) -> Response:
    """The letter as it was issued, to print."""
    who = actor()
    file = letter_file(db.session(), who.programme, who.organisation, reference_id, reader_id=who.user)
    return file_answer(file.content, "application/pdf", file.filename, way="inline")


@blueprint.route("/letters/<uuid:reference_id>/withdraw", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def reference_withdraw(reference_id: UUID) -> ResponseReturnValue:
    """Withdraw an issued letter, with a reason."""
    who, session = actor(), db.session()
    letter = _find(reference_id)
    if request.method != "POST" and letter.status is not ReferenceStatus.ISSUED:
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
    letter = _find(reference_id)
    try:
        remove_draft(db.session(), who.programme, who.organisation, reference_id, actor_id=who.user)
    except RuleError as fault:
        return _page(letter, fault)
    flash(_("The draft was removed. No letter was sent."), "success")
    return redirect(url_for("coordinator.references"))


def _find(reference_id: UUID) -> Reference:
    who = actor()
    return find_reference(db.session(), who.programme, who.organisation, reference_id, reader_id=who.user)


def _page(letter: Reference, fault: RuleError | None = None, form: Any = None) -> str:
    session, who = db.session(), actor()
    [standing] = letter_standings(session, letter.programme_id, [letter])
    stale = standing.state in {LetterState.SUPERSEDED, LetterState.WITHDRAWN}
    issued = letter.facts is not None
    record = letter.facts["record"] if letter.facts else preview_letter(session, letter)
    about_me = is_about(session, letter.programme_id, letter.volunteer_id, who.user)
    newer = newer_letter(session, letter, for_staff=True) if stale else None
    if newer is not None and newer.confidential and about_me:
        newer = None
    return render_template(
        "coordinator/reference_show.html",
        letter=letter,
        state=standing.state,
        states=LetterState,
        record=record,
        code=show_check_code(letter.short_code) if letter.short_code else "",
        look_ups=count_look_ups(session, letter.programme_id, [letter.id]).get(letter.id, LookUps()) if issued else LookUps(),
        fault=say(fault.sentence) if fault else "",
        look=look_of(letter),
        looks=Look,
        is_author=letter.author_id == who.user,
        about_me=about_me,
        form=form or LookForm(formdata=None),
        seen="" if issued else look_mark(letter, record),
        longest_note=LONGEST_NOTE,
        newer=newer,
        new_id=new_id(),
    )
