"""The line that can be broken: whole it carries everything, and each fault strikes where it was told to."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.faults.wire import Wire

pytestmark = pytest.mark.postgresql


@pytest.fixture
def wire(postgresql_url: str) -> Iterator[Wire]:
    with Wire(Path(str(make_url(postgresql_url).query["host"]))) as line:
        yield line


@pytest.fixture
def address(wire: Wire, postgresql_url: str) -> str:
    url = make_url(wire.url(str(make_url(postgresql_url).database), role=str(make_url(postgresql_url).username)))
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def count(address: str) -> int:
    with psycopg.connect(address) as line:
        line.execute("CREATE TABLE IF NOT EXISTS seen (key INTEGER)")
        row = line.execute("SELECT count(*) FROM seen").fetchone()
        assert row is not None
        return int(row[0])


def test_it_carries_everything(wire: Wire, address: str) -> None:
    with psycopg.connect(address) as line:
        row = line.execute("SELECT repeat('x', 300000)").fetchone()
    assert row == ("x" * 300_000,)
    assert wire.passed["down"] > 300_000


def test_refused_it_takes_no_line_until_it_is_mended(wire: Wire, address: str) -> None:
    wire.refuse()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    wire.mend()
    assert count(address) == 0


@pytest.mark.parametrize(("passes", "kept"), [(False, 0), (True, 1)])
def test_cut_at_commit_nobody_hears_whether_it_was_kept(wire: Wire, address: str, *, passes: bool, kept: int) -> None:
    assert count(address) == 0
    line = psycopg.connect(address)
    line.execute("INSERT INTO seen VALUES (1)")
    wire.cut_at_word(b"COMMIT", passes=passes)
    with pytest.raises(psycopg.OperationalError):
        line.commit()
    assert wire.injected.is_set()
    line.close()
    assert count(address) == kept


@pytest.mark.parametrize("way", ["up", "down"])
def test_cut_at_a_byte_it_passes_no_more(wire: Wire, address: str, way: str) -> None:
    line = psycopg.connect(address)
    before = wire.passed[way]  # type: ignore[index]
    wire.cut_after(way, 25)  # type: ignore[arg-type]
    with pytest.raises(psycopg.OperationalError):
        line.execute("SELECT repeat('x', 1000)")
    assert wire.passed[way] == before + 25  # type: ignore[index]
    line.close()


def test_slow_it_passes_everything_in_small_pieces(wire: Wire, address: str) -> None:
    wire.slow(64, 0)
    with psycopg.connect(address) as line:
        assert line.execute("SELECT repeat('x', 5000)").fetchone() == ("x" * 5000,)
