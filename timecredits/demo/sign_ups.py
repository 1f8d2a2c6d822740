"""Who means to come in the weeks ahead: regulars, and the demo's own volunteer, who comes to two sessions and waits for one."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.planning.sessions import DatedSession, list_sessions, soon
from timecredits.hours.planning.signing_up import SignUpAnswer, free_places, sign_up
from timecredits.network.models import Enrolment

_OWN = 2
_A_FEW = 4


def sign_people_up(session: Session, programme_id: UUID, volunteer_id: UUID, *, chance: random.Random) -> None:
    """Sign people up for the sessions of the next four weeks, some days ago. Does nothing where nothing is planned."""
    first, last = soon(clock.today() + timedelta(days=1))
    ahead = [each for each in list_sessions(session, programme_id, first=first, last=last, only_open=True) if each.is_on]
    people = _people(session, programme_id)
    moment = clock.now() - timedelta(days=5)
    for dated in ahead[: len(ahead) // 2]:
        known = [each for each in people.get(dated.organisation_id, []) if each != volunteer_id]
        few = min(len(known), _A_FEW, dated.capacity or _A_FEW)
        for each in chance.sample(known, k=few):
            moment += timedelta(minutes=7)
            with clock.standing_at(moment):
                _try(session, programme_id, each, dated)
    with clock.standing_at(moment + timedelta(hours=1)):
        free = free_places(session, programme_id, ahead)
        mine = [each for each in ahead if volunteer_id in people.get(each.organisation_id, [])]
        for dated in [each for each in mine if free[each.id] != 0][:_OWN]:
            _try(session, programme_id, volunteer_id, dated)
        for dated in ([each for each in mine if free[each.id] == 0] or [each for each in ahead if free[each.id] == 0])[:1]:
            _try(session, programme_id, volunteer_id, dated)


def _people(session: Session, programme_id: UUID) -> dict[UUID, Sequence[UUID]]:
    rows = session.execute(
        select(Enrolment.organisation_id, Enrolment.volunteer_id)
        .where(Enrolment.programme_id == programme_id, Enrolment.left_on.is_(None))
        .order_by(Enrolment.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for organisation_id, volunteer_id in rows:
        found.setdefault(organisation_id, []).append(volunteer_id)
    return dict(found)


def _try(session: Session, programme_id: UUID, volunteer_id: UUID, dated: DatedSession) -> SignUpAnswer | None:
    try:
        return sign_up(session, programme_id, volunteer_id, dated, actor_id=None, today=clock.today())
    except RuleError:
        return None  # a role that asks for something they haven't shown
