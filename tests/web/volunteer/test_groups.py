"""Peer groups page by page: finding, joining, coming, the board, looking after one, and leaving without a trace."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.community.group_models import GroupKind, PeerGroup
from timecredits.community.groups.facilitators import name_facilitator
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import end_group, make_group
from timecredits.community.groups.members import add_member, join, remove_member
from timecredits.community.groups.posts import post
from timecredits.community.safety_models import Concern
from timecredits.community.story_models import Comment
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

NAME, NEUTRAL, LINK = "Quiet minds after loss", "Tuesday evenings", "https://meet.example/quiet"
WORDS = "I miss her, and today was hard."


@dataclass
class Met:
    """An open group that meets every day at six, and the shortest ways to do things with it behind the pages' back."""

    app: Flask
    world: World
    group_id: UUID

    def path(self, end: str = "") -> str:
        return f"/my/groups/{self.group_id}{end}"

    @property
    def here(self) -> tuple[object, UUID, UUID, UUID]:
        return db.session(), self.world.programme_id, self.world.organisation_id, self.group_id

    def remove(self, volunteer_id: UUID) -> None:
        with self.app.app_context():
            remove_member(*self.here, volunteer_id, actor_id=None)  # type: ignore[arg-type]
            db.session.commit()

    def become(self, **columns: object) -> None:
        with self.app.app_context():
            group = db.session().get_one(PeerGroup, (self.world.programme_id, self.group_id))
            for name, value in columns.items():
                setattr(group, name, value)
            db.session.commit()

    def facilitator(self, volunteer_id: UUID) -> None:
        with self.app.app_context():
            name_facilitator(*self.here, actor_id=None, volunteer_id=volunteer_id)  # type: ignore[arg-type]
            db.session.commit()

    def friend(self, *, asks: bool = False, writes: str = "") -> UUID:
        """Somebody else who joins, or asks to, and may write on the board."""
        with self.app.app_context():
            session, programme_id = db.session(), self.world.programme_id
            gwen = enrol_volunteer(session, programme_id, self.world.organisation_id, first_name="Gwen", last_name="Hall")
            if asks:
                join(session, programme_id, self.group_id, gwen.volunteer.id)
            else:
                add_member(*self.here, gwen.volunteer.id, actor_id=None)  # type: ignore[arg-type]
            if writes:
                keyring = self.app.config["KEYRING"]
                post(session, keyring, programme_id, self.group_id, gwen.volunteer.id, writes, comment_id=new_id(), name="Fern")
            db.session.commit()
            return gwen.volunteer.id


@pytest.fixture
def met(app: Flask, world: World) -> Met:
    with app.app_context():
        session, here = db.session(), (world.programme_id, world.organisation_id)
        facts = GroupFacts(NAME, GroupKind.OPEN, NEUTRAL, summary="For people who miss somebody.", link=LINK, place="2 Quay Lane")
        group = make_group(session, app.config["KEYRING"], *here, facts, group_id=new_id(), actor_id=None)
        tomorrow = clock.today() + timedelta(days=1)
        make_plan(session, *here, group.activity_id, PlanFacts(tomorrow, 1080, 60, Repeats.DAILY), actor_id=None)
        db.session.commit()
        return Met(app, world, group.id)


@pytest.fixture
def me(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "volunteer")


def said(page: Page) -> str:
    return " ".join(page.soup.get_text(" ").split())


def test_find_join_sign_up_cancel_and_leave(me: PageClient, met: Met) -> None:
    about = me.get("/my/groups").click(NAME)
    assert about.heading == "About this group"
    assert LINK not in about.response.text
    inside = about.submit("Join this group")
    assert inside.heading == "Your group"
    assert inside.link("Open the online room") == LINK
    coming = inside.submit("Sign up Tomorrow, 6pm to 7pm")
    assert "Done. You are coming." in said(coming)
    listed = me.get("/my/sessions")
    assert NEUTRAL in listed.text
    assert NAME not in listed.response.text
    assert listed.click("Tomorrow, 6pm to 7pm").path == f"/my/groups/{met.group_id}"
    cancelled = me.get(met.path()).submit("I can't come Tomorrow, 6pm to 7pm")
    assert "You are still in the group." in said(cancelled)
    cancelled.submit("Sign up Tomorrow, 6pm to 7pm")
    left = me.get(met.path()).click("Leave this group").submit("Leave this group")
    assert "Nobody was told." in said(left)
    assert "Nothing is planned" in me.get("/my/sessions").text
    assert "Join this group" in said(me.get(met.path()))
    with met.app.app_context():
        assert db.session().scalar(select(func.count()).select_from(MailMessage)) == 0


