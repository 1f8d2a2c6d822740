"""Every rule of the books, broken one at a time in a full world past all guards, on both kinds of database."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.orm import Session

from tests.house.full_world import build_full_world
from tests.spending.shop import KEYRING
from tests.unguarded import lower_guards
from timecredits.foundation import clock
from timecredits.foundation.db import Base, new_id, transaction
from timecredits.insight.books.check_everything import CHECKS, check_everything
from timecredits.insight.books.fault_words import FAULTS, words_of
from timecredits.insight.counting.count_up import count_up, forget_counts
from timecredits.ledger.goodwill import goodwill_id, open_goodwill
from timecredits.ledger.models import AccountKind, Seal, TransferKind
from timecredits.ledger.note_float import float_id
from timecredits.ledger.seals import seal_programme
from timecredits.spending.models import PaidBy

TABLES: Final = Base.metadata.tables


class Broken:
    """One database whose rows can be changed in any way; each change is rolled back by the caller."""

    def __init__(self, session: Session, programme_id: UUID) -> None:
        self.session, self.programme_id = session, programme_id

    def row(self, table: str, *where: Any) -> Row[Any]:
        """The newest row for which this holds; where there is none the world lacks what the test is of."""
        own = TABLES[table]
        query = select(own).where(own.c.programme_id == self.programme_id, *where).order_by(own.c.id.desc()).limit(1)
        found = self.session.execute(query).one_or_none()
        assert found is not None, f"no {table} to break"
        return found

    def change(self, table: str, row: Row[Any], **values: Any) -> None:
        """Overwrite it."""
        own = TABLES[table]
        self.session.execute(update(own).where(own.c.programme_id == self.programme_id, own.c.id == row.id).values(**values))

    def drop(self, table: str, row: Row[Any]) -> None:
        """Remove it."""
        own = TABLES[table]
        self.session.execute(delete(own).where(own.c.programme_id == self.programme_id, own.c.id == row.id))

    def add(self, table: str, **values: Any) -> None:
        """Put one in."""
        self.session.execute(insert(TABLES[table]).values(programme_id=self.programme_id, **{"id": new_id()} | values))

    def move(self, debit: UUID, credit: UUID, kind: TransferKind, amount: int, reverses: UUID | None = None) -> None:
        """A transfer that no verb made."""
        self.add(
            "transfer",
            debit_account=debit,
            credit_account=credit,
            amount=amount,
            kind=kind,
            occurred_on=clock.today(),
            recorded_at=clock.now(),
            reverses=reverses,
        )

    def account(self, *where: Any) -> Row[Any]:
        """An account of a person with credits."""
        own = TABLES["account"]
        return self.row("account", own.c.kind == AccountKind.VOLUNTEER, own.c.balance > 0, *where)

    def earning(self) -> Row[Any]:
        """Hours that earned and stand."""
        own, corrected = TABLES["hour_entry"], TABLES["hour_correction"]
        return self.row("hour_entry", own.c.earned > 0, own.c.id.not_in(select(corrected.c.entry_id)))

    def transfer_of(self, row: Row[Any]) -> Row[Any]:
        """The transfer with the same id."""
        return self.row("transfer", TABLES["transfer"].c.id == row.id)

    def back_of(self, row: Row[Any]) -> Row[Any]:
        """The transfer that reversed it."""
        return self.row("transfer", TABLES["transfer"].c.reverses == row.id)

    def corrected(self) -> Row[Any]:
        """Hours that earned and were taken out, with their correction's id as `correction`."""
        own, corrected, moved = TABLES["hour_entry"], TABLES["hour_correction"], TABLES["transfer"]
        back = select(moved.c.reverses).where(moved.c.reverses.is_not(None))
        return self.row("hour_entry", own.c.earned > 0, own.c.id.in_(select(corrected.c.entry_id)), own.c.id.in_(back))

    def use(self, *, undone: bool = False) -> Row[Any]:
        """Credits a person used."""
        own = TABLES["redemption"]
        stands = own.c.undone_at.is_not(None) if undone else own.c.undone_at.is_(None)
        return self.row("redemption", own.c.paid_by == PaidBy.VOLUNTEER, stands)

    def note(self) -> Row[Any]:
        """A note that is out."""
        own = TABLES["credit_note"]
        return self.row("credit_note", own.c.used_at.is_(None), own.c.ended_at.is_(None))

    def gift(self) -> Row[Any]:
        """A gift that stands."""
        return self.row("gift", TABLES["gift"].c.undone_at.is_(None))

    def person(self) -> Row[Any]:
        """Somebody with credits."""
        own = TABLES["volunteer"]
        return self.row("volunteer", own.c.account_id == self.account().id)


