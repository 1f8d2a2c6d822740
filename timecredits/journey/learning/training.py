"""Training and qualifications as the person keeps them: their own word, theirs to change until an organisation confirms it.

Who sees one: the person; while nobody has confirmed it, the organisations where they are enrolled, so that these can; and once it
is confirmed, the organisation that did. Others see it only while the person lets it stand on any letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.learning.own_rows import add_once, find_locked, tidy_title
from timecredits.journey.learning_models import Training, TrainingKind
from timecredits.journey.printable import refuse_unprintable
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.scope import find

__all__ = [
    "EARLIEST",
    "LONGEST_TITLE",
    "SOON",
    "ListedTraining",
    "TrainingFacts",
    "add_training",
    "change_training",
    "facts_of",
    "find_training",
    "is_running_out",
    "let_any_letter_say",
    "list_training",
    "listed_training",
    "mark_of",
    "remove_training",
    "tidied",
]

LONGEST_TITLE: Final = 120
SOON: Final = timedelta(days=60)
"""How long before its last day people are reminded."""
EARLIEST: Final = date(1940, 1, 1)
_UNPRINTABLE: Final = Sentence("We can not print one of these letters. Nothing was saved. Please use other letters.")
_LOCKED: Final = Sentence("This is confirmed, so it can not be changed here. Nothing was changed. Ask who confirmed it.")


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """What was learnt. `expires_on` is the last day on which it counts, None for no end."""

    kind: TrainingKind
    title: str
    awarded_by: str
    completed_on: date
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListedTraining:
    """One training, and whose it is. `organisation` and what follows are empty while nobody has confirmed it."""

    id: UUID
    volunteer_id: UUID
    person: str
    facts: TrainingFacts
    organisation_id: UUID | None
    organisation: str
    confirmed_by: str
    confirmed_at: datetime | None
    on_any_letter: bool
    mark: str

    @property
    def is_confirmed(self) -> bool:
        """Whether an organisation stands behind it."""
        return self.confirmed_at is not None

    @property
    def confirmed_on(self) -> date | None:
        """The day on which it was confirmed."""
        return None if self.confirmed_at is None else clock.local_day(self.confirmed_at)

    def is_over(self, today: date) -> bool:
        """Whether its last day has gone by."""
        return self.facts.expires_on is not None and self.facts.expires_on < today

    def is_soon_over(self, today: date) -> bool:
        """Whether its last day comes within 60 days."""
        return is_running_out(self.facts.expires_on, today) and not self.is_over(today)


def is_running_out(expires_on: date | None, today: date) -> bool:
    """Whether something with this last day ends within 60 days, or has ended."""
    return expires_on is not None and expires_on <= today + SOON


def add_training(
    session: Session, programme_id: UUID, volunteer_id: UUID, facts: TrainingFacts, *, training_id: UUID, today: date
) -> bool:
    """Keep what the person says that they learnt. The same `training_id` twice is kept once: False the second time.

    Raises RuleError, with the field, for facts that can't be.
    """
    facts = tidied(facts, today)
    return add_once(
        session,
        Training,
        programme_id,
        training_id,
        volunteer_id,
        **_columns(facts),
        added_by=None,
        added_at=clock.now(),
        on_any_letter=False,
    )


def change_training(
    session: Session, programme_id: UUID, volunteer_id: UUID, training_id: UUID, facts: TrainingFacts, *, today: date
) -> None:
    """Change what nobody has confirmed yet. Raises RuleError for facts that can't be, or where it is confirmed; NotFoundError."""
    facts = tidied(facts, today)
    row = _own(session, programme_id, volunteer_id, training_id)
    if row.confirmed_at is not None:
        raise RuleError(_LOCKED, field="title")
    for name, value in _columns(facts).items():
        setattr(row, name, value)
    session.flush()


def remove_training(session: Session, programme_id: UUID, volunteer_id: UUID, training_id: UUID) -> None:
    """Take it off the list. Raises RuleError where it is confirmed; NotFoundError."""
    row = _own(session, programme_id, volunteer_id, training_id)
    if row.confirmed_at is not None:
        raise RuleError(_LOCKED)
    row.removed_at = clock.now()
    session.flush()


