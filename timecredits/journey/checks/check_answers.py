"""What somebody who checks a letter is told, and that they looked. `checking` and its neighbours find the letter first.

What is answered is the letter's own words, so a copy with other words gives itself away. A withdrawn letter gives no figures.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.letters.letter_states import LetterState, Standing, letter_standings, newer_letter
from timecredits.journey.models import Reference, ReferenceLookUp

__all__ = ["ALTERED", "CheckedLetter", "CheckedRole", "LookWay", "answer_about", "keep_look"]

ALTERED = "altered"
"""What is kept as the answer about a file that says it is a letter of ours and isn't."""


class LookWay(StrEnum):
    """How somebody came to look at a letter."""

    QR = "qr"
    CODE = "code"
    FILE = "file"
    PHONE = "phone"
    PACK = "pack"


@dataclass(frozen=True)
class CheckedRole:
    """A row of the letter, and what the register has today for the same days. `now_minutes` equals `minutes` while it stands.

    `organisation_name` is "" for time at the organisation that the letter comes from.
    """

    role: str
    organisation_name: str
    first_day: date
    last_day: date
    minutes: int
    now_minutes: int


@dataclass(frozen=True)
class CheckedLetter:
    """The answer about a letter that exists. For a withdrawn one `roles` and `opinion` are empty.

    `newer_number` is the number of a later letter that stands, about the same person by the same organisation; else "".
    """

    state: LetterState
    holder_name: str
    organisation_name: str
    number: str
    issued_on: date
    known_since: date
    roles: tuple[CheckedRole, ...]
    total_minutes: int
    now_minutes: int
    signer_name: str
    signer_title: str
    opinion: tuple[str, ...]
    withdrawn_on: date | None
    newer_number: str
    person_sees_looks: bool
    """Not for a letter in confidence."""


def answer_about(session: Session, reference: Reference, standing: Standing | None = None) -> CheckedLetter:
    """What is said about this issued or withdrawn letter today. Pass `standing` where many were worked out together."""
    if standing is None:
        [standing] = letter_standings(session, reference.programme_id, [reference])
    record: dict[str, Any] = (reference.facts or {})["record"]
    withdrawn = standing.state is LetterState.WITHDRAWN
    newer = None if standing.state is LetterState.VALID else newer_letter(session, reference)
    roles = () if withdrawn else _roles(record, standing)
    return CheckedLetter(
        state=standing.state,
        holder_name=reference.holder_name,
        organisation_name=record["organisation"]["name"],
        number=record["reference_number"],
        issued_on=date.fromisoformat(record["issued_on"]),
        known_since=date.fromisoformat(record["holder"]["known_since"]),
        roles=roles,
        total_minutes=sum(role.minutes for role in roles),
        now_minutes=sum(role.now_minutes for role in roles),
        signer_name=record["signer"]["name"],
        signer_title=record["signer"]["role"],
        opinion=() if withdrawn else tuple(record["display"]["opinion"]),
        withdrawn_on=clock.local_day(reference.withdrawn_at) if reference.withdrawn_at else None,
        newer_number=newer.number or "" if newer else "",
        person_sees_looks=not reference.confidential,
    )


def keep_look(session: Session, programme_id: UUID, reference_id: UUID, way: LookWay, answer: str) -> None:
    """Keep that somebody looked, how, and what they were told. Nothing about who."""
    session.add(
        ReferenceLookUp(
            programme_id=programme_id,
            id=new_id(),
            reference_id=reference_id,
            looked_at=clock.now(),
            way=way.value,
            answer=answer,
        )
    )


def _roles(record: dict[str, Any], standing: Standing) -> tuple[CheckedRole, ...]:
    own = record["organisation"]["name"]
    return tuple(
        CheckedRole(
            role=row["role"],
            organisation_name="" if row["organisation"] == own else row["organisation"],
            first_day=date.fromisoformat(row["first_day"]),
            last_day=date.fromisoformat(row["last_day"]),
            minutes=row["minutes"],
            now_minutes=standing.minutes_now(place),
        )
        for place, row in enumerate(record["facts"]["roles"])
    )
