"""Printing as a job: who has no card gets one, everybody's goes into one file, and a job begun again prints the same cards."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.spending.cards.test_issuing import make
from tests.spending.shop import KEYRING, NOON
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import forget_files, has_file, read_file
from timecredits.foundation.jobs import JobState, find_job, run_waiting, try_again
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards import card_jobs
from timecredits.spending.cards.card_jobs import ask_for_cards, handlers
from timecredits.spending.cards.listing import Showing, count_cards, list_cards
from timecredits.spending.cards.stopping import CardEnd, stop_card


@pytest.fixture
def made(engine: Engine, noon: None) -> tuple[Engine, World, list[UUID]]:  # noqa: ARG001  the clock stands
    """A world with one card, and two people who have none."""
    with transaction(engine) as session:
        world = build_world(session)
        make(session, world)
        people = [
            enrol_volunteer(session, world.programme_id, world.organisation_id, first_name=name).volunteer.id
            for name in ("Zoë", "Ali")
        ]
    return engine, world, people


def ask(session: Session, world: World, **wanted: Any) -> UUID:
    values = {"job_id": new_id(), "actor_id": world.users["coordinator"]} | wanted
    return ask_for_cards(session, world.programme_id, world.organisation_id, **values)


def run(engine: Engine, world: World, **wanted: Any) -> tuple[UUID, JobState]:
    with transaction(engine) as session:
        job_id = ask(session, world, **wanted)
    run_waiting(engine, handlers(KEYRING))
    with transaction(engine) as session:
        return job_id, find_job(session, world.programme_id, job_id, organisation_id=world.organisation_id)


def test_people_without_a_card_get_one_and_it_is_printed(made: tuple[Engine, World, list[UUID]]) -> None:
    engine, world, people = made
    job_id, job = run(engine, world, showing=Showing.NONE)
    assert (job.fault, job.done, job.total) == (None, 2, 2)
    assert job.outcome == {"cards": 2, "made": 2, "nameless": 0}
    with transaction(engine) as session:
        file = read_file(session, world.programme_id, job_id, organisation_id=world.organisation_id)
        assert file.content.startswith(b"%PDF")
        assert (file.media_type, file.filename) == ("application/pdf", "cards-2026-11-21.pdf")
        cards = {card.volunteer_id: card for card in session.scalars(select(Card))}
        assert {cards[each].printed_at for each in people} == {NOON}
        assert {cards[each].check for each in people} == {SecondCheck.PIN}
        assert cards[world.volunteer_id].printed_at is None
        counts = count_cards(session, world.programme_id, world.organisation_id)
        assert (counts.people, counts.cards, counts.unprinted, counts.without_pin) == (3, 3, 1, 2)
        with pytest.raises(NotFoundError):
            read_file(session, world.programme_id, job_id, organisation_id=world.other_organisation_id)


def test_those_still_to_be_printed_and_then_all_once_more(made: tuple[Engine, World, list[UUID]]) -> None:
    engine, world, people = made
    assert run(engine, world, showing=Showing.UNPRINTED)[1].outcome == {"cards": 1, "made": 0, "nameless": 0}
    with transaction(engine) as session, pytest.raises(RuleError):
        ask(session, world, showing=Showing.UNPRINTED)
    assert run(engine, world)[1].outcome == {"cards": 1, "made": 0, "nameless": 0}
    ticked = [world.volunteer_id, people[0], world.other_volunteer_id]
    assert run(engine, world, volunteer_ids=ticked)[1].outcome == {"cards": 2, "made": 1, "nameless": 0}


def test_a_job_that_failed_and_is_begun_again_makes_no_second_card(
    made: tuple[Engine, World, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, world, _people = made
    real = card_jobs.print_cards

    def jammed(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError("paper")

    monkeypatch.setattr(card_jobs, "print_cards", jammed)
    job_id, job = run(engine, world, showing=Showing.NONE)
    for _ in range(3):
        run_waiting(engine, handlers(KEYRING))
    with transaction(engine) as session:
        job = find_job(session, world.programme_id, job_id, organisation_id=world.organisation_id)
        assert (job.fault, job.finished) == ("OSError", True)
        before = {card.id for card in session.scalars(select(Card))}
        assert not has_file(session, world.programme_id, job_id)
        try_again(session, world.programme_id, job_id, organisation_id=world.organisation_id)
    monkeypatch.setattr(card_jobs, "print_cards", real)
    run_waiting(engine, handlers(KEYRING))
    with transaction(engine) as session:
        job = find_job(session, world.programme_id, job_id, organisation_id=world.organisation_id)
        assert job.outcome == {"cards": 2, "made": 2, "nameless": 0}
        assert {card.id for card in session.scalars(select(Card))} == before
        assert len(before) == 3


def test_a_card_stopped_meanwhile_is_neither_printed_nor_made_anew(made: tuple[Engine, World, list[UUID]]) -> None:
    engine, world, _people = made
    with transaction(engine) as session:
        job_id = ask(session, world)
        stop_card(session, world.programme_id, world.volunteer_id, CardEnd.NOT_WANTED, organisation_id=None, actor_id=None)
    run_waiting(engine, handlers(KEYRING))
    with transaction(engine) as session:
        job = find_job(session, world.programme_id, job_id, organisation_id=world.organisation_id)
        assert job.fault == "refused"
        assert job.outcome == {"sentence": "These cards were all stopped meanwhile. Nothing was printed."}
        assert session.scalars(select(Card).where(Card.ended_at.is_(None))).all() == []


def test_the_file_goes_after_a_day(made: tuple[Engine, World, list[UUID]]) -> None:
    engine, world, _people = made
    job_id, _job = run(engine, world)
    with transaction(engine) as session:
        assert forget_files(session, world.programme_id, clock.now()) == 0
        assert forget_files(session, world.programme_id, clock.now().replace(minute=1)) == 1
        with pytest.raises(NotFoundError):
            read_file(session, world.programme_id, job_id, organisation_id=world.organisation_id)


def test_the_list_finds_and_narrows(session: Session, world: World) -> None:
    here = world.programme_id, world.organisation_id
    card = make(session, world)
    for number in range(30):
        enrol_volunteer(session, *here, first_name=f"Person {number:02}", number=f"N{number}")
    first, last = list_cards(session, *here, page=1), list_cards(session, *here, page=99)
    assert (first.found, first.pages, len(first.people), last.page, len(last.people)) == (31, 2, 25, 2, 6)
    [found] = list_cards(session, *here, search="sian v1").people
    assert (found.card_id, found.check, found.needs_pin, found.printed_at) == (card.id, SecondCheck.PIN, False, None)
    assert list_cards(session, *here, showing=Showing.NONE).found == 30
    assert list_cards(session, *here, showing=Showing.UNPRINTED).found == 1
    assert list_cards(session, *here, showing=Showing.LOCKED).found == 0
    assert list_cards(session, *here, showing=Showing.PIN).found == 0
    assert list_cards(session, *here, search="%_").found == 0
    assert list_cards(session, world.programme_id, world.other_organisation_id).found == 1
