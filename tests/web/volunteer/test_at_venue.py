"""A poster on a volunteer's own phone: choose, look, say yes, show it; and taking it back."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.spending.shop import change_offer, earn
from tests.web.world import PASSWORD, World
from timecredits.foundation import clock
from timecredits.network.models import Volunteer
from timecredits.network.programmes import create_programme, create_venue, join_programme
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer
from timecredits.spending.posters.keeping import end_poster, make_poster, poster_code
from timecredits.web.database import db


@pytest.fixture
def code(app: Flask, world: World) -> str:
    """What stands on the venue's poster. The volunteer has 3 credits, and the venue one offer for up to 4 people."""
    with app.app_context():
        session = db.session()
        earn(session, world, 180)
        made = poster_of(app, world.programme_id, world.venue_id)
        session.commit()
        return made


def poster_of(app: Flask, programme_id: UUID, venue_id: UUID) -> str:
    keyring = app.config["KEYRING"]
    poster = make_poster(db.session(), keyring, programme_id, venue_id, poster_id=uuid4(), name="Front desk", actor_id=None)
    return poster_code(keyring, poster)


def change(app: Flask, world: World, **columns: object) -> None:
    with app.app_context():
        offer = db.session().get_one(Offer, (world.programme_id, world.offer_id))
        for name, value in columns.items():
            setattr(offer, name, value)
        db.session.commit()


def add_offer(app: Flask, world: World, name: str, minutes: int) -> str:
    with app.app_context():
        facts = OfferFacts(name=name, adult_minutes=minutes)
        made = create_offer(db.session(), world.programme_id, world.venue_id, facts)
        db.session.commit()
        return str(made.id)


def uses(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(Redemption)) or 0


def settle(me: PageClient, code: str, **party: str) -> Page:
    """As far as the page with the price."""
    return me.get(f"/my/at/{code}").submit("Go on", go="yes", **party)


def use(me: PageClient, code: str) -> Page:
    return settle(me, code).submit("Use 1 credit")


def test_choosing_the_price_and_the_page_for_the_counter(app: Flask, me: PageClient, code: str) -> None:
    page = me.get(f"/my/at/{code}")
    assert "Parkside Pool" in page.text
    assert "You have 3 credits. Nothing is taken yet." in page.text
    assert page.text.index("Not on bank holidays.") < page.text.index("1 credit"), "what restricts it comes before the price"
    look = page.submit("Go on", go="yes", adults="1", under_16s="2")
    assert "It costs 2 credits" in look.text
    assert "Not on bank holidays." in look.text
    assert uses(app) == 0, "an address takes nothing"
    done = look.submit("Use 2 credits")
    assert done.heading == "Show this at the counter"
    for words in ("Siân", "Done. 2 credits taken.", "Swim, one hour", "1 adult, 2 under 16", "Parkside Pool"):
        assert words in done.text
    assert "Neill" not in done.text
    assert done.soup.select_one("[data-clock]") is not None
    assert done.soup.select_one(".tc-live__bar") is not None, "something that moves"
    assert done.soup.select_one("noscript meta[http-equiv=refresh]") is not None
    with app.app_context():
        (used,) = db.session().scalars(select(Redemption))
        assert (used.way, used.minutes, used.adults, used.under_16s) == ("poster", 120, 1, 2)


def test_a_double_tap_takes_once(app: Flask, me: PageClient, code: str) -> None:
    look = settle(me, code)
    first, again = look.submit("Use 1 credit"), look.submit("Use 1 credit")
    assert first.path == again.path
    assert uses(app) == 1
    soon = use(me, code)
    assert "Already done." in soon.text or "used already" in soon.text, "twice within half a minute is one"
    assert uses(app) == 1


def test_another_person_s_form_is_another_request(app: Flask, world: World, me: PageClient, code: str) -> None:
    """The same id from somebody else's phone takes nothing, and tells nobody's name."""
    look = settle(me, code)
    fields = look.fields("Use 1 credit")
    assert look.submit("Use 1 credit").heading == "Show this at the counter"
    with app.app_context():
        earn(db.session(), world, 120, world.other_volunteer_id)
        db.session().commit()
    friend = world.sign_in(PageClient(app), "other_volunteer")
    token = settle(friend, code).fields("Use 1 credit")["csrf_token"]
    page = friend.post(f"/my/at/{code}", {**fields, "csrf_token": token})
    assert "Something got mixed up. Nothing was taken this time." in page.text
    assert "Siân" not in page.text
    assert uses(app) == 1


