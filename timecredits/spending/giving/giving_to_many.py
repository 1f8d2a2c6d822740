"""Give from an organisation's pot to one person or to many at once: the same to each, all or nothing, and undone as a whole.

The form's id is `together_id`; each gift's id follows from it and from the person, so saving twice gives once. More than
`AT_ONCE` people are given to by a job (gift_jobs.py). People's rows are held before the pot's, as everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.errors import ConflictError, NotEnoughError
from timecredits.ledger.models import TransferKind
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import Movement, balance, balances, post_many
from timecredits.network.merged_records import as_one_purse
from timecredits.network.models import Enrolment, Volunteer
from timecredits.spending.giving.gift_mail import tell_of_gifts
from timecredits.spending.giving.gift_rules import check_amount, tidy_words
from timecredits.spending.giving.pots import hold_open_pot, hold_pot
from timecredits.spending.giving_models import Gift, Pot

AT_ONCE = 500
LONGEST_REASON = 200

_GROUP = 500  # ids in one question
_gift: Any = Gift.__table__
_volunteer: Any = Volunteer.__table__
_enrolment: Any = Enrolment.__table__


@dataclass(frozen=True, slots=True)
class GivenToMany:
    """Gifts given together: to how many, how much to each, how much of it stands. `again`: nothing was given now."""

    together_id: UUID
    people: int
    minutes_each: int
    again: bool = False


def give_to_many(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    pot_id: UUID,
    volunteer_ids: Sequence[UUID],
    *,
    together_id: UUID,
    minutes: int,
    words: str = "",
    actor_id: UUID | None,
) -> GivenToMany:
    """Give `minutes` to each of these people. Raises NotFoundError for another organisation's pot or people.

    RuleError, and nothing is given: nobody chosen, an amount or words that can't be, a closed pot, or too little in it.
    """
    people = check_many(session, programme_id, organisation_id, volunteer_ids, minutes, words)
    words = tidy_words(words)
    lock_people(session, programme_id, people)
    pot = hold_open_pot(session, programme_id, pot_id, organisation_id=organisation_id)
    known = session.execute(
        select(func.count(), func.min(Gift.minutes)).where(
            Gift.programme_id == programme_id, Gift.together_id == together_id, Gift.from_pot_id == pot_id
        )
    ).one()
    if known[0]:
        return GivenToMany(together_id, known[0], known[1], again=True)
    accounts = _accounts(session, programme_id, organisation_id, people)
    gifts = {gift_id_of(together_id, volunteer_id): volunteer_id for volunteer_id in people}
    movements = [
        Movement(gift_id, pot.account_id, accounts[who], minutes, TransferKind.GIVEN, clock.today(), actor_id)
        for gift_id, who in gifts.items()
    ]
    try:
        with session.begin_nested():
            post_many(session, programme_id, movements)
    except NotEnoughError as fault:
        raise _too_little(session, pot, len(people) * minutes) from fault
    except ConflictError as fault:
        raise RuleError(Sentence("This page was sent before. Nothing more was given. Begin again."), field="amount") from fault
    given_at = clock.now()
    shared = {"programme_id": programme_id, "from_pot_id": pot_id, "minutes": minutes, "words": words}
    shared |= {"together_id": together_id, "given_by": actor_id, "given_at": given_at}
    session.execute(insert(_gift), [{**shared, "id": gift_id, "to_volunteer_id": who} for gift_id, who in sorted(gifts.items())])
    tell_of_gifts(session, programme_id, gifts, minutes, None)
    audit.record(
        session, programme_id, "credits given", actor_id=actor_id, subject_id=together_id, organisation_id=organisation_id
    )
    return GivenToMany(together_id, len(people), minutes)


def check_many(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_ids: Sequence[UUID], minutes: int, words: str
) -> list[UUID]:
    """The chosen people, each once, if a gift to them can be. Raises as `give_to_many` does, and writes nothing."""
    people = list(dict.fromkeys(volunteer_ids))
    if not people:
        raise RuleError(Sentence("Choose who gets credits. Nothing was given."), field="people")
    check_amount(minutes)
    tidy_words(words)
    _accounts(session, programme_id, organisation_id, people)
    return people


def undo_many(
    session: Session, programme_id: UUID, organisation_id: UUID, together_id: UUID, *, reason: str, actor_id: UUID | None
) -> int:
    """Take back what was given together, as a whole, and answer how many gifts that were. 0: it was done before.

    Raises NotFoundError; RuleError, and nothing is taken back, without a reason, or where somebody has used some of it.
    """
    reason = tidy_reason(reason)
    receivers: Sequence[Any] = session.execute(
        select(Gift.to_volunteer_id, Gift.from_pot_id)
        .join(Pot, (Pot.programme_id == Gift.programme_id) & (Pot.id == Gift.from_pot_id))
        .where(Gift.programme_id == programme_id, Gift.together_id == together_id, Pot.organisation_id == organisation_id)
    ).all()
    if not receivers:
        raise NotFoundError
    lock_people(session, programme_id, [row[0] for row in receivers])
    hold_pot(session, programme_id, receivers[0][1], organisation_id=organisation_id)
    standing: Sequence[Any] = ()
    try:
        with session.begin_nested():
            standing = session.execute(
                update(_gift)
                .where(
                    _gift.c.programme_id == programme_id,
                    _gift.c.together_id == together_id,
                    _gift.c.from_pot_id == receivers[0][1],
                    _gift.c.undone_at.is_(None),
                )
                .values(undone_at=clock.now(), undone_because=reason)
                .returning(_gift.c.id, _gift.c.to_volunteer_id, _gift.c.minutes)
            ).all()
            back = mirrors(session, programme_id, [row.id for row in standing], actor=actor_id, occurred_on=clock.today())
            with as_one_purse(session, programme_id, list(back), day=clock.today(), actor=actor_id):
                post_many(session, programme_id, back.values())
            keep_reason(session, programme_id, [movement.id for movement in back.values()], reason)
    except NotEnoughError as fault:
        raise _used(_count_used(session, programme_id, {row.to_volunteer_id: row.minutes for row in standing})) from fault
    if standing:
        audit.record(
            session,
            programme_id,
            "credits taken back",
            actor_id=actor_id,
            subject_id=together_id,
            organisation_id=organisation_id,
        )
    session.expire_all()
    return len(standing)


def gift_id_of(together_id: UUID, volunteer_id: UUID) -> UUID:
    """The id of one person's part of what is given together."""
    return uuid5(together_id, str(volunteer_id))


