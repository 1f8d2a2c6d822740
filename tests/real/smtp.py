"""A mail server that keeps what it is sent: fixture `mail_server`."""

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Condition

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """Where mail may be sent, and what has come; `refuse` set to an SMTP answer ("550 No") turns every message away."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refuse: str | None = None
    _came: Condition = field(default_factory=Condition, repr=False)

    @property
    def url(self) -> str:
        """Return what MAIL_URL takes."""
        return f"smtp://{self.host}:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the messages to one address, the oldest first."""
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, address: str, *, at_most: float = 20) -> EmailMessage:
        """Return the newest message to one address, waiting for the first. Errors: TimeoutError."""
        with self._came:
            if not self._came.wait_for(lambda: self.to(address), timeout=at_most):
                raise TimeoutError(f"no mail came for {address}")
            return self.to(address)[-1]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message; called by aiosmtpd on its own thread."""
        del server, session
        if self.refuse:
            return self.refuse
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        with self._came:
            self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
            self._came.notify_all()
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Give a mail server on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = MailServer(port=probe.getsockname()[1])
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
