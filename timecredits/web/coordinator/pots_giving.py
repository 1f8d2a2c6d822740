"""Give from a pot: choose people and an amount, look at it, give. The same to each, to all of them or to nobody."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.network.permissions import KEEP_POTS
from timecredits.spending.giving.gift_jobs import begin_giving
from timecredits.spending.giving.giving_to_many import check_many
from timecredits.spending.giving.pots import PotLine, find_pot
from timecredits.spending.giving.who_may_get import count_unwilling, list_who_may_get
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.giving_fields import CreditsField

_NAMED = 30
"""How many names stand on the page that asks once more."""
_SHOWN = 300
"""How many people one page lists; a search finds the others."""


class ManyForm(CreatingForm):
    """How much to each, and words to go with it. Who, the boxes of the page say."""

    amount = CreditsField(lazy_gettext("How many credits to each?"))
    words = StringField(lazy_gettext("A few words (you can leave this out)"), widget=GovTextInput())


@blueprint.route("/pots/<uuid:pot_id>/give", methods=["GET", "POST"])
@allow(KEEP_POTS)
def pot_give(pot_id: UUID) -> str | Response:
    """Three steps on one page."""
    who, session, form = actor(), db.session(), ManyForm()
    line = find_pot(session, who.programme, pot_id, organisation_id=who.organisation)
    people = list_who_may_get(session, who.programme, who.organisation)
    ticked = _ticked({str(each.volunteer_id): each.volunteer_id for each in people})
    search = fold(request.args.get("q", "")[:100]).split()
    found = [each for each in people if all(word in fold(f"{each.name} {each.number}") for word in search)]
    ticked_now, errors = set(ticked), list[dict[str, str]]()
    looks = False
    if form.validate_on_submit() and request.form.get("do") != "change":
        try:
            words = form.words.data or ""
            chosen = check_many(session, who.programme, who.organisation, ticked, form.amount.minutes, words)
            # Somebody may have been enrolled since "everybody" was looked at: then it is looked at again.
            if request.form.get("do") == "give" and request.form.get("count", type=int) == len(chosen):
                return _give(line, form, chosen)
            looks = True
        except RuleError as fault:
            if fault.field == "people":
                errors.append({"text": say(fault.sentence), "href": "#people"})
            else:
                show_rule(form, fault)
    return render_template(
        "coordinator/pot_give.html",
        form=form,
        line=line,
        people=sorted(found, key=lambda each: each.volunteer_id not in ticked_now)[:_SHOWN],
        more=max(0, len(found) - _SHOWN),
        all_people=len(people),
        search=request.args.get("q", "")[:100],
        ticked=ticked,
        ticked_now=ticked_now,
        everybody="everybody" in request.form,
        looks=looks,
        named=[each.name for each in people if each.volunteer_id in ticked_now][:_NAMED],
        unwilling=count_unwilling(session, who.programme, who.organisation),
        page_errors=errors,
    )


def _ticked(known: dict[str, UUID]) -> list[UUID]:
    """Who is ticked, of those who may get credits; everybody where that box is."""
    if "everybody" in request.form:
        return list(known.values())
    wanted: list[Any] = request.form.getlist("people") or request.args.getlist("person")
    return [known[each] for each in wanted if each in known]


def _give(line: PotLine, form: ManyForm, chosen: list[UUID]) -> Response:
    who, pot_id = actor(), line.pot.id
    given = begin_giving(
        db.session(),
        who.programme,
        who.organisation,
        pot_id,
        chosen,
        together_id=form.created_id,
        minutes=form.amount.minutes,
        words=form.words.data or "",
        actor_id=who.user_id,
    )
    if isinstance(given, UUID):
        return redirect(url_for(".pot_progress", pot_id=pot_id, together_id=form.created_id, job_id=given))
    if given.again:
        flash(_("Done already. Nothing was given twice."), "success")
    else:
        people = ngettext("%(num)s person", "%(num)s people", given.people)
        each = say(credits_text(given.minutes_each))
        flash(_("Done. You gave %(each)s each to %(people)s.", each=each, people=people), "success")
    return redirect(url_for(".pot_given", pot_id=pot_id, together_id=form.created_id))
