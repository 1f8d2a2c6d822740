"""Mentors of an organisation, and matching one with somebody. Who is meant is typed and posted, so no address names a person."""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField, StringField, TextAreaField

from timecredits.community.mentoring.matching import (
    ACTIVITY_NAME,
    Suggested,
    propose,
    suggest_mentors,
    usual_activities,
)
from timecredits.community.mentoring.mentors import (
    MOST_AT_ONCE,
    change_mentor,
    end_mentor,
    find_mentor,
    list_mentors,
    offer_mentor,
)
from timecredits.community.mentoring.parties import find_mentoring, worker
from timecredits.community.mentoring.words import AGREEMENT
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, find_named, list_names
from timecredits.network.models import DutyKind
from timecredits.network.permissions import KEEP_MENTORING
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.duties import need_duty
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.mentoring_parts import keyring, pair_href
from timecredits.web.note_fields import CountField

_NOBODY = Sentence("Nobody here has that name. Nothing was saved. Check it, or enrol them first.")


class MentorForm(CreatingForm):
    """What staff keep of a mentor."""

    most = CountField(lazy_gettext("How many people at once?"), most=MOST_AT_ONCE)
    words = TextAreaField(lazy_gettext("What helps to find a good match? (you can leave this out)"), widget=GovTextArea())


class NewMentorForm(MentorForm):
    """The same, with whom it is about."""

    person = StringField(lazy_gettext("Who offers to be a mentor?"), widget=GovTextInput())


class MatchForm(CreatingForm):
    """Two people, what the mentor's hours count for, and what they agree to."""

    person = StringField(lazy_gettext("Who would like a mentor?"), widget=GovTextInput())
    activity = SelectField(lazy_gettext("What do the mentor’s hours count for?"), widget=GovSelect(), validate_choice=False)
    mentor = ChoiceField(lazy_gettext("Who could be the mentor?"), lazy_gettext("Choose a mentor. Nothing was sent."), [])
    agreement = TextAreaField(lazy_gettext("What the two agree to"), widget=GovTextArea())


@blueprint.get("/mentoring/mentors")
@allow(KEEP_MENTORING)
def mentoring_mentors() -> str:
    """Show everybody who offers to be a mentor."""
    return render_template("coordinator/mentoring_mentors.html", mentors=list_mentors(db.session(), keyring(), *_here()))


