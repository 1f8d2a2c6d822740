"""Files that can't be brought in: each is refused with a sentence and a line, and nothing of it stays."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.records.moving.moved import KEYRING, bring, everything, export
from tests.web.world import build_world
from timecredits.foundation.db import Base, make_engine, new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme, SettingChange, Volunteer
from timecredits.network.programmes import create_programme
from timecredits.records.moving.bringing_in import check_keys
from timecredits.records.moving.form import BadFileError
from timecredits.records.moving.reading import check_file
from timecredits.records.moving.values import UnfitError, reader_of, writer_of

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def content(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small programme's file."""
    path = tmp_path_factory.mktemp("small") / "small.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        world = build_world(session)
    made = export(engine, world.programme_id)
    engine.dispose()
    return made


def lines_of(content: bytes) -> Lines:
    return [json.loads(line) for line in content.splitlines()]


def written(lines: Lines, *, sealed: bool = True) -> bytes:
    """A file of these lines, whose last line is right again if it is `sealed`."""
    *body, end = lines
    data = b"".join(json.dumps(line).encode() + b"\n" for line in body)
    if sealed:
        end = end | {"sha256": hashlib.sha256(data).hexdigest()}
    return data + json.dumps(end).encode() + b"\n"


def faults(content: bytes, dialect: str = "postgresql") -> list[tuple[int, str]]:
    with pytest.raises(BadFileError) as fault:
        check_file(io.BytesIO(content), dialect=dialect)
    return [(each.line, str(each.sentence)) for each in fault.value.faults]


def index(lines: Lines, table: str) -> int:
    return next(number for number, line in enumerate(lines) if line.get("table") == table)


def changed(content: bytes, table: str, /, **values: Any) -> bytes:
    lines = lines_of(content)
    lines[index(lines, table)] |= values
    return written(lines)


def test_a_file_that_is_cut_off_anywhere_is_known(content: bytes) -> None:
    for length in {0, 1, 80, len(content) // 3, len(content) // 2, len(content) - 200, content.rindex(b'{"end"')}:
        assert "Nothing was added." in faults(content[:length])[-1][1] or length == 0
    assert check_file(io.BytesIO(content), dialect="sqlite").rows["volunteer"] > 0


def test_a_changed_byte_is_known(content: bytes) -> None:
    place = content.index(b'"is_demo":')
    assert faults(content[:place] + content[place:].replace(b"false", b"true", 1))[-1][0] in {0, 2}
    assert "changed after it was written" in faults(written([*lines_of(content)[:-2], lines_of(content)[-1]]))[0][1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda head: head | {"format": "other"}, "This is not an exported programme"),
        (lambda head: head | {"version": 2}, "a newer Time Credits"),
        (lambda head: head | {"revision": "0001"}, "Upgrade the older one"),
        (lambda head: head | {"programme": {}}, "The first line is damaged"),
        (lambda head: head | {"exported_at": "soon"}, "The first line is damaged"),
        (lambda _head: [], "This is not an exported programme"),
    ],
)
def test_a_first_line_that_does_not_fit_is_refused(content: bytes, change: Callable[[Any], Any], said: str) -> None:
    first, *rest = lines_of(content)
    ((line, sentence),) = faults(written([change(first), *rest]))
    assert line == 1
    assert said in sentence


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        ("volunteer", {"joined_on": "2026-02-30"}, "“joined_on” of “volunteer” can't be stored"),
        ("volunteer", {"id": "7"}, "“id” of “volunteer”"),
        ("volunteer", {"first_name": None}, "“first_name” of “volunteer”"),
        ("volunteer", {"first_name": "a\x00b"}, "“first_name” of “volunteer”"),
        ("volunteer", {"first_name": "\ud800"}, "“first_name” of “volunteer”"),
        ("volunteer", {"wants_credits": 1}, "“wants_credits” of “volunteer”"),
        ("volunteer", {"diagnosis": "x"}, "Its columns are not those"),
        ("account", {"kind": "magic"}, "“kind” of “account”"),
        ("account", {"balance": 2**40}, "“balance” of “account”"),
        ("account", {"table": "accounts"}, "not a row of a table that we know"),
        ("account", {"table": ["account"]}, "not a row of a table that we know"),
    ],
)
def test_a_bad_row_is_said_by_its_line(content: bytes, table: str, values: dict[str, Any], said: str) -> None:
    found = faults(changed(content, table, **values))
    assert found[0][0] == index(lines_of(content), table) + 1
    assert said in found[0][1]


