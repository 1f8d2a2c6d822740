"""An event on paper: one A4 page with its name, the next dates, and a square code that leads to its page."""

from collections.abc import Sequence
from typing import Literal, TypedDict

from timecredits.community.events.whats_on import EventDate, ShownEvent
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.planning.sign_up_mails import time_said

__all__ = ["EventPosterDisplay", "EventPosterRecord", "print_event_poster", "write_event_poster"]

_DATES = 4
_LONGEST_WORDS, _LONGEST_PLACE, _LONGEST_ACCESS = 320, 140, 200


class EventPosterDisplay(TypedDict):
    """The words on the page, in the order in which they stand there."""

    title: str
    heading: str
    organisation: str
    words: str
    dates: list[str]
    place: str
    entry: str
    access: str
    qr_description: str
    scan: str
    typing: str
    address: str
    asking: str


class EventPosterRecord(TypedDict):
    """A poster, whole. It bears no person's name."""

    kind: Literal["event_poster"]
    version: Literal[1]
    language: str
    issued_on: str
    address: str
    display: EventPosterDisplay


def write_event_poster(
    event: ShownEvent, dates: Sequence[EventDate], *, address: str, issued_on: str, language: str = "en"
) -> EventPosterRecord:
    """Put the poster into words: up to four dates that are on. `issued_on` is an ISO day; `address` leads to the event's page."""
    shown = [each.dated for each in dates if each.dated.is_on]
    said = [
        str(
            Sentence(
                "%(day)s, %(starts)s to %(ends)s",
                day=display_day(each.day),
                starts=time_said(each.starts),
                ends=time_said(each.starts + each.minutes),
            )
        )
        for each in shown[:_DATES]
    ]
    if len(shown) > _DATES:
        said.append(str(Sentence("and more days")))
    places = {each.place for each in shown if each.place}
    return {
        "kind": "event_poster",
        "version": 1,
        "language": language,
        "issued_on": issued_on,
        "address": address,
        "display": {
            "title": str(Sentence("Poster for %(event)s", event=event.name)),
            "heading": event.name,
            "organisation": event.organisation,
            "words": _short(event.words, _LONGEST_WORDS),
            "dates": said,
            "place": _short(places.pop() if len(places) == 1 else event.place or event.town, _LONGEST_PLACE),
            "entry": _entry(event),
            "access": _short(". ".join(event.access_facts), _LONGEST_ACCESS),
            "qr_description": str(Sentence("A square code to scan. The address below leads to the same page.")),
            "scan": str(Sentence("Scan this to see more and to book.")),
            "typing": str(Sentence("Or type this address:")),
            "address": address.removeprefix("https://").removeprefix("http://"),
            "asking": _asking(event),
        },
    }


def print_event_poster(record: EventPosterRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, one page. Raises UnprintableCharacter (with the field at fault) or DocumentError."""
    drawn = qr_svg(record["address"], title=record["display"]["qr_description"], level="Q")
    return compile_document("event_poster", record, drawings={"qr": drawn})


def _entry(event: ShownEvent) -> str:
    guests = counted("You can bring %(num)s person.", "You can bring %(num)s people.", event.most_guests)
    entry = (
        Sentence("Entry is %(credits)s a person, given at the door.", credits=credits_text(event.entry_minutes))
        if event.entry_minutes
        else Sentence("It is free.")
    )
    return f"{entry} {guests}" if event.most_guests else str(entry)


def _asking(event: ShownEvent) -> str:
    if event.contact_phone:
        return str(Sentence("Or call %(phone)s.", phone=event.contact_phone))
    return str(Sentence("Or write to %(email)s.", email=event.contact_email)) if event.contact_email else ""


def _short(words: str, most: int) -> str:
    text = " ".join(words.split())
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(".,;:") + "…"
