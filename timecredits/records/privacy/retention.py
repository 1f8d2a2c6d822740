"""Keep no longer than needed: what is due under each rule, as a count that changes nothing, and doing it.

What is due follows from the programme's settings. People who left everywhere are not erased at once: they get an erasing that
waits, with a mail, and that can be called off. Nothing here runs by itself unless the programme switched it on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from timecredits.community.mentoring_models import Mentoring
from timecredits.community.referral_models import Referral, ReferralStep
from timecredits.community.safety_models import Concern, ConcernNote
from timecredits.foundation import audit, clock
from timecredits.foundation.clock import first_moment
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.foundation.texts import TextMessage
from timecredits.journey.models import ReferenceLookUp, ReferenceRequest
from timecredits.journey.pack_models import PackLookUp
from timecredits.network.models import Enrolment, Programme, Volunteer
from timecredits.network.settings import Settings, read_settings
from timecredits.network.sign_in_models import EmailCode, SignIn, SignInSlip
from timecredits.records.models import Erasure, PrivacyAnswer, RetentionRun
from timecredits.records.privacy.erasing import Why, ask_to_erase
from timecredits.records.privacy.holdings import table_of

__all__ = [
    "MOST_PEOPLE",
    "RULES",
    "DuePerson",
    "count_due",
    "is_switched_on",
    "list_runs",
    "months_before",
    "people_due",
    "run_retention",
    "run_when_due",
    "switch",
]

RULES: Final = ("people", "requests", "letters", "words", "answers", "looks", "mails", "sign_ins")
"""In the order in which they run."""
_MAILS_KEPT: Final = timedelta(days=30)
_SIGN_INS_KEPT: Final = timedelta(days=30)
_SWITCH: Final = "retention"
_ON: Final = "on"
MOST_PEOPLE: Final = 200
"""People who are asked for in one run: each gets a mail, and a page waits for all of them. The next run takes the rest."""
"""Who gets an erasing in one run; the next run takes the next ones."""


@dataclass(frozen=True, slots=True)
class DuePerson:
    """Somebody who left everywhere, and the last day on which anything of theirs happened."""

    volunteer_id: UUID
    name: str
    last_day: date


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(years, month + 1, last)
        except ValueError:
            continue
    raise ValueError(months)


def people_due(session: Session, programme_id: UUID, *, today: date, most: int = MOST_PEOPLE) -> list[DuePerson]:
    """Who left everywhere long enough ago, longest first. Empty where the programme keeps people until they ask."""
    found = _people_query(session, programme_id, today)
    if found is None:
        return []
    rows = session.execute(found.limit(most))
    return [DuePerson(row[0], f"{row[1]} {row[2]}".strip(), _last_day(row[3:])) for row in rows]


def _people_query(session: Session, programme_id: UUID, today: date) -> Any:
    """Ids, names and last days of those who are due; None where the programme keeps people until they ask."""
    months = read_settings(session, programme_id).keep_people_months
    if months is None:
        return None
    cut_off = months_before(today, months)
    person, entry, use, letter = Volunteer, table_of("hour_entry"), table_of("redemption"), table_of("reference")

    def last(table: Any, column: Any) -> Any:
        return (
            select(func.max(column)).where(table.c.programme_id == person.programme_id, table.c.volunteer_id == person.id)
        ).scalar_subquery()

    left: Any = (
        select(func.max(Enrolment.left_on))
        .where(Enrolment.programme_id == person.programme_id, Enrolment.volunteer_id == person.id)
        .scalar_subquery()
    )
    here = (
        select(Enrolment.id)
        .where(Enrolment.programme_id == person.programme_id, Enrolment.volunteer_id == person.id, Enrolment.left_on.is_(None))
        .exists()
    )
    asked = (
        select(Erasure.id)
        .where(
            Erasure.programme_id == person.programme_id,
            Erasure.volunteer_id == person.id,
            # Who said "keep it" lately is not asked again tomorrow.
            Erasure.called_off_at.is_(None) | (Erasure.called_off_at >= first_moment(cut_off)),
        )
        .exists()
    )
    gave, used, issued = last(entry, entry.c.done_on), last(use, use.c.used_at), last(letter, letter.c.issued_at)
    return (
        select(person.id, person.first_name, person.last_name, left, gave, used, issued)
        .where(
            person.programme_id == programme_id,
            person.erased_at.is_(None),
            person.merged_into.is_(None),
            ~here,
            ~asked,
            left < cut_off,
            or_(gave.is_(None), gave < cut_off),
            or_(used.is_(None), used < first_moment(cut_off)),
            or_(issued.is_(None), issued < first_moment(cut_off)),
        )
        .order_by(left, person.id)
    )


def count_due(session: Session, programme_id: UUID, *, now: datetime) -> dict[str, int]:
    """By rule how much is due now. Changes nothing."""
    rules = _Rules(session, programme_id, now)
    return {name: rules.count(name) for name in RULES}


def run_retention(session: Session, programme_id: UUID, *, now: datetime, actor_id: UUID | None) -> dict[str, int]:
    """Do what is due; answers by rule how much was done. Twice is once. Keeps that it ran."""
    rules = _Rules(session, programme_id, now)
    counts = {name: rules.run(name, actor_id) for name in RULES}
    settings = rules.settings
    row = RetentionRun(
        programme_id=programme_id,
        id=new_id(),
        ran_by=actor_id,
        ran_at=now,
        rules={name: getattr(settings, name) for name in _SETTINGS},
        counts=counts,
    )
    session.add(row)
    session.flush()
    audit.record(session, programme_id, "retention run", actor_id=actor_id, subject_id=row.id)
    return counts


def is_switched_on(session: Session, programme_id: UUID) -> bool:
    """Whether it runs by itself once a day."""
    words = session.scalar(
        select(PrivacyAnswer.words)
        .where(PrivacyAnswer.programme_id == programme_id, PrivacyAnswer.name == _SWITCH)
        .order_by(PrivacyAnswer.written_at.desc(), PrivacyAnswer.id.desc())
        .limit(1)
    )
    return words == _ON


def switch(session: Session, programme_id: UUID, *, on: bool, actor_id: UUID | None) -> None:
    """Let it run by itself from now on, or no more. Kept with who said so and when."""
    if is_switched_on(session, programme_id) is on:
        return
    row = PrivacyAnswer(
        programme_id=programme_id, id=new_id(), name=_SWITCH, words=_ON if on else "", written_by=actor_id, written_at=clock.now()
    )
    session.add(row)
    session.flush()
    audit.record(session, programme_id, "retention switched", actor_id=actor_id, subject_id=row.id)


def run_when_due(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Run it where it is switched on and did not run today; answers how much was done. Two at once do it once."""
    if not is_switched_on(session, programme_id):
        return 0
    session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update())
    newest = session.scalar(select(func.max(RetentionRun.ran_at)).where(RetentionRun.programme_id == programme_id))
    if newest is not None and clock.local_day(newest) >= clock.local_day(now):
        return 0
    return sum(run_retention(session, programme_id, now=now, actor_id=None).values())


