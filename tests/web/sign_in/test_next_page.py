"""`next` stays on this host."""

import pytest
from flask import Flask

from timecredits.network.permissions import ActorKind
from timecredits.web.sign_in.next_page import may_see, safe_next

BYPASSES = [
    "//evil.example",
    "///evil.example",
    "////evil.example/safety",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "http://evil.example",
    "https://evil.example/safety",
    "HTTP:evil.example",
    "http:///evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://evil.example",
    "/%2f%2fevil.example",
    "/%2F/evil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/safety\r\nSet-Cookie: a=b",
    "/\x00/evil.example",
    " //evil.example",
    "/ /evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/../../evil.example",
    "/./safety",
    "/safety/..//evil.example",
    "/safety//evil.example",
    "//127.0.0.1@evil.example",
    "/@evil.example//",
    "https://127.0.0.1@evil.example/",
    "evil.example",
    "safety",
    "?next=//evil.example",
    "#@evil.example",
    "/safety#//evil.example",
    "/safety?next=https://evil.example/",
    "/safety?a=b\\c",
    "/safety?<script>",
    "/\u2215/evil.example",
    "/\uff0fevil.example",
    "\u3000//evil.example",
    "/safety" + "?a=" + "b" * 500,
    "/sign-out",
    "/exit",
    "/demo/coordinator",
    "/static/main.css",
    "/no-such-page",
    "",
    None,
]


@pytest.mark.parametrize("wanted", BYPASSES)
def test_what_leads_elsewhere_is_forgotten(app: Flask, wanted: str | None) -> None:
    with app.test_request_context():
        assert safe_next(wanted) is None


OURS = ["/", "/safety", "/privacy", "/my/statement?after=abc_123", "/my/places?q=swim+pool&town=Ely%20x"]


@pytest.mark.parametrize("wanted", OURS)
def test_pages_of_ours_are_kept(app: Flask, wanted: str) -> None:
    with app.test_request_context():
        assert safe_next(wanted) == wanted


def test_a_long_run_of_parts_is_read_in_no_time(app: Flask) -> None:
    with app.test_request_context():
        assert safe_next("/" + "a" * 480 + "!") is None


def test_a_page_is_offered_only_to_those_who_may_see_it(app: Flask) -> None:
    with app.test_request_context():
        assert may_see(ActorKind.VOLUNTEER, "/my/statement?after=x")
        assert not may_see(ActorKind.COORDINATOR, "/my/statement")
