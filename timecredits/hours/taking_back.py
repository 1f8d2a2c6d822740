"""Take back what hours earned, whole, entry by entry; what is missing because it was used, goodwill gives or lends.

What ran out was used by nobody, so it comes back for this and nobody has to make up for it. Hours that paid back an earlier
shortfall give that back first, so that what is owed stands as if they had never been.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.hours.corrections import corrected_before
from timecredits.hours.models import HourEntry
from timecredits.hours.shortfalls import lend, payback_id
from timecredits.ledger.expiry import give_back
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import Posting, balance, post
from timecredits.network.merged_records import as_one_purse
from timecredits.network.settings import SpentCorrection


def take_back(
    session: Session,
    programme_id: UUID,
    entries: Sequence[HourEntry],
    *,
    rule: SpentCorrection,
    reason: str,
    actor_id: UUID | None,
    today: date,
) -> dict[UUID, int]:
    """Reverse what these entries earned. Answers, by entry, the minutes that were used already and that goodwill paid.

    The caller has locked their people (hour_facts.lock_people) and undoes everything when this raises RuleError, because one was
    taken back before.
    """
    ids = [entry.id for entry in entries if entry.earned]
    back = mirrors(session, programme_id, ids, actor=actor_id, occurred_on=today)
    if len(back) < len(ids):
        raise corrected_before()
    paid = mirrors(session, programme_id, [payback_id(each) for each in ids], actor=actor_id, occurred_on=today)
    lent: dict[UUID, int] = {}
    earning = [(back[entry.id], entry) for entry in entries if entry.earned]
    # In order of the people's accounts, as every other batch of movements (ledger.transfers.post_many).
    with as_one_purse(session, programme_id, [*back, *paid], day=today, actor=actor_id):
        for movement, entry in sorted(earning, key=lambda each: (each[0].debit, each[1].id)):
            if payback_id(entry.id) in paid:
                post(session, programme_id, paid[payback_id(entry.id)])
            while post(session, programme_id, movement) is Posting.NOT_ENOUGH:
                missing = movement.amount - balance(session, programme_id, movement.debit)
                # What ran out was used by nobody: it comes back first, so that nobody has to make up for it.
                missing -= give_back(session, programme_id, movement.debit, missing, cause=entry.id, day=today, actor=actor_id)
                if missing > 0:  # else somebody gave them credits just now
                    lend(session, programme_id, entry=entry, minutes=missing, back=movement, rule=rule)
                    lent[entry.id] = lent.get(entry.id, 0) + missing
    keep_reason(session, programme_id, [each.id for each in (*back.values(), *paid.values())], reason)
    return lent
