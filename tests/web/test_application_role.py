"""Pages, jobs and commands work as the application's role, also where an owner's address is all they were given."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from timecredits.app import create_app
from timecredits.commands.database import open_engine
from timecredits.web.database import db, is_away

WHO = text("SELECT current_user")
WALLED = text("SELECT row_security_active('account')")


@pytest.mark.postgresql
@pytest.mark.parametrize("is_set", [True, False])
def test_nobody_who_answers_works_as_the_owner(postgresql_url: str, monkeypatch: pytest.MonkeyPatch, *, is_set: bool) -> None:
    owner = postgresql_url if is_set else ""
    app = create_app(
        {"DATABASE_URL": postgresql_url, "MIGRATE_DATABASE_URL": owner, "TESTING": True, "TIMECREDITS_ENV": "demo"},
    )
    with app.app_context():
        assert (db.session.scalar(WHO), db.session.scalar(WALLED)) == ("timecredits_app", True)
        db.session.rollback()
        db.engine.dispose()
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    monkeypatch.setenv("MIGRATE_DATABASE_URL", owner)
    engine = open_engine()
    with Session(engine) as session:
        assert (session.scalar(WHO), session.scalar(WALLED)) == ("timecredits_app", True)
    engine.dispose()


@pytest.mark.postgresql
def test_a_statement_that_took_too_long_is_a_fault_of_ours_and_no_outage(postgresql_url: str) -> None:
    app = create_app({"DATABASE_URL": postgresql_url, "TESTING": True, "TIMECREDITS_ENV": "demo"})
    with app.app_context():
        db.session.execute(text("SET LOCAL statement_timeout = 50"))
        with pytest.raises(OperationalError) as caught:
            db.session.execute(text("SELECT pg_sleep(20)"))
        db.session.rollback()
        db.engine.dispose()
    assert not is_away(caught.value)
