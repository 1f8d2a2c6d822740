"""Find support: the directory as anybody reads it. Helplines come first on every page, and a phone number is two taps away."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from timecredits.community.directory.entry_facts import dialled
from timecredits.community.directory.finding import (
    LONGEST_QUERY,
    Listed,
    Wanted,
    find_helplines,
    find_shown,
    find_support,
)
from timecredits.community.directory.helplines import NATIONAL_HELPLINES, first_helplines
from timecredits.community.directory.reports import open_reports
from timecredits.community.directory.reviewing import is_due
from timecredits.community.directory.topics import ACCESS, LANGUAGES, TOPICS
from timecredits.community.directory_models import SupportFault
from timecredits.foundation import clock
from timecredits.foundation.postcode_districts import district_of, is_known
from timecredits.network.models import Organisation, Programme
from timecredits.network.permissions import READ_SUPPORT
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.public.areas import PAGES, find_area
from timecredits.web.public.blueprint import blueprint
from timecredits.web.support_words import cost_words, names_of, open_words, options, week

MOST_PRINTED = 60
"""With the longest words people type, so many stay under 100 KB."""
_DISTANCES = (5, 10, 25)
_USUAL_DISTANCE = 10
_TICKS = ("open", "free", "online")


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `near` is a district that we know, or empty; `unknown` one that was typed and isn't."""

    q: str
    topic: str
    language: str
    access: str
    near: str
    within: int
    ticks: frozenset[str]
    everything: bool
    unknown: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for less than everything."""
        return bool(self.q or self.topic or self.language or self.access or self.near or self.ticks)

    @property
    def is_anything(self) -> bool:
        """Whether entries are asked for at all."""
        return self.is_narrowed or self.everything

    @property
    def is_more(self) -> bool:
        """Whether something of what is folded away is chosen."""
        return bool(self.language or self.access or self.near or self.unknown or self.ticks)

    def wanted(self) -> Wanted:
        """As the domain looks for it."""
        return Wanted(
            words=self.q,
            topic=self.topic,
            language=self.language,
            access=self.access,
            free="free" in self.ticks,
            online="online" in self.ticks,
            near=self.near,
            within=self.within,
            open_at=clock.now() if "open" in self.ticks else None,
        )

    def address(self, *, without: str = "") -> dict[str, Any]:
        """The same again for an address."""
        said: dict[str, Any] = {
            "q": self.q,
            "topic": self.topic,
            "language": self.language,
            "access": self.access,
            "near": self.near,
        }
        said |= {"only": sorted(self.ticks)}
        if self.near and self.within != _USUAL_DISTANCE:
            said["within"] = self.within
        if self.everything:
            said["show"] = "all"
        return {name: value for name, value in said.items() if value and name != without}


@blueprint.get("/in/<area>/support")
@allow(READ_SUPPORT)
def support(area: str) -> str | Response:
    """Look for support; without a question, what people look for most."""
    programme, asked, page = find_area(area), _asked(), _page()
    typed = request.args.get("near", "")
    if asked.near and typed != asked.near:  # of a whole postcode, only the first half stays in the address
        return redirect(url_for("public.support", area=area, **asked.address()))
    found = find_support(db.session(), programme.id, asked.wanted(), page=page) if asked.is_anything else None
    if found is not None and page > 1 and not found.entries:
        abort(404)
    at = asked.address()
    return _render(
        "public/support.html",
        programme,
        asked,
        found=found,
        topics=options(TOPICS),
        spoken=options(LANGUAGES),
        access_facts=options(ACCESS),
        distances=_DISTANCES,
        topic_name=dict(options(TOPICS)).get(asked.topic, ""),
        previous=url_for("public.support", area=area, page=page - 1, **at) if page > 1 else "",
        next=url_for("public.support", area=area, page=page + 1, **at) if found is not None and page < found.pages else "",
    )


@blueprint.get("/in/<area>/support/print")
@allow(READ_SUPPORT)
def support_print(area: str) -> str:
    """The same list on paper."""
    programme, asked = find_area(area), _asked()
    found = find_support(db.session(), programme.id, asked.wanted(), size=MOST_PRINTED)
    said = {"found": found, "today": clock.today(), "national": NATIONAL_HELPLINES, "week": week}
    return _render("public/support_print.html", programme, asked, **said)


@blueprint.get("/in/<area>/support/<uuid:service_id>")
@allow(READ_SUPPORT)
def support_service(area: str, service_id: UUID) -> str:
    """Everything that is known of one service."""
    programme, asked = find_area(area), _asked()
    session = db.session()
    listed = find_shown(session, programme.id, service_id)
    service = listed.service
    keeper = session.get(Organisation, (programme.id, service.organisation_id)) if service.organisation_id else None
    told = {each.fault: each.said_at for each in open_reports(session, programme.id, [service_id]).get(service_id, ())}
    return _render(
        "public/support_service.html",
        programme,
        asked,
        listed=listed,
        service=service,
        week=week(listed.openings),
        topic_names=names_of(TOPICS, service.topics),
        language_names=names_of(LANGUAGES, service.languages),
        access_names=names_of(ACCESS, service.access_facts),
        keeper=keeper.name if keeper is not None else programme.name,
        told=told,
        faults=SupportFault,
    )


def _render(template: str, programme: Programme, asked: Asked, **values: Any) -> str:
    """A page with the helplines that stand on every one."""
    now, today = clock.now(), clock.today()

    def is_open(listed: Listed) -> Any:
        return open_words(listed, now)

    first = first_helplines(asked.topic)
    return render_template(
        template,
        area=programme.slug,
        asked=asked,
        first_helplines=first,
        more_helplines=[each for each in NATIONAL_HELPLINES if each not in first],
        own_helplines=find_helplines(db.session(), programme.id),
        open_words=is_open,
        is_due=lambda service: is_due(service, today),
        cost_words=cost_words,
        **values,
    )


def _asked() -> Asked:
    typed = request.args.get("near", "")
    near = district_of(typed) or ""
    within = _text("within")
    return Asked(
        q=request.args.get("q", "")[:LONGEST_QUERY].strip(),
        topic=_one_of("topic", TOPICS),
        language=_one_of("language", LANGUAGES),
        access=_one_of("access", ACCESS),
        near=near if is_known(near) else "",
        within=int(within) if within in {str(each) for each in _DISTANCES} else _USUAL_DISTANCE,
        ticks=frozenset(request.args.getlist("only")) & frozenset(_TICKS),
        everything=request.args.get("show") == "all",
        unknown="" if not typed.strip() or is_known(near) else (near or typed.strip()[:10]),
    )


def _one_of(name: str, known: Any) -> str:
    asked = _text(name)
    return asked if asked in known else ""


def _text(name: str) -> str:
    return request.args.get(name, "")[:LONGEST_QUERY]


def _page() -> int:
    asked = request.args.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004  four digits


blueprint.add_app_template_filter(dialled, "dialled")
PAGES["support"] = "public.support"
