"""What a referee answered before, kept under keyed marks when everything that leads to them is gone.

A no is remembered for the address, the phone number and the name it was said with, so that a new row, or another way to reach
them, is no way round it. It ends only where the same person said yes afterwards, with the link that they have: that is known by
the row they answered for.
"""

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.journey.one_time_links import Act, Question, address_mark, asked_before, keyed_mark, note_act
from timecredits.journey.planning_models import Referee

__all__ = ["name_mark", "note_answer", "phone_mark", "said_no_before"]

_TOLD_APART: Final = 9
"""Digits at the end of a number that tell it from others, with or without the country's code."""


def phone_mark(keyring: Keyring, volunteer_id: UUID, phone: str) -> UUID:
    """What stands in the audit for one volunteer's referee at one number. See :func:`keyed_mark`."""
    digits = "".join(filter(str.isdigit, phone.partition("x")[0]))
    return keyed_mark(keyring, volunteer_id, "phone", digits[-_TOLD_APART:])


def name_mark(keyring: Keyring, volunteer_id: UUID, name: str) -> UUID:
    """What stands in the audit for one volunteer's referee of one name. See :func:`keyed_mark`."""
    return keyed_mark(keyring, volunteer_id, "name", fold(name))


def note_answer(
    session: Session, keyring: Keyring, row: Referee, *, address: str, said_yes: bool, actor_id: UUID | None = None
) -> None:
    """Keep what they said, before a no empties the row. `address` is where they were written to, "" if nowhere."""
    act = Act.YES if said_yes else Act.NO
    marks = [address_mark(keyring, row.volunteer_id, address)] if address else []
    if row.phone:
        marks.append(phone_mark(keyring, row.volunteer_id, row.phone))
    if not said_yes:  # a yes of one person is no yes of another who has the same name
        marks.append(name_mark(keyring, row.volunteer_id, row.name))
        marks += [_through(keyring, row, mark) for mark in marks]
    for mark in (*marks, _row_mark(keyring, row)):
        note_act(session, row.programme_id, mark, Question.CONSENT, act, actor_id=actor_id)


def said_no_before(session: Session, keyring: Keyring, row: Referee, mark: UUID) -> bool:
    """Whether the last answer under this mark was a no that the same person has not turned into a yes since."""
    before = asked_before(session, row.programme_id, mark, Question.CONSENT)
    if not before.said_no or before.answered_at is None:
        return False
    here = asked_before(session, row.programme_id, _through(keyring, row, mark), Question.CONSENT)
    since = asked_before(session, row.programme_id, _row_mark(keyring, row), Question.CONSENT)
    same_no = here.answered_at is not None and here.answered_at >= before.answered_at
    return not (same_no and since.answer is Act.YES)


def _through(keyring: Keyring, row: Referee, mark: UUID) -> UUID:
    return keyed_mark(keyring, row.volunteer_id, "through", str(row.id), str(mark))


def _row_mark(keyring: Keyring, row: Referee) -> UUID:
    return keyed_mark(keyring, row.volunteer_id, "row", str(row.id))
