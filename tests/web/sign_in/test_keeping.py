"""How I sign in: browsers that are signed in, passkeys, apps and codes; and showing that it is you."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.network.soft_passkey import SoftPasskey
from tests.page_client import Page, PageClient
from tests.web.second_step import key_on, recovery_codes_on, set_up
from tests.web.world import PASSWORD, World, app_code
from timecredits.foundation import clock
from timecredits.network.sign_ins import list_sign_ins
from timecredits.web.browser_words import browser_words
from timecredits.web.database import db

pytestmark = pytest.mark.usefixtures("steady_clock")
PAGE = "/how-i-sign-in"
AGENT = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"


@pytest.fixture
def key(app: Flask) -> SoftPasskey:
    base: str = app.config["BASE_URL"]
    return SoftPasskey(origin=base, rp_id="127.0.0.1")


def ask(client: PageClient, page: Page, path: str) -> str:
    answer = client.http.post(path, data={"csrf_token": page.soup.select_one("input[name=csrf_token]")["value"]})
    assert answer.status_code == 200, answer.text
    return answer.text


def add_passkey(client: PageClient, key: SoftPasskey) -> Page:
    page = client.get(PAGE)
    made = key.make(ask(client, page, f"{PAGE}/passkeys/ask"))
    return page.submit("Add a passkey on this device", credential=made)


def sign_in_by_passkey(client: PageClient, key: SoftPasskey, **changed: object) -> Page:
    page = client.get("/sign-in")
    return page.submit("Sign in with a passkey", credential=key.show(ask(client, page, "/sign-in/passkey/ask"), **changed))


def test_every_browser_is_listed_and_can_be_signed_out(app: Flask, client: PageClient, world: World) -> None:
    page = client.get("/sign-in/password", headers={"User-Agent": AGENT})
    sent = {**page.fields("Sign in"), "email": world.emails["volunteer"], "password": PASSWORD}
    client.post("/sign-in/password", sent, headers={"User-Agent": AGENT})
    mine = client.get(PAGE)
    assert "Chrome on Android This one" in mine.text
    assert "You are signed in here, and nowhere else." in mine.text
    others = [world.sign_in(PageClient(app), "volunteer") for _ in range(3)]
    mine = client.get(PAGE)
    assert mine.text.count("Sign it out") == 3
    assert "Pixel" not in mine.response.text
    assert "That browser is signed out." in mine.submit("Sign it out").response.text
    assert sorted(each.get("/my/").path for each in others) == ["/my/", "/my/", "/sign-in"]
    assert "All other browsers are signed out." in client.get(PAGE).submit("Sign out all others").response.text
    assert [each.get("/my/").path for each in others] == ["/sign-in"] * 3
    assert client.get("/my/").path == "/my/"


def test_nobody_signs_somebody_else_out(app: Flask, client: PageClient, world: World) -> None:
    world.sign_in(client, "volunteer")
    other = world.sign_in(PageClient(app), "other_volunteer")
    with app.app_context():
        theirs = list_sign_ins(db.session(), world.users["other_volunteer"])[0].id
    token = {"csrf_token": client.get("/sign-in/choose").fields()["csrf_token"]}
    client.post(f"{PAGE}/browsers/{theirs}/end", token, status=404)
    assert other.get("/my/").path == "/my/"


def test_when_a_browser_was_seen_is_noted_once_an_hour(app: Flask, client: PageClient, world: World) -> None:
    def seen() -> object:
        with app.app_context():
            return list_sign_ins(db.session(), world.users["volunteer"])[0].seen_at

    world.sign_in(client, "volunteer")
    begun = seen()
    for minutes, is_noted in ((30, False), (61, True), (90, False)):
        before = seen()
        with clock.standing_at(clock.now() + timedelta(minutes=minutes)), client.http.get("/my/") as answer:
            assert answer.status_code == 200
        assert (seen() != before) is is_noted, minutes
    assert seen() != begun


def test_a_passkey_is_added_and_opens_staff_s_pages_alone(app: Flask, client: PageClient, world: World, key: SoftPasskey) -> None:
    world.give_app(app, "owner")
    elsewhere = world.sign_in(PageClient(app), "owner")
    world.sign_in(client, "owner")
    assert "Your passkey is saved." in add_passkey(client, key).response.text
    assert elsewhere.get("/coordinator/").path == "/sign-in"
    assert sign_in_by_passkey(PageClient(app), key).path == "/coordinator/"
    replayed = PageClient(app)
    page = replayed.get("/sign-in")
    answer = key.show(ask(replayed, page, "/sign-in/passkey/ask"))
    with replayed.http.session_transaction() as browser:
        before = dict(browser)
    assert page.submit("Sign in with a passkey", credential=answer).path == "/coordinator/"
    with replayed.http.session_transaction() as browser:
        browser.clear()
        browser.update(before)
    again = page.submit("Sign in with a passkey", credential=answer)
    assert "That passkey did not work here." in again.response.text
    assert "did not work" in sign_in_by_passkey(PageClient(app), key, spoilt=True).response.text


def test_a_challenge_is_good_for_five_minutes(app: Flask, client: PageClient, world: World, key: SoftPasskey) -> None:
    world.sign_in(client, "owner")
    add_passkey(client, key)
    late = PageClient(app)
    page = late.get("/sign-in")
    answer = key.show(ask(late, page, "/sign-in/passkey/ask"))
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert "did not work" in page.submit("Sign in with a passkey", credential=answer).response.text


def test_the_second_step_by_passkey_is_that_user_s(app: Flask, client: PageClient, world: World, key: SoftPasskey) -> None:
    world.sign_in(client, "owner")
    add_passkey(client, key)
    for who, place in (("owner", "/coordinator/"), ("manager", "/sign-in/set-up")):
        browser = PageClient(app)
        page = browser.get("/sign-in/password").submit("Sign in", email=world.emails[who], password=PASSWORD)
        if who == "owner":
            answer = key.show(ask(browser, page, "/sign-in/passkey/ask"))
            page = page.submit("Use my passkey", credential=answer)
        assert page.path == place


def test_a_passkey_can_be_the_first_second_step(client: PageClient, world: World, key: SoftPasskey) -> None:
    page = client.get("/sign-in/password").submit("Sign in", email=world.emails["manager"], password=PASSWORD)
    made = key.make(ask(client, page, "/sign-in/set-up/passkey/ask"))
    codes = page.submit("Use a passkey on this device", credential=made)
    assert len(recovery_codes_on(codes)) == 10
    assert codes.submit("Go on", kept="y").path == "/programme"


def test_the_last_second_step_stays_for_staff(client: PageClient, world: World, key: SoftPasskey) -> None:
    world.sign_in(client, "owner")
    add_passkey(client, key)
    assert "You need one of them." in client.get(PAGE).submit("Remove it").response.text
    page = client.get(PAGE).click("Set up an app")
    assert "Your app is set up." in page.submit("Save this app", code=app_code(key_on(page))).response.text
    assert "The passkey is removed." in client.get(PAGE).submit("Remove it").response.text
    codes = client.get(PAGE).submit("Make ten new codes")
    assert len(recovery_codes_on(codes)) == 10
    assert codes.submit("Go on", kept="y").path == PAGE
    assert "You have 10 of 10 left." in client.get(PAGE).text


def test_staff_change_their_password(app: Flask, client: PageClient, world: World) -> None:
    world.sign_in(client, "owner")
    old = world.sign_in(PageClient(app), "owner")
    page = client.get(PAGE).click("Change it")
    assert "not your password now" in page.submit("Save", old="wrong", password="four new green boats").text
    assert "Many people use" in page.submit("Save", old=PASSWORD, password="Password12345").text
    assert "Saved." in page.submit("Save", old=PASSWORD, password="four new green boats").response.text
    assert old.get("/coordinator/").path == "/sign-in"


def test_what_matters_asks_again_after_a_quarter_of_an_hour(client: PageClient, world: World) -> None:
    world.pass_both(client, "owner")
    assert client.get("/coordinator/staff/invite").path == "/coordinator/staff/invite"
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        asked = client.get("/coordinator/staff/invite")
        assert (asked.path, asked.heading) == ("/show-it-is-you", "Show that it is you")
        wrong = asked.submit("Go on", password="wrong wrong wrong", code=app_code())
        assert "The password or the code did not work." in wrong.text
        bad = wrong.submit("Go on", password=PASSWORD, code="000000")
        assert "The password or the code did not work." in bad.text
        assert bad.submit("Go on", password=PASSWORD, code=app_code()).path == "/coordinator/staff/invite"
        assert client.get("/coordinator/staff/invite").path == "/coordinator/staff/invite"
        assert client.get("/coordinator/staff").path == "/coordinator/staff"


def test_a_form_that_comes_too_late_is_kept_and_sent_on(client: PageClient, world: World) -> None:
    world.pass_both(client, "owner")
    form = client.get("/coordinator/staff/invite")
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        late = form.submit("Invite them", email="jo@example.org", name="<b>Jo</b>")
        assert "What you typed is kept." in late.text
        asked = late.submit("Show that it is me")
        assert "Type your password." not in asked.text
        go_on = asked.submit("Go on", password=PASSWORD, code=app_code())
        assert go_on.heading == "Thank you"
        assert go_on.fields("Go on")["name"] == "<b>Jo</b>"
        sent = go_on.submit("Go on")
        assert "Sent. They can say yes within 7 days." in sent.response.text
        assert "<b>Jo</b>" in sent.text


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/nowhere", "/static/x", "javascript:alert(1)"])
def test_a_form_is_sent_on_to_our_own_pages_alone(client: PageClient, world: World, target: str) -> None:
    world.pass_both(client, "owner")
    page = client.get("/show-it-is-you")
    token = page.fields("Go on")["csrf_token"]
    sent = {"csrf_token": token, "target": target, "next": target, "password": PASSWORD, "code": app_code(steps=1)}
    assert client.post("/show-it-is-you", sent).path == "/coordinator/"


def test_a_volunteer_signs_in_again_and_comes_back(client: PageClient, world: World) -> None:
    world.pass_both(client, "volunteer")
    assert client.get("/my/my-data/erase").path == "/my/my-data/erase"
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        asked = client.get("/my/my-data/erase")
        assert asked.path == "/show-it-is-you"
        assert asked.submit("Sign in again").path == "/sign-in"
        assert world.pass_both(client, "volunteer").path == "/my/my-data/erase"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (AGENT, "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/17 Safari/605", "Safari on Mac"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words


def test_setting_up_shows_codes_that_work(app: Flask, client: PageClient, world: World) -> None:
    _home, key = set_up(client.get("/sign-in/password").submit("Sign in", email=world.emails["owner"], password=PASSWORD))
    again = PageClient(app).get("/sign-in/password").submit("Sign in", email=world.emails["owner"], password=PASSWORD)
    assert again.submit("Sign in", code=app_code(key, steps=1)).path == "/coordinator/"