def tidy_reason(reason: str) -> str:
    """Why something is taken back. Raises RuleError when nothing is said."""
    tidy = " ".join(reason.split())[:LONGEST_REASON]
    if not tidy:
        raise RuleError(Sentence("Say why, in a few words. Nothing was taken back."), field="reason")
    return tidy


def _accounts(session: Session, programme_id: UUID, organisation_id: UUID, people: Sequence[UUID]) -> dict[UUID, UUID]:
    """The accounts of these people, who are all enrolled here and want credits."""
    found: dict[UUID, UUID] = {}
    unwilling: list[str] = []
    for group in _groups(people):
        rows = session.execute(
            select(_volunteer.c.id, _volunteer.c.account_id, _volunteer.c.wants_credits, _volunteer.c.first_name)
            .join(
                _enrolment,
                (_enrolment.c.programme_id == _volunteer.c.programme_id) & (_enrolment.c.volunteer_id == _volunteer.c.id),
            )
            .where(
                _volunteer.c.programme_id == programme_id,
                _enrolment.c.programme_id == programme_id,
                _enrolment.c.organisation_id == organisation_id,
                _enrolment.c.left_on.is_(None),
                _volunteer.c.id.in_(group),
            )
        )
        for row in rows:
            found[row.id] = row.account_id
            if not row.wants_credits:
                unwilling.append(row.first_name)
    if len(found) < len(people):
        raise NotFoundError
    if unwilling:
        raise RuleError(
            Sentence("%(names)s said no thank you to credits. Nothing was given.", names=", ".join(sorted(unwilling)[:5])),
            field="people",
        )
    return found


def _count_used(session: Session, programme_id: UUID, parts: dict[UUID, int]) -> int:
    """How many of these people have less than their part now."""
    short = 0
    for group in _groups(list(parts)):
        accounts = {
            row.account_id: row.id
            for row in session.execute(
                select(_volunteer.c.id, _volunteer.c.account_id).where(
                    _volunteer.c.programme_id == programme_id, _volunteer.c.id.in_(group)
                )
            )
        }
        has = balances(session, programme_id, list(accounts))
        short += sum(has[account_id] < parts[who] for account_id, who in accounts.items())
    return max(1, short)


def _used(people: int) -> RuleError:
    return RuleError(
        counted(
            "%(num)s person has used some of it. Nothing was taken back. You can take back from the others one by one.",
            "%(num)s people have used some of it. Nothing was taken back. You can take back from the others one by one.",
            people,
        ),
        field="reason",
    )


def _too_little(session: Session, pot: Pot, needed: int) -> RuleError:
    sentence = Sentence(
        "The pot holds %(holds)s. This needs %(needed)s. Nothing was given. Choose fewer people, or less.",
        holds=credits_text(balance(session, pot.programme_id, pot.account_id)),
        needed=credits_text(needed),
    )
    return RuleError(sentence, field="amount")


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