def let_any_letter_say(session: Session, programme_id: UUID, volunteer_id: UUID, training_id: UUID, *, let: bool) -> None:
    """Let letters of other organisations say it too, or no longer. Raises RuleError before it is confirmed; NotFoundError."""
    row = _own(session, programme_id, volunteer_id, training_id)
    if row.confirmed_at is None:
        raise RuleError(Sentence("Nobody has confirmed this yet. Nothing was changed. Letters only say what is confirmed."))
    row.on_any_letter = let
    session.flush()


def list_training(session: Session, programme_id: UUID, volunteer_id: UUID) -> Sequence[ListedTraining]:
    """All of a person's own, newest first."""
    return listed_training(session, programme_id, Training.volunteer_id == volunteer_id)


def find_training(session: Session, programme_id: UUID, volunteer_id: UUID, training_id: UUID) -> ListedTraining:
    """One of a person's own, or NotFoundError."""
    find(session, Training, programme_id, training_id, volunteer_id=volunteer_id, removed_at=None)
    [found] = listed_training(session, programme_id, Training.id == training_id)
    return found


def listed_training(session: Session, programme_id: UUID, *which: Any) -> Sequence[ListedTraining]:
    """The training of a programme that fits these conditions and was not removed, newest first. For the verbs beside this one."""
    rows = session.execute(
        select(Training, Volunteer, Organisation.name)
        .join(Volunteer, (Volunteer.programme_id == Training.programme_id) & (Volunteer.id == Training.volunteer_id))
        .outerjoin(
            Organisation, (Organisation.programme_id == Training.programme_id) & (Organisation.id == Training.organisation_id)
        )
        .where(Training.programme_id == programme_id, Training.removed_at.is_(None), *which)
        .order_by(Training.completed_on.desc(), Training.added_at.desc(), Training.id)
    )
    return [
        ListedTraining(
            id=row.id,
            volunteer_id=row.volunteer_id,
            person=volunteer.name,
            facts=facts_of(row),
            organisation_id=row.organisation_id,
            organisation=organisation or "",
            confirmed_by=row.confirmed_by_name or "",
            confirmed_at=row.confirmed_at,
            on_any_letter=row.on_any_letter,
            mark=mark_of(facts_of(row)),
        )
        for row, volunteer, organisation in rows
    ]


def facts_of(row: Training) -> TrainingFacts:
    """What a row says was learnt."""
    return TrainingFacts(row.kind, row.title, row.awarded_by, row.completed_on, row.expires_on)


def mark_of(facts: TrainingFacts) -> str:
    """A mark of these facts, so that nobody confirms what was changed after they read it."""
    said = "\x1f".join(
        (facts.kind.value, facts.title, facts.awarded_by, facts.completed_on.isoformat(), str(facts.expires_on or ""))
    )
    return sha256(said.encode()).hexdigest()[:16]


def tidied(facts: TrainingFacts, today: date) -> TrainingFacts:
    """The facts with single spaces. Raises RuleError, with the field, for what can't be."""
    title = tidy_title(
        facts.title,
        LONGEST_TITLE,
        field="title",
        missing=Sentence("Type the name of the training. Nothing was saved."),
    )
    awarded_by = tidy_title(facts.awarded_by, LONGEST_TITLE, field="awarded_by")
    refuse_unprintable(_UNPRINTABLE, title=title, awarded_by=awarded_by)
    if facts.completed_on > today:
        raise RuleError(
            Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(facts.completed_on)), field="completed_on"
        )
    if facts.completed_on < EARLIEST:
        raise RuleError(
            Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(facts.completed_on)),
            field="completed_on",
        )
    if facts.expires_on is not None and facts.expires_on < facts.completed_on:
        raise RuleError(Sentence("It can not end before it began. Nothing was saved."), field="expires_on")
    return TrainingFacts(facts.kind, title, awarded_by, facts.completed_on, facts.expires_on)


def _columns(facts: TrainingFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind,
        "title": facts.title,
        "awarded_by": facts.awarded_by,
        "completed_on": facts.completed_on,
        "expires_on": facts.expires_on,
    }


def _own(session: Session, programme_id: UUID, volunteer_id: UUID, training_id: UUID) -> Training:
    return find_locked(session, Training, programme_id, training_id, volunteer_id=volunteer_id, removed_at=None)
