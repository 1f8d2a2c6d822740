"""The name that a person chose for what they write where others read it. Never an email address, never a phone number."""

import re
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Volunteer
from timecredits.network.scope import find

__all__ = ["LONGEST_CHOSEN_NAME", "choose_name", "tidy_chosen_name"]

LONGEST_CHOSEN_NAME: Final = 40
_ADDRESS: Final = re.compile(r"@|://|\bwww\.|\.\w{2,}\b", re.IGNORECASE)
_MOST_DIGITS: Final = 4
"""A year of birth is a bad idea, a phone number a worse one."""


def tidy_chosen_name(typed: str, *, field: str = "name") -> str:
    """A name as it will be shown. Raises RuleError for none, a long one, or one that would tell how to reach the person."""
    name = tidy_line(typed, LONGEST_CHOSEN_NAME, field=field, missing=Sentence("Type the name to show. It can be a made-up one."))
    if _ADDRESS.search(name):
        raise RuleError(
            Sentence("Do not use an email or web address as your name. Others will see it. Nothing was sent."), field=field
        )
    if sum(map(str.isdigit, name)) > _MOST_DIGITS:
        raise RuleError(Sentence("Do not use a phone number as your name. Others will see it. Nothing was sent."), field=field)
    return name


def choose_name(session: Session, programme_id: UUID, volunteer_id: UUID, typed: str) -> str:
    """Let this name stand under what the person writes from now on; answers it as it is shown. What is written keeps its name."""
    name = tidy_chosen_name(typed)
    find(session, Volunteer, programme_id, volunteer_id).chosen_name = name
    session.flush()
    return name
