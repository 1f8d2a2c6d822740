from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.community.directory.conftest import Directory
from timecredits.community.directory.entry_facts import EntryFacts
from timecredits.community.directory.finding import PAGE, Wanted, find_helplines, find_shown, find_support
from timecredits.community.directory.keeping import add_entry, change_entry, put_back, remove_entry, set_shown
from timecredits.community.directory.opening_hours import Open
from timecredits.community.directory.topics import TOPICS
from timecredits.community.directory.words import distance, edits_allowed, letters_of, words_of
from timecredits.community.directory_models import SupportCost
from timecredits.foundation.db import make_engine
from timecredits.foundation.errors import NotFoundError
from timecredits.network.programmes import create_programme

AGAIN = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda name: any(map(str.isalnum, name)) and bool(words_of(name))
)
HOSTILE = [
    '"',
    "'",
    '"food',
    "food AND",
    "AND",
    "NOT food OR",
    "NEAR(food bank, 2)",
    "food*",
    "*",
    "^food",
    "name:food",
    "{folded_name} : food",
    "food' OR '1'='1",
    "'); DROP TABLE support_service; --",
    "food & | ! <-> bank:*",
    "%_%",
    "\\",
    "\0",
    "🙂",
    "🙂 food",
    "x" * 10_000,
    "food " * 2_000,
    "\u202efood",
    "-food",
    "+food",
    "()",
    "a" * 39 + "é" * 39,
]


@AGAIN
@given(st.lists(st.text("abeuxz0189", min_size=1, max_size=12), min_size=1, max_size=6))
@example(["0e0a"])  # to an engine's own parser a number, and a letter after it
def test_words_that_look_like_numbers_stay_whole(directory: Directory, words: list[str]) -> None:
    entry = directory.add(" ".join(words))
    for asked in (" ".join(words), words[-1]):
        found = find_support(directory.session, directory.programme_id, Wanted(asked), size=100)
        assert entry.id in {each.service.id for each in found.entries}
        assert not found.spelled


@AGAIN
@given(NAMES, NAMES)
def test_whatever_is_stored_is_found_by_its_own_words(directory: Directory, name: str, summary: str) -> None:
    with directory.session.begin_nested() as kept:
        entry = directory.add(name, summary=summary)
        assert entry.id in {each.service.id for each in directory.find(name).entries}
        for word in words_of(summary):
            assert entry.id in {each.service.id for each in directory.find(word).entries}, word
        kept.rollback()


@AGAIN
@given(st.text("abcdefgłü", min_size=4, max_size=14), st.integers(0, 13), st.sampled_from("xyzå"), st.integers(0, 3))
def test_one_slip_of_a_finger_still_finds(directory: Directory, word: str, place: int, letter: str, how: int) -> None:
    [stored] = words_of(word)
    letters = list(letters_of(stored))
    at = place % len(letters)
    typed = "".join(
        (
            letters[:at] + letters[at + 1 :],
            [*letters[:at], *words_of(letter), *letters[at:]],
            [*letters[:at], *words_of(letter), *letters[at + 1 :]],
            letters[:at] + letters[at : at + 2][::-1] + letters[at + 2 :],
        )[how]
    )
    assert distance(stored, typed, 2) <= edits_allowed(stored)
    with directory.session.begin_nested() as kept:
        directory.add(word)
        found = directory.find(typed)
        assert [each.service.name for each in found.entries] == [word]
        kept.rollback()


@AGAIN
@given(st.data())
def test_filters_only_narrow(directory: Directory, data: st.DataObject) -> None:
    topics, costs = st.sampled_from(sorted(TOPICS)), st.sampled_from(SupportCost)
    with directory.session.begin_nested() as kept:
        for number in range(6):
            directory.add(
                f"Place {number}",
                topics=tuple(data.draw(st.lists(topics, max_size=2))),
                cost=data.draw(costs),
                is_online=data.draw(st.booleans()),
                languages=tuple(data.draw(st.lists(st.sampled_from(["pl", "cy"]), max_size=1))),
                access_facts=tuple(data.draw(st.lists(st.sampled_from(["step_free", "home"]), max_size=1))),
                postcode_district=data.draw(st.sampled_from(["CB7", "NR1", ""])),
                always_open=data.draw(st.booleans()),
                openings=(Open(data.draw(st.integers(0, 6)), 540, 1020),),
            )
        everything = set(directory.found("place"))
        filters: dict[str, Any] = {
            "topic": data.draw(topics),
            "language": "pl",
            "access": "step_free",
            "free": True,
            "online": True,
            "near": "CB6",
            "open_at": datetime(2026, 11, 23, 12, tzinfo=UTC),
        }
        one = data.draw(st.sampled_from(sorted(filters)))
        more = {one: filters[one]} | {key: filters[key] for key in data.draw(st.sets(st.sampled_from(sorted(filters))))}
        narrowed = set(directory.found("place", **{one: filters[one]}))
        assert set(directory.found("place", **more)) <= narrowed <= everything
        kept.rollback()