def test_many_bad_rows_are_told_up_to_twenty(content: bytes) -> None:
    lines = lines_of(content)
    bad = [line | {"table": "nothing"} if "table" in line else line for line in lines]
    assert len(faults(written(bad))) == 20


def test_rows_that_do_not_fit_together_leave_nothing(content: bytes, engine: Engine) -> None:
    with pytest.raises(RuleError, match="don't fit together"):
        bring(engine, changed(content, "volunteer", account_id=str(new_id())))
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Programme)) == 0
        assert session.scalar(select(func.count()).select_from(Volunteer)) == 0
        session.rollback()
    assert not bring(engine, content).already


def test_a_balance_that_no_transfer_explains_is_refused(content: bytes, engine: Engine) -> None:
    lines = lines_of(content)
    for line in lines:
        if line.get("table") == "account" and line["balance"] is not None:
            line["balance"] += 60
    with pytest.raises(RuleError, match="balances came out other"):
        bring(engine, written(lines))


def test_records_that_became_one_in_a_ring_are_refused(content: bytes, engine: Engine) -> None:
    lines = lines_of(content)
    people = [line for line in lines if line.get("table") == "volunteer"][:2]
    people[0]["merged_into"], people[1]["merged_into"] = people[1]["id"], people[0]["id"]
    with pytest.raises(RuleError, match=r"don't add up \(.*merged_into_nobody"):
        bring(engine, written(lines))


def test_a_number_or_short_name_that_is_taken_is_refused(content: bytes, engine: Engine) -> None:
    with transaction(engine) as session:
        create_programme(session, name="Another", slug="another")
    with pytest.raises(RuleError, match="cards carry it"):
        bring(engine, content)


def test_a_key_that_is_lacking_is_known_by_its_number(content: bytes) -> None:
    header = check_file(io.BytesIO(content), dialect="sqlite").header
    assert check_keys(header, KEYRING) == []
    assert check_keys(header, Keyring({1: b"another", 2: b"more"}, 2)) == [1]


@given(st.binary(max_size=300))
def test_whatever_bytes_come_are_refused_with_a_sentence(content: bytes) -> None:
    assert faults(content)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@given(texts, st.dates(), st.datetimes(timezones=st.just(UTC)), st.binary(max_size=60), st.integers(-(2**31), 2**31 - 1))
def test_every_value_comes_back_as_it_was(text: str, day: date, instant: datetime, data: bytes, number: int) -> None:
    tables = Base.metadata.tables
    for table, column, value in (
        ("volunteer", "first_name", text),
        ("volunteer", "joined_on", day),
        ("volunteer", "frozen_at", instant),
        ("document", "content", data),
        ("offer", "adult_minutes", number),
        ("setting_change", "value", {"a": [text, number, None]}),
        ("setting_change", "value", None),
    ):
        write, read = writer_of(tables[table].c[column]), reader_of(tables[table].c[column], "postgresql")
        line = json.loads(json.dumps(value if write is None or value is None else write(value), ensure_ascii=False))
        assert read(line) == value


def test_odd_words_far_days_and_big_numbers_move(engine: Engine, content: bytes) -> None:
    lines = lines_of(content)
    odd = '  \u202e مرحبا 🌻 \u2028 "quoted" \\u0000 \r\n\t '
    lines[index(lines, "volunteer")] |= {"letter_name": odd, "joined_on": "0001-01-01", "born_month": "9999-12-31"}
    lines[index(lines, "offer")] |= {"adult_minutes": 2**31 - 1}
    programme_id = bring(engine, written(lines)).header.programme_id
    again = lines_of(export(engine, programme_id))
    volunteer = next(line for line in again if line.get("letter_name") == odd)
    assert (volunteer["joined_on"], volunteer["born_month"]) == ("0001-01-01", "9999-12-31")
    assert next(line for line in again if line.get("table") == "offer")["adult_minutes"] == 2**31 - 1


def test_a_letter_that_only_one_database_takes_is_refused_by_the_other() -> None:
    read = reader_of(Base.metadata.tables["volunteer"].c.first_name, "sqlite")
    assert read("a\x00b") == "a\x00b"
    with pytest.raises(UnfitError):
        reader_of(Base.metadata.tables["setting_change"].c.value, "postgresql")({"a": "\x00"})


def test_a_setting_that_is_nothing_stays_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        session.add(
            SettingChange(
                programme_id=world.programme_id,
                id=new_id(),
                name="x",
                value=None,
                changed_by=None,
                changed_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    assert everything(engine, world.programme_id)["setting_change"][0]["value"] is None
    assert check_file(io.BytesIO(export(engine, world.programme_id)), dialect="postgresql").rows["setting_change"] == 1
