"""What is stored about using credits. Design: docs/redemption.md and design/redemption.md."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Json, Long, Shared, Word, belongs_to
from timecredits.hours.activity_models import Talking


class Per(StrEnum):
    """A stretch of local time that places or turns are counted in. Weeks begin on Monday; a slot is one of an offer's times."""

    SLOT = "slot"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Offer(InProgramme, Base):
    """What a venue gives a programme's volunteers, and for how many minutes of credit a person."""

    __tablename__ = "offer"
    constraints: ClassVar = (
        CheckConstraint("adult_minutes > 0", name="adult_minutes_positive"),
        CheckConstraint("under_16_minutes IS NULL OR under_16_minutes >= 0", name="under_16_minutes_not_negative"),
        Index(None, "programme_id", "venue_id"),
    )

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str]
    adult_minutes: Mapped[int]
    under_16_minutes: Mapped[int | None]
    """NULL: under-16s can't come on this offer."""
    most_people: Mapped[int] = mapped_column(default=1)
    restrictions: Mapped[str] = mapped_column(default="")
    """Shown before credits are taken, in the venue's words."""
    good_first_step: Mapped[bool] = mapped_column(default=False)
    talking: Mapped[Talking | None] = mapped_column(Word(Talking))
    """Of a good first step: how much talking it asks for."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    paused_because: Mapped[str | None]
    created_at: Mapped[datetime]
    times: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default="[]")
    """When in the week it is on: `{"days": [0 to 6, Monday first], "from": "10:00", "until": "12:00"}`; none: always."""
    places: Mapped[int | None]
    places_per: Mapped[Per | None] = mapped_column(Word(Per))
    """How many people can come in each slot of `times`, day or month; both or neither."""
    once_a: Mapped[Per | None] = mapped_column(Word(Per))
    """How often one person may use it: once a day, week or month. None: as often as they like."""
    organisation_ids: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Only people enrolled at one of these may use it. None named: everybody."""
    least_age: Mapped[int | None]
    booking_note: Mapped[str] = mapped_column(default="", server_default="")
    picture_id: Mapped[UUID | None]
    is_step_free: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    alone_is_fine: Mapped[bool] = mapped_column(default=False, server_default=false())
    """You can come alone and need not talk."""
    ended_at: Mapped[datetime | None]
    """Taken off the list for good; what was used stays."""


