"""What a till sends and gets, as types: they read the calls and make the description."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from timecredits.spending.answers import Outcome
from timecredits.spending.codes import LONGEST_TEXT
from timecredits.web.problems import Problem

Minutes = Annotated[int, Meta(description="Minutes of credit; 60 are one credit.")]
_MOST_PEOPLE = 1000
_LARGEST = 2**31 - 1
_TEN_YEARS = 10 * 366 * 24 * 3600


class Party(Struct, forbid_unknown_fields=True, frozen=True):
    """Who comes."""

    adults: Annotated[int, Meta(ge=0, le=_MOST_PEOPLE)]
    under_16s: Annotated[int, Meta(ge=0, le=_MOST_PEOPLE)] = 0


class Check(Struct, forbid_unknown_fields=True, frozen=True):
    """What was shown beside a card. For photo and name the value is "yes": staff looked, and it is them."""

    kind: Literal["pin", "word", "photo", "name"]
    value: Annotated[str, Meta(min_length=1, max_length=64)]


class TakenBack(Struct, forbid_unknown_fields=True, frozen=True):
    """That the till took it back before it was sent."""

    at: Annotated[datetime, Meta(tz=True)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class Offline(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What is sent beside something that a till saved while it had no signal."""

    sequence: Annotated[int, Meta(ge=1, le=_LARGEST, description="Counted by the till from 1, without gaps.")]
    minutes: Annotated[int, Meta(ge=0, le=100_000, description="What its screen said.")] | None = None
    policy_version: Annotated[str, Meta(max_length=64, description="The version of the pack that it worked by.")] = ""
    last_sync_at: Annotated[datetime, Meta(tz=True)] | None = None
    clock_ahead: Annotated[float, Meta(ge=-_TEN_YEARS, le=_TEN_YEARS, description="Seconds.")] | None = None
    check: Annotated[str, Meta(max_length=64)] = ""
    till_id: UUID | None = None
    undone: TakenBack | None = None


class NewRedemption(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Credits to be taken for a code. The till makes the id before the first send, and keeps it for every repeat."""

    id: UUID
    code: Annotated[
        str, Meta(min_length=1, max_length=10_000, description=f"As scanned or typed; codes have up to {LONGEST_TEXT}.")
    ]
    offer_id: UUID
    party: Party | None = None
    scanned_at: Annotated[datetime, Meta(tz=True)] | None = None
    check: Check | None = None
    offline: Offline | None = None


class Redemption(Struct, frozen=True, kw_only=True):
    """Credits that were taken. A repeat gives the same, with is_repeat true."""

    id: UUID
    sent_id: UUID
    outcome: Annotated[Outcome, Meta(description="taken, free, undone or already_undone.")]
    is_repeat: bool
    minutes: Minutes
    name: Annotated[str, Meta(description="First name and initial; empty for a note.")]
    offer_name: str
    used_at: datetime | None
    sentence: str
    say: Annotated[str, Meta(description="To read out to the person.")]
    next: str


class SavedRedemption(Struct, frozen=True, kw_only=True):
    """What became of something saved with no signal. Nothing that happened is refused."""

    id: UUID | None
    sent_id: UUID | None
    result: Literal["ok", "ok_covered", "duplicate", "review", "forged", "undone", "conflict", "unreadable", "later"]
    is_repeat: bool
    sentence: str


class Reason(Struct, forbid_unknown_fields=True, frozen=True):
    """Why something is undone."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class Batch(Struct, forbid_unknown_fields=True, frozen=True):
    """Many at once, up to 100. One that can't be read does not harm the others."""

    redemptions: Annotated[list[Any], Meta(max_length=100, description="Each a NewRedemption.")]
    device_now: Annotated[datetime, Meta(tz=True)] | None = None


class BatchItem(Struct, frozen=True, kw_only=True):
    """What came of one: `status` is what it would have been answered by itself."""

    index: int
    id: UUID | None
    status: int
    redemption: Redemption | None = None
    saved: SavedRedemption | None = None
    problem: Problem | None = None


class BatchResults(Struct, frozen=True):
    """One result for each, in order."""

    now: datetime
    device: Literal["paired", "removed"]
    results: list[BatchItem]


class PairingCode(Struct, forbid_unknown_fields=True, frozen=True):
    """The one-time code from the venue's page about tills."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]


class PairedTill(Struct, frozen=True):
    """A till just paired. Keep the token like a password; it is shown once."""

    token: str
    till_id: UUID
    venue_id: UUID
    name: str


class Pack(Struct, frozen=True):
    """A signed pack: everything a till needs with no signal."""

    pack: Annotated[str, Meta(description="The pack's bytes, base64url without padding.")]
    signature: Annotated[str, Meta(description='Ed25519 over "timecredits/till pack/1" and the bytes.')]
    key: Annotated[int, Meta(description="Which of our keys signed it.")]


class Words(Struct, forbid_unknown_fields=True, frozen=True):
    """The beginning of a name, at least 4 letters."""

    words: Annotated[str, Meta(min_length=1, max_length=100)]


class Found(Struct, frozen=True):
    """Somebody found. Send the token as the code within two minutes, with their PIN or word."""

    token: str
    name: Annotated[str, Meta(description="First name and initial.")]


class FoundPeople(Struct, frozen=True):
    """Those found, at most 8."""

    people: list[Found]


class Times(Struct, frozen=True):
    """When in the week an offer is on. Days: 0 is Monday."""

    days: list[int]
    begins: str
    ends: str


class Offer(Struct, frozen=True, kw_only=True):
    """What a venue offers."""

    id: UUID
    venue_id: UUID
    name: str
    adult_minutes: Minutes
    under_16_minutes: Annotated[int | None, Meta(description="Minutes of credit; null: under-16s can't come.")]
    most_people: int
    restrictions: str
    booking_note: str
    times: list[Times]
    starts_on: date | None
    ends_on: date | None
    paused_because: str | None
    is_step_free: bool
    is_quiet: bool
    alone_is_fine: bool
    good_first_step: bool


class Offers(Struct, frozen=True):
    """A page of offers. `next` is the cursor of the next page, or null."""

    items: list[Offer]
    next: str | None


class PageQuery(Struct, forbid_unknown_fields=True, frozen=True):
    """Which page of a list."""

    cursor: Annotated[str, Meta(max_length=200, description="The next of the page before.")] | None = None
    limit: Annotated[int, Meta(ge=1, le=200, description="At most so many.")] = 50
