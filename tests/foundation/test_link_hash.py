"""A link's hash holds every part of its entry and its place: no one of them can change and leave it as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from timecredits.foundation.audit_chain import BEGINNING, link_hash

ENTRY: dict[str, Any] = {
    "before": BEGINNING,
    "number": 1,
    "programme_id": UUID(int=1),
    "entry_id": UUID(int=2),
    "organisation_id": UUID(int=3),
    "actor_id": UUID(int=4),
    "action": "role given",
    "subject_id": UUID(int=5),
    "recorded_at": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
}
OTHER = {
    "before": bytes(31) + b"\x01",
    "number": 2,
    "programme_id": UUID(int=9),
    "entry_id": UUID(int=9),
    "organisation_id": UUID(int=9),
    "actor_id": UUID(int=9),
    "action": "role ended",  # as long as the other
    "subject_id": UUID(int=9),
    "recorded_at": ENTRY["recorded_at"] + timedelta(microseconds=1),
}


def hash_of(**changes: Any) -> bytes:
    values = {**ENTRY, **changes}
    return link_hash(values.pop("before"), values.pop("number"), **values)


@pytest.mark.parametrize("part", ENTRY)
def test_each_part_counts(part: str) -> None:
    assert hash_of(**{part: OTHER[part]}) != hash_of()


@pytest.mark.parametrize("part", ["organisation_id", "actor_id", "subject_id"])
def test_nobody_is_told_from_somebody_of_zeros(part: str) -> None:
    assert hash_of(**{part: None}) != hash_of(**{part: UUID(int=0)})


def test_an_id_does_not_slip_from_one_part_into_the_next() -> None:
    assert hash_of(actor_id=None, subject_id=UUID(int=4)) != hash_of(actor_id=UUID(int=4), subject_id=None)


def test_the_same_entry_in_the_same_place_has_the_same_hash() -> None:
    assert hash_of() == hash_of()
    assert len(hash_of()) == 32
