"""The outbox against servers that misbehave: final refusals, passing ones, drips, a yes that we never noted, two at once."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.message import EmailMessage
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select, update

from tests.real.smtp import MailServer
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.foundation.mail import MAX_TRIES, Delivery, MailMessage, deliver_waiting, gateway_for, queue

SENDER = "Time Credits <no-reply@timecredits.example>"


def put(engine: Engine, recipient: str = "sian@example.org", body: str = "Hello.") -> None:
    with transaction(engine) as session:
        queue(session, recipient=recipient, subject="Hello", body=body)


def tries(engine: Engine) -> list[tuple[int, str]]:
    with transaction(engine) as session:
        return [(each.tries, each.body) for each in session.scalars(select(MailMessage))]


def test_a_final_no_ends_it_and_a_passing_one_does_not(engine: Engine, mail_server: MailServer) -> None:
    gateway = gateway_for(mail_server.url)
    mail_server.refuse = "451 Later"
    put(engine)
    deliver_waiting(engine, gateway, sender=SENDER)
    assert tries(engine) == [(1, "Hello.")]
    mail_server.refuse = "550 No such box"
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        deliver_waiting(engine, gateway, sender=SENDER)
    assert tries(engine) == [(MAX_TRIES, "")]


def test_a_box_that_is_not_there_ends_it_but_our_own_fault_does_not(engine: Engine) -> None:
    faults: list[Exception] = [
        smtplib.SMTPSenderRefused(550, b"Who?", SENDER),
        smtplib.SMTPAuthenticationError(535, b"No"),
        smtplib.SMTPRecipientsRefused({"sian@example.org": (450, b"Busy")}),
        smtplib.SMTPRecipientsRefused({"sian@example.org": (550, b"Gone")}),
    ]

    def refuse(_message: EmailMessage) -> None:
        raise faults.pop(0)

    put(engine)
    now, seen = clock.now(), []
    for day in range(4):
        with clock.standing_at(now + timedelta(days=day)):
            deliver_waiting(engine, refuse, sender=SENDER)
        seen.append(tries(engine)[0][0])
    assert seen == [1, 2, 3, MAX_TRIES]


def test_a_yes_that_was_never_noted_leads_to_the_same_letter_again(engine: Engine, mail_server: MailServer) -> None:
    put(engine)
    gateway, now = gateway_for(mail_server.url), clock.now()
    deliver_waiting(engine, gateway, sender=SENDER)
    with transaction(engine) as session:  # as if we had fallen between the server's yes and our note of it
        session.execute(update(MailMessage).values(sent_at=None, body="Hello."))
    with clock.standing_at(now + timedelta(minutes=5)):
        assert deliver_waiting(engine, gateway, sender=SENDER) == Delivery(sent=1, failed=0)
    ids = [str(each["Message-ID"]) for each in mail_server.to("sian@example.org")]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert ids[0].endswith("@timecredits.example>")


def test_one_sender_holds_a_letter_that_waited_long(engine: Engine) -> None:
    """Its second try would be due already; the lease keeps a second worker away while the first is at it."""
    put(engine)
    seen: list[Delivery] = []

    def slow(_message: EmailMessage) -> None:
        seen.append(deliver_waiting(engine, lambda _message: None, sender=SENDER))

    with clock.standing_at(clock.now() + timedelta(hours=3)):
        assert deliver_waiting(engine, slow, sender=SENDER) == Delivery(sent=1, failed=0)
    assert seen == [Delivery(sent=0, failed=0)]


def test_a_letter_queued_by_a_clock_that_ran_ahead_goes_once_it_is_right_again(engine: Engine) -> None:
    now, tried = clock.now(), []

    def refuse(_message: EmailMessage) -> None:
        tried.append(clock.now())
        raise ConnectionError

    with clock.standing_at(now + timedelta(days=300)):
        put(engine)
    for minute in (0, 1, 3):  # refused at once, held by the lease and the wait, refused again
        with clock.standing_at(now + timedelta(minutes=minute)):
            deliver_waiting(engine, refuse, sender=SENDER)
    assert tried == [now, now + timedelta(minutes=3)]
    with clock.standing_at(now + timedelta(minutes=20)):
        assert deliver_waiting(engine, lambda _message: None, sender=SENDER) == Delivery(sent=1, failed=0)


def test_dots_long_lines_and_other_letters_arrive_as_they_were(engine: Engine, mail_server: MailServer) -> None:
    words = f".\n..\nSiân o Lanfairpwllgwyngyll\n{'long ' * 400}\nend"
    put(engine, body=words)
    deliver_waiting(engine, gateway_for(mail_server.url), sender=SENDER)
    [letter] = mail_server.to("sian@example.org")
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == words


def test_no_header_can_be_put_into_an_address(engine: Engine, mail_server: MailServer) -> None:
    put(engine, recipient="a@example.org\r\nBcc: all@example.org")
    put(engine)
    assert deliver_waiting(engine, gateway_for(mail_server.url), sender=SENDER) == Delivery(sent=1, failed=1)
    assert [str(each["To"]) for each in mail_server.messages] == ["sian@example.org"]


@contextmanager
def dripping() -> Iterator[int]:
    """A server that greets with one byte after another and never ends the line."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with suppress(OSError):
                line, _where = server.accept()
                with line:
                    while not over.wait(0.05):
                        line.sendall(b"2")

        thread = Thread(target=drip)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_server_that_drips_is_cut_off() -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = SENDER, "sian@example.org"
    with dripping() as port, pytest.raises((OSError, smtplib.SMTPException)):
        gateway_for(f"smtp://127.0.0.1:{port}", longest=0.3)(letter)


def test_no_password_goes_to_a_server_without_tls(mail_server: MailServer) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = SENDER, "sian@example.org"
    with pytest.raises(smtplib.SMTPNotSupportedError):
        gateway_for(f"smtp://somebody:secret@127.0.0.1:{mail_server.port}")(letter)
    assert mail_server.messages == []


def test_smtps_sends_nothing_to_a_server_that_speaks_no_tls(mail_server: MailServer) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = SENDER, "sian@example.org"
    with pytest.raises((ssl.SSLError, OSError)):
        gateway_for(f"smtps://127.0.0.1:{mail_server.port}")(letter)
    assert mail_server.messages == []
