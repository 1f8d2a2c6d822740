"""Whom I can ask for a reference, when enough people are ready, and what is missing in the years that a job asks about.

Everything is worked out anew from what is there; nothing is stored. An address holds numbers, and the key of a preset.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.hours.history.hour_history_files import find_holder
from timecredits.journey.planning.answer_words import headline, ready_words, sooner_words, to_settle, years_words
from timecredits.journey.planning.asked_for import on_day
from timecredits.journey.planning.gathering import Gathered, gather
from timecredits.journey.planning.places import plan_gathered
from timecredits.journey.planning.plan_rows import DaysRow, can_name, declared_in, plan_rows, window_ends, written
from timecredits.journey.planning.plan_shapes import Plan
from timecredits.journey.planning.presets import Preset, presets_of, steady
from timecredits.journey.planning.referee_words import NextStep, people_words
from timecredits.journey.planning.requirement_words import requirement_words, short_words
from timecredits.journey.planning.vetting_record import SpellKind, VettingRecord, YearPart
from timecredits.journey.planning.vetting_writing import print_vetting_history, write_vetting_record
from timecredits.network.permissions import PLAN_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.redirects import lead_within
from timecredits.web.requirement_fields import RequirementFields, requirement_args, requirement_said, shown_as
from timecredits.web.volunteer.blueprint import blueprint

_KINDS: Final[dict[SpellKind, Any]] = {
    "register": lazy_gettext("Hours confirmed here"),
    "document": lazy_gettext("Confirmed by somebody there, or seen"),
    "declared": lazy_gettext("You told us; nobody confirmed it"),
    "minor": lazy_gettext("Short gap; the job allows it"),
    "needs_evidence": lazy_gettext("Long gap; you told us, nobody confirmed it"),
    "uncovered": lazy_gettext("Long gap; nothing shows these days"),
}
_MOST_GAPS: Final = 12
"""Long gaps told one by one; the table holds all of them."""


class PlannerForm(RequirementFields):
    """What a job asks for, sent in the address: nothing is changed by it."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        """Nothing is changed, so nothing needs to be proven."""

        csrf = False


@dataclass(frozen=True, slots=True)
class _Question:
    """What was chosen or typed. `asked` is None while there is nothing to answer; `preset` is what it began from."""

    form: PlannerForm
    asked: dict[str, Any] | None
    preset: Preset | None

    @property
    def is_changed(self) -> bool:
        """Whether the numbers are no longer the preset's."""
        return self.preset is not None and self.asked != self.preset.requirement

    @property
    def args(self) -> dict[str, str]:
        """The same question, for another page's address."""
        preset = {} if self.preset is None or self.is_changed else {"preset": self.preset.key}
        return requirement_args(self.asked or {}) | preset


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of the picture, and how many days of it are of which kind."""

    year: str
    parts: Sequence[YearPart]
    days: dict[SpellKind, int]


@blueprint.get("/planner")
@allow(PLAN_REFERENCES)
def planner() -> str:
    """Choose or type what a job asks, and read how it stands."""
    who, session = actor(), db.session()
    presets = presets_of(session, who.programme)
    question = _read(presets)
    if question.asked is None:
        return render_template(
            "volunteer/planner.html", form=question.form, presets=presets, preset=question.preset, short_words=short_words
        )
    gathered = gather(session, who.programme, who.volunteer)
    requirement = on_day(question.asked, clock.today())
    plan = plan_gathered(requirement, gathered)
    rows = plan_rows(plan, gathered)
    gaps = [row for row in rows if row.is_long]
    settle = to_settle(plan, requirement, gathered)
    return render_template(
        "volunteer/planner_answer.html",
        form=question.form,
        question=question,
        said=requirement_said(question.asked),
        plan=plan,
        headline=headline(plan, requirement, gathered),
        more=[
            words
            for words in (
                sooner_words(plan, requirement, gathered),
                years_words(plan, requirement),
                ready_words(plan, requirement, gathered),
            )
            if words is not None
        ],
        people=people_words(plan, requirement, gathered),
        first_to_settle=gathered.lines[settle.ids[0]] if settle else None,
        steps=NextStep,
        window=window_ends(plan, requirement),
        years=_years(question, plan, requirement.as_of, gathered, rows),
        rows=rows,
        gaps=[(gap, declared_in(gap, gathered)) for gap in gaps[:_MOST_GAPS]],
        more_gaps=max(0, len(gaps) - _MOST_GAPS),
        yesterday=clock.today() - timedelta(days=1),
        kinds=_KINDS,
    )


@blueprint.get("/planner.pdf")
@allow(PLAN_REFERENCES)
def planner_pdf() -> Response:
    """My vetting history for the years that a job asks about; back to the page where there is no such question."""
    who, session, today = actor(), db.session(), clock.today()
    question = _read(presets_of(session, who.programme))
    if question.asked is None or not question.asked["window_months"]:
        return lead_within(f"{url_for('volunteer.planner')}?{urlencode(list(request.args.items(multi=True)))}")
    gathered = gather(session, who.programme, who.volunteer)
    plan = plan_gathered(on_day(question.asked, today), gathered)
    holder = find_holder(session, who.programme, who.volunteer)
    record = _record(question, plan, today, gathered, plan_rows(plan, gathered), holder_name=holder.name)
    return pdf_answer(print_vetting_history(record), f"vetting-history-{today.isoformat()}.pdf")


def _read(presets: list[Preset]) -> _Question:
    preset = next((each for each in presets if each.key == request.args.get("preset")), None)
    if "referees" in request.args:
        form = PlannerForm(formdata=request.args)
        return _Question(form, form.asked if form.validate() else None, preset)
    begin = preset.requirement if preset else presets[0].requirement if presets else steady({})
    return _Question(PlannerForm(formdata=None, data=shown_as(begin)), steady(begin) if preset else None, preset)


def _record(
    question: _Question, plan: Plan, as_of: date, gathered: Gathered, rows: list[DaysRow], *, holder_name: str = ""
) -> VettingRecord:
    preset = None if question.is_changed else question.preset
    return write_vetting_record(
        issued_on=as_of,
        holder_name=holder_name,
        first_day=plan.window_from,
        last_day=as_of - timedelta(days=1),
        requirement={
            "sentences": requirement_words(question.asked or {}),
            "preset_name": preset.name if preset else "",
            "source": preset.source if preset else "",
            "checked_on": preset.checked_on.isoformat() if preset else "",
        },
        spells=written(rows),
        referees=can_name(plan, gathered),
    )


def _years(question: _Question, plan: Plan, as_of: date, gathered: Gathered, rows: list[DaysRow]) -> list[_Year]:
    """The picture as it is printed, newest year first; none where the job asks about no years."""
    if plan.window_from >= as_of:
        return []
    found = []
    for bar in _record(question, plan, as_of, gathered, rows)["display"]["years"]:
        days: Counter[SpellKind] = Counter()
        for part in bar["parts"]:
            days[part["kind"]] += part["days"]
        found.append(_Year(bar["year"], bar["parts"], {kind: days[kind] for kind in _KINDS if days[kind]}))
    return found
