"""Keys for partners: made here, shown once, ended here."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectMultipleField, StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.api_tokens import DAYS, SCOPES, end_token, list_tokens, make_token
from timecredits.network.permissions import KEEP_API_TOKENS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.freshness import fresh
from timecredits.web.programme.blueprint import blueprint


class KeyForm(CreatingForm):
    """A key for one partner."""

    name = StringField(lazy_gettext("Whom is the key for?"), widget=GovTextInput())
    scopes = SelectMultipleField(lazy_gettext("What may they do with it?"), widget=GovCheckboxesInput(), validate_choice=False)
    days = RadioField(
        lazy_gettext("How long is it good?"), widget=GovRadioInput(), coerce=str, default="365", validate_choice=False
    )


@blueprint.get("/keys")
@allow(KEEP_API_TOKENS)
def tokens() -> str:
    """List every key, those that still work first."""
    return render_template(
        "programme/tokens.html", tokens=list_tokens(db.session(), actor().programme), scopes=SCOPES, now=clock.now()
    )


@blueprint.route("/keys/new", methods=["GET", "POST"])
@allow(KEEP_API_TOKENS)
@fresh
def token_new() -> str | Response:
    """Make a key and show it, once: the answer to the form is the only page that ever holds it."""
    form = KeyForm()
    form.scopes.choices = [(scope, say(words)) for scope, words in SCOPES.items()]
    form.days.choices = [(str(days), _("%(num)s days", num=days)) for days in DAYS]
    if form.validate_on_submit():
        try:
            made = make_token(
                db.session(),
                actor().programme,
                token_id=form.created_id,
                name=form.name.data or "",
                scopes=form.scopes.data or [],
                days=int(form.days.data) if (form.days.data or "").isdecimal() else 0,
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return render_template("programme/token_made.html", token=made.token, text=made.text)
    return render_template("programme/token_new.html", form=form)


@blueprint.post("/keys/<uuid:token_id>/end")
@allow(KEEP_API_TOKENS)
@fresh
def token_end(token_id: UUID) -> Response:
    """Let a key work no more."""
    token = end_token(db.session(), actor().programme, token_id, actor_id=actor().user_id)
    flash(_("The key of %(name)s does not work any more.", name=token.name), "success")
    return redirect(url_for("programme.tokens"))
