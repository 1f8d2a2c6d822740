"""Who can speak for me: what a job asks is chosen or typed, and the answer comes first, then why, then what to do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.page_client import Page, PageClient
from tests.web.volunteer.past import Past
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.elsewhere.spells_elsewhere import SpellFacts, add_spell
from timecredits.journey.planning.asked_for import tidy_asked
from timecredits.journey.planning.gap_evidence import note_evidence
from timecredits.journey.planning.presets import hide_preset, usual_presets
from timecredits.journey.planning_models import Consent, Referee, Relation
from timecredits.journey.referees.referees import RefereeFacts, add_referee
from timecredits.web.database import db
from timecredits.web.requirement_fields import read_requirement, requirement_args

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = clock.local_day(NOON)
LONG_AGO = date(TODAY.year - 6, 3, 1)
MOST = {"referees": "2", "known_years": "2", "window_years": "1", "max_gap_days": "31", "min_orgs": "1", "takes": "none"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The clock stands shortly after the past of `past.py` ends: what is still to come depends on how long ago that was."""
    with clock.standing_at(NOON):
        yield


def add(app: Flask, world: World, name: str, consent: Consent = Consent.GIVEN, since: date = LONG_AGO, **more: Any) -> UUID:
    facts = RefereeFacts(
        **{"name": name, "relation": Relation.TEACHER, "known_since": since, "email": f"{new_id()}@example.org"} | more
    )
    with app.app_context():
        session, key = db.session(), new_id()
        add_referee(session, world.programme_id, world.volunteer_id, facts, referee_id=key, today=TODAY)
        row = session.get_one(Referee, (world.programme_id, key))
        row.consent = consent
        session.commit()
    return key


def spell(app: Flask, world: World, place: str, first: date, last: date | None = None) -> UUID:
    with app.app_context():
        session, key = db.session(), new_id()
        facts = SpellFacts(place, "Helper", first, last)
        add_spell(session, world.programme_id, world.volunteer_id, facts, spell_id=key, today=TODAY)
        session.commit()
    return key


def see(app: Flask, world: World, first: date, last: date) -> None:
    with app.app_context():
        session = db.session()
        note_evidence(
            session,
            world.programme_id,
            world.organisation_id,
            world.volunteer_id,
            evidence_id=new_id(),
            first_day=first,
            last_day=last,
            seen_on=TODAY,
            actor_id=world.users["coordinator"],
            actor_name="Jo Reed",
            today=TODAY,
        )
        session.commit()


def answer(page: Page) -> str:
    found = page.soup.select_one(".tc-plan__answer")
    return "" if found is None else " ".join(found.get_text(" ").split())


def ask(me: PageClient, **typed: str) -> Page:
    return me.get("/my/planner").submit("Show who is ready", **{**MOST, **typed})


def test_each_usual_job_is_one_tap_away_and_says_where_it_was_read(me: PageClient) -> None:
    page = me.get("/my/planner")
    assert page.heading == "Who can speak for me?"
    for preset in usual_presets():
        shown = page.click(preset.name)
        assert answer(shown) == "You have nobody on your list yet. Add somebody who knows you well."
        assert preset.source in shown.text
        assert "We can not promise this." in shown.text
        assert "Check what the employer asks." in shown.text


def test_a_hidden_job_is_not_offered_and_its_key_begins_nothing(app: Flask, world: World, me: PageClient) -> None:
    with app.app_context():
        hide_preset(db.session(), world.programme_id, "nhs", actor_id=None)
        db.session.commit()
    assert "NHS" not in me.get("/my/planner").text
    assert "Choose a kind of job." in me.get("/my/planner?preset=nhs").text


def test_the_answer_comes_first_and_leads_to_the_pack(app: Flask, world: World, me: PageClient) -> None:
    for name in ("Ana Silva", "Bo Lind"):
        add(app, world, name)
    page = me.get("/my/planner?preset=usual_job")
    assert answer(page) == "All 2 are ready now."
    assert page.text.index("All 2 are ready now.") < page.text.index("Ana Silva")
    address = urlsplit(page.link("Share letters for this job"))
    assert address.path == "/my/packs/new"
    sent = {name: value for name, [value] in parse_qs(address.query).items()}
    assert sent.pop("preset") == "usual_job"
    assert read_requirement(sent) == dict(usual_presets()[0].requirement)


def test_one_has_only_to_be_asked(app: Flask, world: World, me: PageClient) -> None:
    add(app, world, "Ana Silva")
    key = add(app, world, "Bo Lind", Consent.NOT_ASKED)
    page = ask(me, window_years="0")
    assert answer(page) == "1 of 2 is ready. Ask Bo Lind: then 2 of 2 are ready."
    asks = [each["href"] for each in page.soup.select("a.govuk-button") if "Ask Bo Lind" in each.text]
    assert asks == [f"/my/referees/{key}"] * 2  # in the answer, and beside the person
    assert "They have not said yes. Ask them first." in page.text
    assert "Share letters" not in page.text


