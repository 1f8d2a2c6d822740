"""The world of tests/web/world.py with something on every page, and the address of every page there is.

Both organisations and two venues have the same kinds of things, so that each page can be asked for one's own and for
another's. Everything is made by the domain's own verbs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.house.full_attendance import attendance_things
from tests.house.full_cards import card_things
from tests.house.full_checks import check_things
from tests.house.full_giving import giving_things, nobodys_giving
from tests.house.full_imports import build_imports
from tests.house.full_learning import learning_things
from tests.house.full_letters import letter_things
from tests.house.full_logged import logged_things
from tests.house.full_notes import note_things
from tests.house.full_offers import offer_things
from tests.house.full_packs import pack_things
from tests.house.full_planner import preset_things
from tests.house.full_plans import plan_things
from tests.house.full_posters import poster_things
from tests.house.full_referees import REFEREE_PAGES, referee_things
from tests.house.full_settings import setting_things
from tests.house.full_sign_ups import sign_up_things
from tests.house.full_uses import no_such_use, use_things
from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.importing.import_uploads import confirm_upload, keep_upload
from timecredits.hours.models import HourEntry
from timecredits.hours.register.registers import save_register
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.journey.letters.withdrawing import withdraw_reference
from timecredits.network.models import Programme, RoleKind, Volunteer
from timecredits.network.permissions import ActorKind
from timecredits.network.programmes import create_venue, join_programme
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.live_codes import live_code
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.spending.undoing import undo

THINGS = {
    "coordinator.activity": {"activity_id": "activity"},
    "coordinator.activity_edit": {"activity_id": "activity"},
    "coordinator.approval": {"logged_id": "logged"},
    "coordinator.approval_ask": {"logged_id": "logged"},
    "coordinator.approval_change": {"logged_id": "logged"},
    "coordinator.approval_decline": {"logged_id": "logged"},
    "coordinator.approval_undo": {"logged_id": "logged_approved"},
    "coordinator.attendance_settle": {"attendance_id": "attendance"},
    "coordinator.birth_month": {"volunteer_id": "volunteer"},
    "coordinator.card": {"volunteer_id": "volunteer"},
    "coordinator.card_anew": {"volunteer_id": "volunteer"},
    "coordinator.card_check": {"volunteer_id": "volunteer"},
    "coordinator.card_new": {"volunteer_id": "cardless"},
    "coordinator.card_photo": {"volunteer_id": "volunteer"},
    "coordinator.card_photo_file": {"volunteer_id": "volunteer"},
    "coordinator.card_pin": {"volunteer_id": "volunteer"},
    "coordinator.card_stop": {"volunteer_id": "volunteer"},
    "coordinator.cards_file": {"job_id": "card_job"},
    "coordinator.cards_printing": {"job_id": "card_job"},
    "coordinator.check_note": {"volunteer_id": "volunteer", "kind": "check_kind"},
    "coordinator.checks": {"volunteer_id": "volunteer"},
    "coordinator.hour_import_done": {"import_id": "import_done"},
    "coordinator.hour_import_look": {"import_id": "import_waiting"},
    "coordinator.hour_import_mend": {"import_id": "import_done"},
    "coordinator.hour_import_progress": {"import_id": "import_running"},
    "coordinator.hour_import_undo": {"import_id": "import_done"},
    "coordinator.hours_correct": {"entry_id": "entry"},
    "coordinator.letters_file": {"job_id": "letter_job"},
    "coordinator.letters_making": {"job_id": "letter_job"},
    "coordinator.note_batch": {"batch_id": "note_batch"},
    "coordinator.notes_from_person": {"volunteer_id": "volunteer"},
    "coordinator.notes_from_pot": {"pot_id": "notes_pot"},
    "coordinator.notes_hand_out": {"batch_id": "note_batch"},
    "coordinator.notes_pdf": {"batch_id": "note_batch"},
    "coordinator.notes_replace": {"batch_id": "note_batch"},
    "coordinator.notes_stop": {"batch_id": "note_batch"},
    "coordinator.plan_change": {"plan_id": "plan"},
    "coordinator.plan_end": {"plan_id": "plan"},
    "coordinator.plan_new": {"activity_id": "activity"},
    "coordinator.reference": {"reference_id": "letter"},
    "coordinator.reference_asked": {"request_id": "letter_asked"},
    "coordinator.reference_change": {"reference_id": "draft"},
    "coordinator.reference_decline": {"request_id": "letter_asked"},
    "coordinator.reference_new": {"volunteer_id": "volunteer"},
    "coordinator.reference_pdf": {"reference_id": "letter"},
    "coordinator.reference_withdraw": {"reference_id": "letter"},
    "coordinator.register": {"activity_id": "activity"},
    "coordinator.register_saved": {"session_id": "session"},
    "coordinator.requirements": {"activity_id": "activity"},
    "coordinator.session_cancel": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.session_message": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.session_move": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.session_show": {"plan_id": "plan", "planned_on": "plan_day"},
    "coordinator.use": {"use_id": "use"},
    "coordinator.person_training": {"volunteer_id": "volunteer"},
    "coordinator.person_training_new": {"volunteer_id": "volunteer"},
    "coordinator.training_take_back": {"training_id": "confirmed_training"},
    **REFEREE_PAGES,
    "coordinator.volunteer": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_hours": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_self_log": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_use_undo": {"volunteer_id": "volunteer", "redemption_id": "redemption"},
    "coordinator.volunteer_uses": {"volunteer_id": "volunteer"},
    "coordinator.credits_stop": {"volunteer_id": "volunteer"},
    "programme.preset": {"key": "preset"},
    "programme.preset_change": {"key": "preset"},
    "programme.setting": {"name": "setting"},
    "programme.venue_stop": {"venue_id": "any_venue"},
    "programme.till_lost": {"till_id": "any_till"},
    "programme.use": {"use_id": "any_use"},
    "public.activity_calendar_file": {"token": "activity_calendar"},
    "public.check_reference": {"secret": "secret"},
    "public.volunteer_calendar": {"code": "calendar"},
    "venue.offer": {"offer_id": "offer"},
    "venue.offer_change": {"offer_id": "offer", "part": "offer_part"},
    "venue.offer_end": {"offer_id": "offer"},
    "venue.offer_pause": {"offer_id": "offer"},
    "venue.offer_picture": {"offer_id": "offer"},
    "venue.offer_picture_file": {"offer_id": "offer"},
    "venue.offer_price": {"offer_id": "offer"},
    "venue.poster_pdf": {"poster_id": "poster"},
    "volunteer.at_done": {"redemption_id": "poster_use"},
    "volunteer.at_venue": {"code": "poster_code"},
    "venue.till_lost": {"till_id": "till"},
    "public.shared_letter_pdf": {"code": "pack_code", "reference_id": "letter"},
    "public.shared_letters": {"code": "pack_code"},
    "public.shared_pack_pdf": {"code": "pack_code"},
    "volunteer.pack": {"pack_id": "pack"},
    "volunteer.pack_change": {"pack_id": "pack"},
    "volunteer.reference_looks": {"reference_id": "letter"},
    "volunteer.goal": {"goal_id": "goal"},
    "volunteer.reflection": {"reflection_id": "reflection"},
    "volunteer.reflection_share": {"reflection_id": "reflection"},
    "volunteer.training_show": {"training_id": "own_training"},
    "volunteer.hours_logged_change": {"logged_id": "logged_returned"},
    "volunteer.activity": {"activity_id": "open_activity"},
    "volunteer.place": {"offer_id": "shown_offer"},
    "volunteer.place_picture": {"offer_id": "shown_offer"},
    "volunteer.reference_ask": {"role_id": "letter_role"},
    "volunteer.reference_pdf": {"reference_id": "letter"},
    "volunteer.session": {"plan_id": "my_plan", "planned_on": "my_day"},
    "coordinator.pot": {"pot_id": "pot"},
    "coordinator.pot_give": {"pot_id": "pot"},
    "coordinator.pot_given": {"pot_id": "pot", "together_id": "together"},
    "coordinator.pot_given_back": {"pot_id": "pot", "together_id": "together", "gift_id": "pot_gift"},
    "coordinator.pot_outing": {"pot_id": "pot"},
    "coordinator.pot_progress": {"pot_id": "pot", "together_id": "gift_job", "job_id": "gift_job"},
    "coordinator.pot_statement_file": {"pot_id": "pot"},
    "coordinator.volunteer_gift_back": {"volunteer_id": "volunteer", "gift_id": "gift"},
    "coordinator.volunteer_gifts": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_helper_new": {"volunteer_id": "volunteer"},
    "coordinator.volunteer_helpers": {"volunteer_id": "volunteer"},
    "programme.pot": {"pot_id": "any_pot"},
    "programme.pot_budget": {"pot_id": "any_pot"},
    "programme.pot_close": {"pot_id": "any_pot"},
    "programme.pot_fill": {"pot_id": "any_pot"},
    "programme.pot_pass_on": {"pot_id": "any_pot"},
    "programme.pot_rename": {"pot_id": "any_pot"},
    "programme.pot_statement_file": {"pot_id": "any_pot"},
    "programme.pot_take": {"pot_id": "any_pot"},
    "volunteer.give_pot": {"pot_id": "community_pot"},
    "volunteer.give_to": {"code": "receive_code"},
    "volunteer.helping_code": {"helping_id": "helping"},
    "volunteer.helping_give": {"helping_id": "helping"},
    "volunteer.helping_person": {"helping_id": "helping"},
    "volunteer.helping_give_to": {"helping_id": "helping", "code": "third_code"},
}
"""For each page about one thing: which of `FullWorld.own` (or `.others`) fills its address."""

PASSED_OVER = {
    "sign_in.demo": "works only on the demo's own people; tests/web/sign_in/test_demo.py",
    "till.photo": "there for two minutes while it is asked about; tests/web/till/test_second_check.py",
    "volunteer.helping_code_fragment": "a part of a page; tests/web/volunteer/test_helping.py",
    "volunteer.helping_code_news": "an answer without a page; tests/web/volunteer/test_helping.py",
    "volunteer.here": "its code lives a minute; tests/web/volunteer/test_here.py",
    "static_file": "not a page; tests/house/test_front_end_build.py",
}
"""Addresses with a parameter that are no page about one thing, and what tests them."""

PROGRAMME_WIDE = {"notes_pot", "pot", "till", "use"}
"""Things of an organisation or a venue that a programme manager looks after too."""

ACTORS = {
    ActorKind.VISITOR: None,
    ActorKind.VOLUNTEER: "volunteer",
    ActorKind.COORDINATOR: "coordinator",
    ActorKind.ORGANISATION_OWNER: "owner",
    ActorKind.PROGRAMME_MANAGER: "manager",
    ActorKind.VENUE_MANAGER: "venue_manager",
    ActorKind.TILL: None,
    ActorKind.KIOSK: None,
}


@dataclass(frozen=True)
class FullWorld:
    """Ids (and one secret) by what they are: of the people the world signs in, and of the others."""

    world: World
    own: dict[str, str]
    others: dict[str, str]

    def become(self, client: PageClient, kind: ActorKind) -> PageClient:
        """Let this browser be an actor of this kind."""
        if kind is ActorKind.TILL:
            return self.world.be_till(client)
        if kind is ActorKind.KIOSK:
            return self.world.be_kiosk(client)
        who = ACTORS[kind]
        return client if who is None else self.world.sign_in(client, who)


def pages(app: Flask) -> list[Rule]:
    """Every GET address of a page, in order; the API has none (tests/web/api/test_keys.py asks it for every key)."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint not in PASSED_OVER and not rule.endpoint.startswith("api.")
    ]
    return sorted(rules, key=lambda rule: rule.rule)


