"""The worker's sign of life: written whole, read back, and fresh only for a while; and a word to systemd."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from timecredits.foundation import clock
from timecredits.foundation.pulse import Pulse, read_pulse, tell_systemd, write_pulse


def test_what_is_written_is_read_and_prometheus_reads_it_too(tmp_path: Path) -> None:
    path, pulse = str(tmp_path / "worker.prom"), Pulse(1764000000.5, 1.25, 2, 30)
    write_pulse(path, pulse)
    assert read_pulse(path) == pulse
    assert [each.name for each in tmp_path.iterdir()] == ["worker.prom"]
    families = {each.name: each for each in text_string_to_metric_families(Path(path).read_text())}
    assert families["timecredits_worker_round_failed_parts"].samples[0].value == 2
    assert len(families) == 4


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"timecredits_worker_round_seconds 1\n", b"a b\nc\n"])
def test_something_else_is_no_sign_of_life(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read_pulse(str(tmp_path / "file")) is None
    assert read_pulse(str(tmp_path / "nothing")) is None
    assert read_pulse("") is None


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pulse("", Pulse(1.0, 1.0, 0, 30))
    assert list(tmp_path.iterdir()) == []


def test_it_is_fresh_for_three_rounds_and_a_minute() -> None:
    with clock.standing_at(clock.now()):
        now = clock.now()
        pulse = Pulse(now.timestamp(), 10.0, 0, 30)
        assert pulse.is_fresh
    with clock.standing_at(now + timedelta(seconds=179)):
        assert pulse.is_fresh
    with clock.standing_at(now + timedelta(seconds=181)):
        assert not pulse.is_fresh


def test_systemd_is_told_where_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_systemd("WATCHDOG=1")  # nobody listens: nothing happens
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        tell_systemd("READY=1")
        assert listener.recv(64) == b"READY=1"


def test_systemd_may_listen_at_an_abstract_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{tmp_path}")
        listener.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{tmp_path}")
        tell_systemd("WATCHDOG=1")
        assert listener.recv(64) == b"WATCHDOG=1"
