"""People of the demo who asked to be in touch, in every stage; joining fees, and a tea tin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.money.donations import note_donation
from timecredits.community.money.fees import note_fee, set_fee
from timecredits.community.referral_models import MoneyState, Referral, ReferralKind, ReferralState
from timecredits.community.referrals.asking import Answers, Question, begin_draft, save_answers
from timecredits.community.referrals.converting import Joining, join
from timecredits.community.referrals.sending import note_call, send, send_for_somebody
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.community.referrals.stages import StepWords, add_note, find_sent, move
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Enrolment

__all__ = ["ask_sample_organisations"]

_TAKES: Final = 3
"""So many organisations take requests."""


class _Group(Protocol):
    organisation_id: UUID
    coordinator_id: UUID


@dataclass(frozen=True)
class _Sample:
    days_ago: int
    answers: Answers
    steps: tuple[tuple[int, ReferralState, StepWords], ...] = ()
    """Days after asking, where to, and what was noted."""


def _said(name: str, phone: str, wishes: Sequence[str], more: str = "", *, message: bool = True) -> Answers:
    return Answers(tuple(wishes), name, phone, "", ("morning", "message") if message else ("afternoon",), more)


_ASKED: Final = (
    _Sample(0, _said("Robin", "01632 960201", ["people", "unsure"], "I have not been out much. I like plants.")),
    _Sample(7, _said("Mrs Okafor", "01632 960202", ["talk"], message=False)),
    _Sample(4, _said("Kim Vale", "01632 960203", ["give"]), ((1, ReferralState.SEEN, StepWords()),)),
    _Sample(
        20,
        _said("Dov", "01632 960204", ["group", "do"], "Evenings are hard for me."),
        (
            (1, ReferralState.IN_TOUCH, StepWords("Good talk. Would like something small to start with.")),
            (6, ReferralState.WAITING, StepWords("Next place is in two weeks.")),
        ),
    ),
    _Sample(
        40,
        _said("Lena Frost", "01632 960205", ["do"]),
        (
            (2, ReferralState.IN_TOUCH, StepWords()),
            (5, ReferralState.ELSEWHERE, StepWords("Wanted a class. Gave them the number.", "The Friday craft class")),
        ),
    ),
    _Sample(60, _said("Tom", "01632 960206", ["people"]), ((9, ReferralState.NO_ANSWER, StepWords("Rang three times.")),)),
)


def ask_sample_organisations(
    session: Session, keyring: Keyring, programme_id: UUID, groups: Sequence[_Group], *, base_url: str
) -> None:
    """Let them ask. The first group's organisation answers them; one asks nobody in particular, and one has joined."""
    homes = list(dict.fromkeys((each.organisation_id, each.coordinator_id) for each in groups))[:_TAKES]
    for organisation_id, coordinator_id in homes:
        set_takes_requests(session, programme_id, organisation_id, takes=True, actor_id=coordinator_id)
        give_duty(
            session,
            programme_id,
            DutyKind.PROJECT_WORKER,
            actor_id=None,
            organisation_id=organisation_id,
            user_id=coordinator_id,
        )
    here, worker = (programme_id, homes[0][0]), homes[0][1]
    known = set(session.scalars(select(MailMessage.id)))
    for sample in _ASKED:
        asked_at = clock.now() - timedelta(days=sample.days_ago, minutes=35)
        with clock.standing_at(asked_at):
            row = _ask(session, keyring, programme_id, here[1], sample.answers, base_url=base_url)
        for days, state, words in sample.steps:
            with clock.standing_at(asked_at + timedelta(days=days)):
                move(session, keyring, row, state, words, actor_id=worker)
    _by_others(session, keyring, here, worker, base_url=base_url)
    with clock.standing_at(clock.now() - timedelta(days=1)):
        undirected = _said("Nia", "01632 960209", ["unsure"], "I live near the market.")
        _ask(session, keyring, programme_id, None, undirected, base_url=base_url)
    _take_money(session, here, worker)
    for mail in session.scalars(select(MailMessage).where(MailMessage.id.not_in(known), MailMessage.sent_at.is_(None))):
        session.delete(mail)  # nobody is there to read them


def _ask(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID | None, said: Answers, *, base_url: str
) -> Referral:
    draft = begin_draft(session, keyring, programme_id, organisation_id)
    for question in Question:
        save_answers(session, keyring, programme_id, draft, question, said)
    send(session, keyring, programme_id, draft, base_url=base_url)
    return session.get_one(Referral, (programme_id, draft))


def _by_others(session: Session, keyring: Keyring, here: tuple[UUID, UUID], worker: UUID, *, base_url: str) -> None:
    """A link worker asks for somebody, who joins; and somebody rings."""
    with clock.standing_at(clock.now() - timedelta(days=30)):
        draft = begin_draft(session, keyring, *here, kind=ReferralKind.PROFESSIONAL)
        asked = Answers(
            ("people", "give"),
            "Marta Hill",
            "01632 960207",
            "",
            ("morning",),
            "Was a cook for twenty years.",
            "Pat Long",
            "Link worker, Example Surgery",
            "01632 960300",
        )
        send_for_somebody(session, keyring, here[0], draft, asked, base_url=base_url)
    with clock.standing_at(clock.now() - timedelta(days=28)):
        row = find_sent(session, *here, draft)
        add_note(session, keyring, row, "Met over tea. Happy to start in the kitchen.", actor_id=worker)
        join(session, keyring, row, Joining(new_id(), "Marta", "Hill"), actor_id=worker)
    with clock.standing_at(clock.now() - timedelta(days=2)):
        call = _said("Bill", "01632 960208", ["do"], "His neighbour told him of us.")
        note_call(session, keyring, *here, call, referral_id=new_id(), actor_id=worker)


def _take_money(session: Session, here: tuple[UUID, UUID], worker: UUID) -> None:
    """A joining fee of ten pounds: paid, owed and waived; and what was in the tea tin."""
    set_fee(session, *here, 1000, actor_id=worker)
    people = session.scalars(
        select(Enrolment.volunteer_id)
        .where(Enrolment.programme_id == here[0], Enrolment.organisation_id == here[1])
        .order_by(Enrolment.number)
        .limit(5)
    ).all()
    states = (MoneyState.RECEIVED, MoneyState.OWED, MoneyState.WAIVED, MoneyState.RECEIVED, MoneyState.OWED)
    for days, (person, state) in enumerate(zip(people, states, strict=False)):
        with clock.standing_at(clock.now() - timedelta(days=30 * days + 1)):
            note_fee(session, *here, person, state, pence=1000, actor_id=worker)
    for days, pence in ((3, 1240), (33, 980), (64, 2000)):
        with clock.standing_at(clock.now() - timedelta(days=days)):
            note_donation(session, *here, entry_id=new_id(), pence=pence, volunteer_id=None, actor_id=worker)
