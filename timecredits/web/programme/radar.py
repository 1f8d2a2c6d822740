"""The spend-gap radar: why credits stay unused, what that means, and the page on which something can be done about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.csv_text import csv_text
from timecredits.insight.spend_gap.places import PlaceFinding, PlaceLine, find_places
from timecredits.insight.spend_gap.radar import DISTANCES, Radar, read_radar
from timecredits.insight.spend_gap.shapes import OTHERS, Change, FindingKind, Line, PeopleFinding
from timecredits.network.models import Organisation, Programme
from timecredits.network.permissions import SEE_REPORTS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import day, moment, say
from timecredits.web.programme.blueprint import blueprint

_USUAL: Final = 10
_ORDER: Final = tuple(FindingKind)

Cell = str | dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words: its number, what it means, what is behind it, and what to do next: (words, address)."""

    kind: FindingKind
    title: str
    icon: str
    number: str
    means: str
    more: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: list[list[Cell]] = field(default_factory=list)
    note: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """The whole radar in words. `hidden` are the titles of what stands behind too few people."""

    told: list[Told]
    hidden: list[str]
    as_of: str
    within: int


@blueprint.get("/radar")
@allow(SEE_REPORTS)
def radar() -> str:
    """Every finding, what weighs most first."""
    return render_template("programme/radar.html", seen=_look(), distances=DISTANCES)


@blueprint.get("/radar/findings.csv")
@allow(SEE_REPORTS)
def radar_csv() -> Response:
    """The same as a table."""
    seen = _look()
    owner = db.session().get_one(Programme, actor().programme).name
    rows: list[list[str]] = [
        [owner],
        *([[seen.as_of]] if seen.as_of else []),
        [_small()],
        [],
        [_("What"), _("Part"), _("Number")],
    ]
    for told in seen.told:
        rows.append([told.title, _("All of it"), told.number])
        for line in told.rows:
            words = [each["text"] if isinstance(each, dict) else each for each in line]
            part, number = words[: -1 if len(words) > 1 else None], words[-1]
            rows.append([told.title, ", ".join(each for each in part if each), number])
    rows += [[title, _("All of it"), _("Too few people to show")] for title in seen.hidden]
    return csv_answer(csv_text([_("Why credits stay unused")], rows), "radar.csv")


def _look() -> Seen:
    session, programme_id = db.session(), actor().programme
    asked = request.args.get("within", "")
    within = next((each for each in DISTANCES if str(each) == asked), _USUAL)
    found = read_radar(session, programme_id)
    findings: list[PeopleFinding | PlaceFinding] = [*find_places(session, programme_id, clock.today())]
    if found is not None:
        findings += [*found.findings, *([found.far[within]] if within in found.far else [])]
    findings.sort(key=lambda each: (-each.weight, _ORDER.index(each.kind)))
    shown = [each for each in findings if each.number is not None]
    told = [
        _place(each) if isinstance(each, PlaceFinding) else _PEOPLE[each.kind](each, found, within)
        for each in shown
        if isinstance(each, PlaceFinding) or found is not None
    ]
    hidden = [_title(each.kind) for each in findings if each.number is None]
    as_of = "" if found is None else _("Counted up to %(moment)s.", moment=moment(found.as_of))
    return Seen(told, hidden, as_of, within)


def _title(kind: FindingKind) -> str:
    titles = {
        FindingKind.RUNNING_OUT: _("Credits that run out soon"),
        FindingKind.NEVER_USED: _("People who have credits and used none"),
        FindingKind.UNUSED: _("Credits that nobody has used yet"),
        FindingKind.FAR: _("People with no venue near them"),
        FindingKind.STOPPED: _("Venues to look at"),
        FindingKind.FULL: _("Offers that are full again and again"),
        FindingKind.UNTAKEN: _("Offers that nobody takes"),
    }
    return str(titles[kind])


def _small() -> str:
    return str(_("Fewer than 5 people: not shown, so that nobody can be picked out."))


