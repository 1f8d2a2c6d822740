"""How surveys and their results are put into words and into a file."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, lazy_gettext, ngettext

from timecredits.insight.impact.answering import AskState
from timecredits.insight.impact.questions import Better, Measure
from timecredits.insight.impact.results import MeasureResult, SurveyResult, direction
from timecredits.insight.impact.telling import Count, Shown, TooFew
from timecredits.insight.impact_models import Survey, SurveyKind


def _(template: str, **values: object) -> str:
    """The words in the reader's language."""
    return str(gettext(template, **values))


KINDS: Final = {
    SurveyKind.LONELINESS: lazy_gettext("How lonely people feel"),
    SurveyKind.WELLBEING: lazy_gettext("How well people feel (SWEMWBS)"),
    SurveyKind.OWN: lazy_gettext("Our own questions"),
}
ASK_STATES: Final = {
    AskState.WAITING: lazy_gettext("You can answer"),
    AskState.PUT_OFF: lazy_gettext("You said not now"),
    AskState.ANSWERED: lazy_gettext("You answered"),
    AskState.REFUSED: lazy_gettext("You would rather not"),
    AskState.CLOSED: lazy_gettext("Closed"),
}


def survey_state(survey: Survey) -> tuple[str, str]:
    """Where a survey stands, in a word or two, and the tone of its badge."""
    if survey.closed_at is not None:
        return _("Closed"), "soft"
    return (_("Open"), "good") if survey.started_at is not None else (_("Not begun"), "warn")


def measure_name(measure: Measure) -> str:
    """What a measure is called."""
    return {
        "ucla": _("Feeling lonely: 3 questions together"),
        "direct": _("Feeling lonely: asked directly"),
        "swemwbs": _("Feeling well (SWEMWBS)"),
    }.get(measure.key, measure.text)


def measure_scale(measure: Measure) -> str:
    """Between which numbers a score lies, and what they mean."""
    least, most = figure(measure.least, 0), figure(measure.most, 0)
    if measure.better is Better.LOWER:
        return _("Scores go from %(least)s (least lonely) to %(most)s (most lonely).", least=least, most=most)
    if measure.better is Better.HIGHER:
        return _("Scores go from %(least)s (least well) to %(most)s (most well).", least=least, most=most)
    return _("Scores go from %(least)s (the lowest answer) to %(most)s (the highest).", least=least, most=most)


def figure(value: float, places: int = 2) -> str:
    """A score for the eye: with a true minus, and no minus before nought."""
    text = f"{value:.{places}f}"
    if float(text) == 0:
        return text.lstrip("-")
    return text.replace("-", "\u2212")


def signed(value: float) -> str:
    """A change: with its sign."""
    text = figure(value)
    return text if text.startswith("\u2212") or float(text) == 0 else f"+{text}"


def count_said(count: Count) -> str:
    """A number of people, or what may be told of it."""
    if count.is_exact:
        return str(count.least)
    return _("%(least)s to %(most)s", least=count.least, most=count.most)


def rate_said(rate: tuple[int, bool] | None) -> str:
    """How many in a hundred."""
    if rate is None:
        return _("nobody was asked yet")
    return f"{rate[0]}%" if rate[1] else _("at least %(rate)s%%", rate=rate[0])


def paired_said(result: MeasureResult) -> str:
    """How many people a result speaks of."""
    if isinstance(result.found, TooFew) and not result.found.is_alike:
        return _("fewer than 5")
    return str(result.paired.least)


def claim(result: MeasureResult) -> str:
    """What may be said of a change, and no more than that."""
    found = result.found
    if isinstance(found, TooFew):
        if found.is_alike:
            return _(
                "All gave the same answers at one of the two times. They are not shown. They would tell what each person said."
            )
        return _("Fewer than 5 people have answered twice. So nothing is shown yet.")
    if not found.change.has_spread:
        return _("Everybody moved by the same step. So we can not say how sure this is.")
    way = direction(found)
    if way == 0:
        return _("We can not tell if there was a change. It could be chance.")
    return _moved(result, way)


def _moved(result: MeasureResult, way: int) -> str:
    if result.measure.better is Better.UNKNOWN:
        if way > 0:
            return _("People who answered twice gave higher answers the second time. This does not show why.")
        return _("People who answered twice gave lower answers the second time. This does not show why.")
    if result.measure.better is Better.LOWER:
        if way < 0:
            return _("People who answered twice felt less lonely the second time. This does not show why.")
        return _("People who answered twice felt more lonely the second time. This does not show why.")
    if way > 0:
        return _("People who answered twice felt better the second time. This does not show why.")
    return _("People who answered twice felt less well the second time. This does not show why.")


def interval_said(shown: Shown) -> str:
    """The range in which the average change of such people is likely to lie."""
    change = shown.change
    if change.low is None or change.high is None or not change.has_spread:
        return _("not known")
    return _("%(low)s to %(high)s", low=signed(change.low), high=signed(change.high))


def share_rows(result: MeasureResult) -> list[tuple[str, str]]:
    """How many did better, stayed and did worse; nothing where a few could be worked out."""
    if isinstance(result.found, TooFew) or result.found.shares is None:
        return []
    higher, same, lower = result.found.shares
    better = result.measure.better
    if better is Better.UNKNOWN:
        names = (_("Higher answer"), _("The same"), _("Lower answer"))
        parts: Sequence[int] = (higher, same, lower)
    else:
        names = (_("Better"), _("The same"), _("Worse"))
        parts = (higher, same, lower) if better is Better.HIGHER else (lower, same, higher)
    whole = result.found.change.n
    return [
        (name, _("%(people)s (%(share)s%%)", people=_people(part), share=round(part * 100 / whole)))
        for name, part in zip(names, parts, strict=True)
    ]


def _people(number: int) -> str:
    return str(ngettext("%(num)s person", "%(num)s people", number))


CSV_COLUMNS: Final = (
    *("measure", "organisation", "asked", "answered first", "asked again", "answered both times", "answered both (%)"),
    *("average first", "average again", "average change", "change from (95%)", "change to (95%)"),
    *("people better or higher", "people the same", "people worse or lower"),
)


def csv_rows(result: SurveyResult) -> list[list[str | float]]:
    """The results as a table: whole first, then by organisation. What may not be told is the word "hidden"."""
    rows = []
    for each in result.measures:
        rows.append(_csv_row(each, ""))
        rows += [_csv_row(part.result, part.name) for part in result.by_organisation.get(each.measure.key, ())]
    return rows


def _csv_row(result: MeasureResult, organisation: str) -> list[str | float]:
    counts: list[str | float] = [
        each.least if each.is_exact else count_said(each) for each in (result.asked, result.answered, result.asked_again)
    ]
    head: list[str | float] = [
        str(measure_name(result.measure)),
        organisation,
        *counts,
        paired_said(result),
        rate_said(result.rate),
    ]
    if isinstance(result.found, TooFew):
        return [*head, *["hidden"] * 8]
    change = result.found.change
    shares: list[str | float] = ["hidden"] * 3
    if result.found.shares is not None:
        shares = [*result.found.shares] if result.measure.better is not Better.LOWER else [*reversed(result.found.shares)]
    ends = [end if end is None else round(end, 4) for end in (change.low, change.high)]
    return [
        *head,
        *(round(each, 4) for each in (change.mean_first, change.mean_again, change.mean_change)),
        *("" if end is None else end for end in ends),
        *shares,
    ]
