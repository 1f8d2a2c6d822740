"""A person's own page: what they did, what they learnt, what they want, and one next step."""

from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from timecredits.foundation import clock
from timecredits.insight.impact.answering import count_waiting
from timecredits.journey.learning.journey_page import Journey, own_journey
from timecredits.journey.learning.next_step import Step
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

_GOALS_SHOWN = 3
_STEPS = {
    Step.FIND_ACTIVITY: (
        lazy_gettext("Find a way to help"),
        lazy_gettext("You have no hours yet. Each hour counts."),
        lazy_gettext("See ways to help"),
        "volunteer.activities",
    ),
    Step.RENEW_TRAINING: (
        lazy_gettext("Your training runs out"),
        lazy_gettext("Some of it ends soon, or has ended. You can look for a new course."),
        lazy_gettext("See my training"),
        "volunteer.training",
    ),
    Step.ASK_FOR_LETTER: (
        lazy_gettext("Get a letter"),
        lazy_gettext("You gave 20 hours or more. A letter can show it to an employer."),
        lazy_gettext("See my letters"),
        "volunteer.references",
    ),
    Step.LOOK_AT_GOAL: (
        lazy_gettext("Look at a goal"),
        lazy_gettext("The day you chose has gone by. That is fine. You can pick a new day."),
        lazy_gettext("Look at this goal"),
        "volunteer.goal",
    ),
    Step.DATE_GOAL: (
        lazy_gettext("Pick a day for a goal"),
        lazy_gettext("One of your goals has no day yet. A day can help."),
        lazy_gettext("Pick a day"),
        "volunteer.goal",
    ),
    Step.WRITE_NOTE: (
        lazy_gettext("Write a private note"),
        lazy_gettext("What did you learn last time? It is good to have when you look for a job."),
        lazy_gettext("Write a note"),
        "volunteer.reflection_new",
    ),
    Step.SET_GOAL: (
        lazy_gettext("Set a goal"),
        lazy_gettext("What do you want to do next? Only you see it."),
        lazy_gettext("Set a goal"),
        "volunteer.goal_new",
    ),
    Step.MAKE_CV: (
        lazy_gettext("Use it in your CV"),
        lazy_gettext("We made lines from what you did. You can copy them."),
        lazy_gettext("See the lines"),
        "volunteer.cv",
    ),
    Step.GO_ON: (
        lazy_gettext("Keep going"),
        lazy_gettext("Every hour you give is added here."),
        lazy_gettext("See my hours"),
        "volunteer.hours",
    ),
}
"""Title, why, what the button says, and the page it leads to."""


@blueprint.get("/journey")
@allow(KEEP_OWN_JOURNEY)
def journey() -> str:
    """Show my hours, training, goals, letters, and one thing that I could do next."""
    found = own_journey(db.session(), current_app.config["KEYRING"], actor().programme, actor().volunteer, today=clock.today())
    return render_template(
        "volunteer/journey.html",
        found=found,
        step=_step_words(found),
        goals=found.open_goals[:_GOALS_SHOWN],
        papers=_papers(found),
        questions=count_waiting(db.session(), actor().programme, actor().volunteer),
    )


def _step_words(found: Journey) -> dict[str, Any]:
    """The next step in words: a title, why, what the button says, and where it leads."""
    title, text, button, endpoint = _STEPS[found.step.step]
    href = url_for(endpoint, goal_id=found.step.about) if endpoint == "volunteer.goal" else url_for(endpoint)
    return {"title": title, "text": text, "button": button, "href": href}


def _papers(found: Journey) -> list[dict[str, Any]]:
    """What shows others what I did."""
    usable = sum(letter.can_download for letter in found.letters)
    rows = [
        ("volunteer.references", _("Letters"), _("You have %(num)s", num=usable) if usable else _("None yet"), "letter"),
        ("volunteer.packs", _("What you share"), _("Letters behind a link, for one job"), "letter"),
        ("volunteer.planner", _("What a job asks"), _("Who to ask, and when"), "calendar"),
        ("volunteer.referees", _("People who can speak for me"), "", "people"),
        ("volunteer.elsewhere", _("Time I gave at other places"), "", "hours"),
        ("volunteer.cv", _("Lines for a CV"), _("To copy and change"), "print"),
    ]
    return [{"title": title, "detail": detail, "href": url_for(endpoint), "icon": icon} for endpoint, title, detail, icon in rows]
