"""Corrections of hours whose credits were used, and what a save says about credits."""

from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import HourEntry
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, Posting, open_account, post
from timecredits.network.models import Volunteer
from timecredits.network.settings import Rest, SpentCorrection, change_setting
from timecredits.web.database import db

MEND, AGREE = "Save the right hours", "Save all the same"


def new_hours(staff: PageClient, garden: Garden, hours: str) -> Page:
    page = staff.get(f"/coordinator/hours/new?volunteer={garden.people[0]}")
    return page.submit("Save these hours", hours=hours, activity=str(garden.activity_id))


def newest(garden: Garden) -> UUID:
    with garden.app.app_context():
        history = hour_history(db.session(), garden.world.programme_id, garden.people[0], as_of=clock.today())
    return history.lines[0].entry_id


def use_all(garden: Garden, rule: SpentCorrection) -> None:
    """Let the first person have used both credits, in a programme with this rule."""
    world = garden.world
    with garden.app.app_context():
        session = db.session()
        change_setting(session, world.programme_id, "spent_correction", rule, actor_id=None)
        venue = open_account(session, world.programme_id, AccountKind.VENUE)
        account = session.get_one(Volunteer, (world.programme_id, garden.people[0])).account_id
        used = Movement(new_id(), account, venue, 120, TransferKind.USED, garden.last_day)
        assert post(session, world.programme_id, used) is Posting.POSTED
        session.commit()


def test_credits_used_already_are_told_of_before_saving_and_after(garden_group: Garden, staff: PageClient) -> None:
    use_all(garden_group, SpentCorrection.SHORTFALL)
    page = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct").submit(MEND, hours="1:30", reason="Left early")
    assert "O'Neill-Wyn has used ½ credit of these. Saving this leaves ½ credit to be earned back." in page.text
    assert "Nothing is saved yet." in page.text
    assert page.fields(AGREE)["hours"] == "1:30"
    page = page.submit(AGREE, hours="1")  # more than was told of, so it asks again
    assert "Saving this leaves 1 credit to be earned back." in page.text
    done = page.submit(AGREE)
    assert "Done. It was 2 hours. Now it is 1 hour." in done.text
    assert "This leaves 1 credit to be earned back. The next hours do that." in done.text
    assert garden_group.credits(garden_group.people[0]) == 0
    me = garden_group.world.sign_in(PageClient(staff.app), "volunteer")
    statement = me.get("/my/statement").text
    assert "The programme lent you 1 credit. Your next hours pay it back." in statement
    assert "Lent by the programme" in statement
    saved = new_hours(staff, garden_group, "3")
    assert "1 credit of it pays back what the programme lent." in saved.text
    statement = me.get("/my/statement").text
    assert "Paid back from new hours" in statement
    assert "Your next hours" not in statement
    again = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct").submit(MEND, hours="0", reason="Not there")
    assert "This leaves 1 credit to be earned back." in again.text
    assert "Put right: Paid back from new hours" in me.get("/my/statement").text


def test_where_the_programme_bears_it_nobody_owes_anything(garden_group: Garden, staff: PageClient) -> None:
    use_all(garden_group, SpentCorrection.GOODWILL)
    page = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct").submit(MEND, hours="0", reason="Not there")
    assert "has used 2 credits of these. If you save, the programme makes up for it." in page.text
    assert "2 credits had been used. The programme made up for it." in page.submit(AGREE).text
    me = garden_group.world.sign_in(PageClient(staff.app), "volunteer")
    assert "Added by the programme" in me.get("/my/statement").text


def test_a_strange_agreement_is_none(garden_group: Garden, staff: PageClient) -> None:
    use_all(garden_group, SpentCorrection.GOODWILL)
    for strange in ("-5", "x", "", "9" * 30):
        page = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct")
        told = page.submit(MEND, hours="1", reason="A slip", agreed=strange).text
        assert ("makes up for it" in told) is (strange != "9" * 30)


def test_what_was_earned_is_said_when_it_is_not_the_hours(garden_group: Garden, staff: PageClient) -> None:
    with garden_group.app.app_context():
        change_setting(db.session(), garden_group.world.programme_id, "credit_step", 15, actor_id=None)
        db.session.commit()
    saved = new_hours(staff, garden_group, "2:40")
    assert "Saved. 2 hours 40 minutes added" in saved.text
    assert "2½ credits earned. 10 minutes carry over." in saved.text


def test_undoing_a_register_asks_first_where_credits_were_used(garden_group: Garden, staff: PageClient) -> None:
    use_all(garden_group, SpentCorrection.SHORTFALL)
    with garden_group.app.app_context():
        session_id = db.session().scalars(select(HourEntry.activity_session_id).where(HourEntry.id == newest(garden_group))).one()
    page = staff.get(f"/coordinator/registers/{session_id}").submit("Undo: take these hours away")
    assert "has used 2 credits of these. Saving this leaves 2 credits to be earned back." in page.text
    assert garden_group.credits(garden_group.people[1]) == 120
    done = page.submit("Undo it all the same")
    assert "Undone. 24 hours taken away." in done.text
    assert "This leaves 2 credits to be earned back. The next hours do that." in done.text
    assert garden_group.credits(garden_group.people[1]) == 0


def test_undoing_an_import_says_what_was_used_before_and_after(garden_group: Garden, staff: PageClient) -> None:
    loaded = "Date,Number,Hours,Activity\n4/3/2026,V1,2,Garden group\n"
    chosen = staff.get("/coordinator/imports").submit("Look at it", file=(BytesIO(loaded.encode()), "a.csv"))
    done = chosen.submit("Add 1 entry")
    use_all(garden_group, SpentCorrection.GOODWILL)
    ask = done.click("Wrong file? Undo this register")
    assert "programme makes up for it" not in ask.text  # there are two more credits
    use_all(garden_group, SpentCorrection.GOODWILL)
    again = ask.submit("Take 1 entry away")
    assert "has used 2 credits of these. If you save, the programme makes up for it." in again.text
    undone = again.submit("Take 1 entry away")
    assert "2 credits had been used. The programme made up for it." in undone.text


def test_an_import_says_what_it_brought_where_that_is_not_the_hours(garden_group: Garden, staff: PageClient) -> None:
    with garden_group.app.app_context():
        change_setting(db.session(), garden_group.world.programme_id, "credit_step", 60, actor_id=None)
        db.session.commit()
    loaded = "Date,Number,Hours,Activity\n4/3/2026,V1,2:40,Garden group\n"
    chosen = staff.get("/coordinator/imports").submit("Look at it", file=(BytesIO(loaded.encode()), "a.csv"))
    assert "They brought 2 credits." in chosen.submit("Add 1 entry").text


def test_hours_that_only_carry_over_are_not_called_hours_without_credits(garden_group: Garden, staff: PageClient) -> None:
    with garden_group.app.app_context():
        change_setting(db.session(), garden_group.world.programme_id, "credit_step", 60, actor_id=None)
        db.session.commit()
    page = new_hours(staff, garden_group, "0:20")
    assert "These minutes count towards their next credit." in page.text
    me = garden_group.world.sign_in(PageClient(staff.app), "volunteer")
    mine = me.get("/my/hours").text
    assert "These minutes count towards your next credit." in mine
    assert "Without credits" not in mine
    with garden_group.app.app_context():
        change_setting(db.session(), garden_group.world.programme_id, "credit_rest", Rest.DROP, actor_id=None)
        db.session.commit()
    new_hours(staff, garden_group, "0:10")
    assert "Without credits" in me.get("/my/hours").text
