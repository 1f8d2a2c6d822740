"""The planner's answer in sentences: it says what the figures say, to anybody, for anything that may be asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journey.planning.questions import Question, question
from timecredits.foundation.errors import RuleError
from timecredits.journey.planning.answer_words import headline, names_words, ready_words, sooner_words, to_settle, years_words
from timecredits.journey.planning.asked_for import on_day, tidy_asked
from timecredits.journey.planning.gathering import Gathered
from timecredits.journey.planning.places import plan_gathered
from timecredits.journey.planning.plan_shapes import Plan, Reason, Status
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.referee_words import NextStep, PersonAnswer, people_words
from timecredits.journey.planning.requirement import Consent, Contact, Episode, Requirement
from timecredits.journey.planning.requirement_words import months_words, requirement_words, short_words
from timecredits.journey.planning_models import Consent as KeptConsent
from timecredits.journey.planning_models import Relation
from timecredits.journey.referees.referees import RefereeLine

TODAY = date(2026, 11, 21)
NUMBERS = st.integers(0, 3000)
NAMES = ("Ana", "Bo", "Cy", "Di")


def line(contact: Contact, name: str, number: int, *, asked: bool = False) -> RefereeLine:
    kept = {Consent.PENDING: KeptConsent.PENDING if asked else KeptConsent.NOT_ASKED}
    return RefereeLine(
        id=UUID(int=number),
        name=name,
        title="Tutor",
        relation=Relation(contact.relation),
        organisation_id=None,
        organisation_name=contact.org,
        user_id=None,
        email="a@example.org" if contact.reachable else "",
        phone="",
        known_since=contact.known_since,
        known_until=contact.known_until,
        at_org_until=contact.at_org_until,
        consent=kept.get(contact.consent, KeptConsent(contact.consent.value)),
        consent_from=contact.consent_from,
        consent_until=contact.consent_until,
        asked_at=datetime(2026, 11, 1, 12, tzinfo=UTC) if asked else None,
        answered_at=None,
    )


def known(contacts: tuple[Contact, ...], episodes: tuple[Episode, ...] = (), *, asked: bool = False) -> Gathered:
    lines = {
        each.id: line(each, NAMES[place] if place < len(NAMES) else f"Person {place}", place, asked=asked)
        for place, each in enumerate(contacts)
    }
    return Gathered(contacts, episodes, lines, {}, {})


def person(number: int, since: date = date(2020, 1, 1), **values: Any) -> Contact:
    return Contact(id=f"c{number}", person=f"p{number}", org=values.pop("org", f"o{number}"), known_since=since, **values)


def said(*contacts: Contact, asked: bool = False, **wanted: Any) -> str:
    requirement = Requirement(as_of=TODAY, **{"known_months": 24, "window_months": 0, **wanted})
    found = known(contacts, asked=asked)
    return str(headline(plan_gathered(requirement, found), requirement, found))


LATE = date(2025, 5, 14)
NOT_ASKED = {"consent": Consent.PENDING}


@pytest.mark.parametrize(
    ("wanted", "contacts", "words"),
    [
        (2, [], "You have nobody on your list yet. Add somebody who knows you well."),
        (1, [person(0)], "The one person you need is ready now."),
        (3, [person(0), person(1), person(2)], "All 3 are ready now."),
        (3, [person(0), person(1), person(2, LATE)], "2 of 3 are ready now; the third on 14 May 2027."),
        (2, [person(0), person(1, LATE)], "1 of 2 is ready now; the second on 14 May 2027."),
        (3, [person(0), person(1, LATE), person(2, LATE)], "1 of 3 is ready now; all of them on 14 May 2027."),
        (1, [person(0, LATE)], "Nobody is ready now. The one you need is ready on 14 May 2027."),
        (2, [person(0), person(1, **NOT_ASKED)], "1 of 2 is ready. Ask Bo: then 2 of 2 are ready."),
        (
            3,
            [person(0), person(1, **NOT_ASKED), person(2, **NOT_ASKED)],
            "1 of 3 is ready. Ask Bo and Cy: then 3 of 3 are ready.",
        ),
        (1, [person(0, **NOT_ASKED)], "Nobody is ready yet. Ask Ana: then you have the one you need."),
        (2, [person(0), person(1, LATE, **NOT_ASKED)], "1 of 2 is ready. Ask Bo: then all are ready on 14 May 2027."),
        (2, [person(0), person(1, reachable=False)], "1 of 2 is ready. Do the steps below with Bo: then 2 of 2 are ready."),
        (2, [person(0)], "1 of 2 is ready now. You need to add somebody else."),
        (
            2,
            [person(0, consent=Consent.DECLINED)],
            "Nobody on your list can be ready for this job. You need to add somebody else.",
        ),
    ],
)
def test_the_first_sentence_says_how_it_stands(wanted: int, contacts: list[Contact], words: str) -> None:
    assert said(*contacts, referees=wanted) == words


def test_who_was_asked_is_not_to_be_asked_again() -> None:
    words = said(person(0), person(1, **NOT_ASKED), asked=True)
    assert words == "1 of 2 is ready. Get a yes from Bo: then 2 of 2 are ready."


def test_enough_people_from_too_few_places_are_not_enough() -> None:
    here = person(0, org="Hub"), person(1, org="Hub")
    few = "You have enough people, but not from 2 different places."
    assert said(*here, min_orgs=2) == few
    assert said(*here, person(2, **NOT_ASKED), min_orgs=2) == f"{few} Ask Cy: then it is enough."
    assert said(*here, person(2, LATE), min_orgs=2) == f"{few} It is enough on 14 May 2027."
    assert said(*here, person(2, LATE, **NOT_ASKED), min_orgs=2) == f"{few} Ask Cy: then it is enough on 14 May 2027."


def test_no_place_is_no_place_and_the_page_asks_for_it() -> None:
    contacts = (person(0, org="Hub"), person(1, org=""), person(2, LATE, org="Shop"))
    few = "You have enough people, but not from 2 different places."
    assert said(*contacts, min_orgs=2) == f"{few} It is enough on 14 May 2027."
    assert said(contacts[0], contacts[1], min_orgs=2) == few
    assert said(contacts[0], contacts[1]) == "All 2 are ready now."
    found, requirement = known(contacts), Requirement(as_of=TODAY, window_months=0, min_orgs=2)
    told = people_words(plan_gathered(requirement, found), requirement, found)
    assert ["Add where you know them from." in " ".join(map(str, each.why)) for each in told] == [False, True, False]


@given(NUMBERS)
def test_places_count_as_somebody_counting_by_hand_would(number: int) -> None:
    """On as_of: enough people, and enough places among those people's best rows that have one."""
    asked = question(number)
    requirement = replace(asked.requirement, min_orgs=1 + number % 3, referees=1 + number % 2)
    contacts = tuple(replace(each, org="") if place % 3 == 1 else each for place, each in enumerate(asked.contacts))
    plan = plan_gathered(requirement, known(contacts, asked.episodes))
    alone = plan_references(replace(requirement, min_orgs=1), contacts, asked.episodes)
    by_id = {each.id: each for each in contacts}
    places = {by_id[each].org for each in alone.qualify_now} - {""}
    enough = len(alone.qualify_now) >= requirement.referees and (requirement.min_orgs == 1 or len(places) >= requirement.min_orgs)
    assert bool(plan.suggested) is enough
    assert (plan.referees_met_on == requirement.as_of) is enough
    if enough and requirement.min_orgs > 1:
        assert len({by_id[each].org for each in plan.suggested} - {""}) >= requirement.min_orgs
    if plan.ready_on is not None:
        assert plan.referees_met_on is not None
        assert plan.referees_met_on <= plan.ready_on


