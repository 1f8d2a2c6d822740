"""docs/assurance.md names files and tests that are there, and judges each demand once, in words that are known."""

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

HOME = Path(__file__).parents[2]
PAPER = HOME / "docs" / "assurance.md"
STATES = {"met", "partly", "not met", "operator", "to check", "not applicable"}
FILE = re.compile(
    r"(?<![\w/.])(?:(?:timecredits|tests|docs|templates|static|scripts)/[\w./-]*\w|(?:config|pyproject|requirements|SECURITY)\.\w+)"
)
ROW = re.compile(r"^\| v5\.0-(\d+\.\d+\.\d+) \| ([12]) \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)


def missing(words: str) -> list[str]:
    return sorted({name for name in FILE.findall(words) if not (HOME / name).exists()})


def test_each_file_that_it_names_is_there() -> None:
    words = PAPER.read_text(encoding="utf-8")
    assert len(set(FILE.findall(words))) > 50
    assert missing(words) == []


def test_a_file_that_is_not_there_would_be_found() -> None:
    assert missing("see tests/house/test_nothing_of_the_kind.py, and config.py.") == ["tests/house/test_nothing_of_the_kind.py"]


def test_each_demand_is_judged_once_and_what_is_met_says_where() -> None:
    words = PAPER.read_text(encoding="utf-8")
    rows = ROW.findall(words)
    assert len(rows) == words.count("| v5.0-")
    assert set(Counter(number for number, *_rest in rows).values()) == {1}
    assert {state for _number, _level, state, _where in rows} <= STATES
    assert {number.split(".")[0] for number, *_rest in rows} == {str(each) for each in range(1, 18)}


def test_the_sum_it_tells_is_the_sum_of_its_rows() -> None:
    words = PAPER.read_text(encoding="utf-8")
    told = {
        state: int(count)
        for count, state in re.findall(r"(\d+) ([a-z ]+)[,.]", words.split("Counted over this table: ")[1].split("\n")[0])
    }
    assert told == dict(Counter(state for _number, _level, state, _where in ROW.findall(words)))


def test_nothing_waits_to_be_looked_at() -> None:
    words = PAPER.read_text(encoding="utf-8")
    assert [number for number, _level, state, _where in ROW.findall(words) if state == "to check"] == []


WRITES_HTML = re.compile(
    r"(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|\beval\(|new Function\("
)
"""What makes a page of words (ASVS 3.2.2)."""
HEARS_WINDOWS = re.compile(
    r"(?:window|self|document|parent|opener|top)\.(?:onmessage|postMessage|addEventListener\(\s*[\"']message)"
)
"""What listens to, or tells, another window (ASVS 3.5.5)."""


def test_no_script_writes_html_or_listens_to_other_windows() -> None:
    scripts = sorted((HOME / "static" / "js").glob("*.js"))
    assert len(scripts) > 20
    for pattern in (WRITES_HTML, HEARS_WINDOWS):
        assert [each.name for each in scripts if pattern.search(each.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("line", ["place.innerHTML = words;", "a.insertAdjacentHTML('x', b)", "eval(x)", "box.outerHTML += x"])
def test_a_script_that_writes_html_would_be_found(line: str) -> None:
    assert WRITES_HTML.search(line)
    assert not WRITES_HTML.search("if (place.innerHTML === words) place.textContent = place.innerHTML;")


def test_a_script_that_listens_to_other_windows_would_be_found() -> None:
    assert HEARS_WINDOWS.search('window.addEventListener("message", hear)')
    assert not HEARS_WINDOWS.search('channel?.addEventListener("message", hear)')


def test_whoever_signed_in_has_the_way_out_on_each_page() -> None:
    """It stands in the head of base.html. Layouts for devices, and for what anybody may open, have heads of their own (7.4.4)."""
    base = (HOME / "templates" / "base.html").read_text(encoding="utf-8")
    assert 'class="tc-header__leave"' in base.split("{% block room_header %}")[1].split("{% endblock %}")[0]
    others = [each for each in (HOME / "templates").rglob("*.html") if each.name != "base.html"]
    own = {each.name for each in others if re.search(r"block (?:room_)?header\b", each.read_text(encoding="utf-8"))}
    assert own == {"kiosk.html", "plain.html", "till.html"}


def test_no_page_answers_trace(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert "GET" in methods
    assert not methods & {"TRACE", "TRACK", "CONNECT"}
    for path in ("/", "/sign-in", "/no-such-page"):
        assert app.test_client().open(path, method="TRACE").status_code in {404, 405}
