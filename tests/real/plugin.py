"""The pytest plugin of the real parts: `pytest_plugins = ["tests.real.plugin"]` in tests/conftest.py loads it."""

import os

import pytest
from _pytest.terminal import TerminalReporter

from tests.real.chromium import chromium, context, find_chromium, open_context, page, playwright
from tests.real.missing import is_fatal, missing_parts, not_here
from tests.real.postgres import create_database_from, drop_databases_of_this_run, postgresql_databases
from tests.real.served import live_server
from tests.real.shared_run import begin_run, end_run
from tests.real.smtp import mail_server

__all__ = [
    "chromium",
    "context",
    "create_database_from",
    "live_server",
    "mail_server",
    "open_context",
    "page",
    "playwright",
    "postgresql_databases",
]


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_configure() -> None:
    """Name the run before any worker starts."""
    if not _is_worker():
        begin_run()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what the run started, after the last worker has gone."""
    if not _is_worker():
        drop_databases_of_this_run()
        end_run()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `browser` before any of its fixtures is made, when there is no browser."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        not_here("Chromium")


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say in the last lines how many tests were skipped for want of what."""
    for part, count in missing_parts(terminalreporter.stats.get("skipped", [])).items():
        end = "CI is set, so the run has failed." if is_fatal() else "Everything else was tested."
        terminalreporter.write_line(f"Tests skipped because this machine has no {part}: {count}. {end}", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run under CI in which tests were skipped for want of a part."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or _is_worker() or not is_fatal():
        return
    if missing_parts(reporter.stats.get("skipped", [])) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
