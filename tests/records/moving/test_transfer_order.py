"""Whatever was posted once can be posted again in the order that is found, also where all of it bears the same instant."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from timecredits.records.moving.transfer_order import TransferOrder

START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE, SINK = UUID(int=100), UUID(int=101)
FLOORED = [UUID(int=each) for each in range(4)]


def row(number: int, debit: UUID, credit: UUID, amount: int, instant: int = 0, reverses: UUID | None = None) -> dict[str, Any]:
    return {
        "id": UUID(int=1000 + number),
        "debit_account": debit,
        "credit_account": credit,
        "amount": amount,
        "recorded_at": START + timedelta(microseconds=instant),
        "reverses": reverses,
    }


def posted_again(rows: list[dict[str, Any]]) -> tuple[list[Any], TransferOrder]:
    order = TransferOrder(dict.fromkeys(FLOORED, 0), {each["reverses"] for each in rows if each["reverses"]})
    given_back = [each for taken in rows for each in order.take(taken)]
    return [*given_back, *order.settle()], order


def check(rows: list[Any]) -> None:
    """Raise AssertionError where a balance goes below 0, or a reversal comes before what it undoes."""
    held, there = dict.fromkeys(FLOORED, 0), set()
    for each in rows:
        assert each["reverses"] is None or each["reverses"] in there
        there.add(each["id"])
        for account, sign in ((each["debit_account"], -1), (each["credit_account"], 1)):
            if account in held:
                held[account] += sign * each["amount"]
                assert held[account] >= 0


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Transfers in an order in which they were really posted, at most nine from one instant."""
    held, rows, undone = dict.fromkeys(FLOORED, 0), [], set()
    instant = 0
    for number in range(draw(st.integers(0, 24))):
        if number % 9 == 0 or draw(st.integers(0, 3)) == 0:
            instant += 1
        back = [each for each in rows if each["id"] not in undone and each["reverses"] is None]
        if back and draw(st.integers(0, 4)) == 0:
            first = draw(st.sampled_from(back))
            made = row(number, first["credit_account"], first["debit_account"], first["amount"], instant, first["id"])
        else:
            debit, credit = draw(st.permutations([*FLOORED, SOURCE, SINK]))[:2]
            made = row(number, debit, credit, draw(st.integers(1, 5)), instant)
        if made["debit_account"] in held and held[made["debit_account"]] < made["amount"]:
            continue
        for account, sign in ((made["debit_account"], -1), (made["credit_account"], 1)):
            if account in held:
                held[account] += sign * made["amount"]
        undone.add(made["reverses"])
        rows.append(made)
    return rows


@given(histories(), st.randoms(use_true_random=False))
def test_what_was_posted_can_be_posted_again(rows: list[dict[str, Any]], chance: random.Random) -> None:
    chance.shuffle(rows)
    rows.sort(key=lambda each: each["recorded_at"])
    again, order = posted_again(rows)
    assert order.waiting == []
    assert sorted(each["id"] for each in again) == sorted(each["id"] for each in rows)
    check(again)


def test_a_circle_of_gifts_at_one_instant_finds_its_order() -> None:
    one, two, three, _ = FLOORED
    rows = [row(0, SOURCE, one, 1), row(1, one, three, 1, 1), row(2, two, one, 1, 1), row(3, one, two, 1, 1)]
    again, order = posted_again(rows)
    assert order.waiting == []
    check(again)


def test_what_an_early_clock_put_first_waits_for_what_it_needs() -> None:
    one, *_ = FLOORED
    again, order = posted_again([row(0, one, SINK, 2, 1), row(1, SOURCE, one, 1, 2), row(2, SOURCE, one, 1, 3)])
    assert order.waiting == []
    check(again)


def test_what_fits_in_no_order_is_left_and_said() -> None:
    one, *_ = FLOORED
    again, order = posted_again([row(0, one, SINK, 2)])
    assert (again, len(order.waiting)) == ([], 1)
