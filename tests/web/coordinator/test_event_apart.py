"""An event's bookings and its door tell staff that two people there are kept apart, and no more than that."""

from flask import Flask

from tests.page_client import PageClient
from tests.web.events import page_fair
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.blocks import keep_apart
from timecredits.web.database import db

SAID = "Two people here are kept apart."


def test_staff_read_that_two_are_kept_apart(client: PageClient, app: Flask, world: World) -> None:
    world.sign_in(client, "coordinator")
    fair = page_fair(app, world)
    ama, bo = fair.somebody("Ama"), fair.somebody("Bo")
    for each in (ama, bo):
        fair.book(each)
    with clock.standing_at(fair.begins):
        world.sign_in(client, "coordinator")
        for path in (fair.bookings, fair.door):
            assert SAID not in client.get(path).text
        with app.app_context():
            keep_apart(db.session(), world.programme_id, ama, bo, shown_as="Bo", actor_id=None)
            db.session.commit()
        for path in (fair.bookings, fair.door):
            assert client.get(path).text.count(SAID) == 1