def test_a_visit_that_is_free_is_no_refusal(app: Flask, me: PageClient, world: World, code: str) -> None:
    with app.app_context():
        change_offer(db.session(), world, under_16_minutes=0)
        db.session().commit()
    look = me.get(f"/my/at/{code}").submit("Go on", go="yes", adults="0", under_16s="1")
    assert "This is free. Nothing is taken. Tell them at the counter." in look.text
    assert "Choose something else" not in look.text


def test_one_offer_for_one_person_is_one_tap(app: Flask, world: World, me: PageClient, code: str) -> None:
    change(app, world, most_people=1)
    page = me.get(f"/my/at/{code}")
    assert "Change this" not in page.text
    assert page.submit("Use 1 credit").heading == "Show this at the counter"


def test_one_of_several_offers_is_chosen(app: Flask, world: World, me: PageClient, code: str) -> None:
    gym = add_offer(app, world, "Gym", 120)
    page = me.get(f"/my/at/{code}")
    asked = page.submit("Go on", go="yes")
    assert "Choose what it is for first." in asked.text
    look = asked.submit("Go on", go="yes", offer=gym, adults="1")
    assert "It costs 2 credits" in look.text
    back = look.click("Change this")
    assert back.fields("Go on")["offer"] == gym
    assert "Done. 2 credits taken." in look.submit("Use 2 credits").text


@pytest.mark.parametrize(
    ("party", "sentence"),
    [
        ({"adults": "0"}, "Say how many are coming."),
        ({"adults": "-3"}, "Say how many are coming."),
        ({"adults": "many"}, "Say how many are coming."),
        ({"adults": "9" * 50}, "Say how many are coming."),
        ({"adults": "9"}, "This is for up to 4 people."),
    ],
)
def test_a_party_that_can_not_be_is_asked_again(
    app: Flask, me: PageClient, code: str, party: dict[str, str], sentence: str
) -> None:
    page = settle(me, code, **party)
    assert sentence in page.text
    assert page.form("Go on") is not None
    assert uses(app) == 0


def test_too_few_credits_are_told_before_and_after(app: Flask, world: World, me: PageClient, code: str) -> None:
    page = settle(me, code, adults="4")
    assert "Not enough credits. This needs 4 credits. Nothing was taken." in page.text
    assert not [each for each in page.soup.select("main button") if "Use" in each.get_text()]
    look = settle(me, code, adults="3")
    change(app, world, adult_minutes=120)
    after = look.submit("Use 3 credits")
    assert "Not enough credits. This needs 6 credits. Nothing was taken." in after.text
    assert uses(app) == 0


def test_places_are_counted_and_what_is_full_says_so(app: Flask, world: World, me: PageClient, code: str) -> None:
    change(app, world, places=1, places_per="day", most_people=1)
    look = me.get(f"/my/at/{code}")
    with app.app_context():
        earn(db.session(), world, 60, world.other_volunteer_id)
        db.session.commit()
    other = world.sign_in(PageClient(app), "other_volunteer")
    assert other.get(f"/my/at/{code}").submit("Use 1 credit").heading == "Show this at the counter"
    assert "Nothing was taken" in look.submit("Use 1 credit").text
    assert uses(app) == 1


def test_somebody_whose_credits_are_stopped_is_told_kindly(app: Flask, world: World, me: PageClient, code: str) -> None:
    look = settle(me, code)
    with app.app_context():
        volunteer = db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id))
        volunteer.frozen_at, volunteer.frozen_because = clock.now(), "for a test"
        db.session.commit()
    page = look.submit("Use 1 credit")
    assert "Your credits are safe." in page.text
    assert "for a test" not in page.text
    assert uses(app) == 0


def test_nothing_on_says_so(app: Flask, world: World, me: PageClient, code: str) -> None:
    change(app, world, paused_because="closed")
    assert "Nothing is on here right now" in me.get(f"/my/at/{code}").text


def test_taking_it_back(app: Flask, me: PageClient, code: str) -> None:
    done = use(me, code)
    back = done.submit("I can't stay")
    assert back.heading == "The credits are back"
    assert "Undone. 1 credit given back." in back.text
    again = done.submit("This was not me")
    assert "This was undone before. Nothing more was given back." in again.text
    assert "You have 3 credits" in me.get(f"/my/at/{code}").text
    with app.app_context():
        assert db.session().scalars(select(Redemption.undone_because)).one() == "I can't stay"


