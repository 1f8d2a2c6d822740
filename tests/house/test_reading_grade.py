"""Pages read easily: Flesch-Kincaid grade 5 or less, no sentence over 20 words (docs/design-system.md).

What is measured is the prose of the main part: blocks that end like a sentence. Names of people, places and groups stand in
<bdi> and count as one easy word, like the words of the glossary; pages under 100 words are read together.
To hold a new page, add its path to PATHS under who sees it.
"""

import re
import warnings
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from flask import Flask

from tests.house.addresses import THINGS
from tests.house.full_world import FullWorld, every_page
from tests.page_client import PageClient
from tests.web.volunteer.past import give_past
from tests.web.world import World, build_world
from timecredits.network.permissions import ActorKind
from timecredits.web.database import db
from timecredits.web.programme.setting_words import SETTINGS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # textstat asks setuptools for its word lists, which setuptools warns about
    import textstat

GRADE = 5.0
LONGEST = 20
FEWEST_WORDS = 100

PATHS: dict[str, list[str]] = {
    "visitor": [
        "/in/fenland/events",
        "/in/fenland/events?q=no-such-thing",
        "/",
        "/safety",
        "/help-now",
        "/in/fenland/concern",
        "/in/fenland/stories",
        "/privacy",
        "/sign-in",
        "/sign-in/password",
        "/sign-in/card",
        "/join",
        "/v",
        "/till/pair",
        "/kiosk/start",
        "/no-such-page",
        "/in/fenland/support",
        "/in/fenland/support?q=no-such-thing",
        "/in/fenland/support?q=kichen&near=ZZ9",
        "/in/fenland/support/print",
        "/in/fenland/ask",
        "/in/fenland/ask/saved",
        "/in/fenland/refer",
    ],
    "volunteer": [
        "/my/events",
        "/my/events?q=no-such-thing",
        "/my/",
        "/my/here",
        "/my/statement",
        "/my/hours",
        "/my/hours?view=role",
        "/my/hours/by-week",
        "/my/milestones",
        "/my/comments",
        "/my/comments/name",
        "/my/hours/log",
        "/my/hours/logged",
        "/my/passes",
        "/my/passes/new",
        "/my/at",
        "/my/places",
        "/my/places?near=CB7&q=nothing",
        "/my/places/near",
        "/my/places/print",
        "/my/activities",
        "/my/around",
        "/my/first-steps",
        "/my/first-steps/new",
        "/my/groups",
        "/my/groups?day=0&kind=rota",
        "/my/pair",
        "/my/sessions",
        "/my/sessions/past",
        "/my/calendar",
        "/my/reminders",
        "/my/letters",
        "/my/letters/ask",
        "/my/packs",
        "/my/packs/new",
        "/my/planner",
        "/my/planner?preset=nhs",
        "/my/planner?referees=two&known_years=nonsense",
        "/my/referees",
        "/my/referees/add",
        "/my/referees/new",
        "/my/elsewhere",
        "/my/elsewhere/new",
        "/my/journey",
        "/my/journey/training",
        "/my/journey/training/new",
        "/my/journey/private-notes",
        "/my/journey/private-notes/new",
        "/my/journey/goals",
        "/my/journey/goals/new",
        "/my/journey/news",
        "/my/journey/cv",
        "/my/settings",
        "/my/questions",
        "/my/settings/name",
        "/my/my-data",
        "/my/my-data/erase",
        "/my/settings/credits",
        "/my/card",
        "/my/give",
        "/my/gifts",
        "/my/apart",
        "/my/receive",
        "/my/helpers",
        "/my/helping",
        "/sign-in/choose",
    ],
    "other_volunteer": [
        "/my/",
        "/my/statement",
        "/my/hours",
        "/my/places",
        "/my/letters",
        "/my/journey",
        "/my/planner",
        "/my/referees",
    ],
    "coordinator": [
        "/coordinator/staff",
        "/coordinator/surveys",
        "/coordinator/surveys/new",
        "/coordinator/surveys/new?kind=loneliness",
        "/coordinator/surveys/new?kind=own",
        "/coordinator/surveys/new?kind=wellbeing",
        "/coordinator/surveys/paper",
        "/coordinator/around",
        "/coordinator/moderation",
        "/coordinator/moderation/decided",
        "/coordinator/stories",
        "/coordinator/stories/new",
        "/coordinator/events",
        "/coordinator/events/new",
        "/coordinator/",
        "/coordinator/support",
        "/coordinator/support?q=no-such-thing",
        "/coordinator/support/new",
        "/coordinator/attendance",
        "/coordinator/attendance/wall",
        "/coordinator/groups",
        "/coordinator/groups/new",
        "/coordinator/kiosks",
        "/coordinator/register",
        "/coordinator/hours/new",
        "/coordinator/approvals",
        "/coordinator/approvals/decided",
        "/coordinator/imports",
        "/coordinator/letters",
        "/coordinator/letters/new",
        "/coordinator/letters/phone",
        "/coordinator/letters/several",
        "/coordinator/letters/letterhead",
        "/coordinator/training",
        "/coordinator/shared-notes",
        "/coordinator/notes",
        "/coordinator/notes/new",
        "/coordinator/getting-ready",
        "/coordinator/people",
        "/coordinator/people/left",
        "/coordinator/people/left?q=nobody",
        "/coordinator/people/new",
        "/coordinator/people/credits-run-out",
        "/coordinator/pots",
        "/coordinator/apart",
        "/coordinator/cards",
        "/coordinator/cards/print",
        "/coordinator/activities",
        "/coordinator/activities/new",
        "/coordinator/sessions",
        "/coordinator/uses",
        "/coordinator/uses/told",
        "/coordinator/money",
        "/coordinator/money/price",
        "/coordinator/money/people",
        "/coordinator/money/donation",
    ],
    "owner": [
        "/coordinator/staff/invite",
        "/coordinator/staff/hand-over",
        "/coordinator/mentoring",
        "/coordinator/mentoring?show=ended",
        "/coordinator/mentoring/match",
        "/coordinator/mentoring/mentors",
        "/coordinator/mentoring/mentors/new",
        "/coordinator/report",
        "/coordinator/unused",
        "/coordinator/unused/places",
        "/coordinator/referrals",
        "/coordinator/referrals?show=ended",
        "/coordinator/referrals/new",
        "/coordinator/referrals/numbers",
    ],
    "venue_manager": [
        "/venue",
        "/venue/summary",
        "/venue/tills",
        "/venue/posters",
        "/venue/offers",
        "/venue/offers/new",
        "/venue/about",
        "/venue/prices",
        "/venue/totals",
    ],
    "manager": [
        "/programme/audit",
        "/programme/audit?who=no-such-name",
        "/programme/audit?from=tomorrow",
        "/programme/books",
        "/programme/data",
        "/programme/people-list",
        "/programme/duplicates",
        "/programme/duplicates/look-up",
        "/programme/merges",
        "/programme/privacy",
        "/programme/privacy/people",
        "/programme/privacy/contacts",
        "/programme/privacy/retention",
        "/programme/privacy/register",
        "/programme/privacy/assessment",
        "/programme/radar",
        "/programme/reports",
        "/programme/reversals",
        "/programme/reversals?words=no-such-word",
        "/programme/staff",
        "/programme/staff/invite",
        "/programme/venues/invite",
        "/programme/surveys",
        "/programme/surveys/new",
        "/programme/support",
        "/programme/support/new",
        "/programme/presets",
        "/programme/presets/new",
        "/programme/presets/nhs",
        "/programme/letters/phone",
        "/programme",
        "/programme/pots",
        "/programme/pots/new",
        "/programme/leads",
        "/programme/concerns/in-need",
        "/programme/organisations",
        "/programme/organisations?q=no-such-place",
        "/programme/organisations/new",
        "/programme/venues",
        "/programme/keys",
        "/programme/keys/new",
        "/programme/webhooks",
        "/programme/webhooks/new",
        "/programme/settings",
        *(f"/programme/settings/{name}" for name in SETTINGS),
        "/programme/settings/history",
        "/programme/settings/letterheads",
        "/programme/uses",
        "/programme/uses/told",
        "/programme/tills",
        "/programme/referrals",
    ],
    "till": ["/till", "/till/look-up", "/till/offline"],
    "kiosk": ["/kiosk", "/kiosk?choose=yes", "/kiosk/wall"],
}

