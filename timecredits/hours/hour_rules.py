"""The rules that hours must keep before they are added, checked for a whole batch with a handful of questions.

Never more than 24 hours a day for one person, counted over the whole programme, because an hour history with more than that is
worth nothing as evidence. The sentence doesn't say where the other hours were given. Remarks look only at the hours given here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.amounts import hours_text
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import (
    KnownHours,
    NewHours,
    Person,
    earning_activities,
    enrolled_people,
    hours_of_days,
    stored_hours,
)
from timecredits.hours.imports.days import EARLIEST_YEAR

__all__ = ["LONGEST_DAY", "LONGEST_NOTE", "Checked", "HoursRuleError", "NewHours", "Person", "Remark", "check_hours"]

LONGEST_DAY = 24 * 60
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth a look about one entry, which is added all the same."""

    entry_id: UUID
    sentence: Sentence


class HoursRuleError(RuleError):
    """A rule that one of the entries breaks. `entry_id` says which; `field` is `minutes`, `day` or `volunteer`."""

    def __init__(self, sentence: Sentence, *, field: str, entry_id: UUID) -> None:
        super().__init__(sentence, field=field)
        self.entry_id = entry_id


@dataclass(slots=True)
class Checked:
    """What a look at the entries found. `problems` by entry id; an entry in neither `problems` nor `already` can be added."""

    problems: dict[UUID, HoursRuleError] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    already: set[UUID] = field(default_factory=set)
    people: dict[UUID, Person] = field(default_factory=dict)
    earning: dict[UUID, bool] = field(default_factory=dict)


def check_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    *,
    today: date,
    without: frozenset[UUID] = frozenset(),
    to_be_made: frozenset[UUID] = frozenset(),
) -> Checked:
    """Hold every entry against the rules and against what is stored, and write nothing.

    Entries stored `without` these ids are left out of the count, because they are about to be corrected. Raises NotFoundError
    for an activity that isn't this organisation's, nor one `to_be_made` there (a dry run makes none).
    """
    checked = Checked()
    stored = stored_hours(session, programme_id, organisation_id, [entry.id for entry in entries])
    checked.earning = earning_activities(
        session, programme_id, organisation_id, {entry.activity_id for entry in entries} - to_be_made
    )
    checked.people = enrolled_people(session, programme_id, organisation_id, {entry.volunteer_id for entry in entries})
    days: dict[tuple[UUID, date], list[KnownHours]] = hours_of_days(session, programme_id, entries, without)
    for entry in entries:
        if entry.id in stored or entry.id in checked.already:
            checked.already.add(entry.id)
            if entry.id in stored and stored[entry.id] != (entry.volunteer_id, entry.activity_id, entry.day, entry.minutes):
                sentence = Sentence("These hours were saved before, and differ. Nothing was changed. Correct them if need be.")
                checked.remarks.append(Remark(entry.id, sentence))
            continue
        fault = _fault(entry, checked.people.get(entry.volunteer_id), today)
        same_day = days[entry.volunteer_id, entry.day]
        if fault is None and sum(known.minutes for known in same_day) + entry.minutes > LONGEST_DAY:
            fault = HoursRuleError(
                Sentence(
                    "%(name)s would have more than 24 hours on %(day)s. Nothing was saved.",
                    name=checked.people[entry.volunteer_id].name,
                    day=display_day(entry.day),
                ),
                field="minutes",
                entry_id=entry.id,
            )
        if fault is not None:
            checked.problems[entry.id] = fault
            continue
        here = [known for known in same_day if known.organisation_id == organisation_id]
        checked.remarks.extend(_remarks(entry, here, checked.people[entry.volunteer_id].name))
        same_day.append(KnownHours(entry.id, organisation_id, entry.activity_id, entry.minutes, entry.starts))
    return checked


def _fault(entry: NewHours, person: Person | None, today: date) -> HoursRuleError | None:
    broken = next(_broken_rules(entry, person, today), None)
    return None if broken is None else HoursRuleError(broken[1], field=broken[0], entry_id=entry.id)


def _broken_rules(entry: NewHours, person: Person | None, today: date) -> Iterator[tuple[str, Sentence]]:
    if person is None:
        yield "volunteer", Sentence("This person is not enrolled here. Nothing was saved. Enrol them first.")
    elif person.left_on is not None and entry.day > person.left_on:
        yield "volunteer", Sentence("%(name)s had left by then. Nothing was saved.", name=person.name)
    if entry.minutes <= 0:
        yield "minutes", Sentence("Type more than 0 hours. Nothing was saved.")
    if entry.minutes > LONGEST_DAY:
        yield "minutes", Sentence("A day has 24 hours. Nothing was saved. Type 24 hours or less.")
    if entry.day > today:
        yield "day", Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(entry.day))
    if entry.day.year < EARLIEST_YEAR:
        yield "day", Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(entry.day))
    if entry.starts is not None and not 0 <= entry.starts <= LONGEST_DAY - entry.minutes:
        yield "minutes", Sentence("These hours run past midnight. Nothing was saved. Split them over two days.")
    if len(entry.note) > LONGEST_NOTE:
        yield "note", Sentence("That note is too long. Use at most %(most)s letters.", most=LONGEST_NOTE)


def _remarks(entry: NewHours, same_day: Sequence[KnownHours], name: str) -> Iterator[Remark]:
    day = display_day(entry.day)
    if any(known.activity_id == entry.activity_id and known.minutes == entry.minutes for known in same_day):
        yield Remark(
            entry.id,
            Sentence(
                "%(name)s now has %(hours)s twice on %(day)s for the same activity. Check it.",
                name=name,
                hours=hours_text(entry.minutes),
                day=day,
            ),
        )
    elif any(_overlap(entry, known) for known in same_day):
        yield Remark(
            entry.id,
            Sentence("%(name)s has other hours at the same time on %(day)s. Check them.", name=name, day=day),
        )


def _overlap(entry: NewHours, known: KnownHours) -> bool:
    if entry.starts is None or known.starts is None:
        return False
    return entry.starts < known.starts + known.minutes and known.starts < entry.starts + entry.minutes
