"""Half-minute steps of time: how long a code on a screen is the same, and how long it is good."""

from datetime import datetime

STEP_SECONDS = 30
VALID_STEPS = 2
"""A code is good in its own step and the next, so between 30 and 60 seconds."""


def step_at(instant: datetime) -> int:
    """The time step that `instant` falls into."""
    return int(instant.timestamp()) // STEP_SECONDS


def seconds_left(instant: datetime) -> int:
    """Whole seconds until the next step begins: 1 to 30."""
    return STEP_SECONDS - int(instant.timestamp()) % STEP_SECONDS


def is_in_time(step: int, instant: datetime) -> bool:
    """Whether a code of `step` is good at `instant`."""
    return 0 <= step_at(instant) - step < VALID_STEPS