_GLOSSARY = re.compile(
    r"\b(volunteer(s|ed|ing)?|coordinators?|organisations?|programmes?|activit(y|ies)|address(es)?|credits?|employers?|email)\b",
    re.IGNORECASE,
)
_BLOCKS = (
    "p, li, dt, dd, td, th, h1, h2, h3, legend, label, summary, caption, .govuk-hint, .govuk-error-message, .govuk-details__text"
)
_END = re.compile(r"(?<=[.?!])\s+")


def sentences(html: str) -> Iterator[str]:
    """Every sentence of the main part of a page, and what stands there without a full stop."""
    main = BeautifulSoup(html, "html.parser").select_one("main")
    assert main is not None
    for quiet in main.select("svg, script, [hidden], .govuk-exit-this-page, .govuk-warning-text__icon"):
        quiet.decompose()
    for name in main.select("bdi"):
        name.replace_with(NavigableString("Ely"))
    for block in main.select(_BLOCKS):
        if not block.select(_BLOCKS):
            text = " ".join(_text(block).split())
            yield from (_GLOSSARY.sub("letter", each) for each in _END.split(text) if each)


def _text(block: Tag) -> str:
    return block.get_text()


def prose(found: list[str]) -> str:
    """The sentences that end like one."""
    return " ".join(each for each in found if each[-1] in ".?!")


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        world = build_world(db.session())
        give_past(db.session(), world)
        db.session.commit()
    return world


