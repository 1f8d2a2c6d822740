import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("", ""),
        ("  Łukasz   ŻAK ", "lukasz zak"),
        ("Siân", "sian"),
        ("O'Brien", "obrien"),
        ("O\u2019BRIEN", "obrien"),
        ("O\u00b4Brien", "obrien"),
        ("O'Neill-Wyn", "oneill wyn"),
        ("O'Neill\u2011Wyn", "oneill wyn"),
        ("Søren Ærø", "soren aero"),
        ("Đorđe", "dorde"),
        ("Þórður Guðmundsson", "thordur gudmundsson"),
        ("STRASSE Straße", "strasse strasse"),
        ("Œuvre Ħal", "oeuvre hal"),
        ("İstanbul Işık", "istanbul isik"),
        ("\u202bمُحَمَّد\u202c", "محمد"),
        ("ﬁona Ｌｅｅ", "fiona lee"),
        ("=Anna", "=anna"),
        ("tab\tand\nline\0end", "tab and line end"),
    ],
)
def test_one_spelling_for_names_written_in_many_ways(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_marks_that_carry_a_vowel_stay() -> None:
    assert fold("राम") != fold("रमा")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_space_make_no_difference(text: str) -> None:
    assert fold(f"  {text} ") == fold(text)
    assert fold(text.casefold()) == fold(text)
