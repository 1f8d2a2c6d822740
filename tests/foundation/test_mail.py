from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select

from tests.real.smtp import MailServer
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.mail import MAX_TRIES, Delivery, MailMessage, deliver_waiting, gateway_for, queue

SENDER = "Time Credits <no-reply@timecredits.example>"


def put(engine: Engine, **words: str) -> None:
    with transaction(engine) as session:
        queue(
            session,
            recipient=words.get("recipient", "sian@example.org"),
            subject="Your sign-in code",
            body=words.get("body", "Your code is 12345678."),
        )


def test_a_letter_is_sent_once_and_its_words_are_then_forgotten(engine: Engine, mail_server: MailServer) -> None:
    put(engine, body="Siân, eich cod yw 12345678.")
    gateway = gateway_for(mail_server.url)
    assert deliver_waiting(engine, gateway, sender=SENDER) == Delivery(sent=1, failed=0)
    assert deliver_waiting(engine, gateway, sender=SENDER) == Delivery(sent=0, failed=0)
    assert [message["Subject"] for message in mail_server.to("sian@example.org")] == ["Your sign-in code"]
    with transaction(engine) as session:
        assert session.scalars(select(MailMessage.body)).all() == [""]


def test_a_server_that_refuses_is_tried_again_and_then_left_alone(engine: Engine) -> None:
    put(engine)
    tries = []

    def refuse(message: EmailMessage) -> None:
        tries.append(message["To"])
        raise ConnectionRefusedError

    deliver_waiting(engine, refuse, sender=SENDER)
    deliver_waiting(engine, refuse, sender=SENDER)
    assert len(tries) == 1  # the next try waits a while: a server may be away for a day
    for days in range(MAX_TRIES + 3):
        with clock.standing_at(clock.now() + timedelta(days=1 + days)):
            deliver_waiting(engine, refuse, sender=SENDER)
    assert len(tries) == MAX_TRIES
    with transaction(engine) as session:
        assert session.scalars(select(MailMessage.last_fault)).all() == ["ConnectionRefusedError"]


def test_an_address_that_cannot_be_written_holds_nobody_up(engine: Engine) -> None:
    put(engine, recipient="a@[.x")
    put(engine)
    sent = []
    assert deliver_waiting(engine, lambda message: sent.append(message["To"]), sender=SENDER) == Delivery(sent=1, failed=1)
    assert sent == ["sian@example.org"]


def test_the_same_letter_twice_is_one(engine: Engine) -> None:
    key = new_id()
    with transaction(engine) as session:
        for _ in range(2):
            queue(session, recipient="a@example.org", subject="Hello", body="Hello.", message_id=key)
    with transaction(engine) as session:
        assert session.scalars(select(MailMessage.id)).all() == [key]


def test_without_a_server_letters_are_printed(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    put(engine)
    deliver_waiting(engine, gateway_for("print:"), sender=SENDER)
    assert "Your code is 12345678." in capsys.readouterr().out
