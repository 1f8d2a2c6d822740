"""How screens name what stands in a request: what would help, when to reach somebody, and where it stands."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

from timecredits.community.referral_models import MoneyKind, MoneyState, ReferralKind, ReferralState
from timecredits.community.referrals.asking import Reach, Wish
from timecredits.community.referrals.working_days import AIM_DAYS

__all__ = ["AIM_DAYS", "KINDS", "MONEY_KINDS", "MONEY_STATES", "REACHES", "STATES", "TONES", "WISHES", "pounds", "words_of"]

WISHES: Final = {
    Wish.PEOPLE.value: _("Meet people"),
    Wish.GIVE.value: _("Give some of my time"),
    Wish.TALK.value: _("Somebody to talk to"),
    Wish.GROUP.value: _("A group"),
    Wish.DO.value: _("Something to do"),
    Wish.UNSURE.value: _("I am not sure"),
}
REACHES: Final = {
    Reach.MORNING.value: _("In the morning"),
    Reach.AFTERNOON.value: _("In the afternoon"),
    Reach.EVENING.value: _("In the evening"),
    Reach.MESSAGE.value: _("It is safe to leave a message"),
}
STATES: Final = {
    ReferralState.DRAFT.value: _("Not sent"),
    ReferralState.NEW.value: _("New"),
    ReferralState.SEEN.value: _("In hand"),
    ReferralState.IN_TOUCH.value: _("In touch"),
    ReferralState.WAITING.value: _("Waits for a place"),
    ReferralState.JOINED.value: _("Joined"),
    ReferralState.ELSEWHERE.value: _("Led on elsewhere"),
    ReferralState.NO_ANSWER.value: _("No answer"),
    ReferralState.NOT_NOW.value: _("Not now"),
    ReferralState.WITHDRAWN.value: _("Taken back"),
}
TONES: Final = {
    ReferralState.NEW.value: "warn",
    ReferralState.JOINED.value: "good",
}
KINDS: Final = {
    ReferralKind.SELF.value: _("They asked for themselves"),
    ReferralKind.PROFESSIONAL.value: _("Somebody asked for them"),
    ReferralKind.PHONE.value: _("They rang"),
}
MONEY_STATES: Final = {
    MoneyState.OWED.value: _("Owed"),
    MoneyState.RECEIVED.value: _("Received"),
    MoneyState.WAIVED.value: _("Waived"),
}
MONEY_KINDS: Final = {MoneyKind.JOINING_FEE.value: _("Joining fee"), MoneyKind.DONATION.value: _("Donation")}


def words_of(values: tuple[str, ...], names: Mapping[str, Any]) -> str:
    """The names of these values in one line; "Not given" for none."""
    return ", ".join(str(names[each]) for each in values if each in names) or str(_("Not given"))


def pounds(pence: int) -> str:
    """An amount of money: £10, £2.50, £1,200."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}.{rest:02}" if rest else f"£{whole:,}"
