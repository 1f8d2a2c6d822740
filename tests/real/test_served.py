"""An application runs under a real gunicorn and is gone afterwards."""

import os
import urllib.error
import urllib.request

import pytest

from tests.real.served import NotServedError, ServeApp, served

APP = "tests.real.tiny_app:create()"


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - always http to this machine
        return str(answer.read().decode())


def test_each_application_serves_its_own_database(live_server: ServeApp) -> None:
    one = live_server(APP, "sqlite:///one.db")
    other = live_server(APP, "sqlite:///other.db", workers=2)
    assert "one.db" in read(one.url)
    assert "other.db" in read(other.url)


def test_it_is_stopped_by_its_own_process_id() -> None:
    with served(APP, "sqlite://") as site:
        os.kill(site.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(site.pid, 0)
    with pytest.raises(urllib.error.URLError):
        read(site.url)


def test_an_application_that_does_not_start_says_why() -> None:
    with pytest.raises(NotServedError, match="SECRET_KEY is not set"), served("tests.real.tiny_app:fail()", "sqlite://"):
        pass
