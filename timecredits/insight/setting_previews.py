"""What a setting would change, in numbers: counted from what there is, before anybody saves it.

Every count is bounded, so that looking costs no more in a large programme than in a small one. Numbers are said roughly, and of
fewer than five people none is said: comparing one value with the next must tell nothing about anybody.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.wording import Sentence, counted
from timecredits.insight.counting.months import add_months, month_of, year_of
from timecredits.insight.preview_hours import EARNING, HOUR_CHECKS, preview_earning, preview_hour_check
from timecredits.insight.preview_uses import (
    DAY_LIMITS,
    NO_SIGNAL,
    TILL_HOURS,
    preview_day_limit,
    preview_no_signal,
    preview_notes,
    preview_tills,
)
from timecredits.insight.preview_words import FEW, about_credits, about_people
from timecredits.insight.roll_up_models import Flow, PersonCredit, RollUp
from timecredits.network.models import ProgrammeVenue
from timecredits.network.settings import Settings
from timecredits.spending.expiry import GRACE

__all__ = ["LOOKS_BACK", "preview_setting"]

LOOKS_BACK: Final = timedelta(days=91)
_A_YEAR: Final = timedelta(days=365)
_CAME_IN: Final = (Flow.EARNED, Flow.RECEIVED, Flow.OTHER_IN)


def preview_setting(
    session: Session, programme_id: UUID, settings: Settings, name: str, value: Any, *, now: datetime
) -> Sentence | None:
    """What it would change if the setting had this value. None where that can't be counted. Changes nothing."""
    since, today = now - LOOKS_BACK, clock.local_day(now)
    if name in EARNING:
        return preview_earning(session, programme_id, settings, name, value, since)
    if name in HOUR_CHECKS:
        return preview_hour_check(session, programme_id, settings, name, value, since)
    if name == "expire_after_months":
        return _running_out(session, programme_id, value, settings.expire_after_months, today)
    if name == "year_starts_in":
        return Sentence("The year we are in begins on %(day)s.", day=display_day(year_of(month_of(today), value)))
    return _of_places(session, programme_id, name, value, now)


def _of_places(session: Session, programme_id: UUID, name: str, value: Any, now: datetime) -> Sentence | None:
    """What it would change where credits are used."""
    since = now - LOOKS_BACK
    if name in DAY_LIMITS:
        return preview_day_limit(session, programme_id, name, value, since)
    if name in NO_SIGNAL:
        return preview_no_signal(session, programme_id, name, value, since)
    if name in TILL_HOURS:
        return preview_tills(session, programme_id, value, now)
    if name == "note_months":
        return preview_notes(session, programme_id, value, now - _A_YEAR)
    return _venues(session, programme_id, is_on=value) if name == "venues_see_balance" else None


def _running_out(session: Session, programme_id: UUID, months: int | None, now_months: int | None, today: date) -> Sentence:
    """What runs out on the next day on which this value counts by itself, of what was counted last."""
    if months is None:
        return Sentence("Nothing runs out.")
    # A value that was set lately waits for 60 days; one that stands counts on the next first of a month.
    soonest = today if months == now_months else today + GRACE
    run_day = add_months(month_of(soonest), 1)
    if not session.scalar(select(RollUp.id).where(RollUp.programme_id == programme_id)):
        return Sentence("Credits are not counted up yet. Look again in a few minutes.")
    came = case((PersonCredit.flow.in_(_CAME_IN), PersonCredit.minutes), else_=0)
    before = case((PersonCredit.month < add_months(run_day, -months), came), else_=0)
    went = case((PersonCredit.flow.in_(_CAME_IN), 0), else_=PersonCredit.minutes)
    left = func.sum(before) - func.sum(went)
    each = (
        select(left.label("minutes"))
        .where(PersonCredit.programme_id == programme_id, PersonCredit.volunteer_id.is_not(None))
        .group_by(PersonCredit.volunteer_id)
        .having(left > 0)
        .subquery()
    )
    people, minutes = session.execute(select(func.count(), func.coalesce(func.sum(each.c.minutes), 0)).select_from(each)).one()
    day = display_day(run_day)
    if not people:
        return Sentence("Nobody would lose any on %(day)s.", day=day)
    if people < FEW:
        return Sentence("On %(day)s credits of a few people would run out, unless they use them.", day=day)
    return Sentence(
        "On %(day)s credits of %(people)s would run out: %(credits)s. What they use before then does not.",
        day=day,
        people=about_people(people),
        credits=about_credits(int(minutes)),
    )


def _venues(session: Session, programme_id: UUID, *, is_on: bool) -> Sentence:
    venues = session.scalar(select(func.count()).select_from(ProgrammeVenue).where(ProgrammeVenue.programme_id == programme_id))
    if not venues:
        return Sentence("No venue has joined yet.")
    if is_on:
        return counted("%(num)s venue sees it.", "%(num)s venues see it.", venues)
    return counted("%(num)s venue does not see it.", "%(num)s venues do not see it.", venues)
