"""Withdrawing at the same moment as somebody else."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.journey.charity import AUTHOR, build_charity
from tests.real.at_once import at_once, in_one
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import transaction
from timecredits.journey.letters.references import find_reference
from timecredits.journey.letters.withdrawing import withdraw_reference


def test_two_who_withdraw_at_once_leave_the_first_reason(database_url: str, engine: Engine) -> None:
    with transaction(engine) as session:
        charity = build_charity(session)
        place = (charity.programme_id, charity.organisation_id, charity.issue(charity.draft()).reference.id)

    def withdrawn(reason: str) -> str | None:
        def act(session: Session) -> str | None:
            find_reference(session, *place)  # as the page does first
            return withdraw_reference(session, *place, reason=reason, actor_id=AUTHOR.user_id).withdrawn_because

        return in_one(act)(engine)

    told = at_once(database_url, [lambda _engine, reason=reason: withdrawn(reason) for reason in ("One", "Two", "Three")])
    with transaction(engine) as session:
        kept = find_reference(session, *place).withdrawn_because
        written = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "reference withdrawn"))
    assert (told, written) == ([kept] * 3, 1)
