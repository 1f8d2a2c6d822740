"""The people whom a volunteer could name in an application: kept by the volunteer, seen by nobody else.

They are other people's names and addresses: taken off the list, what leads to them is emptied at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.journey.one_time_links import keep_once, mailbox, refuse_own_address, tidy_email
from timecredits.journey.planning_models import Consent, Referee, Relation
from timecredits.journey.referees.known_staff import KnownStaff, known_staff
from timecredits.network.scope import find, find_and_hold

LONGEST: Final = 120
MOST_REFEREES: Final = 30
SELDOM_ACCEPTED: Final = frozenset({Relation.FRIEND, Relation.FAMILY})
"""Most employers take no reference from them."""

_YEARS: Final = 100
_FEWEST_DIGITS: Final = 7


class RefereeState(StrEnum):
    """How it stands with a referee's yes on one day, as the volunteer reads it."""

    PLEASE_ASK = "please_ask"
    ASKED = "asked"
    AGREED = "agreed"
    ENDED = "ended"  # they had agreed until a day that has gone by
    SAID_NO = "said_no"
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True)
class RefereeFacts:
    """What a volunteer says about somebody who isn't on the staff. `organisation_name` is a place of any kind, or ""."""

    name: str
    relation: Relation
    known_since: date | None
    title: str = ""
    organisation_name: str = ""
    known_until: date | None = None
    at_org_until: date | None = None
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class RefereeLine:
    """One referee as the list and the planner read them: of staff, what the register and their role say today.

    `user_id` is None for anybody but staff; `email` is "" for staff, whom we reach through their own sign-in.
    """

    id: UUID
    name: str
    title: str
    relation: Relation
    organisation_id: UUID | None
    organisation_name: str
    user_id: UUID | None
    email: str
    phone: str
    known_since: date
    known_until: date | None
    at_org_until: date | None
    consent: Consent
    consent_from: date | None
    consent_until: date | None
    asked_at: datetime | None
    answered_at: datetime | None

    @property
    def is_staff(self) -> bool:
        """Whether they are on the staff of an organisation of the programme."""
        return self.user_id is not None

    @property
    def is_reachable(self) -> bool:
        """Whether an employer could be told how to reach them: staff only while they work there."""
        return not self.has_left_staff if self.is_staff else bool(self.email or self.phone)

    @property
    def has_left_staff(self) -> bool:
        """Whether they were on the staff when they were added, and no longer are."""
        return self.is_staff and self.at_org_until is not None

    @property
    def is_seldom_accepted(self) -> bool:
        """Whether most employers take no reference from such a person."""
        return self.relation in SELDOM_ACCEPTED

    @property
    def asked_on(self) -> date | None:
        """The day of the newest asking."""
        return None if self.asked_at is None else clock.local_day(self.asked_at)

    @property
    def is_rung(self) -> bool:
        """Whether staff are to ask them on the phone."""
        return self.consent is Consent.PENDING and not self.email and not self.is_staff

    def state(self, today: date) -> RefereeState:
        """How it stands with their yes on this day."""
        match self.consent:
            case Consent.NOT_ASKED:
                return RefereeState.PLEASE_ASK
            case Consent.PENDING:
                return RefereeState.ASKED
            case Consent.DECLINED:
                return RefereeState.SAID_NO
            case Consent.WITHDRAWN:
                return RefereeState.NO_LONGER
            case Consent.GIVEN:
                over = self.consent_until is not None and self.consent_until < today
                return RefereeState.ENDED if over else RefereeState.AGREED


def list_referees(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, staff: Mapping[tuple[UUID, UUID], KnownStaff] | None = None
) -> list[RefereeLine]:
    """Everybody on a volunteer's list, longest known first. Four questions at most, however long it is.

    `staff` are those whom the volunteer knows, where the caller has asked already.
    """
    rows = session.scalars(
        select(Referee).where(
            Referee.programme_id == programme_id, Referee.volunteer_id == volunteer_id, Referee.removed_at.is_(None)
        )
    ).all()
    if staff is None:
        has_staff = any(row.user_id is not None for row in rows)
        staff = known_staff(session, programme_id, volunteer_id) if has_staff else {}
    return sorted((_line(row, staff) for row in rows), key=lambda line: (line.known_since, fold(line.name), line.id))


def find_referee(session: Session, programme_id: UUID, volunteer_id: UUID, referee_id: UUID) -> RefereeLine:
    """One of a volunteer's referees. NotFoundError for another's, and for one taken off the list."""
    row = kept_referee(session, programme_id, volunteer_id, referee_id)
    return _line(row, {} if row.user_id is None else known_staff(session, programme_id, volunteer_id))


