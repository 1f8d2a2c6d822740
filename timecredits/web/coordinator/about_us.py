"""What the organisation needs to be ready, as its own staff see it; and whether it is on hold."""

from flask import render_template, url_for
from flask_babel import gettext as _

from timecredits.foundation import clock
from timecredits.hours.started import find_started
from timecredits.network.onboarding import Checklist, Started, Step, find_checklist
from timecredits.network.organisations import find_organisation_here
from timecredits.network.permissions import KEEP_ACTIVITIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.onboarding_words import agreement_said, rows_of


@blueprint.context_processor
def _readiness() -> dict[str, object]:
    """Let the first page say what is missing (coordinator/about_us_card.html)."""
    return {"our_readiness": _checklist, "agreement_said": agreement_said}


@blueprint.get("/getting-ready")
@allow(KEEP_ACTIVITIES)
def getting_ready() -> str:
    """The five things, and where to do each."""
    listed = _checklist()
    return render_template(
        "coordinator/about_us_ready.html",
        listed=listed,
        agreement=agreement_said(listed),
        rows=rows_of(listed, _links(listed), own=True),
    )


def _checklist() -> Checklist:
    session, who = db.session(), actor()
    row = find_organisation_here(session, who.programme, who.organisation)
    started = find_started(session, who.programme, [row.id]).get(row.id, Started())
    return find_checklist(session, row, started, today=clock.today())


def _links(listed: Checklist) -> dict[Step, tuple[str, str]]:
    """Where its staff see to a step themselves; the others are the programme's to note."""
    done = {each.step for each in listed.steps if each.is_done}
    earning = _("See your activities") if Step.ACTIVITIES in done else _("Add an activity")
    where = "coordinator.activities" if Step.ACTIVITIES in done else "coordinator.activity_new"
    links = {Step.ACTIVITIES: (url_for(where), earning)}
    if Step.ACTIVITIES in done:
        meeting = _("See coming sessions") if Step.SESSIONS in done else _("Choose an activity")
        links[Step.SESSIONS] = (
            url_for("coordinator.sessions" if Step.SESSIONS in done else "coordinator.activities"),
            meeting,
        )
    return links
