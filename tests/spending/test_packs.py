"""A till's pack: what is in it, when it is another one, and that it tells nobody who has a card."""

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.spending.offline_shop import make_card, make_note, saved, send, unpadded
from tests.spending.shop import KEYRING, NOON, counted_statements
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.ledger.models import AccountKind
from timecredits.ledger.transfers import open_account
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.programmes import create_venue
from timecredits.network.settings import change_setting
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import note_public_keys
from timecredits.spending.models import Offer, Per
from timecredits.spending.offline.pack_keys import DOMAIN, pack_public_keys
from timecredits.spending.offline.packing import SignedPack, make_pack
from timecredits.spending.offline.policies import Policy, strictest
from timecredits.spending.typed_codes import new_serial


def pack_of(session: Session, world: World) -> SignedPack:
    made = make_pack(session, KEYRING, world.till_id, world.venue_id, clock.now())
    assert made is not None
    return made


def content_of(session: Session, world: World) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(pack_of(session, world).content)
    return content


def open_card(pack: dict[str, Any], serial: int) -> Any:
    """What a till does with a card in its hand, as in the contract."""
    secret = serial.to_bytes(8, "big")
    sealed = unpadded(pack["cards"][sha256(secret).hexdigest()[:32]])
    key = HKDF(SHA256(), 32, salt=pack["version"].encode(), info=b"timecredits/till pack/card").derive(secret)
    return json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], None))


def test_its_signature_holds_and_a_changed_byte_breaks_it(session: Session, world: World) -> None:
    pack = pack_of(session, world)
    key = Ed25519PublicKey.from_public_bytes(pack_public_keys(KEYRING)[pack.key])
    key.verify(pack.signature, DOMAIN + pack.content)
    with pytest.raises(InvalidSignature):
        key.verify(pack.signature, DOMAIN + pack.content.replace(b"Parkside", b"Parkslde"))


def test_whoever_holds_a_card_reads_its_name_and_nobody_else_any(session: Session, world: World) -> None:
    card, _code = make_card(session, world)
    pack = content_of(session, world)
    assert open_card(pack, card.serial) == {"check": "name", "name": "Siân O."}
    with pytest.raises(KeyError):
        open_card(pack, card.serial ^ 1)
    with pytest.raises(InvalidTag):
        open_card({**pack, "version": "0" * 32}, card.serial)


def test_entries_tell_nothing_by_their_length(session: Session, world: World) -> None:
    make_card(session, world)
    make_card(session, world, world.other_volunteer_id)
    assert len({len(entry) for entry in content_of(session, world)["cards"].values()}) == 1


@pytest.mark.parametrize("change", ["ended_at", "locked_at"])
def test_cards_that_are_stopped_or_locked_are_left_out(session: Session, world: World, change: str) -> None:
    card, _code = make_card(session, world)
    setattr(card, change, NOON)
    session.flush()
    assert content_of(session, world)["cards"] == {}


def test_the_cards_of_people_whose_credits_are_stopped_are_left_out(session: Session, world: World) -> None:
    make_card(session, world)
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).frozen_at = NOON
    session.flush()
    assert content_of(session, world)["cards"] == {}


def test_its_version_changes_with_what_is_in_it_and_with_nothing_else(session: Session, world: World) -> None:
    first = pack_of(session, world)
    with clock.standing_at(NOON + timedelta(hours=1)):
        later = pack_of(session, world)
        assert later.version == first.version
        assert make_pack(session, KEYRING, world.till_id, world.venue_id, clock.now(), known=first.version) is None
    versions = {first.version}
    make_card(session, world)
    versions.add(pack_of(session, world).version)
    note, _code = make_note(session, world)
    note.ended_at = NOON
    session.flush()
    versions.add(pack_of(session, world).version)
    change_setting(session, world.programme_id, "offline_stop_hours", 48, actor_id=None)
    versions.add(pack_of(session, world).version)
    session.get_one(Offer, (world.programme_id, world.offer_id)).adult_minutes = 45
    session.flush()
    versions.add(pack_of(session, world).version)
    assert len(versions) == 5


