"""Lines of a history for tests of what is worked out from them, and a strategy that makes any."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from hypothesis import strategies as st

from timecredits.hours.history.hour_history import HistoryLine
from timecredits.hours.models import HourSource

_NAMES = UUID("0198a000-0000-7000-8000-000000000000")
_CONFIRMED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_line(
    day: date, minutes: int, role: str = "Garden group", organisation: str = "Riverside Trust", *, unchecked: bool = False
) -> HistoryLine:
    """A line; the same role and organisation have the same ids each time."""
    return HistoryLine(
        entry_id=uuid5(_NAMES, f"{day} {minutes} {role} {organisation}"),
        day=day,
        activity_id=uuid5(_NAMES, f"{role} at {organisation}"),
        activity=role,
        organisation_id=uuid5(_NAMES, organisation),
        organisation=organisation,
        letter_organisation=f"{organisation} on paper",
        minutes=minutes,
        note="",
        source=HourSource.SELF_LOGGED if unchecked else HourSource.REGISTER,
        confirmed_by="" if unchecked else "Jo Reed",
        confirmed_at=_CONFIRMED,
        earned_credits=True,
        unchecked=unchecked,
    )


DAYS = st.dates(date(2015, 12, 20), date(2026, 11, 21))

LINES = st.lists(
    st.builds(
        a_line,
        DAYS,
        st.integers(0, 1440),
        st.sampled_from(["Garden group", "Lunch club", "جمعية الحديقة"]),
        st.sampled_from(["Riverside Trust", "Lantern House"]),
        unchecked=st.booleans(),
    ),
    max_size=40,
)
