"""What an attack on the API needs to get past "no": a small world where each call has something real to be about.

The description's own examples are of ids that nobody has. Here they become ids of this world, so that every operation is also
called in a way that does its work, and the attack's variations begin where something can be broken.
"""

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy.orm import Session

from tests.spending.shop import earn, make_card, make_note, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.network.api_tokens import SCOPES, make_token
from timecredits.network.models import Picture, Programme, Volunteer
from timecredits.spending.answers import Outcome
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import CardParts, NoteParts, encode_card, encode_note
from timecredits.spending.redemption import RedemptionRequest, redeem
from timecredits.spending.tills.pairing import begin_pairing

PARTY = {"adults": 1, "under_16s": 0}


@dataclass(frozen=True)
class Attacked:
    """Keys by their callers' names, and by operation ("POST /hours") what a call of it may say: its body, or its path's ids."""

    keys: Mapping[str, str]
    bodies: Mapping[str, Mapping[str, Any]]
    paths: Mapping[str, Mapping[str, str]]


def build_attacked(session: Session, keyring: Keyring) -> Attacked:
    """Make the world within the caller's transaction. `keyring` is that of the application to be attacked."""
    world = build_world(session)
    earn(session, world, 600)
    key = make_token(session, world.programme_id, token_id=new_id(), name="Attack", scopes=list(SCOPES), days=30, actor_id=None)
    activity = create_activity(session, world.programme_id, world.organisation_id, ActivityFacts(name="Garden"), actor_id=None)
    redemption = {"code": _note(session, world, keyring), "offer_id": str(world.offer_id), "party": PARTY}
    in_a_batch = redemption | {"id": str(uuid4()), "code": _note(session, world, keyring)}
    person = {"volunteer_id": str(world.volunteer_id)}
    return Attacked(
        keys={"till": world.till_token, "partner": key.text or "", "nobody": ""},
        bodies={
            "POST /redemptions": redemption | {"id": str(uuid4())},
            "POST /redemptions/batch": {"redemptions": [in_a_batch]},
            "POST /redemptions/{redemption_id}/undo": {"reason": "Wrong offer chosen."},
            "POST /hours": {
                "id": str(uuid4()),
                "organisation_id": str(world.organisation_id),
                "volunteer_id": str(world.volunteer_id),
                "activity_id": str(activity.id),
                "day": (clock.today() - timedelta(days=1)).isoformat(),
                "minutes": 120,
                "starts": "10:00",
            },
            "POST /till/pair": {"code": begin_pairing(session, world.venue_id, till_name="Back door", made_by=None)},
            "POST /till/look-up": {"words": "Siân"},
        },
        paths={
            "GET /volunteers/{volunteer_id}": person,
            "GET /volunteers/{volunteer_id}/balance": person,
            "GET /volunteers/{volunteer_id}/statement": person,
            "POST /redemptions/{redemption_id}/undo": {"redemption_id": str(_taken(session, world, keyring))},
            "GET /till/photos/{redemption_id}": {"redemption_id": str(_asked_for_a_face(session, world, keyring))},
        },
    )


def with_real_ids(description: Mapping[str, Any], attacked: Attacked) -> dict[str, Any]:
    """The description, its examples replaced by calls that this world has something for.

    Raises KeyError for an operation that this world knows and the description doesn't: a list that has fallen behind.
    """
    described = deepcopy(dict(description))
    for operation in attacked.bodies.keys() | attacked.paths.keys():
        method, _blank, path = operation.partition(" ")
        call = described["paths"][path][method.lower()]
        if operation in attacked.bodies:
            media = call["requestBody"]["content"]["application/json"]
            media.pop("examples", None)
            media["example"] = dict(attacked.bodies[operation])
        for parameter in call.get("parameters", []):
            if parameter["name"] in attacked.paths.get(operation, {}):
                parameter["example"] = attacked.paths[operation][parameter["name"]]
    return described


def _number(session: Session, world: World) -> int:
    return session.get_one(Programme, world.programme_id).number


def _note(session: Session, world: World, keyring: Keyring) -> str:
    """A note's code: unlike what a phone shows, it stays good for the whole attack."""
    note = make_note(session, world, expires_on=clock.today() + timedelta(days=300))
    return encode_note(keyring, NoteParts(_number(session, world), note.serial, note.minutes, note.expires_on))


def _use(session: Session, world: World, keyring: Keyring, code: str, expected: Outcome) -> UUID:
    request = RedemptionRequest(id=uuid4(), code=code, offer_id=world.offer_id, adults=1, under_16s=0)
    answer = redeem(session, keyring, till_of(world), request)
    if answer.outcome is not expected or answer.id is None:
        raise RuntimeError(f"the world is not as it should be: {answer.outcome} and not {expected}")
    return answer.id


def _taken(session: Session, world: World, keyring: Keyring) -> UUID:
    """A redemption of a moment ago, to be undone."""
    return _use(session, world, keyring, _note(session, world, keyring), Outcome.TAKEN)


def _asked_for_a_face(session: Session, world: World, keyring: Keyring) -> UUID:
    """A till's question of a moment ago: whether this is the person of the photo."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 50), (120, 150, 190)).save(drawn, "JPEG")
    picture = Picture(
        programme_id=world.programme_id, id=new_id(), jpeg=drawn.getvalue(), width=40, height=50, made_at=clock.now()
    )
    session.add(picture)
    session.flush()
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).photo_id = picture.id
    card: Card = make_card(session, world, SecondCheck.PHOTO)
    code = encode_card(keyring, CardParts(_number(session, world), card.serial))
    return _use(session, world, keyring, code, Outcome.CHECK_NEEDED)
