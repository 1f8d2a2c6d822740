"""What came of it, on the programme's page: counted by kind and year."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from timecredits.foundation import clock
from timecredits.insight.outcomes import OutcomeCounts, outcome_counts
from timecredits.journey.learning_models import OutcomeKind
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.programme.blueprint import blueprint


@blueprint.context_processor
def _outcomes() -> dict[str, Callable[..., Any]]:
    return {"outcome_counts": _counts, "outcome_names": _names}


def _counts() -> OutcomeCounts:
    return outcome_counts(db.session(), actor().programme, today=clock.today())


def _names() -> dict[str, str]:
    return {
        OutcomeKind.WORK.value: _("Started work"),
        OutcomeKind.TRAINING.value: _("Started training"),
        OutcomeKind.COURSE.value: _("Started a course"),
        OutcomeKind.STILL_VOLUNTEERING.value: _("Still volunteering"),
    }
