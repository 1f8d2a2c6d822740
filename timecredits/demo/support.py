"""A made-up directory: some forty services of nowhere, with numbers that ring nobody and sites that are not there."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.directory.entry_facts import EntryFacts
from timecredits.community.directory.keeping import add_entry, set_shown
from timecredits.community.directory.opening_hours import Open
from timecredits.community.directory.reports import say_wrong
from timecredits.community.directory_models import SupportCost, SupportFault
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import Organisation

_WEEKDAYS: Final = (0, 1, 2, 3, 4)
_RING: Final = "Ring and say what you need. They tell you what happens next."
_WALK_IN: Final = "Walk in. You need no letter and no booking."
_TOWNS: Final = {"Ely": "CB7", "Norwich": "NR1", "Cambridge": "CB1", "March": "PE15", "Wisbech": "PE13", "Thetford": "IP24"}


def _week(opens: int, closes: int, days: tuple[int, ...] = _WEEKDAYS) -> tuple[Open, ...]:
    return tuple(Open(day, opens * 60, closes * 60) for day in days)


# name, what it does, topics, town (or "" for phone and online), when
_SAMPLES: Final = (
    ("Sample Food Bank, Ely", "Three days of food for you and your family.", ("food",), "Ely", _week(10, 13, (0, 2, 4))),
    ("Sample Food Bank, Norwich", "Food, nappies and toiletries.", ("food", "family"), "Norwich", _week(11, 14, (1, 3))),
    (
        "Sample Soup Table",
        "A hot meal and company, every evening.",
        ("food", "loneliness"),
        "Cambridge",
        _week(18, 20, tuple(range(7))),
    ),
    ("Sample Community Fridge", "Take what you need. Leave what you can.", ("food",), "March", _week(9, 17)),
    ("Sample Debt Help", "A calm talk about bills, and a plan.", ("money", "legal"), "Norwich", _week(9, 17)),
    ("Sample Warm Homes", "Help with heating bills and cold rooms.", ("money", "housing"), "Ely", _week(9, 16)),
    ("Sample Savers Union", "Small loans without high cost.", ("money",), "Wisbech", _week(10, 15)),
    (
        "Sample Night Shelter",
        "A bed for tonight. Come by eight.",
        ("housing",),
        "Cambridge",
        tuple(Open(day, 1200, 480) for day in range(7)),
    ),
    ("Sample Rent Advice", "For people behind with the rent.", ("housing", "legal"), "Norwich", _week(9, 17)),
    ("Sample Move On", "Finding and keeping a room of your own.", ("housing", "young_people"), "March", _week(9, 15, (0, 1, 3))),
    (
        "Sample Listening Line",
        "Talk at night to somebody who listens.",
        ("mental_health", "loneliness"),
        "",
        tuple(Open(day, 1140, 120) for day in range(7)),
    ),
    ("Sample Quiet Room", "Sit, breathe, have tea. Nobody asks.", ("mental_health",), "Ely", _week(10, 16, (1, 3, 5))),
    ("Sample Talking Therapy", "Six talks with a counsellor.", ("mental_health",), "Norwich", _week(9, 18)),
    (
        "Sample Walk and Talk",
        "A slow walk by the river.",
        ("mental_health", "physical_health", "loneliness"),
        "Ely",
        _week(10, 12, (2,)),
    ),
    ("Sample Nurse Bus", "A nurse without a booking.", ("physical_health",), "Wisbech", _week(9, 12, (0, 3))),
    ("Sample Pain Group", "Living with pain, together.", ("physical_health", "disability"), "Cambridge", _week(14, 16, (1,))),
    ("Sample Recovery House", "For people who want to stop drinking or using.", ("addiction",), "Norwich", _week(9, 17)),
    ("Sample Sober Saturdays", "A night out without a drink.", ("addiction", "loneliness"), "Cambridge", _week(19, 22, (5,))),
    ("Sample Safe Home", "For anyone scared of somebody at home.", ("domestic_abuse", "housing"), "", ()),
    ("Sample Carers’ Tea", "Two hours off for people who care for somebody.", ("carers",), "March", _week(14, 16, (3,))),
    ("Sample Respite Sitters", "Somebody sits in while you go out.", ("carers", "older_people"), "Ely", _week(9, 17)),
    ("Sample Little Steps", "Play and chat for parents of small children.", ("family",), "Thetford", _week(9, 11, (1, 4))),
    ("Sample Family Talk", "When it is hard between parents and children.", ("family", "young_people"), "Norwich", _week(9, 17)),
    ("Sample Youth Loft", "A place to hang out after school.", ("young_people",), "Wisbech", _week(15, 19)),
    ("Sample Exam Nerves", "For students who can’t sleep.", ("young_people", "mental_health"), "", _week(16, 20)),
    (
        "Sample Lunch Bunch",
        "A cooked lunch for older people.",
        ("older_people", "food", "loneliness"),
        "Thetford",
        _week(12, 14, (2, 4)),
    ),
    ("Sample Handy Help", "Small repairs at home for older people.", ("older_people", "housing"), "March", _week(9, 16)),
    ("Sample Job Club", "CVs, forms and a computer to use.", ("work",), "Wisbech", _week(10, 13, (0, 2))),
    ("Sample Second Start", "Courses for people who left school early.", ("work", "young_people"), "Norwich", _week(9, 17)),
    ("Sample Law Clinic", "Half an hour with a lawyer, for nothing.", ("legal",), "Cambridge", _week(17, 19, (1,))),
    ("Sample Benefits Desk", "Help with forms, reviews and appeals.", ("legal", "money", "disability"), "Ely", _week(9, 13)),
    ("Sample Wheels and Ways", "Advice by and for disabled people.", ("disability",), "Norwich", _week(10, 16)),
    ("Sample Signing Café", "Coffee in sign language.", ("disability", "loneliness"), "Cambridge", _week(10, 12, (5,))),
    ("Sample Grief Group", "For people who have lost somebody.", ("bereavement",), "Ely", _week(18, 20, (0,))),
    ("Sample Chatty Bench", "Somebody is there every morning.", ("loneliness",), "Thetford", _week(10, 12, tuple(range(7)))),
    ("Sample Welcome Hub", "First help for people new to the country.", ("newcomers", "legal"), "Norwich", _week(9, 16)),
    ("Sample English Together", "Learn English over lunch.", ("newcomers", "work"), "Wisbech", _week(12, 14, (1, 3))),
    ("Sample Rainbow Room", "A friendly evening for LGBT+ people.", ("lgbt", "loneliness"), "Cambridge", _week(18, 21, (3,))),
    ("Sample After a Crime", "Somebody beside you, whether or not you told the police.", ("victims",), "", _week(9, 17)),
    ("Sample Village Minibus", "Lifts to the doctor and the shops.", ("transport", "older_people"), "March", _week(8, 18)),
)
_ALWAYS: Final = {"Sample Safe Home"}
_LANGUAGES: Final = {"newcomers": ("pl", "uk", "ar", "other"), "domestic_abuse": ("pl", "other")}
_PAID: Final = {"Sample Lunch Bunch", "Sample Village Minibus", "Sample Talking Therapy"}
_OLD: Final = {"Sample Pain Group": 700, "Sample Job Club": 220, "Sample Little Steps": 200, "Sample Warm Homes": 190}
"""Entries that nobody has looked at for so many days."""
_DEAD_LINK: Final = "Sample Wheels and Ways"
_CLOSED: Final = "Sample Exam Nerves"
_HELPLINE: Final = "Sample Listening Line"


def keep_sample_support(session: Session, programme_id: UUID, *, actor_id: UUID | None) -> None:
    """Fill the directory: some entries kept by the programme, some by its organisations; some due, one very old, one reported."""
    keepers = session.scalars(
        select(Organisation.id).where(Organisation.programme_id == programme_id).order_by(Organisation.slug)
    ).all()
    for number, (name, summary, topics, town, openings) in enumerate(_SAMPLES):
        keeper = None if number % 3 else keepers[number // 3 % len(keepers)]
        facts = _facts(number, name, summary, topics, town, openings)
        with clock.standing_at(clock.now() - timedelta(days=_OLD.get(name, number % 60))):
            entry = add_entry(session, programme_id, keeper, facts, entry_id=new_id(), actor_id=actor_id)
        if name == _DEAD_LINK:
            say_wrong(session, programme_id, entry.id, SupportFault.LINK, said_from="sample")
        if name == _CLOSED:
            set_shown(session, programme_id, entry.id, shown=False, actor_id=actor_id)


def _facts(number: int, name: str, summary: str, topics: tuple[str, ...], town: str, openings: tuple[Open, ...]) -> EntryFacts:
    site = "".join(letter for letter in name.casefold() if letter.isascii() and letter.isalnum())
    return EntryFacts(
        name,
        f"{summary} Made up for this demo.",
        who_for="Anybody who lives round here.",
        how_to_start=_WALK_IN if town and number % 2 else _RING,
        when_text="Closed on bank holidays." if openings else "",
        always_open=name in _ALWAYS,
        openings=openings,
        phone=f"01632 960{200 + number}",  # kept free for stories by Ofcom
        email=f"hello@{site}.example",
        website=f"https://{site}.example",
        address=(f"{number + 1} Example Street", town) if town else (),
        postcode_district=_TOWNS.get(town, ""),
        is_online=not town,
        cost=SupportCost.LOW if name in _PAID else SupportCost.FREE,
        topics=topics,
        languages=tuple(language for topic in topics for language in _LANGUAGES.get(topic, ())),
        access_facts=("step_free", "toilet", "bus", "bring")[: number % 5] if town else (),
        is_helpline=name == _HELPLINE,
    )
