"""What a volunteer's statement says of gifts, and of what a helper did for them.

In small steps by id: PostgreSQL took longer to plan one query of six tables than it takes to answer three of one.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from timecredits.foundation.db import Id
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import apart_from
from timecredits.network.models import Volunteer
from timecredits.spending.giving_models import Gift, Pot
from timecredits.spending.showing import name_at_venue

_PROGRAMME: Any = bindparam("programme", type_=Id)
_IDS: Any = bindparam("ids", expanding=True, type_=Id)


def gift_titles(
    session: Session, programme_id: UUID, volunteer_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, tuple[Sentence, str | Sentence]]:
    """Title and words of those of these transfers that are gifts, as the volunteer who gave or got them reads them.

    Nobody who is kept apart from them is named. At most three queries.
    """
    gifts: Any = session.execute(_gifts(), {"programme": programme_id, "ids": ids}).all()
    people = names_seen(
        session, programme_id, volunteer_id, (who for each in gifts for who in (_other_of(each, volunteer_id), each.helper_id))
    )
    pots = _pot_names(session, programme_id, {pot for each in gifts for pot in (each.from_pot_id, each.to_pot_id) if pot})
    found: dict[UUID, tuple[Sentence, str | Sentence]] = {}
    for gift in gifts:
        is_mine = gift.to_volunteer_id == volunteer_id
        pot = gift.from_pot_id if is_mine else gift.to_pot_id
        name = pots[pot] if pot else people.get(_other_of(gift, volunteer_id), "")
        if is_mine:
            found[gift.id] = (
                (Sentence("A gift from %(name)s", name=name), gift.words) if name else (Sentence("A gift to you"), "")
            )
        else:
            title = Sentence("A gift to %(name)s", name=name) if name else Sentence("A gift from you")
            found[gift.id] = (title, done_by_helper(gift.words if name else "", people.get(gift.helper_id)))
    return found


def names_seen(session: Session, programme_id: UUID, reader_id: UUID, people: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """First name and initial of these people, by id; None and whoever is kept apart from the reader is not in it.

    One query, or none where there is nobody to name.
    """
    ids = list({who for who in people if who})
    if not ids:
        return {}
    rows = session.execute(_people(), {"programme": programme_id, "volunteer": reader_id, "ids": ids})
    return {row.id: name_at_venue(row) for row in rows}


def done_by_helper(words: str, helper: str | None) -> str | Sentence:
    """A place or the words of a gift, with the name of who did it for the person, if anybody did."""
    if not helper:
        return words
    if not words:
        return Sentence("Done by %(helper)s for you", helper=helper)
    return Sentence("%(words)s, done by %(helper)s for you", words=words, helper=helper)


def _other_of(gift: Any, volunteer_id: UUID) -> UUID | None:
    other: UUID | None = gift.from_volunteer_id if gift.to_volunteer_id == volunteer_id else gift.to_volunteer_id
    return other


def _pot_names(session: Session, programme_id: UUID, ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(_pots(), {"programme": programme_id, "ids": list(ids)})}


@cache
def _gifts() -> Any:
    """Put together once: that took longer than the answer."""
    return select(
        Gift.id, Gift.from_volunteer_id, Gift.to_volunteer_id, Gift.helper_id, Gift.from_pot_id, Gift.to_pot_id, Gift.words
    ).where(Gift.programme_id == _PROGRAMME, Gift.id.in_(_IDS))


@cache
def _people() -> Any:
    return select(Volunteer.id, Volunteer.first_name, Volunteer.last_name).where(
        Volunteer.programme_id == _PROGRAMME,
        Volunteer.id.in_(_IDS),
        apart_from(_PROGRAMME, bindparam("volunteer", type_=Id), Volunteer.id),
    )


@cache
def _pots() -> Any:
    return select(Pot.id, Pot.name).where(Pot.programme_id == _PROGRAMME, Pot.id.in_(_IDS))
