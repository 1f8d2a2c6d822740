"""The queue's pages, money, and the programme's: who may open them, what is pressed twice, and nothing typed in addresses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.house.full_referrals import SAID, ask_somebody
from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.community.money.donations import list_money
from timecredits.community.money.fees import fee_of, note_fee, set_fee
from timecredits.community.referral_models import MoneyState, Referral, ReferralState
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Volunteer
from timecredits.web.database import db

QUEUE = "/coordinator/referrals"
Within = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def within(app: Flask) -> Within:
    def call(act: Callable[[], Any]) -> Any:
        with app.app_context():
            answer = act()
            db.session.commit()
            return answer

    return call


@pytest.fixture
def worker(app: Flask, world: World, client: PageClient, within: Within) -> PageClient:
    """A coordinator who is a project worker; both organisations take requests."""
    own = {"organisation_id": world.organisation_id, "user_id": world.users["coordinator"]}

    def prepare() -> None:
        give_duty(db.session(), world.programme_id, DutyKind.PROJECT_WORKER, actor_id=None, **own)
        for each in (world.organisation_id, world.other_organisation_id):
            set_takes_requests(db.session(), world.programme_id, each, takes=True, actor_id=None)

    within(prepare)
    assert app.config["KEYRING"]
    return world.sign_in(client, "coordinator")


@pytest.fixture
def ask(app: Flask, world: World, within: Within, worker: PageClient) -> Callable[..., UUID]:
    assert worker

    def asking(organisation_id: UUID | None = world.organisation_id, *, days: int = 0, **said: Any) -> UUID:
        def act() -> UUID:
            with clock.standing_at(clock.now() - timedelta(days=days)):
                said_all = replace(SAID, **said)
                return ask_somebody(db.session(), app.config["KEYRING"], world.programme_id, organisation_id, said_all)

        found: UUID = within(act)
        return found

    return asking


def state_of(within: Within, world: World, referral_id: UUID) -> ReferralState:
    found: ReferralState = within(lambda: db.session().get_one(Referral, (world.programme_id, referral_id)).state)
    return found


def test_a_coordinator_without_the_duty_may_not_and_the_owner_may(client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator")
    for path in (QUEUE, f"{QUEUE}/new", f"{QUEUE}/numbers", f"{QUEUE}/{uuid4()}"):
        client.get(path, status=403)
    world.sign_in(client, "owner")
    assert client.get(QUEUE).heading == "Requests"
    assert "Nobody waits" in client.get(QUEUE).text


def test_the_queue_finds_a_name_without_putting_it_into_an_address(worker: PageClient, ask: Callable[..., UUID]) -> None:
    ask(days=20, name="Zoë Late")
    ask(name="Bo New", phone="01632 960777", email="")
    page = worker.get(QUEUE)
    assert page.text.index("Zoë Late") < page.text.index("Bo New")
    assert "late" in page.text
    found = page.submit("Search", search="zoe")
    assert "Bo New" not in found.text
    assert "Zoë" not in found.response.request.url
    assert "zoe" not in found.response.request.url
    assert "Nobody fits" in page.submit("Search", search="nobody").text
    assert "Nothing in this list" in worker.get(f"{QUEUE}?show=ended").text
    assert worker.get(f"{QUEUE}?show=nonsense&page=99").heading == "Requests"


def test_from_new_to_joined_and_back(worker: PageClient, world: World, ask: Callable[..., UUID], within: Within) -> None:
    key = ask(name="Nia Bell", email="nia@bell.example")
    page = worker.get(QUEUE).click("Nia Bell")
    assert page.heading == "A request"
    title = page.soup.select_one("title")
    assert title is not None
    assert "Nia" not in title.text
    page = page.submit("I take this on").submit("I spoke with them")
    page = page.submit("Save the note", note="Likes gardens.")
    assert "Likes gardens." in page.text
    page = page.submit("Take back the last step")
    assert state_of(within, world, key) is ReferralState.SEEN
    form = page.click("They join")
    fields = form.fields("Save")
    assert (fields["first_name"], fields["last_name"], fields["sign_in"]) == ("Nia", "Bell", "y")
    for _press in range(2):
        assert "Nia Bell has joined." in form.submit("Save").text
    assert state_of(within, world, key) is ReferralState.JOINED
    assert within(lambda: db.session().scalar(select(func.count()).where(Volunteer.first_name == "Nia"))) == 1
    assert worker.get(f"{QUEUE}/{key}/join").heading == "A request"
    back = worker.get(f"{QUEUE}/{key}").submit("Take back the last step")
    assert "They stay enrolled" not in back.text
    assert state_of(within, world, key) is ReferralState.SEEN


def test_closing_another_way_says_where(worker: PageClient, ask: Callable[..., UUID], within: Within, world: World) -> None:
    key = ask()
    form = worker.get(f"{QUEUE}/{key}/close")
    assert "Choose how it ended." in form.submit("Close it").text
    page = form.submit("Close it", outcome="elsewhere", where="The Lamp café", note="Happy there.")
    assert "Led on to The Lamp café" in page.text
    assert state_of(within, world, key) is ReferralState.ELSEWHERE
    assert worker.get(f"{QUEUE}/{key}/close").heading == "A request"


def test_somebody_here_already_is_offered(worker: PageClient, world: World, ask: Callable[..., UUID], within: Within) -> None:
    key = ask(name="Siân")
    form = worker.get(f"{QUEUE}/{key}/join")
    assert "Siân O'Neill-Wyn, number V1" in form.text
    assert "Choose who it is." in form.submit("Save", person="nonsense").text
    form.submit("Save", person=str(world.volunteer_id))
    assert within(lambda: db.session().get_one(Referral, (world.programme_id, key)).volunteer_id) == world.volunteer_id


def test_a_call_is_saved_once_and_errors_keep_what_was_typed(worker: PageClient, within: Within) -> None:
    form = worker.get(f"{QUEUE}/new")
    wrong = form.submit("Save", name="Bill", phone="nonsense", wishes=["do"], more="Quiet man.")
    assert "That is not a phone number." in wrong.text
    assert (wrong.fields("Save")["name"], wrong.fields("Save")["more"], wrong.fields("Save")["wishes"]) == (
        "Bill",
        "Quiet man.",
        "do",
    )
    for _press in range(2):
        assert "Bill" in wrong.submit("Save", phone="01632 960888").text
    assert within(lambda: db.session().scalar(select(func.count()).select_from(Referral))) == 1


def test_another_organisation_s_request_is_not_there(worker: PageClient, world: World, ask: Callable[..., UUID]) -> None:
    theirs = ask(world.other_organisation_id, name="Theirs")
    assert "Theirs" not in worker.get(QUEUE).text
    for path in ("", "/join", "/close"):
        worker.get(f"{QUEUE}/{theirs}{path}", status=404)


def test_the_public_page_can_be_closed_and_opened(worker: PageClient, app: Flask) -> None:
    worker.get(QUEUE).submit("Take no more requests")
    assert "Riverside Trust" not in PageClient(app).get("/in/fenland/ask").text
    worker.get(QUEUE).submit("Take requests")
    assert "Riverside Trust" in PageClient(app).get("/in/fenland/ask").text


def test_the_programme_passes_on_without_seeing_who(
    app: Flask, worker: PageClient, world: World, ask: Callable[..., UUID], within: Within
) -> None:
    key = ask(None, name="Nia Bell", more="I live in March.")
    manager = world.sign_in(PageClient(app), "manager")
    listed = manager.get("/programme/referrals")
    page = manager.get(f"/programme/referrals/{key}")
    assert "I live in March." in page.text
    assert "Nia" not in listed.text + page.text
    assert "Choose an organisation." in page.submit("Pass it on").text
    assert "Passed on." in page.submit("Pass it on", organisation=str(world.organisation_id)).text
    assert "Nia Bell" in worker.get(QUEUE).text
    assert within(lambda: db.session().scalar(select(func.count()).where(AuditEntry.action == "referral passed on"))) == 1
    again = page.submit("Pass it on", organisation=str(world.organisation_id))
    assert "This was passed on already." in again.text
    assert within(lambda: db.session().scalar(select(func.count()).where(AuditEntry.action == "referral passed on"))) == 1
    manager.get(f"/programme/referrals/{key}", status=404)


def test_numbers_hide_few_people(worker: PageClient, ask: Callable[..., UUID]) -> None:
    for number in range(4):
        ask(phone=f"01632 96010{number}")
    assert "fewer than 5" in worker.get(f"{QUEUE}/numbers").text
    ask()
    assert "People who asked 5" in worker.get(f"{QUEUE}/numbers").text


def test_money_is_noted_settled_taken_back_and_downloaded(client: PageClient, world: World, within: Within) -> None:
    here = (world.programme_id, world.organisation_id)
    world.sign_in(client, "coordinator")
    assert "Nothing noted yet" in client.get("/coordinator/money").text
    page = client.get("/coordinator/money/price")
    assert "Type an amount in pounds" in page.submit("Save", pounds="ten").text
    page.submit("Save", pounds="£10.50")
    assert within(lambda: fee_of(db.session(), *here)) == 1050
    form = client.get("/coordinator/money/people?q=sian").click("Siân O'Neill-Wyn")
    assert form.fields("Save")["pounds"] == "10.50"
    for _press in range(2):
        form.submit("Save", state="owed")
    page = client.get("/coordinator/money")
    assert "1 fee is owed" in page.text
    assert page.submit("Paid Siân O'Neill-Wyn").heading == "Money"
    gift = client.get("/coordinator/money/donation")
    assert "Nobody here has that name." in gift.submit("Save", pounds="5", person="Nobody Known").text
    for _press in range(2):
        page = gift.submit("Save", pounds="2.50")
    assert "£13" in page.text
    page.submit("It was a mistake £2.50")
    lines = within(lambda: list_money(db.session(), *here))
    assert [(each.pence, each.state.value, each.taken_back_at is None) for each in lines] == [
        (250, "received", False),
        (1050, "received", True),
    ]
    file = client.http.get("/coordinator/money.csv")
    assert file.mimetype == "text/csv"
    assert "10.5" in file.text
    assert "Siân" not in file.text


def test_joining_can_note_the_fee(worker: PageClient, world: World, ask: Callable[..., UUID], within: Within) -> None:
    here = (world.programme_id, world.organisation_id)
    within(lambda: set_fee(db.session(), *here, 1000, actor_id=None))
    form = worker.get(f"{QUEUE}/{ask(email='')}/join")
    assert "Joining costs £10, once." in form.text
    form.submit("Save", fee="waived")
    assert [each.state.value for each in within(lambda: list_money(db.session(), *here))] == ["waived"]


def test_no_volunteer_s_page_shows_pounds(app: Flask, client: PageClient, world: World, within: Within) -> None:
    here = (world.programme_id, world.organisation_id)
    within(lambda: set_fee(db.session(), *here, 1000, actor_id=None))
    world.sign_in(client, "coordinator")
    client.get(f"/coordinator/money/people/{world.volunteer_id}").submit("Save", state="owed")
    assert "£" not in client.get(f"/coordinator/people/{world.volunteer_id}").text
    mine = world.sign_in(PageClient(app), "volunteer")
    for path in ("/my/", "/my/statement", "/my/hours"):
        assert "£" not in mine.get(path).text


def take_back(page: Page) -> None:
    """Press the first button that says that it was a mistake."""
    form = page.soup.select_one("form[action$='/take-back']")
    assert form is not None
    token = form.select_one("[name=csrf_token]")
    assert token is not None
    assert "Taken back." in page.client.post(str(form["action"]), {"csrf_token": token["value"]}).text


def test_a_form_of_money_sent_again_adds_nothing_even_after_it_was_taken_back(client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator")
    donation = client.get("/coordinator/money/donation")
    donation.submit("Save", pounds="5")
    take_back(client.get("/coordinator/money"))
    assert "Nothing was added." in donation.submit("Save", pounds="5").text
    fee = client.get(f"/coordinator/money/people/{world.volunteer_id}")
    person = fee.submit("Save", pounds="10")
    take_back(person)
    assert "Nothing was added." in fee.submit("Save", pounds="10").text


def test_an_odd_state_changes_no_fee(client: PageClient, world: World, within: Within) -> None:
    here = (world.programme_id, world.organisation_id)
    within(
        lambda: note_fee(db.session(), *here, world.volunteer_id, MoneyState.RECEIVED, pence=1000, actor_id=world.users["owner"])
    )
    world.sign_in(client, "coordinator")
    token = client.get("/coordinator/money/donation").fields("Save")["csrf_token"]
    [line] = within(lambda: list_money(db.session(), *here))
    data = {"csrf_token": token, "state": "nonsense"}
    client.post(f"/coordinator/money/{line.id}/settle", data)
    assert within(lambda: list_money(db.session(), *here))[0].state is MoneyState.RECEIVED
