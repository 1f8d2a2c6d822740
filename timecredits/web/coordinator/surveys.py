"""An organisation asks its people how they are: its surveys and their results. What stands on paper is in surveys_paper."""

from uuid import UUID

from flask import Response as PlainResponse
from werkzeug.wrappers import Response

from timecredits.network.permissions import KEEP_OWN_SURVEYS
from timecredits.web import survey_views
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.survey_views import SurveyDesk


@blueprint.get("/surveys")
@allow(KEEP_OWN_SURVEYS)
def surveys() -> str:
    """Theirs, and those that the programme asks."""
    return survey_views.surveys_page(_desk())


@blueprint.route("/surveys/new", methods=["GET", "POST"])
@allow(KEEP_OWN_SURVEYS)
def survey_new() -> str | Response:
    """Write one down."""
    return survey_views.survey_new_page(_desk())


@blueprint.get("/surveys/<uuid:survey_id>")
@allow(KEEP_OWN_SURVEYS)
def survey(survey_id: UUID) -> str:
    """One of them, and its results."""
    return survey_views.survey_page(_desk(), survey_id)


@blueprint.get("/surveys/<uuid:survey_id>.csv")
@allow(KEEP_OWN_SURVEYS)
def survey_file(survey_id: UUID) -> PlainResponse | Response:
    """Its results as a file."""
    return survey_views.survey_csv_page(_desk(), survey_id)


@blueprint.post("/surveys/<uuid:survey_id>/start")
@allow(KEEP_OWN_SURVEYS)
def survey_start(survey_id: UUID) -> Response:
    """Begin."""
    return survey_views.survey_start_page(_desk(), survey_id)


@blueprint.post("/surveys/<uuid:survey_id>/close")
@allow(KEEP_OWN_SURVEYS)
def survey_close(survey_id: UUID) -> Response:
    """Close."""
    return survey_views.survey_close_page(_desk(), survey_id)


@blueprint.post("/surveys/<uuid:survey_id>/remove")
@allow(KEEP_OWN_SURVEYS)
def survey_remove(survey_id: UUID) -> Response:
    """Throw away."""
    return survey_views.survey_remove_page(_desk(), survey_id)


@blueprint.post("/surveys/<uuid:survey_id>/questions/<int:place>/out")
@allow(KEEP_OWN_SURVEYS)
def survey_out(survey_id: UUID, place: int) -> Response:
    """Take a question out."""
    return survey_views.survey_out_page(_desk(), survey_id, place)


def _desk() -> SurveyDesk:
    return SurveyDesk("coordinator", actor().organisation)
