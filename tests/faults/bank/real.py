"""Time Credits as a bank: people give through the pages, tills take and undo through the API, on a real server and database."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.faults.bank.harness import Act, Answer, Client, NoAnswerError, Snapshot
from tests.faults.browsing import PATIENCE, Browser, Got
from tests.faults.serving import Site
from tests.faults.town import Counter as Till
from tests.faults.town import Person, Town
from tests.real.postgresql_server import PostgresqlServer
from tests.web.world import PASSWORD
from timecredits.foundation import clock
from timecredits.insight.books.book_jobs import one_moment
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import Transfer
from timecredits.ledger.transfers import balances
from timecredits.spending.codes import step_at
from timecredits.spending.redemption import AtTill, attempt_id_of

BUSY = {500, 502, 503, 504}
"""After these nobody knows what became of a request."""


class RealBank:
    """A town and its server. With `server`, every second kill ends PostgreSQL too, as a power cut would."""

    def __init__(self, town: Town, site: Site, *, server: PostgresqlServer | None = None) -> None:
        self.town, self.site, self.server = town, site, server
        self.opening = {str(each.account_id): each.minutes for each in town.people}

    def start(self) -> None:
        self.site.start()

    def kill(self, number: int) -> None:
        self.site.kill()
        if self.server is not None and number % 2:
            self.server.kill()
            self.server.start()

    def clients(self) -> Sequence[Client]:
        tills = [TillClient(self, till, random.Random(place)) for place, till in enumerate(self.town.counters)]
        givers = [Giver(self, person, random.Random(100 + place)) for place, person in enumerate(self.town.people)]
        return [*tills, *givers]

    def snapshot(self) -> Snapshot:
        """Of the accounts of the people, and every transfer's id; a reversal counts under what it reverses."""
        while True:
            try:
                with one_moment(self.town.engine) as session:
                    rows = session.execute(
                        select(Transfer.id, Transfer.reverses).where(Transfer.programme_id == self.town.world.programme_id)
                    )
                    entries = Counter(str(row.id) if row.reverses is None else f"undo {row.reverses}" for row in rows)
                    held = balances(session, self.town.world.programme_id, [each.account_id for each in self.town.people])
            except DBAPIError:
                continue  # a database that was killed says so once for each connection that was open
            return Snapshot({str(each): minutes for each, minutes in held.items()}, entries)

    def read(self) -> tuple[int, int]:
        try:
            with one_moment(self.town.engine) as session:
                rules = {fault.rule: len(fault.ids) for fault in check_ledger(session, self.town.world.programme_id)}
        except (DBAPIError, PoolTimeout) as fault:
            raise NoAnswerError from fault
        return rules.pop("below_floor", 0), int(bool(rules))

    def has_clean_books(self) -> bool:
        return self.site.check_books()


def told(got: Got, *, done: set[int], refused: set[int]) -> Answer:
    """The certain answer, if it is one. Raises NoAnswerError, or AssertionError for what should not come at all."""
    if got.status in BUSY:
        raise NoAnswerError
    assert got.status in done | refused, f"{got.status}: {got.text[:400]}"
    return Answer.DONE if got.status in done else Answer.REFUSED


class TillClient:
    """Takes a credit for one phone after the other, and undoes one in four."""

    def __init__(self, bank: RealBank, till: Till, chance: random.Random, *, patience: float = PATIENCE) -> None:
        self.bank, self.till, self.chance, self.patience = bank, till, chance, patience
        self.at = AtTill(till.till_id, bank.town.world.venue_id)
        self.shown: list[tuple[int, int]] = []
        self.step = 0
        self.to_undo: Act | None = None
        self.repeats = 0
        """Answers that said that it had been done before."""
        self.bodies: dict[str, tuple[str, dict[str, object]]] = {}

    def next(self) -> Act | None:
        if self.to_undo is not None:
            taken, self.to_undo = self.to_undo, None
            act = Act(f"undo {taken.key}", taken.minutes, None, taken.out_of)
            del self.bodies[taken.key]
            self.bodies[act.key] = (f"/api/v1/redemptions/{taken.key}/undo", {"reason": "Wrong offer chosen."})
            return act
        if step_at(clock.now()) != self.step:  # a phone's code is good once in its half minute
            self.step, self.shown = step_at(clock.now()), self.chance.sample(self.till.phones, len(self.till.phones))
        if not self.shown:
            return None
        place, reference = self.shown.pop()
        sent_id, town = uuid4(), self.bank.town
        party = {"adults": 1, "under_16s": 0}
        body: dict[str, object] = {
            "id": str(sent_id),
            "code": town.code(reference),
            "offer_id": str(town.world.offer_id),
            "party": party,
        }
        key = str(attempt_id_of(self.at, sent_id))
        self.bodies[key] = ("/api/v1/redemptions", body)
        return Act(key, 60, str(town.people[place].account_id), None)

    def send(self, act: Act) -> Answer:
        path, body = self.bodies[act.key]
        headers = {"Authorization": f"Bearer {self.till.token}", "Content-Type": "application/json"}
        got = Browser(self.bank.site.port, patience=self.patience).request("POST", path, json.dumps(body).encode(), headers)
        if got.status == 409 and '"in_progress"' in got.text:
            raise NoAnswerError
        self.repeats += '"is_repeat":true' in got.text.replace(" ", "")
        return told(got, done={200, 201}, refused={404, 409, 422})

    def told(self, act: Act, answer: Answer) -> None:
        if answer is Answer.DONE and not act.key.startswith("undo ") and self.chance.random() < 0.25:
            self.to_undo = act
        else:
            self.bodies.pop(act.key, None)


class Giver:
    """Signs in by password and gives to the others, through the pages and their forms."""

    def __init__(self, bank: RealBank, person: Person, chance: random.Random) -> None:
        self.bank, self.person, self.chance = bank, person, chance
        self.browser = Browser(bank.site.port)
        self.form: dict[str, str] = {}
        self.sent: dict[str, tuple[str, dict[str, str]]] = {}

    def next(self) -> Act | None:
        if not self._is_in():
            return None
        others = [each for each in self.bank.town.people if each is not self.person]
        to, quarters, key = self.chance.choice(others), self.chance.randint(1, 12), str(uuid4())
        form = {"csrf_token": self.form["csrf_token"], "new_id": key, "amount": str(quarters / 4), "words": "", "do": "give"}
        self.sent = {key: (f"/my/give/{to.receives}", form)}
        return Act(str(UUID(key)), quarters * 15, str(self.person.account_id), str(to.account_id))

    def send(self, act: Act) -> Answer:
        path, form = self.sent[act.key]
        return told(self.browser.post(path, form), done={302}, refused={200})

    def told(self, act: Act, answer: Answer) -> None:
        """Nothing is remembered."""

    def _is_in(self) -> bool:
        if not self.form:
            try:
                self.browser.sign_in(self.person.email, PASSWORD)
                other = next(each for each in self.bank.town.people if each is not self.person)
                self.form = self.browser.get(f"/my/give/{other.receives}").fields()
            except (OSError, LookupError):
                self.browser.cookies.clear()
                return False
        return True
