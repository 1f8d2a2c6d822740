"""The planner's files: the worked examples to the letter, defaults where nothing is said, one line for what can't be read."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timecredits.foundation.errors import RuleError
from timecredits.journey.planning.plan_json import MOST_BYTES, as_answer, as_question, read_question
from timecredits.journey.planning.planner import plan_references

WORKED = sorted((Path(__file__).parents[2] / "data" / "planner").glob("*.json"))
SMALL: dict[str, Any] = {
    "requirement": {"as_of": "2026-11-21"},
    "contacts": [{"id": "c1", "person": "a", "org": "Hub", "known_since": "2021-01-01"}],
    "episodes": [{"id": "e1", "org": "Hub", "start": "2022-01-01", "active": ["2022-01-01"]}],
}
WHO = SMALL["contacts"][0]


def answered(question: Any) -> Any:
    return json.loads(json.dumps(as_answer(plan_references(*as_question(question)))))


def refused(content: bytes) -> str:
    with pytest.raises(RuleError) as refusal:
        read_question(content)
    said = str(refusal.value.sentence)
    assert "\n" not in said
    assert said.isascii()
    assert refusal.value.field
    return said


def test_there_are_worked_examples() -> None:
    assert [path.stem for path in WORKED] == ["gaps-31-and-32-days", "leap-day-anniversary", "pending-left-friend"]


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_worked_examples(path: Path) -> None:
    worked = json.loads(path.read_text())
    answer = answered(worked["input"])
    assert answer == worked["expected"]
    assert list(answer) == list(worked["expected"])
    assert all(list(one) == list(other) for one, other in zip(answer["contacts"], worked["expected"]["contacts"], strict=True))


def test_what_is_not_said_takes_its_default() -> None:
    requirement, (contact,), (episode,) = as_question(SMALL)
    whole = {
        "referees": 2,
        "known_months": 24,
        "window_months": 36,
        "max_gap_days": 31,
        "min_orgs": 1,
        "must_be_at_org": False,
        "excluded": {"friend", "family"},
        "max_inactivity_days": None,
        "horizon_days": 3653,
    }
    assert {name: getattr(requirement, name) for name in whole} == whole
    assert (contact.consent, contact.reachable, contact.relation) == ("given", True, "supervisor")
    assert (contact.known_until, contact.consent_from, contact.consent_until, contact.at_org_until) == (None,) * 4
    assert (episode.end, episode.evidence) == (None, "ledger")
    said = copy.deepcopy(SMALL)
    said["requirement"] |= {**whole, "excluded": ["family", "friend", "friend"]}
    said["contacts"][0] |= {"known_until": None, "consent": "given", "consent_from": None, "consent_until": None}
    said["episodes"][0] |= {"end": None, "evidence": "ledger"}
    assert as_question(said) == as_question(SMALL)


def test_a_question_without_people_or_hours_is_answered() -> None:
    alone = answered({"requirement": {"as_of": "2026-11-21"}})
    assert alone == answered({"requirement": {"as_of": "2026-11-21"}, "contacts": [], "episodes": []})
    assert alone["gaps"] == [{"from": "2023-11-21", "to": "2026-11-20", "days": 1096, "kind": "uncovered"}]


REQUIREMENT, CONTACT, EPISODE = ("requirement",), ("contacts", 0), ("episodes", 0)
NUMBERS = ("referees", "known_months", "window_months", "max_gap_days", "min_orgs", "max_inactivity_days", "horizon_days")
OTHER_DAYS = ("known_until", "consent_from", "consent_until", "at_org_until")
WRONG_DAYS = (5, True, "", "2026-02-30", "2025-02-29", "21/11/2026", "20261121", "2026-W01-1", "2026-1-1", "2026-11-21T00:00", [])
WRONG_NUMBERS = (-1, 1.5, 2.0, "2", True, 10**9, 10**400, [], float("nan"))
WRONG = [
    *((REQUIREMENT, "as_of", value) for value in (*WRONG_DAYS, None, "1899-12-31", "2201-01-01", "0001-01-01", "9999-12-31")),
    *((REQUIREMENT, name, value) for name in NUMBERS for value in WRONG_NUMBERS),
    *((REQUIREMENT, name, None) for name in NUMBERS if name != "max_inactivity_days"),
    (REQUIREMENT, "referees", 0),
    (REQUIREMENT, "min_orgs", 0),
    (REQUIREMENT, "horizon_days", 3654),
    *((REQUIREMENT, "must_be_at_org", value) for value in (None, 0, "true")),
    *((REQUIREMENT, "excluded", value) for value in (None, "friend", {"friend": True})),
    (REQUIREMENT, "max_gap", 31),
    (REQUIREMENT, "a\nb", 31),
    *((CONTACT, name, value) for name in ("id", "person") for value in (None, 5, "", [])),
    *((CONTACT, name, value) for name in ("org", "relation") for value in (None, 5)),
    *((CONTACT, "known_since", value) for value in (None, *WRONG_DAYS)),
    *(
        (CONTACT, name, value)
        for name in ("known_until", "consent_from", "consent_until", "at_org_until")
        for value in WRONG_DAYS
    ),
    (CONTACT, "known_until", "2020-12-31"),
    *((CONTACT, "consent", value) for value in (None, True, "", "Given", "maybe", ["given"])),
    *((CONTACT, "reachable", value) for value in (None, 1, "yes")),
    (CONTACT, "name", "Jo"),
    *((EPISODE, "id", value) for value in (None, 5, "")),
    (EPISODE, "org", None),
    *((EPISODE, "start", value) for value in (None, *WRONG_DAYS)),
    *((EPISODE, "end", value) for value in (*WRONG_DAYS, "2021-12-31")),
    *((EPISODE, "evidence", value) for value in (None, "hearsay", 5, {})),
    *((EPISODE, "active", value) for value in (None, "2022-01-01", 5)),
]


@pytest.mark.parametrize(("place", "name", "value"), WRONG)
def test_each_field_that_is_wrong_is_named(place: tuple[Any, ...], name: str, value: Any) -> None:
    question = copy.deepcopy(SMALL)
    at: Any = question
    for step in place:
        at = at[step]
    at[name] = value
    field = f"{place[0]}{f'[{place[1]}]' if len(place) > 1 else ''}.{json.dumps(name)[1:-1]}"
    said = refused(json.dumps(question).encode())
    assert said.startswith(f"{field}: ")
    assert len(said) < 150


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((), "requirement"),
        (REQUIREMENT, "as_of"),
        *((CONTACT, name) for name in ("id", "person", "org", "known_since")),
        *((EPISODE, name) for name in ("id", "org", "start")),
    ],
)
def test_what_has_no_default_must_be_there(place: tuple[Any, ...], name: str) -> None:
    question = copy.deepcopy(SMALL)
    at: Any = question
    for step in place:
        at = at[step]
    del at[name]
    where = f"{place[0]}{f'[{place[1]}]' if len(place) > 1 else ''}." if place else ""
    assert refused(json.dumps(question).encode()) == f"{where}{name}: this is missing."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requirement": []}, "requirement"),
        ({"requirement": None}, "requirement"),
        ({"contacts": {}}, "contacts"),
        ({"contacts": [5]}, "contacts[0]"),
        ({"contacts": None}, "contacts"),
        ({"contacts": [WHO] * 2}, "contacts[1].id"),
        ({"contacts": [{}] * 1001}, "contacts"),
        (
            {"contacts": [{**SMALL["contacts"][0], "consent_from": "2026-01-02", "consent_until": "2026-01-01"}]},
            "contacts[0].consent_until",
        ),
        ({"episodes": "none"}, "episodes"),
        ({"episodes": [SMALL["episodes"][0], 5]}, "episodes[1]"),
        ({"episodes": [{**SMALL["episodes"][0], "active": ["2022-01-01", "2022-02-30"]}]}, "episodes[0].active[1]"),
        ({"requirement": {"as_of": "2026-11-21", "excluded": ["friend", 5]}}, "requirement.excluded[1]"),
        ({"extra": 1}, "extra"),
    ],
)
def test_what_is_of_another_kind_is_named(change: dict[str, Any], field: str) -> None:
    assert refused(json.dumps({**SMALL, **change}).encode()).startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is not JSON: look at line 1, column 1."),
        (b'{"requirement": {\n "as_of": }}', "The file is not JSON: look at line 2, column 11."),
        (b"[]", "file: this has to be an object, in braces."),
        (b"5", "file: this has to be an object, in braces."),
        (b"null", "file: this has to be an object, in braces."),
        (b"\xff\xfe{}", "The file is not JSON that can be read."),
        (b"[" * 100_000, "The file is not JSON that can be read."),
        (b'{"requirement": ' + b"9" * 5000 + b"}", "The file is not JSON that can be read."),
        (b" " * (MOST_BYTES + 1), "The file is larger than 4 MiB. Leave out what the question does not need."),
    ],
)
def test_what_is_no_question_at_all(content: bytes, said: str) -> None:
    assert refused(content) == said


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_question(b"\xef\xbb\xbf" + json.dumps(SMALL).encode()) == as_question(SMALL)


KEYS = [*SMALL, "as_of", "id", "start"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["2026-02-30", "given"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SMALL, "as_of", "id", "start"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*SMALL]), JSON), st.sampled_from([*SMALL]), JSON)
def test_whatever_stands_in_the_file_is_answered_or_refused(whole: dict[str, Any], part: str, value: Any) -> None:
    for question in (whole, {**SMALL, part: value}, {**SMALL, "contacts": [{**WHO, "person": value}]}):
        content = json.dumps(question).encode()
        try:
            read = read_question(content)
        except RuleError:
            refused(content)
        else:
            assert plan_references(*read).window_from
