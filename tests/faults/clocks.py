"""The server's clock jumps: back by minutes, an hour or a day, forward, and through the nights when summer time begins and ends.

Whatever it says, a code is good once, an app's code is good once, a month's credits run out once, what was sent before moves
nothing again, people stay signed in, and the books add up. Seals allow for clocks that are ten minutes wrong; after a longer
jump back they say that something was posted into a stretch that was sealed (docs/adr/0040), and nothing worse.
"""

import random
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bench.figures import Figure
from tests.real.postgresql_server import PostgresqlServer
from tests.spending.shop import KEYRING, credits_of, earn, scan, show, till_of
from tests.web.world import World, app_code, build_world, give_app
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.jobs import run_waiting
from timecredits.ledger.books import check_ledger
from timecredits.ledger.expiry import ran_out
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.seals import check_seals, seal_programme
from timecredits.network.authenticator import take_app_code
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting
from timecredits.network.sign_ins import find_actor, list_capacities, start_sign_in
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.expiry_jobs import HANDLERS, ask_for_expiry
from timecredits.spending.redemption import RedemptionRequest, redeem

NIGHTS = (datetime(2026, 3, 29, 0, 40, tzinfo=UTC), datetime(2026, 10, 25, 0, 40, tzinfo=UTC))
"""Twenty minutes before summer time begins, and before it ends."""
SMALL = [timedelta(seconds=each) for each in (-540, -90, -31, -30, -1, 0, 1, 29, 30, 60, 600)]
SMALLEST = timedelta(seconds=540)
"""How far back small jumps lead, at most: less than seals allow for."""
LARGE = [*SMALL, *(timedelta(hours=each) for each in (-24, -3, -1, 1, 3, 24)), timedelta(days=31)]
RUNS_OUT_AFTER = 6


@dataclass
class Seen:
    """What was found over all nights."""

    jumps: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    told_by_seals: int = 0


