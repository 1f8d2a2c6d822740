"""How templates show amounts, days, moments and the domain's sentences."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date, gettext, ngettext

from timecredits.foundation.amounts import amount_text, credits_text, hours_text
from timecredits.foundation.clock import LONDON
from timecredits.foundation.wording import Sentence


def say(sentence: object) -> str:
    """A Sentence in the reader's language; anything else as it is."""
    if not isinstance(sentence, Sentence):
        return str(sentence)
    values: dict[str, Any] = {name: say(value) for name, value in sentence.values.items()}
    if sentence.plural is not None:
        values.pop("num")  # ngettext fills it in
        return str(ngettext(sentence.template, sentence.plural, sentence.values["num"], **values))
    return str(gettext(sentence.template, **values))


def day(value: date) -> str:
    """A day in full: 21 November 2026."""
    return str(format_date(value, "d MMMM y"))


def moment(value: datetime) -> str:
    """A moment as seen in the United Kingdom: 21 November 2026, 2:05pm."""
    local = value.astimezone(LONDON)
    return f"{day(local.date())}, {clock_time(local.hour * 60 + local.minute)}"


def time_of_day(value: datetime) -> str:
    """The time of day of a moment as seen in the United Kingdom: 2:05pm."""
    local = value.astimezone(LONDON)
    return clock_time(local.hour * 60 + local.minute)


def clock_time(minutes: int) -> str:
    """Minutes after midnight as people say it: 2:05pm, 10am."""
    hour, minute = divmod(minutes, 60)
    half = "am" if hour < 12 else "pm"  # noqa: PLR2004  noon
    shown = hour % 12 or 12
    return f"{shown}:{minute:02}{half}" if minute else f"{shown}{half}"


def init_app(app: Flask) -> None:
    """Add the filters to templates."""
    app.jinja_env.filters.update(
        say=say,
        day=day,
        moment=moment,
        clock_time=clock_time,
        time_of_day=time_of_day,
        amount=amount_text,
        credits=lambda minutes: say(credits_text(minutes)),
        hours=lambda minutes: say(hours_text(minutes)),
    )
