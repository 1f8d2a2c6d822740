"""The price list: all offers' names and prices on one page with one save, rows added and taken away."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, StringField
from wtforms.validators import StopValidation

from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_OFFERS
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_keeping import list_venue_offers
from timecredits.spending.offers.price_list import MOST_ROWS, PriceRow, check_prices, save_prices
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.venue.blueprint import blueprint
from timecredits.web.venue.offer_fields import PriceField, WholeField


class PriceRowForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One offer. Left empty it is none. `was` is what stood in the row when it was shown."""

    id = HiddenField(default=lambda: str(new_id()))
    was = HiddenField()
    name = StringField(lazy_gettext("Offer"), widget=GovTextInput())
    adult = PriceField(lazy_gettext("Adult"), optional=True)
    under_16 = PriceField(lazy_gettext("Under 16"), optional=True)
    most_people = WholeField(lazy_gettext("Most people"))
    off = BooleanField(lazy_gettext("Take it off"), widget=GovCheckboxInput())

    def validate_id(self, field: Any) -> None:
        """Refuse anything but a UUID."""
        try:
            UUID(field.data)
        except ValueError as fault:
            raise StopValidation(_("Go back, load the page again and send it once more.")) from fault

    def validate_adult(self, field: Any) -> None:
        """Whatever has a name has a price."""
        if not self.is_empty and not self.off.data and not field.errors and field.minutes is None:
            raise StopValidation(_("Type the price in credits, like 1 or 1.5. The least is a quarter."))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in a row that stands for no offer yet."""
        return not self.was.data and not any((field.data or "").strip() for field in (self.name, self.adult, self.under_16))

    @property
    def typed(self) -> str:
        """What stands in the row, to tell whether it was changed."""
        return " | ".join((field.data or "").strip() for field in (self.name, self.adult, self.under_16, self.most_people))

    @property
    def row(self) -> PriceRow:
        """What was typed."""
        return PriceRow(
            id=UUID(self.id.data),
            name=self.name.data or "",
            adult_minutes=self.adult.minutes or 0,
            under_16_minutes=self.under_16.minutes,
            most_people=1 if self.most_people.number is None else self.most_people.number,
            is_off=bool(self.off.data),
        )


class PriceListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """All rows."""

    rows = FieldList(FormField(PriceRowForm), min_entries=1, max_entries=MOST_ROWS + 1)


@blueprint.route("/prices", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def prices() -> Response | str:
    """Show every offer's price, and save them all at once. What was not touched is left as it is by then."""
    session, who = db.session(), actor()
    form = PriceListForm() if request.method == "POST" else _shown(list_venue_offers(session, who.programme, who.venue))
    if request.form.get("do") == "more":
        if len(form.rows) <= MOST_ROWS:
            form.rows.append_entry()
    elif form.validate_on_submit():
        forms = [each.form for each in form.rows if _counts(each.form)]
        rows = [each.row for each in forms]
        faults = check_prices(session, who.programme, who.venue, rows[:MOST_ROWS])
        for number, fault in faults.items():
            _show(forms[number], fault)
        if not faults:
            try:
                saved = save_prices(session, who.programme, who.venue, rows, actor_id=who.user_id)
            except RuleError as fault:
                show_rule(form.rows[0].form, fault)
            else:
                done = saved.changed + saved.made + saved.ended
                flash(
                    _(
                        "Saved. Changed: %(changed)s. New: %(made)s. Taken off: %(ended)s.",
                        changed=saved.changed,
                        made=saved.made,
                        ended=saved.ended,
                    )
                    if done
                    else _("It stands so already. Nothing was changed."),
                    "success",
                )
                return redirect(url_for("venue.prices"))
    return render_template("venue/prices.html", form=form, has_errors=bool(form.errors) or _any_errors(form))


def _counts(row: PriceRowForm) -> bool:
    """Whether a row says anything: an untouched one would undo what somebody else saved meanwhile."""
    return not row.is_empty and (bool(row.off.data) or row.typed != row.was.data)


def _shown(offers: Any) -> PriceListForm:
    rows = [_as_row(offer) for offer in offers[:MOST_ROWS]]
    form = PriceListForm(data={"rows": [*rows, {}] if len(rows) < MOST_ROWS else rows})
    for each in form.rows:
        each.form.id.data = each.form.id.data or str(new_id())
        each.form.was.data = each.form.typed if (each.form.name.data or "").strip() else ""
    return form


def _as_row(offer: Offer) -> dict[str, Any]:
    return {
        "id": str(offer.id),
        "name": offer.name,
        "adult": offer.adult_minutes,
        "under_16": offer.under_16_minutes,
        "most_people": offer.most_people,
    }


def _show(row: PriceRowForm, fault: RuleError) -> None:
    field = row[fault.field] if fault.field in {"name", "adult", "under_16", "most_people"} else row.name
    field.errors = [*field.errors, say(fault.sentence)]


def _any_errors(form: PriceListForm) -> bool:
    return any(field.errors for each in form.rows for field in each.form)