def address(app: Flask, rule: Rule, things: dict[str, str]) -> str:
    """The address of a page, filled with these things. Raises KeyError for a page that THINGS doesn't know."""
    if not rule.arguments:
        return rule.rule
    values = {name: things[THINGS[rule.endpoint][name]] for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_for(rule.endpoint, **values))


def build_full_world(session: Session, keyring: Keyring, base_url: str) -> FullWorld:
    """Make it within the caller's transaction."""
    world = build_world(session)
    with standing_at(clock.now() - timedelta(days=40)):
        venue_id, offer_id = _another_venue(session, world)
    issuer = Issuer(base_url, keyring)
    own = _organisation(session, world, issuer, world.organisation_id, world.volunteer_id, "coordinator")
    others = _organisation(session, world, issuer, world.other_organisation_id, world.other_volunteer_id, "other_coordinator")
    for things, at, who, actor in (
        (own, world.organisation_id, world.volunteer_id, "coordinator"),
        (others, world.other_organisation_id, world.other_volunteer_id, "other_coordinator"),
    ):
        made = sign_up_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor], is_open=things is own)
        things.update(made)
        made = plan_things(session, keyring, (world.programme_id, at), UUID(things["activity"]), actor_id=world.users[actor])
        things.update(made)
        made = card_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor])
        things.update(made)
        made = check_things(session, (world.programme_id, at), UUID(things["activity"]), who, actor_id=world.users[actor])
        things.update(made)
        things.update(learning_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor]))
        things.update(referee_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor]))
        things.update(pack_things(session, keyring, world.programme_id, who, UUID(things["letter"])))
        things.update(note_things(session, (world.programme_id, at), who, actor_id=world.users[actor]))
        things.update(giving_things(session, (world.programme_id, at), who, actor_id=world.users[actor]))
        made = letter_things(session, issuer, (world.programme_id, at), who, UUID(things["letter"]), actor_id=world.users[actor])
        things.update(made)
    others |= nobodys_giving()
    own |= {"offer": str(world.offer_id), "till": str(world.till_id)}
    others |= {"offer": str(offer_id), "setting": "no_such_setting"}
    own |= offer_things(session, world.programme_id, world.venue_id, world.offer_id)
    others |= offer_things(session, world.programme_id, venue_id, offer_id)
    others["shown_offer"] = str(new_id())  # any volunteer of the programme may look at any offer
    own["any_venue"], others["any_venue"] = str(world.venue_id), str(new_id())
    own |= setting_things(session, world.programme_id, actor_id=world.users["manager"])
    own |= preset_things(session, world.programme_id, actor_id=world.users["manager"])
    others["preset"] = "no_such_preset"
    _visits(session, keyring, world, world.volunteer_id, AtTill(world.till_id, world.venue_id), world.offer_id)
    paired = pair_till(session, begin_pairing(session, venue_id, till_name="Door", made_by=None))
    assert paired is not None
    others["till"] = str(paired.till.id)
    _visits(session, keyring, world, world.other_volunteer_id, AtTill(paired.till.id, venue_id), offer_id)
    own |= use_things(session, keyring, world, world.volunteer_id, first=1)
    others |= use_things(session, keyring, world, world.other_volunteer_id, first=8)
    own |= {"any_use": own["use"], "any_till": own["till"]}
    others |= no_such_use()
    place = {"venue_id": world.venue_id, "offer_id": world.offer_id}
    own |= poster_things(session, keyring, world.programme_id, world.volunteer_id, **place)
    place = {"venue_id": venue_id, "offer_id": offer_id}
    others |= poster_things(session, keyring, world.programme_id, world.other_volunteer_id, **place)
    others["poster_code"] = "00000000"  # whose venue it is, anybody may use it
    return FullWorld(world, own, others)


