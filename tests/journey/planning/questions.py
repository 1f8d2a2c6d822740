"""Questions for the planner, each made from a number: the same number, the same question.

Days crowd around what the rules turn on: as_of, whole months before and after it, month ends and leap days, give or take a day.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from timecredits.journey.planning.plan_json import as_answer
from timecredits.journey.planning.plan_shapes import Plan
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.requirement import Consent, Contact, Episode, Evidence, Requirement

TURNS = [date(2024, 2, 29), date(2026, 11, 21), date(2027, 2, 28), date(2028, 2, 29), date(2025, 3, 31), date(2026, 1, 1)]


@dataclass(frozen=True)
class Question:
    requirement: Requirement
    contacts: tuple[Contact, ...]
    episodes: tuple[Episode, ...]

    @property
    def plan(self) -> Plan:
        return plan_references(self.requirement, self.contacts, self.episodes)

    @property
    def answer(self) -> dict[str, object]:
        return as_answer(self.plan)


class Maker:
    def __init__(self, number: int, *, far: bool = False) -> None:
        self.random = Random(number)  # noqa: S311  the same questions again by the same number, not secrets
        self.as_of = self.random.choice([*TURNS, date(2025, 1, 1) + timedelta(days=self.random.randrange(1500))])
        self.known_months = self.random.choice([0, 1, 2, 3, 12, 24, 36])
        self.window_months = self.random.choice([1, 1, 2] if far else [0, 1, 1, 2, 3, 3, 6, 12])
        self.horizon = 3653 if far else self.random.choice([0, 20, 60, 60, 100, 100, 200, 400])

    def chance(self, of_ten: int) -> bool:
        return self.random.randrange(10) < of_ten

    def days(self, *centres: date) -> date:
        """A day near one of those given."""
        centre = self.random.choice(centres)
        near = self.random.choice([0, 0, -1, 1, self.random.randint(-10, 10), self.random.randint(-70, 70)])
        return centre + timedelta(days=near)

    def month_off(self, months: int) -> date:
        return self.as_of + relativedelta(months=months)

    def maybe(self, of_ten: int, *centres: date, not_before: date | None = None) -> date | None:
        if not self.chance(of_ten):
            return None
        day = self.days(*centres)
        return day if not_before is None else max(day, not_before)

    def requirement(self) -> Requirement:
        pick = self.random.choice
        return Requirement(
            as_of=self.as_of,
            referees=pick([1, 1, 2, 2, 3]),
            known_months=self.known_months,
            window_months=self.window_months,
            max_gap_days=pick([0, 1, 7, 27, 28, 30, 31, 32, 90]),
            min_orgs=pick([1, 1, 1, 2, 3]),
            must_be_at_org=self.chance(5),
            excluded=frozenset(pick([["friend", "family"], ["friend"], []])),
            max_inactivity_days=pick([None, None, 0, 1, 7, 31]),
            horizon_days=self.horizon,
        )

    def contact(self, number: int) -> Contact:
        pick, known_centre = self.random.choice, self.month_off(-self.known_months)
        since = pick([*TURNS, self.days(known_centre, known_centre, self.month_off(-self.known_months - 1))])
        asked_from = self.maybe(2, self.as_of, self.month_off(1))
        return Contact(
            id=f"c{number}",
            person=f"p{self.random.randrange(1, number + 2)}" if self.chance(4) else f"p{number}",
            org=pick(["Hub", "Hub", "Cafe", "Pantry"]),
            known_since=since,
            known_until=self.maybe(2, since + relativedelta(months=self.known_months), not_before=since),
            consent=pick([Consent.GIVEN] * 6 + [Consent.PENDING, Consent.PENDING, Consent.DECLINED, Consent.WITHDRAWN]),
            consent_from=asked_from,
            consent_until=self.maybe(3, self.as_of, self.month_off(1), self.month_off(2), not_before=asked_from),
            at_org_until=self.maybe(3, self.as_of, self.month_off(1), self.month_off(2)),
            reachable=self.chance(9),
            relation=pick(["supervisor"] * 8 + ["friend", "family"]),
        )

    def episode(self, number: int) -> Episode:
        back = self.month_off(-self.window_months)
        start = self.days(back, back, self.as_of, self.month_off(-1))
        end = None if self.chance(4) else max(start, self.days(self.as_of, self.as_of, back, self.month_off(1)))
        step = self.random.choice([1, 2, 7, 8, 31, 32])
        until = (end or self.as_of) + timedelta(days=self.random.choice([-20, -7, -1, 0, 0, 8]))
        count = max(0, (until - start).days // step + 2) if self.chance(9) else 0
        active = [start + timedelta(days=step * each - self.random.choice([0, 0, 0, 3])) for each in range(count)]
        self.random.shuffle(active)
        return Episode(
            id=f"e{number}",
            org=self.random.choice(["Hub", "Cafe"]),
            start=start,
            end=end,
            evidence=self.random.choice(
                [Evidence.LEDGER, Evidence.LEDGER, Evidence.DOCUMENT, Evidence.DECLARED, Evidence.DECLARED]
            ),
            active=tuple(active),
        )

    def question(self) -> Question:
        contacts = tuple(self.contact(number) for number in range(self.random.choice([0, 1, 2, 3, 4, 5, 6, 7, 8])))
        episodes = tuple(self.episode(number) for number in range(self.random.choice([0, 1, 1, 2, 2, 3, 4, 6])))
        return Question(self.requirement(), contacts, episodes)


def question(number: int, *, far: bool = False) -> Question:
    return Maker(number, far=far).question()


def easy_question(number: int) -> Question:
    """A question that is more often met."""
    asked = question(number)
    return replace(asked, requirement=replace(asked.requirement, min_orgs=1, max_gap_days=number % 90 + 10))
