"""The API's own description."""

from flask import Response

from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web.access import allow
from timecredits.web.api.blueprint import blueprint
from timecredits.web.api.describing import printed


@blueprint.get("/openapi.json")
@allow(READ_PUBLIC_PAGES)
def openapi() -> Response:
    """The description (OpenAPI 3.1), the same as `timecredits openapi` prints."""
    return Response(printed(), content_type="application/json")
