"""The vetting history: which days of the years asked about are covered, and by what."""

import io
import json
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.journey.letters.sample_letters import assert_conforms, pages_of
from timecredits.journey.letters.letter_words import LetterWords
from timecredits.journey.planning.vetting_record import SpellKind, VettingRecord, VettingSpell
from timecredits.journey.planning.vetting_writing import print_vetting_history, write_vetting_record

FIRST, LAST = date(2023, 11, 21), date(2026, 11, 20)
KINDS: tuple[SpellKind, ...] = get_args(SpellKind)


@pytest.mark.parametrize(
    ("language", "kind", "seen", "limits"),
    [
        ("en", "Confirmed by somebody there, or evidence was seen", "Said or seen by", "We did not check who they are."),
        ("cy", "Cadarnhawyd gan rywun yno, neu gwelwyd tystiolaeth", "Dywedwyd neu gwelwyd gan", "Ni wnaethom wirio pwy ydyw."),
    ],
)
def test_it_does_not_say_that_what_somebody_said_was_seen(language: str, kind: str, seen: str, limits: str) -> None:
    words = LetterWords(language)
    assert (words.say("kind_document"), words.say("seen_by")) == (kind, seen)
    assert limits in words.say("vetting_limits")


def a_spell(first: str, last: str, kind: SpellKind, organisation: str = "", seen_by: str = "", seen_on: str = "") -> VettingSpell:
    return {
        "first_day": first,
        "last_day": last,
        "kind": kind,
        "organisation": organisation,
        "seen_by": seen_by,
        "seen_on": seen_on,
    }


SPELLS = [
    a_spell("2023-05-01", "2024-03-01", "register", "Fenland Growing Project"),
    a_spell("2024-03-02", "2024-03-20", "minor"),
    a_spell("2024-03-21", "2024-09-30", "document", seen_by="Jo Reed", seen_on="2026-11-01"),
    a_spell("2024-10-01", "2025-01-31", "declared", "Make and Mend"),
    a_spell("2024-10-01", "2025-01-31", "needs_evidence"),
    a_spell("2025-02-01", "2025-04-15", "uncovered"),
    a_spell("2025-04-16", "2026-12-20", "register", "Fenland Growing Project"),
]


def a_history(spells: list[VettingSpell] | None = None, **changes: Any) -> VettingRecord:
    facts: dict[str, Any] = {
        "issued_on": date(2026, 11, 21),
        "holder_name": "Siân Łukasz-O’Brien",
        "first_day": FIRST,
        "last_day": LAST,
        "requirement": {
            "sentences": ["Three years covered, with no gap over 31 days."],
            "preset_name": "BPSS",
            "source": "The published standard",
            "checked_on": "2026-10-01",
        },
        "spells": SPELLS if spells is None else spells,
        "referees": [{"name": "Jo Reed", "role": "Coordinator", "organisation": "Make and Mend", "known_since": "2023-05-04"}],
    }
    return write_vetting_record(**{**facts, **changes})


@pytest.mark.parametrize("language", ["en", "cy"])
def test_it_is_accessible_and_says_in_words_what_the_picture_shows(language: str) -> None:
    record = a_history(language=language)
    pdf = print_vetting_history(record)

    assert_conforms(pdf)
    text = " ".join(" ".join(pages_of(pdf)).split())
    words = LetterWords(language)
    for kind in KINDS:
        assert words.say(f"kind_{kind}") in text, kind
    evidence = next(row for row in record["display"]["rows"] if row["seen"])
    assert evidence["seen"] == {"en": "Jo Reed, 1 November 2026", "cy": "Jo Reed, 1 Tachwedd 2026"}[language]
    assert evidence["days"] == "194"
    for said in ("Siân Łukasz-O’Brien", "Three years covered", "BPSS", "The published standard", "Make and Mend"):
        assert said in text, said
    reader = PdfReader(io.BytesIO(pdf))
    assert json.loads(reader.attachments["vetting_history.json"][0]) == record
    assert str(reader.root_object["/Lang"]).startswith(language)


@pytest.mark.parametrize("spells", [[], [a_spell("2020-01-01", "2020-02-01", "register")]], ids=["none", "all before"])
def test_without_days_it_says_so(spells: list[VettingSpell]) -> None:
    pdf = print_vetting_history(a_history(spells, referees=[]))
    assert_conforms(pdf)
    text = pages_of(pdf)[0]
    assert "No days are listed." in text
    assert "People who can be asked" not in text


def test_many_rows_run_over_pages_under_the_tables_header() -> None:
    spells = [
        a_spell(str(FIRST + timedelta(12 * each)), str(FIRST + timedelta(12 * each + 9)), KINDS[each % 6]) for each in range(90)
    ]
    pages = pages_of(print_vetting_history(a_history(spells)))
    assert len(pages) > 2
    assert all(f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, start=1))


def test_days_outside_the_window_are_cut_off_and_the_gap_shows_where_days_were_only_told() -> None:
    record = a_history()
    assert (record["spells"][0]["first_day"], record["spells"][-1]["last_day"]) == (FIRST.isoformat(), LAST.isoformat())
    years = {year["year"]: year for year in record["display"]["years"]}
    assert [part["kind"] for part in years["2025"]["parts"]] == ["needs_evidence", "uncovered", "register"]
    assert years["2024"]["days"] == 366
    assert years["2023"]["parts"] == [{"start": 324, "days": 41, "kind": "register"}]


DAYS = st.dates(FIRST - timedelta(60), LAST + timedelta(60))
SPELL = st.tuples(DAYS, st.integers(0, 400), st.sampled_from(KINDS))


@given(st.lists(SPELL, max_size=12))
def test_each_day_in_the_picture_is_a_day_of_some_spell_of_its_kind(drawn: list[tuple[date, int, SpellKind]]) -> None:
    record = a_history([a_spell(str(first), str(first + timedelta(length)), kind) for first, length, kind in drawn])
    painted: dict[date, SpellKind] = {}
    for year in record["display"]["years"]:
        for part in year["parts"]:
            assert 0 <= part["start"] < part["start"] + part["days"] <= year["days"]
            for place in range(part["start"], part["start"] + part["days"]):
                painted[date(int(year["year"]), 1, 1) + timedelta(place)] = part["kind"]
    told: dict[date, set[SpellKind]] = {}
    for first, length, kind in drawn:
        for day in (first + timedelta(each) for each in range(length + 1)):
            if FIRST <= day <= LAST:
                told.setdefault(day, set()).add(kind)
    assert painted.keys() == told.keys()
    for day, kinds in told.items():
        assert painted[day] in kinds
        assert painted[day] == "register" or "register" not in kinds


@pytest.mark.parametrize(
    "wrong",
    [
        a_spell("2024-02-01", "2024-01-01", "register"),
        a_spell("2024-01-01", "2024-01-02", "illness"),  # type: ignore[arg-type]  # what is refused
    ],
)
def test_spells_that_are_none_are_refused(wrong: VettingSpell) -> None:
    with pytest.raises(ValueError, match="not a spell"):
        a_history([wrong])
    with pytest.raises(ValueError, match="before it begins"):
        a_history(last_day=FIRST - timedelta(1))


def test_there_is_no_place_for_a_reason_or_for_what_was_seen() -> None:
    keys = set(VettingSpell.__annotations__)
    assert keys == {"first_day", "last_day", "kind", "organisation", "seen_by", "seen_on"}
