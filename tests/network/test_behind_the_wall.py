"""What is one thing in several programmes is seen whole from within one of them (docs/adr/0037)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.wall import stay_in
from timecredits.network.models import ProgrammeVenue, RoleKind
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.network.shared_venues import count_programmes, first_programme, speaks_for
from timecredits.network.users import create_user, give_role
from timecredits.network.venue_sharing import may_share
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.privacy.erasing_rows import free_users

pytestmark = pytest.mark.postgresql


def test_a_programme_that_joined_later_knows_that_it_was_not_the_first(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        one, two = (create_programme(session, name=slug, slug=slug).id for slug in ("one", "two"))
        venue = create_venue(session, name="Pool", slug="pool", town="Ely").id
        join_programme(session, one, venue).joined_on -= timedelta(days=1)
        join_programme(session, two, venue)
        first, second = (create_user(session, email=f"{name}@example.org", name=name).id for name in ("ann", "bo"))
        give_role(session, one, first, RoleKind.VENUE_MANAGER, venue_id=venue)
        give_role(session, two, second, RoleKind.VENUE_MANAGER, venue_id=venue)
    with transaction(engine) as session:
        stay_in(session, two)
        assert session.scalar(select(func.count()).select_from(ProgrammeVenue)) == 1, "the wall is there"
        assert first_programme(session, venue) == one
        assert count_programmes(session, venue) == 2
        assert not may_share(session, two, venue)
        assert speaks_for(session, venue, first, today=clock.today())
        assert not speaks_for(session, venue, second, today=clock.today())
    engine.dispose()


def test_who_is_erased_in_one_programme_stays_somebody_in_another(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        one, two = (create_programme(session, name=slug, slug=slug).id for slug in ("one", "two"))
        there = create_organisation(session, two, name="There", slug="there", town="March")
        user_id = create_user(session, email="ann@example.org", name="Ann").id
        enrol_volunteer(session, two, there.id, first_name="Ann", last_name="Lee", number="1", user_id=user_id)
        nobody = create_user(session, email="bo@example.org", name="Bo").id
    with transaction(engine) as session:
        stay_in(session, one)
        gone = free_users(session, [user_id, nobody], programme_id=one, people=[], moment=clock.now())
        assert gone == ["bo@example.org"]
    engine.dispose()
