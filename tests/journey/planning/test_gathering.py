"""What the planner is given comes from the register and the volunteer's own lists, and from nowhere else."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from tests.journey.asking import ANA, add, add_time
from tests.journey.charity import TODAY, Charity
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.elsewhere.spells_elsewhere import SpellFacts, remove_spell
from timecredits.journey.history_beside import beside_history
from timecredits.journey.planning.asked_for import on_day
from timecredits.journey.planning.gap_evidence import end_evidence, note_evidence
from timecredits.journey.planning.gathering import Gathered, gather
from timecredits.journey.planning.plan_rows import can_name, plan_rows, window_ends, written
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.requirement import Consent, Episode, Evidence
from timecredits.journey.planning_models import Consent as KeptConsent
from timecredits.journey.planning_models import Referee, Relation, SpellElsewhere, SpellState
from timecredits.journey.referees.referees import RefereeFacts, remove_referee
from timecredits.journey.referees.staff_referees import add_staff_referee
from timecredits.network.models import Enrolment, RoleKind, Volunteer
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer

ASKED = {"referees": 1, "known_months": 24, "window_months": 36, "max_gap_days": 31}


def gathered(charity: Charity) -> Gathered:
    return gather(charity.session, charity.programme_id, charity.volunteer_id)


def episodes(charity: Charity, kind: Evidence) -> list[Episode]:
    return [each for each in gathered(charity).episodes if each.evidence is kind]


def see(charity: Charity, first: date, last: date) -> None:
    note_evidence(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        charity.volunteer_id,
        evidence_id=(key := new_id()),
        first_day=first,
        last_day=last,
        seen_on=TODAY,
        actor_id=create_user(charity.session, email=f"{key}@example.org", name="Jo Reed").id,
        actor_name="Jo Reed",
        today=TODAY,
    )


def leave(charity: Charity, day: date) -> None:
    enrolment = charity.session.query(Enrolment).filter_by(volunteer_id=charity.volunteer_id).one()
    enrolment.left_on = day
    charity.session.flush()


def test_somebody_new_has_nothing_and_that_is_no_fault(charity: Charity) -> None:
    new = enrol_volunteer(charity.session, charity.programme_id, charity.organisation_id, first_name="Li", last_name="").volunteer
    found = gather(charity.session, charity.programme_id, new.id)
    assert (found.contacts, found.episodes, dict(found.lines)) == ((), (), {})
    assert not found.gives_time_now


def test_confirmed_days_make_one_spell_that_goes_on_while_they_are_enrolled(charity: Charity) -> None:
    [spell] = episodes(charity, Evidence.LEDGER)
    assert (spell.start, spell.end) == (date(2025, 3, 4), None)
    assert spell.active == (date(2025, 3, 4), date(2026, 9, 1), date(2026, 10, 6))
    assert gathered(charity).gives_time_now
    assert gathered(charity).sources[spell.org].place == "Lantern House mental health group"
    assert gathered(charity).sources[spell.org].letter_place == "Lantern House CIC"


def test_who_has_left_has_a_spell_up_to_the_last_confirmed_day(charity: Charity) -> None:
    leave(charity, date(2026, 11, 1))
    [spell] = episodes(charity, Evidence.LEDGER)
    assert spell.end == date(2026, 10, 6)
    assert not gathered(charity).gives_time_now


def test_what_was_corrected_away_is_no_evidence(charity: Charity) -> None:
    correct_hours(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        charity.first_entry,
        minutes=None,
        reason="Not there",
        actor_id=None,
        today=TODAY,
    )
    [spell] = episodes(charity, Evidence.LEDGER)
    assert spell.start == date(2026, 9, 1)


def test_what_nobody_else_confirmed_is_no_evidence(charity: Charity) -> None:
    user = create_user(charity.session, email="sian@example.org", name="Siân")
    charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).user_id = user.id
    entry = NewHours(new_id(), charity.volunteer_id, charity.garden_id, None, date(2026, 11, 20), 60)
    record_hours(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        [entry],
        source=HourSource.SELF_LOGGED,
        actor_id=user.id,
        today=TODAY,
    )
    [spell] = episodes(charity, Evidence.LEDGER)
    assert date(2026, 11, 20) not in spell.active


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (SpellState.DECLARED, Evidence.DECLARED),
        (SpellState.ASKED, Evidence.DECLARED),
        (SpellState.CONFIRMED, Evidence.DOCUMENT),
        (SpellState.REFUSED, None),
    ],
)
def test_time_elsewhere_counts_as_far_as_it_is_confirmed(charity: Charity, state: SpellState, kind: Evidence | None) -> None:
    key = add_time(charity)
    charity.session.get_one(SpellElsewhere, (charity.programme_id, key)).state = state
    charity.session.flush()
    found = [each for each in gathered(charity).episodes if each.evidence is not Evidence.LEDGER]
    assert [each.evidence for each in found] == ([] if kind is None else [kind])
    remove_spell(charity.session, charity.programme_id, charity.volunteer_id, key)
    assert [each for each in gathered(charity).episodes if each.evidence is not Evidence.LEDGER] == []


def test_evidence_that_was_seen_covers_its_days_until_it_is_ended(charity: Charity) -> None:
    see(charity, date(2024, 1, 1), date(2025, 3, 3))
    found = gathered(charity)
    [spell] = [each for each in found.episodes if each.evidence is Evidence.DOCUMENT]
    assert (spell.start, spell.end) == (date(2024, 1, 1), date(2025, 3, 3))
    assert (found.sources[spell.org].seen_by, found.sources[spell.org].seen_on) == ("Jo Reed", TODAY)
    assert found.sources[spell.org].letter_place == "Lantern House CIC"
    _kind, _space, number = spell.org.partition(" ")
    evidence_id = type(new_id())(number)
    end_evidence(charity.session, charity.programme_id, charity.organisation_id, evidence_id, actor_id=None)
    assert episodes(charity, Evidence.DOCUMENT) == []


@pytest.mark.parametrize(
    ("kept", "taken"),
    [
        (KeptConsent.NOT_ASKED, Consent.PENDING),
        (KeptConsent.PENDING, Consent.PENDING),
        (KeptConsent.GIVEN, Consent.GIVEN),
        (KeptConsent.DECLINED, Consent.DECLINED),
        (KeptConsent.WITHDRAWN, Consent.WITHDRAWN),
    ],
)
def test_what_a_referee_said_is_what_the_planner_hears(charity: Charity, kept: KeptConsent, taken: Consent) -> None:
    key = add(charity)
    charity.session.get_one(Referee, (charity.programme_id, key)).consent = kept
    charity.session.flush()
    [contact] = gathered(charity).contacts
    assert (contact.id, contact.consent, contact.known_since, contact.relation) == (str(key), taken, ANA.known_since, "teacher")


def test_who_was_taken_off_the_list_is_gone(charity: Charity) -> None:
    key = add(charity)
    remove_referee(charity.session, charity.programme_id, charity.volunteer_id, key)
    assert gathered(charity).contacts == ()


def test_nobody_can_reach_who_left_no_address_but_staff_are_always_found(charity: Charity) -> None:
    add(
        charity,
        RefereeFacts("Bo Lind", Relation.COLLEAGUE, date(2020, 1, 1), organisation_name="lantern house mental health group"),
    )
    user = create_user(charity.session, email="jo@lantern.example", name="Jo Reed")
    with clock.standing_at(datetime(2025, 1, 1, 12, tzinfo=UTC)):
        give_role(
            charity.session,
            charity.programme_id,
            user.id,
            RoleKind.COORDINATOR,
            title="Volunteer coordinator",
            organisation_id=charity.organisation_id,
        )
    add_staff_referee(
        charity.session,
        charity.programme_id,
        charity.volunteer_id,
        referee_id=new_id(),
        user_id=user.id,
        organisation_id=charity.organisation_id,
    )
    bo, jo = gathered(charity).contacts
    assert (bo.reachable, jo.reachable) == (False, True)
    assert (jo.person, jo.known_since) == (str(user.id), date(2025, 1, 1))
    assert bo.org == jo.org  # the same place, however it was typed


def test_the_same_person_twice_is_one_person(charity: Charity) -> None:
    for name, place in (("Zoë  Żak", "Ely College"), ("zoe zak", "Corner Books")):
        add(charity, RefereeFacts(name, Relation.TEACHER, date(2020, 1, 1), organisation_name=place, phone="01632 960123"))
    one, other = gathered(charity).contacts
    assert one.person == other.person
    assert one.org != other.org


def test_two_of_one_name_are_two_unless_a_number_or_an_address_says_otherwise(charity: Charity) -> None:
    for phone in ("01632 960123", "01632-960123", "01632 960999", "", ""):
        add(charity, RefereeFacts("Ana Silva", Relation.TEACHER, date(2020, 1, 1), phone=phone))
    found = gathered(charity)
    people = {each.person for each in found.contacts}
    assert len(people) == 4
    assert {found.lines[each.id].phone for each in found.contacts if each.person == _of(found, "01632 960123")} == {
        "01632 960123",
        "01632-960123",
    }


def _of(found: Gathered, phone: str) -> str:
    return next(each.person for each in found.contacts if found.lines[each.id].phone == phone)


def test_staff_whose_address_was_typed_before_they_were_staff_have_one_vote(charity: Charity) -> None:
    add(charity, RefereeFacts("Jo R.", Relation.COLLEAGUE, date(2020, 1, 1), email="jo+home@lantern.example"))
    user = hire(charity, "jo@lantern.example")
    add_staff_referee(
        charity.session,
        charity.programme_id,
        charity.volunteer_id,
        referee_id=new_id(),
        user_id=user,
        organisation_id=charity.organisation_id,
    )
    assert {each.person for each in gathered(charity).contacts} == {str(user)}


def hire(charity: Charity, email: str) -> UUID:
    user = create_user(charity.session, email=email, name="Jo Reed")
    here = charity.organisation_id
    give_role(charity.session, charity.programme_id, user.id, RoleKind.COORDINATOR, title="Coordinator", organisation_id=here)
    return user.id


def confirm_on(charity: Charity, day: date, last_day: date | None) -> UUID:
    key = add_time(charity, SpellFacts("Old Mill", "Miller", date(2024, 1, 1), last_day))
    row = charity.session.get_one(SpellElsewhere, (charity.programme_id, key))
    row.state, row.answered_by = SpellState.CONFIRMED, "Bo Lind, Manager"
    row.answered_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    charity.session.flush()
    return key


def test_a_contact_confirms_no_day_after_their_answer(charity: Charity) -> None:
    answered = date(2025, 2, 1)
    key = confirm_on(charity, answered, None)
    confirmed, since = [each for each in gathered(charity).episodes if each.evidence is not Evidence.LEDGER]
    assert (confirmed.start, confirmed.end, confirmed.evidence) == (date(2024, 1, 1), answered, Evidence.DOCUMENT)
    assert (since.start, since.end, since.evidence) == (date(2025, 2, 2), None, Evidence.DECLARED)
    sources = gathered(charity).sources
    assert (sources[confirmed.org].seen_on, sources[since.org].seen_on) == (answered, None)
    assert sources[since.org].spell_id == key
    [told] = beside_history(charity.session, charity.programme_id, charity.volunteer_id).elsewhere
    assert (told["last_day"], told["confirmed_by"]) == ("2025-02-01", "Bo Lind, Manager")


def test_a_confirmed_spell_that_ended_is_told_to_its_last_day(charity: Charity) -> None:
    confirm_on(charity, date(2025, 2, 1), date(2024, 6, 30))
    [spell] = [each for each in gathered(charity).episodes if each.evidence is not Evidence.LEDGER]
    assert (spell.end, spell.evidence) == (date(2024, 6, 30), Evidence.DOCUMENT)
    [told] = beside_history(charity.session, charity.programme_id, charity.volunteer_id).elsewhere
    assert told["last_day"] == "2024-06-30"


def test_nothing_of_anybody_else_is_gathered(charity: Charity) -> None:
    add(charity)
    add_time(charity)
    other = enrol_volunteer(
        charity.session, charity.programme_id, charity.organisation_id, first_name="Li", last_name=""
    ).volunteer
    assert gather(charity.session, charity.programme_id, other.id).episodes == ()
    assert gather(charity.session, charity.programme_id, other.id).contacts == ()
    assert gather(charity.session, new_id(), charity.volunteer_id).episodes == ()


def test_rows_tell_every_day_of_the_window_once_where_nothing_overlaps(charity: Charity) -> None:
    see(charity, date(2024, 1, 1), date(2025, 3, 3))
    add_time(charity, SpellFacts("Old Mill", "Miller", date(2023, 11, 1), date(2023, 12, 31)))
    found, requirement = gathered(charity), on_day(ASKED, TODAY)
    plan = plan_references(requirement, found.contacts, found.episodes)
    rows = plan_rows(plan, found)
    assert [(row.kind, row.days) for row in rows] == [
        ("declared", 41),
        ("needs_evidence", 41),
        ("document", 428),
        ("register", 627),
    ]
    assert sum(row.days for row in rows if row.kind != "declared") == (TODAY - plan.window_from).days
    assert window_ends(plan, requirement) == (date(2023, 11, 21), TODAY - timedelta(days=1))
    assert [each["organisation"] for each in written(rows)] == ["Old Mill", "", "Lantern House CIC", "Lantern House CIC"]
    assert "mental health" not in str(written(rows))


def test_only_who_agreed_is_named_to_an_employer(charity: Charity) -> None:
    for name, consent in (("Ana", KeptConsent.GIVEN), ("Bo", KeptConsent.PENDING), ("Cy", KeptConsent.DECLINED)):
        facts = RefereeFacts(name, Relation.TEACHER, date(2020, 1, 1), "Tutor", "Ely College", phone="01632 960123")
        charity.session.get_one(Referee, (charity.programme_id, add(charity, facts))).consent = consent
    charity.session.flush()
    found = gathered(charity)
    plan = plan_references(on_day(ASKED, TODAY), found.contacts, found.episodes)
    assert [each["name"] for each in can_name(plan, found)] == ["Ana"]


def test_a_long_list_costs_no_more_questions_than_a_short_one(charity: Charity) -> None:
    add(charity)
    add_time(charity)
    see(charity, date(2024, 1, 1), date(2024, 2, 1))
    few = count_questions(charity)
    volunteer = charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id))
    enrol_at_another(charity.session, volunteer, charity.other_organisation_id)
    for number in range(12):
        facts = RefereeFacts(f"Person {number}", Relation.TEACHER, date(2020, 1, 1), email=f"p{number}@example.org")
        add(charity, facts)
        add_time(charity, SpellFacts(f"Place {number}", "Helper", date(2021, 1, 1), date(2021, 2, 1)))
        see(charity, date(2024, 3, 1), date(2024, 3, 2))
        charity.give_hours(date(2026, 8, 1) + timedelta(days=number), 60)
    assert len(gathered(charity).contacts) == 13
    assert count_questions(charity) == few
    assert few <= 8


def count_questions(charity: Charity) -> int:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    charity.session.flush()
    engine = charity.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        gathered(charity)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