def test_asking_is_told_where_it_brings_the_day_nearer() -> None:
    contacts = (person(0), person(1, LATE), person(2, date(2025, 1, 14), **NOT_ASKED))
    requirement, found = Requirement(as_of=TODAY, window_months=0), known(contacts)
    plan = plan_references(requirement, contacts, ())
    assert str(headline(plan, requirement, found)) == "1 of 2 is ready now; the second on 14 May 2027."
    assert str(sooner_words(plan, requirement, found)) == "Ask Cy: then it is 14 January 2027."


def put_right(contact: Contact, plan: Plan) -> Contact:
    standing = next(each for each in plan.contacts if each.id == contact.id)
    if Reason.CONSENT_EXPIRED in standing.reasons:
        contact = replace(contact, consent_from=None, consent_until=None)
    return replace(contact, consent=Consent.GIVEN, reachable=True)


@given(NUMBERS)
def test_those_named_are_enough_on_that_day_and_none_of_them_too_many(number: int) -> None:
    asked = question(number)
    plan, found = asked.plan, known(asked.contacts)
    settle = to_settle(plan, asked.requirement, found)
    if settle is None:
        assert plan.referees_met_on_if_asked == plan.referees_met_on
        return

    def met_on(ids: tuple[str, ...]) -> date | None:
        contacts = [put_right(each, plan) if each.id in ids else each for each in asked.contacts]
        return plan_references(asked.requirement, contacts, asked.episodes).referees_met_on

    assert met_on(settle.ids) == settle.on == plan.referees_met_on_if_asked
    for each in settle.ids:
        assert met_on(tuple(other for other in settle.ids if other != each)) != settle.on


