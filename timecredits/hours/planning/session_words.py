"""When a session takes place, in words for a letter: "Tuesday 3 March 2026, 10am to 12pm"."""

from datetime import date

from timecredits.foundation.display import display_day
from timecredits.foundation.local_times import time_of_day
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.repeating import WEEKDAYS
from timecredits.hours.planning.sessions import DatedSession
from timecredits.hours.planning.sign_up_mails import time_said


def day_words(day: date) -> Sentence:
    """A day with its weekday."""
    return Sentence("%(weekday)s %(day)s", weekday=WEEKDAYS[day.weekday()], day=display_day(day))


def when_words(dated: DatedSession) -> Sentence:
    """The day and the times on the wall; one that runs past midnight says so by its end alone."""
    return Sentence(
        "%(day)s, %(starts)s to %(ends)s",
        day=day_words(dated.day),
        starts=time_said(time_of_day(dated.begins)),
        ends=time_said(time_of_day(dated.ends)),
    )
