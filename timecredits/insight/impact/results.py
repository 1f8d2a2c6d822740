"""The results of a survey: who answered twice, paired per person, with how many were asked standing beside each figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.insight.impact.answering import read_answers
from timecredits.insight.impact.questions import Better, Measure, measures_of, questions_of, score
from timecredits.insight.impact.telling import Count, Shown, TooFew, counts_of, in_fives, rate_of, told, told_at_once
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk
from timecredits.network.models import Enrolment, Organisation, Volunteer

__all__ = ["MeasureResult", "OrganisationResult", "SurveyResult", "direction", "survey_result"]


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measure. The counts are of people: asked, answered first, asked again, answered both times and counted here."""

    measure: Measure
    asked: Count
    answered: Count
    asked_again: Count
    paired: Count
    found: Shown | TooFew

    @property
    def first_rate(self) -> tuple[int, bool] | None:
        """Of 100 asked, how many answered the first time; and whether that is exact, else at least so many."""
        return rate_of(self.answered, self.asked)

    @property
    def again_rate(self) -> tuple[int, bool] | None:
        """Of 100 asked again, how many count here."""
        return rate_of(self.paired, self.asked_again)

    @property
    def rate(self) -> tuple[int, bool] | None:
        """Of 100 asked at first, how many answered both times and count here."""
        return rate_of(self.paired, self.asked)

    @property
    def goes(self) -> int:
        """1 if people are doing better than chance would have it, -1 if worse, 0 if nobody can tell (or it isn't told)."""
        if isinstance(self.found, TooFew) or self.measure.better is Better.UNKNOWN:
            return 0
        way = direction(self.found)
        return way if self.measure.better is Better.HIGHER else -way


