"""The trial of `make ha`, as a test: a few minutes, so only where it is asked for (HA=1) and etcd is there."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from bench.figures import table
from examples.ha.needed import find_needed
from tests.ha.strikes import STRIKES
from tests.ha.trial import run


@pytest.mark.postgresql
@pytest.mark.skipif(os.environ.get("HA", "") in {"", "0"}, reason="HA=1 asks for it")
@pytest.mark.skipif(shutil.which("etcd") is None, reason="etcd isn't installed")
def test_nothing_acknowledged_is_lost_and_where_nobody_waits_something_is() -> None:
    with tempfile.TemporaryDirectory(prefix="timecredits-ha-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        figures = run(folder, find_needed(), STRIKES)
    assert len(figures) > 4 * len(STRIKES)
    assert [each for each in figures if not each.holds] == [], table(figures)
