"""Every address, by every method that it has and some that it has not, asked by a stranger: no 5xx, and always the headers."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.header_rules import NO_REFERRER, faults_of
from timecredits.web import headers

WEB = Path(headers.__file__).parent
_WRONG = ("DELETE", "PROPFIND")
_VALUES = {"uuid": UUID(int=7), "int": 7, "path": "nothing/here.js", "string": "nothing"}


def tried(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, address and endpoint. Whatever stands in an address is made up."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        address = adapter.build(rule.endpoint, values_of(rule), method=min(rule.methods or {"GET"} - {"HEAD", "OPTIONS"}))
        for method in sorted({*(rule.methods or set()), "OPTIONS", *_WRONG}):
            yield method, address, rule.endpoint


def values_of(rule: Rule) -> dict[str, object]:
    """Something for each of its parameters, of the right kind."""
    kinds = {name: type(each).__name__ for name, each in rule._converters.items()}
    return {
        name: _VALUES[kind.removesuffix("Converter").lower().replace("unicode", "string").replace("integer", "int")]
        for name, kind in kinds.items()
    }


def test_every_answer_to_a_stranger_has_the_headers(app: Flask) -> None:
    browser, faults, statuses = app.test_client(), [], set[int]()
    for method, address, endpoint in tried(app):
        with browser.open(address, method=method) as answer:
            statuses.add(answer.status_code)
            endpoint_of = None if answer.status_code == 405 else endpoint
            found = faults_of(answer.headers, answer.status_code, endpoint=endpoint_of)
            if found or answer.status_code >= 500:
                faults.append((method, address, answer.status_code, found))
            assert b"Traceback" not in answer.data
    assert not faults, faults[:10]
    assert {200, 302, 400, 401, 404, 405} <= statuses, "the made-up requests met all kinds of answers"


@pytest.mark.parametrize("name", ["Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "Referrer-Policy"])
def test_the_rules_notice_a_header_that_is_gone(app: Flask, name: str) -> None:
    answer = app.test_client().get("/sign-in")
    assert faults_of(answer.headers, 200) == []
    del answer.headers[name]
    assert faults_of(answer.headers, 200) != []


def test_the_rules_know_where_no_referrer_goes_out() -> None:
    assert NO_REFERRER == headers._NO_REFERRER


def test_a_head_is_never_taken_for_a_form() -> None:
    """Whether to read what was sent is asked as `!= "POST"`: a HEAD sends nothing, and no mark is asked of it."""
    told_apart = {"public/checking.py", "public/shared_letters.py"}  # a machine that asks whether an address lives is no reader
    asking = {each.relative_to(WEB).as_posix() for each in WEB.rglob("*.py") if 'method == "GET"' in each.read_text()}
    assert asking == told_apart
