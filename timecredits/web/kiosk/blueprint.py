"""The room's blueprint, which its modules hang their pages on."""

from flask import Blueprint

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")
