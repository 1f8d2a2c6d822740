"""Letters that I share: put together, shown as a link, changed, ended, and who looked. And who checked a letter of mine."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from markupsafe import Markup
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.qr import qr_svg
from timecredits.journey.checks.letter_looks import list_looks
from timecredits.journey.letters.letter_states import LetterState
from timecredits.journey.pack_models import Pack
from timecredits.journey.packs.pack_links import LinkState, link_state, list_pack_looks, list_packs, pack_code
from timecredits.journey.packs.pack_reading import read_pack
from timecredits.journey.packs.packs import (
    LONGEST_DAYS,
    MOST_LETTERS,
    PackTerms,
    ShareableLetter,
    change_pack,
    end_pack,
    find_pack,
    letters_of_packs,
    make_pack,
    shareable_letters,
    usual_last_day,
)
from timecredits.journey.planning.presets import find_preset
from timecredits.network.permissions import SEE_OWN_REFERENCES, SHARE_REFERENCES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import day
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField
from timecredits.web.requirement_fields import read_requirement, requirement_said
from timecredits.web.volunteer.blueprint import blueprint

_PLACES: Final = tuple(f"letter_{place}" for place in range(1, MOST_LETTERS + 1))


class LetterField(SelectField):  # type: ignore[misc]  # WTForms has no types
    """One of the person's letters, or none. What can't be one is none: the rule then speaks."""

    data: Any
    widget = GovSelect()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=str, validate_choice=False, choices=[], **kwargs)

    @property
    def chosen(self) -> UUID | None:
        """The letter, if one was chosen."""
        try:
            return UUID(self.data or "")
        except ValueError:
            return None


class PackForm(FlaskForm):  # type: ignore[misc]
    """What a person chooses about the letters they share."""

    title = StringField(
        lazy_gettext("What is it for?"),
        widget=GovTextInput(),
        validators=[InputRequired(lazy_gettext("Give it a name, such as the job. Only you see it. Nothing was saved."))],
    )
    letter_1 = LetterField(lazy_gettext("Letter"))
    letter_2 = LetterField(lazy_gettext("Second letter"))
    letter_3 = LetterField(lazy_gettext("Third letter"))
    ends_on = DayField(lazy_gettext("Last day of the link"))

    def offer(self, letters: list[ShareableLetter]) -> None:
        """Let people choose from these letters, in as many places as there are letters."""
        choices = [SelectChoice(str(each.reference_id), _letter_words(each)) for each in letters]
        for name in _PLACES[max(1, len(letters)) :]:
            del self[name]
        for number, field in enumerate(self.picks):
            none = [] if number == 0 and len(letters) == 1 else [SelectChoice("", _("No letter"))]
            field.choices = none + choices

    @property
    def picks(self) -> list[LetterField]:
        """The fields with letters, in their order."""
        return [self[name] for name in _PLACES if name in self]

    @property
    def terms(self) -> PackTerms:
        """What was chosen. Only after the form was found good."""
        letters = tuple(field.chosen for field in self.picks if field.chosen is not None)
        return PackTerms(self.title.data, letters, self.ends_on.day)


class NewPackForm(CreatingForm, PackForm):
    """The same for a pack that isn't there yet."""


@blueprint.get("/packs")
@allow(SHARE_REFERENCES)
def packs() -> str:
    """What I share, and what I shared."""
    who = actor()
    return render_template("volunteer/packs.html", rows=list_packs(db.session(), who.programme, who.volunteer), states=LinkState)


