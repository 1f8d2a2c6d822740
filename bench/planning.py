"""How long the reference planner takes for a long life of volunteering: 20 contacts, 40 spells, 10 years of weekly days."""

import time
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from bench.figures import Figure
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.requirement import Contact, Episode, Requirement

ROUNDS = 15
TARGET_MS = 100.0
CONTACTS = 20
EPISODES = 40
WEEKS = 522
AS_OF = date(2026, 11, 21)
BEGAN = AS_OF - timedelta(weeks=WEEKS)


def run() -> list[Figure]:
    """Milliseconds for one answer, where it has to look at every day of ten years, and where it finds one."""
    contacts = [
        Contact(
            id=f"c{each:02}",
            person=f"p{each:02}",
            org=f"o{each % 7}",
            known_since=BEGAN + timedelta(days=97 * each),
            consent_from=AS_OF + timedelta(days=31 * each),
        )
        for each in range(CONTACTS)
    ]
    going_on = [
        Episode(
            id=f"e{each:02}",
            org=f"o{each % 7}",
            start=BEGAN,
            active=tuple(BEGAN + timedelta(weeks=week, days=each % 7) for week in range(WEEKS)),
        )
        for each in range(EPISODES)
    ]
    last = AS_OF - timedelta(weeks=40)
    ended = [replace(each, end=last, active=tuple(day for day in each.active if day <= last)) for each in going_on]
    asked = Requirement(as_of=AS_OF, referees=3, min_orgs=3, max_inactivity_days=7)
    found, never = _median(asked, contacts, going_on, ready=True), _median(asked, contacts, ended, ready=False)
    case = f"{CONTACTS} contacts, {EPISODES} spells of {WEEKS} weekly days, median of {ROUNDS}"
    return [
        Figure("a plan that is ready", found, "ms", case, at_most=TARGET_MS),
        Figure("a plan that never is", never, "ms", "the same, every day of ten years tried", at_most=TARGET_MS),
    ]


def _median(asked: Requirement, contacts: list[Contact], episodes: list[Episode], *, ready: bool) -> float:
    took = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        plan = plan_references(asked, contacts, episodes)
        took.append((time.perf_counter() - begin) * 1000)
        assert (plan.ready_on is not None) is ready
    return median(took[1:])