def _organisation(
    session: Session, world: World, issuer: Issuer, organisation_id: UUID, volunteer_id: UUID, coordinator: str
) -> dict[str, str]:
    here, actor, now = (world.programme_id, organisation_id), world.users[coordinator], clock.now()
    facts = ActivityFacts(
        name="Garden group", summary="We grow food.", place="The walled garden", when_text="Tuesdays, 10am", good_first_step=True
    )
    with standing_at(now - timedelta(days=60)):
        activity = create_activity(session, *here, facts, actor_id=actor)
        create_activity(session, *here, ActivityFacts(name="Lunch club"), actor_id=actor)
        friends = [
            enrol_volunteer(session, *here, first_name=first, last_name=last).volunteer.id
            for first, last in (("Zoë", "O'Brien"), ("محمد", "علي"), ("Wilhelmina-Alexandrina", "Featherstonehaugh-Cholmondeley"))
        ]
    for week in range(5, 0, -1):
        moment = now - timedelta(weeks=week)
        with standing_at(moment):
            session_id = new_id()
            save_register(
                session,
                *here,
                session_id=session_id,
                activity_id=activity.id,
                day=clock.today(),
                minutes=dict.fromkeys([volunteer_id, *friends], 120),
                actor_id=actor,
                today=clock.today(),
            )
    entries = session.scalars(
        select(HourEntry.id)
        .where(HourEntry.programme_id == world.programme_id, HourEntry.volunteer_id == volunteer_id)
        .order_by(HourEntry.done_on),
    ).all()
    correct_hours(session, *here, entries[0], minutes=150, reason="Stayed to lock up", actor_id=actor, today=clock.today())
    return {
        "activity": str(activity.id),
        "session": str(session_id),
        "entry": str(entries[-1]),
        "volunteer": str(volunteer_id),
        **_imports(session, here, actor),
        **build_imports(session, here, actor),
        **attendance_things(session, here, actor),
        **_letters(session, here, actor, volunteer_id, issuer),
        **logged_things(session, here, activity.id, volunteer_id, actor_id=actor),
    }


