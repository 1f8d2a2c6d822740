"""The one mail about a survey, and the private link in it that lets somebody without a password answer.

The mail says neither what is asked nor who asks more than the programme's name. It goes out once for each asking, some days
after, to people who want reminders and have not said anything yet.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock, mail
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code, link_fits, read_link
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.insight.impact.answering import OwnAsk, find_own_ask
from timecredits.insight.impact.asking import MOST_AT_ONCE, may_be_asked
from timecredits.insight.impact_models import Survey, SurveyAsk
from timecredits.network.models import Programme, Volunteer

__all__ = ["GOOD_FOR", "REMIND_AFTER", "ask_behind", "send_survey_mails", "survey_code"]

REMIND_AFTER: Final = timedelta(days=3)
GOOD_FOR: Final = timedelta(days=60)
"""How long the link in a mail works."""
_PURPOSE: Final = "survey"


def survey_code(session: Session, keyring: Keyring, ask: SurveyAsk) -> str:
    """The code at the end of the link to one asking."""
    number = session.scalars(select(Programme.number).where(Programme.id == ask.programme_id)).one()
    return link_code(keyring, _PURPOSE, number, ask.id, turn=_turn(ask))


def ask_behind(session: Session, keyring: Keyring, code: str) -> OwnAsk:
    """What a link opens, without any answers. Raises NotFoundError for one that is forged, changed, or too old."""
    link = read_link(code)
    if link is None:
        raise NotFoundError
    ask = session.scalars(
        select(SurveyAsk)
        .join(Programme, Programme.id == SurveyAsk.programme_id)
        .where(Programme.number == link.programme_number, SurveyAsk.id == link.row_id)
    ).one_or_none()
    if ask is None or ask.mailed_at is None or not link_fits(keyring, _PURPOSE, link, turn=_turn(ask)):
        raise NotFoundError
    if ask.mailed_at + GOOD_FOR < clock.now():
        raise NotFoundError
    return find_own_ask(session, keyring, ask.programme_id, ask.volunteer_id, ask.id)


def send_survey_mails(session: Session, keyring: Keyring, programme_id: UUID, *, base_url: str, now: datetime) -> int:
    """Put the mails that are due into the outbox, at most 500 a call; answers how many. Nobody gets two about one asking."""
    surveys = session.scalars(
        select(Survey).where(Survey.programme_id == programme_id, Survey.started_at.is_not(None), Survey.closed_at.is_(None))
    ).all()
    programme = session.get_one(Programme, programme_id)
    return sum(_mail_about(session, keyring, programme, survey, base_url, now) for survey in surveys)


def _mail_about(session: Session, keyring: Keyring, programme: Programme, survey: Survey, base_url: str, now: datetime) -> int:
    rows = session.scalars(
        select(SurveyAsk)
        .where(
            SurveyAsk.programme_id == programme.id,
            SurveyAsk.survey_id == survey.id,
            SurveyAsk.asked_at <= now - REMIND_AFTER,
            SurveyAsk.mailed_at.is_(None),
            SurveyAsk.answered_at.is_(None),
            SurveyAsk.skipped_at.is_(None),
            SurveyAsk.put_off_at.is_(None),
            exists().where(Volunteer.id == SurveyAsk.volunteer_id, Volunteer.wants_reminders, may_be_asked(survey)),
        )
        .order_by(SurveyAsk.asked_at, SurveyAsk.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    known = addresses(session, programme.id, [row.volunteer_id for row in rows])
    for row in rows:
        row.mailed_at = now  # also where there is no address: nobody is looked up every round
        if row.volunteer_id in known:
            code = link_code(keyring, _PURPOSE, programme.number, row.id, turn=_turn(row))
            mail.queue(
                session,
                recipient=known[row.volunteer_id],
                subject=str(Sentence("%(programme)s: a note for you", programme=programme.name)),
                body=str(
                    Sentence(
                        "Hello,\n\nWe have a few short questions for you. You do not have to answer them.\n\n"
                        "This link is only for you. It works for %(days)s days:\n%(link)s\n\n"
                        "If you would rather not, you need do nothing. We will not send another mail about these.\n",
                        days=GOOD_FOR.days,
                        link=f"{base_url}/q/{code}",
                    )
                ),
                message_id=uuid5(row.id, "survey"),
            )
    session.flush()
    return sum(row.volunteer_id in known for row in rows)


def _turn(ask: SurveyAsk) -> str:
    return ask.stage.value
