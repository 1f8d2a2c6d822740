"""A mail server that wants a name and a password: both go over TLS only, and only to a server whose certificate is trusted."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.real.smtp import MailServer
from tests.records.webhooks.receiver import make_certificate
from timecredits.foundation.mail import gateway_for


class Desk:
    """Who may come in, and what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[bytes, bytes]] = []

    def __call__(self, _server: object, _session: object, _envelope: object, _way: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.said.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss word", handled=False)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for "localhost" that nobody knows."""
    make_certificate(tmp_path, "localhost")
    return tmp_path / "localhost.pem"


@pytest.fixture(params=["smtp", "smtps"])
def guarded(request: pytest.FixtureRequest, certificate: Path, desk: Desk) -> Iterator[tuple[MailServer, str]]:
    """A server that takes nothing without TLS (and, by STARTTLS, a password), and its address."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = MailServer(host="localhost", port=probe.getsockname()[1])
    if request.param == "smtps":
        controller, who = Controller(server, hostname="localhost", port=server.port, ssl_context=context), ""
    else:
        guards: dict[str, Any] = {"tls_context": context, "require_starttls": True, "authenticator": desk, "auth_required": True}
        controller = Controller(server, hostname="localhost", port=server.port, **guards)
        who = "post%20office:p%40ss%20word@"
    controller.start()
    try:
        yield server, f"{request.param}://{who}localhost:{server.port}"
    finally:
        controller.stop()


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "us@example.org", "you@example.org", "News"
    message.set_content("Hello")
    return message


def test_to_a_server_that_nobody_knows_neither_letter_nor_password_goes(guarded: tuple[MailServer, str], desk: Desk) -> None:
    server, url = guarded
    with pytest.raises(ssl.SSLCertVerificationError):
        gateway_for(url)(letter())
    assert (desk.said, server.messages) == ([], [])


def test_to_one_that_is_trusted_both_go(
    guarded: tuple[MailServer, str], desk: Desk, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    gateway_for(url)(letter())
    assert desk.said == ([(b"post office", b"p@ss word")] if "@" in url else [])
    assert len(server.messages) == 1


def test_a_certificate_of_another_name_is_none(
    guarded: tuple[MailServer, str], desk: Desk, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(ssl.SSLCertVerificationError):
        gateway_for(url.replace("localhost", "127.0.0.1"))(letter())
    assert (desk.said, server.messages) == ([], [])


@pytest.mark.parametrize("guarded", ["smtp"], indirect=True)
def test_a_wrong_password_sends_nothing(
    guarded: tuple[MailServer, str], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(smtplib.SMTPAuthenticationError):
        gateway_for(url.replace("p%40ss", "other"))(letter())
    assert server.messages == []
