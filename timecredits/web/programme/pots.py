"""All pots of the programme: see them, make one, call it otherwise, and let one be an organisation's budget."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Organisation
from timecredits.network.permissions import KEEP_ALL_POTS
from timecredits.spending.giving.funding import set_budget
from timecredits.spending.giving.pot_statements import pot_csv, pot_statement
from timecredits.spending.giving.pots import find_pot, list_pots, make_pot, rename_pot
from timecredits.spending.giving_models import PotKind
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.pot_rows import pot_columns, pot_rows
from timecredits.web.programme.blueprint import blueprint

_EVERYBODY = ""


class PotForm(CreatingForm):
    """A name, what it is for, and whose it is."""

    organisation = SelectField(lazy_gettext("Whose pot is it?"), widget=GovSelect(), validate_choice=False)
    name = StringField(lazy_gettext("Name"), widget=GovTextInput())
    about = StringField(lazy_gettext("What is it for? (you can leave this out)"), widget=GovTextInput())


class RenameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A name, and what it is for."""

    name = StringField(lazy_gettext("Name"), widget=GovTextInput())
    about = StringField(lazy_gettext("What is it for? (you can leave this out)"), widget=GovTextInput())


@blueprint.get("/pots")
@allow(KEEP_ALL_POTS)
def pots() -> str:
    """Every pot, closed ones last."""
    lines = list_pots(db.session(), actor().programme)
    return render_template(
        "programme/pots.html",
        community=[line for line in lines if line.pot.kind is PotKind.COMMUNITY and line.pot.closed_at is None],
        own=[line for line in lines if line.pot.kind is PotKind.ORGANISATION and line.pot.closed_at is None],
        closed=[line for line in lines if line.pot.closed_at is not None],
    )


@blueprint.route("/pots/new", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_new() -> str | Response:
    """Make one."""
    form, who = PotForm(), actor()
    rows = db.session().execute(
        select(Organisation.id, Organisation.name).where(Organisation.programme_id == who.programme).order_by(Organisation.name)
    )
    choices = [(_EVERYBODY, _("Everybody (a community pot)")), *((str(key), name) for key, name in rows)]
    form.organisation.choices = choices
    if form.validate_on_submit():
        try:
            _make(form, {value for value, _name in choices})
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The pot is empty."), "success")
            return redirect(url_for(".pot", pot_id=form.created_id))
    return render_template("programme/pot_new.html", form=form)


@blueprint.get("/pots/<uuid:pot_id>")
@allow(KEEP_ALL_POTS)
def pot(pot_id: UUID) -> str:
    """One pot: what it holds, what can be done, and every movement without names."""
    line = find_pot(db.session(), actor().programme, pot_id)
    statement = pot_statement(db.session(), line.pot, with_names=False, after=request.args.get("after", ""))
    return render_template(
        "programme/pot.html",
        line=line,
        is_community=line.pot.kind is PotKind.COMMUNITY,
        columns=pot_columns(with_names=False),
        rows=pot_rows(statement.rows, with_names=False),
        older=statement.older,
        is_first="after" not in request.args,
    )


@blueprint.get("/pots/<uuid:pot_id>/statement.csv")
@allow(KEEP_ALL_POTS)
def pot_statement_file(pot_id: UUID) -> FlaskResponse:
    """Download every movement, without names."""
    return csv_answer(pot_csv(db.session(), find_pot(db.session(), actor().programme, pot_id).pot, with_names=False), "pot.csv")


@blueprint.route("/pots/<uuid:pot_id>/name", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_rename(pot_id: UUID) -> str | Response:
    """Call it otherwise."""
    line = find_pot(db.session(), actor().programme, pot_id)
    form = RenameForm() if request.method == "POST" else RenameForm(name=line.pot.name, about=line.pot.about)
    if form.validate_on_submit():
        try:
            rename_pot(
                db.session(),
                actor().programme,
                pot_id,
                name=form.name.data or "",
                about=form.about.data or "",
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".pot", pot_id=pot_id))
    return render_template("programme/pot_rename.html", form=form, line=line)


@blueprint.route("/pots/<uuid:pot_id>/budget", methods=["GET", "POST"])
@allow(KEEP_ALL_POTS)
def pot_budget(pot_id: UUID) -> str | Response:
    """Ask once more, then let the organisation's hours be paid from this pot, or no longer."""
    who, session = actor(), db.session()
    line = find_pot(session, who.programme, pot_id)
    if line.pot.organisation_id is None or line.pot.closed_at is not None:
        raise NotFoundError
    if request.method == "POST":
        begin = request.form.get("do") == "begin"
        if not begin and not line.is_budget:  # another pot may be the budget: it stays that
            flash(_("It was so already. Nothing was changed."), "success")
            return redirect(url_for(".pot", pot_id=pot_id))
        set_budget(session, who.programme, line.pot.organisation_id, pot_id if begin else None, actor_id=who.user_id)
        text = _("Saved. Hours are now paid from this pot.") if begin else _("Saved. Hours are paid without a budget now.")
        flash(text, "success")
        return redirect(url_for(".pot", pot_id=pot_id))
    return render_template("programme/pot_budget.html", line=line)


def _make(form: PotForm, known: set[str]) -> None:
    whose = form.organisation.data or _EVERYBODY
    if whose not in known:
        raise NotFoundError
    make_pot(
        db.session(),
        actor().programme,
        pot_id=form.created_id,
        kind=PotKind.ORGANISATION if whose else PotKind.COMMUNITY,
        name=form.name.data or "",
        about=form.about.data or "",
        organisation_id=UUID(whose) if whose else None,
        actor_id=actor().user_id,
    )