@dataclass(frozen=True, slots=True)
class OrganisationResult:
    """A measure among the people whose first organisation this is."""

    name: str
    result: MeasureResult


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """All that may be told of a survey. `by_organisation` (by measure's key) is there only once it is closed, and only whole."""

    survey: Survey
    measures: tuple[MeasureResult, ...]
    by_organisation: dict[str, tuple[OrganisationResult, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Person:
    volunteer_id: UUID
    first: tuple[int, ...] | None = None
    first_at: datetime | None = None
    is_asked_again: bool = False
    again: tuple[int, ...] | None = None
    again_at: datetime | None = None

    @property
    def is_paired(self) -> bool:
        return self.first_at is not None and self.again_at is not None and self.again_at >= self.first_at


def direction(shown: Shown) -> int:
    """1 where the whole interval lies above nought, -1 where it lies below, else 0; with no spread nobody can tell."""
    change = shown.change
    if change.low is None or change.high is None or not change.has_spread:
        return 0
    return 1 if change.low > 0 else -1 if change.high < 0 else 0


def survey_result(session: Session, keyring: Keyring, survey: Survey) -> SurveyResult:
    """Work out what may be told. Answers are opened here and nowhere kept; of people who were erased there are none."""
    people = _people(session, keyring, survey)
    measures = tuple(_measured(survey, measure, people) for measure in measures_of(survey))
    parts: dict[str, tuple[OrganisationResult, ...]] = {}
    if survey.organisation_id is None and survey.closed_at is not None:
        homes = _homes(session, survey.programme_id)
        for result in measures:
            made = _by_organisation(survey, result, people, homes)
            if made:
                parts[result.measure.key] = made
    return SurveyResult(survey, measures, parts)


def _people(session: Session, keyring: Keyring, survey: Survey) -> list[_Person]:
    rows = session.execute(
        select(SurveyAsk.id, SurveyAsk.volunteer_id, SurveyAsk.stage, SurveyAsk.answered_at, SurveyAsk.sealed)
        .join(Volunteer, (Volunteer.programme_id == SurveyAsk.programme_id) & (Volunteer.id == SurveyAsk.volunteer_id))
        .where(
            Volunteer.merged_into.is_(None),  # where both records were asked, the record that stays says it for the person
            SurveyAsk.programme_id == survey.programme_id,
            SurveyAsk.survey_id == survey.id,
            SurveyAsk.asked_at.is_not(None),
        )
    )
    people: dict[UUID, _Person] = {}
    for ask_id, volunteer_id, stage, answered_at, sealed in rows:
        person = people.setdefault(volunteer_id, _Person(volunteer_id))
        answers = read_answers(keyring, ask_id, sealed)
        if stage is Stage.BASELINE:
            person.first, person.first_at = answers, answered_at
        else:
            person.is_asked_again = True
            person.again, person.again_at = answers, answered_at
    return list(people.values())


def _pairs(survey: Survey, measure: Measure, people: Sequence[_Person]) -> list[tuple[_Person, tuple[float, float]]]:
    """Everybody with both scores, in order of when they answered again."""
    questions, found = questions_of(survey), []
    known: dict[tuple[int, ...], float | None] = {}  # many answer alike, and each way is scored once

    def scored(answers: tuple[int, ...]) -> float | None:
        if answers not in known:
            known[answers] = score(questions, measure, answers)
        return known[answers]

    for person in people:
        if person.is_paired and person.first is not None and person.again is not None:
            first, again = scored(person.first), scored(person.again)
            if first is not None and again is not None:
                found.append((person, (first, again)))
    return sorted(found, key=lambda each: (each[0].again_at or each[0].first_at, each[0].volunteer_id))


def _measured(survey: Survey, measure: Measure, people: Sequence[_Person]) -> MeasureResult:
    pairs = [scores for _person, scores in _pairs(survey, measure, people)]
    return _result(measure, people, told(pairs), len(in_fives(pairs)))


def _result(measure: Measure, people: Sequence[_Person], found: Shown | TooFew, paired: int) -> MeasureResult:
    answered = sum(each.first_at is not None for each in people)
    again = sum(each.first_at is not None and each.is_asked_again for each in people)
    asked_told, answered_told, again_told, paired_told = counts_of((len(people), answered, again, paired))
    return MeasureResult(measure, asked_told, answered_told, again_told, paired_told, found)


def _by_organisation(
    survey: Survey, whole: MeasureResult, people: Sequence[_Person], homes: dict[UUID, tuple[UUID, str]]
) -> tuple[OrganisationResult, ...]:
    """The same people as in the whole, each in one organisation; or nothing, where one of the parts may not be told."""
    if isinstance(whole.found, TooFew):
        return ()
    counted = in_fives(_pairs(survey, whole.measure, people))
    parts = []
    for home in sorted({homes[each.volunteer_id] for each in people if each.volunteer_id in homes}, key=lambda home: home[1]):
        there = [each for each in people if homes.get(each.volunteer_id) == home]
        pairs = [scores for person, scores in counted if homes.get(person.volunteer_id) == home]
        if not pairs:
            continue
        found = told_at_once(pairs)
        result = _result(whole.measure, there, found, len(pairs))
        if isinstance(found, TooFew) or not all(
            count.is_exact for count in (result.asked, result.answered, result.asked_again, result.paired)
        ):
            return ()
        parts.append(OrganisationResult(home[1], result))
    is_whole = sum(part.result.paired.least for part in parts) == len(counted)
    return tuple(parts) if is_whole and len(parts) > 1 else ()


def _homes(session: Session, programme_id: UUID) -> dict[UUID, tuple[UUID, str]]:
    """For each person the organisation where they were enrolled first."""
    rows = session.execute(
        select(Enrolment.volunteer_id, Organisation.id, Organisation.name)
        .join(
            Organisation, (Organisation.programme_id == Enrolment.programme_id) & (Organisation.id == Enrolment.organisation_id)
        )
        .where(Enrolment.programme_id == programme_id)
        .order_by(Enrolment.enrolled_on.desc(), Enrolment.id.desc())
    )
    return {volunteer_id: (organisation_id, name) for volunteer_id, organisation_id, name in rows}
