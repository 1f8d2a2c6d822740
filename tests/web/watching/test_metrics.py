"""/metrics: for whoever holds the token, with bounded words, few queries, and one answer for all processes."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.foundation.db import new_id
from timecredits.foundation.pulse import Pulse, write_pulse
from timecredits.foundation.tallies import OFFLINE_USE, REDEMPTION, tally
from timecredits.web.database import db
from timecredits.web.watching.measures import FOLDER, counting_folder

TOKEN = "a-token-for-tests-0123456789abcdef"
KEY = {"Authorization": f"Bearer {TOKEN}"}
COMMAND = str(Path(sys.executable).parent / "timecredits")
ALERTS = Path(__file__).parents[3] / "examples" / "prometheus" / "alerts.yml"
PAGE = ALERTS.parents[2] / "docs" / "watching.md"
_NAMED = re.compile(r"\btimecredits_[a-z_]+")


@pytest.fixture
def counting(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with a token, on both databases."""
    settings = {
        "DATABASE_URL": database_url,
        "TESTING": True,
        "TIMECREDITS_ENV": "demo",
        "METRICS_TOKEN": TOKEN,
        "WORKER_PULSE": str(tmp_path / "worker.prom"),
    }
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


def read(text: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    families = text_string_to_metric_families(text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def scraped(app: Flask) -> dict[tuple[str, ...], float]:
    answer = app.test_client().get("/metrics", headers=KEY)
    assert answer.status_code == 200
    return read(answer.text)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}])
def test_without_the_token_there_is_no_such_page(counting: Flask, headers: dict[str, str]) -> None:
    missing = counting.test_client().get("/nothing-here", headers=headers)
    answer = counting.test_client().get("/metrics", headers=headers)
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert "timecredits_" not in answer.text
    assert _without_chance(answer.text) == _without_chance(missing.text)


