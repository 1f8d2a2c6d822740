"""The list in design/redemption.md that using credits is held to, line by line, as the one decision answers it.

What is sent and stored with no signal (6, 16, 17, 18, 24) is in offline/; addresses, statuses and methods (1 to 4, 19, 21, 23)
are asked again over HTTP in tests/web/api.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once
from tests.spending import shop
from tests.spending.shop import (
    KEYRING,
    NOON,
    card_text,
    change_offer,
    counted_statements,
    credits_of,
    earn,
    make_card,
    make_note,
    note_text,
    scan,
    show,
    till_of,
)
from tests.spending.test_races import check_books, kept_world, sending
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.ledger.models import Transfer
from timecredits.network.models import Programme
from timecredits.network.settings import change_setting
from timecredits.spending.answers import Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.codes import CardParts, NoteParts, encode_card, encode_note
from timecredits.spending.live_codes import revoke_live_codes
from timecredits.spending.look_up import look_up
from timecredits.spending.models import Per, RedemptionAttempt
from timecredits.spending.redemption import AtTill, ShownCheck, redeem
from timecredits.spending.tills.pairing import begin_pairing, pair_till

__all__ = ["kept_world"]

PIN = ShownCheck("pin", shop.PIN)


def use(session: Session, world: World, code: str, **changes: object) -> Outcome:
    return redeem(session, KEYRING, till_of(world), scan(world, code, **changes)).outcome


def transfers(session: Session, world: World) -> int:
    return session.scalar(select(func.count()).select_from(Transfer).where(Transfer.programme_id == world.programme_id)) or 0


def test_01_a_valid_code_of_each_kind_moves_credits_once(session: Session, world: World) -> None:
    earn(session, world, 240)
    card, note = make_card(session, world), make_note(session, world)
    for code, check in ((show(session, world).qr_text, None), (card_text(session, card), PIN), (note_text(session, note), None)):
        before = transfers(session, world)
        assert use(session, world, code, check=check) is Outcome.TAKEN
        assert transfers(session, world) == before + 1
    assert credits_of(session, world) == 240 - 60 - 60 - 60


def test_02_a_database_id_is_no_code(session: Session, world: World) -> None:
    earn(session, world, 60)
    card = make_card(session, world)
    for each in (world.volunteer_id, card.id, world.till_id):
        for text in (str(each), each.hex, str(card.serial), f"card:{each}", f"LOOK:{each.hex}.1.AAAA"):
            assert use(session, world, text, check=PIN) in {Outcome.WRONG_CODE, Outcome.FORGED}
    assert credits_of(session, world) == 60


def test_03_an_unknown_code_leads_to_nobody_and_the_attempt_is_kept(session: Session, world: World) -> None:
    number = world_number(session, world)
    card = encode_card(KEYRING, CardParts(number, 77))
    note = encode_note(KEYRING, NoteParts(number, 77, 60, NOON.date()))
    for code in (card, note):
        assert use(session, world, code, check=PIN) is Outcome.WRONG_CODE
    assert session.scalar(select(func.count()).select_from(RedemptionAttempt)) == 2


@pytest.mark.parametrize("text", ["", " ", "\0", "TC1:", "TC1:" + "A" * 10_000, "Ω" * 38, "tc1:abc", "%s%n", "../../", "🂡" * 60])
def test_04_odd_characters_are_never_more_than_a_wrong_code(session: Session, world: World, text: str) -> None:
    assert use(session, world, text) is Outcome.WRONG_CODE


def test_04_typed_codes_of_every_kind_are_tidied(session: Session, world: World) -> None:
    earn(session, world, 240)
    card, note = make_card(session, world, code="A0B1C2D3"), make_note(session, world)
    assert use(session, world, " aob1-c2d3 ", check=PIN) is Outcome.TAKEN
    assert use(session, world, f"{note.code[:4]} {note.code[4:]}".lower()) is Outcome.TAKEN
    assert card.ended_at is None


def test_05_what_was_stopped_says_so_and_what_replaced_it_works(session: Session, world: World) -> None:
    earn(session, world, 240)
    old = make_card(session, world)
    old.ended_at, old.ended_because = clock.now(), "replaced"
    session.flush()
    new = make_card(session, world, replaces=old.id)
    code = show(session, world).qr_text
    revoke_live_codes(session, world.programme_id, world.volunteer_id, clock.now())
    assert use(session, world, card_text(session, old), check=PIN) is Outcome.REVOKED
    assert use(session, world, card_text(session, new), check=PIN) is Outcome.TAKEN
    assert use(session, world, code) is Outcome.REVOKED
    assert use(session, world, show(session, world).qr_text) is Outcome.TAKEN


def test_07_a_code_we_did_not_make_is_forged_whatever_else_is_wrong(session: Session, world: World) -> None:
    stranger = Keyring.from_secret("the-secret-of-somebody-else-0123456789")
    later = Keyring({9: b"a key number that is not listed"}, current=9)
    serial = make_card(session, world).serial
    for keyring in (stranger, later):
        card = encode_card(keyring, CardParts(world_number(session, world), serial))
        note = encode_note(keyring, NoteParts(world_number(session, world), 5, 60, NOON.date() - timedelta(days=900)))
        assert use(session, world, card, check=PIN, offer_id=None) is Outcome.FORGED
        assert use(session, world, note) is Outcome.FORGED


def test_08_a_stale_live_code_has_run_out_and_a_wrong_clock_is_named(session: Session, world: World) -> None:
    earn(session, world, 60)
    code = show(session, world).qr_text
    with clock.standing_at(NOON + timedelta(minutes=5)):
        answer = redeem(session, KEYRING, till_of(world), scan(world, code, scanned_at=NOON - timedelta(days=2)))
        assert answer.outcome is Outcome.EXPIRED
        assert "clock" in str(answer.next)
    assert credits_of(session, world) == 60


def test_09_the_same_code_under_a_new_id_was_used_and_the_own_venue_hears_when_and_where(session: Session, world: World) -> None:
    earn(session, world, 240)
    note = note_text(session, make_note(session, world))
    assert use(session, world, note) is Outcome.TAKEN
    other = pair_till(session, begin_pairing(session, world.venue_id, till_name="Side door", made_by=None))
    assert other is not None
    with clock.standing_at(NOON + timedelta(minutes=3)):
        answer = redeem(session, KEYRING, AtTill(other.till.id, world.venue_id), scan(world, note))
    assert answer.outcome is Outcome.ALREADY_USED
    assert "3 minutes ago" in str(answer.sentence)


def test_09_a_card_scanned_twice_by_one_hand_is_taken_once(session: Session, world: World) -> None:
    earn(session, world, 240)
    card = card_text(session, make_card(session, world))
    with clock.standing_at(datetime(2026, 11, 21, 12, 0, 29, tzinfo=UTC)):
        assert use(session, world, card, check=PIN) is Outcome.TAKEN
    with clock.standing_at(datetime(2026, 11, 21, 12, 0, 31, tzinfo=UTC)):
        assert use(session, world, card, check=PIN) is Outcome.ALREADY_USED
    with clock.standing_at(datetime(2026, 11, 21, 12, 1, 5, tzinfo=UTC)):
        assert use(session, world, card, check=PIN) is Outcome.TAKEN
    assert credits_of(session, world) == 120


def test_10_a_balance_too_short_moves_nothing_and_spends_nothing(session: Session, world: World) -> None:
    earn(session, world, 75)
    change_offer(session, world, places=3, places_per=Per.DAY, once_a=Per.DAY)
    card = card_text(session, make_card(session, world))
    assert use(session, world, card, check=PIN, adults=2) is Outcome.NOT_ENOUGH
    assert credits_of(session, world) == 75
    assert use(session, world, card, check=PIN, adults=1) is Outcome.TAKEN
    assert credits_of(session, world) == 15


def test_10_a_note_worth_less_than_the_visit_stays_whole(session: Session, world: World) -> None:
    earn(session, world, 60)
    note = note_text(session, make_note(session, world))
    assert use(session, world, note, adults=2) is Outcome.NOTE_TOO_SMALL
    assert use(session, world, note, adults=1) is Outcome.TAKEN


def test_11_a_note_photocopied_twenty_times_and_shown_at_once_is_used_once(
    engine: Engine, database_url: str, kept_world: World
) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        code = note_text(session, make_note(session, kept_world))
    requests = [scan(kept_world, code) for _ in range(20)]
    answers = at_once(database_url, [sending(till_of(kept_world), request) for request in requests], at=NOON)
    assert sorted(answer.outcome for answer in answers) == [Outcome.ALREADY_USED] * 19 + [Outcome.TAKEN]
    check_books(engine, kept_world)


def test_12_two_tills_race_for_the_last_place(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        earn(session, kept_world, 600)
        change_offer(session, kept_world, places=1, places_per=Per.DAY)
        codes = [note_text(session, make_note(session, kept_world)) for _ in range(8)]
    answers = at_once(database_url, [sending(till_of(kept_world), scan(kept_world, code)) for code in codes], at=NOON)
    assert sorted(answer.outcome for answer in answers) == [Outcome.FULL] * 7 + [Outcome.TAKEN]
    check_books(engine, kept_world)


def test_13_once_a_day_is_refused_today_and_fine_tomorrow_across_a_clock_change(session: Session, world: World) -> None:
    earn(session, world, 600)
    change_offer(session, world, once_a=Per.DAY)
    # The clocks go back at 2 in the night to 25 October 2026: that Sunday has 25 hours.
    moments = [
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), Outcome.TAKEN),  # 23:59 on Saturday
        (datetime(2026, 10, 24, 23, 1, tzinfo=UTC), Outcome.TAKEN),  # 00:01 on Sunday
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), Outcome.ONCE),  # 23:59 on Sunday
        (datetime(2026, 10, 26, 0, 1, tzinfo=UTC), Outcome.TAKEN),  # 00:01 on Monday
    ]
    for moment, expected in moments:
        with clock.standing_at(moment):
            assert use(session, world, show(session, world).qr_text) is expected, moment
    assert credits_of(session, world) == 600 - 3 * 60


def test_14_a_party_nobody_counted_is_asked_for(session: Session, world: World) -> None:
    earn(session, world, 600)
    answer = redeem(session, KEYRING, till_of(world), scan(world, show(session, world).qr_text, adults=None, under_16s=None))
    assert answer.outcome is Outcome.INCOMPLETE
    assert "How many adults" in str(answer.sentence)


def test_15_half_hours_and_parties_are_exact_and_a_note_gives_change(session: Session, world: World) -> None:
    earn(session, world, 600)
    change_offer(session, world, adult_minutes=90, under_16_minutes=45, most_people=6)
    note = make_note(session, world, minutes=240)
    assert credits_of(session, world) == 360
    assert use(session, world, note_text(session, note), adults=1, under_16s=2) is Outcome.TAKEN
    assert credits_of(session, world) == 360 + (240 - 180)
    for adults, under_16s in ((0, 0), (-1, 1), (1, -1), (7, 0)):
        assert use(session, world, show(session, world).qr_text, adults=adults, under_16s=under_16s) is Outcome.PARTY


def test_20_a_name_needs_four_letters_and_shows_first_name_and_initial(session: Session, world: World) -> None:
    make_card(session, world)
    for short in ("", "Si", "O'N", "S   N"):
        with pytest.raises(RuleError):
            look_up(session, KEYRING, till_of(world), short)
    (found,) = look_up(session, KEYRING, till_of(world), "sian oneill") or look_up(session, KEYRING, till_of(world), "Siân")
    assert found.name == "Siân O."
    earn(session, world, 60)
    assert use(session, world, found.token) is Outcome.CHECK_NEEDED
    assert use(session, world, found.token, check=PIN) is Outcome.TAKEN
    elsewhere = AtTill(uuid4(), world.venue_id)
    (found,) = look_up(session, KEYRING, elsewhere, "Siân")
    assert use(session, world, found.token, check=PIN) is Outcome.FORGED, "a token of another till"


def test_20_who_has_no_second_check_is_not_to_be_found(session: Session, world: World) -> None:
    make_card(session, world, SecondCheck.PHOTO)
    assert look_up(session, KEYRING, till_of(world), "Siân") == []


@pytest.mark.parametrize("way", ["live", "typed", "card", "note"])
def test_22_at_most_twelve_statements(session: Session, world: World, way: str) -> None:
    earn(session, world, 600)
    change_offer(session, world, places=9, places_per=Per.DAY, once_a=Per.DAY)
    for name in ("uses_a_day", "used_a_day"):
        change_setting(session, world.programme_id, name, 90, actor_id=None) if way == "live" else None
    texts: dict[str, Callable[[], str]] = {
        "live": lambda: show(session, world).qr_text,
        "typed": lambda: show(session, world).typed,
        "card": lambda: card_text(session, make_card(session, world)),
        "note": lambda: note_text(session, make_note(session, world)),
    }
    request = scan(world, texts[way](), check=PIN if way == "card" else None)
    session.flush()
    with counted_statements(session) as sent:
        answer = redeem(session, KEYRING, till_of(world), request)
    assert answer.outcome is Outcome.TAKEN
    # One more finds the till by its token.
    assert len(sent) + 1 <= 12, "\n".join(sent)


def test_23_an_answer_lost_on_the_way_is_told_again_and_credits_moved_once(session: Session, world: World) -> None:
    earn(session, world, 240)
    for code, check in (
        (card_text(session, make_card(session, world)), PIN),
        (note_text(session, make_note(session, world)), None),
    ):
        request = scan(world, code, check=check)
        first, second = (redeem(session, KEYRING, till_of(world), request) for _ in range(2))
        assert (first.outcome, second.outcome) == (Outcome.TAKEN, Outcome.ALREADY_DONE)
        assert (first.id, first.minutes) == (second.id, second.minutes)
    assert credits_of(session, world) == 120


def world_number(session: Session, world: World) -> int:
    return session.get_one(Programme, world.programme_id).number
