"""Using credits: the decision as a service call, and the whole request on gunicorn's sync workers beside one that does nothing.

Both kinds of request run in turn, round after round, on the same workers with the same client; the ratio is the median of the
rounds' own. Each request shows a live code of its own, made a moment before, so that every one takes a credit.
"""

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from bench.figures import Figure
from bench.load import Load, post, send
from bench.noop_app import PATH as NOTHING
from bench.posting import DURABLE
from tests.real.postgresql_server import PostgresqlServer
from tests.real.served import served
from tests.web.world import World, build_world
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import digest, new_secret
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, open_account, post_many
from timecredits.network.models import Organisation, Programme, ProgrammeVenue, Venue, Volunteer
from timecredits.spending.codes import LiveCodeParts, encode, step_at
from timecredits.spending.models import CodeKind, Credential, Till
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem

SECRET = "a-secret-for-a-benchmark-0123456789abcdef"  # noqa: S105
KEYRING = Keyring.from_secret(SECRET)
VOLUNTEERS = 400
VENUES = 20
ROUNDS = 5
REQUESTS = 400
CLIENTS = 4
WORKERS = 2
LEAST_A_SECOND = 500
"""Ten times what a mainstream ticket system in Django was measured to do with two sync workers (the issue)."""


def run() -> list[Figure]:
    """Measure on PostgreSQL with every commit on the disk."""
    with TemporaryDirectory(prefix="timecredits-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        server = PostgresqlServer(folder / "pg", settings=DURABLE)
        try:
            server.start()
            url = server.url()
            migrating.upgrade(url)
            shop = Shop(url)
            return [*_service_call(shop), *_served(shop)]
        finally:
            server.stop("immediate")


class Shop:
    """A programme with venues, each with a till and an offer of one credit, and people with plenty of credits."""

    def __init__(self, url: str) -> None:
        self.url, self.engine = url, make_engine(url)
        self.next = 0
        with transaction(self.engine) as session:
            self.world: World = build_world(session)
            self.number = session.get_one(Programme, self.world.programme_id).number
            self.references = self._people(session)
            self.tills = [self._venue(session, number) for number in range(VENUES)]

    def _people(self, session: Session) -> list[int]:
        programme_id = self.world.programme_id
        organisation = session.get_one(Organisation, (programme_id, self.world.organisation_id))
        movements, references = [], []
        for number in range(VOLUNTEERS):
            account_id = open_account(session, programme_id, AccountKind.VOLUNTEER)
            volunteer_id = new_id()
            session.add(
                Volunteer(
                    programme_id=programme_id,
                    id=volunteer_id,
                    first_name="Bench",
                    last_name=f"Person {number}",
                    folded_name=f"bench person {number}",
                    account_id=account_id,
                    joined_on=date(2026, 1, 1),
                )
            )
            session.flush()
            # Many phones a person: a phone's code is good for one use in its half minute.
            for phone in range(80):
                reference = number * 100 + phone
                session.add(
                    Credential(
                        programme_id=programme_id,
                        id=new_id(),
                        volunteer_id=volunteer_id,
                        kind=CodeKind.LIVE,
                        reference=reference,
                        created_at=clock.now(),
                    )
                )
                references.append(reference)
            movements.append(
                Movement(new_id(), organisation.account_id, account_id, 600_000, TransferKind.EARNED, date(2026, 1, 1))
            )
        post_many(session, programme_id, movements)
        # People come in no order.
        return [references[place] for phone in range(80) for place in range(phone, len(references), 80)]

    def _venue(self, session: Session, number: int) -> tuple[AtTill, UUID, str]:
        """A till, its offer, and its token."""
        venue_id, programme_id = new_id(), self.world.programme_id
        session.add(Venue(id=venue_id, slug=f"bench-{number}", name=f"Venue {number}", town=""))
        session.flush()
        session.add(
            ProgrammeVenue(
                programme_id=programme_id,
                id=new_id(),
                venue_id=venue_id,
                account_id=open_account(session, programme_id, AccountKind.VENUE),
                joined_on=date(2026, 1, 1),
            )
        )
        session.flush()
        offer = create_offer(session, programme_id, venue_id, OfferFacts(name="Swim", adult_minutes=60))
        token = new_secret()
        till = Till(id=new_id(), venue_id=venue_id, name="Till", token_hash=digest(token), paired_at=clock.now())
        session.add(till)
        session.flush()
        return AtTill(till.id, venue_id), offer.id, token

    def codes(self, count: int) -> list[str]:
        """So many fresh codes of this half minute."""
        if clock.now().timestamp() % 30 > 20:  # noqa: PLR2004  the round is to end within this step and the next
            time.sleep(11)
        step = step_at(clock.now())
        chosen = [self.references[(self.next + number) % len(self.references)] for number in range(count)]
        self.next += count
        return [encode(KEYRING, LiveCodeParts(self.number, reference, step)) for reference in chosen]

    def requests(self, count: int, *, venues: int) -> list[bytes]:
        """So many requests of fresh codes, spread over the first venues."""
        found = []
        for number, code in enumerate(self.codes(count)):
            _till, offer_id, token = self.tills[number % venues]
            body = {"id": str(uuid4()), "code": code, "offer_id": str(offer_id), "party": {"adults": 1, "under_16s": 0}}
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            found.append(post("127.0.0.1", "/api/v1/redemptions", json.dumps(body).encode(), headers))
        return found


def _service_call(shop: Shop) -> Iterator[Figure]:
    times = []
    for _ in range(3):
        codes = shop.codes(REQUESTS)
        begin = time.perf_counter()
        for number, code in enumerate(codes):
            till, offer_id, _token = shop.tills[number % VENUES]
            with transaction(shop.engine) as session:
                answer = redeem(session, KEYRING, till, RedemptionRequest(uuid4(), code, offer_id, adults=1, under_16s=0))
            assert answer.minutes == 60, answer  # noqa: PLR2004
        times.append(REQUESTS / (time.perf_counter() - begin))
    yield Figure("redeem(), service call", median(times), "a second", "1 client, fsync on")


def _served(shop: Shop) -> Iterator[Figure]:
    environment = {"SECRET_KEY": SECRET, "JOBS": "worker"}
    app = "bench.noop_app:create_app_with_nothing()"
    with served(app, shop.url, environment=environment, workers=WORKERS, threads=1) as site:
        port = int(site.url.rsplit(":", 1)[1])
        nothing = [post("127.0.0.1", NOTHING, b"", {})] * REQUESTS
        send(port, shop.requests(100, venues=VENUES), clients=CLIENTS)
        send(port, nothing[:100], clients=CLIENTS)
        uniform, hot, empty = [], [], []
        for _ in range(ROUNDS):
            uniform.append(_all(send(port, shop.requests(REQUESTS, venues=VENUES), clients=CLIENTS), 201))
            hot.append(_all(send(port, shop.requests(REQUESTS, venues=1), clients=CLIENTS), 201))
            empty.append(_all(send(port, nothing, clients=CLIENTS), 204))
        rate = median(uniform)
        half = send(port, shop.requests(int(rate * 4), venues=VENUES), clients=16, rate=rate / 2)
    how = f"{WORKERS} sync workers, {CLIENTS} clients, PostgreSQL, median of {ROUNDS}"
    yield Figure("POST redemption", rate, "a second", how, at_least=LEAST_A_SECOND)
    yield Figure("POST that does nothing", median(empty), "a second", how)
    yield Figure("redemption / nothing", _ratio(uniform, empty), "x", "same workers, same client", at_least=0.25)
    yield Figure("one hot venue / many", _ratio(hot, uniform), "x", f"1 venue against {VENUES}", at_least=0.8)
    yield Figure("POST redemption, p99", half.percentile(0.99), "ms", f"at {rate / 2:,.0f} a second", at_most=50)


def _all(load: Load, status: int) -> float:
    assert set(load.statuses) == {status}, load.statuses
    return load.rate


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))
