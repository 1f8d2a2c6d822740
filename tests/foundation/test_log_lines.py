"""Lines of the log: their fields, what they are about, and that nobody's words stand in them."""

import json
import logging
from collections.abc import Iterator

import pytest

from timecredits.foundation import log_lines
from timecredits.foundation.log_lines import Lines, do, doing, facts

CANARY = "Zqxwren's words"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What `set_up` changed is taken back."""
    logger = logging.getLogger("timecredits")
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


def record(message: str, *values: object, more: dict[str, object] | None = None, **known: object) -> logging.LogRecord:
    made = logging.LogRecord("timecredits.x", logging.WARNING, __file__, 1, message, values, None)
    made.__dict__.update(more or {}, **known)
    return made


def test_a_line_of_json_has_its_fields_and_the_place_of_a_fault_apart() -> None:
    with do("request", "1234-5678-9012"):
        line = Lines("json").format(
            record("KeyError on public.landing\n  File x\n  File y", more=facts(endpoint="public.landing"))
        )
    told = json.loads(line)
    assert told.pop("time").endswith("Z")
    assert told.pop("process") > 0
    assert told == {
        "level": "warning",
        "request": "1234-5678-9012",
        "endpoint": "public.landing",
        "said": "KeyError on public.landing",
        "where": "  File x\n  File y",
    }


def test_a_line_of_text_can_be_read() -> None:
    with do("round", "ab12"):
        line = Lines("text").format(record("reminders: %d", 3, more=facts(failed=0)))
    words = line.split(" ")
    assert words[1] == "warning"
    assert words[3:] == ["round=ab12", "failed=0", "reminders:", "3"]


def test_the_words_of_an_exception_are_never_written() -> None:
    def fail() -> None:
        raise ValueError(CANARY)

    try:
        fail()
    except ValueError as fault:
        made = record("it failed", exc_info=(type(fault), fault, fault.__traceback__))
    for form in log_lines.FORMATS:
        line = Lines(form).format(made)
        assert "ValueError" in line
        assert "test_log_lines.py" in line
        assert CANARY not in line
    assert CANARY in logging.Formatter().format(made), "as Python writes it by itself"


def test_a_job_within_a_round_keeps_the_number_and_its_statements_count_for_both() -> None:
    assert doing() is None
    with do("round", "r1") as outer:
        outer.queries += 1
        with do("job", "j1") as inner:
            inner.queries += 2
            assert inner.ids == {"round": "r1", "job": "j1"}
        assert (outer.queries, inner.queries) == (3, 2)
    assert doing() is None


def test_what_is_set_up_writes_once_from_its_level_on(capsys: pytest.CaptureFixture[str]) -> None:
    for _twice in range(2):
        log_lines.set_up("json", "info")
    logger = logging.getLogger("timecredits.somewhere")
    logger.debug("not this")
    logger.info("this")
    log_lines.set_up("text", "error")
    logger.warning("nor this")
    told = [json.loads(line)["said"] for line in capsys.readouterr().err.splitlines()]
    assert told == ["this"]
    made = log_lines.formatter()
    assert isinstance(made, Lines)
    assert made.form == "text"
