"""The API's room. It knows bearer keys only: no cookies, so no forged forms either."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