def test_the_next_one_is_named_with_a_day(app: Flask, world: World, me: PageClient) -> None:
    since = date(TODAY.year - 1, TODAY.month, 1)
    add(app, world, "Ana Silva")
    add(app, world, "Bo Lind", since=since)
    on = f"1 {since:%B} {since.year + 2}"
    page = ask(me, window_years="0")
    assert answer(page) == f"1 of 2 is ready now; the second on {on}."
    assert f"Ready on {on}" in page.text
    assert page.link("Add somebody to your list") == "/my/referees/add"


def test_somebody_who_can_never_be_one_is_told_why(app: Flask, world: World, me: PageClient) -> None:
    add(app, world, "Cy", since=date(2020, 1, 1), known_until=date(2020, 11, 1))
    add(app, world, "Di", relation=Relation.FRIEND)
    add(app, world, "Ed", Consent.DECLINED)
    page = ask(me)
    assert answer(page) == "Nobody on your list can be ready for this job. You need to add somebody else."
    assert "It is too short by 1 year 2 months." in page.text
    assert "The job does not take somebody like them." in page.text
    assert "They said no. That is their choice." in page.text


def test_nobody_on_the_list_is_a_kind_beginning(me: PageClient) -> None:
    page = ask(me)
    assert "Nobody on your list yet" in page.text
    assert "Nothing shows what you did in the last 1 year yet." in page.text
    assert page.link("Add somebody to your list") == "/my/referees/add"


def test_the_years_are_a_picture_and_the_same_in_words(app: Flask, world: World, me: PageClient, past: Past) -> None:
    del past
    add(app, world, "Ana Silva")
    page = ask(me, referees="1", max_inactivity_days="14", window_years="3")
    bars = page.soup.select("svg.tc-years__bar")
    assert len(bars) == 4  # three years touch four calendar years
    for bar in bars:
        assert bar.find("title").get_text() in {str(TODAY.year - back) for back in range(4)}  # type: ignore[union-attr]
        assert "day" in bar.find("desc").get_text()  # type: ignore[union-attr]
    rows = page.soup.select(".tc-plan__table tbody tr")
    assert {"Hours confirmed here: Riverside Trust", "Long gap; nothing shows these days"} <= {
        cell.get_text() for row in rows for cell in row.select(".tc-table__value")
    }
    drawn = {name for part in page.soup.select("svg.tc-years__bar [class]") for name in part["class"]}
    assert {"tc-years__register", "tc-years__gap"} <= drawn
    legend = page.soup.select_one(".tc-years-legend")
    assert legend is not None
    assert "Hours confirmed here" in legend.get_text()


def test_a_gap_says_what_could_fill_it(app: Flask, world: World, me: PageClient) -> None:
    yesterday = TODAY - timedelta(days=1)
    told = spell(app, world, "Old Mill", TODAY - timedelta(days=300), TODAY - timedelta(days=200))
    see(app, world, TODAY - timedelta(days=400), TODAY - timedelta(days=301))
    page = ask(me)
    assert page.link("Ask somebody at Old Mill to confirm your time there.") == f"/my/elsewhere/{told}"
    assert page.link("Add time at another place.") == "/my/elsewhere/new"
    assert "Show your coordinator something for these days. They only note that they saw it." in page.text
    assert "Volunteer again soon." in page.text
    assert "Jo Reed, " in page.text
    assert "There is 1 gap in the last 1 year that is too long." in page.text
    assert f"{yesterday.day} {yesterday:%B} {yesterday.year}" in page.text


def test_a_day_for_all_of_it_is_told_as_what_may_come(app: Flask, world: World, me: PageClient, past: Past) -> None:
    del past
    add(app, world, "Ana Silva")
    page = ask(me, referees="1", window_years="0", window_months="6")
    assert "If you keep volunteering as now, all of it is ready on " in page.text


def test_the_same_numbers_print_the_history(app: Flask, world: World, me: PageClient, past: Past) -> None:
    del past
    add(app, world, "Ana Silva")
    add(app, world, "Bo Lind", Consent.NOT_ASKED)
    page = me.get("/my/planner?preset=nhs")
    answered = me.http.get(page.link("Print this for an employer"))
    assert answered.mimetype == "application/pdf"
    assert "vetting-history" in answered.headers["Content-Disposition"]
    text = " ".join(" ".join(part.extract_text() for part in PdfReader(BytesIO(answered.data)).pages).split())
    assert "A job in the NHS" in text
    assert "Ana Silva" in text
    assert "Bo Lind" not in text  # nobody is named who has not said yes
    changed = ask(me, referees="1")
    other = me.http.get(changed.link("Print this for an employer"))
    assert "A job in the NHS" not in PdfReader(BytesIO(other.data)).pages[0].extract_text()


