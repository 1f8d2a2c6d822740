"""What an organisation has seen of a person: a DBS check, a training, a guardian's yes, references.

Only that it was seen is kept: which kind, its level and dates, and who saw it. Never a certificate's number, nor what it says.
What one organisation saw is its own; another sees for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.network.dbs import DbsLevel, Workforce, dbs_text, has_workforce
from timecredits.network.models import CheckKind, Enrolment, SeenCheck, User, Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled

LONGEST_NAME = 120
MOST_REFERENCES = 10
SOON = timedelta(days=60)
EARLIEST = date(1990, 1, 1)

_table: Any = SeenCheck.__table__
_INSERT = {
    name: dialect.insert(_table).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What is noted. `issued_on` is the day on the paper (of a training: when it was done; of a yes: when it was given).

    `expires_on` is the last day that it counts, None for no end. `number` is how many references were seen.
    """

    kind: CheckKind
    level: str = ""
    workforce: str = ""
    name: str = ""
    number: int | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    update_service: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedCheck:
    """A check of one person as it was noted, and who saw it."""

    id: UUID
    volunteer_id: UUID
    person: str
    facts: CheckFacts
    seen_by: str
    seen_at: datetime
    ended_at: datetime | None

    def counts(self, today: date) -> bool:
        """Whether it counts on this day."""
        return self.ended_at is None and not self.is_over(today)

    def is_over(self, today: date) -> bool:
        """Whether its last day has gone by."""
        return self.facts.expires_on is not None and self.facts.expires_on < today


def note_check(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    facts: CheckFacts,
    *,
    check_id: UUID,
    actor_id: UUID | None,
    today: date,
) -> None:
    """Keep that this was seen. The same `check_id` twice is kept once.

    Raises RuleError for facts that can't be, NotFoundError for somebody who isn't enrolled here.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    facts = _tidied(facts, today)
    connection = session.connection()
    added = connection.execute(
        _INSERT[connection.dialect.name].returning(_table.c.id),
        {
            "programme_id": programme_id,
            "id": check_id,
            "organisation_id": organisation_id,
            "volunteer_id": volunteer_id,
            "kind": facts.kind,
            "level": facts.level,
            "workforce": facts.workforce,
            "name": facts.name,
            "number": facts.number,
            "issued_on": facts.issued_on,
            "expires_on": facts.expires_on,
            "update_service": facts.update_service,
            "seen_by": actor_id,
            "seen_at": clock.now(),
        },
    ).scalar()
    if added is None:
        find(session, SeenCheck, programme_id, check_id, organisation_id=organisation_id, volunteer_id=volunteer_id)
        return
    audit.record(session, programme_id, "check seen", actor_id=actor_id, subject_id=check_id, organisation_id=organisation_id)


def end_check(
    session: Session, programme_id: UUID, organisation_id: UUID, check_id: UUID, *, actor_id: UUID | None
) -> ListedCheck:
    """Let a check count no more from now on. Twice ends it once. NotFoundError for another organisation's."""
    check = find(session, SeenCheck, programme_id, check_id, organisation_id=organisation_id)
    if check.ended_at is None:
        check.ended_at = clock.now()
        session.flush()
        audit.record(
            session, programme_id, "check ended", actor_id=actor_id, subject_id=check_id, organisation_id=organisation_id
        )
    return find_check(session, programme_id, organisation_id, check_id)


