"""Passes for places with no signal: make some, show them, give them back. The page goes on working where there is no signal."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.places import STATIC_DIST
from timecredits.foundation.qr import qr_svg
from timecredits.network.permissions import KEEP_OWN_PASSES, READ_PUBLIC_PAGES
from timecredits.network.settings import read_settings
from timecredits.spending.notes.passes import (
    MOST_MINUTES,
    MOST_OUT,
    USUAL_MINUTES,
    PutAside,
    count_room,
    find_put_aside,
    give_back,
    list_paper_notes,
    list_passes,
    list_used_passes,
    make_passes,
    pass_values,
    print_passes,
)
from timecredits.spending.notes.printing import in_groups
from timecredits.spending.statements import volunteer_balance
from timecredits.web.access import actor, allow
from timecredits.web.assets import asset
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.note_fields import CountField, WorthField
from timecredits.web.volunteer.blueprint import blueprint


class PassesForm(CreatingForm):
    """What each pass is worth, and how many."""

    minutes = WorthField(lazy_gettext("What is each pass worth?"))
    count = CountField(lazy_gettext("How many passes?"), most=MOST_OUT, default=1)


@blueprint.context_processor
def _aside() -> dict[str, Any]:
    """Let a page ask what is in passes and on paper, on the pages that do."""

    def put_aside() -> PutAside:
        return find_put_aside(db.session(), actor().programme, actor().volunteer)

    return {"put_aside": put_aside}


@blueprint.get("/passes")
@allow(KEEP_OWN_PASSES)
def passes() -> str:
    """Every pass that can be used, with its code; what was used lately; what is out on paper."""
    who, session = actor(), db.session()
    mine = list_passes(session, _keyring(), who.programme, who.volunteer)
    return render_template(
        "volunteer/passes.html",
        passes=[(each, _picture(each.qr_text), in_groups(each.typed)) for each in mine],
        used=list_used_passes(session, who.programme, who.volunteer),
        paper=list_paper_notes(session, who.programme, who.volunteer),
        aside=find_put_aside(session, who.programme, who.volunteer),
        balance=volunteer_balance(session, who.programme, who.volunteer),
        left=MOST_OUT - len(mine),
        now=clock.now(),
    )


@blueprint.route("/passes/new", methods=["GET", "POST"])
@allow(KEEP_OWN_PASSES)
def passes_new() -> str | Response:
    """Choose what each is worth and how many, and make them."""
    who, session, form = actor(), db.session(), PassesForm()
    settings = read_settings(session, who.programme)
    values = pass_values(volunteer_balance(session, who.programme, who.volunteer), settings.offline_most_once)
    room = count_room(session, who.programme, who.volunteer)
    form.minutes.offer(pass_values(MOST_MINUTES, MOST_MINUTES) if form.is_submitted() else values, USUAL_MINUTES)
    if form.validate_on_submit():
        try:
            make_passes(
                session,
                who.programme,
                who.volunteer,
                batch_id=form.created_id,
                minutes=form.minutes.data,
                count=form.count.number,
                user_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(ngettext("Done. Your pass is ready.", "Done. Your %(num)s passes are ready.", form.count.number), "success")
            return redirect(url_for(".passes"))
    form.minutes.offer(sorted({*values, form.minutes.data} - {0, None}), USUAL_MINUTES)
    return render_template(
        "volunteer/passes_new.html", form=form, can_make=bool(values), left=room, days=settings.pass_days, most=MOST_OUT
    )


@blueprint.post("/passes/<uuid:note_id>/back")
@allow(KEEP_OWN_PASSES)
def pass_back(note_id: UUID) -> Response:
    """Give one back; its credits are there again at once."""
    who = actor()
    if give_back(db.session(), who.programme, who.volunteer, note_id, user_id=who.user_id):
        flash(_("Done. The credits are yours again. That pass does not work any more."), "success")
    else:
        flash(_("That pass was used or given back before. Nothing was changed."), "warning")
    return redirect(url_for(".passes"))


@blueprint.get("/passes.pdf")
@allow(KEEP_OWN_PASSES)
def passes_pdf() -> Response:
    """The passes to print, or to save on a phone."""
    who = actor()
    content = print_passes(db.session(), _keyring(), who.programme, who.volunteer)
    return file_answer(content, "application/pdf", "passes.pdf", way="inline")


@blueprint.get("/passes/worker.js")
@allow(READ_PUBLIC_PAGES)
def passes_worker() -> Response:
    """The script that keeps the page for when there is no signal, and throws it away when somebody leaves or signs out.

    For everybody: a browser asks for it anew also once nobody is signed in. It holds nothing of anybody's.
    """
    script = (STATIC_DIST / asset("passes_worker.js").removeprefix("/static/")).read_text(encoding="utf-8")
    return FlaskResponse(script, content_type="text/javascript; charset=utf-8", headers={"Service-Worker-Allowed": "/"})


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring


def _picture(qr_text: str) -> Markup:
    title = _("A square code to scan. The same code is written below.")
    return Markup(qr_svg(qr_text, title=title, level="M", alphanumeric=True))  # noqa: S704  our own drawing
