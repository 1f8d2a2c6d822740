"""A volunteer's own code, full size: shown, renewed, and replaced by what was just used."""

from uuid import UUID

from flask import current_app, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import qr_svg
from timecredits.network.permissions import SHOW_OWN_CODE
from timecredits.spending.code_page import CodePage, latest_use, make_code_page
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

_GROUP = 4


@blueprint.get("/code")
@allow(SHOW_OWN_CODE, writes=True)  # the typed form of the code is stored
def code() -> str:
    """The page that is held up at a till."""
    return render_template("volunteer/code.html", **_shown())


@blueprint.get("/code/fragment")
@allow(SHOW_OWN_CODE, writes=True)
def code_fragment() -> str:
    """The part of it that changes, for static/js/live_code.js."""
    return render_template("volunteer/code_part.html", **_shown())


@blueprint.get("/code/news")
@allow(SHOW_OWN_CODE)
def code_news() -> Response:
    """Whether credits were used since: 200 when there is something to show, 204 when not."""
    used = latest_use(db.session(), actor().programme, actor().volunteer, seen=_seen())
    return Response(status=204) if used is None else Response("used\n", mimetype="text/plain")


def _shown() -> dict[str, object]:
    keyring: Keyring = current_app.config["KEYRING"]
    seen = _seen()
    page = make_code_page(db.session(), keyring, actor().programme, actor().volunteer, seen=seen)
    return {"page": page, "seen": seen or "", "qr": _picture(page), "typed": _in_groups(page.code.typed)}


def _picture(page: CodePage) -> Markup:
    title = gettext("A square code to scan. The same code is written below.")
    return Markup(qr_svg(page.code.qr_text, title=title, level="M", alphanumeric=True))  # noqa: S704  our own drawing


def _in_groups(typed: str) -> str:
    return " ".join(typed[start : start + _GROUP] for start in range(0, len(typed), _GROUP))


def _seen() -> UUID | None:
    try:
        return UUID(request.args.get("seen", ""))
    except ValueError:
        return None