def test_each_filter_keeps_what_fits(directory: Directory) -> None:
    directory.add("Bread", topics=("food",), postcode_district="CB7 4AB", access_facts=("step_free",))
    directory.add("Rent talk", topics=("housing", "money"), cost=SupportCost.PAID, languages=("pl",), postcode_district="NR1")
    directory.add("Chat", is_online=True, cost=SupportCost.DONATION)
    assert directory.found(topic="food") == ["Bread"]
    assert directory.found(topic="money") == ["Rent talk"]
    assert directory.found(free=True) == ["Bread"]
    assert directory.found(language="pl") == ["Rent talk"]
    assert directory.found(access="step_free") == ["Bread"]
    assert directory.found(online=True) == ["Chat"]
    near = directory.find(near="CB6")
    assert [each.service.name for each in near.entries] == ["Bread", "Chat"]
    assert near.entries[0].miles is not None
    assert near.entries[1].miles is None


def test_names_come_before_other_words_and_then_the_alphabet(directory: Directory) -> None:
    directory.add("Annie's kitchen", summary="A food bank.")
    directory.add("Zebra Food Bank")
    directory.add("Bread", topics=("food",))
    directory.add("Food bank, Ely")
    assert directory.found("food bank") == ["Food bank, Ely", "Zebra Food Bank", "Annie's kitchen", "Bread"]


@pytest.mark.parametrize(
    "typed", ["Żółw", "zolw", "ZOLW", "zol", "żółv", "tŷ cymorth", "ty cymorth", "ty cymroth", "cymo", "I need help from Żółw"]
)
def test_accents_and_beginnings(directory: Directory, typed: str) -> None:
    directory.add("Żółw: Tŷ Cymorth")
    assert directory.found(typed) == ["Żółw: Tŷ Cymorth"]


def test_what_was_looked_for_instead_is_said(directory: Directory) -> None:
    directory.add("Carers' benefits advice")
    found = directory.find("carrers benifits")
    assert found.spelled == ("carers", "benefits")
    assert directory.find("carers benefits").spelled == ()
    assert directory.find("zzzz benifits").count == 0
    assert directory.find("carers xq").spelled == ()


def test_a_short_word_is_never_taken_for_another(directory: Directory) -> None:
    directory.add("GPs")
    assert directory.found("gpd") == []


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_is_typed_makes_a_search_fail(directory: Directory, typed: str) -> None:
    directory.add("Food bank")
    for page in (1, 3):
        directory.find(typed, page=page)


@AGAIN
@given(st.text(max_size=60))
def test_no_text_at_all_makes_a_search_fail(directory: Directory, typed: str) -> None:
    directory.find(typed)


def test_pages(directory: Directory) -> None:
    for number in range(PAGE + 3):
        directory.add(f"Club {number:02}")
    first, second, third = (directory.find("club", page=page) for page in (1, 2, 3))
    assert (first.count, first.pages, len(first.entries), len(second.entries), len(third.entries)) == (23, 2, 20, 3, 0)
    assert [each.service.name for each in [*first.entries, *second.entries]] == [f"Club {number:02}" for number in range(23)]


def test_what_is_hidden_removed_or_elsewhere_is_not_there(directory: Directory) -> None:
    session, programme_id = directory.session, directory.programme_id
    hidden, removed = directory.add("Hidden hut", is_helpline=True), directory.add("Removed hut")
    elsewhere = directory.add("Hut elsewhere", elsewhere=True, is_helpline=True)
    set_shown(session, programme_id, hidden.id, shown=False, actor_id=None)
    remove_entry(session, programme_id, removed.id, actor_id=None)
    assert directory.found("hut") == directory.found("hutt") == directory.found() == []
    assert find_helplines(session, programme_id) == []
    for entry in (hidden, removed, elsewhere):
        with pytest.raises(NotFoundError):
            find_shown(session, programme_id, entry.id)
    set_shown(session, programme_id, hidden.id, shown=True, actor_id=None)
    put_back(session, programme_id, removed.id, actor_id=None)
    assert directory.found("hutz") == []
    assert directory.found("remooved") == ["Removed hut"]
    assert directory.found("hut") == ["Hidden hut", "Removed hut"]


def test_a_word_is_forgotten_with_the_last_entry_that_held_it(directory: Directory) -> None:
    one, _two = directory.add("Willow"), directory.add("Willow bank")
    change_entry(directory.session, directory.programme_id, one.id, EntryFacts("Poplar", phone="111"), actor_id=None)
    assert directory.found("wilow") == ["Willow bank"]
    assert directory.found("poplr") == ["Poplar"]
    change_entry(directory.session, directory.programme_id, one.id, EntryFacts("Aspen", phone="111"), actor_id=None)
    assert directory.find("poplr").spelled == ()


MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "open_places"),
    [
        (MONDAY_NOON, ["Always", "Day"]),
        (MONDAY_NOON.replace(hour=17), ["Always"]),
        (MONDAY_NOON.replace(hour=23, minute=30), ["Always", "Night"]),
        (MONDAY_NOON.replace(hour=1) + timedelta(days=1), ["Always", "Night"]),
        (MONDAY_NOON.replace(hour=2) + timedelta(days=1), ["Always"]),
        # Sunday 29 March 2026: at 01:00 UTC the clock goes from 1 to 2; what opens at 2 is open at once.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), ["Always"]),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), ["Always", "Small hours"]),
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), ["Always"]),
        # Sunday 25 October 2026: the hour from 1 to 2 comes twice.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ["Always"]),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ["Always"]),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), ["Always", "Small hours"]),
        # In summer the clock on the wall is an hour ahead of UTC.
        (datetime(2026, 7, 6, 8, 0, tzinfo=UTC), ["Always", "Day"]),
        (datetime(2026, 7, 6, 16, 0, tzinfo=UTC), ["Always"]),
    ],
)
def test_open_now(directory: Directory, moment: datetime, open_places: list[str]) -> None:
    directory.add("Always", always_open=True)
    directory.add("Day", openings=(Open(0, 540, 1020),))
    directory.add("Night", openings=(Open(0, 1320, 120),))
    directory.add("Small hours", openings=(Open(6, 120, 180),))
    directory.add("Never said")
    assert directory.found(open_at=moment) == open_places


@pytest.fixture
def both(sqlite_url: str, request: pytest.FixtureRequest) -> Any:
    engines = [make_engine(sqlite_url), make_engine(request.getfixturevalue("postgresql_url"))]
    yield engines
    for engine in engines:
        engine.dispose()


SAMPLES = (
    ("Ćwiartka food bank", "Bread, tins and a hot drink.", ("food",), 1),
    ("Food hub", "Also for families.", ("food", "family"), 2),
    ("Ely debt advice", "Rent, bills, bailiffs. Ask for a food parcel.", ("money",), 3),
    ("Cwtsh", "Paned a sgwrs. Company and a cuppa.", ("loneliness",), 4),
    ("دار السلام", "خدمات للجميع", ("newcomers",), 5),
    ("Zażółć", "Grupa wsparcia", ("newcomers", "loneliness"), 6),
    ("-- dashes --", "bank 24/7 3rd 1e5 0800", (), 7),
)


@pytest.mark.postgresql
def test_both_databases_answer_the_same_in_the_same_order(both: list[Engine]) -> None:
    asked = [
        *(
            Wanted(words)
            for words in ("food", "foo", "fod", "bank", "company cuppa", "cwtch", "zazolc", "zazolcc", "السلام", "سلام")
        ),
        *(Wanted(words) for words in ("1e5", "0800", "24 7", "bailif", "خدماتت", "a", "food bank", "bred", "familys", *HOSTILE)),
        Wanted(),
        Wanted(topic="food"),
        Wanted("food", near="CB7"),
        Wanted(open_at=MONDAY_NOON),
    ]
    answers = []
    for engine in both:
        with Session(engine) as session:
            programme = create_programme(session, name="Fenland", slug="fenland")
            for name, summary, topics, number in SAMPLES:
                facts = EntryFacts(
                    name,
                    summary,
                    phone="01632 960001",
                    topics=topics,
                    postcode_district=f"CB{number}",
                    openings=(Open(number % 3, 600, 900),),
                )
                add_entry(session, programme.id, None, facts, entry_id=UUID(int=number << 64 | number), actor_id=None)
            found = [find_support(session, programme.id, each) for each in asked]
            answers.append([([each.service.name for each in one.entries], one.count, one.spelled) for one in found])
            session.rollback()
    assert answers[0] == answers[1]
    assert sum(bool(names) for names, _count, _spelled in answers[0]) > 20


def test_a_search_takes_few_statements(directory: Directory) -> None:
    directory.add("Food bank", openings=(Open(0, 1, 2),))
    said: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    directory.session.flush()
    bind = directory.session.get_bind()
    event.listen(bind, "before_cursor_execute", count)
    try:
        for words, most in (("food bank", 2), ("fud bnak", 3), ("food bnak", 4), ("nothing like it", 2)):
            said.clear()
            directory.find(words)
            assert len(said) <= most, (words, said)
    finally:
        event.remove(bind, "before_cursor_execute", count)


def test_an_id_that_is_made_up_lets_no_entry_be_found_by_another_s_words(directory: Directory) -> None:
    """An entry's id comes with the form: one with the low bits of another's, here or in another programme."""
    first = directory.add("Quay Café")
    made_up = UUID(int=first.id.int ^ (1 << 100))
    for programme_id in (directory.programme_id, directory.other_programme_id):
        add_entry(directory.session, programme_id, None, EntryFacts("Lantern", phone="111"), entry_id=made_up, actor_id=None)
    assert directory.found("lantern") == ["Lantern"]
    assert directory.found("quay") == ["Quay Café"]