def test_notes_that_were_used_or_ended_are_named_and_good_or_old_ones_are_not(session: Session, world: World) -> None:
    used, code = make_note(session, world)
    ended, _code = make_note(session, world)
    ended.ended_at = NOON
    make_note(session, world)
    make_note(session, world, expires_on=date(2026, 11, 20), ended_at=NOON)
    send(session, world, saved(world, code))
    names = {sha256(note.serial.to_bytes(8, "big")).hexdigest()[:16] for note in (used, ended)}
    assert set(content_of(session, world)["dead_notes"]) == names


def test_offers_say_whether_they_work_with_no_signal(session: Session, world: World) -> None:
    def add(name: str, **facts: Any) -> None:
        base = session.get_one(Offer, (world.programme_id, world.offer_id))
        values = {"venue_id": base.venue_id, "adult_minutes": 60, "most_people": 1, "created_at": NOON}
        session.add(Offer(programme_id=world.programme_id, id=new_id(), name=name, **{**values, **facts}))

    add("Places", places=3, places_per=Per.DAY)
    add("Once", once_a=Per.WEEK)
    add("Grown-ups", least_age=18)
    add("Ours", organisation_ids=[str(world.organisation_id)])
    add("Paused", paused_because="Closed")
    add("Over", ends_on=date(2026, 11, 20))
    add("Soon", starts_on=date(2026, 11, 25))
    add("Next year", starts_on=date(2027, 1, 2))
    session.flush()
    offers = {offer["name"]: offer for offer in content_of(session, world)["offers"]}
    assert {name: offer["offline_reason"] for name, offer in offers.items()} == {
        "Swim, one hour": "",
        "Places": "places",
        "Once": "turns",
        "Grown-ups": "age",
        "Ours": "people",
        "Soon": "",
    }
    assert all(offer["offline"] is not bool(offer["offline_reason"]) for offer in offers.values())
    assert offers["Swim, one hour"]["adult_minutes"] == 60
    assert offers["Swim, one hour"]["under_16_minutes"] == 30


def test_it_carries_the_keys_of_notes_and_the_policy(session: Session, world: World) -> None:
    change_setting(session, world.programme_id, "offline_most_uses", 7, actor_id=None)
    pack = content_of(session, world)
    (programme,) = pack["programmes"]
    assert {int(number): unpadded(key) for number, key in programme["note_keys"].items()} == note_public_keys(KEYRING)
    assert pack["policy"] == {
        "warn_hours": 24,
        "stop_hours": 72,
        "card_minutes": 120,
        "most_uses": 7,
        "most_minutes": 2400,
        "most_once": 240,
    }


def test_a_till_of_several_programmes_keeps_to_the_strictest() -> None:
    one = Policy(24, 72, 120, 20, 2400, 240)
    assert strictest([one, replace(one, stop_hours=48), replace(one, card_minutes=60)]) == Policy(24, 48, 60, 20, 2400, 240)


def test_a_venue_of_no_programme_has_none(session: Session, world: World) -> None:
    venue = create_venue(session, name="Nowhere", slug="nowhere", town="Ely")
    with pytest.raises(NotFoundError):
        make_pack(session, KEYRING, world.till_id, venue.id, clock.now())


def test_five_thousand_cards_are_a_handful_of_queries_and_little_more_than_a_megabyte(session: Session, world: World) -> None:
    account_id = open_account(session, world.programme_id, AccountKind.VOLUNTEER)
    people = [
        {
            "programme_id": world.programme_id,
            "id": new_id(),
            "first_name": f"Person{index}",
            "last_name": "Smith",
            "folded_name": "person",
            "account_id": account_id,
            "joined_on": date(2026, 1, 1),
        }
        for index in range(5001)
    ]
    session.execute(insert(Volunteer), people)
    cards = [
        {
            "programme_id": world.programme_id,
            "id": new_id(),
            "volunteer_id": person["id"],
            "organisation_id": world.organisation_id,
            "serial": new_serial(),
            "code": f"{index:08}",
            "check": SecondCheck.PHOTO,
            "made_at": NOON + timedelta(seconds=index),
        }
        for index, person in enumerate(people)
    ]
    session.execute(insert(Card), cards)
    with counted_statements(session) as sent:
        pack = pack_of(session, world)
    assert len(sent) <= 7
    assert len(json.loads(pack.content)["cards"]) == 5000
    assert len(json.dumps(pack.as_json())) < 1_200_000
    assert open_card(json.loads(pack.content), int(str(cards[-1]["serial"])))["name"] == "Person5000 S."
    assert session.get(Enrolment, (world.programme_id, people[0]["id"])) is None
