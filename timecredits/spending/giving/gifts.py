"""Give credits to another volunteer or to a pot, from one's own balance or, as a helper, from somebody else's.

A gift's id is chosen by the form and is its transfer's, so saving twice gives once. People's rows are held first
(docs/adr/0021), so two gifts at once can't both find room under a limit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.clock import first_moment, local_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, balance, post
from timecredits.network.blocks import is_kept_apart
from timecredits.network.models import Volunteer
from timecredits.network.settings import read_settings
from timecredits.spending.giving.gift_mail import tell_of_gifts
from timecredits.spending.giving.gift_rules import check_amount, tidy_words
from timecredits.spending.giving.helping import agreement_between
from timecredits.spending.giving.pots import hold_open_pot
from timecredits.spending.giving.receive_codes import WRONG
from timecredits.spending.giving_models import Gift, PotKind
from timecredits.spending.helper_limits import helper_room
from timecredits.spending.showing import name_at_venue

_gift: Any = Gift.__table__


@dataclass(frozen=True, slots=True)
class Giver:
    """Whose credits are given, the signed-in user, and the helper where it is not their own hand."""

    volunteer_id: UUID
    user_id: UUID | None
    helper_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A gift as it stands. `again`: it had been given before, and nothing was given now."""

    gift_id: UUID
    minutes: int
    again: bool


@dataclass(frozen=True, slots=True)
class _To:
    """Who receives: a volunteer or a pot, and the account."""

    account_id: UUID
    volunteer_id: UUID | None = None
    pot_id: UUID | None = None


def give_to_person(
    session: Session, programme_id: UUID, giver: Giver, receiver_id: UUID, *, gift_id: UUID, minutes: int, words: str = ""
) -> Given:
    """Give to the volunteer that a code led to. Raises NotFoundError; RuleError (nothing is then given) for what can't be."""
    if receiver_id in {giver.volunteer_id, giver.helper_id}:
        raise RuleError(Sentence("That is your own code. Nothing was given. Ask for theirs."), field="code")
    if any(is_kept_apart(session, programme_id, each, receiver_id) for each in (giver.volunteer_id, giver.helper_id) if each):
        raise RuleError(WRONG, field="code")  # as a code that leads to nobody: neither learns of the other
    check_amount(minutes)
    words = tidy_words(words)
    lock_people(session, programme_id, [giver.volunteer_id, receiver_id])
    receiver = _person(session, programme_id, receiver_id)
    to = _To(receiver.account_id, volunteer_id=receiver_id)
    given = _give(session, programme_id, giver, to, gift_id, minutes, words)
    if not given.again:
        name = name_at_venue(_person(session, programme_id, giver.volunteer_id))
        tell_of_gifts(session, programme_id, {gift_id: receiver_id}, minutes, name)
    return given


def give_to_pot(
    session: Session,
    programme_id: UUID,
    giver: Giver,
    pot_id: UUID,
    *,
    gift_id: UUID,
    minutes: int,
    words: str = "",
    kind: PotKind = PotKind.COMMUNITY,
) -> Given:
    """Put credits into an open pot of this kind. Raises NotFoundError, RuleError as `give_to_person` does."""
    check_amount(minutes)
    words = tidy_words(words)
    lock_people(session, programme_id, [giver.volunteer_id])
    pot = hold_open_pot(session, programme_id, pot_id, kind=kind)
    return _give(session, programme_id, giver, _To(pot.account_id, pot_id=pot_id), gift_id, minutes, words)


def look_at_gift(session: Session, programme_id: UUID, giver: Giver, minutes: int, words: str) -> str:
    """The words as they would be kept, if such a gift could be given now. Raises RuleError as giving does; writes nothing."""
    check_amount(minutes)
    words = tidy_words(words)
    person = _person(session, programme_id, giver.volunteer_id)
    _check_room(session, programme_id, giver, person, minutes, clock.now())
    if balance(session, programme_id, person.account_id) < minutes:
        raise _too_few(session, programme_id, giver, person)
    return words


