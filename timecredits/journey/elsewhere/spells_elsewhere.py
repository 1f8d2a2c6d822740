"""Time that a volunteer gave, or worked, outside the programme, as they tell it. What its contact confirmed is locked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.one_time_links import keep_once, refuse_own_address, tidy_email
from timecredits.journey.planning_models import SpellElsewhere, SpellState
from timecredits.journey.printable import refuse_unprintable
from timecredits.journey.referees.referees import check_order, tidy_words
from timecredits.network.scope import find, find_and_hold

MOST_SPELLS: Final = 30
_MINUTES_A_DAY: Final = 24 * 60
_UNPRINTABLE: Final = Sentence("We can not print one of these letters. Nothing was saved. Please use other letters.")


@dataclass(frozen=True, slots=True)
class SpellFacts:
    """What a volunteer says: `last_day` None while it goes on, `minutes` about how much in all, None if they don't know."""

    organisation_name: str
    role: str
    first_day: date | None
    last_day: date | None = None
    minutes: int | None = None
    contact_name: str = ""
    contact_email: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell as it is kept. `answered_by` is the name and role that the contact gave when confirming."""

    id: UUID
    organisation_name: str
    role: str
    first_day: date
    last_day: date | None
    minutes: int | None
    contact_name: str
    contact_email: str
    state: SpellState
    asked_at: datetime | None
    answered_at: datetime | None
    answered_by: str

    @property
    def is_confirmed(self) -> bool:
        """Whether its contact said that it is right. Nobody changes it then."""
        return self.state is SpellState.CONFIRMED

    @property
    def vouched_until(self) -> date | None:
        """The last day that the contact can have spoken of: of a confirmed spell that goes on, the day of the answer."""
        return self.last_day or (self.answered_on if self.is_confirmed else None)

    @property
    def asked_on(self) -> date | None:
        """The day of the newest asking."""
        return None if self.asked_at is None else clock.local_day(self.asked_at)

    @property
    def answered_on(self) -> date | None:
        """The day of the answer."""
        return None if self.answered_at is None else clock.local_day(self.answered_at)


def list_spells(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Spell]:
    """A volunteer's spells elsewhere, newest first. One question."""
    rows = session.scalars(
        select(SpellElsewhere).where(
            SpellElsewhere.programme_id == programme_id,
            SpellElsewhere.volunteer_id == volunteer_id,
            SpellElsewhere.removed_at.is_(None),
        )
    )
    return sorted(map(spell_of, rows), key=lambda spell: (spell.last_day or date.max, spell.first_day, spell.id), reverse=True)


def find_spell(session: Session, programme_id: UUID, volunteer_id: UUID, spell_id: UUID) -> Spell:
    """One of a volunteer's spells. NotFoundError for another's, and for one taken away."""
    return spell_of(kept_spell(session, programme_id, volunteer_id, spell_id))


def kept_spell(session: Session, programme_id: UUID, volunteer_id: UUID, spell_id: UUID, *, lock: bool = False) -> SpellElsewhere:
    """The row itself; with `lock` nobody else changes it until the transaction ends."""
    seek = find_and_hold if lock else find
    return seek(session, SpellElsewhere, programme_id, spell_id, volunteer_id=volunteer_id, removed_at=None)


def add_spell(
    session: Session, programme_id: UUID, volunteer_id: UUID, facts: SpellFacts, *, spell_id: UUID, today: date
) -> None:
    """Keep what a volunteer says. The same `spell_id` twice is one. Raises RuleError for what can't be."""
    tidy = _tidied(session, programme_id, volunteer_id, facts, today)
    if session.get(SpellElsewhere, (programme_id, spell_id)) is None:
        _refuse_more(session, programme_id, volunteer_id)
    values = {"programme_id": programme_id, "id": spell_id, "volunteer_id": volunteer_id, "added_at": clock.now()}
    if not keep_once(session, SpellElsewhere, values | _columns(tidy)):
        find(session, SpellElsewhere, programme_id, spell_id, volunteer_id=volunteer_id)


