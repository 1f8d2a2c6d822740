"""Whom or what a code leads to: a volunteer's phone, a card, a note. Nothing here takes anything.

Order: shape, signature or MAC (forged is said before anything else about a code), then what the row says. What is typed is looked
up among live codes, cards and notes at once; a wrong one counts against the device.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.db import Id
from timecredits.foundation.keys import Keyring
from timecredits.ledger.note_float import float_id
from timecredits.network.models import Volunteer
from timecredits.network.tries import count_of, count_try
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.card_models import Card
from timecredits.spending.codes import (
    LONGEST_TEXT,
    PREFIX,
    CardParts,
    CodeFault,
    LiveCodeParts,
    NoteParts,
    decode,
    is_in_time,
    step_at,
)
from timecredits.spending.models import CodeKind, Credential, TypedCode
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteEnd, NoteKind
from timecredits.spending.typed_codes import read_typed_code

MOST_MISSES = 5
MISSES_WITHIN = timedelta(minutes=5)
"""Five wrong typed codes at one till within this stretch pause typing there; the camera goes on."""

LOOK_UP_FOR = timedelta(minutes=2)
_LOOK_UP = "LOOK:"
_LOOK_UP_PURPOSE = "look-up at a till"


@dataclass(frozen=True, slots=True)
class InProgrammeOf:
    """The programme whose codes are read."""

    programme_id: UUID
    programme_number: int


@dataclass(frozen=True, slots=True)
class ShownNote:
    """The note that was shown: worth `minutes`; what it is not used for goes back to `paid_from`."""

    id: UUID
    minutes: int
    expires_on: date
    paid_from: UUID
    ended_because: NoteEnd | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a code leads to: whose credits, and under which key it is spent; not yet a right to anything.

    `way` is how it was shown, `kind`, `reference` and `step` are what code_use holds. `account_id` pays. A note is nobody's:
    `volunteer_id` is None and `name` empty.
    """

    way: CodeKind
    kind: CodeKind
    reference: int
    step: int
    account_id: UUID
    volunteer_id: UUID | None = None
    name: str = ""
    is_stopped: bool = False
    is_frozen: bool = False
    born_month: date | None = None
    helper_id: UUID | None = None
    card: Card | None = None
    note: ShownNote | None = None


def name_at_venue(volunteer: Any) -> str:
    """First name and initial, "Siân P.": all that a venue sees of a person. Of anything with `first_name` and `last_name`."""
    initial = volunteer.last_name[:1]
    return f"{volunteer.first_name} {initial}." if initial else str(volunteer.first_name)


def find_shown(
    session: Session,
    keyring: Keyring,
    device_id: UUID,
    places: Sequence[InProgrammeOf],
    code: str,
    now: datetime,
) -> Shown | Facts:
    """What the code leads to in the first place's programme, or the facts of why it leads to nobody.

    A wrong typed code is counted against the device.
    """
    shown = read_code(session, keyring, places[0], code, now, device_id=device_id)
    if isinstance(shown, Outcome):
        return Facts(shown)
    return refusal_of(shown, now) or shown


def read_code(
    session: Session, keyring: Keyring, programme: InProgrammeOf, code: str, now: datetime, *, device_id: UUID | None
) -> Shown | Outcome:
    """What the code leads to, good or not any more. `device_id` None: nothing that is typed or looked up is taken."""
    if len(code) > LONGEST_TEXT:
        return Outcome.WRONG_CODE
    parts = decode(keyring, code)
    if parts is CodeFault.FORGED:
        return Outcome.FORGED
    if isinstance(parts, CodeFault):
        return Outcome.WRONG_CODE if device_id is None else _by_hand(session, keyring, device_id, programme, code, now)
    if parts.programme_number != programme.programme_number:
        return Outcome.WRONG_PROGRAMME
    shown = _by_parts(session, programme.programme_id, parts, now)
    return Outcome.WRONG_CODE if shown is None else shown


def refusal_of(shown: Shown, now: datetime) -> Facts | None:
    """Why what was shown is good no more, or not just now, or None."""
    way, note = shown.way.value, shown.note
    if note is not None and (note.ended_because is NoteEnd.EXPIRED or local_day(now) > note.expires_on):
        return Facts(Outcome.EXPIRED, until=note.expires_on.isoformat(), way=way)
    if shown.is_stopped:
        return Facts(Outcome.REVOKED, way=way)
    if shown.kind is CodeKind.LIVE and not is_in_time(shown.step, now):
        return Facts(Outcome.EXPIRED, way=way)
    if shown.is_frozen:
        return Facts(Outcome.FROZEN, volunteer_id=shown.volunteer_id, way=way)
    return None


