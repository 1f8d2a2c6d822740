"""The forms for what was seen of a person, and for what a role asks."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovRadioInput, GovTextArea, GovTextInput
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField, ValidationError

from timecredits.network.dbs import DbsLevel, Workforce
from timecredits.network.models import CheckKind
from timecredits.network.seen_checks import CheckFacts
from timecredits.web.forms import CreatingForm
from timecredits.web.hour_fields import DayField, OptionalDayField

LEVELS = [
    SelectChoice(DbsLevel.BASIC.value, _("Basic")),
    SelectChoice(DbsLevel.STANDARD.value, _("Standard")),
    SelectChoice(DbsLevel.ENHANCED.value, _("Enhanced")),
    SelectChoice(DbsLevel.BARRED.value, _("Enhanced with barred lists")),
]
WORKFORCES = [
    SelectChoice(Workforce.ADULT.value, _("Adults")),
    SelectChoice(Workforce.CHILD.value, _("Children")),
    SelectChoice(Workforce.BOTH.value, _("Children and adults")),
    SelectChoice(Workforce.OTHER.value, _("Other work")),
]
MOST_LETTERS = 700


class CheckForm(CreatingForm):
    """What every kind of check has."""

    issued_on = DayField(_("Day"))
    expires_on = OptionalDayField(_("Last day it counts"))

    def facts(self, kind: CheckKind) -> CheckFacts:
        """What was filled in, for the domain."""
        return CheckFacts(kind, issued_on=self.issued_on.data, expires_on=self.expires_on.data)


class DbsForm(CheckForm):
    """A DBS check: what it is called and when, and nothing of what it says."""

    level = RadioField(_("Level"), choices=LEVELS, widget=GovRadioInput(), validate_choice=False)
    workforce = RadioField(_("Who is the work with?"), choices=WORKFORCES, widget=GovRadioInput(), validate_choice=False)
    update_service = BooleanField(_("They are on the Update Service"), widget=GovCheckboxInput())

    def facts(self, kind: CheckKind) -> CheckFacts:
        """What was filled in, for the domain."""
        return CheckFacts(
            kind,
            level=self.level.data or "",
            workforce=self.workforce.data or "",
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            update_service=self.update_service.data,
        )


class TrainingForm(CheckForm):
    """A training: one of those that roles here ask for."""

    name = RadioField(_("Training"), widget=GovRadioInput(), validate_choice=False)

    def facts(self, kind: CheckKind) -> CheckFacts:
        """What was filled in, for the domain."""
        return CheckFacts(kind, name=self.name.data or "", issued_on=self.issued_on.data, expires_on=self.expires_on.data)


class GuardianForm(CheckForm):
    """A parent's or guardian's yes."""


class ReferencesForm(CreatingForm):
    """How many references were seen."""

    number = RadioField(
        _("How many did you see?"),
        choices=[SelectChoice(str(count), str(count)) for count in range(1, 6)],
        widget=GovRadioInput(),
        validate_choice=False,
    )

    def facts(self, kind: CheckKind) -> CheckFacts:
        """What was filled in, for the domain."""
        typed = self.number.data or ""
        return CheckFacts(kind, number=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None)  # noqa: PLR2004


class BirthMonthForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The month of birth, all that an age limit needs."""

    month = StringField(_("Month and year"), widget=GovTextInput())


class RequirementsForm(FlaskForm):  # type: ignore[misc]
    """What a role asks."""

    level = RadioField(
        _("DBS check"),
        choices=[SelectChoice("", _("None")), *LEVELS],
        default="",
        widget=GovRadioInput(),
        validate_choice=False,
    )
    workforce = RadioField(
        _("Who is the work with?"),
        choices=[SelectChoice("", _("It does not matter")), *WORKFORCES],
        default="",
        widget=GovRadioInput(),
        validate_choice=False,
    )
    trainings = TextAreaField(_("Training"), widget=GovTextArea())
    age = StringField(_("A parent’s or guardian’s yes, for people under"), widget=GovTextInput())
    references = StringField(_("How many references you want to have seen"), widget=GovTextInput())

    def validate_trainings(self, field: Any) -> None:
        """Refuse what no list of trainings is."""
        if len(field.data or "") > MOST_LETTERS:
            raise ValidationError(gettext("That is too long. Use at most %(most)s letters.", most=MOST_LETTERS))

    def validate_age(self, field: Any) -> None:
        """Digits or nothing."""
        if _whole(field.data) is None:
            raise ValidationError(gettext("Type an age like 18, or leave it empty. Nothing was saved."))

    def validate_references(self, field: Any) -> None:
        """Digits or nothing."""
        if _whole(field.data) is None:
            raise ValidationError(gettext("Type a number like 2, or leave it empty. Nothing was saved."))

    @property
    def asked_age(self) -> int:
        """0 for none."""
        return _whole(self.age.data) or 0

    @property
    def asked_references(self) -> int:
        """0 for none."""
        return _whole(self.references.data) or 0


def _whole(typed: str | None) -> int | None:
    """A whole number of up to three figures, 0 for nothing typed, None for anything else."""
    text = (typed or "").strip()
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None  # noqa: PLR2004
