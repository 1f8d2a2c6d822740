"""What somebody types about themselves stays where it was typed: the issue's canary.

Distinct words go through the real pages into requests, a board, mentoring, concerns, first steps, comments and bookings. Then
everything that leaves those pages is read: logs, addresses, redirects, titles, mails, files, the API, other people's pages, and
every column of every table.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest
from flask import Flask, Response, request
from pypdf import PdfReader
from sqlalchemy import inspect, select, text

from tests.house.addresses import THINGS, address, pages
from tests.house.full_world import ACTORS, FullWorld, build_full_world
from tests.page_client import Page, PageClient
from tests.web.api.caller import Caller, make_key
from timecredits.app import create_app
from timecredits.cli import make_server
from timecredits.foundation import clock, migrating
from timecredits.foundation.mail import MailMessage
from timecredits.network.api_tokens import SCOPES
from timecredits.network.permissions import ActorKind
from timecredits.web.api.declaring import ENDPOINTS
from timecredits.web.database import db

MARK = "zqxwren"
"""Every canary begins with it, in whatever case; long enough that no token holds it by chance."""
PHONES = tuple(f"07700 9009{number}" for number in (17, 28, 39))
GROUP = "Night owls"
"""The real name of the full world's group: its own pages may say it, and no file, mail, log, address or title."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
ENTRUSTED = frozenset({ActorKind.VOLUNTEER, ActorKind.COORDINATOR, ActorKind.ORGANISATION_OWNER, ActorKind.PROGRAMME_MANAGER})
"""Who may read some of it on a page: what they typed themselves, or what was sent to them."""


class _Everything(logging.Handler):
    """Keeps what every logger says, at every level, with its arguments and traceback."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name} {self.format(record)}")


@dataclass(frozen=True)
class Answer:
    """One answer of the application, whoever asked for it."""

    kind: str
    url: str
    location: str
    mimetype: str
    headers: str
    data: bytes

    @property
    def words(self) -> str:
        """All that can be read in it; of a PDF the text of its pages, its facts and what is attached to it."""
        if self.mimetype != "application/pdf":
            return self.data.decode(errors="replace")
        read = PdfReader(io.BytesIO(self.data))
        attached = b" ".join(each for several in read.attachments.values() for each in several).decode(errors="replace")
        return " ".join([*(page.extract_text() for page in read.pages), str(read.metadata), attached])


@dataclass
class Canary:
    """The world after everything was typed, and every answer that there was."""

    app: Flask
    full: FullWorld
    log: _Everything
    typed: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    kind: str = ""

    def word(self, where: str) -> str:
        """A new word for this place."""
        self.typed.append(f"{MARK}{where}".capitalize())
        return self.typed[-1]

    def at(self, endpoint: str) -> str:
        """The address of one of the page's own things."""
        found = next(each for each in pages(self.app) if each.endpoint == endpoint)
        return address(self.app, found, self.full.own)

    def browser(self, kind: ActorKind) -> PageClient:
        """A new browser of this actor."""
        self.kind = kind.value
        return self.full.become(PageClient(self.app), kind)

    def keep(self, response: Response) -> Response:
        """Keep an answer."""
        response.direct_passthrough = False
        location = response.headers.get("Location", "")
        mimetype = response.mimetype or ""
        self.answers.append(Answer(self.kind, request.url, location, mimetype, str(response.headers), response.get_data()))
        return response


