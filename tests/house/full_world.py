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

from tests.house.addresses import address, pages
from tests.house.full_attendance import attendance_things
from tests.house.full_books import book_things, no_such_check
from tests.house.full_cards import card_things
from tests.house.full_checks import check_things
from tests.house.full_events import event_things
from tests.house.full_first_steps import first_step_things
from tests.house.full_giving import giving_things, nobodys_giving
from tests.house.full_groups import group_things
from tests.house.full_imports import build_imports
from tests.house.full_learning import learning_things
from tests.house.full_letters import letter_things
from tests.house.full_logged import logged_things
from tests.house.full_mentoring import mentoring_things
from tests.house.full_merging import merging_things, no_such_merging
from tests.house.full_moving import moving_things, no_such_moving
from tests.house.full_notes import note_things
from tests.house.full_offers import offer_things
from tests.house.full_organisations import organisation_things, programmes_organisations
from tests.house.full_packs import pack_things
from tests.house.full_planner import preset_things
from tests.house.full_plans import plan_things
from tests.house.full_posters import poster_things
from tests.house.full_privacy import nobodys_data, privacy_things
from tests.house.full_referees import referee_things
from tests.house.full_referrals import referral_things
from tests.house.full_reports import no_such_report, report_things
from tests.house.full_safety import programmes_safety, safety_things
from tests.house.full_settings import setting_things
from tests.house.full_sign_ups import sign_up_things
from tests.house.full_staff import programmes_staff, staff_things
from tests.house.full_stories import story_things
from tests.house.full_support import no_such_support, support_things
from tests.house.full_surveys import any_survey, survey_things
from tests.house.full_uses import no_such_use, use_things
from tests.house.full_venues import venue_things
from tests.house.full_webhooks import no_such_webhook, webhook_things
from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import OpenTo
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


def build_full_world(session: Session, keyring: Keyring, base_url: str) -> FullWorld:  # noqa: PLR0915  a list of what there is
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
        made = event_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor], is_shown=things is own)
        things.update(made)
        made = plan_things(session, keyring, (world.programme_id, at), UUID(things["activity"]), actor_id=world.users[actor])
        things.update(made)
        made = card_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor])
        things.update(made)
        made = check_things(session, (world.programme_id, at), UUID(things["activity"]), who, actor_id=world.users[actor])
        things.update(made)
        things.update(learning_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor]))
        things.update(referee_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor]))
        made = group_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor], is_listed=things is own)
        things.update(made)
        made = referral_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor], is_own=things is own)
        things.update(made)
        things.update(mentoring_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor]))
        things.update(pack_things(session, keyring, world.programme_id, who, UUID(things["letter"])))
        things.update(note_things(session, (world.programme_id, at), who, actor_id=world.users[actor]))
        things.update(giving_things(session, (world.programme_id, at), who, actor_id=world.users[actor]))
        made = letter_things(session, issuer, (world.programme_id, at), who, UUID(things["letter"]), actor_id=world.users[actor])
        things.update(made)
        made = first_step_things(session, keyring, world.programme_id, who, UUID(things["activity"]))
        things.update(made)
        made = story_things(session, keyring, (world.programme_id, at), who, actor_id=world.users[actor], is_own=things is own)
        things.update(made)
        made = safety_things(
            session,
            keyring,
            (world.programme_id, at),
            who,
            UUID(things["activity"]),
            leads=[world.users[each] for each in ((actor, "owner") if things is own else (actor,))],
            actor_id=world.users[actor],
            is_own=things is own,
        )
        things.update(made)
        things.update(support_things(session, (world.programme_id, at), actor_id=world.users[actor]))
        user_id = world.users["volunteer" if things is own else "other_volunteer"]
        people = {"user_id": user_id, "actor_id": world.users[actor], "manager_id": world.users["manager"]}
        things.update(privacy_things(session, (world.programme_id, at), who, **people))
        things.update(staff_things(session, keyring, (world.programme_id, at), actor_id=world.users[actor]))
        things.update(organisation_things(session, (world.programme_id, at), who, actor_id=world.users[actor]))
        here = (world.programme_id, at)
        things.update(survey_things(session, keyring, here, who, actor_id=world.users[actor], base_url=base_url))
    for things, more in zip((own, others), any_survey(own), strict=True):
        things.update(more)
    others |= nobodys_data()
    others |= nobodys_giving() | no_such_support()
    own |= {"offer": str(world.offer_id), "till": str(world.till_id)}
    others |= {"offer": str(offer_id), "setting": "no_such_setting"}
    own |= offer_things(session, world.programme_id, world.venue_id, world.offer_id)
    others |= offer_things(session, world.programme_id, venue_id, offer_id)
    others["shown_offer"] = str(new_id())  # any volunteer of the programme may look at any offer
    own["any_venue"], others["any_venue"] = str(world.venue_id), str(new_id())
    venue_things(session, world.programme_id, world.venue_id, actor_id=world.users["manager"])
    own |= setting_things(session, world.programme_id, actor_id=world.users["manager"])
    for things, more in zip((own, others), programmes_safety(session, keyring, world), strict=True):
        things.update(more)
    for things, more in zip((own, others), programmes_organisations(world.organisation_id), strict=True):
        things.update(more)
    kept = (world.programme_id, world.organisation_id, world.venue_id)
    made = programmes_staff(session, keyring, *kept, own["staff_role"], actor_id=world.users["manager"])
    for things, more in zip((own, others), made, strict=True):
        things.update(more)
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
    own |= merging_things(session, world.programme_id, world.organisation_id, actor_id=world.users["manager"])
    others |= no_such_merging()
    own |= book_things(session, world.programme_id, actor_id=world.users["manager"])
    others |= no_such_check()
    own |= report_things(world.organisation_id)
    others |= no_such_report()
    here = world.programme_id, world.other_organisation_id
    own |= moving_things(session, here, actor_id=world.users["manager"])
    others |= no_such_moving()
    own |= webhook_things(session, keyring, world.programme_id, actor_id=world.users["manager"])
    others |= no_such_webhook()
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
        name="Garden group",
        summary="We grow food.",
        place="The walled garden",
        when_text="Tuesdays, 10am",
        good_first_step=True,
        open_to=OpenTo.ENROLLED,  # so that nobody of the other organisation can come
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
    return {"letter": str(drafts[0]), "draft": str(drafts[2]), "secret": issued[0].secret, "status_list": "1001"}


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
