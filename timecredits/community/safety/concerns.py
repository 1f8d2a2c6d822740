"""A worry about somebody's safety: raised by anybody, read only by a safeguarding lead.

A desk is an organisation's or (None) the programme's. What was chosen for an organisation stands on its desk; while that
organisation has no lead, it stands on the programme's too, so that a lead who goes away leaves nothing behind. Whoever of the
programme's takes such a worry in hand keeps it. Who sent it is kept nowhere, unless they typed it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.community.safety.leads import has_lead, tell_leads
from timecredits.community.safety_models import Concern, ConcernState
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import seal
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.duties import led_organisations
from timecredits.network.models import Organisation
from timecredits.network.scope import find
from timecredits.network.tries import count_of, count_try

__all__ = [
    "LONGEST_LINE",
    "LONGEST_WORRY",
    "PAUSED",
    "Danger",
    "GoesTo",
    "Worry",
    "hold_concern",
    "on_desk",
    "raise_concern",
    "set_state",
]

LONGEST_WORRY: Final = 4000
LONGEST_LINE: Final = 200
MOST_AN_HOUR: Final = 300
"""For a whole programme: nobody who worries should meet it, and a machine that writes all day should."""
HOUR: Final = timedelta(hours=1)
PAUSED: Final = Sentence("We can not take this right now. Nothing was sent. Ring one of the numbers on this page.")
_PURPOSE: Final = "concern"
_INSERTS: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_NEXT: Final = {
    ConcernState.NEW: {ConcernState.IN_HAND, ConcernState.CLOSED},
    ConcernState.IN_HAND: {ConcernState.CLOSED},
    ConcernState.CLOSED: {ConcernState.IN_HAND},
}
_ACTS: Final = {ConcernState.IN_HAND: "concern in hand", ConcernState.CLOSED: "concern closed"}


class Danger(StrEnum):
    """Whether somebody is in danger now."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"


class GoesTo(StrEnum):
    """Who reads it next."""

    ORGANISATION = "organisation"
    PROGRAMME = "programme"
    NOBODY_YET = "nobody_yet"


@dataclass(frozen=True, slots=True)
class Worry:
    """What was typed. `reach` is how to answer, or ""; `place` is the organisation's name as it was chosen, or ""."""

    worry: str
    about: str = ""
    danger: Danger = Danger.NOT_SURE
    reach: str = ""
    place: str = ""


def raise_concern(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    typed: Worry,
    *,
    concern_id: UUID,
    organisation_id: UUID | None,
    base_url: str,
) -> GoesTo | Sentence:
    """Keep a worry, sealed, and tell the leads that something waits. The same id twice is once. A Sentence: nothing was kept.

    Raises RuleError for no words or too many; NotFoundError for another programme's organisation.
    """
    place = "" if organisation_id is None else find(session, Organisation, programme_id, organisation_id).name
    worry = _tidy(typed, place)
    goes_to, organisation_at, leads_of = _way(session, programme_id, organisation_id)
    known = session.scalar(select(Concern.id).where(Concern.programme_id == programme_id, Concern.id == concern_id))
    if known is not None:
        return goes_to
    subject = f"concern, {programme_id}"
    if count_of(session, subject, within=HOUR) >= MOST_AN_HOUR:
        return PAUSED
    connection = session.connection()
    made = connection.execute(
        _INSERTS[connection.dialect.name](Concern.__table__)
        .values(
            programme_id=programme_id,
            id=concern_id,
            organisation_id=organisation_at,
            sealed=seal(keyring, _PURPOSE, concern_id, json.dumps(asdict(worry))),
            state=ConcernState.NEW,
            raised_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Concern.__table__.c.id)
    ).scalar()
    if made is None:  # somebody pressed twice at once
        return goes_to
    count_try(session, subject, within=HOUR)
    audit.record(session, programme_id, "concern raised", actor_id=None, subject_id=concern_id, organisation_id=organisation_at)
    tell_leads(session, programme_id, leads_of, base_url=base_url, about=concern_id)
    return goes_to


def on_desk(session: Session, programme_id: UUID, organisation_id: UUID | None) -> ColumnElement[bool]:
    """For a query's WHERE: what stands on an organisation's desk, or (None) on the programme's."""
    here = Concern.programme_id == programme_id
    if organisation_id is not None:
        return here & (Concern.organisation_id == organisation_id)
    led = led_organisations(session, programme_id)
    return here & (Concern.organisation_id.is_(None) | Concern.organisation_id.not_in(led))


def hold_concern(session: Session, programme_id: UUID, organisation_id: UUID | None, concern_id: UUID) -> Concern:
    """One concern of a desk, held until the transaction ends. Raises NotFoundError."""
    found = session.scalars(
        select(Concern)
        .where(on_desk(session, programme_id, organisation_id), Concern.id == concern_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def set_state(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID | None,
    concern_id: UUID,
    state: ConcernState,
    *,
    actor_id: UUID | None,
) -> bool:
    """Take a concern in hand, close it, or open it again. False where it stood so already.

    Raises RuleError for a step that is none, NotFoundError for what is not on this desk.
    """
    concern = hold_concern(session, programme_id, organisation_id, concern_id)
    if concern.state is state:
        return False
    if state not in _NEXT[concern.state]:
        raise RuleError(Sentence("That can not be done from here. Nothing was changed."))
    concern.organisation_id = organisation_id  # whoever takes it from the programme's desk keeps it there
    concern.state = state
    concern.closed_at = clock.now() if state is ConcernState.CLOSED else None
    session.flush()
    audit.record(session, programme_id, _ACTS[state], actor_id=actor_id, subject_id=concern_id, organisation_id=organisation_id)
    return True


def _tidy(typed: Worry, place: str) -> Worry:
    missing = Sentence("Say what worries you. A few words are enough. Nothing was sent.")
    return Worry(
        worry=tidy_text(typed.worry, LONGEST_WORRY, field="worry", missing=missing),
        about=tidy_line(typed.about, LONGEST_LINE, field="about"),
        danger=Danger(typed.danger),
        reach=tidy_line(typed.reach, LONGEST_LINE, field="reach"),
        place=place,
    )


def _way(session: Session, programme_id: UUID, organisation_id: UUID | None) -> tuple[GoesTo, UUID | None, UUID | None]:
    """Who reads it next, on which desk it stands, and whose leads are told."""
    led = led_organisations(session, programme_id)
    if organisation_id in led:
        return GoesTo.ORGANISATION, organisation_id, organisation_id
    if has_lead(session, programme_id, None):
        return GoesTo.PROGRAMME, None, None
    return GoesTo.NOBODY_YET, organisation_id, None
