"""People of a programme for a partner: who is enrolled, what they have, what came in and went out."""

from uuid import UUID

from timecredits.foundation.errors import NotFoundError
from timecredits.insight.partner_lists import ListedVolunteer, find_listed, list_volunteers
from timecredits.network.permissions import CALL_API
from timecredits.spending.statements import volunteer_balance, volunteer_statement
from timecredits.web.access import actor
from timecredits.web.api.cursors import id_cursor, read_id_cursor
from timecredits.web.api.declaring import Answer, endpoint, refuse
from timecredits.web.api.partner_shapes import Balance, PeopleQuery, Statement, StatementLine, Volunteer, Volunteers
from timecredits.web.api.till_shapes import PageQuery
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.problems import FieldFault

_WHOSE = {"volunteer_id": "The person's id."}
_NOBODY = {404: "Nobody of this programme has that id."}


@endpoint(
    "GET",
    "/volunteers",
    CALL_API,
    scope="volunteers:read",
    summary="List people",
    tag="People",
    query=PeopleQuery,
    answers={200: ((Volunteers,), "A page of people.")},
)
def list_people(query: PeopleQuery) -> Answer:
    """People by id."""
    found = list_volunteers(
        db.session(),
        actor().programme,
        organisation_id=query.organisation_id,
        after=read_id_cursor(query.cursor),
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    following = id_cursor(page[-1].volunteer.id) if len(found) > query.limit else None
    return Answer(200, Volunteers([_volunteer(each) for each in page], following))


@endpoint(
    "GET",
    "/volunteers/<uuid:volunteer_id>",
    CALL_API,
    scope="volunteers:read",
    summary="One person",
    tag="People",
    answers={200: ((Volunteer,), "The person.")},
    problems=_NOBODY,
    parameters=_WHOSE,
)
def show_person(volunteer_id: UUID) -> Answer:
    """One person of the programme."""
    return Answer(200, _volunteer(find_listed(db.session(), actor().programme, volunteer_id)))


@endpoint(
    "GET",
    "/volunteers/<uuid:volunteer_id>/balance",
    CALL_API,
    scope="balances:read",
    summary="What somebody has",
    tag="People",
    answers={200: ((Balance,), "Their credits.")},
    problems=_NOBODY,
    parameters=_WHOSE,
)
def show_balance(volunteer_id: UUID) -> Answer:
    """Their balance."""
    return Answer(200, Balance(volunteer_id, volunteer_balance(db.session(), actor().programme, volunteer_id)))


@endpoint(
    "GET",
    "/volunteers/<uuid:volunteer_id>/statement",
    CALL_API,
    scope="statements:read",
    summary="What came in and went out",
    tag="People",
    query=PageQuery,
    answers={200: ((Statement,), "A page of it, newest first.")},
    problems=_NOBODY,
    parameters=_WHOSE,
)
def show_statement(volunteer_id: UUID, query: PageQuery) -> Answer:
    """Their statement."""
    session, programme_id = db.session(), actor().programme
    balance = volunteer_balance(session, programme_id, volunteer_id)
    try:
        page = volunteer_statement(session, programme_id, volunteer_id, after=query.cursor or "", limit=query.limit)
    except NotFoundError as fault:
        raise refuse(422, errors=(FieldFault("cursor", "This is no cursor of this list. Begin without one."),)) from fault
    lines = [
        StatementLine(
            id=row.transfer_id,
            day=row.day,
            title=say(row.title),
            place=say(row.place),
            minutes=row.minutes,
            balance=row.balance,
            is_put_right=row.is_put_right,
        )
        for row in page.rows
    ]
    return Answer(200, Statement(volunteer_id=volunteer_id, balance=balance, items=lines, next=page.older or None))


def _volunteer(listed: ListedVolunteer) -> Volunteer:
    person, whole = listed.volunteer, "names:read" in actor().scopes
    return Volunteer(
        id=person.id,
        first_name=person.first_name,
        last_name=person.last_name if whole else person.last_name[:1],
        joined_on=person.joined_on,
        organisation_ids=list(listed.organisation_ids),
    )
