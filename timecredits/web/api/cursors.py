"""Where the next page of a list begins: opaque to partners, a place in an order to us. It is no secret and gives no rights."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

from timecredits.web.api.declaring import refuse
from timecredits.web.problems import FieldFault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ID, _MOMENT_AND_ID = 16, 24


def id_cursor(last: UUID) -> str:
    """After this id."""
    return _write(last.bytes)


def read_id_cursor(cursor: str | None) -> UUID | None:
    """The id after which to go on; None for the beginning."""
    content = _read(cursor, _ID)
    return None if content is None else UUID(bytes=content)


def moment_cursor(moment: datetime, last: UUID) -> str:
    """After this moment, and after this id within it."""
    return _write(((moment - _EPOCH) // _MICROSECOND).to_bytes(8) + last.bytes)


def read_moment_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The moment and id after which to go on; None for the beginning."""
    content = _read(cursor, _MOMENT_AND_ID)
    if content is None:
        return None
    try:
        return _EPOCH + int.from_bytes(content[:8]) * _MICROSECOND, UUID(bytes=content[8:])
    except OverflowError as fault:
        raise _strange() from fault


def _write(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read(cursor: str | None, length: int) -> bytes | None:
    if cursor is None:
        return None
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise _strange() from fault
    if len(content) != length:
        raise _strange()
    return content


def _strange() -> Exception:
    return refuse(422, errors=(FieldFault("cursor", "This is no cursor of this list. Begin without one."),))
