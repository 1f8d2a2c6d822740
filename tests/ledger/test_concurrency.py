"""Many at once, each on a connection of its own, on both databases."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from sqlalchemy import Engine

from tests.ledger.books_of import Books, open_books
from timecredits.foundation.db import new_id, transaction
from timecredits.ledger.books import check_ledger
from timecredits.ledger.transfers import Movement, Posting, post_many

CLIENTS = 8


def at_once(engine: Engine, books: Books, shares: Sequence[Sequence[Movement]]) -> Counter[Posting]:
    """Post each share from a thread of its own, all starting together, one transaction a movement."""
    barrier = Barrier(len(shares))

    def client(share: Sequence[Movement]) -> list[Posting]:
        barrier.wait()
        answers = []
        for movement in share:
            with transaction(engine) as session:
                answers.append(books.post(session, movement))
        return answers

    with ThreadPoolExecutor(len(shares)) as pool:
        return Counter(answer for answers in pool.map(client, shares) for answer in answers)


def begin(engine: Engine, prepare: Callable[[Books], list[Movement]], *, volunteers: int = 1) -> Books:
    with transaction(engine) as session:
        books = open_books(session, volunteers=volunteers)
        post_many(session, books.programme_id, prepare(books))
    return books


def test_draining_one_balance_from_all_sides_stops_at_nought(engine: Engine) -> None:
    books = begin(engine, lambda books: [books.earned(0, 40)])
    answers = at_once(engine, books, [[books.used(0, 1) for _ in range(10)] for _ in range(CLIENTS)])
    assert answers == {Posting.POSTED: 40, Posting.NOT_ENOUGH: 40}
    with transaction(engine) as session:
        assert books.balance(session, 0) == 0
        assert check_ledger(session, books.programme_id) == []


def test_the_same_id_from_everywhere_moves_once(engine: Engine) -> None:
    books = begin(engine, lambda books: [books.earned(0, 600)])
    uses = [books.used(0, 60, movement_id=new_id()) for _ in range(5)]
    answers = at_once(engine, books, [uses] * CLIENTS)
    assert answers == {Posting.POSTED: 5, Posting.ALREADY: 5 * (CLIENTS - 1)}
    with transaction(engine) as session:
        assert books.balance(session, 0) == 300


def test_gifts_in_opposite_directions_never_lock_each_other_out(engine: Engine) -> None:
    books = begin(engine, lambda books: [books.earned(0, 600), books.earned(1, 600)], volunteers=2)
    shares = [[books.given(each % 2, 1 - each % 2, 1) for _ in range(15)] for each in range(CLIENTS)]
    assert at_once(engine, books, shares) == {Posting.POSTED: 15 * CLIENTS}
    with transaction(engine) as session:
        assert (books.balance(session, 0), books.balance(session, 1)) == (600, 600)
        assert check_ledger(session, books.programme_id) == []


def test_one_transfer_is_reversed_once_however_many_ask(engine: Engine) -> None:
    books = begin(engine, lambda books: [books.earned(0, 60)])
    with transaction(engine) as session:
        use = books.used(0, 60)
        books.post(session, use)
    barrier = Barrier(CLIENTS)

    def client(_number: int) -> Posting:
        barrier.wait()
        with transaction(engine) as session:
            return books.undo(session, use)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = Counter(pool.map(client, range(CLIENTS)))
    assert answers == {Posting.POSTED: 1, Posting.ALREADY: CLIENTS - 1}
    with transaction(engine) as session:
        assert books.balance(session, 0) == 60


def test_batches_for_the_same_people_never_lock_each_other_out(engine: Engine) -> None:
    books = begin(engine, lambda books: [books.earned(each, 60) for each in range(6)], volunteers=6)
    barrier = Barrier(CLIENTS)

    def client(number: int) -> None:
        barrier.wait()
        for _ in range(5):
            # Ids in an order that has nothing to do with the people's, as those of saved registers are.
            movements = [books.earned(each, 1, movement_id=uuid4()) for each in range(6)]
            with transaction(engine) as session:
                post_many(session, books.programme_id, movements[:: 1 if number % 2 else -1])

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    with transaction(engine) as session:
        assert [books.balance(session, each) for each in range(6)] == [60 + 5 * CLIENTS] * 6
        assert check_ledger(session, books.programme_id) == []
