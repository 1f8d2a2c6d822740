"""The forms about a request: a call typed in, how it ended, and whom it became."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovTextArea, GovTextInput
from wtforms import BooleanField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Length

from timecredits.community.referral_models import MoneyState, ReferralState
from timecredits.community.referrals.stages import LONGEST_NOTE
from timecredits.web.card_forms import ChoiceField
from timecredits.web.forms import CreatingForm
from timecredits.web.referral_fields import PersonFields, TicksField
from timecredits.web.referral_words import STATES

__all__ = ["NEW_PERSON", "CallForm", "CloseForm", "JoinForm", "NoteForm", "SearchForm"]

NEW_PERSON = "new"
_TOO_LONG = Length(max=20 * LONGEST_NOTE, message=_("That is too long. Nothing was saved. Use at most 2,000 letters."))


class SearchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A name to look for. Sent, not put into the address, because addresses are kept in many places."""

    search = StringField(_("Find a person"), widget=GovTextInput())


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What staff note for each other."""

    note = TextAreaField(_("A note for your team"), [_TOO_LONG], widget=GovTextArea())


class CallForm(PersonFields, CreatingForm):
    """Somebody rang: the same as they would have typed."""


class CloseForm(FlaskForm):  # type: ignore[misc]
    """How it ended, for those who did not join."""

    outcome = ChoiceField(
        _("How did it end?"),
        _("Choose how it ended. Nothing was changed."),
        [
            SelectChoice(state.value, STATES[state.value])
            for state in (ReferralState.ELSEWHERE, ReferralState.NO_ANSWER, ReferralState.NOT_NOW)
        ],
    )
    where = StringField(_("Where did you lead them on to? (you can leave this out)"), widget=GovTextInput())
    note = TextAreaField(_("A note for your team (you can leave this out)"), [_TOO_LONG], widget=GovTextArea())


class JoinForm(CreatingForm):
    """Whom the request became: somebody new under this name, or somebody enrolled here already."""

    person = ChoiceField(_("Who is it?"), _("Choose who it is. Nothing was saved."), [])
    first_name = StringField(_("First name"), widget=GovTextInput())
    last_name = StringField(_("Last name (you can leave this out)"), widget=GovTextInput())
    number = StringField(_("Volunteer number, if they are here under another name"), widget=GovTextInput())
    sign_in = BooleanField(_("Let them sign in with the email they gave"), widget=GovCheckboxInput())
    groups = TicksField(_("Let them into a group, too (you can leave this out)"))
    fee = ChoiceField(
        _("Joining fee"),
        _("Choose how the joining fee stands. Nothing was saved."),
        [
            SelectChoice(MoneyState.OWED.value, _("Not paid yet")),
            SelectChoice(MoneyState.RECEIVED.value, _("Paid now")),
            SelectChoice(MoneyState.WAIVED.value, _("Waived: they need not pay")),
        ],
    )

    def leave_out(self, *names: str) -> None:
        """Take fields away that this request has no use for."""
        for name in names:
            del self._fields[name]
            setattr(self, name, None)

    def fill(self, said: Any, first: str, last: str) -> None:
        """Begin with what they said."""
        self.person.data, self.first_name.data, self.last_name.data = NEW_PERSON, first, last
        if self.sign_in is not None:
            self.sign_in.data = bool(said.email)
        if self.fee is not None:
            self.fee.data = MoneyState.OWED.value
