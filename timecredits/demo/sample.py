"""A year in a made-up programme, told by the domain's own verbs: nothing is written past them.

The clock stands at each moment in turn, so that hours, visits and letters carry the days on which they happened. The same
seed gives the same year, counted back from today.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.demo.attendance import attend
from timecredits.demo.cards import hand_out_cards
from timecredits.demo.checks import ask_and_see
from timecredits.demo.counters import Counter, open_counters
from timecredits.demo.giving import give_sample_credits
from timecredits.demo.learning import learn_and_hope
from timecredits.demo.letters import write_sample_letters
from timecredits.demo.logged import log_sample_hours
from timecredits.demo.merging import merge_sample_people
from timecredits.demo.names import VOLUNTEERS
from timecredits.demo.no_signal import lose_the_signal
from timecredits.demo.notes import carry_a_pass, print_sample_notes
from timecredits.demo.organisations import tell_agreements
from timecredits.demo.packs import share_sample_letters
from timecredits.demo.people import demo_email
from timecredits.demo.places import ORGANISATIONS
from timecredits.demo.planner import keep_sample_presets
from timecredits.demo.plans import plan_sample_activities
from timecredits.demo.privacy import answer_for_privacy
from timecredits.demo.radar import live_far_from_venues
from timecredits.demo.referees import keep_sample_referees
from timecredits.demo.sample_groups import Group
from timecredits.demo.sign_ups import sign_people_up
from timecredits.demo.staff import keep_sample_staff
from timecredits.demo.surroundings import surround_with_care
from timecredits.demo.surveys import ask_sample_questions
from timecredits.demo.venues import tell_venue_agreements
from timecredits.demo.webhooks import keep_sample_webhook
from timecredits.foundation import clock
from timecredits.foundation.clock import LONDON
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.register.registers import save_register
from timecredits.network.models import Programme, RoleKind, Volunteer
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer
from timecredits.spending.live_codes import live_code
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_limits import is_on
from timecredits.spending.redemption import RedemptionRequest, redeem
from timecredits.spending.undoing import undo

SEED = 2026
WEEKS = 52
SHARE_USED = 0.55
"""How much of what was earned is used in the end; some people use nothing at all, as in life."""

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def make_sample_data(session: Session, keyring: Keyring, base_url: str, *, tell: Callable[[str], object]) -> bool:
    """Fill an empty database with the demo programme. False, and nothing done, when any programme is there."""
    if session.scalar(select(Programme.id).limit(1)) is not None:
        return False
    tell("Making a year of sample data. This takes a moment.")
    chance = random.Random(SEED)  # noqa: S311  sample data, not secrets
    today = clock.today()
    first_day = today - timedelta(weeks=WEEKS)
    with clock.standing_at(_at(first_day - timedelta(days=30), time(9))):
        programme = create_programme(session, name="Fens and Broads Time Credits", slug="demo", is_demo=True)
        groups = _open_organisations(session, programme, chance)
        volunteers = _enrol(session, programme, groups, chance)
        counters = open_counters(session, keyring, programme)
    earned = dict.fromkeys((volunteer.id for volunteer in volunteers), 0)
    savers = {volunteer.id for volunteer in volunteers[8::7]}  # people who have spent nothing
    for week in range(WEEKS):
        monday = first_day + timedelta(weeks=week)
        monday -= timedelta(days=monday.weekday())
        _hold_sessions(session, programme, groups, monday, today, chance, earned)
        visitors = [volunteer for volunteer in volunteers if volunteer.id not in savers]
        _use_credits(session, keyring, programme, visitors, counters, monday, today, chance, earned)
        if week % 13 == 12:  # noqa: PLR2004  once a quarter
            tell(f"  {week + 1} of {WEEKS} weeks")
    _make_slips(session, programme, groups, counters, keyring, volunteers, chance)
    learn_and_hope(
        session,
        keyring,
        programme.id,
        groups[0].organisation_id,
        [volunteers[0], *volunteers[2:]],  # not who has just joined
        coordinator_id=groups[0].coordinator_id,
        coordinator="Hazel Brook",
    )
    write_sample_letters(
        session,
        keyring,
        programme.id,
        groups[0].organisation_id,
        groups[0].regulars,
        coordinator_id=groups[0].coordinator_id,
        base_url=base_url,
    )
    keep_sample_referees(
        session,
        keyring,
        programme.id,
        groups[0].organisation_id,
        volunteers[0].id,
        coordinator_id=groups[0].coordinator_id,
        coordinator_name="Hazel Brook",
        base_url=base_url,
    )
    log_sample_hours(
        session,
        programme.id,
        groups[0].organisation_id,
        groups[0].activity_id,
        [person.id for person in groups[0].regulars],
        coordinator_id=groups[0].coordinator_id,
        base_url=base_url,
    )
    keep_sample_presets(session, programme.id)
    plan_sample_activities(session, programme.id, groups)
    sign_people_up(session, programme.id, volunteers[0].id, chance=chance)  # once everything is planned
    ask_and_see(session, programme.id, groups)
    door = groups[0]
    hand_out_cards(
        session,
        programme.id,
        door.organisation_id,
        [person.id for person in door.regulars[2:]],
        coordinator_id=door.coordinator_id,
    )
    till = next(counter for counter in counters if any(not offer.times for offer in counter.offers))
    print_sample_notes(
        session,
        keyring,
        programme,
        door.organisation_id,
        door.regulars[1:],
        till=till.till,
        offer_id=next(offer.id for offer in till.offers if not offer.times),
        coordinator_id=door.coordinator_id,
    )
    give_sample_credits(
        session,
        programme.id,
        door.organisation_id,
        [volunteers[0], *(person for person in door.regulars if person.id != volunteers[0].id)],
        coordinator_id=door.coordinator_id,
    )
    lose_the_signal(session, keyring, programme, door.organisation_id, till)
    carry_a_pass(session, programme.id, volunteers[0].id)
    attend(
        session,
        programme.id,
        door.organisation_id,
        [person.id for person in door.regulars[1:]],
        coordinator_id=door.coordinator_id,
    )
    share_sample_letters(session, programme.id, volunteers[0].id)
    surround_with_care(session, keyring, programme, groups, volunteers[0], base_url=base_url)
    keep_sample_staff(session, keyring, programme.id, door.organisation_id, door.coordinator_id)
    merge_sample_people(
        session, programme.id, groups[-1].organisation_id, to_look_at=volunteers[-1].id, to_merge=volunteers[-2].id
    )
    here = (programme.id, door.organisation_id)
    ask_sample_questions(session, keyring, *here, actor_id=door.coordinator_id, chance=chance)
    tell_agreements(session, programme.id, today=clock.today(), actor_id=None)
    tell_venue_agreements(session, programme.id, today=clock.today())
    live_far_from_venues(volunteers[30:37])
    answer_for_privacy(session, programme.id, volunteers[-3].id, coordinator_id=door.coordinator_id)
    keep_sample_webhook(session, keyring, programme.id, actor_id=None)
    return True


def _open_organisations(session: Session, programme: Programme, chance: random.Random) -> list[Group]:
    groups = []
    for number, sample in enumerate(ORGANISATIONS):
        organisation = create_organisation(
            session,
            programme.id,
            name=sample.name,
            slug=sample.slug,
            summary=sample.summary,
            town=sample.town,
            letter_name=sample.letter_name,
            letter_address=[f"{chance.randint(2, 80)} Example Street", sample.town],
            contact_email=f"hello@{sample.slug}.example",
            contact_phone=f"01632 960{chance.randint(100, 999)}",  # kept free for stories by Ofcom
        )
        email = demo_email("coordinator") if number == 0 else f"coordinator@{sample.slug}.example"
        name = ("Hazel Brook", "Idris Moore", "Nell Carter", "Joy Palmer", "Stan Ridley")[number]
        coordinator = create_user(session, email=email, name=name)
        give_role(
            session,
            programme.id,
            coordinator.id,
            RoleKind.COORDINATOR,
            title="Volunteer coordinator",
            organisation_id=organisation.id,
        )
        for activity in sample.activities:
            facts = ActivityFacts(
                name=activity.name,
                summary=activity.summary,
                place=sample.town,
                when_text=f"{_WEEKDAYS[activity.weekday]}, {_clock(activity.starts)}",
                usual_minutes=activity.minutes,
                good_first_step=activity.good_first_step,
            )
            made = create_activity(session, programme.id, organisation.id, facts, actor_id=coordinator.id)
            groups.append(Group(made.id, organisation.id, coordinator.id, activity))
    manager = create_user(session, email=demo_email("programme-manager"), name="Avery Lane")
    give_role(session, programme.id, manager.id, RoleKind.PROGRAMME_MANAGER, title="Programme manager")
    return groups


def _enrol(session: Session, programme: Programme, groups: list[Group], chance: random.Random) -> list[Volunteer]:
    sign_ins = {0: "volunteer", 1: "new-volunteer"}
    volunteers = []
    for number, (first, last) in enumerate(VOLUNTEERS):
        own = groups[0] if number in sign_ins else groups[number % len(groups)]
        user_id = None
        if number in sign_ins:
            user_id = create_user(session, email=demo_email(sign_ins[number]), name=f"{first} {last}").id
        enrolled = enrol_volunteer(
            session,
            programme.id,
            own.organisation_id,
            first_name=first,
            last_name=last,
            number=f"T{number + 1:03}",
            user_id=user_id,
        )
        volunteers.append(enrolled.volunteer)
        if number == 1:
            continue  # somebody who has just joined: what an empty start looks like
        own.regulars.append(enrolled.volunteer)
        for group in chance.sample(groups, k=chance.choice((1, 1, 2))):
            if enrolled.volunteer in group.regulars:
                continue
            if group.organisation_id != own.organisation_id:
                if number % 3:
                    continue  # most people stay with one organisation
                enrol_at_another(session, enrolled.volunteer, group.organisation_id)
            group.regulars.append(enrolled.volunteer)
    return volunteers


def _hold_sessions(
    session: Session,
    programme: Programme,
    groups: list[Group],
    monday: date,
    today: date,
    chance: random.Random,
    earned: dict[UUID, int],
) -> None:
    for group in groups:
        day = monday + timedelta(days=group.sample.weekday)
        if day > today or chance.random() < 0.04:  # noqa: PLR2004  the odd week off
            continue
        came = [person for person in group.regulars if chance.random() < 0.75]  # noqa: PLR2004  three in four come
        minutes = {
            person.id: group.sample.minutes + chance.choice((0, 0, 0, 0, -30, 30)) for person in came[: group.sample.people]
        }
        if not minutes:
            continue
        ends = min(_at(day, time(18)), clock.now())
        with clock.standing_at(ends):
            save_register(
                session,
                programme.id,
                group.organisation_id,
                session_id=new_id(),
                activity_id=group.activity_id,
                day=day,
                minutes=minutes,
                actor_id=group.coordinator_id,
                today=day,
            )
        for person_id, given in minutes.items():
            earned[person_id] += given


def _use_credits(
    session: Session,
    keyring: Keyring,
    programme: Programme,
    visitors: list[Volunteer],
    counters: list[Counter],
    monday: date,
    today: date,
    chance: random.Random,
    earned: dict[UUID, int],
) -> None:
    regular = visitors[0]  # whom the demo's visitor is: somebody who likes to go out
    for person in [regular, regular, *chance.sample(visitors, k=min(len(visitors), 30))]:
        if earned[person.id] * SHARE_USED < 60:  # noqa: PLR2004  less than a credit to use
            continue
        moment = _at(monday + timedelta(days=chance.randint(0, 6)), time(chance.randint(10, 19), chance.randint(0, 59)))
        if moment.date() > today or moment > clock.now():
            continue
        open_now = [(counter, offer) for counter in counters for offer in counter.offers if is_on(offer, moment)]
        counter, offer = chance.choice(open_now)
        adults = chance.choice((1, 1, 1, 2)) if offer.most_people > 1 else 1
        with clock.standing_at(moment):
            taken = _visit(session, keyring, programme, person, counter, offer, adults)
        earned[person.id] -= int(taken / SHARE_USED)


def _visit(
    session: Session,
    keyring: Keyring,
    programme: Programme,
    person: Volunteer,
    counter: Counter,
    offer: Offer,
    adults: int,
) -> int:
    code = live_code(session, keyring, programme, person.id, clock.now())
    request = RedemptionRequest(
        id=new_id(),
        code=code.qr_text,
        offer_id=offer.id,
        adults=adults,
        under_16s=0,
        scanned_at=clock.now(),
    )
    return redeem(session, keyring, counter.till, request).minutes


def _make_slips(
    session: Session,
    programme: Programme,
    groups: list[Group],
    counters: list[Counter],
    keyring: Keyring,
    volunteers: list[Volunteer],
    chance: random.Random,
) -> None:
    """Show what putting right looks like: an hour corrected, and a visit undone."""
    group = groups[0]
    entry = session.scalars(
        select(HourEntry)
        .where(
            HourEntry.programme_id == programme.id,
            HourEntry.activity_id == group.activity_id,
            HourEntry.volunteer_id == volunteers[0].id,
        )
        .order_by(HourEntry.done_on.desc())
        .limit(1),
    ).one()
    correct_hours(
        session,
        programme.id,
        group.organisation_id,
        entry.id,
        minutes=entry.minutes + 30,
        reason="Stayed to lock up.",
        actor_id=group.coordinator_id,
        today=clock.today(),
    )
    counter = counters[1]
    for person, earlier in zip(volunteers[2:6], (35, 80, 130, 200), strict=True):
        with clock.standing_at(clock.now() - timedelta(minutes=earlier)):
            _visit(session, keyring, programme, person, counter, counter.offers[0], 1)
    code = live_code(session, keyring, programme, volunteers[0].id, clock.now())
    request = RedemptionRequest(id=new_id(), code=code.qr_text, offer_id=counter.offers[0].id, adults=2, under_16s=0)
    answer = redeem(session, keyring, counter.till, request)
    if answer.id is not None and answer.may_undo:
        undo(session, counter.till, answer.id, chance.choice(("Wrong offer chosen.", "They could not stay.")))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LONDON).astimezone(UTC)


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"  # noqa: PLR2004  noon
