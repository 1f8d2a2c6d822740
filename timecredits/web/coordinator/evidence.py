"""Gaps: noting that one saw something that accounts for some days, and what a referee said on the phone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.journey.planning.gap_evidence import end_evidence, list_evidence_here, note_evidence
from timecredits.journey.referees.referee_phone import note_phone_answer, referees_to_ring, volunteers_with_calls
from timecredits.network.permissions import NOTE_EVIDENCE
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField


class EvidenceForm(CreatingForm):
    """Days and nothing else: there is no field for what was seen."""

    first_day = DayField(lazy_gettext("First day of the gap"))
    last_day = DayField(lazy_gettext("Last day of the gap"))
    seen_on = DayField(lazy_gettext("When did you see it?"))


@blueprint.context_processor
def _gaps_in_parts() -> dict[str, Callable[..., Any]]:
    return {"person_gaps": _person_gaps, "people_to_ring": _people_to_ring}


@blueprint.get("/people/<uuid:volunteer_id>/gaps")
@allow(NOTE_EVIDENCE)
def evidence(volunteer_id: UUID) -> str:
    """What was seen here for a person's gaps, and whom to ring for them."""
    enrolled = find_enrolled(db.session(), actor().programme, actor().organisation, volunteer_id)
    return render_template("coordinator/evidence.html", volunteer=enrolled.volunteer, **_person_gaps(volunteer_id))


@blueprint.route("/people/<uuid:volunteer_id>/gaps/new", methods=["GET", "POST"])
@allow(NOTE_EVIDENCE)
def evidence_new(volunteer_id: UUID) -> str | Response:
    """Note that one saw something."""
    who, session = actor(), db.session()
    enrolled = find_enrolled(session, who.programme, who.organisation, volunteer_id)
    form = EvidenceForm() if request.method == "POST" else EvidenceForm(seen_on=clock.today())
    if form.validate_on_submit():
        try:
            note_evidence(
                session,
                who.programme,
                who.organisation,
                volunteer_id,
                evidence_id=form.created_id,
                first_day=form.first_day.day,
                last_day=form.last_day.day,
                seen_on=form.seen_on.day,
                actor_id=who.user,
                actor_name=who.display_name,
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. We keep the days, your name, and when you saw it."), "success")
            return redirect(url_for("coordinator.evidence", volunteer_id=volunteer_id))
    return render_template("coordinator/evidence_new.html", form=form, volunteer=enrolled.volunteer)


@blueprint.post("/gaps/<uuid:evidence_id>/end")
@allow(NOTE_EVIDENCE)
def evidence_end(evidence_id: UUID) -> Response:
    """Let it count no more."""
    who = actor()
    volunteer_id = end_evidence(db.session(), who.programme, who.organisation, evidence_id, actor_id=who.user_id)
    flash(_("Undone. It no longer counts. You can note it again."), "success")
    return redirect(url_for("coordinator.evidence", volunteer_id=volunteer_id))


@blueprint.post("/people/<uuid:volunteer_id>/referees/<uuid:referee_id>/answer")
@allow(NOTE_EVIDENCE)
def referee_answer(volunteer_id: UUID, referee_id: UUID) -> Response:
    """Note what a referee said on the phone. Tapped twice, the first counts, and it is said again."""
    who, said = actor(), request.form.get("answer")
    here = url_for("coordinator.evidence", volunteer_id=volunteer_id)
    if said not in {"yes", "no"}:
        asked = referees_to_ring(db.session(), who.programme, who.organisation, volunteer_id)
        if referee_id not in {line.id for line in asked}:
            abort(404)
        flash(_("Choose what they said. Nothing was saved."), "warning")
        return redirect(here)
    try:
        agreed = note_phone_answer(
            db.session(),
            current_app.config["KEYRING"],
            who.programme,
            who.organisation,
            volunteer_id,
            referee_id,
            agreed=said == "yes",
            actor_id=who.user_id,
            today=clock.today(),
        )
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Saved. They agreed.") if agreed else _("Saved. They said no. Their number was deleted."), "success")
    return redirect(here)


def _person_gaps(volunteer_id: UUID) -> dict[str, Any]:
    here = db.session(), actor().programme, actor().organisation, volunteer_id
    found = list_evidence_here(*here)
    return {
        "seen": [each for each in found if not each.is_ended],
        "undone": sum(each.is_ended for each in found),
        "to_ring": referees_to_ring(*here),
    }


def _people_to_ring() -> list[tuple[UUID, str]]:
    return volunteers_with_calls(db.session(), actor().programme, actor().organisation)
