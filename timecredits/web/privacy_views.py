"""Pages about all that is held about one person: a copy to take away, and erasing. For the person, and for staff they ask.

Each room hangs them under an address of its own (`add_data_pages`) and hands over a desk: who asks, and about whom.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import has_file
from timecredits.foundation.jobs import JobState, try_again
from timecredits.network.models import Volunteer
from timecredits.network.permissions import Permission
from timecredits.network.scope import find
from timecredits.records.models import Erasure
from timecredits.records.privacy.collecting import to_collect
from timecredits.records.privacy.erasing import ask_to_erase, call_off, find_erasure, what_would_go
from timecredits.records.privacy.export_jobs import ask_for_file, find_own_job, newest_job, read_own_file
from timecredits.spending.giving.pots import list_community_pots
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.filters import day, say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.freshness import fresh

__all__ = ["PersonDesk", "add_data_pages"]

_RUN_OUT = "run_out"
_MATTERS = frozenset({"_copy", "_again", "_file", "_erase", "_keep"})


@dataclass(frozen=True)
class PersonDesk:
    """Whose pages these are, about whom. `pages` begins the names of the endpoints; `values` stand in their addresses."""

    room: str
    pages: str
    volunteer_id: UUID
    back: str
    back_words: str
    organisation_id: UUID | None = None
    is_self: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def layout(self) -> str:
        """The template that this room's pages stand in."""
        return f"layouts/{self.room}.html"

    def to(self, page: str, **values: Any) -> str:
        """The address of one of the pages: "", "_copy", "_making", "_again", "_file", "_erase" or "_keep"."""
        return url_for(f"{self.room}.{self.pages}{page}", **self.values, **values)

    @property
    def person(self) -> Volunteer:
        """Whom it is about. Raises NotFoundError."""
        return find(db.session(), Volunteer, actor().programme, self.volunteer_id)


class EraseForm(CreatingForm):
    """What becomes of the credits that are left."""

    credits = ChoiceField(
        lazy_gettext("What should become of the credits that are left?"),
        lazy_gettext("Choose what becomes of the credits. Nothing was erased."),
        [],
    )


def add_data_pages(blueprint: Blueprint, rule: str, pages: str, permission: Permission, desk: Callable[..., PersonDesk]) -> None:
    """Hang the pages on a room under the address `rule`; their endpoints begin with `pages`.

    `desk` takes what stands in that address, and raises NotFoundError where the person is none of those who ask.
    """

    def add(address: str, page: str, view: Callable[..., ResponseReturnValue], *methods: str) -> None:
        def answer(job_id: UUID | None = None, **at: UUID) -> ResponseReturnValue:
            return view(desk(**at)) if job_id is None else view(desk(**at), job_id)

        answer.__doc__ = view.__doc__
        # Before a copy is made or fetched, and an erasing asked for or called off, one shows that it is oneself.
        asked = fresh(answer) if page in _MATTERS else answer
        blueprint.add_url_rule(f"{rule}{address}", f"{pages}{page}", allow(permission)(asked), methods=list(methods))

    add("", "", _person_view, "GET")
    add("/copy", "_copy", _copy_view, "POST")
    add("/copy/<uuid:job_id>", "_making", _making_view, "GET")
    add("/copy/<uuid:job_id>/again", "_again", _again_view, "POST")
    add("/copy/<uuid:job_id>/file", "_file", _file_view, "GET")
    add("/erase", "_erase", _erase_view, "GET", "POST")
    add("/keep", "_keep", _call_off_view, "POST")


def _person_view(desk: PersonDesk) -> str:
    """What can be done: a copy, and erasing."""
    session, who = db.session(), actor()
    person, asked = desk.person, find_erasure(session, who.programme, desk.volunteer_id)
    newest = (
        None
        if person.erased_at
        else newest_job(session, who.programme, desk.volunteer_id, user_id=who.user, organisation_id=desk.organisation_id)
    )
    return render_template(
        "privacy/person.html",
        desk=desk,
        person=person,
        asked=_waiting(asked),
        newest=newest,
        is_there=newest is not None and has_file(session, who.programme, newest.id),
        new_id=new_id(),
        parts=[each.title for each in to_collect()],
    )


