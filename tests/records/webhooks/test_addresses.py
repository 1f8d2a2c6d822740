"""Which addresses may be told: by their spelling, and by the number that a name leads to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.errors import RuleError
from timecredits.records.webhooks.addresses import LONGEST_URL, is_local, is_public, read_address

REFUSED_SPELLINGS = [
    *("", " ", "hooks.example.org", "//hooks.example.org/", "https://", "https:///new", "https:hooks.example.org"),
    *("http://hooks.example.org/", "ftp://hooks.example.org/", "file:///etc/passwd", "gopher://hooks.example.org/"),
    *("javascript:alert(1)", "https://user@hooks.example.org/", "https://user:word@hooks.example.org/"),
    *("https://hooks.example.org@127.0.0.1/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/"),
    *("https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/", "https://0/"),
    *("https://127.0.0.0x1/", "https://127.0.0.1./", "https://1.1.1.1/", "https://169.254.169.254/latest/meta-data/"),
    *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[fe80::1%25eth0]/"),
    *("https://[2606:4700::1111]/", "https://[::]/", "https://[v1.x]/", "https://localhost/", "https://localhost./"),
    *("https://intranet/", "https://hooks.example.org./", "https://-hooks.example.org/", "https://hooks_.example.org/"),
    *("https://hooks..example.org/", "https://.example.org/", "https://ｈooks.example.org/", "https://hooks.example.org。/"),
    *("https://①②⑦.⓪.⓪.①/", "https://hooks.example.org/#part", "https://hooks.example.org\\@127.0.0.1/"),
    *("https://hooks.example.org/a b", "https://hooks.example.org/\r\nHost: other", "https://hooks.example.org/\t"),
    *("https://hooks.example.org/é", "https://hooks.example.org:0/", "https://hooks.example.org:22/"),
    *("https://hooks.example.org:25/", "https://hooks.example.org:80/", "https://hooks.example.org:70000/"),
    *(
        "https://hooks.example.org:port/",
        "https://" + "a" * 64 + ".example.org/",
        "https://hooks.example.org/" + "x" * LONGEST_URL,
    ),
]

CLOSED = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1"),  # noqa: S104  nothing is bound
    *("10.255.255.255", "172.16.0.1", "172.31.255.255"),
    *("192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.1"),
    *("192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
    *("239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1"),
    *("64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "fe80::1", "fe80::1%lo", "2600::1%lo", "fec0::1", "fc00::1", "fd12:3456::1"),
    *("ff02::1", "ff0e::1", "2001::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1"),
    *("4000::1", "5f00::1", "2001:0:53aa:64c:0:0:80ff:fffe"),
    *("", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "1.2.3.4.5", "1.2.3", "nonsense"),
]

OPEN = [
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"),
    *("192.167.255.255", "192.169.0.0", "223.255.255.255"),
    *("2606:4700:4700::1111", "2a00:1450:4009::200e", "2001:4860:4860::8888"),
]


@pytest.mark.parametrize("local_allowed", [False, True])
@pytest.mark.parametrize("url", REFUSED_SPELLINGS)
def test_a_spelling_that_is_no_public_name_is_refused(url: str, *, local_allowed: bool) -> None:
    with pytest.raises(RuleError, match=r"Nothing was saved\."):
        read_address(url, local_allowed=local_allowed)


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "header"),
    [
        ("https://hooks.example.org", "hooks.example.org", 443, "/", "hooks.example.org"),
        ("https://HOOKS.Example.org/New?key=a%20b&c=d", "hooks.example.org", 443, "/New?key=a%20b&c=d", "hooks.example.org"),
        ("HTTPS://hooks.example.org:443/x", "hooks.example.org", 443, "/x", "hooks.example.org"),
        ("https://a-b.xn--mgba3a4f16a:8443/", "a-b.xn--mgba3a4f16a", 8443, "/", "a-b.xn--mgba3a4f16a:8443"),
    ],
)
def test_a_full_name_is_taken_apart(url: str, host: str, port: int, path: str, header: str) -> None:
    target = read_address(url, local_allowed=False)
    assert (target.host, target.port, target.path, target.host_header, target.local) == (host, port, path, header, False)


@pytest.mark.parametrize("url", ["http://localhost:9000/x", "http://127.0.0.1:9000/x", "http://[::1]:9000/x"])
def test_this_machine_only_where_the_installation_serves_no_other(url: str) -> None:
    assert read_address(url, local_allowed=True).local
    with pytest.raises(RuleError):
        read_address(url, local_allowed=False)
    assert is_local("http://127.0.0.1:8000")
    assert is_local("http://localhost")
    for base_url in (
        "https://credits.example.org",
        "http://credits.example.org",
        "https://localhost",
        "http://localhost.example.org",
    ):
        assert not is_local(base_url)


@pytest.mark.parametrize("address", CLOSED)
def test_a_number_that_is_not_public_is_closed(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OPEN)
def test_a_public_number_is_open(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_what_is_open_here_python_calls_global_and_unicast_too(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