def run(folder: Path, *, injections: int) -> list[Figure]:
    """So many jumps back, half of them small, on both databases; as many forward come of themselves."""
    server, seen = PostgresqlServer(folder / "clock"), Seen()
    server.start()
    try:
        with closing(psycopg.connect(host=str(server.folder), user="postgres", dbname="postgres", autocommit=True)) as owner:
            for place, (night, jumps) in enumerate((night, jumps) for night in NIGHTS for jumps in (SMALL, LARGE)):
                owner.execute(f"CREATE DATABASE night{place}")
                for url in (f"sqlite:///{folder / f'night{place}.db'}", server.url(f"night{place}")):
                    migrating.upgrade(url)
                    engine = make_engine(url)
                    _Night(engine, night, seen, random.Random(place)).go(jumps, injections // 8)
                    engine.dispose()
    finally:
        server.stop("immediate")
    acts = ", ".join(f"{count} {name}" for name, count in sorted(seen.acts.items()))
    return [
        Figure("clock: jumps back", seen.jumps["back"], "", f"and {seen.jumps['on']} on; {acts}", at_least=injections),
        Figure("clock: inconsistent", len(seen.faults), "", "; ".join(seen.faults[:3]), at_most=0),
        Figure(
            "clock: long jumps back that the seals told of", seen.told_by_seals, "", "of 4 nights with such jumps", at_least=4
        ),
    ]


class _Night:
    """One programme and its clock."""

    def __init__(self, engine: Engine, begin: datetime, seen: Seen, chance: random.Random) -> None:
        self.engine, self.now, self.seen, self.chance = engine, begin, seen, chance
        self.codes: list[tuple[str, datetime]] = []
        self.used: set[str] = set()
        self.sent: list[tuple[RedemptionRequest, Outcome]] = []
        self.app_steps: list[int] = []
        with clock.standing_at(begin - timedelta(days=300)), transaction(engine) as session:
            self.world: World = build_world(session)
            change_setting(session, self.world.programme_id, "expire_after_months", RUNS_OUT_AFTER, actor_id=None)
            earn(session, self.world, 600)
        with clock.standing_at(begin), transaction(engine) as session:
            user_id = self.world.users["volunteer"]
            self.secret = start_sign_in(session, user_id, list_capacities(session, user_id)[0], proved_at=clock.now())
            give_app(session, KEYRING, self.world.users["coordinator"])
            person = session.get_one(Volunteer, (self.world.programme_id, self.world.volunteer_id))
            self.account_id = person.account_id
            earn(session, self.world, 60_000)
            self.has = credits_of(session, self.world)
        self.lost = 0

    def go(self, jumps: list[timedelta], backs: int) -> None:
        """Jump about until it went back so often."""
        done, begun, furthest, is_small = 0, self.now, self.now, jumps is SMALL
        while done < backs:
            jump = self.chance.choice(jumps)
            to = begun if abs(self.now + jump - begun) > timedelta(days=120) else self.now + jump
            if is_small:  # several small ones make no large one
                to = max(to, furthest - SMALLEST)
            done += to < self.now
            self.seen.jumps["back" if to < self.now else "on"] += 1
            self.now, furthest = to, max(to, furthest)
            act = self.chance.choice(["take", "take_old", "again", "app", "expire", "seal", "look"])
            self.seen.acts[act] += 1
            with clock.standing_at(self.now):
                getattr(self, f"_{act}")()
                self._agree(act)
        if not is_small:
            self._post_into_what_is_sealed()
        with transaction(self.engine) as session:
            rules = {fault.rule for fault in check_seals(session, self.world.programme_id)}
        self.seen.told_by_seals += bool(rules)
        if rules - (set() if is_small else {"sealed_added"}):
            self._fault(f"seals: {sorted(rules)}")

    def _post_into_what_is_sealed(self) -> None:
        """Whatever chance brought before: three hours back from a seal something is posted, and the seals must tell."""
        with clock.standing_at(self.now):
            self._seal()
        self.now -= timedelta(hours=3)
        with clock.standing_at(self.now), transaction(self.engine) as session:
            earn(session, self.world, 60)
        self.has += 60

    def _take(self) -> None:
        with transaction(self.engine) as session:
            code = show(session, self.world).qr_text
            self.codes.append((code, self.now))
            self._redeem(session, scan(self.world, code))

    def _take_old(self) -> None:
        if self.codes:
            with transaction(self.engine) as session:
                self._redeem(session, scan(self.world, self.chance.choice(self.codes)[0]))

    def _redeem(self, session: Session, request: RedemptionRequest) -> None:
        answer = redeem(session, KEYRING, till_of(self.world), request)
        self.sent.append((request, answer.outcome))
        if answer.outcome is Outcome.TAKEN:
            self.has -= 60
            self.seen.acts["of these taken"] += 1
            if request.code in self.used:
                self._fault("a code was good twice")
            self.used.add(request.code)

    def _again(self) -> None:
        if self.sent:
            request, first = self.chance.choice(self.sent)
            with transaction(self.engine) as session:
                outcome = redeem(session, KEYRING, till_of(self.world), request).outcome
            if (outcome is Outcome.ALREADY_DONE) != (first is Outcome.TAKEN) or outcome is Outcome.TAKEN:
                self._fault(f"sent again: {first} became {outcome}")

    def _app(self) -> None:
        step = int(self.now.timestamp()) // 30
        with transaction(self.engine) as session:
            if take_app_code(session, KEYRING, self.world.users["coordinator"], app_code()):
                if self.app_steps and step <= self.app_steps[-1]:
                    self._fault("an app's code was good again")
                self.app_steps.append(step)

    def _expire(self) -> None:
        with transaction(self.engine) as session:
            ask_for_expiry(session, self.world.programme_id, clock.today())
        run_waiting(self.engine, HANDLERS)

    def _seal(self) -> None:
        seal_programme(self.engine, self.world.programme_id, now=self.now)

    def _look(self) -> None:
        with transaction(self.engine) as session:
            if find_actor(session, self.secret) is None and abs(self.now - self._begun()) < timedelta(hours=1):
                self._fault("signed out by the clock")

    def _begun(self) -> datetime:
        return min(NIGHTS, key=lambda night: abs(night - self.now))

    def _agree(self, act: str) -> None:
        """What is held, with what ran out, is what the model holds; each month's ran out once; the books add up."""
        with closing(Session(self.engine)) as session:
            programme_id = self.world.programme_id
            self.lost = ran_out(session, programme_id, [self.account_id]).get(self.account_id, 0)
            if credits_of(session, self.world) + self.lost != self.has:
                self._fault(f"balance differs after {act}")
            twice = session.execute(
                select(Transfer.occurred_on)
                .where(Transfer.programme_id == programme_id, Transfer.kind == TransferKind.EXPIRED)
                .group_by(Transfer.occurred_on)
                .having(func.count() > 1)
            ).all()
            if twice:
                self._fault("a month's credits ran out twice")
            if check_ledger(session, programme_id) or check_spending(session, programme_id):
                self._fault(f"books after {act}")

    def _fault(self, said: str) -> None:
        self.seen.faults.append(f"{said} at {self.now:%d %b %H:%M:%S}")
