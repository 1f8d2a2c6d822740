"""The sample data: made once for this file, by the same call that the demo makes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from tests.page_client import PageClient
from timecredits.app import create_app
from timecredits.demo.books import check_sample_books
from timecredits.demo.cards import DEMO_PIN, demo_card_code
from timecredits.demo.people import DOMAIN, demo_links, demo_people
from timecredits.demo.reports import count_sample_reports
from timecredits.demo.sample import make_sample_data
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.keys import Keyring
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.insight.books.check_everything import check_everything
from timecredits.insight.books.trial_balance import add_up
from timecredits.insight.programme_summary import programme_summary
from timecredits.insight.reports.reading import list_years
from timecredits.ledger.models import Account, AccountKind
from timecredits.network.models import Programme, ProgrammeVenue, User, Volunteer
from timecredits.network.programmes import create_programme
from timecredits.spending.card_models import Card
from timecredits.spending.models import Redemption
from timecredits.spending.offline.gaps import find_gaps
from timecredits.spending.offline.use_lists import count_uses
from timecredits.web.database import db

SECRET = "a-secret-for-tests-0123456789abcdef"


@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        assert make_sample_data(session, Keyring.from_secret(SECRET), "http://127.0.0.1:8000", tell=lambda _line: None)
    engine.dispose()
    return f"sqlite:///{path}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def app(url: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET, "TIMECREDITS_ENV": "demo", "TESTING": True})
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_year_of_a_programme_whose_books_add_up(engine: Engine) -> None:
    count_sample_reports(engine)
    check_sample_books(engine)
    with transaction(engine) as session:
        programme = session.scalars(select(Programme)).one()
        assert programme.is_demo
        assert check_everything(session, programme.id, months=None) == []
        summary = programme_summary(session, programme.id, list_years(session, programme.id)[0])
        assert summary.people == 62  # and one who asked to be in touch and was enrolled; one of two second records is merged
        assert summary.checked is not None
        assert summary.checked.faults == ()
        assert summary.checked.total == 0
        assert summary.organisations.lines
        assert summary.venues.lines
        assert sum(add_up(session, programme.id).values()) == 0
        there = select(HourEntry.organisation_id).where(HourEntry.programme_id == programme.id).distinct()
        assert len(session.scalars(there).all()) == 5
        used = select(Redemption.venue_id).where(Redemption.undone_at.is_(None)).distinct()
        places = select(func.count()).select_from(ProgrammeVenue).where(ProgrammeVenue.programme_id == programme.id)
        assert len(session.scalars(used).all()) == session.scalar(places)
        first, last = session.execute(select(func.min(HourEntry.done_on), func.max(HourEntry.done_on))).one()
        assert (last - first).days > 300
        assert last <= clock.today()
        assert session.scalar(select(func.count()).select_from(HourCorrection)) == 2
        assert session.scalar(select(func.count()).where(Redemption.undone_at.is_not(None))) == 1


def test_nobody_could_be_real(engine: Engine) -> None:
    with transaction(engine) as session:
        addresses = session.scalars(select(User.email).where(User.email.is_not(None))).all()
        assert addresses
        assert all(address.endswith((f"@{DOMAIN}", ".example")) for address in addresses)


def test_a_newcomer_has_nothing_yet(engine: Engine) -> None:
    with transaction(engine) as session:
        newcomer = next(person for person in demo_people(session) if person.slug == "new-volunteer")
        balance = session.scalar(
            select(Account.balance)
            .join(Volunteer, (Volunteer.programme_id == Account.programme_id) & (Volunteer.account_id == Account.id))
            .where(Volunteer.user_id == newcomer.user_id, Account.kind == AccountKind.VOLUNTEER)
        )
        assert balance == 0


def test_a_second_time_nothing_is_made(engine: Engine) -> None:
    with transaction(engine) as session:
        before = session.scalar(select(func.count()).select_from(HourEntry))
        assert not make_sample_data(session, Keyring.from_secret(SECRET), "http://127.0.0.1:8000", tell=lambda _line: None)
        assert session.scalar(select(func.count()).select_from(HourEntry)) == before


def test_each_link_makes_a_visitor_somebody(engine: Engine, app: Flask) -> None:
    with transaction(engine) as session:
        links = demo_links(session, "")
    assert [who for who, _link in links] == [
        "Volunteer",
        "New volunteer",
        "Volunteer with a card",
        "Coordinator",
        "Venue till",
        "Venue manager",
        "Programme manager",
        "Employer",
    ]
    for _who, link in links:
        page = PageClient(app).get(link)
        assert page.path != "/sign-in"


def test_something_was_saved_with_no_signal(engine: Engine) -> None:
    """One visit counted, others wait for the coordinator, and a number never came."""
    with transaction(engine) as session:
        programme_id = session.scalars(select(Programme.id)).one()
        assert count_uses(session, programme_id) == 2
        assert session.scalar(select(func.count()).where(Redemption.arrived_at.is_not(None))) == 1
        assert [gap.missing for gap in find_gaps(session, programme_id)] == [1]


def test_a_visitor_can_sign_in_with_a_card(engine: Engine, app: Flask) -> None:
    with transaction(engine) as session:
        code = demo_card_code(session, session.scalars(select(Programme.id)).one())
        states = [(card.ended_at, card.printed_at, card.secret_hash, card.locked_at) for card in session.scalars(select(Card))]
    page = PageClient(app).get("/sign-in/card").submit("Sign in", code=code, pin=DEMO_PIN)
    assert page.path == "/my/"
    for place in range(4):
        assert len({state[place] is None for state in states}) == 2, "some are and some are not"


def test_a_real_programme_beside_it_ends_the_demo(engine: Engine) -> None:
    with transaction(engine) as session:
        with session.begin_nested() as attempt:
            create_programme(session, name="Real", slug="real")
            session.flush()
            assert demo_people(session) == []
            attempt.rollback()
        assert demo_people(session)