def list_runs(session: Session, programme_id: UUID, *, most: int = 20) -> list[RetentionRun]:
    """The newest runs first."""
    query = select(RetentionRun).where(RetentionRun.programme_id == programme_id)
    return list(session.scalars(query.order_by(RetentionRun.ran_at.desc(), RetentionRun.id.desc()).limit(most)))


_SETTINGS: Final = ("keep_people_months", "keep_requests_months", "keep_words_months", "keep_answers_months")


def _last_day(moments: Any) -> date:
    days = [clock.local_day(each) if isinstance(each, datetime) else each for each in moments if each is not None]
    return max(days)


class _Rules:
    """What is due under each rule at one moment."""

    def __init__(self, session: Session, programme_id: UUID, now: datetime) -> None:
        self.session, self.programme_id, self.now = session, programme_id, now
        self.today = clock.local_day(now)
        self.settings: Settings = read_settings(session, programme_id)

    def count(self, name: str) -> int:
        if name == "people":
            found = _people_query(self.session, self.programme_id, self.today)
            return 0 if found is None else self.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        return sum(
            self.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
            for table, conditions, _change in self._parts(name)
        )

    def run(self, name: str, actor_id: UUID | None) -> int:
        if name == "people":
            due = people_due(self.session, self.programme_id, today=self.today)
            for each in due:
                ask_to_erase(
                    self.session, self.programme_id, each.volunteer_id, erasure_id=new_id(), actor_id=actor_id, why=Why.RETENTION
                )
            return len(due)
        done = 0
        for table, conditions, change in self._parts(name):
            statement: Any = delete(table).where(*conditions)
            if change is not None:
                statement = update(table).where(*conditions).values(**change)
            done += cast("CursorResult[Any]", self.session.execute(statement)).rowcount
        self.session.expire_all()
        return done

    def _before(self, months: int) -> datetime:
        return first_moment(months_before(self.today, months))

    def _parts(self, name: str) -> list[tuple[Any, list[Any], Mapping[str, Any] | None]]:
        """(table, which rows, what they become; None: they go), children before what they belong to."""
        parts: list[tuple[Any, list[Any], Mapping[str, Any] | None]] = getattr(self, f"_{name}")()
        return parts

    def _mine(self, model: Any) -> Any:
        return model.programme_id == self.programme_id

    def _requests(self) -> list[Any]:
        closed = [self._mine(Referral), Referral.closed_at < self._before(self.settings.keep_requests_months)]
        steps = ReferralStep.referral_id.in_(select(Referral.id).where(*closed))
        marks = {"sealed": b"", "phone_mark": None, "email_mark": None, "save_code_hash": None}
        return [
            (table_of("referral_step"), [self._mine(ReferralStep), steps, ReferralStep.sealed.is_not(None)], {"sealed": None}),
            (table_of("referral"), [*closed, Referral.sealed != b""], marks),
        ]

    def _letters(self) -> list[Any]:
        before = self._before(self.settings.keep_requests_months)
        ended = or_(
            (ReferenceRequest.declined_because.is_not(None)) & (ReferenceRequest.answered_at < before),
            ReferenceRequest.cancelled_at < before,
        )
        return [(table_of("reference_request"), [self._mine(ReferenceRequest), ended], None)]

    def _words(self) -> list[Any]:
        before = self._before(self.settings.keep_words_months)
        pairs = [self._mine(Mentoring), Mentoring.ended_at < before]
        ids = select(Mentoring.id).where(*pairs)
        closed = [self._mine(Concern), Concern.closed_at < before]
        notes = ConcernNote.concern_id.in_(select(Concern.id).where(*closed))
        gone = [
            (table_of(each), [table_of(each).c.programme_id == self.programme_id, table_of(each).c.mentoring_id.in_(ids)], None)
            for each in ("mentoring_step", "mentoring_goal", "mentoring_review")
        ]
        meeting = table_of("mentoring_meeting")
        said = [meeting.c.programme_id == self.programme_id, meeting.c.mentoring_id.in_(ids), meeting.c.sealed.is_not(None)]
        message = table_of("session_message")
        written = [message.c.programme_id == self.programme_id, message.c.sent_at < before, message.c.body != ""]
        return [
            *gone,
            (message, written, {"body": ""}),
            (meeting, said, {"sealed": None}),
            (table_of("mentoring"), [*pairs, Mentoring.sealed_agreement.is_not(None)], {"sealed_agreement": None}),
            (table_of("concern_note"), [self._mine(ConcernNote), notes], None),
            (table_of("concern"), [*closed, Concern.sealed != b""], {"sealed": b""}),
        ]

    def _answers(self) -> list[Any]:
        # The row stays, so that nobody is asked a second time. A closed survey's result is kept first (insight/impact/keeping).
        ask, survey = table_of("survey_ask"), table_of("survey")
        before = self._before(self.settings.keep_answers_months)
        ready = select(survey.c.id).where(
            survey.c.programme_id == self.programme_id,
            survey.c.closed_at.is_(None) | (survey.c.kept_at >= survey.c.closed_at),
        )
        old = [ask.c.programme_id == self.programme_id, ask.c.answered_at < before, ask.c.sealed.is_not(None)]
        return [(ask, [*old, ask.c.survey_id.in_(ready)], {"sealed": None})]

    def _looks(self) -> list[Any]:
        before = self._before(self.settings.keep_requests_months)
        return [
            (table_of("reference_look_up"), [self._mine(ReferenceLookUp), ReferenceLookUp.looked_at < before], None),
            (table_of("pack_look_up"), [self._mine(PackLookUp), PackLookUp.looked_at < before], None),
        ]

    def _mails(self) -> list[Any]:
        # The outbox belongs to no programme: whoever runs first lets the old ones of all go.
        before = self.now - _MAILS_KEPT
        return [
            (table_of("mail_message"), [MailMessage.sent_at < before], None),
            (table_of("text_message"), [TextMessage.sent_at < before], None),
        ]

    def _sign_ins(self) -> list[Any]:
        before = self.now - _SIGN_INS_KEPT
        ended = or_(SignIn.ended_at < before, SignIn.expires_at < before)
        return [
            (table_of("sign_in"), [SignIn.programme_id == self.programme_id, ended], None),
            (table_of("email_code"), [EmailCode.expires_at < before], None),
            (table_of("sign_in_slip"), [SignInSlip.programme_id == self.programme_id, SignInSlip.expires_at < before], None),
        ]
