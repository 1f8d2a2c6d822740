"""The rules that hours must keep before they are added, checked for a whole batch with a handful of questions.

Some always stop: never more hours in a day than it has, counted over the whole programme, because an hour history with more
than that is worth nothing as evidence. The sentence doesn't say where the other hours were given. Others warn or stop, as the
programme sets; they look only at the hours given here. However hours come in, they keep the same rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.broken_rules import (
    LONGEST_DAY,
    LONGEST_NOTE,
    Broken,
    HourRule,
    always_stops,
    as_the_programme_sets,
    over_full_day,
)
from timecredits.hours.earning import Policy, policy_for
from timecredits.hours.hour_facts import (
    KnownHours,
    NewHours,
    Person,
    earning_activities,
    enrolled_people,
    hours_of_days,
    lock_people,
    stored_hours,
)
from timecredits.network.settings import Settings, Severity, read_settings
from timecredits.network.standing import is_on_hold

__all__ = ["LONGEST_DAY", "LONGEST_NOTE", "Checked", "HourRule", "HoursRuleError", "NewHours", "Person", "Remark", "check_hours"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth a look about one entry, which is added all the same."""

    entry_id: UUID
    sentence: Sentence
    rule: HourRule = HourRule.SAVED_BEFORE


class HoursRuleError(RuleError):
    """A rule that one of the entries breaks. `entry_id` says which; `field` is `minutes`, `day`, `note` or `volunteer`."""

    def __init__(self, sentence: Sentence, *, field: str, entry_id: UUID, rule: HourRule = HourRule.LENGTH) -> None:
        super().__init__(sentence, field=field)
        self.entry_id = entry_id
        self.rule = rule


@dataclass(slots=True)
class Checked:
    """What a look at the entries found. `problems` by entry id; an entry in neither `problems` nor `already` can be added.

    `earning` and `policies` are by activity; an activity in neither (one that is made meanwhile) earns as the programme sets.
    `without_hours`: activities at which being there is no time given.
    `on_hold`: the organisation is, and nothing can be added.
    `locked`: nobody else can record hours of these people until the transaction ends.
    """

    problems: dict[UUID, HoursRuleError] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    already: set[UUID] = field(default_factory=set)
    people: dict[UUID, Person] = field(default_factory=dict)
    earning: dict[UUID, bool] = field(default_factory=dict)
    policies: dict[UUID, Policy] = field(default_factory=dict)
    without_hours: set[UUID] = field(default_factory=set)
    settings: Settings = field(default_factory=Settings)
    on_hold: bool = False
    locked: bool = False


def check_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    *,
    today: date,
    without: frozenset[UUID] = frozenset(),
    to_be_made: frozenset[UUID] = frozenset(),
    only_remarks: frozenset[HourRule] = frozenset(),
    lock: bool = False,
) -> Checked:
    """Hold every entry against the rules and against what is stored, and write nothing.

    Entries stored `without` these ids are left out of the count, because they are about to be corrected; `only_remarks` are rules
    that must not stop a correction. `lock` before hours are added; a look in a transaction that only reads can't. Raises
    NotFoundError for an activity that isn't this organisation's, nor one `to_be_made` there (a dry run makes none).
    """
    volunteer_ids = {entry.volunteer_id for entry in entries}
    if lock:
        lock_people(session, programme_id, volunteer_ids)
    checked = Checked(
        settings=read_settings(session, programme_id),
        on_hold=is_on_hold(session, programme_id, organisation_id),
        locked=lock,
    )
    stored = stored_hours(session, programme_id, organisation_id, [entry.id for entry in entries])
    activity_ids = {entry.activity_id for entry in entries} - to_be_made
    for activity_id, said in earning_activities(session, programme_id, organisation_id, activity_ids).items():
        checked.earning[activity_id], checked.policies[activity_id] = said.earns, policy_for(checked.settings, said.own)
        if not said.counts_hours:
            checked.without_hours.add(activity_id)
    checked.people = enrolled_people(session, programme_id, organisation_id, volunteer_ids)
    days: dict[tuple[UUID, date], list[KnownHours]] = hours_of_days(session, programme_id, entries, without)
    for entry in entries:
        if entry.id in stored or entry.id in checked.already:
            checked.already.add(entry.id)
            if entry.id in stored and stored[entry.id] != (entry.volunteer_id, entry.activity_id, entry.day, entry.minutes):
                sentence = Sentence("These hours were saved before, and differ. Nothing was changed. Correct them if need be.")
                checked.remarks.append(Remark(entry.id, sentence))
            continue
        same_day = days[entry.volunteer_id, entry.day]
        broken = list(_broken(entry, checked, organisation_id, same_day, today))
        stops = next((each for each in broken if _stops(checked.settings, each.rule, only_remarks)), None)
        if stops is not None:
            checked.problems[entry.id] = _fault(entry.id, stops)
            continue
        checked.remarks.extend(Remark(entry.id, each.remark, each.rule) for each in broken)
        same_day.append(KnownHours(entry.id, organisation_id, entry.activity_id, entry.minutes, entry.starts, entry.session_id))
    checked.remarks = list(_joined_once(checked.remarks, entries))
    return checked


def full_day_fault(entry: NewHours, name: str) -> HoursRuleError:
    """What is said when a person would have more hours on the entry's day than it has."""
    return _fault(entry.id, over_full_day(entry.day, name))


def _broken(
    entry: NewHours, checked: Checked, organisation_id: UUID, same_day: Sequence[KnownHours], today: date
) -> Iterator[Broken]:
    if checked.on_hold:
        sentence = Sentence("The organisation is on hold just now. Nothing was saved, and nothing is lost.")
        yield Broken(HourRule.ON_HOLD, "activity", sentence, sentence)
        return
    person = checked.people.get(entry.volunteer_id)
    if person is None:
        sentence = Sentence("This person is not enrolled here. Nothing was saved. Enrol them first.")
        yield Broken(HourRule.NOT_HERE, "volunteer", sentence, sentence)
        return
    if entry.activity_id in checked.without_hours:
        sentence = Sentence("Hours are not counted for this. Nothing was saved. Choose another activity.")
        yield Broken(HourRule.NO_HOURS, "activity", sentence, sentence)
        return
    stop = next(always_stops(entry, person, today, same_day), None)
    if stop is not None:
        yield stop
        return
    here = [known for known in same_day if known.organisation_id == organisation_id]
    yield from as_the_programme_sets(entry, person, here, checked.settings)


def _stops(settings: Settings, rule: HourRule, only_remarks: frozenset[HourRule]) -> bool:
    """Rules that are no setting always stop."""
    return rule not in only_remarks and getattr(settings, rule, Severity.STOP) is Severity.STOP


def _fault(entry_id: UUID, broken: Broken) -> HoursRuleError:
    return HoursRuleError(broken.sentence, field=broken.field, entry_id=entry_id, rule=broken.rule)


def _joined_once(remarks: Sequence[Remark], entries: Sequence[NewHours]) -> Iterator[Remark]:
    """Say once a person that hours are from before they joined: an old register may be full of such days."""
    whose, said = {entry.id: entry.volunteer_id for entry in entries}, set()
    for remark in remarks:
        if remark.rule is HourRule.BEFORE_JOINING:
            if whose[remark.entry_id] in said:
                continue
            said.add(whose[remark.entry_id])
        yield remark
