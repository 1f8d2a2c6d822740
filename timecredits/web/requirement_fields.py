"""What a job asks for, as fields on a page and as arguments in an address. Both hold numbers only, nothing about anybody.

Lengths of time may come as years and months or as months alone; what is handed on is months.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovRadioInput, GovTextInput
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import StopValidation

from timecredits.foundation.errors import RuleError
from timecredits.journey.planning.asked_for import MOST_HANDLED_MONTHS, tidy_asked
from timecredits.journey.planning.presets import USUAL_STEADY, steady
from timecredits.journey.planning.requirement_words import requirement_sentences
from timecredits.web.filters import say

__all__ = ["RequirementFields", "read_requirement", "requirement_args", "requirement_said", "shown_as"]

_YEAR: Final = 12
_LONGEST_TYPED: Final = 6


class _Span(NamedTuple):
    least: int
    most: int


_BOUNDS: Final = {
    "referees": _Span(1, 10),
    "known_years": _Span(0, MOST_HANDLED_MONTHS // _YEAR),
    "known_months": _Span(0, MOST_HANDLED_MONTHS),
    "window_years": _Span(0, MOST_HANDLED_MONTHS // _YEAR),
    "window_months": _Span(0, MOST_HANDLED_MONTHS),
    "max_gap_days": _Span(0, 366),
    "min_orgs": _Span(1, 10),
    "max_inactivity_days": _Span(1, 366),
}
_USUAL: Final = {"max_gap_days": 31, "min_orgs": 1, "max_inactivity_days": USUAL_STEADY}
_EXCLUDED: Final[Mapping[str, tuple[str, ...]]] = {"none": ("family", "friend"), "friends": ("family",), "all": ()}


class NumberField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A whole number between two bounds (told by `wrong`); `number` holds it. Left empty it is `empty`, where that is given."""

    data: Any
    widget = GovTextInput()

    def __init__(self, label: Any, wrong: Any, bounds: _Span, *, empty: int | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wrong, self.bounds, self.empty = wrong, bounds, empty
        self.number: int | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms hands the form over
        """Read what was typed, or say what may stand here."""
        text = (self.data or "").strip()
        if not text and self.empty is not None:
            self.number = self.empty
            return
        self.number = _number(text, self.bounds)
        if self.number is None:
            raise StopValidation(str(self.wrong) % self.bounds._asdict())


class RequirementFields(FlaskForm):  # type: ignore[misc]
    """What a job asks for."""

    referees = NumberField(
        lazy_gettext("How many people must give a reference?"),
        lazy_gettext("Type how many people, from %(least)s to %(most)s."),
        _BOUNDS["referees"],
    )
    known_years = NumberField(
        lazy_gettext("Years"),
        lazy_gettext("Type how many years to be known, from %(least)s to %(most)s."),
        _BOUNDS["known_years"],
        empty=0,
    )
    known_months = NumberField(
        lazy_gettext("Months"),
        lazy_gettext("Type how many months to be known, from %(least)s to %(most)s."),
        _BOUNDS["known_months"],
        empty=0,
    )
    window_years = NumberField(
        lazy_gettext("Years"),
        lazy_gettext("Type how many years the job asks about, from %(least)s to %(most)s."),
        _BOUNDS["window_years"],
        empty=0,
    )
    window_months = NumberField(
        lazy_gettext("Months"),
        lazy_gettext("Type how many months the job asks about, from %(least)s to %(most)s."),
        _BOUNDS["window_months"],
        empty=0,
    )
    max_gap_days = NumberField(
        lazy_gettext("Longest gap that is all right, in days"),
        lazy_gettext("Type the days of the longest gap, from %(least)s to %(most)s."),
        _BOUNDS["max_gap_days"],
        empty=31,
    )
    max_inactivity_days = NumberField(
        lazy_gettext("Most days between two visits"),
        lazy_gettext("Type the days between two visits, from %(least)s to %(most)s."),
        _BOUNDS["max_inactivity_days"],
        empty=USUAL_STEADY,
    )
    min_orgs = NumberField(
        lazy_gettext("From how many different places?"),
        lazy_gettext("Type how many places, from %(least)s to %(most)s."),
        _BOUNDS["min_orgs"],
        empty=1,
    )
    must_be_at_org = BooleanField(lazy_gettext("They must still be at that place"), widget=GovCheckboxInput())
    takes = RadioField(
        lazy_gettext("Does the job take friends or family?"),
        choices=[
            SelectChoice("none", lazy_gettext("No")),
            SelectChoice("friends", lazy_gettext("Friends, but not family")),
            SelectChoice("all", lazy_gettext("Yes, both")),
        ],
        default="none",
        widget=GovRadioInput(),
        validate_choice=False,
    )

    def validate_known_months(self, field: NumberField) -> None:
        """Years and months together are bounded too."""
        _check_together(self.known_years, field)

    def validate_window_months(self, field: NumberField) -> None:
        """Years and months together are bounded too."""
        _check_together(self.window_years, field)

    @property
    def asked(self) -> dict[str, Any]:
        """The requirement as the planner's JSON, `as_of` left out. Only once the form was found good."""
        return tidy_asked(
            {
                "referees": self.referees.number,
                "known_months": (self.known_years.number or 0) * _YEAR + (self.known_months.number or 0),
                "window_months": (self.window_years.number or 0) * _YEAR + (self.window_months.number or 0),
                "max_gap_days": self.max_gap_days.number,
                "max_inactivity_days": self.max_inactivity_days.number,
                "min_orgs": self.min_orgs.number,
                "must_be_at_org": bool(self.must_be_at_org.data),
                "excluded": list(_EXCLUDED.get(self.takes.data or "", _EXCLUDED["none"])),
            }
        )


def shown_as(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show for a requirement."""
    known_years, known_months = divmod(asked["known_months"], _YEAR)
    window_years, window_months = divmod(asked["window_months"], _YEAR)
    return {
        "referees": str(asked["referees"]),
        "known_years": str(known_years),
        "known_months": str(known_months),
        "window_years": str(window_years),
        "window_months": str(window_months),
        "max_gap_days": str(asked["max_gap_days"]),
        "max_inactivity_days": str(asked["max_inactivity_days"] or USUAL_STEADY),
        "min_orgs": str(asked["min_orgs"]),
        "must_be_at_org": asked["must_be_at_org"],
        "takes": _takes(asked["excluded"]),
    }


def requirement_args(asked: Mapping[str, Any]) -> dict[str, str]:
    """A requirement as arguments of an address; `read_requirement` reads them back."""
    tidy = steady(asked)
    numbers = ("referees", "known_months", "window_months", "max_gap_days", "min_orgs", "max_inactivity_days")
    args = {name: str(tidy[name]) for name in numbers}
    return args | ({"must_be_at_org": "y"} if tidy["must_be_at_org"] else {}) | {"takes": _takes(tidy["excluded"])}


def read_requirement(args: Mapping[str, str]) -> dict[str, Any] | None:
    """The requirement in an address (the planner's JSON, `as_of` left out), or None where there is none or it makes no sense."""
    if "referees" not in args:
        return None
    typed = {name: args[name].strip() for name in _BOUNDS if args.get(name, "").strip()}
    read = {name: _number(text, _BOUNDS[name]) for name, text in typed.items()}
    if any(number is None for number in read.values()):
        return None
    numbers = {name: number for name, number in read.items() if number is not None}
    months = {
        f"{what}_months": numbers.pop(f"{what}_years", 0) * _YEAR + numbers.pop(f"{what}_months", 0)
        for what in ("known", "window")
    }
    if "referees" not in numbers or any(number > MOST_HANDLED_MONTHS for number in months.values()):
        return None
    return tidy_asked(
        {
            **_USUAL,
            **numbers,
            **months,
            "must_be_at_org": bool(args.get("must_be_at_org")),
            "excluded": list(_EXCLUDED.get(args.get("takes", ""), _EXCLUDED["none"])),
        }
    )


def requirement_said(asked: Mapping[str, Any] | None) -> list[str]:
    """A requirement in sentences of the reader's language; none for one that is missing or makes no sense."""
    try:
        return [say(sentence) for sentence in requirement_sentences(asked)] if asked else []
    except RuleError:  # kept with a pack, by an older version that could ask for something else
        return []


def _number(text: str, bounds: _Span) -> int | None:
    """A whole number within bounds, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_TYPED):
        return None
    return int(text) if bounds.least <= int(text) <= bounds.most else None


def _check_together(years: NumberField, months: NumberField) -> None:
    if (years.number or 0) * _YEAR + (months.number or 0) > MOST_HANDLED_MONTHS:
        raise StopValidation(_("That is more than %(years)s years. Type less.", years=MOST_HANDLED_MONTHS // _YEAR))


def _takes(excluded: Any) -> str:
    """The choice that leaves out these relations; whatever else is left out counts as both."""
    left_out = {*excluded}
    return next((name for name, relations in _EXCLUDED.items() if {*relations} == left_out), "none")
