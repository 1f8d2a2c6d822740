"""The link that ties an audit entry to the one before it: SHA-256 over that one's hash and all that this one says.

Whoever changes, removes or slips in an entry must make every later link anew, and the heads written outside the database
tell (docs/adr/0039). An entry holds ids only, so that a person can be erased and the chain goes on being whole.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

__all__ = ["BEGINNING", "link_hash"]

BEGINNING: Final = bytes(32)
"""What the first link of a chain names as the one before."""

_FORM: Final = b"timecredits/audit/1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def link_hash(
    before: bytes,
    number: int,
    *,
    programme_id: UUID,
    entry_id: UUID,
    organisation_id: UUID | None,
    actor_id: UUID | None,
    action: str,
    subject_id: UUID | None,
    recorded_at: datetime,
) -> bytes:
    """The 32 bytes of link `number` (from 1), after one whose hash is `before` (:data:`BEGINNING` for the first).

    Each part is told from the next by its fixed length, or by its length before it. The time counts in microseconds.
    """
    moment = (recorded_at - _EPOCH) // timedelta(microseconds=1)
    words = action.encode()
    parts = [_FORM, before, number.to_bytes(8), programme_id.bytes, entry_id.bytes]
    parts += [b"\x00" if each is None else b"\x01" + each.bytes for each in (organisation_id, actor_id, subject_id)]
    parts += [moment.to_bytes(8, signed=True), len(words).to_bytes(4), words]
    return hashlib.sha256(b"".join(parts)).digest()
