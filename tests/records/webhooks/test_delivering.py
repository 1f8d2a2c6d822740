"""Sending to real receivers: signed, tried again, given up, paused, ended; and nobody held up by one that hangs."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from threading import Event
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update

from tests.records.webhooks.conftest import BASE_URL, Told
from tests.records.webhooks.receiver import Receiver, drips, hangs, receiving, says
from tests.records.webhooks.test_signing import verified
from tests.spending.shop import KEYRING
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage
from timecredits.records.models import Webhook, WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.delivering import Pace, Way, deliver_due
from timecredits.records.webhooks.keeping import change_secret, end_webhook, go_on, pause_webhook, send_again, send_test
from timecredits.records.webhooks.outcomes import FAILURES_TO_PAUSE, TRIES, WAITS, wait_after
from timecredits.records.webhooks.rounds import tell_others
from timecredits.records.webhooks.sending import Network, Patience

CALM = Network(patience=Patience(connect=20, whole=20))
HASTY = Network(patience=Patience(connect=0.5, whole=0.5))
SOON = timedelta(seconds=1)


def deliver(engine: Engine, *, network: Network = CALM, pace: Pace | None = None, keyring: Keyring = KEYRING) -> int:
    return deliver_due(engine, Way(keyring, BASE_URL, network), pace=pace)


def to(receiver: Receiver) -> str:
    return f"http://127.0.0.1:{receiver.port}/new"


def subjects(receiver: Receiver) -> list[str]:
    return [json.loads(each.body)["data"]["id"] for each in receiver.got]


def mails(engine: Engine) -> list[MailMessage]:
    with transaction(engine) as session:
        return list(session.scalars(select(MailMessage)))


def test_a_round_tells_what_is_new_signed_and_once(told: Told) -> None:
    with receiving(says(200)) as receiver:
        webhook_id = told.webhook(to(receiver))
        happened = told.happen()
        with clock.standing_at(clock.now() + SOON):
            count = tell_others(told.engine, KEYRING, base_url=BASE_URL, ending=Event(), network=CALM)
            assert count == sum(map(len, happened.values()))
            assert tell_others(told.engine, KEYRING, base_url=BASE_URL, ending=Event(), network=CALM) == 0
        told_of = sorted((json.loads(each.body)["type"], json.loads(each.body)["data"]["id"]) for each in receiver.got)
    assert told_of == sorted((event.value, str(subject)) for event, found in happened.items() for subject in found)
    assert all(verified(told.secrets[webhook_id], each.headers, each.body) for each in receiver.got)
    assert {each.headers["webhook-timestamp"] for each in receiver.got} == {str(int((clock.now() + SOON).timestamp()))}
    sent = told.deliveries()
    assert {each.headers["webhook-id"] for each in receiver.got} == {str(each.id) for each in sent}
    assert {(each.last_answer, each.tries, each.done_at is not None) for each in sent} == {("200", 1, True)}


def test_without_a_keyring_nothing_is_sent(told: Told) -> None:
    assert tell_others(told.engine, None, base_url=BASE_URL, ending=Event()) == 0


def test_a_message_is_tried_again_after_longer_and_longer_waits_and_then_given_up(told: Told) -> None:
    with receiving(says(500)) as receiver:
        webhook_id = told.webhook(to(receiver))
        told.earn()
        moment = clock.now() + SOON
        told.find(after=SOON)
        (delivery,) = told.deliveries()
        for tries in range(1, TRIES + 1):
            with clock.standing_at(moment):
                assert deliver(told.engine) == 0
                assert len(receiver.got) == tries
                assert deliver(told.engine) == 0  # not before its time
            (delivery,) = told.deliveries()
            assert (delivery.tries, delivery.last_answer, delivery.done_at) == (tries, "500", None)
            assert (delivery.given_up_at is not None) == (tries == TRIES)
            if tries < TRIES:
                assert 0.9 * WAITS[tries - 1] <= delivery.next_try_at - moment <= 1.1 * WAITS[tries - 1]
                moment = max(delivery.next_try_at, told.state(webhook_id).rest_until or moment)
        with clock.standing_at(moment + timedelta(days=9)):
            deliver(told.engine)
        assert len(receiver.got) == TRIES
    assert {each.headers["webhook-id"] for each in receiver.got} == {str(delivery.id)}
    assert {each.body for each in receiver.got} == {receiver.got[0].body}
    assert timedelta(days=3) <= sum(WAITS, timedelta()) <= timedelta(days=4)


def test_what_nothing_reached_for_three_days_is_paused_with_a_mail_and_goes_on_with_everything(told: Told) -> None:
    with receiving(says(503)) as receiver:
        webhook_id = told.webhook(to(receiver))
        told.earn(3)
        told.find(after=SOON)
        moment, rounds = clock.now() + SOON, 0
        while told.state(webhook_id).paused_at is None:
            with clock.standing_at(moment):
                deliver(told.engine)
            rest = told.state(webhook_id).rest_until
            assert rest is not None
            assert SOON <= rest - moment <= timedelta(minutes=15)
            due = min((each.next_try_at for each in told.deliveries() if each.given_up_at is None), default=moment)
            moment, rounds = max(rest, due), rounds + 1
            assert rounds < 100
        failed = told.state(webhook_id)
        assert failed.paused_because == "failing"
        assert failed.failures >= FAILURES_TO_PAUSE
        assert failed.failing_since is not None
        assert failed.paused_at is not None
        assert timedelta(days=3) <= failed.paused_at - failed.failing_since <= timedelta(days=4)
        (mail,) = mails(told.engine)
        assert mail.recipient == told.world.emails["manager"]
        assert f"{BASE_URL}/programme/webhooks/{webhook_id}" in mail.body
        assert str(receiver.port) not in mail.body + mail.subject
        receiver.act = says(200)
        with clock.standing_at(moment + timedelta(days=1)):
            assert deliver(told.engine) == 0
            with transaction(told.engine) as session:
                go_on(session, told.programme_id, webhook_id, actor_id=None)
            assert deliver(told.engine) == 3
    assert told.state(webhook_id).failures == 0
    assert all(each.done_at for each in told.deliveries())


def test_a_failure_lets_a_receiver_rest_and_one_success_sets_all_right(told: Told) -> None:
    with receiving(says(500)) as receiver:
        webhook_id = told.webhook(to(receiver))
        told.earn(5)
        told.find(after=SOON)
        with clock.standing_at(clock.now() + SOON):
            deliver(told.engine)
            deliver(told.engine)
        assert receiver.came == 1  # the other four wait too
        receiver.act = says(200)
        with clock.standing_at(clock.now() + timedelta(minutes=1)):
            assert deliver(told.engine) == 5
    state = told.state(webhook_id)
    assert (state.failures, state.failing_since, state.rest_until) == (0, None, None)


def test_a_receiver_says_how_long_it_wants_to_rest(told: Told) -> None:
    with receiving(says(429, "Retry-After: 3600")) as receiver:
        webhook_id = told.webhook(to(receiver))
        told.earn()
        told.find(after=SOON)
        deliver_at = clock.now() + SOON
        with clock.standing_at(deliver_at):
            deliver(told.engine)
        assert told.state(webhook_id).rest_until == deliver_at + timedelta(hours=1)
        receiver.act = says(503, "Retry-After: 9999999")
        with clock.standing_at(deliver_at + timedelta(hours=1)):
            deliver(told.engine)
        assert told.state(webhook_id).rest_until == deliver_at + timedelta(hours=25)


def test_a_clock_that_ran_ahead_puts_nothing_off_until_then(told: Told) -> None:
    with receiving(says(500)) as receiver:
        told.webhook(to(receiver))
        told.earn()
        told.find(after=SOON)
        with clock.standing_at(clock.now() + timedelta(days=300)):
            deliver(told.engine)
        receiver.act = says(200)
        assert receiver.came == 1
        assert deliver(told.engine) == 1


def test_gone_ends_it(told: Told) -> None:
    with receiving(says(410)) as receiver:
        webhook_id = told.webhook(to(receiver))
        told.earn(3)
        told.find(after=SOON)
        with clock.standing_at(clock.now() + SOON):
            deliver(told.engine)
            deliver(told.engine)
        assert receiver.came == 1
    assert told.state(webhook_id).ended_at is not None
    assert all(each.given_up_at for each in told.deliveries())
    assert len(mails(told.engine)) == 1
    assert told.find(after=timedelta(minutes=1)) == 0


def test_who_made_it_is_no_manager_any_more_so_every_manager_hears(told: Told) -> None:
    with receiving(says(410)) as receiver:
        told.webhook(to(receiver), actor_id=told.world.users["coordinator"])
        told.earn()
        told.find(after=SOON)
        deliver_after(told)
    assert [each.recipient for each in mails(told.engine)] == [told.world.emails["manager"]]


def deliver_after(told: Told, later: timedelta = SOON) -> int:
    with clock.standing_at(clock.now() + later):
        return deliver(told.engine)


@pytest.mark.parametrize("act", [hangs, drips])
def test_receivers_that_hang_hold_up_nobody(told: Told, act: object) -> None:
    with receiving(act) as slow, receiving(says(200)) as quick:  # type: ignore[arg-type]
        for _ in range(4):
            told.webhook(to(slow))
        good = [told.webhook(to(quick)) for _ in range(2)]
        told.earn(3)
        told.find(after=SOON)
        begun = monotonic()
        with clock.standing_at(clock.now() + SOON):
            assert deliver(told.engine, network=HASTY, pace=Pace(threads=2, turn=1, round_seconds=60)) == 6
        assert monotonic() - begun < 60
        assert slow.came == 4
    assert {each.last_answer for each in told.deliveries(good[0])} == {"200"}
    assert sorted(each.last_answer for each in told.deliveries() if each.webhook_id not in good) == [""] * 8 + ["too_slow"] * 4


def test_a_round_that_is_over_begins_nothing_and_the_next_goes_on(told: Told) -> None:
    with receiving(says(200)) as receiver:
        told.webhook(to(receiver))
        told.earn(5)
        told.find(after=SOON)
        with clock.standing_at(clock.now() + SOON):
            assert deliver(told.engine, pace=Pace(round_seconds=0)) == 0
            ending = Event()
            ending.set()
            assert deliver_due(told.engine, Way(KEYRING, BASE_URL, CALM), ending=ending) == 0
            assert receiver.came == 0
            assert deliver(told.engine, pace=Pace(turn=2)) == 5


def test_two_workers_at_once_send_nothing_twice(told: Told) -> None:
    with receiving(says(200)) as receiver:
        told.webhook(to(receiver))
        entries = told.earn(12)
        told.find(after=SOON)
        with clock.standing_at(clock.now() + SOON), ThreadPoolExecutor(3) as pool:
            workers = [pool.submit(copy_context().run, deliver, told.engine) for _ in range(3)]
            assert sum(each.result() for each in workers) == 12
        assert sorted(subjects(receiver)) == sorted(map(str, entries))


def test_a_worker_that_died_on_the_way_is_made_good(told: Told) -> None:
    with receiving(says(200)) as receiver:
        told.webhook(to(receiver))
        told.earn()
        told.find(after=SOON)
        with transaction(told.engine) as session:  # as it stands once a try has begun
            session.execute(update(WebhookDelivery).values(tries=1, next_try_at=clock.now() + wait_after(1, new_id())))
        assert deliver_after(told) == 0
        assert deliver_after(told, timedelta(minutes=1)) == 1
        assert len(receiver.got) == 1


def test_pause_test_again_and_end(told: Told) -> None:
    with receiving(says(200)) as receiver:
        webhook_id = told.webhook(to(receiver))
        here = (told.programme_id, webhook_id)
        (entry,) = told.earn()
        told.find(after=SOON)
        with transaction(told.engine) as session:
            pause_webhook(session, *here, actor_id=None)
            test_id = new_id()
            assert send_test(session, *here, test_id=test_id, actor_id=None)
            assert send_test(session, *here, test_id=test_id, actor_id=None)
            assert not send_test(session, *here, test_id=new_id(), actor_id=None)
        assert deliver_after(told) == 1
        assert subjects(receiver) == [str(test_id)]
        with transaction(told.engine) as session:
            go_on(session, *here, actor_id=None)
        assert deliver_after(told) == 1
        (delivery_id,) = [each.id for each in told.deliveries() if each.subject_id == entry]
        with transaction(told.engine) as session:
            send_again(session, *here, delivery_id, actor_id=None)
        assert deliver_after(told) == 1
        assert subjects(receiver) == [str(test_id), str(entry), str(entry)]
        assert receiver.got[1].headers["webhook-id"] == receiver.got[2].headers["webhook-id"]
        with transaction(told.engine) as session:
            send_again(session, *here, delivery_id, actor_id=None)
            end_webhook(session, *here, actor_id=None)
        assert deliver_after(told) == 0
        for verb in (pause_webhook, go_on):
            with transaction(told.engine) as session, pytest.raises(NotFoundError):
                verb(session, *here, actor_id=None)


def test_a_test_that_fails_is_not_tried_again_and_counts_against_nobody(told: Told) -> None:
    with receiving(says(500)) as receiver:
        webhook_id = told.webhook(to(receiver))
        with transaction(told.engine) as session:
            send_test(session, told.programme_id, webhook_id, test_id=new_id(), actor_id=None)
        deliver_after(told)
        deliver_after(told, timedelta(days=1))
        assert receiver.came == 1
    (sent,) = told.deliveries()
    assert (sent.event, sent.last_answer, sent.given_up_at is not None) == (WebhookEvent.TEST, "500", True)
    assert told.state(webhook_id).failures == 0


def test_a_new_secret_signs_beside_the_old_for_a_day(told: Told) -> None:
    with receiving(says(200)) as receiver:
        webhook_id = told.webhook(to(receiver))
        old, change_id = told.secrets[webhook_id], new_id()
        with transaction(told.engine) as session:
            new = change_secret(session, KEYRING, told.programme_id, webhook_id, change_id=change_id, actor_id=None).secret
            again = change_secret(session, KEYRING, told.programme_id, webhook_id, change_id=change_id, actor_id=None).secret
        assert new is not None
        assert again is None
        told.earn(2)
        told.find(after=SOON)
        deliver_after(told)
        assert all(verified(each, got.headers, got.body) for each in (old, new) for got in receiver.got)
        receiver.got.clear()
        with clock.standing_at(clock.now() + timedelta(days=1)):
            send_one_more(told, webhook_id)
        (got,) = receiver.got
        assert verified(new, got.headers, got.body)
        assert not verified(old, got.headers, got.body)


def send_one_more(told: Told, webhook_id: UUID) -> None:
    with transaction(told.engine) as session:
        assert send_test(session, told.programme_id, webhook_id, test_id=new_id(), actor_id=None)
    assert deliver(told.engine) == 1


def test_where_the_key_is_gone_it_is_paused_until_there_is_a_new_secret(told: Told) -> None:
    other = Keyring.from_secret("another secret, as long as the first one")
    with receiving(says(200)) as receiver:
        webhook_id = told.webhook(to(receiver))
        told.earn()
        told.find(after=SOON)
        with clock.standing_at(clock.now() + SOON):
            assert deliver(told.engine, keyring=other) == 0
            assert told.state(webhook_id).paused_because == "secret"
            with transaction(told.engine) as session:
                made = change_secret(session, other, told.programme_id, webhook_id, change_id=new_id(), actor_id=None)
            assert deliver(told.engine, keyring=other) == 1
        assert made.secret is not None
        assert verified(made.secret, receiver.got[0].headers, receiver.got[0].body)


def test_what_it_was_about_is_gone(told: Told) -> None:
    with receiving(says(200)) as receiver:
        told.webhook(to(receiver))
        told.earn(2)
        told.find(after=SOON)
        with transaction(told.engine) as session:
            first = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id).limit(1)).one()
            first.subject_id = new_id()
        assert deliver_after(told) == 1
        assert len(receiver.got) == 1
    assert [each.last_answer for each in told.deliveries()] == ["nothing", "200"]


def test_an_address_that_leads_inside_is_never_connected_to(told: Told) -> None:
    with receiving(says(200)) as receiver:
        webhook_id = told.webhook(f"https://inside.example.org:{receiver.port}/")
        told.earn()
        told.find(after=SOON)
        inside = Network(find=lambda _host, _port: ["127.0.0.1"], patience=Patience(20, 20))
        with clock.standing_at(clock.now() + SOON):
            assert deliver(told.engine, network=inside) == 0
        with transaction(told.engine) as session:  # one from before the installation moved to the open internet
            session.execute(update(Webhook).values(url=to(receiver), rest_until=None))
            session.execute(update(WebhookDelivery).values(next_try_at=clock.now(), tries=0))
        with clock.standing_at(clock.now() + SOON):
            assert deliver_due(told.engine, Way(KEYRING, "https://credits.example.org", CALM)) == 0
        assert receiver.came == 0
    assert {each.last_answer for each in told.deliveries(webhook_id)} == {"not_public"}