def test_no_title_and_no_page_outside_says_which_group(me: PageClient, met: Met) -> None:
    me.get(met.path()).submit("Join this group").submit("Sign up Tomorrow, 6pm to 7pm")
    for path in ("/my/groups", met.path(), met.path("/board"), met.path("/leave")):
        assert NAME not in str(me.get(path).soup.title)
    for path in ("/my/", "/my/sessions", "/my/activities", "/my/hours", "/my/calendar"):
        assert NAME not in me.get(path).response.text


def test_leaving_twice_is_leaving_once(me: PageClient, met: Met) -> None:
    me.get(met.path()).submit("Join this group")
    page = me.get(met.path("/leave"))
    page.submit("Leave this group")
    assert "You are not in the group." in said(page.submit("Leave this group"))


def test_a_closed_group_is_asked_and_an_asking_is_taken_back(me: PageClient, met: Met) -> None:
    met.become(kind=GroupKind.CLOSED)
    asked = me.get(met.path()).submit("Ask to come")
    assert "You asked to come." in asked.text
    me.get(met.path("/board"), status=404)
    assert "You are not in the group." in said(asked.submit("I do not want to come any more"))
    assert "Ask to come" in said(me.get(met.path()))


def test_a_sign_up_after_being_taken_out_says_so(me: PageClient, met: Met) -> None:
    page = me.get(met.path()).submit("Join this group")
    met.remove(met.world.volunteer_id)
    assert "You are not signed up." in said(page.submit("Sign up Tomorrow, 6pm to 7pm"))
    assert "Nothing is planned" in me.get("/my/sessions").text


@pytest.mark.parametrize("way", ["removed", "ended"])
def test_a_board_that_was_open_gives_the_words_back(me: PageClient, met: Met, way: str) -> None:
    me.get(met.path()).submit("Join this group")
    board = me.get(met.path("/board"))
    if way == "removed":
        met.remove(met.world.volunteer_id)
    else:
        with met.app.app_context():
            end_group(*met.here, actor_id=None)  # type: ignore[arg-type]
            db.session.commit()
    page = board.submit("Send", words=WORDS, name="Moss")
    assert page.heading == "Your words were not sent"
    assert page.soup.select_one("textarea").get_text().strip() == WORDS  # type: ignore[union-attr]
    with met.app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Comment)) == 0


def test_a_post_waits_asks_for_a_name_once_and_is_taken_back(me: PageClient, met: Met) -> None:
    me.get(met.path()).submit("Join this group")
    refused = me.get(met.path("/board")).submit("Send", words=WORDS, name="me@example.org")
    assert "Others will see it." in said(refused)
    assert WORDS in refused.response.text
    sent = refused.submit("Send", name="Moss")
    assert "reads it first" in said(sent)
    assert "Only you see it yet" in sent.text
    assert not sent.soup.select_one("input[name=name]")
    assert "Your words are gone." in said(me.get(met.path("/board")).submit(button_of(sent, "Take it back")))


def button_of(page: Page, begins: str) -> str:
    """The whole text of the first button that begins so."""
    return next(text for each in page.soup.select("button") if (text := " ".join(each.get_text(" ").split())).startswith(begins))


def test_bad_words_are_a_sentence_and_a_megabyte_is_no_page(me: PageClient, met: Met) -> None:
    me.get(met.path()).submit("Join this group")
    board = me.get(met.path("/board"))
    for words, answer in (
        ("", "Write a few words first."),
        ("x" * 200_000, "too long"),
        (" ".join(f"https://x{number}.example" for number in range(40)), "web addresses"),
    ):
        page = board.submit("Send", words=words, name="Moss")
        assert answer in said(page)
        assert len(page.response.text) < 100_000
    hostile = board.submit("Send", words="<script>alert(1)</script> \u202eabc", name="Moss")
    assert "<script>alert" not in hostile.response.text
    assert "\u202e" not in hostile.response.text


def test_an_answer_stands_under_what_it_answers(me: PageClient, met: Met) -> None:
    met.become(checks_posts=False)
    met.friend(writes="Who else can not sleep?")
    me.get(met.path()).submit("Join this group")
    board = me.get(met.path("/board"))
    assert "Gwen" not in board.response.text
    answering = board.click(
        next(text for each in board.soup.select("a") if (text := " ".join(each.get_text(" ").split())).startswith("Answer"))
    )
    assert "You answer Fern" in answering.text
    answered = answering.submit("Send", words="I can not.", name="Moss")
    assert "I can not." in " ".join(answered.soup.select_one(".tc-saves").get_text(" ").split())  # type: ignore[union-attr]


