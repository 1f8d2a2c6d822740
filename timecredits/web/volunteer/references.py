"""The letters about a volunteer: those there are, those asked for, and whom to ask."""

from collections.abc import Callable

from flask import render_template

from timecredits.foundation import clock
from timecredits.journey.letters.asked_letters import list_asked
from timecredits.journey.letters.letter_news import LetterNews, letter_news
from timecredits.journey.letters.listing import list_for_volunteer
from timecredits.journey.letters.people_to_ask import people_to_ask
from timecredits.network.permissions import SEE_OWN_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint
from timecredits.web.volunteer.reference_asking import known_for

_PEOPLE_SHOWN = 4


@blueprint.context_processor
def _news() -> dict[str, Callable[[], LetterNews]]:
    """Let a page ask, on the pages that do."""
    return {"letter_news": lambda: letter_news(db.session(), actor().programme, actor().volunteer)}


@blueprint.get("/letters")
@allow(SEE_OWN_REFERENCES)
def references() -> str:
    """Every letter issued about me, whether it still holds, how often it was checked, and how to get one more."""
    session, who = db.session(), actor()
    people = [each for each in people_to_ask(session, who.programme, who.volunteer) if each.minutes and not each.is_asked]
    return render_template(
        "volunteer/references.html",
        letters=list_for_volunteer(session, who.programme, who.volunteer),
        asked=list_asked(session, who.programme, who.volunteer),
        people=people[:_PEOPLE_SHOWN],
        more=len(people) > _PEOPLE_SHOWN,
        known_for=lambda person: known_for(person, clock.today()),
    )
