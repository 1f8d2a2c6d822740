"""Who is asked, and when: once when somebody is there (or joins), and once more some months after they answered.

Asked is who gives time somewhere now: nobody who left everywhere, whose record was erased, waits to be erased or turned out to
be a second one, and nobody of an organisation that is on hold. Nobody is asked the same standard
questions by two surveys at a time.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import column, exists, select, table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from timecredits.foundation.clock import local_day
from timecredits.foundation.db import Id, Instant, new_id
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.network.standing import not_on_hold

__all__ = ["MOST_AT_ONCE", "ask_all", "ask_survey", "may_be_asked", "months_after", "people_here"]

MOST_AT_ONCE: Final = 500
# The layer that erases people stands beside this one; its table is known here by name.
_erasure: Any = table("erasure", column("programme_id", Id), column("volunteer_id", Id), column("called_off_at", Instant()))
_INSERTS: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def ask_all(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Ask whoever is due in every open survey of a programme, at most 500 people a survey a call. Answers how many were."""
    surveys = session.scalars(
        select(Survey)
        .where(Survey.programme_id == programme_id, Survey.started_at.is_not(None), Survey.closed_at.is_(None))
        .order_by(Survey.started_at, Survey.id)
    ).all()
    return sum(ask_survey(session, survey, now=now) for survey in surveys)


def ask_survey(session: Session, survey: Survey, *, now: datetime) -> int:
    """Ask whoever is due in one survey: first the new ones, then those to be asked again. Twice at once asks once."""
    if survey.started_at is None or survey.closed_at is not None:
        return 0
    return _ask_first(session, survey, now) + _ask_again(session, survey, now)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def people_here(survey: Survey, *, since: date | None = None) -> Any:
    """For a query's WHERE on Volunteer: gives time where this survey asks; with `since`, only who enrolled from then on."""
    enrolled = exists().where(
        Enrolment.programme_id == survey.programme_id,
        Enrolment.volunteer_id == Volunteer.id,
        Enrolment.left_on.is_(None),
        Organisation.programme_id == survey.programme_id,
        Organisation.id == Enrolment.organisation_id,
        not_on_hold(),
    )
    if survey.organisation_id is not None:
        enrolled = enrolled.where(Enrolment.organisation_id == survey.organisation_id)
    if since is not None:
        enrolled = enrolled.where(Enrolment.enrolled_on >= since)
    return (
        (Volunteer.programme_id == survey.programme_id)
        & Volunteer.erased_at.is_(None)
        & Volunteer.merged_into.is_(None)
        & enrolled
    )


def may_be_asked(survey: Survey, *, since: date | None = None) -> Any:
    """The same, but for those who wait to be erased: nobody asks them anything new, nor reminds them."""
    leaving = exists().where(
        _erasure.c.programme_id == survey.programme_id,
        _erasure.c.volunteer_id == Volunteer.id,
        _erasure.c.called_off_at.is_(None),
    )
    return people_here(survey, since=since) & ~leaving


def _ask_first(session: Session, survey: Survey, now: datetime) -> int:
    asked = exists().where(
        SurveyAsk.programme_id == survey.programme_id,
        SurveyAsk.survey_id == survey.id,
        SurveyAsk.volunteer_id == Volunteer.id,
    )
    assert survey.started_at is not None  # noqa: S101  for the types: ask_survey looked
    since = None if survey.asks_all else local_day(survey.started_at)
    query = select(Volunteer.id).where(may_be_asked(survey, since=since), ~asked)
    if survey.kind is not SurveyKind.OWN:
        query = query.where(~_asked_the_same(survey))
    ids = session.scalars(query.order_by(Volunteer.id).limit(MOST_AT_ONCE)).all()
    if not ids:
        return 0
    insert = _INSERTS[session.get_bind().dialect.name](SurveyAsk)
    today = local_day(now)
    made = session.scalars(
        insert.values(
            [
                {
                    "programme_id": survey.programme_id,
                    "id": new_id(),
                    "survey_id": survey.id,
                    "volunteer_id": volunteer_id,
                    "stage": Stage.BASELINE,
                    "due_on": today,
                    "asked_at": now,
                    "on_paper": False,
                }
                for volunteer_id in ids
            ]
        )
        .on_conflict_do_nothing(index_elements=["programme_id", "survey_id", "volunteer_id", "stage"])
        .returning(SurveyAsk.id),
        execution_options={"populate_existing": True},
    ).all()
    return len(made)


def _asked_the_same(survey: Survey) -> Any:
    other, ask = aliased(Survey), aliased(SurveyAsk)
    return exists().where(
        other.programme_id == survey.programme_id,
        other.kind == survey.kind,
        other.id != survey.id,
        other.started_at.is_not(None),
        other.closed_at.is_(None),
        ask.programme_id == survey.programme_id,
        ask.survey_id == other.id,
        ask.volunteer_id == Volunteer.id,
    )


def _ask_again(session: Session, survey: Survey, now: datetime) -> int:
    due = (
        SurveyAsk.programme_id == survey.programme_id,
        SurveyAsk.asked_at.is_(None),
        SurveyAsk.due_on <= local_day(now),
        SurveyAsk.survey_id == survey.id,
        SurveyAsk.stage == Stage.FOLLOW_UP,
        SurveyAsk.skipped_at.is_(None),
    )
    here = exists().where(Volunteer.id == SurveyAsk.volunteer_id, may_be_asked(survey))
    ids = session.scalars(select(SurveyAsk.id).where(*due, here).order_by(SurveyAsk.id).limit(MOST_AT_ONCE)).all()
    if not ids:
        return 0
    asked = session.scalars(
        update(SurveyAsk)
        .where(SurveyAsk.programme_id == survey.programme_id, SurveyAsk.id.in_(ids), SurveyAsk.asked_at.is_(None))
        .values(asked_at=now)
        .returning(SurveyAsk.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    return len(asked)
