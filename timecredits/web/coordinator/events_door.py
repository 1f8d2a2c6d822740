"""One date of an event: who has booked and what they need, and the door: tap who came, undo, entry for credits."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.event_models import Event
from timecredits.community.events.booking import Booker, book, find_booking
from timecredits.community.events.door import CheckedIn, DoorRow, check_in, list_door, may_check_in, undo_check_in
from timecredits.community.events.keeping import event_of_session
from timecredits.foundation import clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import find_activity
from timecredits.hours.finding_people import MOST_NAMES, NamedPerson, find_named, list_names
from timecredits.hours.planning.sessions import DatedSession
from timecredits.hours.planning.sign_up_rules import NotYetError
from timecredits.network.permissions import KEEP_EVENTS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.events_forms import AddBookingForm, guests_at_door
from timecredits.web.coordinator.sessions import find_session
from timecredits.web.database import db, give_up
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.redirects import lead_within


@blueprint.route("/events/dates/<uuid:plan_id>/<planned_on>", methods=["GET", "POST"])
@allow(KEEP_EVENTS)
def event_bookings(plan_id: UUID, planned_on: str) -> str | Response:
    """Who has booked, with guests and needs, to print for the door; a form to book for somebody."""
    found, dated = _dated(plan_id, planned_on)
    people = list_names(db.session(), actor().programme, actor().organisation)
    form = AddBookingForm()
    if form.validate_on_submit():
        try:
            _book_for(dated, people, form)
        except NotYetError as fault:
            give_up()
            form.person.errors = [" ".join(say(each) for each in (fault.sentence, *fault.missing))]
        except RuleError as fault:
            give_up()
            show_rule(form, fault)
        else:
            return lead_within(request.path)
        found, dated = _dated(plan_id, planned_on)
    rows = _rows(dated)
    return render_template(
        "coordinator/event_bookings.html",
        form=form,
        names=people if len(people) <= MOST_NAMES else [],
        **_shown(found, dated, rows),
    )


@blueprint.get("/events/dates/<uuid:plan_id>/<planned_on>/door")
@allow(KEEP_EVENTS)
def event_door(plan_id: UUID, planned_on: str) -> str:
    """The door: everybody who has booked, and a button for who came."""
    found, dated = _dated(plan_id, planned_on)
    return render_template("coordinator/event_door.html", **_shown(found, dated, _rows(dated)))


@blueprint.post("/events/dates/<uuid:plan_id>/<planned_on>/door")
@allow(KEEP_EVENTS)
def event_check_in(plan_id: UUID, planned_on: str) -> str | Response:
    """Somebody has come. With too few credits the page asks whether to let them in all the same."""
    found, dated = _dated(plan_id, planned_on)
    row = _row(dated)
    guests = guests_at_door(request.form.get("guests", ""), row.guests)
    try:
        answer = check_in(
            db.session(),
            dated,
            row.volunteer_id,
            guests=guests,
            without_entry=request.form.get("entry") == "no",
            actor_id=actor().user_id,
            **_here(),
        )
    except RuleError as fault:
        give_up()
        flash(f"{row.name}: {say(fault.sentence)}", "warning")
        return redirect(_door_href(dated))
    if answer.why is not None:
        give_up()
        found, dated = _dated(plan_id, planned_on)
        asked = {"row": row, "guests": guests, "why": answer.why}
        return render_template("coordinator/event_door.html", asked=asked, **_shown(found, dated, _rows(dated)))
    if answer.outcome is CheckedIn.ALREADY:
        flash(_("%(name)s was checked in before. Nothing more was taken.", name=row.name), "message")
    elif answer.taken:
        flash(_("%(name)s is in. %(credits)s taken.", name=row.name, credits=say(credits_text(answer.taken))), "success")
    else:
        flash(_("%(name)s is in. No credits were taken.", name=row.name), "success")
    return redirect(_door_href(dated))


@blueprint.post("/events/dates/<uuid:plan_id>/<planned_on>/door/undo")
@allow(KEEP_EVENTS)
def event_check_in_undo(plan_id: UUID, planned_on: str) -> Response:
    """They did not come after all."""
    _found, dated = _dated(plan_id, planned_on)
    row = _row(dated)
    try:
        back = undo_check_in(db.session(), dated, row.volunteer_id, actor_id=actor().user_id, **_here())
    except RuleError as fault:
        give_up()
        flash(f"{row.name}: {say(fault.sentence)}", "warning")
        return redirect(_door_href(dated))
    if back:
        text = _("%(name)s is not in. %(credits)s given back.", name=row.name, credits=say(credits_text(back)))
    else:
        text = _("%(name)s is not in. You can check them in again.", name=row.name)
    flash(text, "success")
    return redirect(_door_href(dated))


def _dated(plan_id: UUID, planned_on: str) -> tuple[Event, DatedSession]:
    dated = find_session(plan_id, planned_on)
    return event_of_session(db.session(), actor().programme, dated), dated


def _rows(dated: DatedSession) -> list[DoorRow]:
    return list_door(db.session(), _keyring(), actor().programme, dated)


def _row(dated: DatedSession) -> DoorRow:
    """The booking that a button speaks of."""
    try:
        volunteer_id = UUID(request.form.get("volunteer", ""))
    except ValueError:
        abort(400)
    row = next((each for each in _rows(dated) if each.volunteer_id == volunteer_id), None)
    if row is None:
        raise NotFoundError
    return row


def _shown(found: Event, dated: DatedSession, rows: list[DoorRow]) -> dict[str, Any]:
    coming = [each for each in rows if not each.is_waiting]
    counts_hours = find_activity(db.session(), actor().programme, actor().organisation, dated.activity_id).counts_hours
    return {
        "event": found,
        "dated": dated,
        "coming": coming,
        "waiting": [each for each in rows if each.is_waiting],
        "places": sum(1 + each.guests for each in coming),
        "inside": sum(1 + each.guests for each in coming if each.came),
        "is_open": may_check_in(dated, clock.now(), counts_hours=counts_hours),
        "is_over": dated.ends <= clock.now(),
        "counts_hours": counts_hours,
    }


def _book_for(dated: DatedSession, people: list[NamedPerson], form: AddBookingForm) -> None:
    typed = form.person.data or ""
    person = find_named(people, typed)
    if person is None:
        raise RuleError(
            Sentence("Nobody here is called %(name)s. Nothing was booked. Check the name, or enrol them.", name=typed.strip()),
            field="person",
        )
    booker = Booker(person.volunteer_id, actor().user_id, actor().organisation)
    known = find_booking(db.session(), actor().programme, dated.id, person.volunteer_id)
    guests, needs = form.guests.number, form.needs.data or ""
    if guests is None:  # left empty: who has booked keeps what was booked
        guests = known.party - 1 if known is not None else 0
    answer = book(
        db.session(),
        _keyring(),
        actor().programme,
        dated,
        booker,
        guests=guests,
        needs=needs if needs.strip() or known is None else None,
    )
    if known is not None:
        flash(_("%(name)s had booked already. We kept that, and saved what you typed.", name=person.name), "message")
    elif answer.is_coming:
        flash(_("Booked for %(name)s. No credits were taken.", name=person.name), "success")
    else:
        flash(_("It is full. %(name)s waits, number %(line)s in line.", name=person.name, line=answer.line), "warning")


def _here() -> dict[str, UUID]:
    return {"programme_id": actor().programme, "organisation_id": actor().organisation}


def _door_href(dated: DatedSession) -> str:
    return url_for("coordinator.event_door", plan_id=dated.plan_id, planned_on=dated.planned_on.isoformat())


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
