"""Checking a letter, without an account: by its QR code, by its check code and the surname on it, or by its file."""

from typing import Any, Final, cast

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import HiddenField

from timecredits.journey.checks.checking import CheckedLetter, check_by_code, check_by_secret
from timecredits.journey.checks.uploaded_copies import MOST_BYTES, FileAnswer, check_by_file
from timecredits.journey.credentials.did_document import did_of
from timecredits.network.permissions import CHECK_REFERENCE
from timecredits.web.access import allow
from timecredits.web.checking_views import CheckForm, say_not_found
from timecredits.web.database import db, give_up
from timecredits.web.errors import page
from timecredits.web.public.blueprint import blueprint

_BESIDES: Final = 64 * 1024
"""What the other fields of the form, and the form itself, may take."""
_FILE: Final = "file"
"""Before the names of the fields of the form with the file, so that the page has no name twice."""
_FAULTS: Final = {
    FileAnswer.EMPTY: lazy_gettext("This file is empty. We did not check anything. Choose the letter as it was sent to you."),
    FileAnswer.TOO_BIG: lazy_gettext("This file is too big for a letter. We did not check it. Type the check code instead."),
    FileAnswer.NOT_PDF: lazy_gettext("This file is no PDF. We did not check it. Choose the letter as it was sent to you."),
    FileAnswer.LOCKED: lazy_gettext("This file asks for a password. Our letters never do. Ask for the file as we made it."),
    FileAnswer.TOO_MANY: lazy_gettext("Too many tries with this letter. We did not look. Wait an hour, or scan the square code."),
}


class FileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A letter as a file. `way` tells this form from the one with the code."""

    way = HiddenField(default=_FILE)
    letter = FileField(lazy_gettext("The letter as a PDF file"), widget=GovFileInput())


@blueprint.get("/v/<secret>")
@allow(CHECK_REFERENCE, writes=True)
def check_reference(secret: str) -> ResponseReturnValue:
    """Answer for the letter whose QR code was scanned, and keep that somebody looked."""
    # A HEAD is a machine asking whether the address lives, not a person reading.
    letter = check_by_secret(db.session(), secret, count=request.method == "GET")
    if letter is None:
        return render_template("public/check_unknown.html"), 404
    return _answer(letter)


@blueprint.route("/v", methods=["GET", "POST"])
@allow(CHECK_REFERENCE)
def check_typed() -> ResponseReturnValue:
    """Answer for the letter whose code was typed, or whose file was sent."""
    if request.method == "POST" and request.form.get(f"{_FILE}-way") == _FILE:
        return _check_file()
    form = CheckForm()
    if not form.validate_on_submit():
        return _form(form=form)
    check = check_by_code(db.session(), form.code.data, form.surname.data)
    if check.letter is not None:
        return _answer(check.letter)
    status = say_not_found(form, check)
    return _form(form=form), status


cast("Any", check_typed).most_bytes = MOST_BYTES + _BESIDES


def _check_file() -> ResponseReturnValue:
    form = FileForm(prefix=_FILE)
    if not form.validate_on_submit():
        return _form(file_form=form)
    if not form.letter.data:
        return _refused(form, _("Choose the letter's file first. We did not check anything."))
    check = check_by_file(
        db.session(),
        form.letter.data.read(MOST_BYTES + 1),
        trusted=current_app.config["DOCUMENT_CERTIFICATES"],
        did=did_of(current_app.config["BASE_URL"]),
    )
    if check.answer in _FAULTS:
        return _refused(form, _FAULTS[check.answer], 429 if check.answer is FileAnswer.TOO_MANY else 200)
    if check.answer in {FileAnswer.ISSUED, FileAnswer.CREDENTIAL} and check.letter is not None:
        return _answer(check.letter, file=check.answer.value)
    if check.answer is FileAnswer.ALTERED:
        return render_template("public/check_altered.html", letter=check.letter)
    return render_template("public/check_file_unknown.html", is_signed=check.answer is FileAnswer.SIGNED)


@blueprint.errorhandler(413)
def _too_big(_fault: RequestEntityTooLarge) -> ResponseReturnValue:
    if request.endpoint != "public.check_typed":
        return page(413)
    give_up()
    form = FileForm(formdata=None, prefix=_FILE)
    form.letter.errors = [_FAULTS[FileAnswer.TOO_BIG]]
    return _form(form=CheckForm(formdata=None), file_form=form), 413


def _refused(form: FileForm, words: object, status: int = 200) -> ResponseReturnValue:
    form.letter.errors = [words]
    return _form(file_form=form), status


def _form(*, form: CheckForm | None = None, file_form: FileForm | None = None) -> str:
    """The page with both forms; only the one that was sent keeps what it held."""
    shown: list[Any] = [form or CheckForm(formdata=None), file_form or FileForm(formdata=None, prefix=_FILE)]
    errors = [
        {"text": field.errors[0], "href": f"#{field.id}"} for each in shown for field in each if getattr(field, "errors", None)
    ]
    return render_template("public/check_form.html", code_form=shown[0], file_form=shown[1], page_errors=errors)


def _answer(letter: CheckedLetter, *, file: str = "") -> str:
    return render_template("public/check_answer.html", letter=letter, file=file)
