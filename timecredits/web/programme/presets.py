"""What kinds of job usually ask: the programme's managers see them, change, hide and add some, and go back to the usual ones."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.journey.planning.presets import (
    LONGEST_SOURCE,
    USUAL_STEADY,
    PresetFacts,
    add_preset,
    change_preset,
    find_preset,
    hide_preset,
    presets_of,
    reset_preset,
    show_preset,
)
from timecredits.journey.planning.requirement_words import short_words
from timecredits.network.permissions import KEEP_PRESETS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.requirement_fields import RequirementFields, requirement_said, shown_as


class PresetForm(RequirementFields):
    """A kind of job, what it asks, and where that was read."""

    name = StringField(lazy_gettext("Kind of job"), widget=GovTextInput())
    source = TextAreaField(lazy_gettext("Where did you read this?"), widget=GovTextArea())
    checked_on = DayField(lazy_gettext("When did you read it?"))

    _fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fields = {"name": self._fields["name"], **self._fields}  # as on the page, so that errors are told in that order

    @property
    def facts(self) -> PresetFacts:
        """What was typed. Only once the form was found good."""
        return PresetFacts(self.name.data or "", self.asked, self.source.data or "", self.checked_on.day)


class NewPresetForm(CreatingForm, PresetForm):
    """The same for one that isn't there yet."""


@blueprint.get("/presets")
@allow(KEEP_PRESETS)
def presets() -> str:
    """Every kind of job, also those that volunteers don't see."""
    found = presets_of(db.session(), actor().programme, with_hidden=True)
    return render_template("programme/presets.html", presets=found, short_words=short_words)


@blueprint.route("/presets/new", methods=["GET", "POST"])
@allow(KEEP_PRESETS)
def preset_new() -> str | Response:
    """Add a kind of job."""
    form = NewPresetForm(
        checked_on=clock.today(), known_years="2", max_gap_days="31", max_inactivity_days=str(USUAL_STEADY), min_orgs="1"
    )
    if form.validate_on_submit():
        who = actor()
        try:
            key = add_preset(db.session(), who.programme, form.facts, preset_id=form.created_id, actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Volunteers can choose it now."), "success")
            return redirect(url_for(".preset", key=key))
    return render_template("programme/preset_form.html", form=form, preset=None, longest=LONGEST_SOURCE)


@blueprint.get("/presets/<key>")
@allow(KEEP_PRESETS)
def preset(key: str) -> str:
    """One kind of job: what it asks, where that was read, and what can be done with it."""
    found = find_preset(db.session(), actor().programme, key, with_hidden=True)
    return render_template("programme/preset.html", preset=found, said=requirement_said(found.requirement))


@blueprint.route("/presets/<key>/change", methods=["GET", "POST"])
@allow(KEEP_PRESETS)
def preset_change(key: str) -> str | Response:
    """Write other facts over it."""
    who, session = actor(), db.session()
    found = find_preset(session, who.programme, key, with_hidden=True)
    if request.method == "POST":
        form = PresetForm()
    else:
        about = {"name": found.name, "source": found.source, "checked_on": found.checked_on}
        form = PresetForm(data=about | shown_as(found.requirement))
    if form.validate_on_submit():
        try:
            changed = change_preset(session, who.programme, key, form.facts, actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. It counts from now on.") if changed else _("It is like that now. Nothing was changed."), "success")
            return redirect(url_for(".preset", key=key))
    return render_template("programme/preset_form.html", form=form, preset=found, longest=LONGEST_SOURCE)


@blueprint.post("/presets/<key>/hide")
@allow(KEEP_PRESETS)
def preset_hide(key: str) -> Response:
    """Let volunteers see it no more."""
    hide_preset(db.session(), actor().programme, key, actor_id=actor().user_id)
    flash(_("Hidden. Volunteers do not see it now. You can show it again."), "success")
    return redirect(url_for(".preset", key=key))


@blueprint.post("/presets/<key>/show")
@allow(KEEP_PRESETS)
def preset_show(key: str) -> Response:
    """Let volunteers see it again."""
    show_preset(db.session(), actor().programme, key, actor_id=actor().user_id)
    flash(_("Volunteers see it again."), "success")
    return redirect(url_for(".preset", key=key))


@blueprint.post("/presets/<key>/reset")
@allow(KEEP_PRESETS)
def preset_reset(key: str) -> Response:
    """Go back to the usual one; one of the programme's own is taken away."""
    before = reset_preset(db.session(), actor().programme, key, actor_id=actor().user_id)
    if before.has_usual:
        flash(_("Done. It is the usual one again."), "success")
        return redirect(url_for(".preset", key=key))
    flash(_("Taken away."), "success")
    return redirect(url_for(".presets"))
