"""The site answers to its own names only, and no letter or mail learns its address from who asks."""

import ast
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.page_client import PageClient
from tests.web.header_rules import faults_of
from tests.web.world import World
from timecredits import web
from timecredits.app import create_app
from timecredits.foundation.places import TEMPLATES
from timecredits.web.database import db

PACKAGE = Path(web.__file__).parents[1]
FOREIGN = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "127.0.0.1.evil.example",
    "[::1]",
    "",
    "local host",
    "localhost, evil.example",
    "LOCALHOST.",
    "löcalhost",
]
_FROM_THE_CALLER = {"host", "host_url", "url_root", "root_url", "base_url", "url", "referrer", "origin"}
_MAY = {
    "web/origins.py": "compares it with what the browser says",
    "web/redirects.py": "lets Werkzeug's own redirect to the host that was called pass",
}


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/sign-in/email", "/api/v1/hours", "/static/main.css", "/healthz"])
def test_another_host_gets_nothing(app: Flask, host: str, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": host.encode().decode("latin-1")})
    assert answer.status_code == 400
    assert faults_of(answer.headers, 400) == []
    assert "evil" not in answer.text
    assert not any("evil" in value for _name, value in answer.headers)


def test_a_forwarded_host_is_believed_only_from_our_proxy_and_only_if_it_is_ours(sqlite_url: str, app: Flask) -> None:
    told = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
    }
    plain = app.test_client().get("/sign-in", headers=told)
    assert plain.status_code == 200
    assert "evil" not in plain.text
    behind = create_app({"DATABASE_URL": sqlite_url, "TESTING": True, "PROXY_COUNT": 1, "TIMECREDITS_ENV": "demo"})
    answer = behind.test_client().get("/sign-in", headers=told)
    assert (answer.status_code, faults_of(answer.headers, 400)) == (400, [])
    assert behind.test_client().get("/sign-in", headers={**told, "X-Forwarded-Host": "localhost"}).status_code == 200
    with behind.app_context():
        db.engine.dispose()


def test_links_in_mails_are_those_of_our_address(app: Flask, world: World) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, BASE_URL="https://credits.example.org", TRUSTED_HOSTS=["other.example"])
    client = PageClient(app)
    client.http.post("/sign-in/email", data={"email": world.emails["coordinator"]}, headers={"Host": "other.example"})
    with app.app_context():
        (body,) = db.session.execute(text("SELECT body FROM mail_message")).one()
    assert "https://credits.example.org/sign-in/password" in body
    assert "other.example" not in body


def test_no_page_and_no_mail_asks_the_caller_where_we_are() -> None:
    asked = {}
    for path in PACKAGE.rglob("*.py"):
        names = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "request"
        }
        if names & _FROM_THE_CALLER:
            asked[path.relative_to(PACKAGE).as_posix()] = names & _FROM_THE_CALLER
        assert "_external" not in path.read_text(), path
    assert set(asked) == set(_MAY)
    for path in TEMPLATES.rglob("*"):
        if path.is_file():
            said = path.read_text()
            assert "_external" not in said, path
            assert not any(f"request.{name}" in said for name in _FROM_THE_CALLER), path
