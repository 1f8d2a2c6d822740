"""The list of what is held: complete, whatever is added to the database."""

from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, Table, Text, Uuid

import timecredits.web.api.routes  # noqa: F401  with every room, every table is known
from timecredits.foundation.db import Base, Day, Instant, Word
from timecredits.network.settings import Settings
from timecredits.records.privacy.aims import AIMS, WHOSE, kept_for
from timecredits.records.privacy.holding import KEPT, Aim, Export, Keep, On, Whose
from timecredits.records.privacy.holdings import HOLDINGS, PEOPLE_IDS, THING_IDS, personal, stands_at_organisation

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)


def _holds_words(column: Any) -> bool:
    return isinstance(column.type, (Text, LargeBinary, JSON)) and not isinstance(column.type, (Word, Day, Instant))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_and_every_column_of_words_is_told_of(table: Table) -> None:
    holding = HOLDINGS.get(table.name)
    assert holding is not None, f"say in records/privacy/held_*.py what {table.name} holds, and for what"
    words = {column.name for column in table.columns if _holds_words(column)}
    assert set(holding.columns) == words, "say of each column what is handed out of it, and what erasing does"
    ids = {column.name for column in table.columns if isinstance(column.type, Uuid)}
    assert ids <= PEOPLE_IDS | THING_IDS, "say in holdings.py whether it points at a person"


def test_nothing_is_told_of_that_is_not_there() -> None:
    assert set(HOLDINGS) == set(Base.metadata.tables)
    for name, holding in HOLDINGS.items():
        columns = Base.metadata.tables[name].c
        assert {*holding.sets, *(way.column for way in holding.ways)} <= set(columns.keys())
        assert all(not way.parent or way.parent_column in Base.metadata.tables[way.parent].c for way in holding.ways)


def test_a_table_that_points_at_volunteers_says_how_their_rows_are_found() -> None:
    for table in TABLES:
        points = {
            column.name for column in table.columns for key in column.foreign_keys if key.column.table.name == "volunteer"
        } - {"programme_id"}
        assert points <= {way.column for way in HOLDINGS[table.name].ways}, table.name


def test_sealed_words_say_what_they_are_sealed_for_and_go_with_the_person() -> None:
    for holding in HOLDINGS.values():
        for name, column in holding.columns.items():
            if not name.startswith("sealed") or column.export is Export.SECRET:
                continue
            assert column.seal, (holding.table, name)
            if holding.ways:
                assert holding.on is On.REMOVE or column.becomes is not KEPT, (holding.table, name)


def test_what_a_person_can_be_handed_goes_too_when_they_are_erased() -> None:
    stays = {  # says nothing of who it was
        ("hour_entry", "without_credits"),  # one of our own words
        ("erasure", "why"),
        ("card", "ended_because"),  # the same
        ("reference", "number"),
        ("reference", "facts"),  # emptied to what a withdrawn letter answers
        ("reference", "signer_name"),
        ("reference", "signer_title"),
    }
    for holding in personal():
        for name, column in holding.columns.items():
            if holding.ways and column.export is Export.GIVEN and holding.on is On.KEEP and (holding.table, name) not in stays:
                assert column.becomes is not KEPT, (holding.table, name)


def test_every_word_of_the_list_has_its_sentences() -> None:
    assert set(AIMS) == set(Aim)
    assert set(WHOSE) == set(Whose)
    for months in (None, 24):
        assert all(str(kept_for(keep, Settings(keep_people_months=months))) for keep in Keep)
    assert {each.aim for each in HOLDINGS.values()} == set(Aim)


def test_what_stands_at_an_organisation_is_worked_out() -> None:
    standing = {name for name, holding in HOLDINGS.items() if stands_at_organisation(holding)}
    assert {"hour_entry", "hour_correction", "enrolment", "reference", "reference_look_up"} <= standing
    assert not {"transfer", "goal", "volunteer", "user", "sign_up"} & standing
