"""One message sent to a real receiver, over TLS with a real certificate, whatever the receiver does."""

import socket
import ssl
from pathlib import Path

import pytest

from tests.records.webhooks.receiver import NAME, Act, drips, hangs, make_certificate, pours, receiving, says, sends
from timecredits.records.webhooks.addresses import Target, is_public, read_address
from timecredits.records.webhooks.sending import LONGEST_HEAD, Answer, Fault, Network, Patience, post

HASTY = Patience(connect=0.4, whole=0.4)
"""For those who never answer: what a test waits."""
CALM = Patience(connect=20, whole=20)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def network_to_here(trusting: ssl.SSLContext, patience: Patience = CALM) -> Network:
    """Every name leads to this machine, which may be reached."""
    return Network(find=lambda _host, _port: ["127.0.0.1"], may_reach=lambda _number: True, tls=trusting, patience=patience)


def target(port: int, path: str = "/new?key=1") -> Target:
    return read_address(f"https://{NAME}:{port}{path}", local_allowed=False)


def sent(act: Act, certificate: tuple[ssl.SSLContext, ssl.SSLContext], patience: Patience = CALM) -> Answer:
    with receiving(act, certificate[0]) as receiver:
        return post(network_to_here(certificate[1], patience), target(receiver.port), {}, b"{}")


