"""What a volunteer's home says about their credits: that some run out soon, or that they are on hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from timecredits.foundation import clock
from timecredits.network.contacts import Contact
from timecredits.network.models import Volunteer
from timecredits.spending.expiry import RunningOut, running_out_soon
from timecredits.spending.freezing import whom_to_ask
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@dataclass(frozen=True, slots=True)
class CreditNews:
    """`on_hold` is whom to ask, or None where credits can be used as usual."""

    on_hold: Contact | None
    running_out: list[RunningOut]


@blueprint.context_processor
def _news() -> dict[str, Callable[..., Any]]:
    """Let a page ask, on the pages that do."""

    def news(volunteer: Volunteer) -> CreditNews:
        session, who = db.session(), actor()
        found = running_out_soon(session, who.programme, [who.volunteer], clock.today())
        return CreditNews(whom_to_ask(session, who.programme, volunteer), found.get(who.volunteer, []))

    return {"credit_news": news}
