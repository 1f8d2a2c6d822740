"""The programme's rules: what is set, what a change would mean, who changed what, and setting it back."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import StopValidation

from timecredits.foundation import clock
from timecredits.foundation.amounts import amount_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.insight.setting_previews import preview_setting
from timecredits.network.permissions import KEEP_SETTINGS
from timecredits.network.settings import ChangedSetting, Settings, change_setting, check_setting, read_settings, setting_history
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.programme.keeping_previews import preview_keeping
from timecredits.web.programme.setting_words import GROUPS, SETTINGS, SettingWords, value_text, what_it_means

_QUARTERS = str.maketrans({"¼": ".25", "½": ".5", "¾": ".75", ",": "."})
_MOST_TYPED = 8


class AmountField(StringField):  # type: ignore[misc]  # WTForms has no types
    """Credits or hours, typed as 2, 2.5 or 2½; `minutes` holds what was read. Left empty it is None, where it may be."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, *, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.may_be_empty = may_be_empty
        self.minutes: int | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        if not text and self.may_be_empty:
            return
        try:
            self.minutes = _minutes(text)
        except (ValueError, OverflowError) as fault:
            raise StopValidation(_("Type a number like 4 or 2.5. Nothing was changed.")) from fault


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    """One of a few values."""

    value = RadioField(widget=GovRadioInput(), validate_choice=False)

    def validate_value(self, field: Any) -> None:
        """One of those that stand there."""
        if field.data not in dict(field.choices):
            raise StopValidation(_("Choose one of these. Nothing was changed."))


class AmountForm(FlaskForm):  # type: ignore[misc]
    """An amount."""

    value = AmountField()


class EmptyableAmountForm(FlaskForm):  # type: ignore[misc]
    """An amount, or none."""

    value = AmountField(may_be_empty=True)


@blueprint.get("/settings")
@allow(KEEP_SETTINGS)
def settings() -> str:
    """Every setting with what it says now."""
    session, programme_id = db.session(), actor().programme
    changes = setting_history(session, programme_id)
    newest = {change.name: change for change in reversed(changes)}
    return render_template(
        "programme/settings.html",
        groups=GROUPS,
        settings=read_settings(session, programme_id),
        default=Settings(),
        newest=newest,
        value_text=value_text,
    )


@blueprint.route("/settings/<name>", methods=["GET", "POST"])
@allow(KEEP_SETTINGS)
def setting(name: str) -> str | Response:
    """One setting: choose, look at what it would mean, save; and who changed it before."""
    if name not in SETTINGS:
        abort(404)
    session, programme_id, words = db.session(), actor().programme, SETTINGS[name]
    now = read_settings(session, programme_id)
    changes = [change for change in setting_history(session, programme_id) if change.name == name]
    if request.method == "POST" and request.form.get("do") == "back":
        return _save(name, _value_before(changes))
    form, looks, counts, value = _form(words, getattr(now, name)), None, None, getattr(now, name)
    if form.validate_on_submit():
        value = _value(words, form, getattr(now, name))
        try:
            if request.form.get("do") == "save":
                return _save(name, value)
            check_setting(now, name, value)
        except RuleError as fault:
            form.value.errors = [say(fault.sentence)]
        else:
            looks, counts = what_it_means(now, name, value), _counted(now, name, value)
            if value == getattr(now, name):
                looks, form.value.errors = None, [_("It is set like that now. Nothing was changed.")]
    return render_template(
        "programme/settings_change.html",
        words=words,
        form=form,
        looks=looks,
        chosen=value,
        now=getattr(now, name),
        counts=counts,
        now_means=what_it_means(now, name, getattr(now, name)),
        now_counts=_counted(now, name, getattr(now, name)),
        default=getattr(Settings(), name),
        changes=changes,
        value_text=value_text,
    )


def _counted(now: Settings, name: str, value: Any) -> Sentence | None:
    """What it would change, in numbers; None where that can't be counted."""
    here, moment = (db.session(), actor().programme, now, name, value), clock.now()
    return preview_setting(*here, now=moment) or preview_keeping(*here, now=moment)


def _minutes(text: str) -> int:
    hours, _colon, rest = text.translate(_QUARTERS).partition(":")
    if len(text) > _MOST_TYPED or (rest and not rest.isdecimal()):
        raise ValueError(text)
    return round(float(hours) * 60) + int(rest or 0)


def _value_before(changes: list[ChangedSetting]) -> Any:
    """What stood there before the change that the button names."""
    wanted = request.form.get("change", type=UUID)
    found = next((change for change in changes if change.id == wanted), None)
    if found is None:
        abort(404)
    return found.before


def _save(name: str, value: Any) -> Response:
    changed = change_setting(db.session(), actor().programme, name, value, actor_id=actor().user_id)
    said = Sentence("Saved. From now on: %(value)s.", value=value_text(name, value))
    flash(say(said if changed else Sentence("It is set like that now. Nothing was changed.")), "success")
    return redirect(url_for("programme.setting", name=name))


def _form(words: SettingWords, now: Any) -> Any:
    if not words.choices:
        form_kind = EmptyableAmountForm if words.may_be_empty else AmountForm
        form = form_kind() if request.method == "POST" else form_kind(value="" if now is None else amount_text(now))
    else:
        form = ChoiceForm() if request.method == "POST" else ChoiceForm(value=str(now))
        form.value.choices = [(str(value), say(label)) for value, label in words.choices]
        if str(now) not in dict(form.value.choices):
            form.value.choices.append((str(now), say(value_text(words.name, now))))
    form.value.label.text = say(words.title)
    return form


def _value(words: SettingWords, form: Any, now: Any) -> Any:
    if not words.choices:
        return form.value.minutes
    return {str(value): value for value in (now, *dict(words.choices))}[form.value.data]