def test_what_arrives_is_what_was_sent(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    body = b'{"type":"hours.recorded"}'
    with receiving(says(204), certificate[0]) as receiver:
        answer = post(network_to_here(certificate[1]), target(receiver.port), {"webhook-id": "x"}, body)
    assert answer == Answer(204)
    assert answer.is_ok
    (got,) = receiver.got
    assert got.first == "POST /new?key=1 HTTP/1.1"
    assert got.body == body
    assert got.headers["host"] == f"{NAME}:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "x"
    assert "cookie" not in got.headers


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (says(200, body=b"Thank you." * 100_000), Answer(200)),
        (says(500), Answer(500)),
        (says(410), Answer(410)),
        (says(302, "Location: https://elsewhere.example.org/"), Answer(302)),
        (says(503, "Retry-After: 120"), Answer(503, retry_after=120)),
        (says(429, "retry-after:7"), Answer(429, retry_after=7)),
        (says(503, "Retry-After: Fri, 20 Nov 2026 12:00:00 GMT"), Answer(503)),
        (sends(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 201 Made\r\n\r\n"), Answer(201)),
        (sends(b"HTTP/1.0 200 OK\r\n\r\n"), Answer(200)),
        (sends(b"HTTP/1.1 200\r\n\r\n"), Answer(200)),
        (sends(b""), Answer(fault=Fault.BROKEN)),
        (sends(b"HTTP/1.1 200 OK\r\nX: y"), Answer(fault=Fault.BROKEN)),
        (sends(b"HTTP/1.1 20 OK\r\n\r\n"), Answer(fault=Fault.BROKEN)),
        (sends(b"HTTP/2 200 OK\r\n\r\n"), Answer(fault=Fault.BROKEN)),
        (sends(b"\x00\xff nonsense \r\n\r\n"), Answer(fault=Fault.BROKEN)),
        (sends(b"HTTP/1.1 100 Go on\r\n\r\n"), Answer(fault=Fault.BROKEN)),
        (pours, Answer(fault=Fault.BROKEN)),
    ],
)
def test_what_comes_back(act: Act, answer: Answer, certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    assert sent(act, certificate) == answer


def test_only_one_request_also_where_it_is_sent_elsewhere(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with receiving(says(200), certificate[0]) as elsewhere:
        there = f"Location: https://{NAME}:{elsewhere.port}/"
        for status in (301, 302, 303, 307, 308):
            assert sent(says(status, there), certificate) == Answer(status)
        assert elsewhere.came == 0


@pytest.mark.parametrize("act", [hangs, drips])
def test_who_hangs_or_drips_is_left_in_time(act: Act, certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    assert sent(act, certificate, HASTY) == Answer(fault=Fault.TOO_SLOW)


def test_who_never_says_hello_is_left_in_time(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    # It speaks no TLS: it takes the connection and waits for a request that never comes.
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        assert post(network_to_here(certificate[1], HASTY), target(port), {}, b"{}") == Answer(fault=Fault.TOO_SLOW)


def test_no_more_than_the_head_is_read_and_no_more_than_64_kib_of_that(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    longest = b"HTTP/1.1 200 OK\r\nX: "
    fits = longest + b"a" * (LONGEST_HEAD - len(longest) - 4) + b"\r\n\r\n"
    assert sent(sends(fits), certificate) == Answer(200)
    too_long = longest + b"a" * (LONGEST_HEAD - len(longest) - 3) + b"\r\n\r\n"
    assert sent(sends(too_long), certificate) == Answer(fault=Fault.BROKEN)


def test_a_certificate_of_another_name_or_of_nobody_we_trust_is_refused(
    tmp_path: Path, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    other_server, other_trust = make_certificate(tmp_path, "other.example.org")
    for server, trusting in ((other_server, other_trust), (other_server, certificate[1]), (certificate[0], other_trust)):
        with receiving(says(200), server) as receiver:
            answer = post(network_to_here(trusting), target(receiver.port), {}, b"{}")
        assert answer == Answer(fault=Fault.NOT_TRUSTED)
        assert receiver.got == []


def test_a_plain_server_is_not_spoken_to(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with receiving(says(200)) as receiver:
        answer = post(network_to_here(certificate[1], HASTY), target(receiver.port), {}, b"{}")
    assert not answer.is_ok
    assert receiver.got == []


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["1.1.1.1", "127.0.0.1"],
        ["127.0.0.1", "1.1.1.1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%lo"],
    ],
)
def test_a_name_that_leads_inside_is_not_connected_to(
    numbers: list[str], certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    with receiving(says(200), certificate[0]) as receiver:
        network = Network(find=lambda _host, _port: numbers, tls=certificate[1], patience=CALM)
        assert post(network, target(receiver.port), {}, b"{}") == Answer(fault=Fault.NOT_PUBLIC)
    assert receiver.came == 0


def test_a_name_is_looked_up_once_and_what_was_judged_is_what_is_connected_to(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    judged: list[str] = []
    asked: list[str] = []

    def find(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    def may_reach(number: str) -> bool:
        judged.append(number)
        return True

    with receiving(says(200), certificate[0]) as receiver:
        assert post(Network(find, may_reach, certificate[1], CALM), target(receiver.port), {}, b"{}").is_ok
    assert (asked, judged) == ([NAME], ["127.0.0.1"])


def test_the_second_number_is_tried_where_the_first_does_not_answer(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    with receiving(says(200), certificate[0]) as receiver:
        network = Network(lambda _host, _port: ["127.0.0.9", "127.0.0.1"], lambda _number: True, certificate[1], CALM)
        assert post(network, target(receiver.port), {}, b"{}") == Answer(200)


def test_nobody_there_and_no_such_name(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with receiving(says(200), certificate[0]) as receiver:
        port = receiver.port
    assert post(network_to_here(certificate[1]), target(port), {}, b"{}") == Answer(fault=Fault.NO_CONNECTION)

    def lost(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    assert post(Network(find=lost), target(443 + 8000), {}, b"{}") == Answer(fault=Fault.NO_NAME)
    assert post(Network(find=lambda _host, _port: []), target(8443), {}, b"{}").fault is not None


def test_this_machine_without_tls_where_the_installation_serves_no_other() -> None:
    with receiving(says(200)) as receiver:
        here = read_address(f"http://127.0.0.1:{receiver.port}/x", local_allowed=True)
        assert post(Network(), here, {}, b"{}") == Answer(200)
    assert not is_public("127.0.0.1")
