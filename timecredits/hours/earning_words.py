"""What hours brought in credits, said where it isn't simply a credit an hour."""

from collections.abc import Iterator

from timecredits.foundation.amounts import credits_text, hours_text
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.recording import Recorded

_WHY_NONE = {
    "activity": Sentence("No credits: this activity earns none."),
    "volunteer": Sentence("No credits: they said no thank you."),
    "limit": Sentence("No credits: the most for that day or week is reached."),
}


def said_of_earnings(recorded: Recorded) -> Iterator[Sentence]:
    """Sentences to show after a save: "2½ credits. 10 minutes carry over." None when every minute became credit."""
    carried = sum(each.carried for each in recorded.earnings.values())
    if recorded.earned != recorded.minutes:
        reasons = {each.without for each in recorded.earnings.values()}
        reason = next(iter(reasons)) if len(reasons) == 1 else None
        yield _WHY_NONE.get(reason or "", Sentence("%(credits)s earned.", credits=credits_text(recorded.earned)))
    if recorded.put_by and carried:
        yield counted(
            "%(minutes)s carry over.",
            "%(minutes)s carry over, of %(num)s people.",
            len(recorded.put_by),
            minutes=hours_text(sum(recorded.put_by.values())),
        )
    if recorded.earned and recorded.minutes > recorded.earned + carried:
        yield Sentence("The rest brings no credits.")
    if recorded.paid_back:
        paid = credits_text(sum(recorded.paid_back.values()))
        yield Sentence("%(credits)s of it pays back what the programme lent.", credits=paid)
