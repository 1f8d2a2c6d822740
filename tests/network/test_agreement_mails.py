"""Managers are told once, 60 days before an agreement ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.mail import MailMessage
from timecredits.network.agreement_mails import tell_of_endings
from timecredits.network.agreements import note_agreement, note_venue_agreement
from timecredits.network.models import User


def note(session: Session, world: World, kind: str, days: int) -> None:
    """An agreement of the organisation, or the venue, that ends in so many days."""
    today = clock.today()
    about = (session, world.programme_id, world.organisation_id if kind == "organisation" else world.venue_id)
    noted = note_agreement if kind == "organisation" else note_venue_agreement
    noted(*about, agreed_on=today - timedelta(days=300), ends_on=today + timedelta(days=days), today=today, actor_id=None)


@pytest.mark.parametrize("kind", ["organisation", "venue"])
def test_a_manager_is_told_once(session: Session, kind: str) -> None:
    world, today = build_world(session), clock.today()
    note(session, world, kind, 70)
    told = [tell_of_endings(session, world.programme_id, today=today + timedelta(days=day)) for day in range(70)]
    assert [day for day, count in enumerate(told) if count] == [10]
    assert told[10] == 1
    [letter] = session.scalars(select(MailMessage)).all()
    assert letter.recipient == session.get_one(User, world.users["manager"]).email
    assert letter.subject == "Something to look at"
    assert "Nothing stops by itself on that day." in letter.body
    note(session, world, kind, 100)  # a new last day is news again
    assert tell_of_endings(session, world.programme_id, today=today + timedelta(days=40)) == 1


def test_a_mail_that_was_forgotten_is_not_written_again(session: Session) -> None:
    world, today = build_world(session), clock.today()
    note(session, world, "organisation", 60)
    assert tell_of_endings(session, world.programme_id, today=today) == 1
    session.delete(session.scalars(select(MailMessage)).one())  # sent mails are kept for 30 days
    session.flush()
    assert tell_of_endings(session, world.programme_id, today=today + timedelta(days=30)) == 0