def _copy_view(desk: PersonDesk) -> Response:
    """Ask for a copy."""
    form = CreatingForm()
    if not form.validate_on_submit():
        flash(_("Please try once more. Nothing was made."), "message")
        return redirect(desk.to(""))
    try:
        job_id = ask_for_file(
            db.session(),
            actor().programme,
            desk.volunteer_id,
            job_id=form.created_id,
            user_id=actor().user,
            organisation_id=desk.organisation_id,
            by_staff=not desk.is_self,
        )
    except RuleError as fault:
        flash(say(fault.sentence), "message")
        return redirect(desk.to(""))
    return redirect(desk.to("_making", job_id=job_id))


def _making_view(desk: PersonDesk, job_id: UUID) -> str:
    """How far the copy is; then where to fetch it."""
    job = _job(desk, job_id)
    if not job.finished:
        jobs.wake()
    is_there = job.finished and has_file(db.session(), actor().programme, job_id)
    return render_template("privacy/making.html", desk=desk, job=job, is_there=is_there)


def _again_view(desk: PersonDesk, job_id: UUID) -> Response:
    """Begin again what gave up."""
    _job(desk, job_id)
    try_again(db.session(), actor().programme, job_id, organisation_id=desk.organisation_id)
    return redirect(desk.to("_making", job_id=job_id))


def _file_view(desk: PersonDesk, job_id: UUID) -> FlaskResponse:
    """The copy itself: a zip whose name tells nothing about anybody."""
    made = read_own_file(
        db.session(),
        actor().programme,
        job_id,
        user_id=actor().user,
        organisation_id=desk.organisation_id,
        volunteer_id=desk.volunteer_id,
    )
    return file_answer(made.content, made.media_type, made.filename)


def _erase_view(desk: PersonDesk) -> str | Response:
    """Say what would happen, and ask for it."""
    session, who = db.session(), actor()
    if desk.person.erased_at is not None or _waiting(find_erasure(session, who.programme, desk.volunteer_id)) is not None:
        return redirect(desk.to(""))
    would = what_would_go(session, who.programme, desk.volunteer_id)
    pots = list_community_pots(session, who.programme)
    form = EraseForm(credits=_RUN_OUT)
    form.credits.choices = [
        SelectChoice(_RUN_OUT, _("Let them run out")),
        *(SelectChoice(str(each.pot.id), _("Give them to: %(name)s", name=each.pot.name)) for each in pots),
    ]
    if form.validate_on_submit():
        pot_id = None if form.credits.data == _RUN_OUT else UUID(form.credits.data)
        try:
            row = ask_to_erase(
                session,
                who.programme,
                desk.volunteer_id,
                erasure_id=form.created_id,
                actor_id=who.user,
                pot_id=pot_id,
                organisation_id=desk.organisation_id,
                by_staff=not desk.is_self,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Nothing is erased yet. You can stop it until %(day)s.", day=day(row.due_on)), "success")
            return redirect(desk.to(""))
    # Staff of an organisation do not learn how many credits there are.
    left = would.credits_left if desk.organisation_id is None else None
    return render_template("privacy/erase.html", desk=desk, person=desk.person, form=form, would=would, left=left)


def _call_off_view(desk: PersonDesk) -> Response:
    """Let it not happen."""
    try:
        call_off(
            db.session(),
            actor().programme,
            desk.volunteer_id,
            actor_id=actor().user,
            organisation_id=desk.organisation_id,
            by_staff=not desk.is_self,
        )
    except NotFoundError:
        flash(_("Nothing waits to be erased. Nothing was changed."), "message")
    except RuleError as fault:
        flash(say(fault.sentence), "message")
    else:
        flash(_("Stopped. Nothing will be erased."), "success")
    return redirect(desk.to(""))


def _job(desk: PersonDesk, job_id: UUID) -> JobState:
    return find_own_job(
        db.session(),
        actor().programme,
        job_id,
        user_id=actor().user,
        organisation_id=desk.organisation_id,
        volunteer_id=desk.volunteer_id,
    )


def _waiting(row: Erasure | None) -> Erasure | None:
    return None if row is None or row.done_at is not None else row
