"""Who may be one person, and who was said to be two."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.records.merging.conftest import Two
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.network.models import Enrolment
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.alike import (
    find_alike,
    list_not_same,
    look_up,
    name_key,
    not_same_after_all,
    say_not_same,
)


def pairs(two: Two) -> list[tuple[set[UUID], list[str]]]:
    found = find_alike(two.session, two.world.programme_id)
    return [({each.one.id, each.other.id}, [str(reason) for reason in each.reasons]) for each in found]


def set_phone(two: Two, who: UUID, phone: str) -> None:
    two.session.scalars(select(Enrolment).where(Enrolment.volunteer_id == who)).one().phone = phone


@given(st.permutations(["mina", "holt", "of", "ely"]))
def test_the_order_of_a_names_words_says_nothing(words: list[str]) -> None:
    assert name_key(fold(" ".join(words))) == name_key("mina holt of ely")


def test_the_same_name_however_written_is_alike(two: Two) -> None:
    turned = enrol_volunteer(two.session, *two.here, first_name="HOLT", last_name="mina").volunteer.id
    found = [ids for ids, _ in pairs(two)]
    assert {two.kept, two.gone} in found
    assert {two.kept, turned} in found
    assert not any(two.third in ids for ids in found)


def test_another_month_of_birth_is_another_person(two: Two) -> None:
    two.person(two.kept).born_month, two.person(two.gone).born_month = date(1984, 3, 1), date(1984, 3, 1)
    two.session.flush()
    assert pairs(two) == [({two.kept, two.gone}, ["Same name and month of birth"])]
    two.person(two.gone).born_month = date(1985, 3, 1)
    two.session.flush()
    assert pairs(two) == []


def test_the_same_phone_however_written_is_alike(two: Two) -> None:
    two.person(two.kept).born_month = date(1984, 3, 1)
    two.person(two.gone).born_month = date(1990, 3, 1)
    set_phone(two, two.kept, "+44 7700 900123")
    set_phone(two, two.third, "07700 900-123")
    set_phone(two, two.gone, "")
    assert pairs(two) == [({two.kept, two.third}, ["Same phone number"])]


def test_the_same_sign_in_is_alike(two: Two) -> None:
    user = two.world.users["coordinator"]
    two.person(two.third).user_id = two.person(two.kept).user_id = user
    two.session.flush()
    assert pairs(two)[0] == ({two.kept, two.third}, ["Same sign-in"])


def test_two_people_stay_out_until_that_is_unsaid(two: Two) -> None:
    programme_id = two.world.programme_id
    for pair in ((two.kept, two.gone), (two.gone, two.kept)):
        say_not_same(two.session, programme_id, *pair, actor_id=None)
    assert pairs(two) == []
    ((key, *names),) = list_not_same(two.session, programme_id)
    assert sorted(names) == ["Mina Holt", "Mina Hölt"]
    not_same_after_all(two.session, programme_id, key, actor_id=None)
    assert len(pairs(two)) == 1
    with pytest.raises(NotFoundError):
        not_same_after_all(two.session, programme_id, key, actor_id=None)
    with pytest.raises(NotFoundError):
        say_not_same(two.session, programme_id, two.kept, new_id(), actor_id=None)


def test_a_merged_record_is_not_found_again(two: Two) -> None:
    merge = two.merge()
    assert pairs(two) == []
    assert [each.id for each in look_up(two.session, two.world.programme_id, "Mina")] == [two.kept, two.third]
    two.undo(merge)
    assert len(pairs(two)) == 1


def test_people_are_looked_up_by_number_or_name(two: Two) -> None:
    programme_id = two.world.programme_id
    assert [each.id for each in look_up(two.session, programme_id, " m2 ")] == [two.gone]
    assert [each.id for each in look_up(two.session, programme_id, "Hölt, Mina")] == [two.kept, two.gone]
    assert look_up(two.session, programme_id, "%") == []
    assert look_up(two.session, programme_id, "") == []


def test_many_records_of_one_name_make_no_flood(two: Two) -> None:
    for _ in range(12):
        enrol_volunteer(two.session, *two.here, first_name="John", last_name="Smith")
    assert len([ids for ids, _ in pairs(two)]) == 1 + 11
