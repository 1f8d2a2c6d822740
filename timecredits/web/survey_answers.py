"""The form in which people answer, on one page or a question at a time: their own, behind a private link, or from paper.

A question at a time needs no script and keeps nothing on the server: what was chosen before travels along in the form.
"""

from collections.abc import Sequence
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms import RadioField, SelectChoice, ValidationError

from timecredits.insight.impact.questions import Question

__all__ = ["answer_form", "chosen", "step"]

_LEFT_OUT: Final = "0"


class AnswerField(RadioField):  # type: ignore[misc]  # WTForms has no types
    """One question. It may be left out."""

    data: Any

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms hands the form over
        """Raise ValidationError for an answer that isn't there."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            self.data = None
            raise ValidationError(_("Choose one of the answers. Nothing was saved."))


def answer_form(questions: Sequence[Question]) -> Any:
    """A form with a field q0, q1 and so on for each question that is asked."""

    class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
        """Made for one survey."""

    for place, question in enumerate(questions):
        if question.is_out:
            continue
        choices = [SelectChoice(str(number), text) for number, text in enumerate(question.answers, start=1)]
        choices.append(SelectChoice(_LEFT_OUT, lazy_gettext("I leave this one out")))
        setattr(
            AnswerForm,
            f"q{place}",
            AnswerField(question.text, choices=choices, widget=GovRadioInput(), validate_choice=False),
        )
    return AnswerForm()


def chosen(form: Any, questions: Sequence[Question]) -> list[int]:
    """For each question the number of the answer, 0 for one left out. Only once the form was found good."""
    return [0 if question.is_out else int(form[f"q{place}"].data or 0) for place, question in enumerate(questions)]


def step(form: Any) -> tuple[int | None, bool]:
    """Which of the fields to show alone (None: all of them), and whether the form was sent to be kept.

    `?one=yes` begins a question at a time; the buttons then say `go=next`, `go=back` or `go=send`, the form which was shown.
    """
    last = sum(field.type == "AnswerField" for field in form) - 1
    if request.method != "POST":
        return (0 if request.args.get("one") == "yes" else None), False
    at = request.form.get("at", type=int)
    if at is None:
        return None, True
    at = min(max(at, 0), last)
    go = request.form.get("go", "next")
    if go == "back":
        return max(at - 1, 0), False
    return (at, True) if at == last else (at + 1, False)