def given_on_day(session: Session, programme_id: UUID, volunteer_id: UUID, now: datetime) -> int:
    """How many minutes of a person's credits were given away on this local day; what was taken back doesn't count."""
    begins = first_moment(local_day(now))
    ends = first_moment(local_day(now) + timedelta(days=1))
    found = session.scalar(
        select(func.coalesce(func.sum(_gift.c.minutes), 0)).where(
            _gift.c.programme_id == programme_id,
            _gift.c.from_volunteer_id == volunteer_id,
            _gift.c.given_at >= begins,
            _gift.c.given_at < ends,
            _gift.c.undone_at.is_(None),
        )
    )
    return int(found or 0)


def _give(session: Session, programme_id: UUID, giver: Giver, to: _To, gift_id: UUID, minutes: int, words: str) -> Given:
    now = clock.now()
    known = session.scalars(select(Gift).where(Gift.programme_id == programme_id, Gift.id == gift_id)).one_or_none()
    if known is not None:
        parties = (known.from_volunteer_id, known.to_volunteer_id, known.to_pot_id, known.minutes)
        if parties != (giver.volunteer_id, to.volunteer_id, to.pot_id, minutes):
            raise _sent_before()
        return Given(known.id, known.minutes, again=True)
    person = _person(session, programme_id, giver.volunteer_id)
    _check_room(session, programme_id, giver, person, minutes, now)
    movement = Movement(
        id=gift_id,
        debit=person.account_id,
        credit=to.account_id,
        amount=minutes,
        kind=TransferKind.GIVEN,
        occurred_on=local_day(now),
        actor=giver.user_id,
    )
    posting = post(session, programme_id, movement)
    if posting is Posting.NOT_ENOUGH:
        raise _too_few(session, programme_id, giver, person)
    if posting is not Posting.POSTED:
        raise _sent_before()
    session.add(
        Gift(
            programme_id=programme_id,
            id=gift_id,
            from_volunteer_id=giver.volunteer_id,
            to_volunteer_id=to.volunteer_id,
            to_pot_id=to.pot_id,
            minutes=minutes,
            words=words,
            helper_id=giver.helper_id,
            given_by=giver.user_id,
            given_at=now,
        )
    )
    session.flush()
    return Given(gift_id, minutes, again=False)


def _check_room(session: Session, programme_id: UUID, giver: Giver, person: Volunteer, minutes: int, now: datetime) -> None:
    """Raise RuleError for credits on hold, and for limits a day and of a helper."""
    if person.frozen_at is not None:
        raise RuleError(Sentence("These credits are on hold right now. Nothing was given. Ask your coordinator."), field="amount")
    most = read_settings(session, programme_id).given_a_day
    if most is not None:
        given = given_on_day(session, programme_id, giver.volunteer_id, now)
        if given + minutes > most:
            sentence = Sentence(
                "You can give %(most)s a day. You have given %(given)s today. Nothing was given.",
                most=credits_text(most),
                given=credits_text(given),
            )
            raise RuleError(sentence, field="amount")
    if giver.helper_id is None:
        return
    agreed = agreement_between(session, programme_id, giver.volunteer_id, giver.helper_id, now)
    room = helper_room(session, programme_id, giver.volunteer_id, giver.helper_id, now)
    if agreed is None or room is None:
        raise NotFoundError
    if not agreed.may_give:
        raise RuleError(Sentence("You may use their credits, but not give them away. Nothing was given."), field="amount")
    if minutes > room:
        sentence = Sentence("You can use %(room)s more for them this week. Nothing was given.", room=credits_text(room))
        raise RuleError(sentence, field="amount")


def _too_few(session: Session, programme_id: UUID, giver: Giver, person: Volunteer) -> RuleError:
    if giver.helper_id is not None:  # what somebody has is not the helper's to know
        return RuleError(Sentence("They have too few credits for this. Nothing was given."), field="amount")
    has = credits_text(balance(session, programme_id, person.account_id))
    return RuleError(Sentence("Not enough credits. You have %(has)s. Nothing was given.", has=has), field="amount")


def _sent_before() -> RuleError:
    return RuleError(
        Sentence("This page was sent before, with another gift. Nothing more was given. Begin again."), field="amount"
    )


def _person(session: Session, programme_id: UUID, volunteer_id: UUID) -> Volunteer:
    """The row as it is now that it is held."""
    person = session.scalars(
        select(Volunteer)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if person is None:
        raise NotFoundError
    return person
