"""Telling people what a changed plan means for them: one letter each, however many of their sessions it touches."""

from collections import defaultdict
from collections.abc import Collection, Container
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.planning.session_messages import GREETING, MAY_CANCEL, Told, keep_message, neutral_subject, send
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.hours.planning.signing_up import SignedUp


class PlanNews:
    """What people are to be told, gathered so that each gets one letter however many of their sessions change."""

    def __init__(self, session: Session, activity: Activity, actor_id: UUID | None) -> None:
        self.session, self.activity, self.actor_id = session, activity, actor_id
        self.people: dict[UUID, SignedUp] = {}
        self.lines: dict[UUID, list[Sentence]] = defaultdict(list)
        self.said: dict[UUID, tuple[list[Sentence], tuple[SignedUp, ...]]] = {}

    def add(self, people: tuple[SignedUp, ...], session_id: UUID, lines: list[Sentence]) -> None:
        """Keep what the people of one session are to read; nothing when there is no news for them."""
        if lines and people:
            self.said[session_id] = (lines, people)
            for person in people:
                self.people[person.volunteer_id] = person
                self.lines[person.volunteer_id] += lines

    def send(self) -> Told:
        """Write to everybody, and keep with each session what was said of it."""
        session, programme_id = self.session, self.activity.programme_id
        if not self.people:
            return Told()
        subject, known = neutral_subject(session, programme_id), addresses(session, programme_id, self.people)
        for volunteer_id, person in self.people.items():
            lines = [GREETING, *self.lines[volunteer_id], MAY_CANCEL]
            send(session, programme_id, [person], subject, lines, message_id=new_id())
        for session_id, (lines, people) in self.said.items():
            body = "\n\n".join(str(line) for line in lines)
            told = _told(people, known)
            keep_message(session, programme_id, session_id, body, told, message_id=new_id(), actor_id=self.actor_id)
        return _told(self.people.values(), known)


def _told(people: Collection[SignedUp], known: Container[UUID]) -> Told:
    without = tuple(each.name for each in people if each.volunteer_id not in known)
    return Told(len(people) - len(without), without)
