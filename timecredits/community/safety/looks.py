"""Opening an organisation's concerns without being its lead: for a programme manager, in need, with a written reason.

The reason is kept with each concern that was opened, and every lead is told by mail at once: also where there was nothing to
open, so that nobody tries doors unseen. Where no other lead is named, the organisation's owners and the other managers are told.
What was opened is shown once; to see it again is to give a reason again.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.safety.concerns import on_desk
from timecredits.community.safety.leads import tell_in_charge, tell_leads, the_leads
from timecredits.community.safety.reading import ShownConcern, find_concern
from timecredits.community.safety_models import Concern, ConcernLook, ConcernState
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import seal
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation
from timecredits.network.scope import find

__all__ = ["LONGEST_REASON", "MOST_AT_ONCE", "open_in_need"]

LONGEST_REASON: Final = 500
MOST_AT_ONCE: Final = 20


def open_in_need(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    reason: str,
    *,
    actor_id: UUID,
    base_url: str,
) -> list[ShownConcern]:
    """The organisation's concerns that are not closed, oldest first. Keeps the reason, and tells the leads.

    Every look is told, also the same form sent again: an id that a browser chooses must not keep a second look unseen. Raises
    RuleError without a reason, NotFoundError for a strange organisation.
    """
    missing = Sentence("Say why you must see them. The leads will read it. Nothing was opened.")
    tidy = tidy_text(reason, LONGEST_REASON, field="reason", missing=missing)
    find(session, Organisation, programme_id, organisation_id)
    look_id = new_id()
    ids = session.scalars(
        select(Concern.id)
        .where(on_desk(session, programme_id, organisation_id), Concern.state != ConcernState.CLOSED)
        .order_by(Concern.raised_at, Concern.id)
        .limit(MOST_AT_ONCE)
    ).all()
    for concern_id in ids:
        row_id = new_id()
        session.add(
            ConcernLook(
                programme_id=programme_id,
                id=row_id,
                concern_id=concern_id,
                looked_by=actor_id,
                sealed_reason=seal(keyring, "concern look", row_id, tidy),
                looked_at=clock.now(),
            )
        )
    session.flush()
    audit.record(
        session,
        programme_id,
        "concerns opened in need",
        actor_id=actor_id,
        subject_id=organisation_id,
        organisation_id=organisation_id,
    )
    for desk in (organisation_id, None):
        tell_leads(session, programme_id, desk, base_url=base_url, about=look_id)
    leads = [each for desk in (organisation_id, None) for each in the_leads(session, programme_id, desk)]
    if not any(each.email and each.user_id != actor_id for each in leads):
        tell_in_charge(session, programme_id, organisation_id, but=actor_id, about=look_id)
    return [find_concern(session, keyring, programme_id, organisation_id, each) for each in ids]