def kept_referee(session: Session, programme_id: UUID, volunteer_id: UUID, referee_id: UUID, *, lock: bool = False) -> Referee:
    """The row itself; with `lock` nobody else changes it until the transaction ends."""
    seek = find_and_hold if lock else find
    return seek(session, Referee, programme_id, referee_id, volunteer_id=volunteer_id, removed_at=None)


def add_referee(
    session: Session, programme_id: UUID, volunteer_id: UUID, facts: RefereeFacts, *, referee_id: UUID, today: date
) -> None:
    """Put somebody on a volunteer's list. The same `referee_id` twice is one. Raises RuleError for facts that can't be."""
    tidy = _tidied(session, programme_id, volunteer_id, facts, today)
    if session.get(Referee, (programme_id, referee_id)) is None:
        refuse_more(session, programme_id, volunteer_id)
        _refuse_twice(session, programme_id, volunteer_id, tidy, but=referee_id)  # it may have come in meanwhile
    values = {"programme_id": programme_id, "id": referee_id, "volunteer_id": volunteer_id, "added_at": clock.now()}
    if not keep_once(session, Referee, values | _columns(tidy)):
        find(session, Referee, programme_id, referee_id, volunteer_id=volunteer_id)


def change_referee(
    session: Session, programme_id: UUID, volunteer_id: UUID, referee_id: UUID, facts: RefereeFacts, *, today: date
) -> bool:
    """Put right what is kept about somebody; answers whether they must be asked again.

    Who they are, how they know the volunteer and where they were written to end their link and their answer when they change: it
    may be somebody else now, or it is no longer what they agreed to. Only the phone number may change.

    Raises RuleError for staff, whose facts nobody types, and for somebody who said no.
    """
    row = kept_referee(session, programme_id, volunteer_id, referee_id, lock=True)
    if row.user_id is not None:
        raise RuleError(Sentence("These facts come from our records. Nothing was changed."))
    if row.consent in {Consent.DECLINED, Consent.WITHDRAWN}:
        raise RuleError(Sentence("They said no. Nothing was changed. You can take them off your list."))
    tidy = _tidied(session, programme_id, volunteer_id, facts, today)
    _refuse_twice(session, programme_id, volunteer_id, tidy, but=referee_id)
    changed = {name: value for name, value in _columns(tidy).items() if getattr(row, name) != value}
    anew = bool(changed.keys() - {"phone"}) and row.consent is not Consent.NOT_ASKED
    for name, value in changed.items():
        setattr(row, name, value)
    if anew:
        row.consent, row.consent_from, row.consent_until = Consent.NOT_ASKED, None, None
        row.asked_at = row.answered_at = None
    session.flush()
    return anew


def remove_referee(session: Session, programme_id: UUID, volunteer_id: UUID, referee_id: UUID) -> None:
    """Take somebody off the list; who they are and how to reach them is emptied at once, and their link opens nothing."""
    forget_referee(kept_referee(session, programme_id, volunteer_id, referee_id, lock=True))
    session.flush()


def forget_referee(row: Referee) -> None:
    """Empty what leads to a person and what was said about them; the row stays."""
    row.removed_at = clock.now()
    row.name = row.title = row.organisation_name = row.email = row.phone = ""
    row.user_id = row.organisation_id = row.known_until = row.at_org_until = None
    row.relation, row.known_since = Relation.COLLEAGUE, clock.local_day(row.added_at)  # the columns want something


def refuse_more(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    """Raise RuleError when the list is full."""
    count = select(func.count()).where(
        Referee.programme_id == programme_id, Referee.volunteer_id == volunteer_id, Referee.removed_at.is_(None)
    )
    if (session.scalar(count) or 0) >= MOST_REFEREES:
        raise RuleError(
            Sentence("You have %(most)s people on your list. Nothing was saved. Take one off first.", most=MOST_REFEREES)
        )


def check_order(since: date | None, until: date | None, today: date, *, field: str) -> date:
    """The day something began. Raises RuleError for none, one that has not come, one too long ago, or an end before it."""
    if since is None:
        raise RuleError(Sentence("Type the month and year when it began. Nothing was saved."), field=field)
    if since > today:
        raise RuleError(Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(since)), field=field)
    if since.year < today.year - _YEARS:
        raise RuleError(
            Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(since)), field=field
        )
    if until is not None and until < since:
        raise RuleError(Sentence("It can not end before it began. Nothing was saved."), field="until")
    return since


