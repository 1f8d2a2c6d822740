"""Where a volunteer can help and earn: the open activities of every organisation in the programme, and when they take place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import Activity, ActivityKind, OpenTo, SignUp, SignUpStatus, Talking
from timecredits.hours.planning.sessions import DatedSession, list_sessions, soon
from timecredits.hours.planning.signing_up import free_places
from timecredits.network.models import Enrolment, Organisation


@dataclass(frozen=True, slots=True)
class OpenActivity:
    """An activity, whom to ask about it, and how it stands to the person who looks.

    `is_mine`: they are enrolled at its organisation. `on_hold`: that is on hold, and nobody can sign up now.
    `may_join`: they may sign up; unless `is_mine`, that enrols them there.
    """

    id: UUID
    name: str
    summary: str
    role: str
    place: str
    when_text: str
    usual_minutes: int
    earns_credits: bool
    good_first_step: bool
    talking: Talking | None
    access_facts: tuple[str, ...]
    organisation_id: UUID
    organisation: str
    town: str
    contact_email: str
    contact_phone: str
    is_mine: bool
    may_join: bool
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class NextSession:
    """A session to come as one volunteer sees it: `free` places (None: any number), and their own sign-up if there is one."""

    dated: DatedSession
    free: int | None
    mine: SignUpStatus | None


def list_open_activities(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    search: str = "",
    good_first_step: bool = False,
    open_to_me: bool = False,
    town: str = "",
    access: str = "",
) -> list[OpenActivity]:
    """Open activities of a programme, good first steps first, then by name. `search` looks in everything said about them.

    `town` and `access` keep those of one town, and with one access fact, whatever its capitals.
    """
    query = _activities(programme_id).where(Activity.is_open)
    if good_first_step:
        query = query.where(Activity.good_first_step)
    if town:
        query = query.where(Organisation.town == town)
    wanted, fact = fold(search).split(), fold(access)
    at = _enrolments(session, programme_id, volunteer_id)
    found = [_open(activity, organisation, at) for activity, organisation in session.execute(query)]
    kept = [
        each
        for each in found
        if _speaks_of(each, wanted) and (each.may_join or not open_to_me) and (not fact or fact in map(fold, each.access_facts))
    ]
    return sorted(kept, key=lambda each: (not each.good_first_step, fold(each.name), fold(each.organisation)))


def find_open_activity(session: Session, programme_id: UUID, volunteer_id: UUID, activity_id: UUID) -> OpenActivity:
    """One open activity. Raises NotFoundError, also for one that is closed."""
    row = session.execute(_activities(programme_id).where(Activity.is_open, Activity.id == activity_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _open(row[0], row[1], _enrolments(session, programme_id, volunteer_id))


def places_known(session: Session, programme_id: UUID) -> tuple[list[str], list[str]]:
    """The towns and the access facts to choose from: those of open activities, in order."""
    rows = session.execute(
        select(Organisation.town, Activity.access_facts)
        .join(Activity, (Organisation.programme_id == Activity.programme_id) & (Organisation.id == Activity.organisation_id))
        .where(Activity.programme_id == programme_id, Activity.is_open, Activity.kind == ActivityKind.ROLE)
    ).all()
    facts = {fold(fact): fact for row in rows for fact in row.access_facts}
    return sorted({row.town for row in rows if row.town}, key=fold), [facts[each] for each in sorted(facts)]


def next_sessions(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    activity_ids: Collection[UUID],
    *,
    most: int,
    with_cancelled: bool = True,
    first: date | None = None,
    last: date | None = None,
) -> Mapping[UUID, Sequence[NextSession]]:
    """At most `most` sessions of each activity from `first` to `last` (four weeks from today) that are not over, in order.

    Cancelled ones are among them unless told otherwise, so that nobody looks for them in vain.
    """
    from_day, to_day = soon(clock.today())
    dated = list_sessions(
        session, programme_id, first=first or from_day, last=last or to_day, activity_ids=activity_ids, only_open=True
    )
    shown: dict[UUID, list[DatedSession]] = defaultdict(list)
    now = clock.now()
    for each in dated:
        if each.ends > now and (each.is_on or with_cancelled) and len(shown[each.activity_id]) < most:
            shown[each.activity_id].append(each)
    every = [each for listed in shown.values() for each in listed]
    free = free_places(session, programme_id, every, volunteer_id=volunteer_id)
    mine = own_sign_ups(session, programme_id, volunteer_id, every)
    return {
        activity_id: [NextSession(each, free[each.id], mine.get(each.id)) for each in listed]
        for activity_id, listed in shown.items()
    }


def own_sign_ups(
    session: Session, programme_id: UUID, volunteer_id: UUID, dated: Iterable[DatedSession]
) -> dict[UUID, SignUpStatus]:
    """Where this volunteer's sign-ups for these sessions stand; cancelled ones are left out."""
    rows = session.execute(
        select(SignUp.session_id, SignUp.status).where(
            SignUp.programme_id == programme_id,
            SignUp.volunteer_id == volunteer_id,
            SignUp.session_id.in_([each.id for each in dated if each.is_kept]),
            SignUp.status != SignUpStatus.CANCELLED,
        )
    )
    return dict(rows.all())


def _activities(programme_id: UUID) -> Select[Activity, Organisation]:
    return (
        select(Activity, Organisation)
        .join(
            Organisation,
            (Organisation.programme_id == Activity.programme_id) & (Organisation.id == Activity.organisation_id),
        )
        .where(Activity.programme_id == programme_id, Activity.kind == ActivityKind.ROLE)
    )


def _enrolments(session: Session, programme_id: UUID, volunteer_id: UUID) -> dict[UUID, date | None]:
    """The day this person left, or None while they are there, by organisation."""
    rows = session.execute(
        select(Enrolment.organisation_id, Enrolment.left_on).where(
            Enrolment.programme_id == programme_id, Enrolment.volunteer_id == volunteer_id
        )
    )
    return dict(rows.all())


def _open(activity: Activity, organisation: Organisation, at: Mapping[UUID, date | None]) -> OpenActivity:
    is_mine = organisation.id in at and at[organisation.id] is None
    return OpenActivity(
        id=activity.id,
        name=activity.name,
        summary=activity.summary,
        role=activity.role,
        place=activity.place,
        when_text=activity.when_text,
        usual_minutes=activity.usual_minutes,
        earns_credits=activity.earns_credits,
        good_first_step=activity.good_first_step,
        talking=activity.talking,
        access_facts=tuple(activity.access_facts),
        organisation_id=organisation.id,
        organisation=organisation.name,
        town=organisation.town,
        contact_email=organisation.contact_email,
        contact_phone=organisation.contact_phone,
        is_mine=is_mine,
        may_join=is_mine or (organisation.id not in at and activity.open_to is OpenTo.EVERYBODY),
        on_hold=organisation.suspended_at is not None,
    )


def _speaks_of(activity: OpenActivity, wanted: list[str]) -> bool:
    said = fold(
        f"{activity.name} {activity.summary} {activity.role} {activity.organisation} {activity.town} {activity.place} "
        f"{activity.when_text} {' '.join(activity.access_facts)}"
    )
    return all(word in said for word in wanted)