@given(NUMBERS)
def test_there_are_words_for_every_answer(number: int) -> None:
    asked: Question = question(number)
    plan, found = asked.plan, known(asked.contacts, asked.episodes)
    assert str(headline(plan, asked.requirement, found)).endswith(".")
    for words in (years_words(plan, asked.requirement), ready_words(plan, asked.requirement, found)):
        assert words is None or str(words).endswith(".")
    people = people_words(plan, asked.requirement, found)
    assert sorted(found.lines.values(), key=lambda each: each.id) == sorted(
        (each.line for each in people), key=lambda each: each.id
    )
    for each in people:
        assert all(str(sentence) for sentence in each.why)
        assert each.status is Status.NOW or each.why
        assert (each.step is NextStep.NOTHING) or each.can_be_settled


@given(NUMBERS)
def test_who_is_ready_stands_first(number: int) -> None:
    asked = question(number)
    people = people_words(asked.plan, asked.requirement, known(asked.contacts))
    ranks = [(Status.NOW, Status.LATER, Status.BLOCKED).index(each.status) for each in people]
    assert ranks == sorted(ranks)
    suggested = [each.is_suggested for each in people]
    assert suggested == sorted(suggested, reverse=True)


def one(contact: Contact, *, asked: bool = False, **wanted: Any) -> PersonAnswer:
    requirement = Requirement(as_of=TODAY, **wanted)
    return people_words(plan_references(requirement, [contact], ()), requirement, known((contact,), asked=asked))[0]


@pytest.mark.parametrize(
    ("contact", "state", "why", "step"),
    [
        (person(0), "Ready now", [], NextStep.NOTHING),
        (person(0, consent_until=date(2027, 1, 1)), "Ready now", ["This holds until 1 January 2027."], NextStep.NOTHING),
        (
            person(0, LATE),
            "Ready on 14 May 2027",
            ["They will then have known you for 2 years. Nothing to do but go on."],
            NextStep.NOTHING,
        ),
        (
            person(0, **NOT_ASKED),
            "Not ready yet",
            ["They have not said yes. Ask them first.", "When they say yes, they are ready."],
            NextStep.ASK,
        ),
        (
            person(0, LATE, reachable=False),
            "Not ready yet",
            ["We have no email or phone of theirs. An employer needs one.", "Then they are ready on 14 May 2027."],
            NextStep.REACH,
        ),
        (
            person(0, date(2024, 1, 1), known_until=date(2025, 8, 15)),
            "Not for this job",
            ["They knew you for 1 year 7 months. The job asks for 2 years.", "It is too short by 4 months."],
            NextStep.NOTHING,
        ),
        (
            person(0, consent_until=date(2026, 10, 1)),
            "Not ready yet",
            ["Their yes has ended. Ask them again.", "When they say yes, they are ready."],
            NextStep.ASK_AGAIN,
        ),
        (person(0, consent=Consent.DECLINED), "Not for this job", ["They said no. That is their choice."], NextStep.NOTHING),
        (
            person(0, relation="friend", **NOT_ASKED),
            "Not for this job",
            ["The job does not take somebody like them."],
            NextStep.NOTHING,
        ),
        (person(0, relation="friend"), "Not for this job", ["The job does not take somebody like them."], NextStep.NOTHING),
    ],
)
def test_each_person_is_told_with_what_to_do(contact: Contact, state: str, why: list[str], step: NextStep) -> None:
    found = one(contact)
    assert (str(found.state), [str(each) for each in found.why], found.step) == (state, why, step)


