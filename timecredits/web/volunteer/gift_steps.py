"""One gift in three steps on one page: say how much, look at it, give. The same for oneself and for somebody one helps."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import RuleError
from timecredits.spending.giving.gifts import Given, Giver, look_at_gift
from timecredits.spending.statements import volunteer_balance
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.giving_fields import GiftForm


@dataclass(frozen=True)
class GiftPage:
    """Who gets it, where the page is, where Back and success lead, and whose credits these are: "" for one's own."""

    receiver: str
    action: str
    back: str
    done: str
    about: str = ""
    whose: str = ""
    is_pot: bool = False


def gift_steps(page: GiftPage, giver: Giver, give: Callable[[GiftForm], Given]) -> str | Response:
    """Show the step that was asked for; give at the last one. `give` calls the verb with what the form says."""
    form, looks, words = GiftForm(), False, ""
    if form.validate_on_submit() and request.form.get("do") != "change":
        try:
            words = look_at_gift(db.session(), actor().programme, giver, form.amount.minutes, form.words.data or "")
            looks = True
            if request.form.get("do") == "give":
                return _done(page, give(form))
        except RuleError as fault:
            looks = False
            show_rule(form, fault)
    return render_template(
        "volunteer/give_to.html",
        form=form,
        page=page,
        looks=looks,
        words=words,
        balance=None if page.whose else volunteer_balance(db.session(), actor().programme, giver.volunteer_id),
    )


def _done(page: GiftPage, given: Given) -> Response:
    amount = say(credits_text(given.minutes))
    if given.again:
        text = _("Done already. Nothing was given twice.")
    elif page.whose:
        text = _(
            "Done. %(name)s has %(amount)s from %(whose)s. You can take it back for 15 minutes.",
            amount=amount,
            name=page.receiver,
            whose=page.whose,
        )
    else:
        text = _(
            "Done. %(name)s has %(amount)s from you. You can take it back for 15 minutes.", amount=amount, name=page.receiver
        )
    flash(text, "success")
    return redirect(page.done)
