"""Minutes as people say them: 90 is "1½ credits" or "1½ hours". Amounts are whole minutes everywhere else."""

from timecredits.foundation.wording import Sentence, counted

MINUTES_A_CREDIT = 60

_QUARTERS = {0: "", 15: "¼", 30: "½", 45: "¾"}


def credits_text(minutes: int) -> Sentence:
    """`minutes` of credit in words: "1 credit", "2½ credits", "1 credit and 10 minutes". Below 0 keeps its minus sign."""
    short = _in_quarters(minutes)
    if short is None:
        whole, rest = divmod(abs(minutes), MINUTES_A_CREDIT)
        return Sentence(
            "%(sign)s%(credits)s and %(rest)s",
            sign="−" if minutes < 0 else "",
            credits=credits_text(whole * MINUTES_A_CREDIT),
            rest=_minutes(rest),
        )
    return counted("%(amount)s credit", "%(amount)s credits", _plural(minutes), amount=short)


def hours_text(minutes: int) -> Sentence:
    """`minutes` of time in words: "1 hour", "2½ hours", "45 minutes", "2 hours 10 minutes"."""
    if 0 < abs(minutes) < MINUTES_A_CREDIT:
        return _minutes(minutes)
    short = _in_quarters(minutes)
    if short is None:
        whole, rest = divmod(abs(minutes), MINUTES_A_CREDIT)
        return Sentence(
            "%(sign)s%(hours)s %(rest)s",
            sign="−" if minutes < 0 else "",
            hours=hours_text(whole * MINUTES_A_CREDIT),
            rest=_minutes(rest),
        )
    return counted("%(amount)s hour", "%(amount)s hours", _plural(minutes), amount=short)


def amount_text(minutes: int) -> str:
    """The bare number of credits or hours: "2½", or "2.17" where no quarter fits."""
    return _in_quarters(minutes) or f"{'−' if minutes < 0 else ''}{abs(minutes) / MINUTES_A_CREDIT:,.2f}"


def _in_quarters(minutes: int) -> str | None:
    whole, rest = divmod(abs(minutes), MINUTES_A_CREDIT)
    if rest not in _QUARTERS:
        return None
    digits = _QUARTERS[rest] if whole == 0 and rest else f"{whole:,}{_QUARTERS[rest]}"
    return f"−{digits}" if minutes < 0 else digits


def _plural(minutes: int) -> int:
    # "½ credit", "1 credit" but "0 credits", "1½ credits".
    return 1 if 0 < abs(minutes) <= MINUTES_A_CREDIT else 2


def _minutes(minutes: int) -> Sentence:
    return counted("%(num)s minute", "%(num)s minutes", minutes)
