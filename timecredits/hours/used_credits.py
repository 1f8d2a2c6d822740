"""Foresee what taking hours away would find used, so that it can be said before anything is done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.wording import Sentence
from timecredits.hours.correction_words import asks_first
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourEntry
from timecredits.hours.shortfalls import owed_by, payback_id
from timecredits.ledger.expiry import ran_out
from timecredits.ledger.models import Transfer
from timecredits.ledger.transfers import balances
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.settings import SpentCorrection, read_settings

__all__ = ["Foreseen", "foresee"]

_GROUP = 500  # ids in one question


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Minutes of credit that were used already, and what is said of them before; None when nothing was used."""

    lent: int = 0
    asks: Sentence | None = None


def foresee(session: Session, programme_id: UUID, entry_ids: Sequence[UUID]) -> Foreseen:
    """What taking these entries away now would find used. It writes nothing; who uses credits meanwhile changes it.

    Of one person that is what the entries earned, less what they paid back (that returns first), less what the person has or lost
    because it ran out.
    """
    earned: defaultdict[UUID, int] = defaultdict(int)
    back: defaultdict[UUID, int] = defaultdict(int)
    earning: dict[UUID, UUID] = {}
    for start in range(0, len(entry_ids), _GROUP):
        group = select(HourEntry.id, HourEntry.volunteer_id, HourEntry.earned).where(
            HourEntry.programme_id == programme_id,
            HourEntry.id.in_(entry_ids[start : start + _GROUP]),
            HourEntry.earned > 0,
            in_force(),
        )
        for entry_id, volunteer_id, minutes in session.execute(group):
            earned[volunteer_id] += minutes
            earning[payback_id(entry_id)] = volunteer_id
    accounts: dict[UUID, UUID] = {}
    has: dict[UUID, int] = {}
    people, paid = list(earned), list(earning)
    for start in range(0, len(people), _GROUP):
        mine = select(Volunteer.id, Volunteer.account_id).where(
            Volunteer.programme_id == programme_id, Volunteer.id.in_(people[start : start + _GROUP])
        )
        found = {row.id: row.account_id for row in session.execute(mine)}
        accounts |= found
        has |= balances(session, programme_id, list(found.values()))
    for start in range(0, len(paid), _GROUP):
        paybacks = select(Transfer.id, Transfer.amount).where(
            Transfer.programme_id == programme_id, Transfer.id.in_(paid[start : start + _GROUP])
        )
        for key, minutes in session.execute(paybacks):
            back[earning[key]] += minutes
    short = [accounts[each] for each, minutes in earned.items() if minutes - back[each] > has[accounts[each]]]
    for start in range(0, len(short), _GROUP):
        for account_id, minutes in ran_out(session, programme_id, short[start : start + _GROUP]).items():
            has[account_id] += minutes
    lent = {each: minutes - back[each] - has[accounts[each]] for each, minutes in earned.items()}
    lent = {each: minutes for each, minutes in lent.items() if minutes > 0}
    if not lent:
        return Foreseen()
    rule = read_settings(session, programme_id).spent_correction
    owed = 0
    if rule is SpentCorrection.SHORTFALL:
        before = owed_by(session, programme_id, list(lent))
        owed = sum(before.get(each, 0) + back[each] + minutes for each, minutes in lent.items())
    who = find(session, Volunteer, programme_id, next(iter(lent))).name if len(lent) == 1 else list(lent)
    total = sum(lent.values())
    return Foreseen(total, asks_first(who, total, owed, rule))
