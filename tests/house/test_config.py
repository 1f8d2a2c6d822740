"""Production refuses what isn't safe, in one line that says which setting and what to set."""

import os
import subprocess
import sys

import pytest

SAFE = {
    "TIMECREDITS_ENV": "production",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "DATABASE_URL": "sqlite:///x.db",
    "BASE_URL": "https://credits.example.org",
    "MAIL_URL": "smtp://127.0.0.1:2525",
}


def read(**settings: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**os.environ, **SAFE, **settings}.items() if value is not None}
    code = "from timecredits.commands.database import settings; print(settings()['BASE_URL'])"
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_what_is_safe_is_taken() -> None:
    assert read().stdout == "https://credits.example.org\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "only-for-development-and-demo-0123456789"),
        ("DATABASE_URL", None),
        ("BASE_URL", None),
        ("BASE_URL", "http://credits.example.org"),
        ("MAIL_URL", None),
        ("MAIL_URL", "print:"),
        ("MAIL_URL", "mail.example.org:587"),
        ("MAIL_URL", "https://mail.example.org"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtps://user:secret@mail.example.org:later"),
        ("MAIL_URL", "smtp://mail.example.org:99999"),
        ("PROXY_COUNT", "two"),
        ("JOBS", "elsewhere"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("SLOW_QUERY_MS", "-1"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "0123456789 abcdef 0123456789 abcdef"),
        ("WORKER_PULSE", "/nowhere/at/all/worker.prom"),
        ("TIMECREDITS_ENV", "prod"),
    ],
)
def test_what_is_not_safe_stops_the_start_with_one_line(name: str, value: str | None) -> None:
    answer = read(**{name: value})
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert name in answer.stderr
    assert "Traceback" not in answer.stderr
