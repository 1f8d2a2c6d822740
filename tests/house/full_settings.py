"""A setting that was changed, for the page about it."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.network.settings import change_setting


def setting_things(session: Session, programme_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """The name of a setting that a manager changed and set back."""
    for value in (10 * 60, 12 * 60):
        change_setting(session, programme_id, "daily_limit", value, actor_id=actor_id)
    return {"setting": "daily_limit"}
