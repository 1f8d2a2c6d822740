"""How a letter stands today. Superseded is worked out when it is read: its frozen figures differ from the register's."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.journey.letters.register_facts import Counted, Frozen, count_again, frozen_in
from timecredits.journey.models import Reference, ReferenceStatus

__all__ = ["LetterState", "Standing", "letter_standings", "newer_letter"]


class LetterState(StrEnum):
    """Where a letter is in its life, as people see it."""

    DRAFT = "draft"
    VALID = "valid"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Standing:
    """A letter's state, and for an issued one its figures: as printed (`then`) and as the register has them (`now`)."""

    __slots__ = ("now", "state", "then")

    def __init__(self, state: LetterState, then: Frozen | None = None, now: dict[UUID, Counted] | None = None) -> None:
        self.state = state
        self.then: list[tuple[UUID, Counted]] = list(then.roles.items()) if then else []
        self.now: dict[UUID, Counted] = now or {}

    def minutes_now(self, place: int) -> int:
        """What the register has today for the role in row `place` of the letter, up to the letter's last day."""
        found = self.now.get(self.then[place][0])
        return found.minutes if found else 0

    def days_now(self, place: int) -> tuple[date, date] | None:
        """The first and last day that stand in the register today for that role, or None when nothing is left."""
        found = self.now.get(self.then[place][0])
        return (found.first_day, found.last_day) if found else None


def letter_standings(session: Session, programme_id: UUID, references: Sequence[Reference]) -> list[Standing]:
    """How each of these letters stands today, in their order, in one query for all of them."""
    issued = [reference for reference in references if reference.status is ReferenceStatus.ISSUED]
    frozen = [frozen_in(each.volunteer_id, (each.facts or {})["counted"]) for each in issued]
    recounted = count_again(session, programme_id, frozen)
    standings = {
        reference.id: Standing(LetterState.VALID if dict(then.roles) == now else LetterState.SUPERSEDED, then, now)
        for reference, then, now in zip(issued, frozen, recounted, strict=True)
    }
    return [standings.get(reference.id) or Standing(LetterState(reference.status.value)) for reference in references]


def newer_letter(session: Session, reference: Reference, *, for_staff: bool = False) -> Reference | None:
    """The newest letter issued after this one, about the same person by the same organisation, if it stands.

    One in confidence is told to the organisation's staff only.
    """
    query = select(Reference).where(
        Reference.programme_id == reference.programme_id,
        Reference.organisation_id == reference.organisation_id,
        Reference.volunteer_id == reference.volunteer_id,
        Reference.status == ReferenceStatus.ISSUED,
        Reference.issued_at > reference.issued_at,
    )
    if not for_staff:
        query = query.where(Reference.confidential.is_(False))
    later = session.scalars(query.order_by(Reference.issued_at.desc(), Reference.id.desc()).limit(1)).one_or_none()
    if later is None or letter_standings(session, reference.programme_id, [later])[0].state is not LetterState.VALID:
        return None
    return later
