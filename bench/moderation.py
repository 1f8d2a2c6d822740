"""How long the moderators' queue takes with 1,000 comments waiting, on SQLite and on PostgreSQL: its first and its last page.

With a new session for each, as a page has; the words of twenty comments are opened each time.
"""

import time
from statistics import quantiles
from uuid import UUID

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from bench.databases import BOTH
from bench.figures import Figure
from timecredits.community.comments.moderating import waiting
from timecredits.community.stories.telling import StoryFacts, show_story, write_story
from timecredits.community.story_models import Comment, CommentState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import seal
from timecredits.network.programmes import create_organisation, create_programme

WAITING = 1_000
DECIDED = 9_000
ROUNDS = 40
TARGET_MS = 100.0
KEYRING = Keyring.from_secret("a-secret-for-a-benchmark-0123456789abcdef")
WARNINGS: list[list[str]] = [[], [], ["phone"], ["names", "shouting"], ["unsafe"], ["reported", "reported"]]


def run() -> list[Figure]:
    """Milliseconds a page, by the 95th percentile, on each database."""
    figures = []
    for name, database in BOTH.items():
        with database() as engine:
            here = _fill(engine)
            for which, page in (("first", 1), ("last", 50)):
                p95 = quantiles([_once(engine, here, page) for _round in range(ROUNDS + 1)][1:], n=20)[-1]
                how = f"{WAITING:,} wait, {DECIDED:,} were decided"
                figures.append(Figure(f"moderation, {which} page, {name}, p95", p95, "ms", how, at_most=TARGET_MS))
    return figures


def _once(engine: Engine, here: tuple[UUID, UUID], page: int) -> float:
    begun = time.perf_counter()
    with Session(engine) as session:
        found = waiting(session, KEYRING, here[0], organisation_id=here[1], page=page)
    took = (time.perf_counter() - begun) * 1000
    if found.total != WAITING or len(found.comments) != len(set(found.comments)):
        raise AssertionError("not the queue that was asked for")
    return took


def _fill(engine: Engine) -> tuple[UUID, UUID]:
    with transaction(engine) as session:
        programme = create_programme(session, name="Fenland", slug="fenland")
        here = create_organisation(session, programme.id, name="Riverside", slug="riverside")
        story = write_story(session, programme.id, here.id, StoryFacts("A day", "Words"), story_id=new_id(), actor_id=None)
        show_story(session, programme.id, here.id, story.id, people_agreed=True, actor_id=None)
        now, rows = clock.now(), []
        for number in range(WAITING + DECIDED):
            key = new_id()
            rows.append(
                {
                    "programme_id": programme.id,
                    "id": key,
                    "organisation_id": here.id,
                    "story_id": story.id,
                    "name": "Robin",
                    "sealed": seal(KEYRING, "comment", key, f"Number {number}. {'Such a good day it was. ' * 20}"),
                    "state": CommentState.WAITING if number < WAITING else CommentState.SHOWN,
                    "warnings": WARNINGS[number % len(WARNINGS)] if number < WAITING else [],
                    "sent_at": now,
                }
            )
        session.execute(insert(Comment), rows)
        return programme.id, here.id