class OfferPlaces(InProgramme, Base):
    """How many places of an offer are taken in one slot, day or month. Counted up and down with the uses themselves."""

    __tablename__ = "offer_places"
    constraints: ClassVar = (
        belongs_to("offer", "offer_id"),
        UniqueConstraint("programme_id", "offer_id", "period"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
    )

    offer_id: Mapped[UUID]
    period: Mapped[str]
    """"2026-11-21 10:00", "2026-11-21", "2026-W47" or "2026-11", in local time."""
    taken: Mapped[int]


class OfferTurn(InProgramme, Base):
    """That somebody had their turn of an offer in a day, week or month. Unique while not released; an undo releases it."""

    __tablename__ = "offer_turn"
    constraints: ClassVar = (
        belongs_to("offer", "offer_id"),
        belongs_to("volunteer", "volunteer_id"),
        Index(
            "uq_offer_turn_once",
            "programme_id",
            "offer_id",
            "volunteer_id",
            "period",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index(None, "programme_id", "redemption_id"),
    )

    offer_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    period: Mapped[str]
    redemption_id: Mapped[UUID]
    released_at: Mapped[datetime | None]


class TillPairing(Shared, Base):
    """A one-time code that makes a browser a till of one venue. Good for ten minutes, once."""

    __tablename__ = "till_pairing"
    constraints: ClassVar = (Index(None, "code_hash"),)

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    till_name: Mapped[str]
    code_hash: Mapped[bytes]
    made_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TillKind(StrEnum):
    """What takes credits at a venue."""

    SCREEN = "screen"  # a browser or a partner's own till, known by its token
    POSTER = "poster"  # printed; people scan it with their own phone


class Till(Shared, Base):
    """A paired device, or a poster, of one venue. It may take credits and look up, nothing else. The token's hash is kept."""

    __tablename__ = "till"

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    paired_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    kind: Mapped[TillKind] = mapped_column(Word(TillKind), default=TillKind.SCREEN, server_default="screen")
    revoked_because: Mapped[str | None]
    """Such as that it was lost or stolen: what it still sends is then looked at before it counts."""
    last_seen_at: Mapped[datetime | None]
    last_synced_at: Mapped[datetime | None]


class CodeKind(StrEnum):
    """The ways to show who is using credits, or who is to receive them."""

    LIVE = "live"  # on the volunteer's phone, new every half minute
    CARD = "card"  # printed, with a second check
    NOTE = "note"  # worth its own credits; also the pass on a phone
    POSTER = "poster"  # the venue's, scanned with the volunteer's phone
    LOOK_UP = "look_up"  # found by name at the till, with a second check
    RECEIVE = "receive"  # lets others give credits, and nothing else


class Credential(InProgramme, Base):
    """What a code refers to instead of a person: a random reference that can be revoked."""

    __tablename__ = "credential"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "reference"),
        Index(None, "programme_id", "volunteer_id"),
    )

    volunteer_id: Mapped[UUID]
    kind: Mapped[CodeKind] = mapped_column(Word(CodeKind))
    reference: Mapped[int]
    """31 bits of chance, unique in the programme: 4 bytes in the live code."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    helper_id: Mapped[UUID | None]
    """The volunteer on whose phone this code of somebody else is shown."""


class TypedCode(InProgramme, Base):
    """The 8 characters to type in place of a scan; stands for one credential at one time step."""

    __tablename__ = "typed_code"
    constraints: ClassVar = (
        belongs_to("credential", "credential_id"),
        UniqueConstraint("programme_id", "code"),
        UniqueConstraint("programme_id", "credential_id", "step"),
        Index(None, "expires_at"),
    )

    code: Mapped[str]
    credential_id: Mapped[UUID]
    step: Mapped[int]
    expires_at: Mapped[datetime]


class CodeUse(InProgramme, Base):
    """That a code was spent. Unique while not released; an undo releases it, and the code works again."""

    __tablename__ = "code_use"
    constraints: ClassVar = (
        Index(
            "uq_code_use_once",
            "programme_id",
            "kind",
            "reference",
            "step",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    kind: Mapped[CodeKind] = mapped_column(Word(CodeKind))
    reference: Mapped[int] = mapped_column(Long)
    step: Mapped[int]
    """The time step of a live code; of a card, the one it was scanned in; 0 for a note."""
    redemption_id: Mapped[UUID]
    used_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class RedemptionAttempt(InProgramme, Base):
    """One thing sent by a till and the answer it got: also refused ones. The same id and body get the same answer.

    `id` is UUIDv5(till, the id the till chose), so that two tills can't meet each other's.
    """

    __tablename__ = "redemption_attempt"
    constraints: ClassVar = (Index(None, "programme_id", "till_id", "arrived_at"),)

    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    body_hash: Mapped[bytes]
    offer_id: Mapped[UUID | None]
    outcome: Mapped[str]
    answer: Mapped[dict[str, Any]]
    """What the till was told, so that a repeat is told the same."""
    way: Mapped[CodeKind | None] = mapped_column(Word(CodeKind))
    """What was shown, where it was one of ours."""
    scanned_at: Mapped[datetime]
    arrived_at: Mapped[datetime]


class PaidBy(StrEnum):
    """Whose credits were used."""

    VOLUNTEER = "volunteer"
    NOTE = "note"
    GOODWILL = "goodwill"  # somebody else had used the same code; the venue is not to bear it


class Redemption(InProgramme, Base):
    """Credits used at a venue. Shares its id with the attempt and the transfer."""

    __tablename__ = "redemption"
    constraints: ClassVar = (
        belongs_to("offer", "offer_id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("transfer", "id"),
        Index(None, "programme_id", "venue_id", "used_at"),
        Index(None, "programme_id", "volunteer_id", "used_at"),
        *(
            Index(
                f"ix_redemption_{moment.partition('_')[0]}",
                "programme_id",
                moment,
                sqlite_where=text(f"{moment} IS NOT NULL"),
                postgresql_where=text(f"{moment} IS NOT NULL"),
            )
            for moment in ("arrived_at", "undone_at")
        ),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    offer_id: Mapped[UUID]
    volunteer_id: Mapped[UUID | None]
    """Whose code or card it was; None for a note, which is nobody's."""
    adults: Mapped[int]
    under_16s: Mapped[int]
    minutes: Mapped[int]
    used_at: Mapped[datetime]
    """When the code was scanned; what was scanned with no signal arrived later."""
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str | None]
    way: Mapped[CodeKind] = mapped_column(Word(CodeKind), default=CodeKind.LIVE, server_default="live")
    paid_by: Mapped[PaidBy] = mapped_column(Word(PaidBy), default=PaidBy.VOLUNTEER, server_default="volunteer")
    card_id: Mapped[UUID | None]
    note_id: Mapped[UUID | None]
    helper_id: Mapped[UUID | None]
    """The volunteer who showed the code for somebody else."""
    arrived_at: Mapped[datetime | None]
    """When it reached us, if that was not at once."""
    places_period: Mapped[str | None]
    """The period of the offer in which its people were counted (OfferPlaces); None where places were not limited."""
