"""The demo's reports: everything is counted at once, so that nobody meets an empty page before the worker's first round."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.hours.activity_models import Activity, ActivityCategory
from timecredits.insight.counting.count_up import count_up
from timecredits.network.models import Programme, Volunteer

__all__ = ["count_sample_reports"]

_CATEGORIES: Final = {
    ActivityCategory.FOOD: ("kitchen", "lunch", "food", "tea"),
    ActivityCategory.OUTDOORS: ("garden", "walk", "seed"),
    ActivityCategory.ARTS: ("film", "makers", "mending"),
    ActivityCategory.COMPANY: ("circle", "visits", "call", "phone", "mentoring", "group"),
    ActivityCategory.LEARNING: ("reading", "workshop"),
    ActivityCategory.SHOP: ("van", "library"),
    ActivityCategory.OFFICE: ("desk",),
}
"""What activities of the sample are, by a word in their names."""
_DISTRICTS: Final = ("CB7", "CB6", "PE13", "CB4", "PE30", "NR1", "")
_AGES: Final = (71, 34, 52, 23, 67, 41, 29, 0)
"""Ages in years; 0 and no district: somebody who did not say."""


def count_sample_reports(engine: Engine) -> None:
    """Count the sample year, once it is committed: it is counted in transactions of its own."""
    with transaction(engine) as session:
        programmes = session.scalars(select(Programme.id).where(Programme.is_demo)).all()
        for programme_id in programmes:
            _describe(session, programme_id)
    for programme_id in programmes:
        count_up(engine, programme_id, now=clock.now(), lag=timedelta(0), figures_every=timedelta(0))


def _describe(session: Session, programme_id: UUID) -> None:
    """Say what activities are, and of people how old they are and where they live, where nothing is said yet."""
    for activity in session.scalars(select(Activity).where(Activity.programme_id == programme_id)):
        if activity.category is ActivityCategory.OTHER:
            words = activity.name.lower()
            activity.category = next(
                (category for category, known in _CATEGORIES.items() if any(word in words for word in known)),
                ActivityCategory.OTHER,
            )
    people = session.scalars(select(Volunteer).where(Volunteer.programme_id == programme_id).order_by(Volunteer.id))
    for number, person in enumerate(people):
        age = _AGES[number % len(_AGES)]
        person.postcode_district = person.postcode_district or _DISTRICTS[number % len(_DISTRICTS)]
        if person.born_month is None and age:
            person.born_month = date(clock.today().year - age, number % 12 + 1, 1)
