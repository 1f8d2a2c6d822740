"""The audit log: who did what, when, where and to what kind of thing; looked through, paged, and taken away as CSV."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Response as FlaskResponse
from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from timecredits.foundation.clock import LONDON
from timecredits.foundation.csv_text import csv_text
from timecredits.insight.books.audit_log import Asked, Who, WhoKind, read_all, read_log
from timecredits.insight.books.audit_words import GROUPS, ActGroup
from timecredits.insight.books.days import read_days
from timecredits.network.models import Organisation
from timecredits.network.permissions import READ_AUDIT
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.programme.blueprint import blueprint

__all__ = ["MOST_IN_FILE", "address_of", "kept_search", "who_text"]

MOST_IN_FILE: Final = 20_000
_LONGEST: Final = 100


@blueprint.get("/audit")
@allow(READ_AUDIT)
def audit() -> str:
    """Show what was done, newest first."""
    session, programme_id = db.session(), actor().programme
    organisations = _organisations()
    asked, wrong = _asked(organisations)
    page = read_log(session, programme_id, asked, after=request.args.get("after", ""))
    kept = kept_search()
    return render_template(
        "programme/audit.html",
        lines=[(line, who_text(line.who)) for line in page.lines],
        older=address_of(".audit", kept, after=page.next) if page.next else "",
        newest=address_of(".audit", kept) if request.args.get("after") else "",
        file=address_of(".audit_file", kept),
        asked=asked,
        is_searched=bool(kept),
        wrong=wrong,
        groups=[(group.value, say(words), group is asked.group) for group, words in GROUPS.items()],
        organisations=[(str(key), name, key == asked.organisation_id) for key, name in organisations.items()],
    )


@blueprint.get("/audit/audit.csv")
@allow(READ_AUDIT)
def audit_file() -> FlaskResponse:
    """The newest lines of what is looked for, as CSV."""
    asked, _wrong = _asked(_organisations())
    lines = read_all(db.session(), actor().programme, asked, most=MOST_IN_FILE)
    rows = (
        [
            line.at.astimezone(LONDON).isoformat(sep=" ", timespec="seconds"),
            who_text(line.who),
            say(line.did),
            line.organisation,
            say(line.thing) if line.thing is not None else "",
            line.short_id,
        ]
        for line in lines
    )
    columns = [_("When"), _("Who"), _("What"), _("Organisation"), _("About"), _("Number")]
    return csv_answer(csv_text(columns, rows), "audit.csv")


def who_text(who: Who) -> str:
    """Who did something, in words: staff by name, nobody else."""
    words = {
        WhoKind.STAFF: who.name,
        WhoKind.VOLUNTEER: _("A volunteer"),
        WhoKind.TILL: _("A till"),
        WhoKind.KEY: _("A key"),
        WhoKind.SERVICE: _("No one signed in"),
        WhoKind.OTHER: _("Somebody else"),
        WhoKind.QUIET: _("Not told here"),
    }
    return str(words[who.kind])


def kept_search() -> dict[str, str]:
    """What is looked for as it stands in the address, for links to more of it."""
    return {
        name: value[:_LONGEST]
        for name, value in request.args.items()
        if name in {"group", "who", "organisation", "kind", "words", "from", "to"} and value.strip()
    }


def address_of(endpoint: str, kept: Mapping[str, Any], **more: str) -> str:
    """A page of this room for the same search."""
    values: dict[str, Any] = {**kept, **more}
    return url_for(endpoint, **values)


def _organisations() -> dict[UUID, str]:
    rows = select(Organisation.id, Organisation.name).where(Organisation.programme_id == actor().programme)
    return {row.id: row.name for row in db.session().execute(rows.order_by(Organisation.name, Organisation.id))}


def _asked(organisations: dict[UUID, str]) -> tuple[Asked, tuple[str, str]]:
    """What is looked for, and the field that is wrong with why, or two empty texts. What is no such thing counts as not asked."""
    days, field, why = read_days(request.args)
    group = next((each for each in ActGroup if each.value == request.args.get("group")), None)
    place = next((key for key in organisations if str(key) == request.args.get("organisation")), None)
    staff = " ".join(request.args.get("who", "")[:_LONGEST].replace("\0", " ").split())
    return Asked(group, staff, place, days), (field, say(why) if why is not None else "")