def has_canary(said: str) -> bool:
    """Whether any of the words stands in it, however it is written in an address."""
    plain = unquote_plus(said).casefold()
    digits = plain.replace(" ", "")
    return MARK in plain or any(each.replace(" ", "") in digits for each in PHONES)


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    """Type everything, then look at every page there is as everybody there is."""
    url = f"sqlite:///{tmp_path_factory.mktemp('canary') / 'canary.db'}"
    migrating.upgrade(url)
    secret = "a-secret-for-tests-0123456789abcdef"  # the full world's till signs with it, too
    app = create_app({"DATABASE_URL": url, "TESTING": True, "SECRET_KEY": secret, "TIMECREDITS_ENV": "demo"})
    with app.app_context():
        full = build_full_world(db.session(), app.config["KEYRING"], app.config["BASE_URL"])
        db.session.commit()
    root, log = logging.getLogger(), _Everything()
    level = root.level
    made = Canary(app, full, log)
    app.after_request(made.keep)
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        logging.getLogger("a test").debug("It hears this.")
        for kind in (_by_visitor, _by_volunteer, _by_coordinator, _by_manager):
            kind(made)
        root.setLevel(logging.INFO)
        _look_at_everything(made)
        _call_the_api(made)
    finally:
        root.setLevel(level)
        root.removeHandler(log)
    yield made
    with app.app_context():
        db.engine.dispose()


def _ask(made: Canary, client: PageClient, button: str, name: str, phone: str) -> Page:
    page = client.get("/in/fenland/ask").submit(button)
    page = page.submit("Go on", wishes=["talk"])
    page.submit("Go on", name=f"{name}@{name}.example")  # refused, and shown again
    page = page.submit("Go on", name=made.word(name))
    page = page.submit("Go on", phone=phone, email=f"{made.word(name + 'mail')}@example.org".lower())
    return page.submit("Go on", reach=["evening", "message"])


def _by_visitor(made: Canary) -> None:
    client = made.browser(ActorKind.VISITOR)
    _ask(made, client, "Ask them Riverside Trust", "asks", PHONES[0]).submit("Send", more=made.word("asksmore"))
    _ask(made, made.browser(ActorKind.VISITOR), "Ask without choosing", "unsure", PHONES[1]).submit("Send")
    draft = made.browser(ActorKind.VISITOR)
    _ask(made, draft, "Ask them Riverside Trust", "saved", PHONES[1]).submit("Save for later", more=made.word("savedmore"))
    assert "Zqxwrensavedmore" in draft.get("/in/fenland/ask/5").soup.text
    page = made.browser(ActorKind.VISITOR).get("/in/fenland/refer")
    page = page.submit("Go on", agrees="yes", organisation=str(made.full.world.organisation_id))
    said = {
        "referrer_name": made.word("refers"),
        "referrer_place": made.word("surgery"),
        "referrer_contact": made.word("refercontact"),
        "name": made.word("referred"),
        "wishes": ["group"],
        "more": made.word("referredmore"),
    }
    wrong = page.submit("Send", **said, phone=made.word("nophone"))
    assert wrong.submit("Send", **said, phone=PHONES[2], email=f"{MARK}they@example.org").heading == "Sent. Thank you"
    worry = client.get("/in/fenland/concern")
    sent = worry.submit(
        "Send it",
        worry=made.word("worry"),
        about=made.word("about"),
        reach=made.word("reach"),
        danger="yes",
        place=str(made.full.world.organisation_id),
    )
    assert sent.response.status_code == 200
    assert "999" in sent.text


def _by_volunteer(made: Canary) -> None:
    me = made.browser(ActorKind.VOLUNTEER)
    me.get(made.at("volunteer.group_board")).submit("Send", words=made.word("board"))
    page = me.get(made.at("volunteer.mentoring_goal_new")).submit("Save this goal", words=made.word("goal"))
    page = me.get(made.at("volunteer.mentoring_goal")).submit("Add this step", words=made.word("step"))
    assert "Zqxwrenstep" in page.text
    page = me.get(made.at("volunteer.mentoring_meeting_new"))
    today = clock.today() - timedelta(days=1)
    day = [str(today.day), str(today.month), str(today.year)]
    page.submit("Save", day=["99", "99", "9999"], hours="1", words=made.word("meetingwrong"))
    assert "Zqxwrenmeeting" in page.submit("Save", day=day, hours="1", words=made.word("meeting")).text
    assert "Zqxwrenfirst" in me.get("/my/first-steps/new").submit("Put it on my list", words=made.word("firststep")).text
    me.get(made.at("volunteer.event_book")).submit("Save the change", needs=made.word("needs"))
    me.get(made.at("volunteer.comment_look_again")).submit("Ask for another look", words=made.word("lookagain"))