def _people(finding: PeopleFinding) -> str:
    number = finding.number or 0
    if finding.at_least:
        return str(_("%(num)s or more people", num=number))
    return str(ngettext("%(num)s person", "%(num)s people", number))


def _at_least(number: int) -> str:
    return str(_("%(num)s or more", num=number))


def _share(hundredths: int) -> str:
    return str(_("about %(num)s of 100", num=hundredths))


def _running_out(finding: PeopleFinding, found: Radar | None, within: int) -> Told:
    del found, within
    return Told(
        finding.kind,
        _title(finding.kind),
        "clock",
        _people(finding),
        _("Some of their credits run out in the next weeks. What is used or given before then is not lost."),
        (_("People with an email are told. The others may like a word from their coordinator."),),
        links=(
            (_("See the organisations, and whom to write to"), url_for("programme.organisations")),
            (_("Look at when credits run out"), url_for("programme.setting", name="expire_after_months")),
        ),
    )


def _never_used(finding: PeopleFinding, found: Radar | None, within: int) -> Told:
    del within
    names = _organisations([line.key for line in finding.lines if line.key != OTHERS])
    rows: list[list[Cell]] = [
        [
            _("All other organisations")
            if line.key == OTHERS
            else {
                "text": names.get(line.key, ""),
                "href": url_for("programme.organisation", organisation_id=UUID(line.key)),
            },
            _at_least(line.number),
        ]
        for line in finding.lines
    ]
    return Told(
        finding.kind,
        _title(finding.kind),
        "people",
        _people(finding),
        _("They have credits and have not used one. They may not know how, or where to go."),
        (*_compared(finding, found), _("Each organisation sees the names of its own people, with a list of places to print.")),
        (_("Organisation"), _("People")),
        rows,
        _("Some people are in more than one organisation.") if rows else "",
        ((_("See the organisations, and whom to write to"), url_for("programme.organisations")),),
    )


def _unused(finding: PeopleFinding, found: Radar | None, within: int) -> Told:
    del within
    more: list[str] = []
    if finding.share is not None:
        more.append(_("Of 100 credits that came in, about %(num)s are still there.", num=finding.share))
    if finding.share_before is not None and found is not None:
        more.append(_("On %(day)s it was about %(num)s of 100.", day=day(found.since), num=finding.share_before))
    if finding.minutes is not None:
        more.append(str(ngettext("%(num)s person has them.", "%(num)s people have them.", finding.number or 0)))
        if finding.at_least:
            more[-1] = _("%(num)s or more people have them.", num=finding.number)
    return Told(
        finding.kind,
        _title(finding.kind),
        "hours",
        _people(finding) if finding.minutes is None else say(credits_text(finding.minutes)),
        _("Credits are there to be used. What waits for long is often forgotten."),
        tuple(more),
        (_("How long they have been there"), _("Part of the credits")),
        [[_band(line), _share(line.number)] for line in finding.lines],
        _("The oldest credits count as used first. The parts are rounded, so they may not make 100.") if finding.lines else "",
        (
            (_("Look at the pots that people can give to"), url_for("programme.pots")),
            (_("See the organisations, and whom to write to"), url_for("programme.organisations")),
        ),
    )


def _far(finding: PeopleFinding, found: Radar | None, within: int) -> Told:
    del found
    rows: list[list[Cell]] = []
    for line in finding.lines:
        near = ""
        if line.miles is not None:
            about = ngettext("about %(num)s mile", "about %(num)s miles", max(1, round(line.miles)))
            near = _("%(name)s, %(distance)s", name=line.near, distance=about)
        rows.append([_("All other places") if line.key == OTHERS else line.key, near, _at_least(line.number)])
    return Told(
        finding.kind,
        _title(finding.kind),
        "places",
        _people(finding),
        _("They gave time in the last year. No venue takes credits within %(num)s miles of them.", num=within),
        (),
        (_("Where people live"), _("The nearest venue"), _("People")),
        rows,
        "",
        ((_("Invite a venue"), url_for("programme.venue_invite")),),
    )


