"""What to do when a real part cannot be had here: skip and say so; with CI set, fail the run."""

import os
from typing import NoReturn

import pytest

_NOT_HERE = "Not here: "


def not_here(part: str) -> NoReturn:
    """Skip this test because the part is missing on this machine."""
    pytest.skip(f"{_NOT_HERE}{part}")


def is_fatal() -> bool:
    """Say whether a missing part fails the run (CI is set and not `false`)."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def missing_parts(reports: list[pytest.TestReport]) -> dict[str, int]:
    """Return {part: tests skipped for want of it} from the reports of skipped tests."""
    missing: dict[str, int] = {}
    for report in reports:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        _, found, part = reason.partition(_NOT_HERE)
        if found:
            missing[part] = missing.get(part, 0) + 1
    return missing
