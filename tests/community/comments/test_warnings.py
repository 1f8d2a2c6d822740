"""What a moderator is pointed to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.community.comments.told import Told
from timecredits.community.comments.warnings import sounds_unsafe


@pytest.mark.parametrize(
    ("words", "warnings"),
    [
        ("We had a lovely day by the river.", ()),
        ("We gave 24 hours in 2026, at 10.30 and 11.45.", ()),
        ("Ring me on 01632 960 123", ("phone",)),
        ("Ring me on (0044) 7700-900-123", ("phone",)),
        ("Ring me on ０１６３２ ９６０１２３", ("phone",)),
        ("Ring 01632\u200b960\u200b123", ("phone",)),
        ("write to sam@example.org", ("email",)),
        ("see www.example", ("web",)),
        ("see my-shop.co.uk/buy", ("web",)),
        ("Thanks to Betty Boothroyd for the tea", ("names",)),
        ("thanks to zofia nowak for the tea", ("names",)),
        ("thanks to ZOFIA   O'NOWAK-ŻAK", ("names",)),
        ("Mine is Robin Fen", ()),
        ("THIS WAS THE BEST DAY", ("shouting",)),
        ("I want to die", ("unsafe",)),
        ("I can’t go on.", ("unsafe",)),
        ("I know where you live. Call 01632 960123", ("unsafe", "phone")),
    ],
)
def test_what_to_look_for(told: Told, words: str, warnings: tuple[str, ...]) -> None:
    told.person("Zofia", "Nowak")
    told.person("Zofia", "O'Nowak-Żak")
    assert told.send(words, name="Robin Fen").warnings == warnings


def test_ones_own_name_is_no_third_party(told: Told) -> None:
    zofia = told.person("Zofia", "nowak")
    assert told.send("zofia nowak was here", volunteer_id=zofia).warnings == ()


@given(
    st.text(max_size=50), st.text(max_size=50), st.sampled_from(["kill myself", "KILL  MYSELF", "kíll-myself", "kill, myself"])
)
def test_words_of_distress_are_seen_whatever_stands_around_them(before: str, after: str, words: str) -> None:
    assert sounds_unsafe(f"{before} {words} {after}")
