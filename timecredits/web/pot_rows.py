"""A pot's statement as the rows of a table, for the organisation whose pot it is and for the programme."""

from typing import Any

from flask_babel import gettext as _

from timecredits.spending.giving.pot_statements import PotRow, shown_amount
from timecredits.web.filters import moment, say


def pot_rows(rows: list[PotRow], *, with_names: bool) -> list[list[Any]]:
    """Cells: when, what with its words, who did it (if names are shown), change, what was left."""
    shown = []
    for row in rows:
        title = say(row.title)
        what = _("Put right: %(what)s", what=title) if row.is_put_right else title
        if row.words:
            what = _("%(what)s. %(words)s", what=what, words=row.words)
        names = [row.by] if with_names else []
        shown.append([moment(row.moment), what, *names, shown_amount(row.minutes), shown_amount(row.balance).removeprefix("+")])
    return shown


def pot_columns(*, with_names: bool) -> list[Any]:
    """Their headings."""
    names = [_("Who did it")] if with_names else []
    return [
        {"text": _("When"), "short": True},
        _("What"),
        *names,
        {"text": _("Credits"), "numeric": True},
        {"text": _("Then in the pot"), "numeric": True},
    ]
