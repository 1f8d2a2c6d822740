"""The ledger against a model of it: any order of earning, using, giving, reversing and replaying leaves both the same."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from tests.ledger.books_of import Books, open_books
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine
from timecredits.ledger.books import check_ledger
from timecredits.ledger.statements import statement
from timecredits.ledger.transfers import Movement, Posting

VOLUNTEERS = 3
MINUTES = st.integers(1, 240)
WHO = st.integers(0, VOLUNTEERS - 1)


class LedgerMachine(RuleBasedStateMachine):
    """Every rule does the same to the ledger and to three numbers; they must agree after each."""

    movements: Bundle[Movement] = Bundle("movements")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.mkdtemp()
        url = f"sqlite:///{Path(self.folder) / 'ledger.db'}"
        migrating.upgrade(url)
        self.engine = make_engine(url)
        self.session = Session(self.engine)
        self.books: Books = open_books(self.session, volunteers=VOLUNTEERS)
        self.held = [0] * VOLUNTEERS
        self.done: dict[object, Movement] = {}
        self.reversed: set[object] = set()

    def _post(self, movement: Movement) -> Posting:
        answer = self.books.post(self.session, movement)
        if answer is Posting.POSTED:
            self.done[movement.id] = movement
            self._move(movement, 1)
        return answer

    def _move(self, movement: Movement, sign: int) -> None:
        for each, account in enumerate(self.books.volunteers):
            self.held[each] += sign * movement.amount * ((movement.credit == account) - (movement.debit == account))

    def _would_hold(self, movement: Movement, sign: int) -> bool:
        changes = [sign * movement.amount * ((movement.credit == a) - (movement.debit == a)) for a in self.books.volunteers]
        return all(held + change >= 0 for held, change in zip(self.held, changes, strict=True))

    @rule(target=movements, who=WHO, minutes=MINUTES)
    def earn(self, who: int, minutes: int) -> Movement:
        movement = self.books.earned(who, minutes)
        assert self._post(movement) is Posting.POSTED
        return movement

    @rule(target=movements, who=WHO, minutes=MINUTES)
    def use(self, who: int, minutes: int) -> Movement:
        movement = self.books.used(who, minutes)
        enough = self._would_hold(movement, 1)
        assert self._post(movement) is (Posting.POSTED if enough else Posting.NOT_ENOUGH)
        return movement

    @rule(target=movements, giver=WHO, step=st.integers(1, VOLUNTEERS - 1), minutes=MINUTES)
    def give(self, giver: int, step: int, minutes: int) -> Movement:
        movement = self.books.given(giver, (giver + step) % VOLUNTEERS, minutes)
        enough = self._would_hold(movement, 1)
        assert self._post(movement) is (Posting.POSTED if enough else Posting.NOT_ENOUGH)
        return movement

    @rule(movement=movements)
    def replay(self, movement: Movement) -> None:
        if movement.id in self.done:
            assert self._post(movement) is Posting.ALREADY

    @rule(movement=movements)
    def undo(self, movement: Movement) -> None:
        if movement.id not in self.done:
            return
        if movement.id in self.reversed:
            assert self.books.undo(self.session, movement) is Posting.ALREADY
        elif self._would_hold(movement, -1):
            assert self.books.undo(self.session, movement) is Posting.POSTED
            self.reversed.add(movement.id)
            self._move(movement, -1)
        else:
            assert self.books.undo(self.session, movement) is Posting.NOT_ENOUGH

    @invariant()
    def agrees(self) -> None:
        assert [self.books.balance(self.session, each) for each in range(VOLUNTEERS)] == self.held
        assert check_ledger(self.session, self.books.programme_id) == []

    def teardown(self) -> None:
        for account, held in zip(self.books.volunteers, self.held, strict=True):
            lines = statement(self.session, self.books.programme_id, account, limit=1000).lines
            assert sum(line.change for line in lines) == held
        self.session.close()
        self.engine.dispose()
        shutil.rmtree(self.folder)


TestLedgerModel = LedgerMachine.TestCase
TestLedgerModel.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
