"""What a coordinator does with one planned session: cancel it, put it back on, move it, change its place or places.

Whoever signed up stays signed up and is told by mail, in words that give nothing away. Each verb holds the session's row, as
signing up does, so that the two follow one another: whoever signs up a moment later reads that it was cancelled. To ask for what
stands already changes nothing and writes to nobody.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import DAY, end_of
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_facts import LONGEST_TEXT, check_capacity
from timecredits.hours.activity_models import Activity, ActivityPlan, ActivitySession
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.hours.planning.plan_holding import share_plan
from timecredits.hours.planning.plans import FAR
from timecredits.hours.planning.session_messages import LONGEST_MESSAGE, MAY_CANCEL, Told, tell_signed_up
from timecredits.hours.planning.session_texts import said_to_be_off, said_to_be_on_again, said_to_have_changed
from timecredits.hours.planning.session_words import when_words
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, keep_session
from timecredits.hours.planning.signing_up import count_coming, fill_places, hold_session

LONGEST_REASON = 300
_PLACE_CHANGED = Sentence("The place has changed. Sign in and open My sessions to see where.")


@dataclass(frozen=True, slots=True)
class NewTerms:
    """How one session is to be. Empty `place` and None `capacity`: as its plan says. `note` goes into the letter as it stands."""

    day: date
    starts: int
    minutes: int
    place: str = ""
    capacity: int | None = None
    note: str = ""


def cancel_session(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    plan_id: UUID,
    planned_on: date,
    *,
    because: str,
    actor_id: UUID | None,
) -> Told:
    """Call a session off and write to everybody coming or waiting; sign-ups are kept. One that is cancelled already stays so.

    Raises NotFoundError, and RuleError without a reason or when it is over.
    """
    because = " ".join(because.split())
    if not because:
        raise RuleError(Sentence("Say why, in a few words. Nothing was changed."), field="because")
    if len(because) > LONGEST_REASON:
        raise RuleError(
            Sentence("That is too long. Use at most %(most)s letters. Nothing was changed.", most=LONGEST_REASON), field="because"
        )
    dated, row = _held(session, programme_id, organisation_id, plan_id, planned_on, actor_id)
    if not dated.is_on:
        return Told(again=True)
    row.cancelled_at, row.cancelled_because = clock.now(), because
    session.flush()
    _audit(session, programme_id, dated, "session cancelled", actor_id)
    when = when_words(dated)
    lines: list[Sentence | str] = [Sentence("Your session on %(when)s will not take place.", when=when), because]
    return _tell(session, programme_id, dated, dated, lines, said_to_be_off(when), actor_id)


def restore_session(
    session: Session, programme_id: UUID, organisation_id: UUID, plan_id: UUID, planned_on: date, *, actor_id: UUID | None
) -> Told:
    """Put a cancelled session back on, write to everybody who had signed up, and fill its places. One that is on stays so."""
    dated, row = _held(session, programme_id, organisation_id, plan_id, planned_on, actor_id)
    if dated.is_on:
        return Told(again=True)
    row.cancelled_at, row.cancelled_because = None, ""
    session.flush()
    _audit(session, programme_id, dated, "session put back on", actor_id)
    when = when_words(dated)
    lines: list[Sentence | str] = [Sentence("Your session on %(when)s takes place after all.", when=when), MAY_CANCEL]
    told = _tell(session, programme_id, dated, dated, lines, said_to_be_on_again(when), actor_id)
    fill_places(session, programme_id, dated.id)
    return told


def move_session(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    plan_id: UUID,
    planned_on: date,
    terms: NewTerms,
    *,
    actor_id: UUID | None,
) -> Told:
    """Let a session take place at another time or place, or for more or fewer people; the others of its plan stay.

    Everybody coming or waiting is written to when the time or the place is another. Raises NotFoundError, and RuleError for what
    can't be, a session that is over or cancelled, and fewer places than people who are coming.
    """
    _check(terms)
    before, row = _held(session, programme_id, organisation_id, plan_id, planned_on, actor_id)
    if not before.is_on:
        raise RuleError(Sentence("This session is cancelled. Nothing was changed. Put it back on first."), field="day")
    coming = count_coming(session, programme_id, [before.id]).get(before.id, 0)
    if terms.capacity is not None and terms.capacity < coming:
        raise RuleError(
            Sentence("%(coming)s people are coming. Nothing was changed. Type that many or more.", coming=coming),
            field="capacity",
        )
    if end_of(terms.day, terms.starts, terms.minutes) <= clock.now():
        raise RuleError(Sentence("That time is over. Nothing was changed. Choose a later one."), field="day")
    _write(session, row, plan_id, terms)
    session.flush()
    after = find_dated_session(session, programme_id, plan_id, planned_on)
    if after == before:
        return Told(again=True)
    _audit(session, programme_id, after, "session changed", actor_id)
    told = Told()
    if news := change_in_words(before, after):
        note = terms.note.strip()
        lines: list[Sentence | str] = [*news, *([note] if note else []), MAY_CANCEL]
        told = _tell(session, programme_id, before, after, lines, said_to_have_changed(when_words(before)), actor_id)
    fill_places(session, programme_id, after.id)
    return told


def change_in_words(before: DatedSession, after: DatedSession) -> list[Sentence]:
    """What somebody who signed up must know of a change: none for one that they would not notice."""
    lines = []
    if (before.begins, before.ends) != (after.begins, after.ends):
        lines.append(
            Sentence(
                "Your session on %(before)s has moved. It is now on %(after)s.",
                before=when_words(before),
                after=when_words(after),
            )
        )
    if before.place != after.place:
        if not lines:
            lines.append(Sentence("This is about your session on %(when)s.", when=when_words(after)))
        lines.append(_PLACE_CHANGED)
    return lines


def _write(session: Session, row: ActivitySession, plan_id: UUID, terms: NewTerms) -> None:
    """Keep what differs from the plan; the rest goes on following it."""
    plan = session.get_one(ActivityPlan, (row.programme_id, plan_id))
    activity = session.get_one(Activity, (row.programme_id, plan.activity_id))
    place = " ".join(terms.place.split())
    usual_capacity = activity.capacity if plan.capacity is None else plan.capacity
    row.held_on = terms.day
    row.starts = None if terms.starts == plan.starts else terms.starts
    row.minutes = None if terms.minutes == plan.minutes else terms.minutes
    row.place = "" if place == (plan.place or activity.place) else place
    row.capacity = None if terms.capacity == usual_capacity else terms.capacity


def _check(terms: NewTerms) -> None:
    if not -FAR <= terms.day - clock.today() <= FAR:
        raise RuleError(Sentence("That day is far from today. Nothing was changed. Check the year."), field="day")
    if not 0 <= terms.starts < DAY:
        raise RuleError(Sentence("Type when it starts, like 10am or 14:30. Nothing was changed."), field="starts")
    if not 0 < terms.minutes <= LONGEST_DAY:
        raise RuleError(Sentence("Type how long it is, from 1 minute to 24 hours."), field="length")
    for field, text, most in (("place", terms.place, LONGEST_TEXT), ("note", terms.note, LONGEST_MESSAGE)):
        if len(text) > most:
            raise RuleError(
                Sentence("That is too long. Use at most %(most)s letters. Nothing was changed.", most=most), field=field
            )
    check_capacity(terms.capacity)


def _held(
    session: Session, programme_id: UUID, organisation_id: UUID, plan_id: UUID, planned_on: date, actor_id: UUID | None
) -> tuple[DatedSession, ActivitySession]:
    share_plan(session, programme_id, plan_id)
    dated = find_dated_session(session, programme_id, plan_id, planned_on, organisation_id=organisation_id)
    row = keep_session(session, programme_id, dated, actor_id=actor_id)
    dated = hold_session(session, programme_id, dated.id)
    if dated.ends <= clock.now():
        raise RuleError(Sentence("This session is over. Nothing was changed."))
    return dated, row


def _tell(
    session: Session,
    programme_id: UUID,
    before: DatedSession,
    after: DatedSession,
    lines: list[Sentence | str],
    text: Sentence,
    actor_id: UUID | None,
) -> Told:
    times = {"before": before.begins, "after": after.begins}
    return tell_signed_up(session, programme_id, after.id, lines, text=text, **times, message_id=new_id(), actor_id=actor_id)


def _audit(session: Session, programme_id: UUID, dated: DatedSession, action: str, actor_id: UUID | None) -> None:
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=dated.id, organisation_id=dated.organisation_id)
