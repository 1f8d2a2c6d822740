"""Events for a volunteer: what's on, what I have booked, one event, and booking a date of it."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import StopValidation

from timecredits.community.events.booking import Booker, book, cancel_booking, my_bookings
from timecredits.community.events.entry import live_entry
from timecredits.community.events.needs import LONGEST_NEEDS, read_needs
from timecredits.community.events.whats_on import ShownEvent, dates_of, find_shown
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.hours.attendances.attendance import is_enrolled
from timecredits.hours.planning.activity_calendars import calendar_token
from timecredits.hours.planning.my_sessions import MySession, find_mine
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.sign_up_rules import NotYetError
from timecredits.hours.planning.signing_up import SignUpAnswer, free_places
from timecredits.hours.who_came import who_came
from timecredits.network.permissions import BOOK_EVENTS
from timecredits.web.access import actor, allow
from timecredits.web.database import db, give_up
from timecredits.web.event_views import list_whats_on
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.redirects import lead_within
from timecredits.web.volunteer.blueprint import blueprint

_FAR: Final = timedelta(days=2 * 366)


class GuestsField(StringField):  # type: ignore[misc]  # WTForms has no types
    """How many people come along: a whole number, nothing typed is none. `number` holds what was read."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.number = 0

    def process_data(self, value: int | None) -> None:
        """Show the number."""
        self.data = "" if value is None else str(value)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < len("1000")):
            raise StopValidation(_("Type how many people you bring, like 1. Nothing was changed."))
        self.number = int(text or 0)


class BookingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who comes along, and what is needed."""

    guests = GuestsField(lazy_gettext("How many people do you bring?"))
    needs = TextAreaField(lazy_gettext("Is there something that you need?"), widget=GovTextArea())


@blueprint.get("/events")
@allow(BOOK_EVENTS)
def events() -> str:
    """What I have booked, and what is on."""
    who = actor()
    return render_template(
        "volunteer/events.html",
        bookings=my_bookings(db.session(), who.programme, who.volunteer),
        **list_whats_on(who.programme, public_only=False, volunteer_id=who.volunteer),
    )


@blueprint.get("/events/<uuid:event_id>")
@allow(BOOK_EVENTS)
def event(event_id: UUID) -> str:
    """One event with its dates."""
    who, session = actor(), db.session()
    found = find_shown(session, who.programme, event_id, public_only=False)
    dates = dates_of(session, who.programme, found, volunteer_id=who.volunteer)
    mine = {each.mine.dated.id: each.mine for each in my_bookings(session, who.programme, who.volunteer)}
    token = calendar_token(_keyring(), who.programme, found.activity_id)
    return render_template(
        "volunteer/event.html",
        event=found,
        dates=dates,
        mine=mine,
        calendar_href=current_app.config["BASE_URL"] + url_for("public.activity_calendar_file", token=token),
    )


@blueprint.route("/events/<uuid:event_id>/<uuid:plan_id>/<planned_on>", methods=["GET", "POST"])
@allow(BOOK_EVENTS)
def event_book(event_id: UUID, plan_id: UUID, planned_on: str) -> str | Response:
    """One date: book it, or change what I have booked."""
    who, session = actor(), db.session()
    found, dated = _dated(event_id, plan_id, planned_on)
    mine = find_mine(session, who.programme, who.volunteer, dated.id)
    form = BookingForm() if request.method == "POST" else _filled(mine)
    if form.validate_on_submit():
        booker = Booker(who.volunteer, who.user)
        try:
            answer = book(
                session, _keyring(), who.programme, dated, booker, guests=form.guests.number, needs=form.needs.data or ""
            )
        except NotYetError as fault:
            give_up()
            show_rule(form, RuleError(fault.sentence))
            for missing in fault.missing:
                form.guests.errors.append(say(missing))
        except RuleError as fault:
            give_up()
            if fault.field:
                show_rule(form, fault)
            else:
                flash(say(fault.sentence), "warning")
                return lead_within(request.path)
        else:
            flash(_said(answer, is_new=mine is None), "success")
            return lead_within(request.path)
        mine = find_mine(session, who.programme, who.volunteer, dated.id)
    return _page(form, found, dated, mine)


@blueprint.post("/events/<uuid:event_id>/<uuid:plan_id>/<planned_on>/cancel")
@allow(BOOK_EVENTS)
def event_cancel(event_id: UUID, plan_id: UUID, planned_on: str) -> Response:
    """Give my places back."""
    who = actor()
    _found, dated = _dated(event_id, plan_id, planned_on)
    try:
        cancel_booking(db.session(), who.programme, dated.id, Booker(who.volunteer, who.user))
    except RuleError as fault:
        give_up()
        flash(say(fault.sentence), "warning")
        return redirect(url_for("volunteer.event_book", event_id=event_id, plan_id=plan_id, planned_on=planned_on))
    flash(_("Done. You are not down for it any more. No credits were taken. Thank you for saying so."), "success")
    return redirect(url_for("volunteer.events"))


def _page(form: BookingForm, found: ShownEvent, dated: DatedSession, mine: MySession | None) -> str:
    who, session = actor(), db.session()
    came = who_came(session, who.programme, [dated.id]).get((dated.id, who.volunteer))
    paid = live_entry(session, who.programme, mine.sign_up.id) if mine else None
    return render_template(
        "volunteer/event_book.html",
        form=form,
        event=found,
        dated=dated,
        mine=mine,
        came=came,
        paid=paid.minutes if paid else 0,
        free=free_places(session, who.programme, [dated], volunteer_id=who.volunteer)[dated.id],
        is_enrolled=is_enrolled(session, who.programme, found.organisation_id, who.volunteer),
        has_begun=dated.begins <= clock.now(),
        is_over=dated.ends <= clock.now(),
        longest_needs=LONGEST_NEEDS,
    )


def _filled(mine: MySession | None) -> BookingForm:
    if mine is None:
        return BookingForm(guests=None)
    needs = read_needs(db.session(), _keyring(), actor().programme, [mine.sign_up.id])
    return BookingForm(guests=mine.sign_up.party - 1, needs=needs.get(mine.sign_up.id, ""))


def _dated(event_id: UUID, plan_id: UUID, planned_on: str) -> tuple[ShownEvent, DatedSession]:
    found = find_shown(db.session(), actor().programme, event_id, public_only=False)
    try:
        day = date.fromisoformat(planned_on)
    except ValueError:
        raise NotFoundError from None
    if day.isoformat() != planned_on or abs(day - clock.today()) > _FAR:
        raise NotFoundError
    dated = find_dated_session(db.session(), actor().programme, plan_id, day)
    if dated.activity_id != found.activity_id:
        raise NotFoundError
    return found, dated


def _said(answer: SignUpAnswer, *, is_new: bool) -> str:
    if answer.is_coming:
        if is_new:
            return str(_("Done. You are coming. No credits were taken. You can change this or cancel before it starts."))
        return str(_("Saved. You are coming."))
    if is_new:
        return str(_("It is full. You are on the waiting list. If there is room for you, we tell you."))
    return str(_("Saved. You wait, number %(line)s in line.", line=answer.line))


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
