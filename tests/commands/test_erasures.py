"""Who was erased stays erased when an older backup comes back: the journal is kept outside the database, and applied."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.commands.backup_runs import backed_up, is_sqlite, run
from tests.house.full_world import FullWorld
from tests.web.world import World
from timecredits.commands.audit import audit
from timecredits.commands.backup import restore_command
from timecredits.commands.books import check_books
from timecredits.commands.erasures import erasures, keep_list
from timecredits.commands.worker import make_parts
from timecredits.foundation import clock, mail
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.backups.last_line import UnusableError
from timecredits.records.merging.merging import merge_people
from timecredits.records.models import Erasure
from timecredits.records.privacy.erasing import ask_to_erase, call_off, erase_one, find_erasure, list_waiting
from timecredits.records.privacy.erasure_list import BadListError, apply_list, read_list

New = Callable[[], str]
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
MANY = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(engine: Engine, programme_id: UUID, volunteer_id: UUID) -> UUID:
    with transaction(engine) as session:
        return ask_to_erase(session, programme_id, volunteer_id, erasure_id=new_id(), actor_id=None).id


def erase(engine: Engine, programme_id: UUID, volunteer_id: UUID) -> None:
    erasure_id = ask(engine, programme_id, volunteer_id)
    with transaction(engine) as session:
        assert erase_one(session, programme_id, erasure_id)


def person(url: str, programme_id: UUID, volunteer_id: UUID) -> Volunteer:
    engine = make_engine(url)
    with Session(engine) as session:
        found = session.get_one(Volunteer, (programme_id, volunteer_id))
    engine.dispose()
    return found


def exported(url: str, file: Path) -> Path:
    done = run(url, erasures, "export", file)
    assert done.exit_code == 0, done.output
    return file


def test_who_was_erased_since_is_erased_again(
    engine: Engine, full: FullWorld, database_url: str, new_url: New, tmp_path: Path
) -> None:
    here = (full.world.programme_id, full.world.volunteer_id)
    with transaction(engine) as session:
        for each in list_waiting(session, here[0]):
            call_off(session, here[0], each.volunteer_id, actor_id=None)
    file = backed_up(database_url, tmp_path / "backup")
    erase(engine, *here)
    listed = exported(database_url, tmp_path / "list")
    assert listed.stat().st_mode & 0o777 == 0o600
    new = new_url()
    done = run(new, restore_command, file, "--erasures", listed)
    assert (done.exit_code, "1 person was erased again" in done.stdout, done.stderr) == (0, True, "")
    back = person(new, *here)
    gone = person(database_url, *here)
    assert (back.first_name, back.last_name, back.user_id) == (gone.first_name, gone.last_name, gone.user_id)
    assert back.erased_at is not None
    assert run(new, check_books, "--every-month").exit_code == 0
    assert run(new, audit, "verify").exit_code == 0
    again = run(new, erasures, "apply", listed)
    assert (again.exit_code, "0 people were erased again" in again.stdout) == (0, True)


def test_without_a_list_it_says_plainly_what_is_to_be_done(
    engine: Engine, small: World, database_url: str, new_url: New, tmp_path: Path
) -> None:
    here = (small.programme_id, small.volunteer_id)
    file = backed_up(database_url, tmp_path / "backup")
    older = exported(database_url, tmp_path / "older")
    erase(engine, *here)
    new = new_url()
    done = run(new, restore_command, file)
    assert (done.exit_code, "timecredits erasures apply FILE" in done.stderr) == (0, True)
    assert person(new, *here).erased_at is None, "so it is, without the list"
    assert "0 people were erased again" in run(new, erasures, "apply", older).stdout, "nor by one of before"
    done = run(new, erasures, "apply", exported(database_url, tmp_path / "newer"))
    assert (done.exit_code, "1 person was erased again" in done.stdout) == (0, True)
    assert person(new, *here).erased_at is not None


def test_the_newest_list_beside_the_heads_is_found(
    engine: Engine, small: World, database_url: str, new_url: New, tmp_path: Path
) -> None:
    here = (small.programme_id, small.volunteer_id)
    folder = tmp_path / "witness"
    folder.mkdir()
    assert keep_list(engine, "", now=NOW) == 0
    with clock.standing_at(NOW):
        assert keep_list(engine, str(folder), now=NOW) == 1
        file = backed_up(database_url, tmp_path / "backup")
        erase(engine, *here)
        assert keep_list(engine, str(folder), now=NOW) == 0, "one a day"
    assert keep_list(engine, str(folder), now=LATER) == 1
    assert sorted(each.name for each in folder.iterdir()) == ["2026-03-04.erasures", "2026-03-06.erasures"]
    new = new_url()
    done = run(new, restore_command, file, WITNESS=str(folder))
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 person was erased again, as the list of 2026-03-06 10:00 (UTC) says." in done.stdout
    assert person(new, *here).erased_at is not None
    with pytest.raises(UnusableError):
        keep_list(engine, str(tmp_path / "none"), now=NOW)
    parts = make_parts(engine, mail.gateway_for("print:"), sender="a@example.org", ending=Event(), witness=str(folder))
    (part,) = [each for each in parts if each.said == "lists of erasures written outside"]
    assert (part.run(), part.run()) == (1, 0), "the worker does it, too"


def test_what_waited_and_what_was_called_off_is_as_it_was(
    engine: Engine, small: World, database_url: str, new_url: New, tmp_path: Path
) -> None:
    programme_id, one, other = small.programme_id, small.volunteer_id, small.other_volunteer_id
    ask(engine, programme_id, one)
    file = backed_up(database_url, tmp_path / "backup")
    with transaction(engine) as session:
        call_off(session, programme_id, one, actor_id=None)
    waits = ask(engine, programme_id, other)
    new = new_url()
    assert run(new, restore_command, file, "--erasures", exported(database_url, tmp_path / "list")).exit_code == 0
    restored = make_engine(new)
    with Session(restored) as session:
        assert find_erasure(session, programme_id, one) is None, "they changed their mind after the backup"
        assert [(each.id, each.volunteer_id) for each in list_waiting(session, programme_id)] == [(waits, other)]
    restored.dispose()


def test_a_record_that_was_merged_since_goes_with_the_person(
    engine: Engine, small: World, database_url: str, new_url: New, tmp_path: Path
) -> None:
    programme_id = small.programme_id
    with transaction(engine) as session:
        second = enrol_volunteer(
            session, programme_id, small.organisation_id, first_name="Second", last_name="Record", joined_on=NOW.date()
        ).volunteer.id
    file = backed_up(database_url, tmp_path / "backup")
    with transaction(engine) as session:
        ids = {"kept_id": small.volunteer_id, "gone_id": second}
        merge_people(session, programme_id, merge_id=new_id(), reason="Same card.", actor_id=None, **ids)
    erase(engine, programme_id, small.volunteer_id)
    new = new_url()
    listed = exported(database_url, tmp_path / "list")
    done = run(new, restore_command, file, "--erasures", listed)
    assert (done.exit_code, "2 people were erased again" in done.stdout) == (0, True)
    assert person(new, programme_id, second).first_name != "Second"
    again = run(new, erasures, "apply", listed)
    assert "0 people were erased again" in again.stdout
    assert run(new, audit, "verify").exit_code == 0


def test_one_of_another_id_for_the_same_person_is_the_same_erasing(engine: Engine, small: World, tmp_path: Path) -> None:
    """A list of another branch of history: restored once before, and asked for again since."""
    here = (small.programme_id, small.volunteer_id)
    waits = ask(engine, *here)
    file = exported(engine.url.render_as_string(hide_password=False), tmp_path / "list")
    lines = file.read_text().replace(str(waits), str(new_id())).replace('"done_at": null', f'"done_at": "{NOW.isoformat()}"')
    told = _resealed(tmp_path / "other", lines)
    with transaction(engine) as session:
        assert apply_list(session, read_list(told)).erased == 1
    with Session(engine) as session:
        rows = session.scalars(select(Erasure).where(Erasure.volunteer_id == here[1])).all()
        assert [(row.id, row.done_at) for row in rows] == [(waits, NOW)]


def test_programmes_of_later_are_told_of(engine: Engine, small: World, database_url: str, tmp_path: Path) -> None:
    ask(engine, small.programme_id, small.volunteer_id)
    file = exported(database_url, tmp_path / "list")
    other = _resealed(tmp_path / "other", file.read_text().replace(str(small.programme_id), str(new_id())))
    done = run(database_url, erasures, "apply", other)
    assert (done.exit_code, done.stderr) == (0, "1 of its lines are about programmes that this database doesn't hold.\n")


def test_it_holds_ids_and_days_and_nobodys_name(engine: Engine, full: FullWorld, database_url: str, tmp_path: Path) -> None:
    erase(engine, full.world.programme_id, full.world.volunteer_id)
    head, *lines, end = exported(database_url, tmp_path / "list").read_text().splitlines()
    assert len(lines) >= 1
    assert set(json.loads(head)) == {"format", "version", "at"}
    assert set(json.loads(end)) == {"end", "erasures", "sha256"}
    plain = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9T:.+-]+|asked|retention")
    for line in lines:
        for value in json.loads(line).values():
            for one in value if isinstance(value, list) else [value]:
                assert one is None or plain.fullmatch(one)


def test_a_list_that_is_not_whole_is_not_applied(
    engine: Engine, small: World, database_url: str, new_url: New, tmp_path: Path
) -> None:
    file = backed_up(database_url, tmp_path / "backup")
    erase(engine, small.programme_id, small.volunteer_id)
    ask(engine, small.programme_id, small.other_volunteer_id)
    whole = exported(database_url, tmp_path / "list").read_bytes()
    bad = tmp_path / "bad"
    few = {
        "max_examples": 200,
        "deadline": None,
        "derandomize": True,
        "suppress_health_check": [HealthCheck.function_scoped_fixture],
    }

    @settings(**few)
    @given(place=st.integers(0, len(whole) - 1), other=st.integers(1, 255))
    def try_one(place: int, other: int) -> None:
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ other]) + whole[place + 1 :]):
            bad.write_bytes(content)
            with pytest.raises(BadListError):
                read_list(bad)

    try_one()
    lines = whole.splitlines(keepends=True)
    bad.write_bytes(b"".join([lines[0], *lines[2:]]))
    new = new_url()
    for path in (bad, tmp_path / "none", file):
        said = run(new, restore_command, file, "--erasures", path)
        assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
        assert run(database_url, erasures, "apply", path).exit_code == 2
    if is_sqlite(new):
        assert not Path(new.removeprefix("sqlite:///")).exists()
    assert len(read_list(tmp_path / "list").erasures) == 2


def test_a_list_that_is_there_is_not_written_over(sqlite_url: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    said = run(sqlite_url, erasures, "export", mine)
    assert (said.exit_code, mine.read_text()) == (2, "mine")
    assert run(sqlite_url, erasures, "export", tmp_path / "no" / "list").exit_code == 2


def _resealed(file: Path, text: str) -> Path:
    """A list of these lines, with a last line that fits them."""
    lines = text.splitlines(keepends=True)[:-1]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    end = json.dumps({"end": True, "erasures": len(lines) - 1, "sha256": digest})
    file.write_text("".join([*lines, f"{end}\n"]))
    return file