_PEOPLE: Final[dict[FindingKind, Callable[[PeopleFinding, Radar | None, int], Told]]] = {
    FindingKind.RUNNING_OUT: _running_out,
    FindingKind.NEVER_USED: _never_used,
    FindingKind.UNUSED: _unused,
    FindingKind.FAR: _far,
}


def _place(finding: PlaceFinding) -> Told:
    number = finding.number
    words = {
        FindingKind.STOPPED: (
            "warning",
            ngettext("%(num)s venue", "%(num)s venues", number),
            _("They take no credits for now, or their agreement has ended."),
            (_("Venue"), _("What it is")),
            _stopped_row,
            ((_("See all venues"), url_for("programme.venues")),),
        ),
        FindingKind.FULL: (
            "people",
            ngettext("%(num)s offer", "%(num)s offers", number),
            _("More people would come. Ask for more places, or find one more venue like it."),
            (_("Offer"), _("Venue"), _("How often it was full")),
            _full_row,
            ((_("Invite a venue"), url_for("programme.venue_invite")),),
        ),
        FindingKind.UNTAKEN: (
            "spend",
            ngettext("%(num)s offer", "%(num)s offers", number),
            _("Nobody took them for 3 months. They may be too far, hard to get to, or not known."),
            (_("Offer"), _("Venue"), _("Used last")),
            _untaken_row,
            ((_("See all venues"), url_for("programme.venues")),),
        ),
    }
    icon, text, means, columns, row, links = words[finding.kind]
    left = number - len(finding.lines)
    return Told(
        finding.kind,
        _title(finding.kind),
        icon,
        text,
        means,
        (),
        columns,
        [row(line) for line in finding.lines],
        ngettext("%(num)s more is not in this list.", "%(num)s more are not in this list.", left) if left else "",
        links,
    )


def _stopped_row(line: PlaceLine) -> list[Cell]:
    said = []
    if line.since is not None:
        said.append(_("Stopped on %(day)s.", day=day(line.since)))
    if line.ended_on is not None:
        said.append(_("The agreement ended on %(day)s.", day=day(line.ended_on)))
    return [{"text": line.venue, "href": url_for("programme.venue_stop", venue_id=line.venue_id)}, " ".join(said)]


def _full_row(line: PlaceLine) -> list[Cell]:
    said = _("%(full)s of %(all)s times", full=line.full, all=line.periods)
    if line.refused:
        said = _("%(often)s. Turned away: %(num)s times", often=said, num=line.refused)
    return [line.offer, _venue(line), said]


def _untaken_row(line: PlaceLine) -> list[Cell]:
    if line.last_month is not None:
        said = str(format_date(line.last_month, "MMMM y"))
    else:
        said = _("Not in the last year. On the list since %(day)s", day=day(line.since)) if line.since else ""
    return [line.offer, _venue(line), said]


def _venue(line: PlaceLine) -> Cell:
    return {"text": line.venue, "href": url_for("programme.venue_staff", venue_id=line.venue_id)}


def _band(line: Line) -> str:
    first, _dash, last = line.key.partition("-")
    if not last:
        return str(_("More than %(num)s months", num=first))
    if first == "0":
        return str(_("Up to %(num)s months", num=last))
    return str(_("%(first)s to %(last)s months", first=first, last=last))


def _compared(finding: PeopleFinding, found: Radar | None) -> tuple[str, ...]:
    if found is None or finding.change is Change.UNKNOWN:
        return ()
    since = day(found.since)
    if finding.before is not None and finding.before != finding.number:
        return (
            str(ngettext("On %(day)s it was %(num)s person.", "On %(day)s it was %(num)s people.", finding.before, day=since)),
        )
    words = {
        Change.MORE: _("That is more than on %(day)s.", day=since),
        Change.LESS: _("That is fewer than on %(day)s.", day=since),
        Change.ABOUT: _("That is about as many as on %(day)s.", day=since),
    }
    return (str(words[finding.change]),)


def _organisations(keys: Sequence[str]) -> dict[str, str]:
    rows = db.session().execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.programme_id == actor().programme, Organisation.id.in_([UUID(each) for each in keys])
        )
    )
    return {str(row.id): row.name for row in rows}