def _imports(session: Session, here: tuple[UUID, UUID], actor: UUID) -> dict[str, str]:
    day = clock.today() - timedelta(days=3)
    ids = []
    for name, hours in (("done", "2"), ("waiting", "3")):
        content = f"Date,Name,Hours\n{day.isoformat()},Zoë O'Brien,{hours}\n{day.isoformat()},Nobody Known,2\n".encode()
        kept = keep_upload(
            session,
            *here,
            content,
            f"{name}.csv",
            activity="Lunch club",
            today=clock.today(),
            uploaded_by=actor,
            import_id=new_id(),
        )
        ids.append(kept)
    confirm_upload(session, *here, ids[0], actor_id=actor, today=clock.today())
    return {"import_done": str(ids[0]), "import_waiting": str(ids[1])}


def _letters(session: Session, here: tuple[UUID, UUID], actor: UUID, volunteer_id: UUID, issuer: Issuer) -> dict[str, str]:
    volunteer = session.get_one(Volunteer, (here[0], volunteer_id))
    author = Author(actor, "Jo Reed", "Volunteer coordinator")
    drafts = [
        draft_reference(
            session,
            *here,
            reference_id=new_id(),
            volunteer_id=volunteer_id,
            holder_name=volunteer.name,
            opinion="Kind, on time, and good with people who are new.",
            neutral_letterhead=False,
            author=author,
        ).id
        for _ in range(3)
    ]
    issued = [issue_reference(session, *here, each, issuer=issuer, actor_id=actor) for each in drafts[:2]]
    withdraw_reference(session, *here, drafts[1], reason="The name was wrong.", actor_id=actor)
    return {"letter": str(drafts[0]), "draft": str(drafts[2]), "secret": issued[0].secret}