def find_check(session: Session, programme_id: UUID, organisation_id: UUID, check_id: UUID) -> ListedCheck:
    """One check that this organisation saw, or NotFoundError."""
    row = session.execute(_listed(programme_id, organisation_id).where(SeenCheck.id == check_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _of(row)


def list_checks(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> list[ListedCheck]:
    """All that this organisation saw of a person, those that were ended last, newest first within each."""
    rows = session.execute(_listed(programme_id, organisation_id).where(SeenCheck.volunteer_id == volunteer_id))
    found = sorted(map(_of, rows), key=lambda check: (check.seen_at, check.id), reverse=True)
    return sorted(found, key=lambda check: check.ended_at is not None)


def expiring(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> list[ListedCheck]:
    """Checks whose last day is within 60 days or gone by, soonest first; not those that a later one has taken the place of."""
    rows = session.execute(
        _listed(programme_id, organisation_id)
        .join(
            Enrolment,
            (Enrolment.programme_id == SeenCheck.programme_id)
            & (Enrolment.organisation_id == SeenCheck.organisation_id)
            & (Enrolment.volunteer_id == SeenCheck.volunteer_id),
        )
        .where(SeenCheck.ended_at.is_(None), Enrolment.left_on.is_(None))
    )
    newest: dict[tuple[UUID, CheckKind, str], ListedCheck] = {}
    for check in map(_of, rows):
        key = (check.volunteer_id, check.facts.kind, fold(check.facts.name))
        known = newest.get(key)
        if known is None or _until(check) > _until(known):
            newest[key] = check
    due = [check for check in newest.values() if _until(check) <= today + SOON]
    return sorted(due, key=lambda check: (_until(check), check.person, check.id))


def standing_checks(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_ids: Iterable[UUID]
) -> dict[UUID, list[ListedCheck]]:
    """What was seen of these people and not ended, over or not, by person."""
    found: dict[UUID, list[ListedCheck]] = {}
    rows = session.execute(
        _listed(programme_id, organisation_id).where(SeenCheck.volunteer_id.in_(set(volunteer_ids)), SeenCheck.ended_at.is_(None))
    )
    for check in map(_of, rows):
        found.setdefault(check.volunteer_id, []).append(check)
    return found


def note_birth_month(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    month: date | None,
    *,
    actor_id: UUID | None,
    today: date,
) -> None:
    """Keep in which month a person was born, all that an age limit needs; None forgets it."""
    volunteer = find_enrolled(session, programme_id, organisation_id, volunteer_id).volunteer
    if month is not None and not date(today.year - 120, 1, 1) <= month <= today:
        raise RuleError(Sentence("Check the month and year. Nothing was saved."), field="month")
    volunteer.born_month = None if month is None else month.replace(day=1)
    session.flush()
    audit.record(
        session,
        programme_id,
        "month of birth noted",
        actor_id=actor_id,
        subject_id=volunteer_id,
        organisation_id=organisation_id,
    )


def check_text(facts: CheckFacts) -> Sentence:
    """What was seen, in words: "enhanced DBS check for work with children", "First aid", "2 references"."""
    match facts.kind:
        case CheckKind.DBS:
            return dbs_text(facts.level, facts.workforce)
        case CheckKind.TRAINING:
            return Sentence("%(training)s", training=facts.name)
        case CheckKind.GUARDIAN:
            return Sentence("a parent or guardian’s yes")
        case CheckKind.REFERENCES:
            return counted("%(num)s reference", "%(num)s references", facts.number or 0)


def _tidied(facts: CheckFacts, today: date) -> CheckFacts:
    _check_days(facts, today)
    name = " ".join(facts.name.split())
    dbs, training = facts.kind is CheckKind.DBS, facts.kind is CheckKind.TRAINING
    if dbs and facts.level not in set(DbsLevel):
        raise RuleError(Sentence("Choose the level. Nothing was saved."), field="level")
    if dbs and has_workforce(facts.level) and facts.workforce not in set(Workforce):
        raise RuleError(Sentence("Choose who the check is for. Nothing was saved."), field="workforce")
    if training and not any(map(str.isalnum, name)):
        raise RuleError(Sentence("Type the name of the training. Nothing was saved."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME), field="name")
    references = facts.kind is CheckKind.REFERENCES
    if references and not 0 < (facts.number or 0) <= MOST_REFERENCES:
        raise RuleError(
            Sentence("Type how many you saw, from 1 to %(most)s. Nothing was saved.", most=MOST_REFERENCES), field="number"
        )
    return CheckFacts(
        kind=facts.kind,
        level=facts.level if dbs else "",
        workforce=facts.workforce if dbs and has_workforce(facts.level) else "",
        name=name if training else "",
        number=facts.number if references else None,
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        update_service=bool(facts.update_service) if dbs else None,
    )


def _check_days(facts: CheckFacts, today: date) -> None:
    issued, expires = facts.issued_on, facts.expires_on
    if issued is None and facts.kind is not CheckKind.REFERENCES:
        raise RuleError(Sentence("Type the day. Nothing was saved."), field="issued_on")
    if issued is not None and issued > today:
        raise RuleError(Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(issued)), field="issued_on")
    if issued is not None and issued < EARLIEST:
        raise RuleError(
            Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(issued)), field="issued_on"
        )
    if expires is not None and expires < (issued or EARLIEST):
        raise RuleError(Sentence("It can not end before it began. Nothing was saved."), field="expires_on")


def _until(check: ListedCheck) -> date:
    return check.facts.expires_on or date.max


def _listed(programme_id: UUID, organisation_id: UUID) -> Any:
    return (
        select(SeenCheck, Volunteer.first_name, Volunteer.last_name, User.name)
        .join(Volunteer, (Volunteer.programme_id == SeenCheck.programme_id) & (Volunteer.id == SeenCheck.volunteer_id))
        .outerjoin(User, User.id == SeenCheck.seen_by)
        .where(SeenCheck.programme_id == programme_id, SeenCheck.organisation_id == organisation_id)
    )


def _of(row: Any) -> ListedCheck:
    check, first, last, seen_by = row
    return ListedCheck(
        id=check.id,
        volunteer_id=check.volunteer_id,
        person=f"{first} {last}".strip(),
        facts=CheckFacts(
            kind=check.kind,
            level=check.level,
            workforce=check.workforce,
            name=check.name,
            number=check.number,
            issued_on=check.issued_on,
            expires_on=check.expires_on,
            update_service=check.update_service,
        ),
        seen_by=seen_by or "",
        seen_at=check.seen_at,
        ended_at=check.ended_at,
    )
