"""Results that are kept: those of a big survey, which take too long to work out on a page, and those of a closed one.

Kept is only what may be told anyhow, never an answer. The worker keeps them, and anew where something changed. What a closed
survey came to stays once its answers are emptied because they were kept long enough (docs/adr/0032).
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.insight.impact.pairs import Change
from timecredits.insight.impact.questions import Measure, measures_of
from timecredits.insight.impact.results import MeasureResult, OrganisationResult, SurveyResult, survey_result
from timecredits.insight.impact.telling import Count, Shown, TooFew
from timecredits.insight.impact_models import Survey, SurveyAsk

__all__ = ["MOST_ON_A_PAGE", "keep_results", "shown_result"]

MOST_ON_A_PAGE: Final = 4000
"""So many askings are worked out while somebody waits for the page; more are not."""
_AT_MOST_EVERY: Final = timedelta(minutes=10)


def shown_result(session: Session, keyring: Keyring, survey: Survey) -> tuple[SurveyResult | None, datetime | None]:
    """What may be told of a survey, and since when it stands so (None: just now). No result where it has not been counted yet."""
    count, emptied, _state = _state_of(session, survey)
    if count <= MOST_ON_A_PAGE and not (emptied and survey.kept):
        return survey_result(session, keyring, survey), None
    return (None, None) if survey.kept is None else (_read(survey, survey.kept), survey.kept_at)


def keep_results(session: Session, keyring: Keyring, programme_id: UUID, *, now: datetime) -> int:
    """Keep what is due to be kept in one programme; answers how many surveys. Twice is once."""
    surveys = session.scalars(
        select(Survey).where(Survey.programme_id == programme_id, Survey.started_at.is_not(None)).order_by(Survey.id)
    )
    return sum(_keep(session, keyring, survey, now) for survey in surveys.all())


def _keep(session: Session, keyring: Keyring, survey: Survey, now: datetime) -> bool:
    if survey.kept_at is not None and survey.kept_at > now - _AT_MOST_EVERY and survey.closed_at is None:
        return False
    count, emptied, state = _state_of(session, survey)
    is_whole = survey.kept is not None and survey.kept_at is not None and survey.closed_at is not None
    if is_whole and survey.kept_at >= survey.closed_at and (emptied or survey.kept["state"] == state):  # type: ignore[index,operator]
        return False
    if survey.closed_at is None and (count <= MOST_ON_A_PAGE or (survey.kept is not None and survey.kept["state"] == state)):
        return False
    survey.kept, survey.kept_at = _written(survey_result(session, keyring, survey), state), now
    session.flush()
    return True


def _state_of(session: Session, survey: Survey) -> tuple[int, int, str]:
    """How many askings there are, how many whose answers were emptied, and words that change whenever a result could."""
    asked, answered, sealed, newest = session.execute(
        select(
            func.count(),
            func.count(SurveyAsk.answered_at),
            func.count(SurveyAsk.sealed),
            func.max(SurveyAsk.answered_at),
        ).where(
            SurveyAsk.programme_id == survey.programme_id,
            SurveyAsk.survey_id == survey.id,
            SurveyAsk.asked_at.is_not(None),
        )
    ).one()
    return asked, answered - sealed, f"{asked} {answered} {sealed} {newest}"


def _written(result: SurveyResult, state: str) -> dict[str, Any]:
    return {
        "state": state,
        "measures": [_one(each) for each in result.measures],
        "parts": {
            key: [{"name": part.name, "result": _one(part.result)} for part in parts]
            for key, parts in result.by_organisation.items()
        },
    }


def _one(result: MeasureResult) -> dict[str, Any]:
    counts = (result.asked, result.answered, result.asked_again, result.paired)
    found: dict[str, Any]
    if isinstance(result.found, TooFew):
        found = {"is_alike": result.found.is_alike}
    else:
        found = {"change": asdict(result.found.change), "shares": result.found.shares}
    return {"key": result.measure.key, "counts": [[each.least, each.most] for each in counts], "found": found}


def _read(survey: Survey, kept: Mapping[str, Any]) -> SurveyResult:
    measures = {each.key: each for each in measures_of(survey)}
    return SurveyResult(
        survey,
        tuple(_result(measures, each) for each in kept["measures"]),
        {
            key: tuple(OrganisationResult(part["name"], _result(measures, part["result"])) for part in parts)
            for key, parts in kept["parts"].items()
        },
    )


def _result(measures: Mapping[str, Measure], kept: Mapping[str, Any]) -> MeasureResult:
    found = kept["found"]
    told: Shown | TooFew
    if "change" in found:
        shares = found["shares"]
        told = Shown(Change(**found["change"]), None if shares is None else (shares[0], shares[1], shares[2]))
    else:
        told = TooFew(is_alike=found["is_alike"])
    asked, answered, again, paired = (Count(least, most) for least, most in kept["counts"])
    return MeasureResult(measures[kept["key"]], asked, answered, again, paired, told)
