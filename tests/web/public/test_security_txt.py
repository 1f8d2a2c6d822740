"""/.well-known/security.txt is there where an address is set, and says what RFC 9116 asks for."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from timecredits.foundation import clock

PAGE = "/.well-known/security.txt"


def test_without_an_address_there_is_no_such_page(app: Flask) -> None:
    assert app.test_client().get(PAGE).status_code == 404


def test_it_names_the_address_and_ends_within_a_year(app: Flask) -> None:
    app.config["SECURITY_CONTACT"] = "mailto:security@example.org"
    now = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    with clock.standing_at(now):
        answer = app.test_client().get(PAGE)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Preferred-Languages"] == "en"
    assert fields["Canonical"].endswith(PAGE)
    assert timedelta(0) < datetime.fromisoformat(fields["Expires"]) - now < timedelta(days=365)