def test_who_was_asked_has_not_answered_yet() -> None:
    found = one(person(0, **NOT_ASKED), asked=True)
    assert (str(found.why[0]), found.step) == ("You asked on 1 November 2026. They have not answered yet.", NextStep.WAIT)


def test_years_are_told_as_far_as_the_job_asks_about_them() -> None:
    requirement = Requirement(as_of=TODAY, referees=1, window_months=36)
    whole = Episode(id="e", org="o", start=date(2020, 1, 1))

    def years(*episodes: Episode, **changes: Any) -> str:
        asked = replace(requirement, **changes)
        return str(years_words(plan_references(asked, (), episodes), asked))

    assert years(window_months=0) == "None"
    assert years() == "Nothing shows what you did in the last 3 years yet."
    assert years(whole) == "The last 3 years have no gap."
    ended = replace(whole, end=date(2026, 11, 1))
    assert years(ended) == "The last 3 years have only short gaps. The job allows them."
    assert years(ended, max_gap_days=10) == "There is 1 gap in the last 3 years that is too long."
    parts = (replace(whole, end=date(2024, 11, 1)), replace(whole, id="f", start=date(2025, 3, 1), end=date(2026, 1, 1)))
    assert years(*parts) == "There are 2 gaps in the last 3 years that are too long."


def test_a_day_for_all_of_it_is_told_as_what_may_come() -> None:
    requirement = Requirement(as_of=TODAY, referees=1, window_months=12)
    contacts, spell = (person(0),), Episode(id="e", org="o", start=date(2026, 5, 1))

    def ready(contacts: tuple[Contact, ...], *episodes: Episode) -> str:
        return str(ready_words(plan_references(requirement, contacts, episodes), requirement, known(contacts, episodes)))

    assert ready(contacts, spell) == "If you keep volunteering as now, all of it is ready on 31 March 2027."
    assert ready((), spell) == "We can not name a day yet when all of it is ready. See below what helps."
    assert ready(contacts, replace(spell, start=date(2020, 1, 1))) == "None"


@pytest.mark.parametrize(
    ("months", "words"), [(1, "1 month"), (11, "11 months"), (12, "1 year"), (30, "2 years 6 months"), (0, "0 months")]
)
def test_months_are_told_as_people_say_them(months: int, words: str) -> None:
    assert str(months_words(months)) == words


@pytest.mark.parametrize(("names", "words"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")])
def test_names_stand_in_a_sentence(names: list[str], words: str) -> None:
    assert str(names_words(names)) == words


def test_a_requirement_is_told_in_plain_words() -> None:
    asked = {"referees": 3, "known_months": 30, "window_months": 60, "max_gap_days": 28, "min_orgs": 2, "must_be_at_org": True}
    assert requirement_words(asked | {"max_inactivity_days": 56}) == [
        "3 people who can give a reference.",
        "They come from at least 2 different places.",
        "Each has known the person for 2 years 6 months.",
        "Each is still at the place they know the person from.",
        "Friends and family do not count.",
        "What the person did in the last 5 years is shown.",
        "No gap is longer than 28 days.",
        "Visits up to 56 days apart count as steady.",
    ]
    assert requirement_words({"referees": 1, "known_months": 0, "window_months": 0, "excluded": []}) == [
        "1 person who can give a reference."
    ]
    assert "There is no gap at all." in requirement_words({"max_gap_days": 0})


@pytest.mark.parametrize(
    ("known", "window", "words"),
    [
        (24, 36, "2 people, known for 2 years; the last 3 years"),
        (24, 0, "2 people, known for 2 years"),
        (0, 36, "2 people; the last 3 years"),
        (0, 0, "2 people"),
    ],
)
def test_what_matters_most_is_told_in_a_few_words(known: int, window: int, words: str) -> None:
    assert str(short_words({"known_months": known, "window_months": window})) == words


@pytest.mark.parametrize("asked", [{"referees": 0}, {"refrees": 1}, {"window_months": "36"}, {"excluded": "friend"}])
def test_what_is_no_requirement_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        requirement_words(asked)


def test_a_requirement_keeps_its_numbers_and_names_all_of_them() -> None:
    tidy = tidy_asked({"referees": 3, "excluded": ["friend", "family"]})
    assert tidy == tidy_asked(tidy)
    assert tidy["excluded"] == ["family", "friend"]
    assert on_day(tidy, TODAY) == Requirement(as_of=TODAY, referees=3)
