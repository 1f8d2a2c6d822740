"""Every reversal with its reason: looked through, paged, and taken away as CSV."""

from collections.abc import Iterator
from typing import Final

from flask import Response as FlaskResponse
from flask import render_template, request
from flask_babel import gettext as _

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.clock import LONDON
from timecredits.foundation.csv_text import csv_text
from timecredits.insight.books.days import read_days
from timecredits.insight.books.reversals import KINDS, AskedBack, Back, read_every_reversal, read_reversals
from timecredits.network.permissions import READ_AUDIT
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.programme.audit import MOST_IN_FILE, address_of, kept_search, who_text
from timecredits.web.programme.blueprint import blueprint

_LONGEST: Final = 100


@blueprint.get("/reversals")
@allow(READ_AUDIT)
def reversals() -> str:
    """Show what was taken back, newest first."""
    asked, wrong = _asked()
    page = read_reversals(db.session(), actor().programme, asked, after=request.args.get("after", ""))
    kept = kept_search()
    return render_template(
        "programme/reversals.html",
        lines=[(line, say(KINDS[line.kind]), who_text(line.who)) for line in page.lines],
        older=address_of(".reversals", kept, after=page.next) if page.next else "",
        newest=address_of(".reversals", kept) if request.args.get("after") else "",
        file=address_of(".reversals_file", kept),
        asked=asked,
        is_searched=bool(kept),
        wrong=wrong,
        kinds=[(kind.value, say(words), kind is asked.kind) for kind, words in KINDS.items()],
    )


@blueprint.get("/reversals/reversals.csv")
@allow(READ_AUDIT)
def reversals_file() -> FlaskResponse:
    """The newest of what is looked for, as CSV."""
    asked, _wrong = _asked()
    lines = read_every_reversal(db.session(), actor().programme, asked, most=MOST_IN_FILE)
    columns = [_("When"), _("What it was"), _("Credits"), _("Of which day"), _("Why"), _("Who"), _("Number")]
    return csv_answer(csv_text(columns, _rows(lines)), "reversals.csv")


def _rows(lines: Iterator[Back]) -> Iterator[list[str | int | float]]:
    for line in lines:
        yield [
            line.at.astimezone(LONDON).isoformat(sep=" ", timespec="seconds"),
            say(KINDS[line.kind]),
            round(line.minutes / MINUTES_A_CREDIT, 2),
            line.day.isoformat(),
            line.reason,
            who_text(line.who),
            line.short_id,
        ]


def _asked() -> tuple[AskedBack, tuple[str, str]]:
    """What is looked for, and the field that is wrong with why, or two empty texts. What is no such thing counts as not asked."""
    days, field, why = read_days(request.args)
    kind = next((each for each in KINDS if each.value == request.args.get("kind")), None)
    words = " ".join(request.args.get("words", "")[:_LONGEST].replace("\0", " ").split())
    return AskedBack(kind, words, days), (field, say(why) if why is not None else "")