def test_words_of_despair_show_numbers(me: PageClient, met: Met) -> None:
    me.get(met.path()).submit("Join this group")
    page = me.get(met.path("/board")).submit("Send", words="I want to die.", name="Moss")
    assert page.soup.select_one("a[href='tel:116123']")


def test_leaving_takes_words_back_if_they_want(me: PageClient, met: Met) -> None:
    met.become(checks_posts=False)
    me.get(met.path()).submit("Join this group")
    me.get(met.path("/board")).submit("Send", words=WORDS, name="Moss")
    me.get(met.path("/leave")).submit("Leave this group", words="take_back")
    me.get(met.path()).submit("Join this group")
    assert WORDS not in me.get(met.path("/board")).response.text


def test_only_who_looks_after_it_sees_who_is_in_it(me: PageClient, met: Met) -> None:
    met.become(kind=GroupKind.CLOSED)
    met.friend(writes="Call 07700 900123.")
    asking = met.friend(asks=True)
    assert asking
    me.get(met.path("/run"), status=404)
    met.facilitator(met.world.volunteer_id)
    assert "Gwen" not in me.get(met.path()).response.text
    run = me.get(met.path()).click("Look after this group")
    assert run.text.count("Gwen Hall") >= 2
    assert "Has a phone number" in run.text
    let_in = run.submit("Yes Gwen Hall")
    assert "They are in the group now." in said(let_in)
    shown = let_in.submit(button_of(let_in, "Show it"))
    assert "It is on the board." in said(shown)
    assert "Call 07700 900123." in me.get(met.path("/board")).text
    out = shown.submit("Yes, take them out Gwen Hall")
    assert "They are not in the group." in said(out)


def test_a_post_is_turned_down_with_a_reason(me: PageClient, met: Met) -> None:
    met.facilitator(met.world.volunteer_id)
    met.friend(writes="Buy my lamps.")
    page = me.get(met.path("/run")).submit("It sells something")
    assert "It is not on the board." in said(page)
    assert "Nothing waits for you." in page.text


def test_a_post_that_sounds_unsafe_goes_to_whoever_looks_after_safety(me: PageClient, met: Met) -> None:
    met.facilitator(met.world.volunteer_id)
    met.friend(writes="I want to die.")
    run = me.get(met.path("/run"))
    page = run.submit("Somebody may be in danger")
    assert "Not shown." in said(page)
    assert "safety" in said(page)
    assert "Somebody decided that before you" in said(run.submit("It sells something"))
    with met.app.app_context():
        [concern] = db.session().query(Concern).all()
        assert concern.organisation_id == met.world.organisation_id


def test_a_facilitator_writes_to_those_who_come_next(me: PageClient, met: Met) -> None:
    met.facilitator(met.world.volunteer_id)
    me.get(met.path()).submit("Sign up Tomorrow, 6pm to 7pm")
    page = me.get(met.path("/run")).click("Write to those who come next")
    assert "Nothing was sent." in said(page.submit("Send", words=" "))
    named = page.submit("Send", words=f"{NAME.upper()} is upstairs.")
    assert "Leave out the name of the group." in named.text
    assert f"{NAME.upper()} is upstairs." in named.response.text
    assert "Done. We wrote to 1 person." in said(page.submit("Send", words="We meet upstairs."))
    with met.app.app_context():
        [letter] = db.session().scalars(select(MailMessage)).all()
        assert NAME not in letter.subject + letter.body


def test_who_is_elsewhere_finds_listed_groups_alone(client: PageClient, met: Met) -> None:
    theirs = met.world.sign_in(client, "other_volunteer")
    assert NAME in theirs.get("/my/groups").text
    met.become(is_listed=False)
    assert NAME not in theirs.get("/my/groups").text
    theirs.get(met.path(), status=404)


@pytest.mark.parametrize("query", ["?day=9&talking=much&kind=none", "?page=99999999999999999999", "?page=-1", "?day=01"])
def test_odd_questions_get_a_page(me: PageClient, met: Met, query: str) -> None:
    assert met.group_id
    assert me.get(f"/my/groups{query}").heading == "Groups"
