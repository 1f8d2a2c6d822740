"""The planner's rules read once more, as slowly as they are written: day by day, with sets of days. It shares only the inputs.

The rules are numbered as in design/return-to-work.md, "The reference planner".
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from timecredits.journey.planning.requirement import Contact, Episode, Requirement

ONE = timedelta(days=1)


def months_on(day: date, months: int) -> date:
    """Rule 1: count months on, then step back from the day's number until there is such a day."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        elif month == 0:
            year, month = year - 1, 12
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def each_day(first: date, before: date) -> Iterator[date]:
    while first < before:
        yield first
        first += ONE


class Oracle:
    def __init__(self, requirement: Requirement, contacts: Sequence[Contact], episodes: Sequence[Episode]) -> None:
        self.asked, self.contacts = requirement, sorted(contacts, key=lambda each: each.id)
        self.proven: set[date] = set()
        self.going_on: list[date] = []
        self.declared = [each for each in episodes if each.evidence == "declared"]
        for each in episodes:
            if each.evidence == "ledger" and requirement.max_inactivity_days is not None:
                self.add_confirmed(each, requirement.max_inactivity_days)
            elif each.evidence != "declared":
                if each.end is None:
                    self.going_on.append(each.start)
                else:
                    self.proven |= set(each_day(each.start, each.end + ONE))

    def add_confirmed(self, episode: Episode, apart: int) -> None:
        """Rule 6, with max_inactivity_days."""
        days = {day for day in episode.active if day >= episode.start and (episode.end is None or day <= episode.end)}
        for day in days:
            self.proven.add(day)
            later = [each for each in days if each > day]
            if later and (min(later) - day).days <= apart:
                self.proven |= set(each_day(day, min(later)))
        if episode.end is None and days and (self.asked.as_of - max(days)).days <= apart:
            self.going_on.append(max(days))

    def anniversary(self, contact: Contact) -> date:
        return months_on(contact.known_since, self.asked.known_months)

    def never(self, contact: Contact) -> bool:
        """Rule 2."""
        return contact.known_until is not None and contact.known_until < self.anniversary(contact)

    def qualifies(self, contact: Contact, day: date) -> bool:
        """Rule 3."""
        if contact.relation in self.asked.excluded or contact.consent != "given" or not contact.reachable:
            return False
        if contact.consent_from is not None and day < contact.consent_from:
            return False
        if contact.consent_until is not None and day > contact.consent_until:
            return False
        if self.never(contact) or day < self.anniversary(contact):
            return False
        return not (self.asked.must_be_at_org and contact.at_org_until is not None and day > contact.at_org_until)

    def first_possible(self, contact: Contact) -> date:
        return max(day for day in (self.asked.as_of, self.anniversary(contact), contact.consent_from) if day is not None)

    def put_right(self, contact: Contact) -> Contact:
        """The contact after everything that can be put right today was."""
        if contact.consent == "pending":
            contact = replace(contact, consent=type(contact.consent)("given"))
        if contact.consent_until is not None and contact.consent_until < self.first_possible(contact):
            contact = replace(contact, consent_from=None, consent_until=None)
        return replace(contact, reachable=True)

    def standing(self, contact: Contact) -> dict[str, Any]:
        """Rule 4."""
        first = self.first_possible(contact)
        reasons = []
        if contact.relation in self.asked.excluded:
            reasons.append("relation_excluded")
        if contact.consent != "given":
            reasons.append(f"consent_{contact.consent}")
        if not contact.reachable:
            reasons.append("not_reachable")
        if self.never(contact):
            reasons.append("never_known_long_enough")
        ends = []
        if contact.consent_until is not None:
            ends.append((contact.consent_until, "consent_expired"))
        if self.asked.must_be_at_org and contact.at_org_until is not None:
            ends.append((contact.at_org_until, "left_organisation"))
        if ends and min(ends)[0] < first:
            reasons.append(min(ends)[1])
        if reasons:
            righted = self.put_right(contact)
            day = self.first_possible(righted)
            on = day if self.qualifies(righted, day) else None
        else:
            assert self.qualifies(contact, first)
            on = first
        return {
            "id": contact.id,
            "status": "blocked" if reasons else "now" if on == self.asked.as_of else "later",
            "date": on and on.isoformat(),
            "until": min(ends)[0].isoformat() if ends else None,
            "reasons": reasons,
        }

    def voters(self, contacts: Sequence[Contact], day: date) -> list[Contact]:
        """Rule 5: one row a person."""
        able = [each for each in contacts if self.qualifies(each, day)]
        return [
            min((each for each in able if each.person == person), key=lambda each: (each.known_since, each.id))
            for person in {each.person for each in able}
        ]

    def enough(self, voters: Sequence[Contact]) -> bool:
        return len(voters) >= self.asked.referees and len({each.org for each in voters}) >= self.asked.min_orgs

    def suggestion(self) -> list[Contact]:
        """Rule 5: the order."""
        left = self.voters(self.contacts, self.asked.as_of)
        left.sort(key=lambda each: each.id)
        left.sort(key=lambda each: each.known_since)
        left.sort(key=lambda each: each.at_org_until is not None and each.at_org_until < self.asked.as_of)
        taken: list[Contact] = []
        while left:
            fresh = [each for each in left if each.org not in {one.org for one in taken}]
            best = fresh[0] if fresh and len(taken) < self.asked.min_orgs else left[0]
            taken.append(best)
            left.remove(best)
        return taken

    def gaps(self, day: date) -> list[dict[str, Any]]:
        """Rules 6 and 7, for the window before a day."""
        runs: list[list[date]] = []
        for each in each_day(months_on(day, -self.asked.window_months), day):
            if each in self.proven or any(each >= start for start in self.going_on):
                continue
            if runs and runs[-1][-1] + ONE == each:
                runs[-1].append(each)
            else:
                runs.append([each])
        return [{"from": run[0].isoformat(), "to": run[-1].isoformat(), "days": len(run), "kind": self.kind(run)} for run in runs]

    def kind(self, run: list[date]) -> str:
        if len(run) <= self.asked.max_gap_days:
            return "minor"
        told = all(any(spell.start <= day and (spell.end is None or day <= spell.end) for spell in self.declared) for day in run)
        return "needs_evidence" if told else "uncovered"

    def answer(self) -> dict[str, Any]:
        """Rule 8, and all the others' answers."""
        asked = self.asked
        days = [asked.as_of + ONE * number for number in range(asked.horizon_days + 1)]
        righted = [self.put_right(each) for each in self.contacts]
        met = [day for day in days if self.enough(self.voters(self.contacts, day))]
        met_if_asked = next((day for day in days if self.enough(self.voters(righted, day))), None)
        ready = next((day for day in met if all(gap["kind"] == "minor" for gap in self.gaps(day))), None)
        order = self.suggestion()
        few = not self.enough(order)
        return {
            "contacts": [self.standing(each) for each in self.contacts],
            "qualify_now": [each.id for each in order],
            "suggested": [] if few else [each.id for each in order][: max(asked.referees, asked.min_orgs)],
            "referees_met_on": met[0].isoformat() if met else None,
            "referees_met_on_if_asked": met_if_asked and met_if_asked.isoformat(),
            "window_from": months_on(asked.as_of, -asked.window_months).isoformat(),
            "gaps": self.gaps(asked.as_of),
            "ready_on": ready and ready.isoformat(),
            "ready_now": ready == asked.as_of,
        }
