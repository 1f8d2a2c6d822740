"""What a volunteer's statement says of gifts, and of what a helper did for them."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation.db import Id
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import apart_from
from timecredits.network.models import Volunteer
from timecredits.spending.giving_models import Gift, Pot
from timecredits.spending.showing import name_at_venue


def gift_titles(
    session: Session, programme_id: UUID, volunteer_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, tuple[Sentence, str | Sentence]]:
    """Title and words of those of these transfers that are gifts, as the volunteer who gave or got them reads them. One query.

    Nobody who is kept apart from them is named.
    """
    rows: Any = session.execute(_gifts(), {"programme": programme_id, "volunteer": volunteer_id, "ids": ids})
    found: dict[UUID, tuple[Sentence, str | Sentence]] = {}
    for gift, one, other, by, source, goal in rows:
        if gift.to_volunteer_id == volunteer_id:
            name = source.name if source is not None else name_at_venue(one) if one is not None else ""
            found[gift.id] = (
                (Sentence("A gift from %(name)s", name=name), gift.words) if name else (Sentence("A gift to you"), "")
            )
        else:
            name = goal.name if goal is not None else name_at_venue(other) if other is not None else ""
            title = Sentence("A gift to %(name)s", name=name) if name else Sentence("A gift from you")
            found[gift.id] = (title, done_by_helper(gift.words if name else "", by))
    return found


@cache
def _gifts() -> Any:
    """The gifts of `ids` in `programme`, with who and what stands in them as `volunteer` may read it. Put together once."""
    giver, receiver, helper = aliased(Volunteer), aliased(Volunteer), aliased(Volunteer)
    from_pot, to_pot = aliased(Pot), aliased(Pot)
    programme, volunteer = bindparam("programme", type_=Id), bindparam("volunteer", type_=Id)
    query = select(Gift, giver, receiver, helper, from_pot, to_pot).select_from(Gift)
    people: tuple[tuple[Any, Any], ...] = (
        (giver, Gift.from_volunteer_id),
        (receiver, Gift.to_volunteer_id),
        (helper, Gift.helper_id),
    )
    pots: tuple[tuple[Any, Any], ...] = ((from_pot, Gift.from_pot_id), (to_pot, Gift.to_pot_id))
    for other, column in people:
        seen = apart_from(programme, volunteer, other.id)
        query = query.outerjoin(other, and_(other.programme_id == Gift.programme_id, other.id == column, seen))
    for other, column in pots:
        query = query.outerjoin(other, and_(other.programme_id == Gift.programme_id, other.id == column))
    return query.where(Gift.programme_id == programme, Gift.id.in_(bindparam("ids", expanding=True, type_=Id)))


def done_by_helper(words: str, helper: Any) -> str | Sentence:
    """A place or the words of a gift, with who did it for the person; `helper` has a first and last name, or is None."""
    if helper is None:
        return words
    name = name_at_venue(helper)
    if not words:
        return Sentence("Done by %(helper)s for you", helper=name)
    return Sentence("%(words)s, done by %(helper)s for you", words=words, helper=name)
