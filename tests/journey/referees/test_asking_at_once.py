"""A double tap, and two answers at the same moment: one mail, one person on the list, one answer that counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests.journey.asking import ANA, BASE_URL, KEYRING, SHOP, add, add_time, ask_about, mails
from tests.journey.charity import TODAY, Charity, build_charity
from tests.real.at_once import at_once, in_one
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.journey.elsewhere.spell_confirming import answer_spell
from timecredits.journey.elsewhere.spells_elsewhere import SpellFacts, add_spell, find_spell, list_spells
from timecredits.journey.referees.referee_consent import ask_referee
from timecredits.journey.referees.referees import add_referee, list_referees

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT_ONCE = 4


@pytest.fixture
def stored(database_url: str) -> Charity:
    """The charity, committed."""
    engine = make_engine(database_url)
    with clock.standing_at(NOON), transaction(engine) as session:
        charity = build_charity(session)
    engine.dispose()
    return charity


@contextmanager
def within(database_url: str, stored: Charity) -> Iterator[Charity]:
    """The same charity in a transaction of its own."""
    engine = make_engine(database_url)
    with clock.standing_at(NOON), transaction(engine) as session:
        yield replace(stored, session=session)
    engine.dispose()


def test_a_double_tap_sends_one_mail(database_url: str, stored: Charity) -> None:
    with within(database_url, stored) as charity:
        key = add(charity)

    def ask(session: Session) -> bool:
        try:
            ask_referee(session, KEYRING, stored.programme_id, stored.volunteer_id, key, base_url=BASE_URL, user_id=None)
        except RuleError:
            return False
        return True

    assert sum(at_once(database_url, [in_one(ask)] * AT_ONCE, at=NOON)) == 1
    with within(database_url, stored) as charity:
        assert len(mails(charity.session)) == 1


def test_a_form_sent_many_times_at_once_adds_one(database_url: str, stored: Charity) -> None:
    person, place = new_id(), new_id()

    def save(session: Session) -> None:
        add_referee(session, stored.programme_id, stored.volunteer_id, ANA, referee_id=person, today=TODAY)
        add_spell(session, stored.programme_id, stored.volunteer_id, SHOP, spell_id=place, today=TODAY)

    at_once(database_url, [in_one(save)] * AT_ONCE, at=NOON)
    with within(database_url, stored) as charity:
        here = charity.session, stored.programme_id, stored.volunteer_id
        assert ([line.id for line in list_referees(*here)], [each.id for each in list_spells(*here)]) == ([person], [place])


def test_of_a_yes_and_a_no_at_once_one_counts(database_url: str, stored: Charity) -> None:
    with within(database_url, stored) as charity:
        key = add_time(charity, SpellFacts(SHOP.organisation_name, SHOP.role, SHOP.first_day, contact_email="bo@books.example"))
        code = ask_about(charity, key)

    def answer(session: Session, *, is_right: bool) -> str:
        return answer_spell(session, KEYRING, code, is_right=is_right, name="Bo", role="Manager").spell.state.value

    presses = [in_one(partial(answer, is_right=is_right)) for is_right in (True, False, True, False)]
    states = at_once(database_url, presses, at=NOON)
    with within(database_url, stored) as charity:
        found = find_spell(charity.session, stored.programme_id, stored.volunteer_id, key)
    assert set(states) == {found.state.value}
    assert bool(found.answered_by) is found.is_confirmed
