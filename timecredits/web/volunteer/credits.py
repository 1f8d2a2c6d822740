"""What a volunteer has: the home page and the statement."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _

from timecredits.hours.history.hour_history import hour_totals
from timecredits.hours.planning.my_sessions import next_of_mine
from timecredits.network.merged_records import merged_records
from timecredits.network.models import Volunteer
from timecredits.network.permissions import SEE_OWN_CREDITS
from timecredits.network.scope import find
from timecredits.spending.statements import StatementRow, volunteer_owes, volunteer_statement
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import day, say
from timecredits.web.volunteer.blueprint import blueprint

_RECENT = 3
_PAGE = 20


@blueprint.get("/")
@allow(SEE_OWN_CREDITS)
def home() -> str:
    """Credits first, then what to do with them."""
    who, session = actor(), db.session()
    volunteer = find(session, Volunteer, who.programme, who.volunteer)
    recent = volunteer_statement(session, who.programme, who.volunteer, account_id=volunteer.account_id, limit=_RECENT)
    return render_template(
        "volunteer/home.html",
        volunteer=volunteer,
        balance=recent.balance,
        given=hour_totals(session, who.programme, [who.volunteer])[who.volunteer],
        movements=[_movement(row) for row in recent.rows],
        next_session=next_of_mine(session, who.programme, who.volunteer),
    )


@blueprint.get("/statement")
@allow(SEE_OWN_CREDITS)
def statement() -> str:
    """Every movement, newest first, with what was left after it."""
    who, after = actor(), request.args.get("after", "")
    others = merged_records(db.session(), who.programme, who.volunteer)
    record = request.args.get("record", 0, type=int)  # 0: their own; from 1 on: a record that became theirs
    if not 0 <= record <= len(others):
        abort(404)
    account_id = others[record - 1].account_id if record else None
    page = volunteer_statement(db.session(), who.programme, who.volunteer, account_id=account_id, after=after, limit=_PAGE)
    return render_template(
        "volunteer/statement.html",
        balance=page.balance,
        owed=volunteer_owes(db.session(), who.programme, who.volunteer),
        movements=[_movement(row) for row in page.rows],
        older=page.older,
        record=record,
        records=len(others),
        is_first=not after,
    )


def _movement(row: StatementRow) -> dict[str, Any]:
    title = say(row.title)
    return {
        "title": _("Put right: %(what)s", what=title) if row.is_put_right else title,
        "detail": row.because or say(row.place),
        "when": day(row.day),
        "amount": row.minutes,
        "balance": row.balance,
    }
