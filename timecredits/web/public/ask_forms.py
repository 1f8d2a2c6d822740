"""The forms of asking to be in touch: one for each question, and the professional's, who says all on one page."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovTextInput
from wtforms import SelectChoice, StringField, TextAreaField
from wtforms.validators import Length

from timecredits.community.referrals.asking import LONGEST_WORDS, Answers, Question
from timecredits.web.card_forms import ChoiceField
from timecredits.web.referral_fields import PersonFields, TicksField, reaches, wishes

__all__ = ["FORMS", "CodeForm", "ConsentForm", "ReferForm", "answers_of", "filled"]


class WishesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Question 1."""

    wishes = wishes(_("What would help?"))


class NameForm(FlaskForm):  # type: ignore[misc]
    """Question 2."""

    name = StringField(_("What shall we call you?"), widget=GovTextInput())


class ContactForm(FlaskForm):  # type: ignore[misc]
    """Question 3."""

    phone = StringField(_("Your phone number"), widget=GovTextInput())
    email = StringField(_("Your email"), widget=GovTextInput())


class WhenForm(FlaskForm):  # type: ignore[misc]
    """Question 4."""

    reach = reaches(_("When can we reach you?"))


class MoreForm(FlaskForm):  # type: ignore[misc]
    """Question 5."""

    more = TextAreaField(
        _("Is there anything we should know?"),
        [Length(max=20 * LONGEST_WORDS, message=_("That is too long. Nothing was saved. Use at most 1,000 letters."))],
        widget=GovCharacterCount(),
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code that somebody wrote down."""

    code = StringField(_("Your code"), widget=GovTextInput())


class ConsentForm(FlaskForm):  # type: ignore[misc]
    """Before anything else: whether the person knows and agrees; then whom to ask."""

    agrees = ChoiceField(
        _("Do they know that you ask, and agree?"),
        _("Choose an answer. Nothing was sent."),
        [
            SelectChoice("yes", _("Yes, they know and agree")),
            SelectChoice("no", _("No, or I have not asked them")),
        ],
    )
    organisation = ChoiceField(_("Who should get in touch?"), _("Choose who should get in touch. Nothing was sent."), [])


class ReferForm(PersonFields, FlaskForm):  # type: ignore[misc]
    """All that a professional says."""

    referrer_name = StringField(_("Your name"), widget=GovTextInput())
    referrer_place = StringField(_("Your job, and where you work"), widget=GovTextInput())
    referrer_contact = StringField(_("Your phone number or email"), widget=GovTextInput())


FORMS: Final[dict[Question, type[FlaskForm]]] = {
    Question.WISHES: WishesForm,
    Question.NAME: NameForm,
    Question.CONTACT: ContactForm,
    Question.WHEN: WhenForm,
    Question.MORE: MoreForm,
}


def filled(question: Question, said: Answers) -> Any:
    """A question's form, as sent or with what was said before."""
    return FORMS[question](
        wishes=list(said.wishes), name=said.name, phone=said.phone, email=said.email, reach=list(said.reach), more=said.more
    )


def answers_of(form: Any) -> Answers:
    """What one question's form says."""
    values: dict[str, Any] = {
        field.name: tuple(field.data or ()) if isinstance(field, TicksField) else field.data or ""
        for field in form
        if field.name in Answers.__dataclass_fields__
    }
    return Answers(**values)