def _another_venue(session: Session, world: World) -> tuple[UUID, UUID]:
    venue = create_venue(session, name="Corn Exchange", slug="corn", town="Ely", summary="A theatre.", is_national=True)
    join_programme(session, world.programme_id, venue.id)
    offer = create_offer(session, world.programme_id, venue.id, OfferFacts(name="A seat", adult_minutes=90))
    manager = create_user(session, email="corn@example.org", name="Kit Waters")
    give_role(session, world.programme_id, manager.id, RoleKind.VENUE_MANAGER, title="Manager", venue_id=venue.id)
    return venue.id, offer.id


def _visits(session: Session, keyring: Keyring, world: World, volunteer_id: UUID, till: AtTill, offer_id: UUID) -> None:
    """One visit an hour ago, one just now, and one undone."""
    programme = session.get_one(Programme, world.programme_id)
    for minutes_ago in (60, 30, 0):
        with standing_at(clock.now() - timedelta(minutes=minutes_ago)):
            code = live_code(session, keyring, programme, volunteer_id, clock.now())
            answer = redeem(session, keyring, till, RedemptionRequest(new_id(), code.qr_text, offer_id, adults=1, under_16s=0))
            assert answer.id is not None, answer
            if minutes_ago == 30:
                undo(session, till, answer.id, "Wrong offer chosen.")


def every_page(app: Flask, full: FullWorld, kind: ActorKind) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of every page that this kind of actor may open, filled with their own things."""
    for rule in pages(app):
        if kind in app.view_functions[rule.endpoint].permission.allowed:  # type: ignore[attr-defined]
            yield rule.endpoint, address(app, rule, full.own)
