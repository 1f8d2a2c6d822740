"""Who is there when things break: people with credits and phones, who have passwords, and tills that take credits."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Engine, insert

from tests.faults.serving import SECRET
from tests.web.world import World, build_world
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import digest, new_secret
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, post_many
from timecredits.network.models import Organisation, Programme, User
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.codes import LiveCodeParts, encode, step_at
from timecredits.spending.giving.receive_codes import receive_code
from timecredits.spending.models import CodeKind, Credential, Till

KEYRING = Keyring.from_secret(SECRET)


@dataclass(frozen=True)
class Person:
    """Somebody with an account to sign in to and a code to receive credits; `minutes` is what they began with."""

    id: UUID
    account_id: UUID
    email: str
    receives: str
    minutes: int


@dataclass(frozen=True)
class Counter:
    """A till, and the phones that are shown there: each a person's place in the list and the phone's reference."""

    till_id: UUID
    token: str
    phones: list[tuple[int, int]]


@dataclass
class Town:
    """A migrated database with these in it."""

    url: str
    engine: Engine
    world: World
    number: int
    people: list[Person] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)

    def code(self, reference: int) -> str:
        """What a phone shows now."""
        return encode(KEYRING, LiveCodeParts(self.number, reference, step_at(clock.now())))


def build_town(url: str, *, people: int = 8, tills: int = 8, phones: int = 300, minutes: int = 60_000) -> Town:
    """Migrate the database and fill it. Every fourth person begins with two credits only. Everybody's password is PASSWORD."""
    migrating.upgrade(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        world = build_world(session)
        programme_id = world.programme_id
        town = Town(url, engine, world, session.get_one(Programme, programme_id).number)
        known = session.get_one(User, world.users["volunteer"]).password_hash
        source = session.get_one(Organisation, (programme_id, world.organisation_id)).account_id
        movements = []
        for place in range(people):
            user = create_user(session, email=f"canary.person{place}@faults.example", name=f"Quillfeather Person{place}")
            user.password_hash = known
            person = enrol_volunteer(
                session,
                programme_id,
                world.organisation_id,
                first_name="Quillfeather",
                last_name=f"Person{place}",
                number=f"F{place}",
                user_id=user.id,
                joined_on=date(2025, 1, 1),
            ).volunteer
            held = 120 if place % 4 == 3 else minutes
            movements.append(Movement(new_id(), source, person.account_id, held, TransferKind.EARNED, clock.today()))
            code = receive_code(session, programme_id, person.id, clock.now())
            town.people.append(Person(person.id, person.account_id, str(user.email), code, held))
        post_many(session, programme_id, movements)
        for place in range(tills):
            token = new_secret()
            till = Till(
                id=new_id(), venue_id=world.venue_id, name=f"Till {place}", token_hash=digest(token), paired_at=clock.now()
            )
            session.add(till)
            shown = [(each % people, 1 + place * phones + each) for each in range(phones)]
            town.counters.append(Counter(till.id, token, shown))
        session.flush()
        session.execute(insert(Credential), [_phone(town, *each) for counter in town.counters for each in counter.phones])
    return town


def _phone(town: Town, place: int, reference: int) -> dict[str, object]:
    return {
        "programme_id": town.world.programme_id,
        "id": new_id(),
        "volunteer_id": town.people[place].id,
        "kind": CodeKind.LIVE,
        "reference": reference,
        "created_at": clock.now(),
    }