def test_after_a_quarter_of_an_hour_it_is_a_memory(app: Flask, me: PageClient, code: str) -> None:
    done = use(me, code)
    with clock.standing_at(clock.now() + timedelta(minutes=15, seconds=5)):
        later = me.get(done.path)
        assert later.heading == "What you used"
        assert later.soup.select_one(".tc-live__bar") is None, "an old page doesn't move"
        late = done.submit("This was not me")
    assert "It is too late to undo this here." in late.text
    assert uses(app) == 1


def test_the_counter_sees_it_at_once_and_can_undo_it(app: Flask, world: World, me: PageClient, code: str) -> None:
    done = use(me, code)
    till = world.be_till(PageClient(app)).get("/till")
    assert "Siân O." in till.text
    assert "Poster" in till.text
    assert "Siân O." in world.sign_in(PageClient(app), "venue_manager").get("/venue").text
    assert "Undone. 1 credit given back." in till.submit("They could not stay").text
    assert me.get(done.path).heading == "The credits are back"


def test_it_works_only_where_its_venue_takes_these_credits(app: Flask, world: World, me: PageClient, code: str) -> None:
    with app.app_context():
        session = db.session()
        other = create_programme(session, name="Other", slug="other")
        venue = create_venue(session, name="Corn Exchange", slug="corn", town="Ely")
        join_programme(session, other.id, venue.id)
        foreign = poster_of(app, other.id, venue.id)
        session.commit()
    answers = {me.get(f"/my/at/{text}", status=404).text for text in (foreign, "AAAAAAAA", "A" * 400, "TC1:AB")}
    assert len(answers) == 1, "what is elsewhere is like what isn't there"
    token = me.get(f"/my/at/{code}").soup.select_one("input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": token["value"], "id": str(uuid4()), "offer": str(world.offer_id)}
    me.post(f"/my/at/{foreign}", data, status=404)
    me.post(f"/my/at/{code}", {**data, "id": "nonsense"}, status=400)
    me.post(f"/my/at/{code}", {**data, "offer": str(uuid4())})
    assert uses(app) == 0


def test_an_ended_poster_works_no_more(app: Flask, world: World, me: PageClient, code: str) -> None:
    from timecredits.spending.posters.keeping import list_posters

    look = settle(me, code)
    with app.app_context():
        (poster,) = list_posters(db.session(), world.venue_id)
        end_poster(db.session(), world.programme_id, world.venue_id, poster.id, actor_id=None)
        db.session.commit()
    me.get(f"/my/at/{code}", status=404)
    look.submit("Use 1 credit", status=404)
    assert uses(app) == 0


def test_somebody_else_s_use_is_nobody_s(app: Flask, world: World, me: PageClient, code: str) -> None:
    done = use(me, code)
    token = done.fields("This was not me")["csrf_token"]
    other = world.sign_in(PageClient(app), "other_volunteer")
    other.get(done.path, status=404)
    other.get(f"/my/at/done/{uuid4()}", status=404)
    token = str(other.get("/my/settings").soup.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    other.post(f"{done.path}/undo", {"csrf_token": token, "why": "not_me"}, status=404)
    mine = done.fields("This was not me")["csrf_token"]
    me.post(f"{done.path}/undo", {"csrf_token": mine, "why": "nonsense"}, status=400)
    assert me.get(done.path).heading == "Show this at the counter"


def test_who_must_sign_in_first_comes_back_to_the_poster(app: Flask, world: World, code: str) -> None:
    phone = PageClient(app)
    page = phone.get(f"/my/at/{code}")
    assert page.path == "/sign-in"
    page = page.click("I have a password")
    page = page.submit("Sign in", email=world.emails["volunteer"], password=PASSWORD)
    assert page.heading == "Use credits here"
    assert "Parkside Pool" in page.text


@pytest.mark.parametrize("who", ["coordinator", "venue_manager", "manager"])
def test_staff_use_no_credits(app: Flask, world: World, code: str, who: str) -> None:
    world.sign_in(PageClient(app), who).get(f"/my/at/{code}", status=403)


def test_the_code_is_typed_in_any_way(me: PageClient, code: str) -> None:
    page = me.get("/my/at")
    for typed in (code, code.lower(), f"{code[:4]} {code[4:]}", f"credits.example.org/my/at/{code}"):
        assert page.submit("Go on", code=typed).heading == "Use credits here"
    wrong = page.submit("Go on", code="ZZZZ 9999")
    assert "No poster has this code." in wrong.text
    assert wrong.fields("Go on")["code"] == "ZZZZ 9999"
    assert "Type the letters and numbers" in page.submit("Go on", code=" ").text
