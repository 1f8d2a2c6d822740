"""Districts in whatever people type, and how far they are apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.postcode_districts import district_of, is_known, miles_between


@pytest.mark.parametrize(
    ("typed", "district"),
    [
        ("CB7", "CB7"),
        ("cb7 4df", "CB7"),
        ("CB74DF", "CB7"),
        (" cb-7 4DF ", "CB7"),
        ("CB10 1AA", "CB10"),
        ("CB101AA", "CB10"),
        ("E1 6AN", "E1"),
        ("E16AN", "E1"),
        ("E16 4AA", "E16"),
        ("EC3N 4AB", "EC3N"),
        ("ec3n4ab", "EC3N"),
        ("W1A 1AA", "W1A"),
        ("M1", "M1"),
        ("CB7 4", "CB7"),
        ("CB7 Ely", "CB7"),
        ("Ely", None),
        ("", None),
        ("12345", None),
        ("CB7'; DROP TABLE", "CB7"),
        ("ＣＢ７", None),
    ],
)
def test_the_first_half_of_what_was_typed(typed: str, district: str | None) -> None:
    assert district_of(typed) == district


@given(st.text(max_size=40))
def test_anything_typed_gives_a_district_or_nothing(typed: str) -> None:
    district = district_of(typed)
    assert district is None or (2 <= len(district) <= 4 and district.isascii() and district.isalnum())


@given(st.sampled_from(["CB7", "EC3N", "M1", "W1A"]), st.from_regex("[0-9][A-Z]{2}", fullmatch=True))
def test_nothing_of_the_second_half_is_kept(district: str, rest: str) -> None:
    assert district_of(f"{district} {rest}") == district_of(f"{district}{rest}") == district


def test_every_part_of_great_britain_is_known() -> None:
    for district in ("CB7", "PE30", "NR1", "EC3N", "TR19", "ZE1", "HS1", "SA73", "EH1", "LL65", "TD15"):
        assert is_known(district), district
    assert not is_known("ZZ9")
    assert not is_known("BT1")  # Northern Ireland's are under another licence


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [("CB7", "CB1", 11, 16), ("CB1", "EC3N", 46, 54), ("NR1", "PE30", 36, 42), ("CB1", "EH1", 280, 305), ("CB7", "CB7", 0, 0)],
)
def test_how_far_apart(one: str, other: str, low: float, high: float) -> None:
    miles = miles_between(one, other)
    assert miles is not None
    assert low <= miles <= high
    assert miles == miles_between(other, one)


def test_a_district_that_is_not_known_has_no_distance() -> None:
    assert miles_between("CB7", "ZZ9") is None
    assert miles_between("", "CB7") is None