@pytest.mark.parametrize("who", PATHS)
def test_pages_are_easy_to_read(client: PageClient, world: World, who: str) -> None:
    if who == "till":
        world.be_till(client)
    elif who == "kiosk":
        world.be_kiosk(client)
    elif who != "visitor":
        world.sign_in(client, who)
    check_reading(client, PATHS[who])


@pytest.mark.parametrize("kind", [ActorKind.VISITOR, ActorKind.VOLUNTEER, ActorKind.COORDINATOR, ActorKind.VENUE_MANAGER])
def test_pages_about_one_thing_are_easy_to_read(full_app: Flask, full_world: FullWorld, kind: ActorKind) -> None:
    """A letter, its answer to an employer, a register, a file looked at, an offer: whatever the addresses name."""
    client = full_world.become(PageClient(full_app), kind)
    addresses = [path for endpoint, path in every_page(full_app, full_world, kind) if endpoint in THINGS]
    answers = {path: client.http.get(path) for path in addresses}
    # The others are files, and questions of a request that nobody began in this browser, which lead to its beginning.
    found = [path for path, answer in answers.items() if answer.mimetype == "text/html" and answer.status_code == 200]
    check_reading(client, found)


def test_the_five_questions_of_a_request_are_easy_to_read(full_app: Flask, full_world: FullWorld) -> None:
    client = full_world.become(PageClient(full_app), ActorKind.VISITOR)
    begin = client.get("/in/fenland/ask").soup.select_one("main form[method=post]")
    assert begin is not None
    with client.http:
        client.http.post(str(begin["action"]), data={each["name"]: each.get("value", "") for each in begin.select("input")})
    check_reading(client, [f"/in/fenland/ask/{number}" for number in range(1, 6)])


def check_reading(client: PageClient, paths: list[str]) -> None:
    """Hold the pages at these addresses to the grade and the length."""
    check_texts({path: client.http.get(path).text for path in paths})


def check_texts(pages: dict[str, str]) -> None:
    """Hold pages, by what they are called, to the grade and the length."""
    short: list[str] = []
    graded: dict[str, float] = {}
    long = []
    for path, html in pages.items():
        found = list(sentences(html))
        assert found, path
        long += [f"{path}: {each}" for each in found if len(each.split()) > LONGEST]
        said = prose(found)
        if len(said.split()) < FEWEST_WORDS:
            short.append(said)
        else:
            graded[path] = textstat.flesch_kincaid_grade(said)
    if short:
        graded["the short pages together"] = textstat.flesch_kincaid_grade(" ".join(short))
    assert not long
    assert {path: grade for path, grade in graded.items() if grade > GRADE} == {}


def test_a_hard_page_is_noticed() -> None:
    hard = "Authorisation for the redemption of accumulated entitlements necessitates identification documentation."
    assert textstat.flesch_kincaid_grade(hard) > GRADE
    [found] = sentences(f"<main><p>{hard}</p></main>")
    assert prose([found]) == found


def test_names_and_glossary_words_weigh_little() -> None:
    found = list(sentences("<main><p>Ask <bdi>Łukasz Wiśniewski-Żak</bdi>, your coordinator.</p><li>Hours</li></main>"))
    assert found == ["Ask Ely, your letter.", "Hours"]
    assert prose(found) == "Ask Ely, your letter."
