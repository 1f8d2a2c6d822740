"""What is new is found once, however late it was written and however many look."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.records.webhooks.conftest import Told
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.hours.models import HourEntry
from timecredits.network.models import Organisation, Volunteer
from timecredits.records.models import WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.finding import CATCH_UP, OVERLAP, find_news
from timecredits.records.webhooks.keeping import go_on, pause_webhook
from timecredits.records.webhooks.listing import forget_deliveries
from timecredits.records.webhooks.telling import compose

SOON = timedelta(seconds=1)


def told_of(deliveries: list[WebhookDelivery]) -> dict[WebhookEvent, set[UUID]]:
    found: dict[WebhookEvent, set[UUID]] = {}
    for each in deliveries:
        found.setdefault(each.event, set()).add(each.subject_id)
    return found


def test_each_event_is_found_once(told: Told) -> None:
    webhook_id = told.webhook()
    happened = told.happen()
    assert told.find(after=SOON) == sum(map(len, happened.values()))
    assert told_of(told.deliveries(webhook_id)) == happened
    for later in (SOON, timedelta(minutes=5), timedelta(hours=1), timedelta(hours=2)):
        assert told.find(after=later) == 0
    assert len(told.deliveries()) == sum(map(len, happened.values()))


def test_only_what_was_asked_for_and_only_since_it_was_made(told: Told) -> None:
    told.earn()
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        uses = told.webhook(events=[WebhookEvent.CREDITS_USED])
        hours = told.webhook(events=[WebhookEvent.HOURS_RECORDED])
        happened = told.happen()
        told.find(after=SOON)
    assert told_of(told.deliveries(uses)) == {WebhookEvent.CREDITS_USED: happened[WebhookEvent.CREDITS_USED]}
    assert told_of(told.deliveries(hours)) == {WebhookEvent.HOURS_RECORDED: happened[WebhookEvent.HOURS_RECORDED]}


def test_what_is_written_late_is_not_missed(told: Told) -> None:
    told.webhook()
    told.find(after=OVERLAP - SOON)  # the watermark passes the moment at which this transaction began
    late = told.earn()
    assert told.find(after=OVERLAP) == 1
    assert [each.subject_id for each in told.deliveries()] == late
    assert told.find(after=OVERLAP) == 0


@pytest.mark.parametrize("step", [1, 3, 500])
def test_a_long_line_is_found_in_steps(told: Told, step: int) -> None:
    told.webhook()
    entries = []
    for minute in range(4):
        with clock.standing_at(clock.now() + timedelta(minutes=20 * minute)):
            entries += told.earn(2)
    assert told.find(after=timedelta(hours=3), step=step) == 8
    assert {each.subject_id for each in told.deliveries()} == set(entries)
    assert told.find(after=timedelta(hours=3), step=step) == 0


def test_more_of_one_moment_than_a_step_holds(told: Told) -> None:
    told.webhook()
    told.earn(7)
    assert told.find(after=SOON, step=2) == 7


def test_two_workers_at_once_find_each_thing_once(told: Told) -> None:
    told.webhook()
    told.earn(20)
    now = clock.now() + SOON
    with ThreadPoolExecutor(4) as pool:
        looks = [
            pool.submit(copy_context().run, lambda: find_news(told.engine, told.programme_id, now=now, step=3)) for _ in range(4)
        ]
        assert sum(each.result() for each in looks) == 20
    assert len(told.deliveries()) == 20


def test_while_it_is_paused_nothing_is_found_and_then_all_of_it(told: Told) -> None:
    webhook_id = told.webhook()
    with transaction(told.engine) as session:
        pause_webhook(session, told.programme_id, webhook_id, actor_id=None)
    entries = told.earn(3)
    assert told.find(after=SOON) == 0
    with clock.standing_at(clock.now() + timedelta(days=20)):
        with transaction(told.engine) as session:
            go_on(session, told.programme_id, webhook_id, actor_id=None)
        assert told.find(after=SOON) == 3
    assert {each.subject_id for each in told.deliveries()} == set(entries)


def test_paused_for_long_it_hears_of_thirty_days_and_of_nothing_twice(told: Told) -> None:
    webhook_id = told.webhook()
    told.earn(2)
    assert told.find(after=SOON) == 2
    with transaction(told.engine) as session:
        for each in session.scalars(select(WebhookDelivery)):
            each.done_at = clock.now()
        pause_webhook(session, told.programme_id, webhook_id, actor_id=None)
    with clock.standing_at(clock.now() + timedelta(days=10)):
        within = told.earn()
    for days in (31, 39):  # what was told is old; then somebody lets it go on
        with clock.standing_at(clock.now() + timedelta(days=days)), transaction(told.engine) as session:
            forget_deliveries(session, told.programme_id, now=clock.now())
    with clock.standing_at(clock.now() + timedelta(days=39)):
        with transaction(told.engine) as session:
            go_on(session, told.programme_id, webhook_id, actor_id=None)
        assert told.find(after=SOON) == 1
        assert within[0] in {each.subject_id for each in told.deliveries()}
        assert told.state(webhook_id).told_to > clock.now() - CATCH_UP


def test_what_is_told_and_old_is_removed_and_not_found_again(told: Told) -> None:
    told.webhook()
    told.earn(2)
    told.find(after=SOON)
    with transaction(told.engine) as session:
        first, second = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))
        first.done_at = clock.now()
        waiting = second.id
    told.find(after=CATCH_UP + timedelta(hours=1))
    with transaction(told.engine) as session:
        assert forget_deliveries(session, told.programme_id, now=clock.now() + CATCH_UP) == 0
        assert forget_deliveries(session, told.programme_id, now=clock.now() + CATCH_UP + timedelta(minutes=1)) == 1
    assert [each.id for each in told.deliveries()] == [waiting]
    assert told.find(after=CATCH_UP + timedelta(hours=2)) == 0


def test_a_message_holds_ids_and_numbers_and_nothing_of_a_person(told: Told) -> None:
    told.webhook()
    happened = told.happen()
    told.find(after=SOON)
    with transaction(told.engine) as session:
        messages = {each.event: json.loads(compose(session, each) or b"") for each in session.scalars(select(WebhookDelivery))}
        again = [compose(session, each) for each in session.scalars(select(WebhookDelivery))]
        assert again == [compose(session, each) for each in session.scalars(select(WebhookDelivery))]
        people = session.scalars(select(Volunteer)).all()
        words = {str(person.id) for person in people} | {person.first_name for person in people}
        words |= {person.last_name for person in people} | set(session.scalars(select(Organisation.name)))
        entry = session.scalars(
            select(HourEntry)
            .where(HourEntry.id.in_(happened[WebhookEvent.HOURS_RECORDED]))
            .order_by(HourEntry.recorded_at)
            .limit(1)
        ).one()
        organisation_id = str(entry.organisation_id)
    assert set(messages) == set(happened)
    for event, message in messages.items():
        assert set(message) == {"type", "timestamp", "data"}
        assert message["type"] == event.value
        assert message["timestamp"].endswith("Z")
        assert not [word for word in words if word and word in json.dumps(message)]
    hours = messages[WebhookEvent.HOURS_RECORDED]["data"]
    assert set(hours) == {"programme_id", "id", "organisation_id", "activity_id", "day", "minutes", "earned"}
    assert hours["organisation_id"] == organisation_id
    corrected = messages[WebhookEvent.HOURS_CORRECTED]["data"]
    assert (corrected["entry"]["minutes"], corrected["replacement"]["minutes"]) == (120, 90)
    used = messages[WebhookEvent.CREDITS_USED]["data"]
    assert (used["adults"], used["under_16s"], used["minutes"]) == (1, 0, 60)
    assert set(messages[WebhookEvent.USE_UNDONE]["data"]) == set(used) - {"used_at"}
