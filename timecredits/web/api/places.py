"""Offers, venues, organisations and activities, for tills and partners."""

from timecredits.insight import partner_lists
from timecredits.network.permissions import CALL_API, CALL_FOR_OFFERS, ActorKind
from timecredits.spending import models
from timecredits.web.access import actor
from timecredits.web.api.cursors import id_cursor, read_id_cursor
from timecredits.web.api.declaring import Answer, endpoint
from timecredits.web.api.partner_shapes import (
    Activities,
    ActivitiesQuery,
    Activity,
    OffersQuery,
    Organisation,
    Organisations,
    Venue,
    Venues,
)
from timecredits.web.api.till_shapes import Offer, Offers, PageQuery, Times
from timecredits.web.database import db


@endpoint(
    "GET",
    "/offers",
    CALL_FOR_OFFERS,
    scope="offers:read",
    summary="List offers",
    about="With a till's token: those of its venue, of every programme that the venue takes part in.",
    tag="Places",
    query=OffersQuery,
    answers={200: ((Offers,), "A page of offers.")},
)
def list_offers(query: OffersQuery) -> Answer:
    """Offers by id."""
    session, who, after = db.session(), actor(), read_id_cursor(query.cursor)
    if who.kind is ActorKind.TILL:
        found = partner_lists.list_offers_of_venue(session, who.venue, after=after, limit=query.limit + 1)
    else:
        found = partner_lists.list_offers(session, who.programme, venue_id=query.venue_id, after=after, limit=query.limit + 1)
    page = found[: query.limit]
    return Answer(200, Offers([_offer(each) for each in page], id_cursor(page[-1].id) if len(found) > query.limit else None))


@endpoint(
    "GET",
    "/venues",
    CALL_API,
    scope="venues:read",
    summary="List venues",
    tag="Places",
    query=PageQuery,
    answers={200: ((Venues,), "A page of venues.")},
)
def list_venues(query: PageQuery) -> Answer:
    """Venues by id."""
    found = partner_lists.list_venues(db.session(), actor().programme, after=read_id_cursor(query.cursor), limit=query.limit + 1)
    page = [
        Venue(
            id=each.id,
            name=each.name,
            town=each.town,
            address=each.address,
            postcode_district=each.postcode_district,
            summary=each.summary,
            access_facts=each.access_facts,
            is_national=each.is_national,
        )
        for each in found[: query.limit]
    ]
    return Answer(200, Venues(page, id_cursor(page[-1].id) if len(found) > query.limit else None))


@endpoint(
    "GET",
    "/organisations",
    CALL_API,
    scope="organisations:read",
    summary="List organisations",
    tag="Places",
    query=PageQuery,
    answers={200: ((Organisations,), "A page of organisations.")},
)
def list_organisations(query: PageQuery) -> Answer:
    """Organisations by id."""
    found = partner_lists.list_organisations(
        db.session(), actor().programme, after=read_id_cursor(query.cursor), limit=query.limit + 1
    )
    page = [Organisation(id=each.id, name=each.name, town=each.town) for each in found[: query.limit]]
    return Answer(200, Organisations(page, id_cursor(page[-1].id) if len(found) > query.limit else None))


@endpoint(
    "GET",
    "/activities",
    CALL_API,
    scope="organisations:read",
    summary="List activities",
    tag="Places",
    query=ActivitiesQuery,
    answers={200: ((Activities,), "A page of activities.")},
)
def list_activities(query: ActivitiesQuery) -> Answer:
    """Activities by id."""
    found = partner_lists.list_activities(
        db.session(),
        actor().programme,
        organisation_id=query.organisation_id,
        after=read_id_cursor(query.cursor),
        limit=query.limit + 1,
    )
    page = [
        Activity(id=each.id, organisation_id=each.organisation_id, name=each.name, earns_credits=each.earns_credits)
        for each in found[: query.limit]
    ]
    return Answer(200, Activities(page, id_cursor(page[-1].id) if len(found) > query.limit else None))


def _offer(offer: models.Offer) -> Offer:
    return Offer(
        id=offer.id,
        venue_id=offer.venue_id,
        name=offer.name,
        adult_minutes=offer.adult_minutes,
        under_16_minutes=offer.under_16_minutes,
        most_people=offer.most_people,
        restrictions=offer.restrictions,
        booking_note=offer.booking_note,
        times=[Times(each["days"], each["from"], each["until"]) for each in offer.times],
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        paused_because=offer.paused_because,
        is_step_free=offer.is_step_free,
        is_quiet=offer.is_quiet,
        alone_is_fine=offer.alone_is_fine,
        good_first_step=offer.good_first_step,
    )