@pytest.mark.parametrize("query", ["", "?preset=nothing", "?referees=x", "?preset=usual_job"])
def test_without_years_there_is_nothing_to_print(me: PageClient, query: str) -> None:
    assert me.get(f"/my/planner.pdf{query}").path == "/my/planner"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("referees", ""),
        ("referees", "0"),
        ("referees", "11"),
        ("referees", "two"),
        ("known_years", "-1"),
        ("known_months", "1.5"),
        ("known_months", "120"),  # with two years more than ten
        ("window_years", "99999999999999"),
        ("max_gap_days", "٣١"),
        ("max_inactivity_days", "0"),
        ("min_orgs", "<b>"),
    ],
)
def test_bad_numbers_are_told_and_keep_what_was_typed(me: PageClient, field: str, typed: str) -> None:
    page = ask(me, **{field: typed, "max_gap_days": typed if field == "max_gap_days" else "45"})
    assert page.soup.select_one(".govuk-error-summary") is not None
    assert answer(page) == ""
    fields = page.fields("Show who is ready")
    assert fields[field] == typed
    assert fields["max_gap_days"] == (typed if field == "max_gap_days" else "45")


def test_a_changed_preset_is_nobodys_rule(me: PageClient) -> None:
    page = me.get("/my/planner?preset=nhs")
    changed = page.submit("Show who is ready", referees="3")
    assert "These are the numbers that you typed." in changed.text
    assert "A job in the NHS" not in changed.text
    assert changed.submit("Show who is ready", referees="2").text.count("A job in the NHS") == 1


def test_nothing_about_anybody_stands_in_an_address(app: Flask, world: World, me: PageClient) -> None:
    add(app, world, "Ana Silva")
    page = me.get("/my/planner?preset=nhs")
    assert not [a["href"] for a in page.soup.select("a[href]") if "Ana" in str(a["href"]) or "Silva" in str(a["href"])]
    assert "Silva" not in str(page.soup.title)


def test_very_long_lists_still_make_a_page(app: Flask, world: World, me: PageClient) -> None:
    for number in range(29):
        add(app, world, f"Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley {number}", Consent.NOT_ASKED)
    for number in range(29):
        first = TODAY - timedelta(days=3600 - number * 120)
        see(app, world, first, first + timedelta(days=20))
    page = ask(me, window_years="10", referees="10", min_orgs="10", max_gap_days="0")
    assert len(page.soup.select(".tc-plan-person")) == 29
    assert len(page.soup.select(".tc-years__bar")) == 11
    assert "more in the table" in page.text


def test_nobody_elses_people_or_days_are_shown(app: Flask, world: World, client: PageClient) -> None:
    add(app, world, "Ana Silva")
    spell(app, world, "Old Mill", LONG_AGO)
    other = world.sign_in(client, "other_volunteer")
    page = other.get("/my/planner?preset=nhs")
    assert "Ana Silva" not in page.text
    assert "Old Mill" not in page.text


@pytest.mark.parametrize("who", ["coordinator", "manager", "venue_manager"])
def test_only_volunteers_plan(client: PageClient, world: World, who: str) -> None:
    browser = world.sign_in(client, who)
    assert browser.http.get("/my/planner?preset=nhs").status_code in {302, 403, 404}


@given(
    st.fixed_dictionaries(
        {
            "referees": st.integers(1, 10),
            "known_months": st.integers(0, 120),
            "window_months": st.integers(0, 120),
            "max_gap_days": st.integers(0, 366),
            "min_orgs": st.integers(1, 10),
            "must_be_at_org": st.booleans(),
            "excluded": st.sampled_from([["friend", "family"], ["family"], []]),
            "max_inactivity_days": st.none() | st.integers(1, 366),
        }
    )
)
def test_an_address_brings_back_the_requirement_that_made_it(asked: dict[str, Any]) -> None:
    steady = asked["max_inactivity_days"] or 56
    assert read_requirement(requirement_args(asked)) == tidy_asked(asked | {"max_inactivity_days": steady})


def test_years_without_an_hour_are_a_gap_whatever_is_left_empty(app: Flask, world: World, me: PageClient) -> None:
    with app.app_context():
        here = db.session(), world.programme_id, world.organisation_id
        role = create_activity(*here, ActivityFacts("Garden group"), actor_id=None).id
        days = TODAY - timedelta(days=700), TODAY - timedelta(days=1)
        entries = [NewHours(new_id(), world.volunteer_id, role, None, day, 60) for day in days]
        record_hours(*here, entries, source=HourSource.SINGLE, actor_id=None, today=TODAY)
        db.session.commit()
    page = ask(me, referees="1", max_inactivity_days="")
    assert "What could fill the gaps" in page.text
    assert "Visits up to 56 days apart count as steady." in page.text
    for key in ("nhs", "usual_job"):
        chosen = me.get(f"/my/planner?preset={key}")
        assert chosen.soup.select("[name=max_inactivity_days][value='56']")


@given(
    st.dictionaries(
        st.sampled_from(
            ["referees", "known_months", "known_years", "window_months", "max_gap_days", "takes", "min_orgs", "else"]
        ),
        st.text(max_size=8) | st.integers(-5, 500).map(str),
    )
)
def test_whatever_stands_in_an_address_is_a_requirement_or_none(args: dict[str, str]) -> None:
    found = read_requirement(args)
    assert found is None or found == tidy_asked(found)
