"""What the register and the volunteer's own lists hold, as the planner takes it. A constant number of questions.

- Confirmed time is one ledger spell for each organisation, from the first confirmed day, while they are enrolled there without an
  end, else up to the last confirmed day. Time that nobody else confirmed is no evidence and stays out.
- Time elsewhere covers days once its contact confirmed it; before that it only explains a gap. Where it goes on, it covers up to
  the day of their answer, and what came after is only told. What the contact refused is left out: somebody who would know says
  that it isn't so.
- Days for which staff saw evidence are covered.
- One person may stand on the list twice. Staff are known by their sign-in, also where their address was typed; others by name and
  email, or by name and phone number. Where there is neither, nothing tells that two of one name are the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.hours.history.hour_history import checked_by_another, in_force
from timecredits.hours.models import HourEntry
from timecredits.journey.elsewhere.spells_elsewhere import list_spells
from timecredits.journey.one_time_links import mailbox
from timecredits.journey.planning.gap_evidence import list_evidence
from timecredits.journey.planning.requirement import Consent, Contact, Episode, Evidence
from timecredits.journey.planning_models import Consent as KeptConsent
from timecredits.journey.planning_models import SpellState
from timecredits.journey.referees.known_staff import known_staff
from timecredits.journey.referees.referees import RefereeLine, list_referees
from timecredits.network.models import Enrolment, Organisation

__all__ = ["Gathered", "Source", "gather"]

_CONSENT: Final = {
    KeptConsent.NOT_ASKED: Consent.PENDING,
    KeptConsent.PENDING: Consent.PENDING,
    KeptConsent.GIVEN: Consent.GIVEN,
    KeptConsent.DECLINED: Consent.DECLINED,
    KeptConsent.WITHDRAWN: Consent.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a covered stretch comes from. `place` is for the screen; what leaves it says `letter_place`, as letters do.

    `seen_by` and `seen_on` are of evidence and of confirmed time elsewhere; "" and None otherwise. `spell_id` is of time
    elsewhere.
    """

    place: str
    letter_place: str
    seen_by: str = ""
    seen_on: date | None = None
    spell_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The planner's inputs, and what a page needs to name them. `sources` by the `org` of each episode, `lines` by contact id."""

    contacts: tuple[Contact, ...]
    episodes: tuple[Episode, ...]
    lines: Mapping[str, RefereeLine]
    sources: Mapping[str, Source]
    letter_names: Mapping[str, str]
    """Of each organisation of the programme that they were at, by its name on screens."""

    @property
    def gives_time_now(self) -> bool:
        """Whether any confirmed or proven spell goes on."""
        return any(each.end is None and each.evidence is not Evidence.DECLARED for each in self.episodes)


def gather(session: Session, programme_id: UUID, volunteer_id: UUID) -> Gathered:
    """Everything that the planner needs to know about a volunteer. Empty lists for somebody new."""
    staff = known_staff(session, programme_id, volunteer_id)
    lines = list_referees(session, programme_id, volunteer_id, staff=staff)
    sign_ins = {mailbox(each.email): each.user_id for each in staff.values() if each.email}
    days = _confirmed_days(session, programme_id, volunteer_id)
    stays = _stays(session, programme_id, volunteer_id, days)
    letter_names = {stay.name: stay.letter_name for stay in stays.values()}
    found = [
        *_in_register(days, stays),
        *_elsewhere(session, programme_id, volunteer_id),
        *_evidence(session, programme_id, volunteer_id, letter_names),
    ]
    return Gathered(
        contacts=tuple(_contact(line, sign_ins) for line in lines),
        episodes=tuple(episode for episode, _source in found),
        lines={str(line.id): line for line in lines},
        sources={episode.org: source for episode, source in found},
        letter_names=letter_names,
    )


@dataclass(frozen=True, slots=True)
class _Stay:
    name: str
    letter_name: str
    is_enrolled: bool


