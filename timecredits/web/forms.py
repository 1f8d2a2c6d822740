"""What our forms share: ids made before the form is sent, so that a double save adds once."""

from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.web.filters import say


class CreatingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that creates something. It carries the UUID of what it creates; a second save finds it there."""

    new_id = HiddenField(default=lambda: str(new_id()))

    def validate_new_id(self, field: Any) -> None:
        """Refuse anything but a UUID."""
        try:
            UUID(field.data)
        except ValueError as fault:
            raise ValidationError("Go back, load the page again and send it once more.") from fault

    @property
    def created_id(self) -> UUID:
        """The id of what this form creates."""
        return UUID(self.new_id.data)


def show_rule(form: Any, fault: RuleError) -> None:
    """Put a rule's sentence at the field it speaks of, or at the first field."""
    fields = {field.name: field for field in form if field.type != "HiddenField" and field.name != "csrf_token"}
    field = fields.get(fault.field) or next(iter(fields.values()))
    field.errors = [*field.errors, say(fault.sentence)]