def _goodwill_paid(world: Broken) -> None:
    open_goodwill(world.session, world.programme_id)
    world.move(world.account().id, goodwill_id(world.programme_id), TransferKind.GOODWILL, 60)


def _odd_shortfall(world: Broken) -> None:
    entry = world.earning()
    world.add(
        "shortfall",
        id=entry.id,
        volunteer_id=entry.volunteer_id,
        entry_id=entry.id,
        minutes=entry.earned,
        recorded_at=clock.now(),
    )


def _gift_back(world: Broken) -> None:
    gift = world.transfer_of(world.gift())
    world.move(gift.credit_account, gift.debit_account, TransferKind.REVERSAL, gift.amount, reverses=gift.id)


def _turn(world: Broken) -> None:
    use = world.use()
    world.add("offer_turn", offer_id=use.offer_id, volunteer_id=use.volunteer_id, period="2001-01", redemption_id=new_id())


def _uncorrected(world: Broken) -> None:
    entry = world.corrected()
    world.drop("hour_correction", world.row("hour_correction", TABLES["hour_correction"].c.entry_id == entry.id))


def _more(table: str, find: Callable[[Broken], Row[Any]], column: str = "minutes") -> Callable[[Broken], None]:
    def do(world: Broken) -> None:
        row = find(world)
        world.change(table, row, **{column: getattr(row, column) + 1})

    return do


def _newest(table: str, by: str) -> Callable[[Broken], Row[Any]]:
    def find(world: Broken) -> Row[Any]:
        own = TABLES[table]
        last = select(own.c[by]).where(own.c.programme_id == world.programme_id).order_by(own.c[by].desc()).limit(1)
        return world.row(table, own.c[by] == last.scalar_subquery())

    return find


def _reseal(world: Broken, **values: Any) -> None:
    assert world.session.execute(update(Seal.__table__).values(values)).rowcount == 1  # type: ignore[arg-type,attr-defined]


