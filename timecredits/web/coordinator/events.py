"""The organisation's events: the list, one of them, making, changing, showing, and its poster."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask import Response as PlainResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.event_models import Event
from timecredits.community.events.event_facts import event_facts
from timecredits.community.events.event_poster import print_event_poster, write_event_poster
from timecredits.community.events.keeping import KeptEvent, edit_event, find_event, list_events, make_event, show_event
from timecredits.community.events.whats_on import dates_of, find_shown
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.planning.plans import list_plans
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.session_rosters import list_turnouts
from timecredits.hours.planning.sessions import list_sessions
from timecredits.network.models import Programme
from timecredits.network.permissions import KEEP_EVENTS
from timecredits.network.settings import read_settings
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.events_forms import EventForm, NewEventForm, filled_event
from timecredits.web.database import db, give_up
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.pdf_answers import pdf_answer

_DATES = 20
_BEHIND, _AHEAD = timedelta(days=14), timedelta(days=366)


@blueprint.get("/events")
@allow(KEEP_EVENTS)
def events() -> str:
    """Every event, what is on next first."""
    listed = list_events(db.session(), actor().programme, actor().organisation)
    return render_template(
        "coordinator/events.html",
        coming=[each for each in listed if each.event.shown_at and each.coming_up],
        drafts=[each for each in listed if not each.event.shown_at],
        over=[each for each in listed if each.event.shown_at and not each.coming_up],
    )


@blueprint.route("/events/new", methods=["GET", "POST"])
@allow(KEEP_EVENTS)
def event_new() -> str | Response:
    """Make an event: what it is, and when."""
    form = (
        NewEventForm(
            first_day=clock.today() + timedelta(days=14), length=120, repeats=Repeats.ONCE.value, is_public=True, asks_needs=True
        )
        if request.method != "POST"
        else NewEventForm()
    )
    if form.validate_on_submit():
        try:
            made = make_event(
                db.session(),
                actor().programme,
                actor().organisation,
                form.said(asks_entry=_asks_entry()),
                form.when,
                event_id=form.created_id,
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            give_up()
            show_rule(form, fault)
        else:
            flash(_("Saved as a draft. Nobody sees it yet. Look at it, then show it."), "success")
            return redirect(url_for("coordinator.event", event_id=made.id))
    return render_template("coordinator/event_edit.html", form=form, kept=None, asks_entry=_asks_entry())


@blueprint.get("/events/<uuid:event_id>")
@allow(KEEP_EVENTS)
def event(event_id: UUID) -> str:
    """One event: how it stands, its dates with who is coming, what is said about it."""
    kept, session, today = _kept(event_id), db.session(), clock.today()
    programme_id = actor().programme
    dated = list_sessions(session, programme_id, first=today - _BEHIND, last=today + _AHEAD, activity_id=kept.activity.id)
    ahead = [each for each in dated if each.ends > clock.now()]
    behind = [each for each in dated if each.ends <= clock.now()]
    programme = session.get_one(Programme, programme_id)
    return render_template(
        "coordinator/event.html",
        kept=kept,
        asks_entry=_asks_entry(),
        turnouts=list_turnouts(session, programme_id, ahead[:_DATES]),
        past=list_turnouts(session, programme_id, behind[::-1][:_DATES]),
        plans=list_plans(session, programme_id, [kept.activity.id], today=today).get(kept.activity.id, ()),
        public_href=_address(kept.event, programme),
    )


@blueprint.route("/events/<uuid:event_id>/edit", methods=["GET", "POST"])
@allow(KEEP_EVENTS)
def event_edit(event_id: UUID) -> str | Response:
    """Change what is said about an event."""
    kept = _kept(event_id)
    form = filled_event(event_facts(kept.event, kept.activity)) if request.method != "POST" else EventForm()
    if form.validate_on_submit():
        before = event_facts(kept.event, kept.activity)
        said = form.said(entry_minutes=before.entry_minutes, asks_entry=_asks_entry())
        try:
            edit_event(
                db.session(),
                actor().programme,
                actor().organisation,
                event_id,
                replace(said, minutes=before.minutes),
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            give_up()
            show_rule(form, fault)
            kept = _kept(event_id)
        else:
            flash(_("Saved. Who has booked stays booked."), "success")
            return redirect(url_for("coordinator.event", event_id=event_id))
    return render_template("coordinator/event_edit.html", form=form, kept=kept, asks_entry=_asks_entry())


@blueprint.post("/events/<uuid:event_id>/show")
@allow(KEEP_EVENTS)
def event_show(event_id: UUID) -> Response:
    """Show an event to people, or take it off the list."""
    shown = request.form.get("show") == "yes"
    try:
        show_event(db.session(), actor().programme, actor().organisation, event_id, shown=shown, actor_id=actor().user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        text = _("Done. People can see it and book.") if shown else _("Done. It is a draft again. Nobody sees it.")
        flash(text, "success")
    return redirect(url_for("coordinator.event", event_id=event_id))


@blueprint.get("/events/<uuid:event_id>/poster.pdf")
@allow(KEEP_EVENTS)
def event_poster(event_id: UUID) -> PlainResponse:
    """The poster on one A4 page; there is none of a draft."""
    kept, session = _kept(event_id), db.session()
    if kept.event.shown_at is None:
        raise NotFoundError
    found = find_shown(session, actor().programme, event_id, public_only=False)
    programme = session.get_one(Programme, actor().programme)
    record = write_event_poster(
        found,
        dates_of(session, actor().programme, found),
        address=_address(kept.event, programme),
        issued_on=clock.today().isoformat(),
    )
    return pdf_answer(print_event_poster(record), "poster.pdf")


def _kept(event_id: UUID) -> KeptEvent:
    return find_event(db.session(), actor().programme, actor().organisation, event_id)


def _asks_entry() -> bool:
    return read_settings(db.session(), actor().programme).event_entry


def _address(found: Event, programme: Programme) -> str:
    """Where people read about it: what is not public only once they are signed in."""
    base: str = current_app.config["BASE_URL"]
    if found.is_public:
        return base + url_for("public.event", area=programme.slug, event_id=found.id)
    return base + url_for("volunteer.event", event_id=found.id)
