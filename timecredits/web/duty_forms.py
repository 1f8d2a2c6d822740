"""The form with which a duty is given to somebody of the staff."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import SelectChoice, SelectField

from timecredits.foundation.errors import NotFoundError
from timecredits.network.duties import StaffMember


class DutyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who gets it. The kind of duty stands in the address that the form is sent to."""

    person = SelectField(_("Give it to"), validate_choice=False, widget=GovSelect())


def duty_form(staff: Sequence[StaffMember], held: set[UUID | None], *, kind: str) -> DutyForm | None:
    """A form to choose among those who don't hold the duty yet; None where there is nobody left. Ids carry the kind."""
    free = [each for each in staff if each.user_id not in held]
    if not free:
        return None
    form = DutyForm(formdata=None)
    form.person.id = f"person-{kind}"
    form.person.choices = [SelectChoice(str(each.user_id), each.name) for each in free]
    return form


def chosen_user(form: DutyForm) -> UUID:
    """Who was chosen. Raises NotFoundError for no user's id."""
    try:
        return UUID(form.person.data or "")
    except ValueError:
        raise NotFoundError from None
