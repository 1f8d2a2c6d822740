"""Two records that may be of one person: found, looked up, put side by side, and made one or left as two."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.permissions import MERGE_PEOPLE
from timecredits.records.merging.alike import (
    Known,
    find_alike,
    list_not_same,
    look_up,
    not_same_after_all,
    say_not_same,
    with_places,
)
from timecredits.records.merging.comparing import compare, why_not
from timecredits.records.merging.merging import LONGEST_REASON, merge_people
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.programme.blueprint import blueprint

_PAGE = 20


class LookUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Two people, each by number or name. Sent in the body: a name has no place in an address."""

    one = StringField(lazy_gettext("First person"), widget=GovTextInput())
    other = StringField(lazy_gettext("Second person"), widget=GovTextInput())


class MergeForm(CreatingForm):
    """Why it is one person."""

    reason = StringField(lazy_gettext("How do you know it is one person?"), widget=GovTextInput())


@blueprint.app_template_filter("born_in")
def born_in(month: date) -> str:
    """A month of birth in words: March 1984."""
    return str(format_date(month, "MMMM y"))


@blueprint.get("/duplicates")
@allow(MERGE_PEOPLE)
def duplicates() -> str:
    """Show pairs that are alike, the surest first."""
    who, session = actor(), db.session()
    page = max(1, request.args.get("page", 1, type=int))
    pairs = find_alike(session, who.programme)
    shown = pairs[(page - 1) * _PAGE : page * _PAGE]
    if page > 1 and not shown:
        abort(404)
    people = with_places(session, who.programme, [side for pair in shown for side in (pair.one, pair.other)])
    return render_template(
        "programme/duplicates.html",
        pairs=[(people[pair.one.id], people[pair.other.id], pair.reasons) for pair in shown],
        found=len(pairs),
        page=page,
        more=len(pairs) > page * _PAGE,
        not_same=list_not_same(session, who.programme) if page == 1 else [],
    )


@blueprint.route("/duplicates/look-up", methods=["GET", "POST"])
@allow(MERGE_PEOPLE)
def duplicates_look_up() -> str | Response:
    """Find two people by number or name, and choose which of those that fit."""
    form, found = LookUpForm(), dict[str, list[Known]]()
    if form.validate_on_submit():
        try:
            found = {name: _found(name, form[name].data or "") for name in ("one", "other")}
        except RuleError as fault:
            show_rule(form, fault)
    return render_template("programme/duplicate_look_up.html", form=form, found=found)


@blueprint.get("/duplicates/chosen")
@allow(MERGE_PEOPLE)
def duplicates_chosen() -> Response:
    """Go on with the two that were chosen."""
    ids = [request.args.get(name, type=UUID) for name in ("one", "other")]
    if None in ids or ids[0] == ids[1]:
        flash(_("Choose two different records. Nothing was changed."), "warning")
        return redirect(url_for(".duplicates_look_up"))
    return redirect(url_for(".duplicate", one_id=ids[0], other_id=ids[1]))


@blueprint.get("/duplicates/<uuid:one_id>/<uuid:other_id>")
@allow(MERGE_PEOPLE)
def duplicate(one_id: UUID, other_id: UUID) -> str:
    """Put two records side by side. Whoever looks chooses which one stays."""
    who, session = actor(), db.session()
    one, other = compare(session, who.programme, one_id, other_id)
    return render_template(
        "programme/duplicate.html", one=one, other=other, why_not=why_not(session, who.programme, one_id, other_id)
    )


@blueprint.post("/duplicates/<uuid:one_id>/<uuid:other_id>/two-people")
@allow(MERGE_PEOPLE)
def duplicate_is_not(one_id: UUID, other_id: UUID) -> Response:
    """Say that they are two people."""
    who = actor()
    say_not_same(db.session(), who.programme, one_id, other_id, actor_id=who.user_id)
    flash(_("Saved. They stay two people. They do not show in the list any more."), "success")
    return redirect(url_for(".duplicates"))


@blueprint.post("/duplicates/two-people/<uuid:pair_id>/undo")
@allow(MERGE_PEOPLE)
def duplicate_may_be(pair_id: UUID) -> Response:
    """Let a pair be found again."""
    who = actor()
    not_same_after_all(db.session(), who.programme, pair_id, actor_id=who.user_id)
    flash(_("Done. The two can show in the list again."), "success")
    return redirect(url_for(".duplicates"))


@blueprint.route("/duplicates/<uuid:kept_id>/<uuid:gone_id>/merge", methods=["GET", "POST"])
@allow(MERGE_PEOPLE)
def duplicate_merge(kept_id: UUID, gone_id: UUID) -> str | Response:
    """Say what will happen; then make one record of two."""
    who, session, form = actor(), db.session(), MergeForm()
    if form.validate_on_submit():
        try:
            merge_people(
                session,
                who.programme,
                merge_id=form.created_id,
                kept_id=kept_id,
                gone_id=gone_id,
                reason=form.reason.data or "",
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Done. The two records are one now. You can take it back for 30 days."), "success")
            return redirect(url_for(".merge", merge_id=form.created_id))
    kept, gone = compare(session, who.programme, kept_id, gone_id)
    return render_template(
        "programme/duplicate_merge.html",
        form=form,
        kept=kept,
        gone=gone,
        most=LONGEST_REASON,
        why_not=None if form.errors else why_not(session, who.programme, kept_id, gone_id),
    )


def _found(field: str, typed: str) -> list[Any]:
    found = look_up(db.session(), actor().programme, typed)
    if not found:
        raise RuleError(Sentence("We found nobody with that name or number. Nothing was changed."), field=field)
    return found
