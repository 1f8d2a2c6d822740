"""Say that you worry about somebody's safety. For anybody: nobody needs to sign in, and nobody is asked who they are."""

from typing import Any
from uuid import UUID

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovRadioInput, GovSelect, GovTextInput
from sqlalchemy import select
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField

from timecredits.community.directory.helplines import first_helplines
from timecredits.community.safety.concerns import LONGEST_WORRY, Danger, Worry, raise_concern
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation, Programme
from timecredits.network.permissions import RAISE_CONCERNS
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.public.areas import PAGES, find_area
from timecredits.web.public.blueprint import blueprint

_TOO_MANY = 429


class ConcernForm(CreatingForm):
    """What worries somebody. Only the first field must have words."""

    worry = TextAreaField(_("What worries you?"), widget=GovCharacterCount())
    about = StringField(_("Who is it about? (you can leave this out)"), widget=GovTextInput())
    danger = RadioField(
        _("Is somebody in danger now?"),
        choices=[
            SelectChoice(Danger.YES.value, _("Yes")),
            SelectChoice(Danger.NO.value, _("No")),
            SelectChoice(Danger.NOT_SURE.value, _("I am not sure")),
        ],
        default=Danger.NOT_SURE.value,
        validate_choice=False,
        widget=GovRadioInput(),
    )
    place = SelectField(_("Which organisation is it about?"), default="", validate_choice=False, widget=GovSelect())
    reach = StringField(_("How can we reach you? (you can leave this out)"), widget=GovTextInput())


@blueprint.route("/in/<area>/concern", methods=["GET", "POST"])
@allow(RAISE_CONCERNS)
def concern(area: str) -> ResponseReturnValue:
    """Ask what is wrong; then say what happens next. The answer stands at the same address: the browser keeps no other."""
    programme, form = find_area(area), ConcernForm()
    form.place.choices = _places(programme)
    if not form.validate_on_submit():
        return _form(form)
    try:
        answer = raise_concern(
            db.session(),
            current_app.config["KEYRING"],
            programme.id,
            Worry(form.worry.data or "", form.about.data or "", _danger(form), form.reach.data or ""),
            concern_id=form.created_id,
            organisation_id=_chosen(form),
            base_url=current_app.config["BASE_URL"],
        )
    except RuleError as fault:
        show_rule(form, fault)
        return _form(form)
    if isinstance(answer, Sentence):
        form.worry.errors = [say(answer)]
        return _form(form), _TOO_MANY
    reached = bool((form.reach.data or "").strip())
    return render_template(
        "public/concern_sent.html", goes_to=answer, danger=_danger(form), can_answer=reached, lines=first_helplines()
    )


def _form(form: ConcernForm) -> str:
    return render_template("public/concern.html", form=form, longest=LONGEST_WORRY)


def _places(programme: Programme) -> list[Any]:
    rows = db.session().execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.programme_id == programme.id)
        .order_by(Organisation.name, Organisation.id)
    )
    unsure = SelectChoice("", _("Not sure, or rather not say"))
    return [unsure, *(SelectChoice(str(row.id), row.name) for row in rows)]


def _chosen(form: ConcernForm) -> UUID | None:
    try:
        return UUID(form.place.data) if form.place.data else None
    except ValueError:
        raise NotFoundError from None


def _danger(form: ConcernForm) -> Danger:
    return Danger(form.danger.data) if form.danger.data in set(Danger) else Danger.NOT_SURE


PAGES["concern"] = "public.concern"
