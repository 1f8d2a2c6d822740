"""Lines for a CV: shown to be copied, and as a text file."""

from collections.abc import Sequence

from flask import Response, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from timecredits.foundation import clock
from timecredits.journey.learning.cv_section import CvPart, CvSection, cv_facts, cv_sections
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.filters import say
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/journey/cv")
@allow(KEEP_OWN_JOURNEY)
def cv() -> str:
    """Show the lines of the parts that I chose; all of them at first."""
    parts = _parts()
    names = {
        CvPart.ROLES: _("What I did"),
        CvPart.DAYS: _("From when to when"),
        CvPart.HOURS: _("How many hours"),
        CvPart.REGULARITY: _("How often I came"),
        CvPart.TRAINING: _("Training"),
        CvPart.SKILLS: _("Skills from my private notes"),
    }
    return render_template(
        "volunteer/cv.html",
        text=_as_text(_sections(parts)),
        is_empty=not _sections(list(CvPart)),
        parts=[(part.value, names[part], part in parts) for part in CvPart],
        file_href=url_for("volunteer.cv_file", chosen=1, part=[part.value for part in parts]),
    )


@blueprint.get("/journey/cv.txt")
@allow(KEEP_OWN_JOURNEY)
def cv_file() -> Response:
    """The same as a text file."""
    return file_answer(_as_text(_sections(_parts())), "text/plain; charset=utf-8", "cv-lines.txt")


def _parts() -> list[CvPart]:
    if "chosen" not in request.args:
        return list(CvPart)
    wanted = set(request.args.getlist("part"))
    return [part for part in CvPart if part.value in wanted]


def _sections(parts: Sequence[CvPart]) -> list[CvSection]:
    facts = cv_facts(db.session(), actor().programme, actor().volunteer, today=clock.today())
    return cv_sections(facts, parts, today=clock.today(), language=str(get_locale() or "en"))


def _as_text(sections: Sequence[CvSection]) -> str:
    return "\n\n".join("\n".join([say(each.heading), *map(say, each.lines)]) for each in sections)
