"""The phone number of a person, as one organisation was told it. Nobody else reads it."""

import re
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence
from timecredits.network.volunteers import find_enrolled

__all__ = ["LONGEST_PHONE", "set_phone", "tidy_phone"]

LONGEST_PHONE: Final = 30
_FEWEST_DIGITS: Final = 6
_PHONE: Final = re.compile(r"\+?[0-9 ]+")


def tidy_phone(typed: str, *, field: str = "phone") -> str:
    """A phone number as it is kept: digits in groups as typed, a "+" only in front; "" for nothing.

    "(01632) 960-123" gives "01632 960 123". Raises RuleError for what is no number, is too long, or has under six digits.
    """
    line = tidy_line(typed, 2 * LONGEST_PHONE, field=field)
    plain = "".join(str(int(each)) if each.isdecimal() else each for each in line)  # also figures of other scripts
    phone = " ".join(re.sub(r"[().\-/\u2010-\u2015]", " ", plain).split())
    if not phone:
        if line:
            raise _odd(field)
        return ""
    if not _PHONE.fullmatch(phone) or sum(map(str.isdigit, phone)) < _FEWEST_DIGITS or len(phone) > LONGEST_PHONE:
        raise _odd(field)
    return phone


def set_phone(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, typed: str, *, actor_id: UUID | None
) -> bool:
    """Note somebody's number here; nothing typed removes it. False where it stands so already.

    Raises RuleError at `phone` (`tidy_phone`), NotFoundError for somebody who isn't enrolled here now.
    """
    enrolment = find_enrolled(session, programme_id, organisation_id, volunteer_id).enrolment
    phone = tidy_phone(typed)
    if enrolment.phone == phone:
        return False
    enrolment.phone = phone
    session.flush()
    action = "phone noted" if phone else "phone removed"
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=volunteer_id, organisation_id=organisation_id)
    return True


def _odd(field: str) -> RuleError:
    return RuleError(
        Sentence("That is not a phone number. Nothing was saved. Type it with all its digits, like 01632 960123."), field=field
    )