def _by_coordinator(made: Canary) -> None:
    staff = made.browser(ActorKind.COORDINATOR)
    staff.get(made.at("coordinator.referrals")).submit("Search", search=made.word("searched"))
    request_page = staff.get(made.at("coordinator.referrals")).click("Zqxwrenasks")
    assert "Zqxwrenasksmore" in request_page.text
    page = staff.get(made.at("coordinator.referral")).submit("Save the note", note=made.word("note"))
    assert "Zqxwrennote" in page.text
    page = staff.get(made.at("coordinator.referral_close"))
    page.submit("Close it", outcome="elsewhere", where=made.word("where"), note=made.word("closing"))
    page = staff.get("/coordinator/referrals/new")
    call = {"name": made.word("rang"), "phone": "01632 960001", "wishes": ["do"], "more": made.word("rangmore")}
    assert "Zqxwrenrang" in page.submit("Save", **call).text
    staff.get(made.at("coordinator.group_board")).submit("Send", words=made.word("staffboard"))
    staff.get(made.at("coordinator.mentoring_review_new")).submit("Save", words=made.word("review"))
    staff.get(made.at("coordinator.mentoring_mentor")).submit("Save", words=made.word("mentor"))
    page = staff.get("/coordinator/mentoring/match").submit("Find mentors", person="Zoë O'Brien", agreement=made.word("agreed"))
    page.submit("Ask them both", agreement=made.word("agreement"))
    staff.get(made.at("coordinator.concern")).submit("Save this note", words=made.word("concernnote"))


def _by_manager(made: Canary) -> None:
    page = made.browser(ActorKind.PROGRAMME_MANAGER).get("/programme/concerns/in-need")
    place = str(made.full.world.organisation_id)
    opened = page.submit("Open them and tell the leads", place=place, reason=made.word("reason"))
    assert "Zqxwrenworry" in opened.text


def _look_at_everything(made: Canary) -> None:
    for kind in ACTORS:
        client = made.browser(kind)
        for rule in pages(made.app):
            if rule.arguments and rule.endpoint not in THINGS:
                continue  # tests/house/test_access.py says so, too
            permission = made.app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
            if kind not in permission.allowed or rule.endpoint in {"public.leave", "sign_in.sign_out"}:
                continue
            client.http.get(address(made.app, rule, made.full.own))


def _call_the_api(made: Canary) -> None:
    made.kind = "partner"
    partner = Caller(made.app, make_key(made.app, made.full.world, *SCOPES))
    listed = 0
    for each in ENDPOINTS:
        if each.method == "GET" and each.scope and "<" not in each.rule:
            listed += partner.send("GET", each.rule).status_code == 200
    assert listed >= 4


def test_the_canary_sings(canary: Canary) -> None:
    """Each word was taken by the page that it was typed into: the tests below look for something."""
    assert len(canary.typed) >= 30
    seen = " ".join(each.words for each in canary.answers if each.mimetype == "text/html")
    unseen = {"Zqxwrenunsure", "Zqxwrenunsuremail", "Zqxwrenreason", "Zqxwrenagreed"}
    assert {each for each in canary.typed if each.casefold() not in seen.casefold()} <= unseen
    assert "a test DEBUG" not in canary.log.said
    assert any("It hears this." in each for each in canary.log.said)
    assert GROUP in seen


def test_no_log_says_it(canary: Canary) -> None:
    assert [each for each in canary.log.said if has_canary(each) or GROUP in each] == []


