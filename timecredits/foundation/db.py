"""The database as every layer sees it: base class, ids, column types, the tenant mixin, and transactions.

One set of models serves SQLite and PostgreSQL (design/scale.md). Ids are UUIDv7 chosen by the application; on SQLite
they are stored as 16 bytes everywhere, so that foreign keys reach the ledger's STRICT tables (docs/adr/0004).
Instants are `timestamptz` on PostgreSQL and integer microseconds on SQLite; days are `date` and ISO text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, registry
from sqlalchemy.types import TypeEngine

from timecredits.foundation import postgresql
from timecredits.foundation.ids_again import next_id
from timecredits.foundation.postgresql import ENDLESS, Patience

APPLICATION_ROLE = "timecredits_app"
"""The PostgreSQL role the application works as; it owns nothing and can't touch a balance (design/ledger.md)."""

READ_ONLY: dict[str, Any] = {"timecredits_read_only": True, "postgresql_readonly": True}
"""Execution options of a connection whose transaction must not write: what a page that is only looked at runs under."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> UUID:
    """A fresh UUIDv7: opaque in addresses, close together in an index. Not an order (design/ledger.md)."""
    return next_id()


class UuidBytes(TypeDecorator[UUID]):
    """A UUID as its 16 bytes, for SQLite."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else value.bytes

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> UUID | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else UUID(bytes=value)


class ProgrammeNumber(SmallInteger):
    """Two bytes are enough for every programme. What a key or a link says may be more, and is then no programme's.

    PostgreSQL would stop at it: it is compared with as many bytes as it needs.
    """

    def coerce_compared_value(self, op: object, value: object) -> BigInteger:  # noqa: ARG002
        """What a value that is compared with it is sent as."""
        return BigInteger()


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond. Refuses a datetime without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Integer microseconds on SQLite: sortable, 8 bytes, and allowed in a STRICT table."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // timedelta(microseconds=1) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _EPOCH + timedelta(microseconds=value)
        instant: datetime = value
        return instant.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar day without a time zone."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """ISO text on SQLite, which a STRICT table allows and a person can read."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """To the database."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """From the database."""
        return date.fromisoformat(value) if value is not None and dialect.name == "sqlite" else value


class Word(TypeDecorator[StrEnum]):
    """One of a StrEnum's words, stored as text. The database doesn't list them, so that adding one needs no migration."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To the database. Raises ValueError for a word that isn't one of them."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else self.words(value)


Long: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of up to 63 bits; SQLite's are that long anyway."""
Id: TypeEngine[UUID] = Uuid().with_variant(UuidBytes(), "sqlite")
Json: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")

Distribution = Literal["programme", "reference"]


class Base(DeclarativeBase):
    """The typed base of every model. The registry is given whole, because Flask-SQLAlchemy makes a base of its own from it."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            },
        ),
        type_annotation_map={
            UUID: Id,
            datetime: Instant(),
            date: Day(),
            str: Text(),
            int: Integer(),
            bytes: LargeBinary(),
            dict[str, Any]: Json,
            list[str]: Json,
        },
    )


REFERENCE: dict[str, Any] = {"distribution": "reference"}
TENANT: dict[str, Any] = {"distribution": "programme"}
DERIVED: dict[str, Any] = {"distribution": "programme", "derived": True}
"""Of a table that is worked out from others, and can be worked out again: not exported, and emptied before an import."""


class Shared:
    """A small table that every programme may read: programme, venue, user and sign-in (design/scale.md)."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Constraints named in `constraints`, and the kind of table it is."""
        return (*getattr(cls, "constraints", ()), {"info": REFERENCE})


class InProgramme:
    """A row that belongs to one programme. Its key is `(programme_id, id)`, so that no link can cross programmes.

    A subclass lists its unique constraints, checks and foreign keys in `constraints`; :func:`belongs_to` makes the keys. One
    that is worked out from other tables says `derived = True`.
    """

    @declared_attr
    @classmethod
    def programme_id(cls) -> Mapped[UUID]:
        """The tenant."""
        return mapped_column(ForeignKey("programme.id"), primary_key=True, sort_order=-2)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Constraints named in `constraints`, and the kind of table it is."""
        return (*getattr(cls, "constraints", ()), {"info": DERIVED if getattr(cls, "derived", False) else TENANT})


def belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    """A foreign key from `(programme_id, column)` to another table of the same programme."""
    return ForeignKeyConstraint(["programme_id", column], [f"{table}.programme_id", f"{table}.id"])


def make_engine(url: str, *, as_application: bool = True, patience: Patience = ENDLESS) -> Engine:
    """An engine with the settings of :func:`prepare`. `as_application=False` keeps the owner's rights, for migrations."""
    engine = create_engine(url)
    prepare(engine, as_application=as_application, patience=patience)
    return engine


def prepare(engine: Engine, *, as_application: bool = True, patience: Patience = ENDLESS) -> None:
    """Give every connection of `engine` the settings that the ledger rests on.

    SQLite: WAL, FULL, foreign keys, recursive triggers; a transaction that may write begins IMMEDIATE, because a read
    followed by a write in a deferred one failed 80% of the time under load (design/trust.md).
    PostgreSQL: :mod:`timecredits.foundation.postgresql`. `patience` is for pages; what runs long by its nature has none.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        postgresql.prepare(engine, role=APPLICATION_ROLE if as_application else None, patience=patience)


def _settle_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=15000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("timecredits_read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One unit of work outside the web: returning commits, raising rolls back."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