def change_spell(
    session: Session, programme_id: UUID, volunteer_id: UUID, spell_id: UUID, facts: SpellFacts, *, today: date
) -> bool:
    """Put a spell right; answers whether its contact must be asked again: their link showed what was said before.

    Raises RuleError for one that was confirmed.
    """
    row = kept_spell(session, programme_id, volunteer_id, spell_id, lock=True)
    if row.state is SpellState.CONFIRMED:
        raise RuleError(Sentence("This was confirmed, so it can not change. Nothing was saved. You can add another."))
    tidy = _tidied(session, programme_id, volunteer_id, facts, today)
    changed = {name: value for name, value in _columns(tidy).items() if getattr(row, name) != value}
    anew = bool(changed) and row.state is not SpellState.DECLARED
    for name, value in changed.items():
        setattr(row, name, value)
    if anew:
        row.state, row.asked_at, row.answered_at, row.answered_by = SpellState.DECLARED, None, None, ""
    session.flush()
    return anew


def remove_spell(session: Session, programme_id: UUID, volunteer_id: UUID, spell_id: UUID) -> None:
    """Take a spell away; the contact's name and email are emptied at once, and their link opens nothing."""
    row = kept_spell(session, programme_id, volunteer_id, spell_id, lock=True)
    row.removed_at = clock.now()
    row.contact_name = row.contact_email = row.answered_by = ""
    session.flush()


def spell_of(row: SpellElsewhere) -> Spell:
    """The row as it is read."""
    return Spell(
        id=row.id,
        organisation_name=row.organisation_name,
        role=row.role,
        first_day=row.first_day,
        last_day=row.last_day,
        minutes=row.minutes,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        state=row.state,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )


def _refuse_more(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    count = select(func.count()).where(
        SpellElsewhere.programme_id == programme_id,
        SpellElsewhere.volunteer_id == volunteer_id,
        SpellElsewhere.removed_at.is_(None),
    )
    if (session.scalar(count) or 0) >= MOST_SPELLS:
        raise RuleError(Sentence("You have %(most)s places here. Nothing was saved. Take one away first.", most=MOST_SPELLS))


def _tidied(session: Session, programme_id: UUID, volunteer_id: UUID, facts: SpellFacts, today: date) -> SpellFacts:
    place = tidy_words(
        facts.organisation_name, field="organisation_name", missing=Sentence("Type where it was. Nothing was saved.")
    )
    role = tidy_words(facts.role, field="role", missing=Sentence("Type what you did there. Nothing was saved."))
    refuse_unprintable(_UNPRINTABLE, organisation_name=place, role=role)  # once confirmed, nobody could mend it
    first, last = _check_days(facts, today)
    days = ((last or today) - first).days + 1
    if facts.minutes is not None and not 0 < facts.minutes <= days * _MINUTES_A_DAY:
        raise RuleError(Sentence("That is more hours than these days have. Nothing was saved."), field="hours")
    try:
        email = tidy_email(facts.contact_email)
        refuse_own_address(session, programme_id, volunteer_id, email)
    except RuleError as fault:
        raise RuleError(fault.sentence, field="contact_email") from fault
    return SpellFacts(place, role, first, last, facts.minutes, tidy_words(facts.contact_name, field="contact_name"), email)


def _check_days(facts: SpellFacts, today: date) -> tuple[date, date | None]:
    last = facts.last_day
    try:
        first = check_order(facts.first_day, last, today, field="first_day")
    except RuleError as fault:
        raise RuleError(fault.sentence, field="last_day" if fault.field == "until" else fault.field) from fault
    if last is not None and last > today:
        raise RuleError(
            Sentence("%(day)s has not come yet. Leave it empty if you are still there.", day=display_day(last)), field="last_day"
        )
    return first, last


def _columns(facts: SpellFacts) -> dict[str, object]:
    return {
        "organisation_name": facts.organisation_name,
        "role": facts.role,
        "first_day": facts.first_day,
        "last_day": facts.last_day,
        "minutes": facts.minutes,
        "contact_name": facts.contact_name,
        "contact_email": facts.contact_email,
    }
