"""What a person still needs before they do a role: for sign-up, for the register, and on their page.

A deeper DBS check answers for a shallower one. One whose last day has gone by counts as missing, and its sentence says when it
ended. Ages go by the month of birth: a person is under 18 until the month of their eighteenth birthday is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.display import display_day
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activity_models import Activity, RequirementKind
from timecredits.hours.planning.requirements import Asked, asked_text, list_requirements
from timecredits.network.dbs import covers
from timecredits.network.models import CheckKind, Volunteer
from timecredits.network.seen_checks import ListedCheck, standing_checks

_ASK = Sentence("Ask your coordinator how to get it.")
_KINDS = {kind: CheckKind(kind.value) for kind in RequirementKind}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: `what` in a few words for staff, and a `sentence` for the volunteer: what, and how to get it."""

    kind: RequirementKind
    what: Sentence
    sentence: Sentence


def missing_for(
    session: Session, programme_id: UUID, volunteer_id: UUID, activity_id: UUID, *, today: date
) -> tuple[Missing, ...]:
    """What this person needs for this activity and has not shown to its organisation; empty when nothing is missing.

    Raises NotFoundError for an activity or a person of another programme.
    """
    return missing_for_many(session, programme_id, [volunteer_id], activity_id, today=today).get(volunteer_id, ())


def missing_for_many(
    session: Session, programme_id: UUID, volunteer_ids: Iterable[UUID], activity_id: UUID, *, today: date
) -> dict[UUID, tuple[Missing, ...]]:
    """The same for many people in at most four questions; people who miss nothing are left out."""
    organisation_id = session.scalar(
        select(Activity.organisation_id).where(Activity.programme_id == programme_id, Activity.id == activity_id)
    )
    if organisation_id is None:
        raise NotFoundError
    asked = list_requirements(session, programme_id, [activity_id]).get(activity_id, ())
    if not asked:
        return {}
    wanted = set(volunteer_ids)
    rows = session.execute(
        select(Volunteer.id, Volunteer.born_month).where(Volunteer.programme_id == programme_id, Volunteer.id.in_(wanted))
    )
    born = {volunteer_id: month for volunteer_id, month in rows}  # noqa: C416 - rows are no tuples to mypy
    if wanted - born.keys():
        raise NotFoundError
    seen = standing_checks(session, programme_id, organisation_id, wanted)
    found = {each: _missing(asked, born[each], seen.get(each, []), today) for each in wanted}
    return {each: missing for each, missing in found.items() if missing}


def missing_in_activities(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    activities: Iterable[UUID],
    *,
    today: date,
) -> dict[UUID, tuple[Missing, ...]]:
    """What one person misses in several activities of one organisation (by id), in three questions; none missing: left out."""
    wanted = tuple(activities)
    asked = list_requirements(session, programme_id, wanted)
    born = session.execute(
        select(Volunteer.born_month).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    ).one_or_none()
    if born is None:
        raise NotFoundError
    seen = standing_checks(session, programme_id, organisation_id, [volunteer_id]).get(volunteer_id, [])
    found = {each: _missing(asked.get(each, ()), born.born_month, seen, today) for each in wanted}
    return {each: missing for each, missing in found.items() if missing}


def is_under(born_month: date, age: int, today: date) -> bool:
    """Whether somebody born in this month may be under this age today."""
    months = born_month.year * 12 + born_month.month + age * 12
    return today.year * 12 + today.month <= months


def _missing(asked: Iterable[Asked], born_month: date | None, seen: list[ListedCheck], today: date) -> tuple[Missing, ...]:
    found = (_missing_one(each, born_month, [check for check in seen if _answers(check, each)], today) for each in asked)
    return tuple(each for each in found if each is not None)


def _missing_one(asked: Asked, born_month: date | None, seen: list[ListedCheck], today: date) -> Missing | None:
    standing = [check for check in seen if check.counts(today)]
    if asked.kind is RequirementKind.GUARDIAN:
        return None if standing else _guardian(asked, born_month, seen, today)
    if asked.kind is RequirementKind.REFERENCES:
        return _references(asked, sum(check.facts.number or 0 for check in standing))
    if standing:
        return None
    return _not_seen(asked, seen)


def _answers(check: ListedCheck, asked: Asked) -> bool:
    facts = check.facts
    if facts.kind is not _KINDS[asked.kind]:
        return False
    if asked.kind is RequirementKind.DBS:
        return covers(facts.level, facts.workforce, asked.level, asked.workforce)
    return asked.kind is not RequirementKind.TRAINING or fold(facts.name) == fold(asked.name)


def _not_seen(asked: Asked, over: list[ListedCheck]) -> Missing:
    ended = max((check.facts.expires_on for check in over if check.facts.expires_on is not None), default=None)
    if ended is not None:
        what = Sentence("%(check)s: ended on %(day)s", check=asked_text(asked), day=display_day(ended))
        return Missing(asked.kind, what, _over(asked, ended))
    what = Sentence("%(check)s: not seen yet", check=asked_text(asked))
    if asked.kind is RequirementKind.TRAINING:
        sentence = Sentence("You need this training first: %(training)s. Ask your coordinator how to do it.", training=asked.name)
    else:
        sentence = Sentence("You need this first: %(check)s. %(how)s", check=asked_text(asked), how=_ASK)
    return Missing(asked.kind, what, sentence)


def _over(asked: Asked, ended: date) -> Sentence:
    if asked.kind is RequirementKind.TRAINING:
        return Sentence(
            "Your training in %(training)s ended on %(day)s. Ask your coordinator for a new one.",
            training=asked.name,
            day=display_day(ended),
        )
    return Sentence(
        "Your %(check)s ended on %(day)s. Ask your coordinator for a new one.", check=asked_text(asked), day=display_day(ended)
    )


def _guardian(asked: Asked, born_month: date | None, over: list[ListedCheck], today: date) -> Missing | None:
    age = asked.number or 0
    if born_month is None:
        return Missing(
            asked.kind,
            Sentence("month of birth: not known yet"),
            Sentence("Tell your coordinator the month and year you were born. Under %(age)s you need a parent’s yes.", age=age),
        )
    if not is_under(born_month, age, today):
        return None
    ended = max((check.facts.expires_on for check in over if check.facts.expires_on is not None), default=None)
    if ended is not None:
        return Missing(
            asked.kind,
            Sentence("a parent or guardian’s yes: ended on %(day)s", day=display_day(ended)),
            Sentence("Your parent’s or guardian’s yes ended on %(day)s. Please bring a new one.", day=display_day(ended)),
        )
    return Missing(
        asked.kind,
        Sentence("a parent or guardian’s yes: not seen yet"),
        Sentence("You need a yes from a parent or guardian first. Ask your coordinator for the form."),
    )


def _references(asked: Asked, seen: int) -> Missing | None:
    wanted = asked.number or 0
    if seen >= wanted:
        return None
    return Missing(
        asked.kind,
        Sentence("%(seen)s of %(wanted)s references seen", seen=seen, wanted=wanted),
        counted(
            "We need %(num)s more reference about you first. Ask your coordinator who could write it.",
            "We need %(num)s more references about you first. Ask your coordinator who could write them.",
            wanted - seen,
        ),
    )
