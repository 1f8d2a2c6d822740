"""When something was scanned, by a clock that may have been wrong.

A till says what its clock says as it sends. Where it was ahead or behind by the same at its last contact, it is steady, and every
scan between is put right by that much. Where it was not, the scan is left as the till has it. Either way it was not before the
last contact, when the till got its pack, and not after it arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from timecredits.spending.offline.records import SavedUse

TOLERANCE = timedelta(minutes=2)
"""So far a clock may be out, and a message may take, before anybody is told."""


@dataclass(frozen=True, slots=True)
class ScanTime:
    """`at` is what counts, `raw` what it would be without the limits; both UTC. `clock_was_off`: somebody may want to know."""

    at: datetime
    raw: datetime
    clock_was_off: bool


def when_scanned(record: SavedUse, *, device_now: datetime | None, arrived_at: datetime) -> ScanTime:
    """The moment of a scan that arrived now. `device_now` is the till's clock as it sent."""
    ahead = device_now - arrived_at if device_now is not None else timedelta()
    is_off = abs(ahead) > TOLERANCE
    before = None if record.clock_ahead is None else timedelta(seconds=record.clock_ahead)
    raw = record.scanned_at.astimezone(arrived_at.tzinfo)
    if is_off and before is not None and abs(before - ahead) <= TOLERANCE:
        raw -= ahead
    first = min(record.last_sync_at, arrived_at) if record.last_sync_at is not None else raw
    at = min(max(raw, first), arrived_at)
    jumped = before is not None and abs(before - ahead) > TOLERANCE
    return ScanTime(at.astimezone(arrived_at.tzinfo), raw, is_off or jumped or abs(at - raw) > TOLERANCE)
