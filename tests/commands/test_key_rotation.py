"""Putting in a new key, listing them and letting one retire, from the command line, on a file that somebody wrote in."""

import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from tests.commands.test_setting_up import said
from tests.commands.test_signing_keys import keys_in, made
from tests.web.world import build_world
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.journey.learning_models import Goal

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REMARK = "# Ask Ann before you change this.\n"


@pytest.fixture(autouse=True)
def stands() -> Iterator[None]:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A new file in which somebody wrote remarks."""
    file = tmp_path / "keys.toml"
    assert made(file, "--name", "Fenland").returncode == 0
    text = file.read_text().replace("current = 2", "current = 2  # the newest")
    file.write_text(REMARK + text.replace('1 = "SECRET_KEY"', '1 = "SECRET_KEY"  # since 2024'))
    return file


@pytest.fixture
def installation(sqlite_url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the environment says: a database, and this file of keys."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SIGNING_KEYS", str(file))
    monkeypatch.setenv("SECRET_KEY", "an application secret of the tests, 0123456789")
    return sqlite_url


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_a_rotated_key_waits_for_its_day_and_remarks_stay(file: Path) -> None:
    before = file.read_text()
    answer = made("rotate", file)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"Key 3 signs from {in_days(1)} on; until then key 2 does." in answer.stdout
    keyring = keys_in(file).keyring
    assert (keyring.current, keyring.signer()) == (3, 2)
    with clock.standing_at(NOON + timedelta(days=1)):
        assert keyring.signer() == 3
    assert file.read_text().startswith(before.replace("current = 2", "current = 3").rstrip("\n"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_from_today_it_signs_at_once_with_a_new_certificate_and_remarks_stay(file: Path) -> None:
    old = keys_in(file).documents
    assert made("rotate", file, "--from", "today").returncode == 0
    keys = keys_in(file)
    assert keys.keyring.signer() == 3
    assert keys.documents != old
    assert old is not None
    assert old.chain in keys.trusted
    assert REMARK in file.read_text()
    assert "# since 2024" in file.read_text()


def test_the_list_shows_numbers_days_and_who_signs_but_no_secret(file: Path) -> None:
    made("rotate", file, "--from", in_days(7))
    answer = made("list", file)
    assert answer.returncode == 0
    head, *rows = answer.stdout.splitlines()
    assert head.split(maxsplit=3) == ["number", "from", "retires", "what it does"]
    assert [row.split() for row in rows] == [
        ["1", "-", "-", "checks", "(SECRET_KEY)"],
        ["2", in_days(0), "-", "signs"],
        ["3", in_days(7), "-", "waits"],
    ]
    secrets = [line.split('"')[1] for line in file.read_text().splitlines() if line.startswith("secret = ")]
    assert len(secrets) == 2
    assert not [each for each in secrets if each[:12] in answer.stdout]


def test_a_key_retires_on_its_day_where_nothing_dies_with_it(file: Path, installation: str) -> None:
    assert installation
    made("rotate", file, "--from", "today")
    answer = made("retire", file, "1", "--on", in_days(30), "--yes-i-know")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"checks nothing from {in_days(30)} on" in answer.stdout
    assert "cards" in answer.stdout
    keyring = keys_in(file).keyring
    assert keyring.key("card code", 1) is not None
    with clock.standing_at(NOON + timedelta(days=30)):
        assert keyring.key("card code", 1) is None
        assert made("list", file).stdout.splitlines()[1].split()[2:4] == [in_days(30), "retired"]
    assert 'secret = "SECRET_KEY"' in file.read_text()
    assert "# since 2024" in file.read_text()


def test_a_key_that_waits_can_be_given_its_end_by_a_later_one(file: Path, installation: str) -> None:
    """A key that never signed has made nothing, so nothing dies with it."""
    assert installation
    made("rotate", file, "--from", in_days(5))
    made("rotate", file, "--from", in_days(9))
    answer = made("retire", file, "3", "--on", in_days(9))
    assert answer.returncode == 0, answer.stderr
    assert "dies" not in answer.stdout
    keyring = keys_in(file).keyring
    assert [keyring.signer(NOON + timedelta(days=days)) for days in (0, 5, 9)] == [2, 3, 4]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("retire", "1", "--on", "2027-12-01"), "cards, notes and passes, posters"),
        (("retire", "2", "--on", "2027-12-01"), "key 2 signs then. Put in a new key first"),
        (("retire", "2", "--on", "2027-12-01", "--yes-i-know"), "key 2 signs then. Put in a new key first"),
        (("retire", "7", "--on", "2027-12-01"), "there is no key 7"),
        (("retire", "2", "--on", "2026-11-23"), "signs only from 2026-11-23 on"),
        (("retire", "1", "--on", "next year"), "is no day"),
        (("retire", "1", "--on", "2026-02-30"), "is no day"),
        (("rotate", "--from", "2026-11-22"), "before today"),
        (("rotate", "--from", "soon"), "is no day"),
        (("rotate", "--name", "New"), "signs at once"),
    ],
)
def test_what_can_not_be_is_said_in_one_line_and_changes_nothing(
    file: Path, installation: str, words: tuple[str, ...], sentence: str
) -> None:
    assert installation
    before = file.read_bytes()
    answer = made(words[0], file, *words[1:])
    assert answer.returncode == 2
    assert sentence in said(answer)
    assert said(answer).startswith(str(file))
    assert said(answer).rstrip().endswith("Nothing was changed.")
    assert file.read_bytes() == before


def test_a_key_can_not_be_put_before_one_that_waits(file: Path) -> None:
    made("rotate", file, "--from", in_days(5))
    before = file.read_bytes()
    answer = made("rotate", file, "--from", in_days(4))
    assert answer.returncode == 2
    assert f"key 3 waits to sign from {in_days(5)}" in said(answer)
    assert file.read_bytes() == before


def test_a_key_that_somebody_set_aside_does_not_sign_while_the_next_one_waits(file: Path) -> None:
    file.write_text(file.read_text().replace("current = 2", "current = 1"))
    answer = made("rotate", file)
    assert answer.returncode == 2
    assert "another key than 1 would sign" in said(answer)
    assert made("rotate", file, "--from", "today").returncode == 0


def test_a_file_in_another_spelling_says_the_same_afterwards(tmp_path: Path, installation: str) -> None:
    assert installation
    file = tmp_path / "other.toml"
    secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    file.write_text(f'secrets = {{ 1 = "SECRET_KEY", 2 = "{secret}" }}\ncurrent = 0x2\n')
    file.chmod(0o600)
    before = keys_in(file).keyring
    assert made("rotate", file, "--from", "today").returncode == 0
    after = keys_in(file).keyring
    assert (after.secrets.items() > before.secrets.items(), after.signer()) == (True, 3)
    assert made("retire", file, "2", "--on", in_days(1), "--yes-i-know").returncode == 0
    assert keys_in(file).keyring.signer() == 3


def test_words_are_sealed_anew_before_their_key_retires(file: Path, installation: str) -> None:
    engine = make_engine(installation)
    with transaction(engine) as session:
        world, goal_id = build_world(session), new_id()
        session.execute(
            insert(Goal).values(
                programme_id=world.programme_id,
                id=goal_id,
                volunteer_id=world.volunteer_id,
                sealed=seal(keys_in(file).keyring, "goal", goal_id, "Learn to prune"),
                made_at=clock.now(),
            )
        )
    retire = ("retire", file, "2", "--on", in_days(9))
    made("rotate", file)
    early = made(*retire)
    assert early.returncode == 2
    assert f"key 2 signs and seals until {in_days(1)}" in said(early)
    with clock.standing_at(NOON + timedelta(days=2)):
        refused = made(*retire)
        assert refused.returncode == 2
        assert "key 2 still seals words (1 of goals). Run: timecredits signing-keys reseal" in said(refused)
        assert made("reseal").stdout == "Sealed anew with key 3: 1.\n"
        assert made("reseal").stdout == "Sealed anew with key 3: 0.\n"
        refused = made(*retire)
        assert "goals" not in said(refused)
        assert "cards" in said(refused)
        assert made(*retire, "--yes-i-know").returncode == 0
    with clock.standing_at(NOON + timedelta(days=10)), engine.connect() as connection:
        sealed = connection.execute(Goal.__table__.select()).one().sealed
        assert open_sealed(keys_in(file).keyring, "goal", goal_id, sealed) == "Learn to prune"
        assert keys_in(file).keyring.numbers() == [1, 3]
    engine.dispose()


def test_what_can_not_be_sealed_anew_is_told_with_exit_1(installation: str) -> None:
    engine = create_engine(installation)
    with transaction(make_engine(installation)) as session:
        world, goal_id = build_world(session), new_id()
        values = {"programme_id": world.programme_id, "id": goal_id, "volunteer_id": world.volunteer_id, "made_at": clock.now()}
        sealed = seal(Keyring({9: b"9" * 32}, 9), "goal", goal_id, "Lost")
        session.execute(insert(Goal).values(**values, sealed=sealed))
    answer = made("reseal")
    assert answer.returncode == 1
    assert answer.stdout == "Sealed anew with key 2: 0.\n"
    assert "Left under older keys: 1" in said(answer)
    engine.dispose()


def test_retiring_asks_the_database_and_says_so_when_it_is_away(
    file: Path, installation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installation
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    made("rotate", file, "--from", "today")
    before = file.read_bytes()
    answer = made("retire", file, "1", "--on", in_days(9), "--yes-i-know")
    assert answer.returncode == 2
    assert "The database does not answer" in said(answer)
    assert file.read_bytes() == before