def tidy_words(typed: str, *, field: str, missing: Sentence | None = None) -> str:
    """A name or a place, single-spaced. Raises RuleError for one too long, or for none where `missing` says so."""
    words = " ".join(typed.split())
    if missing is not None and not any(map(str.isalnum, words)):
        raise RuleError(missing, field=field)
    if len(words) > LONGEST:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST), field=field)
    return words


def _tidied(session: Session, programme_id: UUID, volunteer_id: UUID, facts: RefereeFacts, today: date) -> RefereeFacts:
    name = tidy_words(facts.name, field="name", missing=Sentence("Type their name. Nothing was saved."))
    since = _check_known(facts, today)
    email = tidy_email(facts.email)
    refuse_own_address(session, programme_id, volunteer_id, email)
    _refuse_staff(session, programme_id, volunteer_id, email)
    return RefereeFacts(
        name=name,
        relation=Relation(facts.relation),
        known_since=since,
        title=tidy_words(facts.title, field="title"),
        organisation_name=tidy_words(facts.organisation_name, field="organisation_name"),
        known_until=facts.known_until,
        at_org_until=facts.at_org_until,
        email=email,
        phone=_tidy_phone(facts.phone),
    )


def _check_known(facts: RefereeFacts, today: date) -> date:
    try:
        since = check_order(facts.known_since, facts.known_until, today, field="known_since")
    except RuleError as fault:
        raise RuleError(fault.sentence, field=fault.field.replace("until", "known_until")) from fault
    if facts.known_until is not None and facts.known_until > today:
        raise RuleError(
            Sentence("%(day)s has not come yet. Leave it empty if you are still in touch.", day=display_day(facts.known_until)),
            field="known_until",
        )
    left = facts.at_org_until
    if left is not None and not today.year - _YEARS <= left.year <= today.year + 10:
        raise RuleError(Sentence("Check the year. Nothing was saved."), field="at_org_until")
    return since


def _tidy_phone(typed: str) -> str:
    phone = " ".join(typed.split())
    digits = sum(character.isdigit() for character in phone)
    if phone and (len(phone) > 40 or digits < _FEWEST_DIGITS or set(phone) - set("0123456789+-() .x")):  # noqa: PLR2004
        raise RuleError(Sentence("Type a phone number, like 01632 960123. Nothing was saved."), field="phone")
    return phone


def _refuse_twice(
    session: Session, programme_id: UUID, volunteer_id: UUID, facts: RefereeFacts, *, but: UUID | None = None
) -> None:
    if not facts.email:
        return
    others = session.scalars(
        select(Referee).where(
            Referee.programme_id == programme_id,
            Referee.volunteer_id == volunteer_id,
            Referee.removed_at.is_(None),
            Referee.email != "",
        )
    )
    if any(mailbox(other.email) == mailbox(facts.email) for other in others if other.id != but):
        raise RuleError(Sentence("Somebody on your list has this email. Nothing was saved."), field="email")


def _refuse_staff(session: Session, programme_id: UUID, volunteer_id: UUID, email: str) -> None:
    """Raise RuleError where an address is that of staff: what is said of them comes from our records, and counts once."""
    if not email:
        return
    there = [each for each in known_staff(session, programme_id, volunteer_id).values() if each.is_there and each.email]
    if any(mailbox(each.email) == mailbox(email) for each in there):
        raise RuleError(Sentence("They are on the staff. Add them from the list above. Nothing was saved."), field="email")


def _columns(facts: RefereeFacts) -> dict[str, object]:
    return {
        "name": facts.name,
        "title": facts.title,
        "relation": facts.relation,
        "organisation_name": facts.organisation_name,
        "email": facts.email,
        "phone": facts.phone,
        "known_since": facts.known_since,
        "known_until": facts.known_until,
        "at_org_until": facts.at_org_until,
    }


def _line(row: Referee, staff: Mapping[tuple[UUID, UUID], KnownStaff]) -> RefereeLine:
    known = staff.get((row.user_id, row.organisation_id)) if row.user_id and row.organisation_id else None
    now: Referee | KnownStaff = known or row
    return RefereeLine(
        id=row.id,
        name=now.name,
        title=now.title,
        relation=row.relation,
        organisation_id=row.organisation_id,
        organisation_name=now.organisation_name,
        user_id=row.user_id,
        email="" if row.user_id else row.email,
        phone=row.phone,
        known_since=now.known_since,
        known_until=now.known_until,
        at_org_until=now.at_org_until,
        consent=row.consent,
        consent_from=row.consent_from,
        consent_until=row.consent_until,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
    )