def look_up_token(keyring: Keyring, device_id: UUID, card_id: UUID, now: datetime) -> str:
    """What stands for a card that was found by name at this device, for some two minutes. Never enough without a second check."""
    step = int(now.timestamp()) // int(LOOK_UP_FOR.total_seconds())
    _number, key = keyring.signing_key(_LOOK_UP_PURPOSE)
    return f"{_LOOK_UP}{card_id.hex}.{step}.{_look_up_mac(key, device_id, card_id, step)}"


def show_person(row: Any, way: CodeKind, reference: int, step: int, *, helper_id: UUID | None = None) -> Shown:
    """A volunteer's own columns (`person_columns`) as what was shown."""
    return Shown(
        way=way,
        kind=way,
        reference=reference,
        step=step,
        account_id=row.account_id,
        volunteer_id=row.volunteer_id,
        name=name_at_venue(row),
        is_frozen=row.frozen_at is not None,
        born_month=row.born_month,
        helper_id=helper_id,
    )


def person_columns() -> tuple[Any, ...]:
    """The columns of a volunteer that a decision needs; whole rows cost more to load."""
    return (
        Volunteer.id.label("volunteer_id"),
        Volunteer.account_id,
        Volunteer.first_name,
        Volunteer.last_name,
        Volunteer.frozen_at,
        Volunteer.born_month,
    )


def _by_parts(session: Session, programme_id: UUID, parts: LiveCodeParts | CardParts | NoteParts, now: datetime) -> Shown | None:
    if isinstance(parts, LiveCodeParts):
        row = session.connection().execute(_BY_REFERENCE, {"programme": programme_id, "reference": parts.reference}).one_or_none()
        return None if row is None else _live(row, parts.step)
    if isinstance(parts, CardParts):
        row = session.execute(_cards(programme_id).where(Card.serial == parts.serial)).one_or_none()
        return None if row is None else _card(row, now)
    row = session.execute(_notes(programme_id).where(CreditNote.serial == parts.serial)).one_or_none()
    # The row decides; a note that was signed for something else than it holds was never ours to print.
    if row is None or (row.minutes, row.expires_on) != (parts.minutes, parts.expires_on):
        return None
    return _note(row, programme_id)


def _by_hand(
    session: Session, keyring: Keyring, device_id: UUID, programme: InProgrammeOf, code: str, now: datetime
) -> Shown | Outcome:
    if code.startswith(_LOOK_UP):
        return _by_look_up(session, keyring, device_id, programme.programme_id, code, now)
    typed = None if code.upper().startswith(PREFIX) else read_typed_code(code)
    if typed is None:
        return Outcome.WRONG_CODE
    subject = f"typed code at till {device_id}"
    if count_of(session, subject, within=MISSES_WITHIN) >= MOST_MISSES:
        return Outcome.TYPING_PAUSED
    shown = _by_typed_code(session, programme.programme_id, typed, now)
    if shown is None:
        count_try(session, subject, within=MISSES_WITHIN)
        return Outcome.WRONG_CODE
    return shown


def _by_typed_code(session: Session, programme_id: UUID, typed: str, now: datetime) -> Shown | None:
    found = session.execute(
        union_all(
            select(literal("live").label("kind"), TypedCode.credential_id.label("id"), TypedCode.step.label("step")).where(
                TypedCode.programme_id == programme_id, TypedCode.code == typed
            ),
            select(literal("card"), Card.id, literal(0)).where(Card.programme_id == programme_id, Card.code == typed),
            select(literal("note"), CreditNote.id, literal(0)).where(
                CreditNote.programme_id == programme_id, CreditNote.code == typed
            ),
        )
    ).first()
    if found is None:
        return None
    if found.kind == "live":
        row = session.execute(_credentials().where(Credential.id == found.id), {"programme": programme_id}).one_or_none()
        return None if row is None else _live(row, found.step)
    if found.kind == "card":
        return _card(session.execute(_cards(programme_id).where(Card.id == found.id)).one(), now)
    return _note(session.execute(_notes(programme_id).where(CreditNote.id == found.id)).one(), programme_id)