@blueprint.route("/mentoring/mentors/new", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_mentor_new() -> str | Response:
    """Note that somebody offers to be a mentor."""
    session, here = db.session(), _here()
    people, form = list_names(session, *here), NewMentorForm()
    if request.method != "POST":
        form.most.data = "1"
    if form.validate_on_submit():
        try:
            offer_mentor(
                session,
                keyring(),
                *here,
                _named(people, form.person.data).volunteer_id,
                mentor_id=form.created_id,
                most=form.most.number,
                words=form.words.data or "",
                actor_id=actor().user,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. You can match them with somebody now."), "success")
            return redirect(url_for(".mentoring_mentors"))
    return render_template("coordinator/mentoring_mentor.html", form=form, mentor=None, names=_to_complete(people))


@blueprint.route("/mentoring/mentors/<uuid:mentor_id>", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_mentor(mentor_id: UUID) -> str | Response:
    """Change what is kept of a mentor."""
    session, here = db.session(), _here()
    shown = find_mentor(session, keyring(), *here, mentor_id)
    form = MentorForm() if request.method == "POST" else MentorForm(most=shown.most, words=shown.words or "")
    if form.validate_on_submit():
        try:
            change_mentor(session, keyring(), *here, mentor_id, most=form.most.number, words=form.words.data or "")
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".mentoring_mentors"))
    return render_template("coordinator/mentoring_mentor.html", form=form, mentor=shown, names=[])


@blueprint.post("/mentoring/mentors/<uuid:mentor_id>/end")
@allow(KEEP_MENTORING)
def mentoring_mentor_end(mentor_id: UUID) -> Response:
    """Take a mentor off the list."""
    end_mentor(db.session(), *_here(), mentor_id, actor_id=actor().user)
    flash(_("They are no longer on the list. Pairs they are in go on."), "success")
    return redirect(url_for(".mentoring_mentors"))


@blueprint.route("/mentoring/match", methods=["GET", "POST"])
@allow(KEEP_MENTORING)
def mentoring_match() -> str | Response:
    """Type who would like a mentor, see who could be theirs, and ask both."""
    session, here, today = db.session(), _here(), clock.today()
    people, form = list_names(session, *here), MatchForm()
    activities = usual_activities(session, *here, today=today)
    named = [SelectChoice(str(each.id), each.name) for each in activities]
    usual = next((str(each.id) for each in activities if each.folded_name == fold(ACTIVITY_NAME)), "")
    form.activity.choices = named if usual else [SelectChoice("", ACTIVITY_NAME), *named]
    if request.method != "POST":
        form.activity.data = usual
        form.agreement.data = "\n".join(say(each) for each in AGREEMENT)
        return _match_page(form, people, None)
    if (asked := _asked_before(form)) is not None:
        flash(_("You asked them both already. Nothing was sent twice."), "success")
        return redirect(pair_href("coordinator", asked))
    suggested: Sequence[Suggested] | None = None
    try:
        mentee = _named(people, form.person.data)
        activity_id = _activity(form)
        suggested = suggest_mentors(session, keyring(), *here, mentee.volunteer_id, activity_id=activity_id, today=today)
        form.mentor.choices = [SelectChoice(str(each.mentor.id), each.mentor.name) for each in suggested if not each.missing]
        if request.form.get("step") != "ask":
            form.mentor.data = None
        elif form.validate_on_submit():
            propose(
                session,
                keyring(),
                *here,
                mentoring_id=form.created_id,
                mentor_id=UUID(form.mentor.data),
                mentee_id=mentee.volunteer_id,
                activity_id=activity_id,
                agreement=form.agreement.data or "",
                actor_id=actor().user,
                base_url=current_app.config["BASE_URL"],
                today=today,
            )
            flash(_("We asked them both. Nothing begins before both say yes."), "success")
            return redirect(pair_href("coordinator", form.created_id))
    except RuleError as fault:
        show_rule(form, fault)
    return _match_page(form, people, suggested)


def _match_page(form: MatchForm, people: list[NamedPerson], suggested: Sequence[Suggested] | None) -> str:
    return render_template("coordinator/mentoring_match.html", form=form, names=_to_complete(people), suggested=suggested)


def _asked_before(form: MatchForm) -> UUID | None:
    """What an earlier tap on the same button made."""
    try:
        return find_mentoring(db.session(), actor().programme, form.created_id, worker(actor().organisation, None)).id
    except (NotFoundError, TypeError, ValueError):
        return None


def _activity(form: MatchForm) -> UUID | None:
    """The activity chosen, None for the usual one that isn't made yet. Raises RuleError for what isn't in the list."""
    chosen = form.activity.data or ""
    if chosen not in {choice.value for choice in form.activity.choices or []}:
        raise RuleError(Sentence("Choose an activity from the list. Nothing was sent."), field="activity")
    return UUID(chosen) if chosen else None


def _named(people: list[NamedPerson], typed: str | None) -> NamedPerson:
    found = find_named(people, typed or "")
    if found is None:
        missing = Sentence("Type the name of somebody enrolled here. Nothing was saved.")
        raise RuleError(_NOBODY if (typed or "").strip() else missing, field="person")
    return found


def _to_complete(people: list[NamedPerson]) -> list[NamedPerson]:
    return people if len(people) <= MOST_NAMES else []


def _here() -> tuple[UUID, UUID]:
    """The programme and organisation, once it is clear that a project worker asks."""
    need_duty(DutyKind.PROJECT_WORKER, organisation_id=actor().organisation)
    return actor().programme, actor().organisation
