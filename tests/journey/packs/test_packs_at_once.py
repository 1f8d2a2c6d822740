"""Several at the same moment: a pack is changed in turn, an ended link stays ended, and ten tries are ten for all together."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.journey.charity import Charity, build_charity
from tests.real.at_once import at_once, in_one
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.journey.checks.checking import check_by_code
from timecredits.journey.packs.pack_links import LinkState, link_state
from timecredits.journey.packs.packs import (
    PackTerms,
    change_pack,
    end_pack,
    find_pack,
    letters_of_packs,
    make_pack,
    usual_last_day,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def letters(database_url: str) -> tuple[UUID, UUID, list[UUID], str]:
    """Programme, volunteer, three letters, and the code of the first."""
    engine = make_engine(database_url)
    with clock.standing_at(NOON), transaction(engine) as session:
        charity: Charity = build_charity(session)
        issued = [charity.issue(charity.draft()).reference for _ in range(3)]
        found = charity.programme_id, charity.volunteer_id, [each.id for each in issued], issued[0].short_code or ""
    engine.dispose()
    return found


def terms(*letters: UUID) -> PackTerms:
    return PackTerms("Porter", letters, usual_last_day())


def test_changes_at_once_happen_in_turn(database_url: str, letters: tuple[UUID, UUID, list[UUID], str]) -> None:
    programme, volunteer, ids, _code = letters
    pack_id = new_id()
    orders = [(ids[0],), (ids[1], ids[0]), (ids[2], ids[1], ids[0]), (ids[0], ids[2])]
    engine = make_engine(database_url)
    with clock.standing_at(NOON), transaction(engine) as session:
        make_pack(session, programme, volunteer, pack_id=pack_id, terms=terms(*ids))

    def change(order: tuple[UUID, ...]) -> object:
        return in_one(lambda session: change_pack(session, programme, volunteer, pack_id, terms(*order)).id)

    at_once(database_url, [change(order) for order in orders], at=NOON)  # type: ignore[misc]

    with transaction(engine) as session:
        assert letters_of_packs(session, programme, [pack_id])[pack_id] in orders
    engine.dispose()


def test_ending_and_changing_at_once_leaves_it_ended(database_url: str, letters: tuple[UUID, UUID, list[UUID], str]) -> None:
    programme, volunteer, ids, _code = letters
    pack_id = new_id()
    engine = make_engine(database_url)
    with clock.standing_at(NOON), transaction(engine) as session:
        make_pack(session, programme, volunteer, pack_id=pack_id, terms=terms(ids[0]))

    def change(session: Session) -> bool:
        try:
            change_pack(session, programme, volunteer, pack_id, terms(ids[1]))
        except RuleError:
            return False
        return True

    def end(session: Session) -> bool:
        return end_pack(session, programme, volunteer, pack_id).ended_at is not None

    answers = at_once(database_url, [in_one(change), in_one(end), in_one(change)], at=NOON)

    assert answers[1]
    with transaction(engine) as session:
        assert link_state(find_pack(session, programme, volunteer, pack_id)) is LinkState.ENDED
    engine.dispose()


def test_tries_at_once_are_ten_for_all_together(database_url: str, letters: tuple[UUID, UUID, list[UUID], str]) -> None:
    *_ids, code = letters
    answers = at_once(
        database_url, [in_one(lambda session: check_by_code(session, code, "Wyn").too_many)] * 16, at=NOON.replace(minute=7)
    )
    assert sorted(answers) == [False] * 10 + [True] * 6
