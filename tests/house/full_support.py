"""The support directory for the full world: an entry with everything said, long and old and called wrong, and a short one."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.directory.entry_facts import EntryFacts
from timecredits.community.directory.keeping import add_entry
from timecredits.community.directory.opening_hours import Open
from timecredits.community.directory.reports import say_wrong
from timecredits.community.directory.topics import ACCESS, LANGUAGES, TOPICS
from timecredits.community.directory_models import SupportCost, SupportFault
from timecredits.foundation import clock
from timecredits.foundation.db import new_id

LONG_NAME = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley Memorial Kitchen"
SUPPORT_PAGES = {
    "coordinator.support_change": {"entry_id": "support"},
    "coordinator.support_entry": {"entry_id": "support"},
    "programme.support_change": {"entry_id": "any_support"},
    "programme.support_entry": {"entry_id": "any_support"},
    "public.support": {"area": "support_area"},
    "public.support_print": {"area": "support_area"},
    "public.support_service": {"area": "support_area", "service_id": "any_support"},
    "public.support_wrong": {"area": "support_area", "service_id": "any_support"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def support_things(session: Session, here: tuple[UUID, UUID], *, actor_id: UUID) -> dict[str, str]:
    """An organisation's entries."""
    programme_id, organisation_id = here
    full = EntryFacts(
        LONG_NAME,
        "Bread, tins and a hot drink. You can sit down.",
        who_for="Anybody who is hungry.\nNo letter needed.",
        how_to_start="Walk in.",
        when_text="Closed on bank holidays.",
        openings=(*(Open(day, 540, 1020) for day in range(5)), Open(5, 1320, 120)),
        phone="01632 960111",
        text_number="07700 900111",
        email="hello@kitchen.example",
        website="https://a-very-long-name-for-a-kitchen-that-nobody-can-remember.example/with/a/long/way/to/it",
        address=("1 Quay Lane", "Ely"),
        postcode_district="CB7",
        cost=SupportCost.DONATION,
        cost_words="Tins are welcome",
        topics=tuple(TOPICS),
        languages=tuple(LANGUAGES),
        access_facts=tuple(ACCESS),
    )
    entry_id, short_id = new_id(), new_id()
    with clock.standing_at(clock.now() - timedelta(days=300)):
        add_entry(session, programme_id, organisation_id, full, entry_id=entry_id, actor_id=actor_id)
    for fault in SupportFault:
        say_wrong(session, programme_id, entry_id, fault, said_from="somewhere")
    short = EntryFacts("محمد علي", phone="0800 960960", always_open=True, is_online=True, is_helpline=True)
    add_entry(session, programme_id, organisation_id, short, entry_id=short_id, actor_id=actor_id)
    return {"support": str(entry_id), "any_support": str(entry_id), "support_area": "fenland"}


def no_such_support() -> dict[str, str]:
    """Any entry of the programme may be read by anybody: only one that isn't there is nobody's."""
    return {"any_support": str(new_id())}
