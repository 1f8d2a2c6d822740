"""Every change of the programme's settings with who and when, also as a file; and which organisations have a letterhead."""

from typing import Final

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.csv_text import csv_text
from timecredits.network.models import Organisation
from timecredits.network.permissions import KEEP_SETTINGS
from timecredits.network.settings import setting_history
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.programme.setting_words import SETTINGS, value_text

_A_PAGE: Final = 50


@blueprint.get("/settings/history")
@allow(KEEP_SETTINGS)
def settings_history() -> str:
    """The changes of all settings, newest first."""
    changes = setting_history(db.session(), actor().programme)
    page = max(1, min(request.args.get("page", default=1, type=int), -(-len(changes) // _A_PAGE) or 1))
    first = (page - 1) * _A_PAGE
    return render_template(
        "programme/settings_history.html",
        changes=changes[first : first + _A_PAGE],
        has_more=first + _A_PAGE < len(changes),
        page=page,
        settings=SETTINGS,
        value_text=value_text,
    )


@blueprint.get("/settings/history.csv")
@allow(KEEP_SETTINGS)
def settings_history_csv() -> Response:
    """The same as a file for a spreadsheet."""
    rows = [
        [
            change.changed_at.astimezone(clock.LONDON).strftime("%Y-%m-%d %H:%M"),
            say(SETTINGS[change.name].title),
            say(value_text(change.name, change.before)),
            say(value_text(change.name, change.value)),
            change.changed_by,
        ]
        for change in setting_history(db.session(), actor().programme)
    ]
    columns = [_("When"), _("Setting"), _("Before"), _("From then on"), _("Who")]
    return csv_answer(csv_text(columns, rows), "changes-of-settings.csv")


@blueprint.get("/settings/letterheads")
@allow(KEEP_SETTINGS)
def settings_letterheads() -> str:
    """Which organisations have said what stands at the head of their letters, those that have not first."""
    rows = db.session().scalars(
        select(Organisation).where(Organisation.programme_id == actor().programme).order_by(Organisation.name, Organisation.id)
    )
    listed = sorted(rows, key=lambda row: bool(row.letter_address))
    return render_template("programme/settings_letterheads.html", organisations=listed)
