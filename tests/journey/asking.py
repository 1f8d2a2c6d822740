"""What tests of one-time links share: the keyring, the mails, and the code in the newest of them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journey.charity import TODAY, Charity
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage
from timecredits.journey.elsewhere.spell_confirming import ask_contact
from timecredits.journey.elsewhere.spells_elsewhere import SpellFacts, add_spell
from timecredits.journey.planning_models import Relation
from timecredits.journey.referees.referee_consent import ask_referee
from timecredits.journey.referees.referees import RefereeFacts, add_referee
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
BASE_URL = "https://time.example.org"
ANA = RefereeFacts("Ana Silva", Relation.TEACHER, date(2020, 3, 1), "Tutor", "Ely College", email="ana@college.example")
SHOP = SpellFacts("Corner Books", "Shop helper", date(2021, 1, 4), date(2022, 6, 30), 6000, "Bo Lind", "bo@books.example")
DAY = timedelta(days=1)


def add(charity: Charity, facts: RefereeFacts = ANA, referee_id: UUID | None = None) -> UUID:
    key = referee_id or new_id()
    add_referee(charity.session, charity.programme_id, charity.volunteer_id, facts, referee_id=key, today=TODAY)
    return key


def add_time(charity: Charity, facts: SpellFacts = SHOP, spell_id: UUID | None = None) -> UUID:
    key = spell_id or new_id()
    add_spell(charity.session, charity.programme_id, charity.volunteer_id, facts, spell_id=key, today=TODAY)
    return key


def ask(charity: Charity, referee_id: UUID) -> str:
    """Ask by mail, and answer the code that was sent."""
    ask_referee(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, referee_id, **_how())
    return newest_code(charity.session)


def ask_about(charity: Charity, spell_id: UUID) -> str:
    ask_contact(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, spell_id, **_how())
    return newest_code(charity.session)


def mails(session: Session) -> list[MailMessage]:
    return list(session.scalars(select(MailMessage).order_by(MailMessage.queued_at, MailMessage.id)))


def newest_code(session: Session) -> str:
    link = next(line for line in mails(session)[-1].body.splitlines() if line.startswith(f"{BASE_URL}/"))
    return link.rpartition("/")[2]


def later(days: int) -> Any:
    """Some days on: `with later(8): ...`."""
    return standing_at(clock.now() + days * DAY)


def sign_in_address(charity: Charity, email: str) -> UUID:
    """Give the volunteer a sign-in with this address."""
    user = create_user(charity.session, email=email, name="Siân")
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = user.id
    charity.session.flush()
    return user.id


def _how() -> dict[str, Any]:
    return {"base_url": BASE_URL, "user_id": None}