@blueprint.route("/packs/new", methods=["GET", "POST"])
@allow(SHARE_REFERENCES)
def pack_new() -> ResponseReturnValue:
    """Put letters together. `letter` in the address is chosen to begin with; the planner hands on what was asked."""
    who, session = actor(), db.session()
    letters = shareable_letters(session, who.programme, who.volunteer)
    if not letters:
        return render_template("volunteer/pack_none.html")
    asked = read_requirement(request.args)
    form = NewPackForm(ends_on=usual_last_day(), letter_1=_first(letters))
    form.offer(letters)
    if form.validate_on_submit():
        try:
            pack = make_pack(
                session,
                who.programme,
                who.volunteer,
                pack_id=form.created_id,
                terms=form.terms,
                asked=asked,
                preset_name=_preset_name() if asked else "",
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Done. Here is your link. Nobody has it yet: send it to whom you like."), "success")
            return redirect(url_for("volunteer.pack", pack_id=pack.id))
    return _form_page(form, asked=requirement_said(asked))


@blueprint.get("/packs/<uuid:pack_id>")
@allow(SHARE_REFERENCES)
def pack(pack_id: UUID) -> str:
    """One link: its address, what is behind it, and who looked."""
    who, session = actor(), db.session()
    found = find_pack(session, who.programme, who.volunteer, pack_id)
    address = _address(found)
    looks, total = list_pack_looks(session, found)
    return render_template(
        "volunteer/pack.html",
        pack=found,
        state=link_state(found),
        states=LinkState,
        address=address,
        mail=_mail(address, found),
        qr=_square(address),
        shared=read_pack(session, found),
        asked=requirement_said(found.asked),
        looks=looks,
        total=total,
    )


@blueprint.route("/packs/<uuid:pack_id>/change", methods=["GET", "POST"])
@allow(SHARE_REFERENCES)
def pack_change(pack_id: UUID) -> ResponseReturnValue:
    """Other letters, another order or last day. The address stays."""
    who, session = actor(), db.session()
    found = find_pack(session, who.programme, who.volunteer, pack_id)
    if found.ended_at is not None:
        return redirect(url_for("volunteer.pack", pack_id=pack_id))
    inside = letters_of_packs(session, who.programme, [pack_id])[pack_id]
    letters = shareable_letters(session, who.programme, who.volunteer, already=inside)
    if not letters:
        return render_template("volunteer/pack_none.html")
    standing = [each for each in inside if each in {letter.reference_id for letter in letters}]
    chosen = {name: str(each) for name, each in zip(_PLACES, standing, strict=False)}
    last_day = found.ends_on if link_state(found) is LinkState.OPEN else usual_last_day()
    form = PackForm(title=found.title, ends_on=last_day, **chosen)
    form.offer(letters)
    if form.validate_on_submit():
        try:
            change_pack(session, who.programme, who.volunteer, pack_id, form.terms)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The link is the same as before."), "success")
            return redirect(url_for("volunteer.pack", pack_id=pack_id))
    return _form_page(form, pack=found, asked=requirement_said(found.asked))


@blueprint.post("/packs/<uuid:pack_id>/end")
@allow(SHARE_REFERENCES)
def pack_end(pack_id: UUID) -> ResponseReturnValue:
    """End the link now."""
    who = actor()
    end_pack(db.session(), who.programme, who.volunteer, pack_id)
    flash(_("Done. The link does not work any more. Letters on paper can still be checked."), "success")
    return redirect(url_for("volunteer.pack", pack_id=pack_id))


@blueprint.get("/letters/<uuid:reference_id>/looks")
@allow(SEE_OWN_REFERENCES)
def reference_looks(reference_id: UUID) -> str:
    """Every time that a letter of mine was checked, and how."""
    who = actor()
    looks = list_looks(db.session(), who.programme, who.volunteer, reference_id)
    return render_template("volunteer/reference_looks.html", looks=looks)


def _form_page(form: PackForm, *, pack: Pack | None = None, asked: list[str]) -> str:
    latest = clock.today() + timedelta(days=LONGEST_DAYS)
    return render_template("volunteer/pack_form.html", form=form, pack=pack, asked=asked, latest=latest)


def _first(letters: list[ShareableLetter]) -> str:
    """The letter that the address names, else the newest."""
    known = {str(each.reference_id) for each in letters}
    wanted = request.args.get("letter", "")
    return wanted if wanted in known else str(letters[0].reference_id)


def _letter_words(letter: ShareableLetter) -> str:
    said = {"organisation": letter.organisation_name, "name": letter.signer_name, "day": day(letter.issued_on)}
    if letter.state is LetterState.VALID:
        return str(_("%(organisation)s, by %(name)s, %(day)s", **said))
    return str(_("%(organisation)s, by %(name)s, %(day)s (out of date)", **said))


def _address(pack: Pack) -> str:
    code = pack_code(db.session(), current_app.config["KEYRING"], pack)
    address: str = current_app.config["BASE_URL"] + url_for("public.shared_letters", code=code)
    return address


def _mail(address: str, pack: Pack) -> str:
    """An address that opens the person's own mail program. It names nobody."""
    words = _("Here are my letters:\n%(address)s\nThe link works until %(day)s.", address=address, day=day(pack.ends_on))
    return f"mailto:?subject={quote(_('My letters'))}&body={quote(words)}"


def _square(address: str) -> Markup:
    return Markup(qr_svg(address, title=_("A square code to scan with a phone."), level="M"))  # noqa: S704  our own drawing


def _preset_name() -> str:
    """What the programme calls the preset in the address; "" for none, and for one that isn't there."""
    try:
        return find_preset(db.session(), actor().programme, request.args.get("preset", "")).name
    except NotFoundError:
        return ""