def _by_look_up(
    session: Session, keyring: Keyring, device_id: UUID, programme_id: UUID, token: str, now: datetime
) -> Shown | Outcome:
    try:
        card, step, mac = token.removeprefix(_LOOK_UP).split(".")
        card_id, made = UUID(hex=card), int(step)
    except ValueError:
        return Outcome.WRONG_CODE
    keys = keyring.checking_keys(_LOOK_UP_PURPOSE)
    if not any(hmac.compare_digest(mac.encode(), _look_up_mac(key, device_id, card_id, made).encode()) for key in keys):
        return Outcome.FORGED
    if not 0 <= int(now.timestamp()) // int(LOOK_UP_FOR.total_seconds()) - made <= 1:
        return Outcome.EXPIRED
    row = session.execute(_cards(programme_id).where(Card.id == card_id)).one_or_none()
    return Outcome.WRONG_CODE if row is None else _card(row, now, way=CodeKind.LOOK_UP)


def _look_up_mac(key: bytes, device_id: UUID, card_id: UUID, step: int) -> str:
    mac = hmac.new(key, device_id.bytes + card_id.bytes + str(step).encode(), sha256).digest()
    return base64.b32encode(mac[:10]).decode("ascii")


def _credentials() -> Any:
    # A credential that only lets others give to somebody takes nothing: it is looked for by kind.
    return (
        select(Credential.reference, Credential.revoked_at, Credential.helper_id, *person_columns())
        .join(Volunteer, (Volunteer.programme_id == Credential.programme_id) & (Volunteer.id == Credential.volunteer_id))
        .where(Credential.programme_id == bindparam("programme", type_=Id), Credential.kind == CodeKind.LIVE)
    )


# Built once: putting a statement together takes longer than running it, and most scans are of this kind.
_BY_REFERENCE = _credentials().where(Credential.reference == bindparam("reference"))


def _cards(programme_id: UUID) -> Any:
    return (
        select(Card, *person_columns())
        .join(Volunteer, (Volunteer.programme_id == Card.programme_id) & (Volunteer.id == Card.volunteer_id))
        .where(Card.programme_id == programme_id)
    )


def _notes(programme_id: UUID) -> Any:
    return (
        select(
            CreditNote.id,
            CreditNote.serial,
            CreditNote.minutes,
            CreditNote.expires_on,
            CreditNote.ended_at,
            CreditNote.ended_because,
            NoteBatch.paid_from,
            Volunteer.frozen_at,
        )
        .join(NoteBatch, (NoteBatch.programme_id == CreditNote.programme_id) & (NoteBatch.id == CreditNote.batch_id))
        # A pass is its owner's own credits on their own phone; a note on paper is whoever's holds it.
        .outerjoin(
            Volunteer,
            (Volunteer.programme_id == NoteBatch.programme_id)
            & (Volunteer.id == NoteBatch.volunteer_id)
            & (NoteBatch.kind == NoteKind.PASS),
        )
        .where(CreditNote.programme_id == programme_id)
    )


def _live(row: Any, step: int) -> Shown:
    shown = show_person(row, CodeKind.LIVE, row.reference, step, helper_id=row.helper_id)
    return shown if row.revoked_at is None else replace(shown, is_stopped=True)


def _card(row: Any, now: datetime, *, way: CodeKind = CodeKind.CARD) -> Shown:
    card: Card = row.Card
    return Shown(
        way=way,
        kind=CodeKind.CARD,
        reference=card.serial,
        step=step_at(now),
        account_id=row.account_id,
        volunteer_id=row.volunteer_id,
        name=name_at_venue(row),
        is_stopped=card.ended_at is not None,
        is_frozen=row.frozen_at is not None,
        born_month=row.born_month,
        card=card,
    )


def _note(row: Any, programme_id: UUID) -> Shown:
    return Shown(
        way=CodeKind.NOTE,
        kind=CodeKind.NOTE,
        reference=row.serial,
        step=0,
        account_id=float_id(programme_id),
        is_stopped=row.ended_at is not None,
        is_frozen=row.frozen_at is not None,
        note=ShownNote(row.id, row.minutes, row.expires_on, row.paid_from, row.ended_because),
    )
