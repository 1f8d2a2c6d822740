"""Gifts to many people as jobs, when they are more than a page should wait for."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import Handler, Work, enqueue
from timecredits.spending.giving.giving_to_many import (
    AT_ONCE,
    GivenToMany,
    check_many,
    give_to_many,
    tidy_reason,
    undo_many,
)
from timecredits.spending.giving.pots import hold_open_pot

GIVE, UNDO = "gifts given", "gifts taken back"


def begin_giving(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    pot_id: UUID,
    volunteer_ids: list[UUID],
    *,
    together_id: UUID,
    minutes: int,
    words: str,
    actor_id: UUID | None,
    at_once: int = AT_ONCE,
) -> GivenToMany | UUID:
    """Give now and answer what was given, or, to more than `at_once` people, ask for a job and answer its id."""
    here = (session, programme_id, organisation_id)
    if len(set(volunteer_ids)) <= at_once:
        return give_to_many(
            *here, pot_id, volunteer_ids, together_id=together_id, minutes=minutes, words=words, actor_id=actor_id
        )
    people = check_many(*here, volunteer_ids, minutes, words)
    hold_open_pot(session, programme_id, pot_id, organisation_id=organisation_id)
    wanted = {"pot_id": str(pot_id), "people": [str(each) for each in people], "minutes": minutes, "words": words}
    return enqueue(
        session,
        programme_id,
        GIVE,
        {**wanted, "together_id": str(together_id)},
        organisation_id=organisation_id,
        made_by=actor_id,
        job_id=together_id,
        total=len(people),
    )


def begin_taking_back(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    together_id: UUID,
    people: int,
    *,
    job_id: UUID,
    reason: str,
    actor_id: UUID | None,
    at_once: int = AT_ONCE,
) -> int | UUID:
    """Undo a gift to `people` now and answer how many parts were taken back, or ask for a job and answer its id."""
    if people <= at_once:
        return undo_many(session, programme_id, organisation_id, together_id, reason=reason, actor_id=actor_id)
    return enqueue(
        session,
        programme_id,
        UNDO,
        {"together_id": str(together_id), "reason": tidy_reason(reason)},
        organisation_id=organisation_id,
        made_by=actor_id,
        job_id=job_id,
        total=people,
    )


def _give(work: Work) -> Mapping[str, Any]:
    wanted = work.wanted
    people = [UUID(each) for each in wanted["people"]]
    with work.step(done=len(people)) as session:
        given = give_to_many(
            session,
            work.programme_id,
            _organisation(work),
            UUID(wanted["pot_id"]),
            people,
            together_id=UUID(wanted["together_id"]),
            minutes=wanted["minutes"],
            words=wanted["words"],
            actor_id=work.made_by,
        )
    return {"people": given.people, "minutes_each": given.minutes_each}


def _take_back(work: Work) -> Mapping[str, Any]:
    with work.step() as session:
        undone = undo_many(
            session,
            work.programme_id,
            _organisation(work),
            UUID(work.wanted["together_id"]),
            reason=work.wanted["reason"],
            actor_id=work.made_by,
        )
    return {"people": undone}


def _organisation(work: Work) -> UUID:
    if work.organisation_id is None:
        raise NotFoundError
    return work.organisation_id


HANDLERS: Final[Mapping[str, Handler]] = {GIVE: _give, UNDO: _take_back}
"""By kind of job; the application hands them to whoever runs jobs. Each is all or nothing, in one step."""
