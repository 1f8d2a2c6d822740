"""A real receiver on 127.0.0.1 that does what a test wants: answers, hangs, drips, closes early; with TLS where asked for.

It keeps what it got. It never sleeps: what hangs waits for the sender to go away.
"""

import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "hooks.example.org"


@dataclass(frozen=True)
class Got:
    """One request: its first line, headers in lower case, body."""

    first: str
    headers: dict[str, str]
    body: bytes


Act = Callable[[socket.socket], None]


@dataclass
class Receiver:
    """`act` is what it does once it has a request; `got` every request; `came` how many connections."""

    port: int
    act: Act
    got: list[Got] = field(default_factory=list)
    came: int = 0


def says(status: int, *more: str, body: bytes = b"") -> Act:
    """Answer a status, with more headers and a body."""

    def act(connection: socket.socket) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *more, "", ""])
        connection.sendall(head.encode() + body)

    return act


def sends(raw: bytes) -> Act:
    """Send these bytes and close."""
    return lambda connection: connection.sendall(raw)


def hangs(connection: socket.socket) -> None:
    """Say nothing until the sender is gone."""
    with suppress(OSError):
        while connection.recv(1024):
            pass


def drips(connection: socket.socket) -> None:
    """Send an answer letter by letter, as fast as it goes, that never comes to its end."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        connection.settimeout(0.02)
        while True:
            with suppress(TimeoutError):
                if not connection.recv(1):
                    return
            connection.sendall(b"a")


def pours(connection: socket.socket) -> None:
    """Send a head without end, as fast as it goes."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            connection.sendall(b"a" * 4096)


@contextmanager
def receiving(act: Act, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run one until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=32)
    receiver, over, open_ones, threads = Receiver(listener.getsockname()[1], act), Event(), [], []

    def serve(plain: socket.socket) -> None:
        with suppress(OSError), plain, tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
            got = _read(connection)
            if got is not None:
                receiver.got.append(got)
                receiver.act(connection)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass

    def accept() -> None:
        with suppress(OSError):
            while not over.is_set():
                plain, _where = listener.accept()
                receiver.came += 1
                open_ones.append(plain)
                threads.append(Thread(target=serve, args=(plain,), daemon=True))
                threads[-1].start()

    acceptor = Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield receiver
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for each in open_ones:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        for each in open_ones:
            each.close()


def _read(connection: socket.socket) -> Got | None:
    held = b""
    while b"\r\n\r\n" not in held:
        piece = connection.recv(4096)
        if not piece:
            return None
        held += piece
    head, body = held.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        piece = connection.recv(4096)
        if not piece:
            return None
        body += piece
    return Got(first, headers, body)


def make_certificate(folder: Path, name: str = NAME) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the receiver's side, the sender's side that trusts it): a certificate for `name`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  TLS itself asks the real clock
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("192.0.2.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    both = folder / f"{name}.pem"
    both.write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return server, ssl.create_default_context(cadata=pem.decode())