def _contact(line: RefereeLine, sign_ins: Mapping[str, UUID]) -> Contact:
    return Contact(
        id=str(line.id),
        person=_person(line, sign_ins),
        org=fold(line.organisation_name),
        known_since=line.known_since,
        known_until=line.known_until,
        consent=_CONSENT[line.consent],
        consent_from=line.consent_from,
        consent_until=line.consent_until,
        at_org_until=line.at_org_until,
        reachable=line.is_reachable,
        relation=line.relation.value,
    )


def _person(line: RefereeLine, sign_ins: Mapping[str, UUID]) -> str:
    address = mailbox(line.email) if line.email else ""
    user_id = line.user_id or sign_ins.get(address)
    if user_id is not None:
        return str(user_id)
    reached = address or "".join(filter(str.isdigit, line.phone))
    return f"{fold(line.name)} {reached}" if reached else str(line.id)


def _in_register(days: Mapping[UUID, Sequence[date]], stays: Mapping[UUID, _Stay]) -> Iterator[tuple[Episode, Source]]:
    for organisation_id, confirmed in days.items():
        stay = stays[organisation_id]
        token = f"register {organisation_id}"
        episode = Episode(
            id=token,
            org=token,
            start=confirmed[0],
            end=None if stay.is_enrolled else confirmed[-1],
            evidence=Evidence.LEDGER,
            active=tuple(confirmed),
        )
        yield episode, Source(stay.name, stay.letter_name)


def _elsewhere(session: Session, programme_id: UUID, volunteer_id: UUID) -> Iterator[tuple[Episode, Source]]:
    for spell in list_spells(session, programme_id, volunteer_id):
        if spell.state is SpellState.REFUSED:
            continue
        name, token, begins = spell.organisation_name, f"elsewhere {spell.id}", spell.first_day
        if spell.is_confirmed:
            until = max(spell.vouched_until or begins, begins)
            yield (
                Episode(id=token, org=token, start=begins, end=until, evidence=Evidence.DOCUMENT),
                Source(name, name, spell.answered_by, spell.answered_on, spell.id),
            )
            if spell.last_day is not None:
                continue
            token, begins = f"{token} since", until + timedelta(days=1)
        yield (
            Episode(id=token, org=token, start=begins, end=spell.last_day, evidence=Evidence.DECLARED),
            Source(name, name, spell_id=spell.id),
        )


def _evidence(
    session: Session, programme_id: UUID, volunteer_id: UUID, letter_names: Mapping[str, str]
) -> Iterator[tuple[Episode, Source]]:
    for seen in list_evidence(session, programme_id, volunteer_id):
        token = f"evidence {seen.id}"
        episode = Episode(id=token, org=token, start=seen.first_day, end=seen.last_day, evidence=Evidence.DOCUMENT)
        name = seen.organisation_name
        yield episode, Source(name, letter_names.get(name, name), seen.seen_by, seen.seen_on)


def _confirmed_days(session: Session, programme_id: UUID, volunteer_id: UUID) -> dict[UUID, list[date]]:
    """Each organisation's confirmed days, in order."""
    rows = session.execute(
        select(HourEntry.organisation_id, HourEntry.done_on)
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.volunteer_id == volunteer_id,
            in_force(),
            checked_by_another(),
        )
        .distinct()
        .order_by(HourEntry.done_on, HourEntry.organisation_id)
    )
    found: defaultdict[UUID, list[date]] = defaultdict(list)
    for organisation_id, day in rows:
        found[organisation_id].append(day)
    return found


def _stays(session: Session, programme_id: UUID, volunteer_id: UUID, with_hours: Iterable[UUID]) -> dict[UUID, _Stay]:
    """The organisations where they are or were enrolled, and those where they have hours."""
    is_theirs = (
        (Enrolment.programme_id == Organisation.programme_id)
        & (Enrolment.organisation_id == Organisation.id)
        & (Enrolment.volunteer_id == volunteer_id)
    )
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.letter_name, Enrolment.id.label("enrolment"), Enrolment.left_on)
        .outerjoin(Enrolment, is_theirs)
        .where(Organisation.programme_id == programme_id, Enrolment.id.is_not(None) | Organisation.id.in_(with_hours))
    )
    return {row.id: _Stay(row.name, row.letter_name, row.enrolment is not None and row.left_on is None) for row in rows}
