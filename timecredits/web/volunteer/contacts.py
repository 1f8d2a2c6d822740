"""Whom to ask, for the pages that say "ask your coordinator"."""

from collections.abc import Callable

from timecredits.network.contacts import Contact, contacts_of
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.context_processor
def _contacts() -> dict[str, Callable[[], list[Contact]]]:
    """Let a page ask, on the pages that do."""
    return {"my_contacts": lambda: contacts_of(db.session(), actor().programme, actor().volunteer)}
