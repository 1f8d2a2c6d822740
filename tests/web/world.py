"""A small world for tests of pages: two organisations of one programme, the people of each kind, a venue with an offer.

Everybody's password is PASSWORD. Ids are attributes; nothing is attached to a session.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from flask import Flask
from pyotp import TOTP
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.page_client import Page, PageClient
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import seal
from timecredits.hours.attendances.kiosks import make_kiosk
from timecredits.network.models import RoleKind, User
from timecredits.network.permissions import ActorKind
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.network.sign_in_models import AuthenticatorApp
from timecredits.network.sign_ins import list_capacities, start_sign_in
from timecredits.network.users import create_user, give_role, set_password
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.models import Offer
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.web import access
from timecredits.web.database import db

PASSWORD = "quiet river seven lamps"
APP_KEY = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"
VOLUNTEERS = frozenset({"volunteer", "other_volunteer"})


def give_app(session: Session, keyring: Keyring, user_id: UUID, key: str = APP_KEY) -> None:
    """Give a user an app with this key, no code of which has been used."""
    session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id))
    row_id, now = new_id(), clock.now()
    session.add(
        AuthenticatorApp(
            id=row_id,
            user_id=user_id,
            secret_sealed=seal(keyring, "authenticator app", row_id, key),
            made_at=now,
            confirmed_at=now,
            last_step=0,
        )
    )
    session.flush()


def app_code(key: str = APP_KEY, *, steps: int = 0) -> str:
    """What an app with this key shows now, or some half minutes later."""
    return TOTP(key).generate_otp(int(clock.now().timestamp()) // 30 + steps)


@cache
def _hashed_password() -> str | None:
    """PASSWORD as it is kept: slow to make by intention, so made once."""
    user = User()
    set_password(user, PASSWORD)
    return user.password_hash


@dataclass
class World:
    """Ids of what exists. `users`: coordinator, owner, manager, venue_manager, volunteer, other_coordinator, other_volunteer."""

    programme_id: UUID
    organisation_id: UUID
    other_organisation_id: UUID
    venue_id: UUID
    offer_id: UUID
    volunteer_id: UUID
    other_volunteer_id: UUID
    users: dict[str, UUID]
    emails: dict[str, str]
    till_id: UUID
    till_token: str
    kiosk_id: UUID
    kiosk_token: str

    def sign_in(self, client: PageClient, who: str) -> PageClient:
        """Let this browser be signed in as `who`, in their first capacity."""
        app: Flask = client.app
        with app.test_request_context():
            session = db.session()
            capacity = list_capacities(session, self.users[who])[0]
            # They showed that it is them for as long as a test lasts, wherever it puts the clock.
            secret = start_sign_in(session, self.users[who], capacity, proved_at=clock.now() + timedelta(days=3650))
            session.commit()
        with client.http.session_transaction() as browser:
            browser[access.SECRET] = secret
        return client

    def give_app(self, app: Flask, who: str) -> None:
        """Let `who` have an app that shows codes of APP_KEY, none of which has been used."""
        with app.app_context():
            give_app(db.session(), app.config["KEYRING"], self.users[who])
            db.session.commit()

    def pass_both(self, client: PageClient, who: str, *, status: int = 200, follow: bool = True) -> Page:
        """Sign in through the pages: by password, and where staff are asked, by a code of their app."""
        if who not in VOLUNTEERS:
            self.give_app(client.app, who)
        page = client.get("/sign-in/password")
        if who in VOLUNTEERS:
            return page.submit("Sign in", email=self.emails[who], password=PASSWORD, status=status, follow=follow)
        page = page.submit("Sign in", email=self.emails[who], password=PASSWORD)
        return page.submit("Sign in", code=app_code(), status=status, follow=follow)

    def be_till(self, client: PageClient) -> PageClient:
        """Let this browser be the venue's till."""
        client.http.set_cookie(access.till_cookie(client.app), self.till_token)
        return client

    def be_kiosk(self, client: PageClient) -> PageClient:
        """Let this browser be the organisation's kiosk."""
        client.http.set_cookie(access.device_cookie(client.app, ActorKind.KIOSK), self.kiosk_token)
        return client


def build_world(session: Session) -> World:
    """Make the world within the caller's transaction."""
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland", is_demo=True)
    here = create_organisation(
        session,
        programme.id,
        name="Riverside Trust",
        slug="riverside",
        town="Ely",
        letter_address=["1 Quay Lane", "Ely"],
        contact_email="hello@riverside.example",
        contact_phone="01353 000000",
    )
    there = create_organisation(session, programme.id, name="Lantern House", slug="lantern", town="March")
    venue = create_venue(session, name="Parkside Pool", slug="parkside", town="Cambridge", summary="A pool.")
    join_programme(session, programme.id, venue.id)
    offer = Offer(
        programme_id=programme.id,
        id=new_id(),
        venue_id=venue.id,
        name="Swim, one hour",
        adult_minutes=60,
        under_16_minutes=30,
        most_people=4,
        restrictions="Not on bank holidays.",
        created_at=clock.now(),
    )
    session.add(offer)
    users, emails = {}, {}
    for who in ("coordinator", "owner", "manager", "venue_manager", "volunteer", "other_coordinator", "other_volunteer"):
        emails[who] = f"{who.replace('_', '.')}@example.org"
        user = create_user(session, email=emails[who], name=who.replace("_", " ").title())
        user.password_hash = _hashed_password()
        users[who] = user.id
    give_role(
        session,
        programme.id,
        users["coordinator"],
        RoleKind.COORDINATOR,
        title="Volunteer coordinator",
        organisation_id=here.id,
    )
    give_role(session, programme.id, users["owner"], RoleKind.ORGANISATION_OWNER, title="Director", organisation_id=here.id)
    give_role(session, programme.id, users["other_coordinator"], RoleKind.COORDINATOR, organisation_id=there.id)
    give_role(session, programme.id, users["manager"], RoleKind.PROGRAMME_MANAGER)
    give_role(session, programme.id, users["venue_manager"], RoleKind.VENUE_MANAGER, venue_id=venue.id)
    mine = enrol_volunteer(
        session,
        programme.id,
        here.id,
        first_name="Siân",
        last_name="O'Neill-Wyn",
        number="V1",
        user_id=users["volunteer"],
        joined_on=date(2024, 5, 1),
    )
    theirs = enrol_volunteer(
        session,
        programme.id,
        there.id,
        first_name="Łukasz",
        last_name="Żak",
        number="V1",
        user_id=users["other_volunteer"],
        joined_on=date(2025, 5, 1),
    )
    paired = pair_till(session, begin_pairing(session, venue.id, till_name="Front desk", made_by=None))
    assert paired is not None
    paired.till.paired_at -= timedelta(days=60)
    kiosk = make_kiosk(session, programme.id, here.id, name="Front door", actor_id=None)
    return World(
        programme_id=programme.id,
        organisation_id=here.id,
        other_organisation_id=there.id,
        venue_id=venue.id,
        offer_id=offer.id,
        volunteer_id=mine.volunteer.id,
        other_volunteer_id=theirs.volunteer.id,
        users=users,
        emails=emails,
        till_id=paired.till.id,
        till_token=paired.token,
        kiosk_id=kiosk.kiosk.id,
        kiosk_token=kiosk.token,
    )
