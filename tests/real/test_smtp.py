"""The mail server keeps what it is sent and can refuse."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.real.smtp import MailServer


def letter(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "jar@example.org", "Siân <sian@example.org>", subject
    message.set_content("Mae gennych 2 gredyd.\n")
    return message


def test_a_message_arrives_whole(mail_server: MailServer) -> None:
    with smtplib.SMTP(mail_server.host, mail_server.port, timeout=10) as client:
        client.send_message(letter("Eich credydau: 2½"))
    (message,) = mail_server.to("sian@example.org")
    assert message["Subject"] == "Eich credydau: 2½"
    assert "gredyd" in message.get_content()
    assert mail_server.url == f"smtp://127.0.0.1:{mail_server.port}"


def test_it_refuses_when_told_to(mail_server: MailServer) -> None:
    mail_server.refuse = "550 No such person"
    with smtplib.SMTP(mail_server.host, mail_server.port, timeout=10) as client, pytest.raises(smtplib.SMTPDataError):
        client.send_message(letter("No"))
    assert mail_server.messages == []
