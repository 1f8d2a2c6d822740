"""What a partner's computer sends and gets, as types: they read the calls and make the description."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from timecredits.web.api.till_shapes import Minutes, PageQuery

Clock = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Time of day, as 14:30.")]


class PeopleQuery(PageQuery, forbid_unknown_fields=True, frozen=True):
    """Which people."""

    organisation_id: UUID | None = None


class Volunteer(Struct, frozen=True, kw_only=True):
    """Somebody enrolled. The last name is cut to its initial where the key is not good for names:read."""

    id: UUID
    first_name: str
    last_name: str
    joined_on: date
    organisation_ids: Annotated[list[UUID], Meta(description="Where they are enrolled now.")]


class Volunteers(Struct, frozen=True):
    """A page of people. `next` is the cursor of the next page, or null."""

    items: list[Volunteer]
    next: str | None


class Balance(Struct, frozen=True):
    """What somebody has."""

    volunteer_id: UUID
    minutes: Minutes


class StatementLine(Struct, frozen=True, kw_only=True):
    """One movement. `minutes` is below 0 for what went out; `balance` is what was left after it."""

    id: UUID
    day: date
    title: str
    place: str
    minutes: Minutes
    balance: Minutes
    is_put_right: Annotated[bool, Meta(description="It undoes an earlier one, whose title it has.")]


class Statement(Struct, frozen=True, kw_only=True):
    """A page of a statement, newest first. `next` is the cursor of the next page, or null."""

    volunteer_id: UUID
    balance: Annotated[int, Meta(description="What they have now, in minutes of credit.")]
    items: list[StatementLine]
    next: str | None


class HoursQuery(PageQuery, forbid_unknown_fields=True, frozen=True):
    """Which hours."""

    organisation_id: UUID | None = None
    volunteer_id: UUID | None = None
    since: Annotated[date | None, Meta(description="Given on this day or later.")] = None


class HourEntry(Struct, frozen=True, kw_only=True):
    """Hours that somebody gave. `counts` is false once they were corrected or taken away."""

    id: UUID
    volunteer_id: UUID
    organisation_id: UUID
    activity_id: UUID
    day: date
    starts: Clock | None
    minutes: Annotated[int, Meta(description="How long they helped.")]
    earned: Minutes
    counts: bool
    recorded_at: datetime


class HourEntries(Struct, frozen=True):
    """A page of hours, in the order they were recorded. `next` is the cursor of the next page, or null."""

    items: list[HourEntry]
    next: str | None
    latest: Annotated[str | None, Meta(description="The cursor with which to ask later for what came after this page.")]


class NewHours(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Hours to be added. The caller makes the id, and keeps it for every repeat."""

    id: UUID
    organisation_id: UUID
    volunteer_id: UUID
    activity_id: UUID
    day: date
    minutes: Annotated[int, Meta(ge=1, le=1500)]
    starts: Clock | None = None
    note: Annotated[str, Meta(max_length=200)] = ""


class AddedHours(Struct, frozen=True, kw_only=True):
    """Hours that are there now. `remarks` are for a person to look at; nothing was held back for them."""

    id: UUID
    sent_id: UUID
    is_repeat: bool
    minutes: int
    earned: Minutes
    remarks: list[str]


class OffersQuery(PageQuery, forbid_unknown_fields=True, frozen=True):
    """Which offers. A till sees those of its own venue, whatever it asks for."""

    venue_id: UUID | None = None


class Venue(Struct, frozen=True, kw_only=True):
    """A place to use credits."""

    id: UUID
    name: str
    town: str
    address: list[str]
    postcode_district: str
    summary: str
    access_facts: list[str]
    is_national: bool


class Venues(Struct, frozen=True):
    """A page of venues. `next` is the cursor of the next page, or null."""

    items: list[Venue]
    next: str | None


class Organisation(Struct, frozen=True, kw_only=True):
    """Where people give time."""

    id: UUID
    name: str
    town: str


class Organisations(Struct, frozen=True):
    """A page of organisations. `next` is the cursor of the next page, or null."""

    items: list[Organisation]
    next: str | None


class ActivitiesQuery(PageQuery, forbid_unknown_fields=True, frozen=True):
    """Which activities."""

    organisation_id: UUID | None = None


class Activity(Struct, frozen=True, kw_only=True):
    """What people help with at an organisation."""

    id: UUID
    organisation_id: UUID
    name: str
    earns_credits: bool


class Activities(Struct, frozen=True):
    """A page of activities. `next` is the cursor of the next page, or null."""

    items: list[Activity]
    next: str | None
