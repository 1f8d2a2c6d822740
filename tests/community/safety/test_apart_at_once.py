"""Two people are kept apart while somebody else brings them together: whoever comes first, nothing of theirs goes on."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.web.world import build_world
from timecredits.community.safety.apart import keep_two_apart
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.giving.helping import agree
from timecredits.spending.giving_models import Helping


def _pair(session: Session) -> tuple[tuple[UUID, UUID], UUID, UUID]:
    world = build_world(session)
    here = (world.programme_id, world.organisation_id)
    one, other = (enrol_volunteer(session, *here, first_name=name).volunteer.id for name in ("Ama", "Bo"))
    session.commit()
    return here, one, other


def test_a_helper_agreed_on_at_that_moment_does_not_go_on(database_url: str, session: Session) -> None:
    here, one, other = _pair(session)
    said = {"minutes_a_week": 60, "may_give": False, "actor_id": None}

    def try_to_agree(each: Session) -> bool:
        try:
            agree(each, *here, one, helping_id=new_id(), helper_id=other, **said)  # type: ignore[arg-type]
        except RuleError:
            return False
        return True

    def apart(each: Session) -> bool:
        return keep_two_apart(each, *here, one, other, actor_id=None, base_url="http://localhost")

    at_once(database_url, [in_one(try_to_agree), in_one(apart)])
    with transaction(session.get_bind()) as own:  # type: ignore[arg-type]
        assert [each for each in own.scalars(select(Helping)) if each.ended_at is None] == []


def test_what_was_agreed_by_a_clock_that_is_ahead_ends_too(session: Session) -> None:
    here, one, other = _pair(session)
    now = clock.now()
    with clock.standing_at(now + timedelta(seconds=3)):
        agree(session, *here, one, helping_id=new_id(), helper_id=other, minutes_a_week=60, may_give=False, actor_id=None)
    with clock.standing_at(now):
        keep_two_apart(session, *here, one, other, actor_id=None, base_url="http://localhost")
    [helping] = session.scalars(select(Helping))
    assert helping.ended_at == helping.begins_at


@pytest.mark.postgresql
def test_who_waited_for_the_two_looks_again(postgresql_url: str) -> None:
    """The order that two threads seldom meet: kept apart after the form was read, and before it was saved."""
    engine = make_engine(postgresql_url)
    with Session(engine) as session:
        here, one, other = _pair(session)
    with Session(engine) as saving:
        asked: list[str] = []

        def meanwhile(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if "FOR NO KEY UPDATE" in statement and not asked:
                asked.append(statement)
                with Session(engine) as staff:
                    keep_two_apart(staff, *here, one, other, actor_id=None, base_url="http://localhost")
                    staff.commit()

        event.listen(saving.connection(), "before_cursor_execute", meanwhile)
        said = {"minutes_a_week": 60, "may_give": False, "actor_id": None}
        with pytest.raises(RuleError, match="kept apart"):
            agree(saving, *here, one, helping_id=new_id(), helper_id=other, **said)  # type: ignore[arg-type]
        assert asked
    engine.dispose()