WAYS: Final[Mapping[str, Callable[[Broken], None]]] = {
    "sum_not_zero": _more("account", Broken.account, "balance"),
    "balance_differs": _more("account", Broken.account, "balance"),
    "below_floor": lambda world: world.change("account", world.account(), balance=-60),
    "reversal_differs": _more("transfer", lambda world: world.back_of(world.corrected()), "amount"),
    "seal_missing": lambda world: _reseal(world, number=7),
    "sealed_removed": lambda world: _reseal(world, transfers=Seal.transfers + 1),
    "sealed_added": lambda world: _reseal(world, transfers=Seal.transfers - 1),
    "sealed_changed": lambda world: _reseal(world, hash=bytes(32)),
    "hours_without_transfer": lambda world: world.drop("transfer", world.transfer_of(world.earning())),
    "transfer_differs": _more("transfer", lambda world: world.transfer_of(world.earning()), "amount"),
    "earned_differs": lambda world: world.change("hour_entry", world.earning(), without_credits="unwanted"),
    "corrected_not_reversed": lambda world: world.drop("transfer", world.back_of(world.corrected())),
    "hours_reversed": _uncorrected,
    "shortfall_differs": _odd_shortfall,
    "paid_back_too_much": _goodwill_paid,
    "redemption_without_transfer": _more("redemption", Broken.use),
    "transfer_without_redemption": lambda world: world.drop("redemption", world.use()),
    "undone_without_reversal": lambda world: world.drop("transfer", world.back_of(world.use(undone=True))),
    "reversed_not_undone": lambda world: world.change("redemption", world.use(undone=True), undone_at=None),
    "code_use_differs": lambda world: world.drop("code_use", world.row("code_use", TABLES["code_use"].c.released_at.is_(None))),
    "gift_without_transfer": _more("gift", Broken.gift),
    "transfer_without_gift": lambda world: world.drop("gift", world.gift()),
    "gift_undone_without_reversal": lambda world: world.change("gift", world.gift(), undone_at=clock.now()),
    "gift_reversed_not_undone": _gift_back,
    "pot_without_account": lambda world: world.change("pot", world.row("pot"), account_id=world.account().id),
    "budget_of_no_pot": lambda world: world.change(
        "organisation", world.row("organisation"), budget_account_id=world.row("organisation").account_id
    ),
    "float_differs": _more(
        "account", lambda world: world.row("account", TABLES["account"].c.id == float_id(world.programme_id)), "balance"
    ),
    "note_without_transfer": _more("credit_note", Broken.note),
    "note_ended_differs": lambda world: world.change("credit_note", world.note(), ended_at=clock.now()),
    "note_used_differs": lambda world: world.change("credit_note", world.note(), used_at=clock.now()),
    "note_used_and_ended": lambda world: world.change("credit_note", world.note(), used_at=clock.now(), ended_at=clock.now()),
    "places_differ": lambda world: world.add("offer_places", offer_id=world.use().offer_id, period="2001-01", taken=3),
    "places_missing": lambda world: world.change("redemption", world.use(), places_period="2001-01-01"),
    "turn_differs": _turn,
    "merged_holds_credits": lambda world: world.change(
        "volunteer", world.person(), merged_into=world.row("volunteer", TABLES["volunteer"].c.id != world.person().id).id
    ),
    "merged_into_nobody": lambda world: world.change("volunteer", world.person(), merged_into=new_id()),
    "merged_not_between_people": lambda world: world.change(
        "transfer", world.transfer_of(world.earning()), kind=TransferKind.MERGED
    ),
    "settlement_differs": lambda world: _settled(world, 60),
    "venue_days_differ": _more("venue_day", _newest("venue_day", "day")),
    "counts_differ": _more("person_month", _newest("person_month", "month")),
    "figures_differ": _more("figure", _newest("figure", "starts_on")),
}


def _settled(world: Broken, more: int) -> None:
    own = TABLES["venue_settlement"]
    changed = world.session.execute(
        update(own).where(own.c.programme_id == world.programme_id).values(minutes=own.c.minutes + more)
    )
    assert changed.rowcount


def test_each_rule_is_found_broken_and_has_words(engine: Engine) -> None:
    with transaction(engine) as session:
        programme_id = build_full_world(session, KEYRING, "https://credits.example").world.programme_id
        forget_counts(session, programme_id)  # some of that world's venue totals are made up
    at_once = timedelta(0)
    count_up(engine, programme_id, now=clock.now(), lag=at_once, figures_every=at_once)
    assert seal_programme(engine, programme_id, now=clock.now() + timedelta(hours=1))
    missed = {}
    with engine.connect() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
        assert check_everything(session, programme_id, months=None) == []
        lower_guards(connection)
        for rule, break_it in WAYS.items():
            point = connection.begin_nested()
            break_it(Broken(session, programme_id))
            found = {fault.rule for fault in check_everything(session, programme_id)}
            session.expire_all()
            point.rollback()
            if rule not in found:
                missed[rule] = found
        assert check_everything(session, programme_id, months=None) == []
    assert missed == {}


def test_every_rule_has_words_and_a_way_to_break_it() -> None:
    assert set(WAYS) == set(FAULTS)
    assert len(CHECKS) == 10
    for words in FAULTS.values():
        assert str(words.says).endswith(".")
        assert str(words.do).count(".") >= 1 or ":" in str(words.do)
    assert str(words_of("of_another_version").says) == "Of another version."
