"""Requests and money for the full world: one in each place that a page can show, long names, and one to nobody in particular."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.money.donations import note_donation
from timecredits.community.money.fees import note_fee, set_fee
from timecredits.community.referral_models import MoneyState, ReferralState
from timecredits.community.referrals.asking import Answers, Question, begin_draft, save_answers
from timecredits.community.referrals.sending import note_call, send
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.community.referrals.stages import StepWords, add_note, find_sent, move
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Programme

REFERRAL_PAGES = {
    "coordinator.money_person": {"volunteer_id": "volunteer"},
    "coordinator.referral": {"referral_id": "referral"},
    "coordinator.referral_close": {"referral_id": "referral"},
    "coordinator.referral_join": {"referral_id": "referral"},
    "programme.referral": {"referral_id": "undirected"},
    "public.ask": {"area": "area"},
    "public.ask_code": {"area": "area"},
    "public.ask_question": {"area": "area", "number": "ask_number"},
    "public.ask_saved": {"area": "area"},
    "public.ask_sent": {"area": "area"},
    "public.refer": {"area": "area"},
    "public.refer_sent": {"area": "area"},
    "public.refer_somebody": {"area": "area"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""

SAID = Answers(
    wishes=("people", "group"),
    name="Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley",
    phone="01632 960321",
    email="wilhelmina@somewhere.example",
    reach=("morning", "message"),
    more="I like gardens.\n\nI am slow on stairs.",
)
BASE_URL = "http://localhost"


def ask_somebody(session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID | None, said: Answers) -> UUID:
    """A request that went through all five questions."""
    draft = begin_draft(session, keyring, programme_id, organisation_id)
    for question in Question:
        save_answers(session, keyring, programme_id, draft, question, said)
    send(session, keyring, programme_id, draft, base_url=BASE_URL)
    return draft


def referral_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID, is_own: bool
) -> dict[str, str]:
    """A new request, the same person's second, one with a note that was closed, a call, one to nobody, and some money."""
    give_duty(session, here[0], DutyKind.PROJECT_WORKER, actor_id=None, organisation_id=here[1], user_id=actor_id)
    set_takes_requests(session, *here, takes=True, actor_id=actor_id)
    first = ask_somebody(session, keyring, *here, SAID)
    closed = find_sent(session, *here, ask_somebody(session, keyring, *here, replace(SAID, name="Bo", more="")))
    add_note(session, keyring, closed, "Rang twice.", actor_id=actor_id)
    move(session, keyring, closed, ReferralState.ELSEWHERE, StepWords("Happy there.", "The Lamp café"), actor_id=actor_id)
    note_call(session, keyring, *here, replace(SAID, name="محمد علي", email=""), referral_id=new_id(), actor_id=actor_id)
    undirected = ask_somebody(session, keyring, here[0], None, replace(SAID, name="Nia")) if is_own else new_id()
    set_fee(session, *here, 1000, actor_id=actor_id)
    note_fee(session, *here, volunteer_id, MoneyState.OWED, pence=1000, actor_id=actor_id)
    for giver in (None, volunteer_id):
        note_donation(session, *here, entry_id=new_id(), pence=250, volunteer_id=giver, actor_id=actor_id)
    return {
        "area": session.get_one(Programme, here[0]).slug,
        "ask_number": "1",
        "referral": str(first),
        "undirected": str(undirected),
    }
