"""Private notes: sealed, shared only on purpose, really gone when removed."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, func, select, text
from sqlalchemy.orm import Session

from tests.hours.conftest import TODAY, Place, make_place
from tests.journey.learning.conftest import KEYRING
from timecredits.foundation.db import make_engine, new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.journey.learning.goals import keep_goal
from timecredits.journey.learning.reflections import (
    ReflectionWords,
    change_reflection,
    count_skills,
    end_sharing,
    find_reflection,
    keep_reflection,
    list_reflections,
    open_words,
    remove_reflection,
    seal_words,
    share_reflection,
)
from timecredits.journey.learning.shared_reflections import count_shared, list_shared
from timecredits.journey.learning.skills import SKILLS, skill_text
from timecredits.journey.learning_models import Reflection

CANARY = "marmalade-zeppelin"
WORDS = ReflectionWords(f"I was on the till. {CANARY}", f"Stay calm.\n\nSmile. {CANARY}")


def write(place: Place, words: ReflectionWords = WORDS, skill: str = "calm", day: date = TODAY, who: UUID | None = None) -> UUID:
    key = new_id()
    whose = place.session, KEYRING, place.programme_id, who or place.sian
    keep_reflection(*whose, words, reflection_id=key, skill=skill, done_on=day, today=TODAY)
    return key


def read(place: Place, key: UUID) -> ReflectionWords | None:
    return find_reflection(place.session, KEYRING, place.programme_id, place.sian, key).words


def read_by_staff(place: Place, organisation_id: UUID) -> list[str]:
    found = list_shared(place.session, KEYRING, place.programme_id, organisation_id)
    return [each.words.learnt for each in found.rows if each.words]


def share(place: Place, key: UUID, organisation_id: UUID) -> None:
    share_reflection(place.session, place.programme_id, place.sian, key, organisation_id)


def test_a_note_is_kept_changed_and_gone(place: Place) -> None:
    whose = place.session, KEYRING, place.programme_id, place.sian
    key = write(place)
    assert not keep_reflection(*whose, ReflectionWords("x", ""), reflection_id=key, skill="", done_on=TODAY, today=TODAY)
    assert read(place, key) == WORDS
    new = ReflectionWords("", " Ask sooner. \n")
    change_reflection(*whose, key, new, skill="teamwork", done_on=TODAY - timedelta(days=1), today=TODAY)
    assert read(place, key) == ReflectionWords("", "Ask sooner.")
    remove_reflection(place.session, place.programme_id, place.sian, key)
    assert place.session.scalar(select(func.count()).select_from(Reflection)) == 0
    with pytest.raises(NotFoundError):
        read(place, key)
    with pytest.raises(NotFoundError):
        remove_reflection(place.session, place.programme_id, place.sian, key)


def test_no_table_holds_a_word_of_it(place: Place) -> None:
    """Of a note or a goal, on both databases: every column of every table, as text and as bytes."""
    key = write(place)
    share(place, key, place.organisation_id)
    keep_goal(place.session, KEYRING, place.programme_id, place.sian, CANARY, goal_id=new_id(), by_day=None, today=TODAY)
    place.session.flush()
    found = MetaData()
    found.reflect(place.session.connection())
    looked_at = 0
    for table in found.tables.values():
        for row in place.session.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608  a name of ours
            for value in row:
                looked_at += 1
                assert CANARY.encode() not in (bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
    assert looked_at > 50


def test_no_file_of_the_database_holds_a_word_of_it(sqlite_url: str) -> None:
    """Also not what is left of a row that was changed and removed."""
    engine = make_engine(sqlite_url)
    with Session(engine) as session, session.begin():
        place = make_place(session)
        kept, gone = write(place), write(place)
    with Session(engine) as session, session.begin():
        again = ReflectionWords(CANARY, CANARY)
        whose = session, KEYRING, place.programme_id, place.sian
        change_reflection(*whose, kept, again, skill="", done_on=TODAY, today=TODAY)
        remove_reflection(session, place.programme_id, place.sian, gone)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    content = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    engine.dispose()
    assert "Siân".encode() in content  # it is the right file, and what isn't sealed can be read there
    assert CANARY.encode() not in content


def test_nobody_else_reads_it(place: Place) -> None:
    key = write(place)
    for who in (place.lukasz, place.stranger):
        with pytest.raises(NotFoundError):
            find_reflection(place.session, KEYRING, place.programme_id, who, key)
        with pytest.raises(NotFoundError):
            share_reflection(place.session, place.programme_id, who, key, place.organisation_id)
        with pytest.raises(NotFoundError):
            remove_reflection(place.session, place.programme_id, who, key)
        whose, words = (place.session, KEYRING, place.programme_id, who), ReflectionWords("x", "")
        with pytest.raises(NotFoundError):
            keep_reflection(*whose, words, reflection_id=key, skill="", done_on=TODAY, today=TODAY)
        assert list_reflections(place.session, KEYRING, place.programme_id, who).found == 0
        assert count_skills(place.session, place.programme_id, who) == ()
    for organisation_id in (place.organisation_id, place.other_organisation_id):
        assert read_by_staff(place, organisation_id) == []


def test_it_is_shared_with_one_organisation_and_that_ends(place: Place, leave: Callable[[UUID], None]) -> None:
    here, there = place.organisation_id, place.other_organisation_id
    key = write(place)
    write(place, ReflectionWords("Just for me", "Just for me"))
    with pytest.raises(NotFoundError):
        share(place, key, there)
    for _ in range(2):
        share(place, key, here)
    assert read_by_staff(place, here) == [WORDS.learnt]
    assert read_by_staff(place, there) == []
    place.enrol_elsewhere(place.sian)
    share(place, key, there)
    assert (read_by_staff(place, here), read_by_staff(place, there)) == ([], [WORDS.learnt])
    for _ in range(2):
        end_sharing(place.session, place.programme_id, place.sian, key)
    assert read_by_staff(place, there) == []
    share(place, key, here)
    assert count_shared(place.session, place.programme_id, here, place.sian) == 1
    assert count_shared(place.session, place.programme_id, here, place.lukasz) == 0
    leave(place.sian)
    assert read_by_staff(place, here) == []


def test_pages_and_skills(place: Place) -> None:
    for number in range(12):
        day = TODAY - timedelta(days=number)
        write(place, ReflectionWords(f"Day {number}", ""), "calm" if number % 3 else "cooking", day)
    whose = place.session, KEYRING, place.programme_id, place.sian
    first, second = (list_reflections(*whose, page=page) for page in (1, 2))
    assert [each.words.did for each in (*first.rows, *second.rows) if each.words] == [f"Day {number}" for number in range(12)]
    assert (first.pages, len(second.rows)) == (2, 2)
    cooking = list_reflections(*whose, skill="cooking", page=9)
    assert (cooking.found, cooking.page) == (4, 1)
    assert first.skills == cooking.skills == (("calm", 8), ("cooking", 4))
    assert list_reflections(*whose, skill="no such skill").found == 12


def test_another_key_opens_nothing(place: Place) -> None:
    key = write(place)
    other = Keyring.from_secret("another-secret-0123456789abcdef01234")
    assert find_reflection(place.session, other, place.programme_id, place.sian, key).words is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": ReflectionWords(" ", "\n")}, "did"),
        ({"words": ReflectionWords("x" * 2001, "")}, "did"),
        ({"words": ReflectionWords("", "x" * 2001)}, "learnt"),
        ({"skill": "flying"}, "skill"),
        ({"day": TODAY + timedelta(days=1)}, "done_on"),
        ({"day": date(1999, 12, 31)}, "done_on"),
    ],
)
def test_what_cannot_be_is_not_kept(place: Place, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as fault:
        write(place, **changes)
    assert fault.value.field == field
    assert place.session.scalar(select(func.count()).select_from(Reflection)) == 0


def test_the_list_of_skills_is_short_and_plain() -> None:
    assert 10 <= len(SKILLS) <= 14
    assert all(len(str(skill_text(skill)).split()) <= 4 for skill in SKILLS)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_words_come_back_as_they_went_in(did: str, learnt: str) -> None:
    """Whatever is typed, in any script: sealed as JSON and opened again."""
    row = Reflection(id=new_id())
    row.sealed = seal_words(KEYRING, row.id, ReflectionWords(did, learnt))
    assert open_words(KEYRING, row) == ReflectionWords(did, learnt)
