"""Words that may never stand in a log: a pytest plugin that listens to every log record of a run, and fails it if one holds them.

`pytest_plugins = [..., "tests.canaries"]` in tests/conftest.py. The words are those that tests type (the password, an app's key,
people's names and addresses) and every secret that is made while they run. What is written on the error output counts as a log;
the standard output does not, because a command may be asked for a link. `make faults` looks through its servers' logs the same
way.
"""

import logging
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final

import pytest

TYPED: Final = (
    "quiet river seven lamps",  # everybody's password
    "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA",  # an app's key
    "O'Neill-Wyn",
    "Łukasz",
    "volunteer@example.org",
    "coordinator@example.org",
    "venue.manager@example.org",
    "canary.person",
    "Quillfeather",
)
_SHORTEST = 16
_SECRET_LIKE = re.compile(r"[A-Za-z0-9_-]{16,}")
_KEY = "canaries_found"


class Canaries:
    """The words, and where they were found."""

    def __init__(self, typed: Iterable[str] = TYPED) -> None:
        self.typed, self.made = tuple(typed), set[str]()
        self.found: list[str] = []

    def remember(self, secret: str) -> str:
        """Add a secret that was made just now."""
        if len(secret) >= _SHORTEST:
            self.made.add(secret)
        return secret

    def look(self, text: str, where: str) -> bool:
        """Whether a word stands in a text; what was found is kept, without the word itself."""
        kinds = [f"word {place}" for place, word in enumerate(self.typed) if word in text]
        kinds += ["a secret" for each in _SECRET_LIKE.findall(text) if each in self.made]
        self.found += [f"{kind} in {where}" for kind in kinds]
        return bool(kinds)


class Listener(logging.Handler):
    """Looks at each record as it would be written, with the exception that it tells of."""

    def __init__(self, canaries: Canaries) -> None:
        super().__init__()
        self.canaries, self.test = canaries, ""
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging."""
        self.canaries.look(self.format(record), f"the log {record.name} during {self.test}")


class Plugin:
    """What pytest calls, in each process of a run."""

    def __init__(self) -> None:
        self.canaries = Canaries()
        self.listener = Listener(self.canaries)
        self._made = secrets.token_urlsafe

    def pytest_sessionstart(self) -> None:
        """Listen, and hear of every secret that is made."""
        made, remember = self._made, self.canaries.remember

        def token_urlsafe(nbytes: int | None = None) -> str:
            return remember(made(nbytes))

        secrets.token_urlsafe = token_urlsafe
        logging.getLogger().addHandler(self.listener)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Know which test runs."""
        self.listener.test = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at what a test wrote on its error output."""
        self.canaries.look(report.capstderr, f"the error output of {report.nodeid}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ARG002  pytest-xdist's names
        """Take over what another process found."""
        self.canaries.found += getattr(node, "workeroutput", {}).get(_KEY, [])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that started this one; there, fail the run."""
        logging.getLogger().removeHandler(self.listener)
        secrets.token_urlsafe = self._made
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_KEY] = self.canaries.found
        elif self.canaries.found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say where."""
        for each in self.canaries.found[:20]:
            terminalreporter.write_line(f"A log holds what may never stand in one: {each}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Register it, once a process."""
    if not config.pluginmanager.has_plugin("canaries"):
        config.pluginmanager.register(Plugin(), "canaries")
