"""Which part of a history a page shows, and how it is put together, as its address says. Shared by the rooms that show one.

In an address: `view`, `year` (a year or "all"), `activity` and `organisation` (ids) and `page`. What isn't there in the history
answers 404, so an address tells nobody what somebody else has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from timecredits.foundation.clock import today
from timecredits.hours.history.hour_history import HourHistory, summed
from timecredits.hours.history.hour_periods import Choice, Choices, Period, View, by_period, choices_in, choose, pages_of
from timecredits.web.filters import day

ALL = "all"
LINES_A_PAGE = 30
_SUMS = frozenset({View.YEAR, View.ROLE, View.ORGANISATION})


@dataclass(frozen=True)
class HourPage:
    """One page of a history. `whole` is all that the reader may see, `part` the chosen lines with their sums.

    `fixed` are the values that every address of these pages needs. `is_part`: this isn't everything; `was_chosen`: because
    somebody chose so, not because a page begins with the newest year.
    """

    endpoint: str
    fixed: Mapping[str, Any]
    whole: HourHistory
    part: HourHistory
    view: View
    year: str
    choice: Choice
    choices: Choices
    is_part: bool
    was_chosen: bool
    periods: tuple[Period, ...]
    page: int
    pages: int

    @property
    def shows_sums(self) -> bool:
        """Whether this view is a list of sums that lead to their lines, not the lines themselves."""
        return self.view in _SUMS

    def href(self, **changes: Any) -> str:
        """The address of this page with something else chosen; a page number only if it is given."""
        values: dict[str, Any] = {
            "view": self.view,
            "year": self.year,
            "activity": self.choice.activity_id,
            "organisation": self.choice.organisation_id,
            **changes,
        }
        chosen: dict[str, Any] = {name: str(value) for name, value in values.items() if value}
        return url_for(self.endpoint, **self.fixed, **chosen)

    def lines_href(self, period: Period) -> str:
        """Where the lines behind one sum are."""
        line = period.lines[0]
        if self.view is View.YEAR:
            return self.href(view=View.MONTH, year=line.day.year)
        if self.view is View.ROLE:
            return self.href(view=View.MONTH, activity=line.activity_id)
        return self.href(view=View.MONTH, organisation=line.organisation_id)

    def title(self, period: Period) -> str:
        """What a period is called."""
        match self.view:
            case View.ROLE:
                return period.lines[0].activity
            case View.ORGANISATION:
                return period.lines[0].organisation
            case View.YEAR:
                return str(period.first.year)
            case View.MONTH:
                return str(format_date(period.first, "LLLL y"))
            case View.WEEK:
                return span_text(period.first, period.last)
            case View.DAY:
                return str(format_date(period.first, "EEEE d MMMM y"))

    def download_args(self) -> dict[str, str]:
        """What an address for the chosen part needs, for files of it."""
        args = {"year": self.choice.year, "activity": self.choice.activity_id, "organisation": self.choice.organisation_id}
        return {name: str(value) for name, value in args.items() if value}


def hour_page(history: HourHistory, args: MultiDict[str, str], endpoint: str, **fixed: Any) -> HourPage:
    """The page of a history that `args` ask for: by month and of the newest year unless they say otherwise."""
    choices = choices_in(history.lines)
    view = _view(args.get("view") or View.MONTH)
    year = args.get("year") or (ALL if view in _SUMS or not choices.years else str(choices.years[0]))
    choice = read_choice(MultiDict({**args.to_dict(), "year": year}), choices)
    lines = choose(history.lines, choice)
    if view in _SUMS:
        lines = tuple(line for line in lines if line.counts)
    pages = pages_of(by_period(lines, view, year=choice.year), LINES_A_PAGE) if view not in _SUMS else []
    is_part = bool(choice.activity_id or choice.organisation_id or (choice.year and len(choices.years) > 1))
    page = args.get("page", 1, type=int)
    if page != 1 and not 1 <= page <= len(pages):
        abort(404)
    return HourPage(
        endpoint=endpoint,
        fixed=fixed,
        whole=history,
        part=summed(lines, as_of=today()),
        view=view,
        year=year,
        choice=choice,
        choices=choices,
        is_part=is_part,
        was_chosen=is_part and bool(choice.activity_id or choice.organisation_id or args.get("year")),
        periods=by_period(lines, view, year=choice.year) if view in _SUMS else pages[page - 1],
        page=page,
        pages=len(pages),
    )


def read_choice(args: MultiDict[str, str], choices: Choices) -> Choice:
    """The part of a history that an address names; 404 for a year, an activity or an organisation that isn't in it."""
    year = args.get("year") or ALL
    if year not in {ALL, *map(str, choices.years)}:
        abort(404)
    return Choice(
        year=None if year == ALL else int(year),
        activity_id=_known(args.get("activity"), {role[0] for role in choices.roles}),
        organisation_id=_known(args.get("organisation"), {each[0] for each in choices.organisations}),
    )


def _known(text: str | None, ids: set[UUID]) -> UUID | None:
    if not text:
        return None
    found = next((each for each in ids if str(each) == text), None)
    return found or abort(404)


def _view(text: str) -> View:
    try:
        return View(text)
    except ValueError:
        abort(404)


def span_text(first: date, last: date) -> str:
    """Days from one to another: "2 to 8 November 2026", "29 December 2025 to 4 January 2026"."""
    if first == last:
        return day(first)
    begins = day(first)
    if first.year == last.year:
        begins = str(format_date(first, "d" if first.month == last.month else "d MMMM"))
    return str(_("%(first)s to %(last)s", first=begins, last=day(last)))