def _without_chance(text: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", text)


@pytest.mark.parametrize("headers", [KEY, {"Authorization": "Bearer "}, {}])
def test_where_no_token_is_set_nobody_has_it(client: PageClient, headers: dict[str, str]) -> None:
    assert client.http.get("/metrics", headers=headers).status_code == 404


def test_requests_are_counted_by_endpoint_and_never_by_address(counting: Flask) -> None:
    browser = counting.test_client()
    browser.get("/healthz")
    browser.get("/v/ZQXW-REN4-SECR-ET77")
    browser.get("/zqxwren/one")
    browser.open("/zqxwren/two", method="BREW")
    found = scraped(counting)
    assert found["timecredits_requests_total", "public.healthz", "GET", "2xx"] == 1
    assert found["timecredits_requests_total", "public.check_reference", "GET", "4xx"] == 1
    assert found["timecredits_requests_total", "other", "GET", "4xx"] == 1
    assert found["timecredits_requests_total", "other", "other", "4xx"] == 1
    assert found["timecredits_request_seconds_count", "public.healthz"] == 1
    assert not any("zqxw" in word.lower() for key in found for word in key)


def test_every_endpoint_together_is_all_that_a_label_may_say(counting: Flask) -> None:
    browser = counting.test_client()
    for _each in range(20):
        browser.get(f"/{new_id()}")
        browser.get(f"/v/{new_id()}")
    endpoints = {key[1] for key in scraped(counting) if key[0] == "timecredits_requests_total"}
    assert endpoints <= {*counting.view_functions, "other"}


def test_what_came_of_things_is_counted_once_it_is_kept(counting: Flask) -> None:
    fails: list[bool] = []

    def view(**_values: object) -> str:
        for word in ("taken", "not_enough", "a word that nobody knows"):
            tally(db.session(), REDEMPTION, word)
        tally(db.session(), OFFLINE_USE, "review")
        if fails:
            raise RuntimeError
        return "done"

    view.__dict__.update(counting.view_functions["public.landing"].__dict__)
    counting.view_functions["public.landing"] = view
    counting.config["PROPAGATE_EXCEPTIONS"] = False
    assert counting.test_client().get("/").status_code == 200
    fails.append(True)
    assert counting.test_client().get("/").status_code == 500
    found = scraped(counting)
    for outcome in ("taken", "not_enough", "other"):
        assert found["timecredits_redemptions_total", outcome] == 1
    assert found["timecredits_offline_uses_total", "review"] == 1


def test_a_real_code_at_the_till_is_counted(counting: Flask) -> None:
    with counting.app_context():
        world: World = build_world(db.session())
        db.session.commit()
    till = {"Authorization": f"Bearer {world.till_token}"}
    body = {"id": str(new_id()), "code": "ZQXWREN1", "offer_id": str(world.offer_id)}
    answer = counting.test_client().post("/api/v1/redemptions", json=body, headers=till)
    found = {key[1]: count for key, count in scraped(counting).items() if key[0] == "timecredits_redemptions_total"}
    assert (answer.status_code, found) == (404, {"wrong_code": 1})


def test_the_database_is_asked_little_and_only_when_somebody_looks(counting: Flask) -> None:
    sent: list[str] = []
    with counting.app_context():
        event.listen(db.engine, "after_cursor_execute", lambda _line, _cursor, statement, *_more: sent.append(statement))
    counting.test_client().get("/healthz")
    assert sent == []
    found = scraped(counting)
    assert sum(each.startswith("SELECT") for each in sent) == 5
    assert found["timecredits_database_up",] == 1
    assert found["timecredits_jobs", "waiting"] == 0
    assert found["timecredits_tills",] == 0
    assert found["timecredits_pool_in_use",] >= 0
    assert found["process_resident_memory_bytes",] > 1 << 20


def test_a_connection_in_use_is_counted_as_long_as_it_is_used(counting: Flask) -> None:
    with counting.app_context():
        before = scraped(counting)["timecredits_pool_in_use",]
        with db.engine.connect(), db.engine.connect():
            assert scraped(counting)["timecredits_pool_in_use",] == before + 2
        assert scraped(counting)["timecredits_pool_in_use",] == before


def test_connections_that_can_not_be_made_are_none_in_use(counting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_line: object) -> None:
        raise ConnectionError

    with counting.app_context():
        before = scraped(counting)["timecredits_pool_in_use",]
        db.engine.dispose()
        with db.engine.connect() as held:
            held.invalidate()
        monkeypatch.setattr(db.engine.pool, "_invoke_creator", refuse)
        for _ in range(3):
            with pytest.raises(ConnectionError):
                db.engine.connect()
        monkeypatch.undo()
        assert scraped(counting)["timecredits_pool_in_use",] == before


def test_the_worker_s_sign_of_life_is_shown(counting: Flask) -> None:
    assert ("timecredits_worker_round_seconds",) not in scraped(counting)
    write_pulse(counting.config["WORKER_PULSE"], Pulse(1764000000.0, 2.5, 1, 30))
    found = scraped(counting)
    assert (found["timecredits_worker_round_seconds",], found["timecredits_worker_round_failed_parts",]) == (2.5, 1)


def test_nobody_and_no_programme_is_named(counting: Flask) -> None:
    with counting.app_context():
        world = build_world(db.session())
        db.session.commit()
    client = PageClient(counting)
    world.sign_in(client, "volunteer").get("/my/")
    text = counting.test_client().get("/metrics", headers=KEY).text
    assert 'endpoint="volunteer.home"' in text
    for word in (world.programme_id, world.volunteer_id, world.till_id, "fenland", "O'Neill", "Siân", "127.0.0.1"):
        assert str(word).lower() not in text.lower()


def test_the_names_that_the_alerts_ask_for_are_there(counting: Flask) -> None:
    write_pulse(counting.config["WORKER_PULSE"], Pulse(1764000000.0, 2.5, 1, 30))
    counting.test_client().get("/healthz")
    text = counting.test_client().get("/metrics", headers=KEY).text
    there = {family.name for family in text_string_to_metric_families(text)} | {key[0] for key in read(text)}
    there |= {f"{name}_total" for name in ("timecredits_redemptions", "timecredits_offline_uses")}
    for place in (ALERTS, PAGE):
        asked = {name for name in _NAMED.findall(place.read_text(encoding="utf-8")) if not name.endswith("_")}
        assert len(asked) > 8
        assert asked - there == set(), place.name
    assert {"timecredits_nothing_of_the_kind"} - there


def test_each_alert_says_what_it_means_and_the_page_what_to_do() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
    page = PAGE.read_text(encoding="utf-8")
    assert len(rules) > 10
    for rule in rules:
        assert rule["annotations"]["summary"].endswith((".", "?")), rule["alert"]
        assert rule["labels"]["severity"] in {"page", "look"}, rule["alert"]
        assert rule["alert"] in page, rule["alert"]


def test_a_database_that_is_away_is_told_and_the_rest_goes_on(sqlite_url: str) -> None:
    app = create_app({"DATABASE_URL": sqlite_url, "TESTING": True, "TIMECREDITS_ENV": "demo", "METRICS_TOKEN": TOKEN})
    with app.app_context():
        db.engine.dispose()
    place = Path(sqlite_url.removeprefix("sqlite:///"))
    for each in place.parent.glob(f"{place.name}*"):
        each.unlink()
    place.mkdir()
    found = scraped(app)
    assert found["timecredits_database_up",] == 0
    assert ("timecredits_tills",) not in found


def test_the_counts_of_all_processes_are_told_by_each(sqlite_url: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": sqlite_url,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "JOBS": "worker",
        "METRICS_TOKEN": TOKEN,
        "LOG_FORMAT": "json",
        "TMPDIR": str(tmp_path),
    }
    command = [COMMAND, "serve", "--port", str(port), "--workers", "2"]
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603
    try:
        asked = _ask_until_both_answered(port, running, tmp_path / "log")
        text = _get(port, "/metrics")
        folders = list(tmp_path.glob("timecredits-counts-*"))
    finally:
        running.terminate()
        running.wait(30)
    found = read(text)
    assert found["timecredits_requests_total", "public.healthz", "GET", "2xx"] == asked
    assert found["timecredits_web_processes",] == 2
    assert found["process_resident_memory_bytes",] > 2 << 20
    assert len(folders) == 1
    assert list(tmp_path.glob("timecredits-counts-*")) == [], "taken away at the end"


def _ask_until_both_answered(port: int, running: "subprocess.Popen[bytes]", log: Path) -> int:
    """Ask /healthz until lines of two processes tell of it; answers how often."""
    asked = 0
    while running.poll() is None and asked < 2000:
        try:
            _get(port, "/healthz")
        except OSError:
            continue
        asked += 1
        if len(set(re.findall(r'"process": (\d+),[^\n]*public\.healthz', log.read_text()))) == 2:
            return asked
    raise AssertionError(log.read_text())


def _get(port: int, path: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=KEY)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        text: str = answer.read().decode()
        return text


def test_a_folder_is_made_only_where_one_is_wanted_and_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    with counting_folder(wanted=False):
        assert FOLDER not in os.environ
    with counting_folder(wanted=True):
        folder = os.environ[FOLDER]
        assert Path(folder).stat().st_mode & 0o077 == 0, "nobody else of the machine reads it"
        with counting_folder(wanted=True):
            assert os.environ[FOLDER] == folder
    assert not Path(folder).exists()
    assert FOLDER not in os.environ