def test_no_address_redirect_title_or_header_says_it(canary: Canary) -> None:
    for each in canary.answers:
        assert not has_canary(each.url), each.url
        assert not has_canary(each.location), each.location
        assert not has_canary(each.headers), each.headers
        assert GROUP not in unquote_plus(each.url + each.headers)
        if each.mimetype != "text/html":
            continue
        for title in _TITLE.findall(each.words):
            assert not has_canary(title), title
            assert GROUP not in title, title
        for leads in _LINK.findall(each.words):
            if not leads.startswith(("tel:", "mailto:")):  # to ring or write to whoever asked to be
                assert not has_canary(leads), leads


def test_no_mail_says_it(canary: Canary) -> None:
    with canary.app.app_context():
        mails = db.session.scalars(select(MailMessage)).all()
        told = [each.recipient for each in mails if "We got your message" in each.subject]
        assert any(has_canary(each) for each in told), "who said that a message is safe gets one"
        for each in mails:
            for words in (each.subject, each.body):
                assert not has_canary(words), words
                assert GROUP not in words, words


def test_no_file_and_no_answer_to_a_partner_says_it(canary: Canary) -> None:
    files = [each for each in canary.answers if each.mimetype not in {"text/html", "text/css", "text/javascript"}]
    kinds = {each.mimetype for each in files}
    assert {"application/pdf", "text/csv", "text/calendar", "application/json"} <= kinds, kinds
    assert {"/my/hours.pdf", "/my/hours.csv", "/my/hours.json"} <= {"/" + each.url.split("/", 3)[3] for each in files}
    assert any("/letters/" in each.url and each.mimetype == "application/pdf" and "Riverside" in each.words for each in files)
    for each in files:
        assert not has_canary(each.words), (each.kind, each.url)
        assert GROUP not in each.words, (each.kind, each.url)


def test_nobody_else_reads_it(canary: Canary) -> None:
    """Venues, tills, kiosks and visitors: but a visitor's own browser shows what was typed in it."""
    trusted = {each.value for each in ENTRUSTED} | {ActorKind.VISITOR.value}
    others = [each for each in canary.answers if each.kind not in trusted]
    assert {each.kind for each in others} >= {ActorKind.TILL.value, ActorKind.KIOSK.value, ActorKind.VENUE_MANAGER.value}
    for each in others:
        assert not has_canary(each.words), (each.kind, each.url)
    for each in canary.answers:
        if each.kind == ActorKind.VISITOR.value and "/ask" not in each.url and "/refer" not in each.url:
            assert not has_canary(each.words), each.url


def test_no_column_holds_it_in_the_open(canary: Canary) -> None:
    """The one that does is whom a waiting mail goes to: somebody who typed that address to be written to."""
    found, looked = [], 0
    with canary.app.app_context():
        for table in inspect(db.engine).get_table_names():
            for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():  # noqa: S608  a table's own name
                for column, value in row.items():
                    looked += 1
                    plain = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                    if has_canary(plain):
                        found.append((table, column))
    assert looked > 1000
    assert set(found) <= {("mail_message", "recipient")}


def test_the_server_s_own_log_says_no_words_and_there_is_no_other(caplog: pytest.LogCaptureFixture) -> None:
    server = make_server("127.0.0.1", 0, 1)
    assert server.cfg.accesslog is None
    log: Any = server.cfg.logger_class(server.cfg)
    log.error_log.propagate = True
    with caplog.at_level(logging.DEBUG):
        log.warning("Invalid request from ip=1.2.3.4: Invalid HTTP request line: 'more=Zqxwrenrest of a form'")
        log.error("Error handling request %s %s", "GET", "/in/fenland/support?q=Zqxwrenlooked")
        log.error("A worker (pid:%s) was sent %s", 7, "SIGKILL")
    said = [each.getMessage() for each in caplog.records]
    assert said == [
        "A request could not be read.",
        "Error handling request GET /in/fenland/support",
        "A worker (pid:7) was sent SIGKILL",
    ]
