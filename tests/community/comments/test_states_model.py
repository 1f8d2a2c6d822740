"""Where a comment stands, against a model of it, whatever happens in whatever order."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from tests.community.comments.told import NOW, tell
from tests.spending.shop import KEYRING
from timecredits.community.comments.asking_again import appeal, report
from timecredits.community.comments.commenting import take_back
from timecredits.community.comments.moderating import undo_decision
from timecredits.community.story_models import CommentState
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine
from timecredits.foundation.errors import NotFoundError, RuleError

WHICH = st.integers(0, 2)


class CommentMachine(RuleBasedStateMachine):
    """Three comments; a moderator, their writer and readers do what they like."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.mkdtemp()
        url = f"sqlite:///{Path(self.folder) / 'told.db'}"
        migrating.upgrade(url)
        self.engine, self.moment = make_engine(url), NOW
        with clock.standing_at(NOW):
            self.told = tell(Session(self.engine, expire_on_commit=False))
            self.who = self.told.person("Ada")
            self.ids = [self.told.send(f"Number {number}", volunteer_id=self.who).id for number in range(3)]
        self.last_yes = [False] * 3  # whether the last word of staff was yes
        self.gone = [False] * 3
        self.appeals = [0] * 3
        self.reporter = 0

    def _later(self) -> None:
        self.moment += timedelta(hours=2)

    @rule(which=WHICH, shown=st.booleans())
    def decide(self, which: int, *, shown: bool) -> None:
        self._later()
        with clock.standing_at(self.moment):
            try:
                if self.told.decide(self.ids[which], shown=shown):
                    self.last_yes[which] = shown
            except NotFoundError:
                assert self.gone[which]

    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        told = self.told
        with clock.standing_at(self.moment):
            try:
                done = undo_decision(
                    told.session,
                    told.programme_id,
                    self.ids[which],
                    actor_id=told.owner_id,
                    organisation_id=told.organisation_id,
                )
            except NotFoundError:
                assert self.gone[which]
            except RuleError:
                assert self.appeals[which]
            else:
                if done:
                    self.last_yes[which] = False

    @rule(which=WHICH)
    def ask_again(self, which: int) -> None:
        here = (self.told.session, KEYRING, self.told.programme_id, self.ids[which])
        before = self.told.row(self.ids[which]).state
        with clock.standing_at(self.moment):
            try:
                appeal(*here, "It is fair.", volunteer_id=self.who)
            except RuleError:
                assert self.appeals[which] or before is not CommentState.TURNED_DOWN
            else:
                self.appeals[which] += 1
                assert before is CommentState.TURNED_DOWN

    @rule(which=WHICH)
    def report(self, which: int) -> None:
        self._later()
        self.reporter += 1
        with clock.standing_at(self.moment):
            report(
                self.told.session,
                self.told.programme_id,
                self.ids[which],
                reporter=f"{self.reporter}",
                story_id=self.told.story_id,
            )

    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        take_back(self.told.session, self.told.programme_id, self.ids[which], volunteer_id=self.who)
        self.gone[which] = True

    @invariant()
    def nothing_is_shown_without_a_yes(self) -> None:
        if not hasattr(self, "ids"):
            return
        said = self.told.said()
        queue = self.told.queue()
        for number, comment_id in enumerate(self.ids):
            row = self.told.row(comment_id)
            assert (f"Number {number}" in said) == (row.state is CommentState.SHOWN)
            if row.state is CommentState.SHOWN:
                assert self.last_yes[number]
            if row.state is CommentState.WAITING:
                assert comment_id in queue
            assert self.appeals[number] <= 1
            if self.gone[number]:
                assert (row.state, row.sealed, row.sealed_appeal, row.name) == (CommentState.TAKEN_BACK, None, None, "")
                assert comment_id not in queue

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.told.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)


TestComments = CommentMachine.TestCase
TestComments.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
