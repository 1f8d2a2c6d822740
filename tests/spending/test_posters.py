"""A venue's posters: made, found again by what stands on them, printed again the same, and ended."""

import io
import subprocess
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.real.programs import program
from tests.spending.shop import KEYRING
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import CROCKFORD, digest
from timecredits.network.programmes import create_programme, create_venue, join_programme
from timecredits.spending.models import Till, TillKind
from timecredits.spending.posters.keeping import (
    ADDRESS,
    CODE_LENGTH,
    PURPOSE,
    _code,
    end_poster,
    find_poster,
    find_venue_poster,
    list_posters,
    make_poster,
    poster_address,
    poster_code,
)
from timecredits.spending.posters.poster_print import print_poster, write_poster_record
from timecredits.spending.tills.pairing import find_till_actor

SITE = "https://credits.example.org"


def make(session: Session, world: World, *, name: str = "Front desk", poster_id: UUID | None = None) -> Till:
    return make_poster(
        session, KEYRING, world.programme_id, world.venue_id, poster_id=poster_id or uuid4(), name=name, actor_id=None
    )


def test_it_is_found_by_its_code_however_that_is_typed(session: Session, world: World) -> None:
    poster = make(session, world, name="  Front   desk ")
    assert (poster.kind, poster.name) == (TillKind.POSTER, "Front desk")
    address = poster_address(SITE, KEYRING, poster)
    assert address == f"{SITE}{ADDRESS}{poster_code(KEYRING, poster)}"
    code = address.rpartition("/")[2]
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CROCKFORD)
    for typed in (
        code,
        code.lower(),
        f" {code[:4]} {code[4:]} ",
        f"{code[:4]}-{code[4:]}",
        code.replace("0", "o").replace("1", "l"),
    ):
        found = find_poster(session, KEYRING, typed)
        assert found is not None
        assert found.id == poster.id
    assert poster_address(SITE, KEYRING, find_venue_poster(session, world.venue_id, poster.id)) == address


@pytest.mark.parametrize("text", ["", "00000000", "ABCD", "A" * 9, "TC1:ABCD", "é" * 8, "\x00" * 8, "A" * 100_000])
def test_other_texts_lead_nowhere(session: Session, world: World, text: str) -> None:
    make(session, world)
    assert find_poster(session, KEYRING, text) is None


def test_the_same_id_twice_makes_one(session: Session, world: World) -> None:
    first = make(session, world, poster_id=(same := uuid4()))
    again = make(session, world, poster_id=same, name="Another")
    assert (first.id, again.name) == (again.id, "Front desk")
    assert len(list_posters(session, world.venue_id)) == 1
    made = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "poster made")
    assert session.scalar(made) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_it_needs_a_name(session: Session, world: World, name: str) -> None:
    with pytest.raises(RuleError) as raised:
        make(session, world, name=name)
    assert raised.value.field == "name"
    assert list_posters(session, world.venue_id) == []


def test_an_ended_one_is_found_no_more_and_ends_once(session: Session, world: World) -> None:
    poster = make(session, world)
    code = poster_code(KEYRING, poster)
    for _ in range(2):
        end_poster(session, world.programme_id, world.venue_id, poster.id, actor_id=None)
    assert find_poster(session, KEYRING, code) is None
    assert list_posters(session, world.venue_id) == []
    with pytest.raises(NotFoundError):
        find_venue_poster(session, world.venue_id, poster.id)
    ended = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "poster ended")
    assert session.scalar(ended) == 1


def test_another_venue_s_is_like_a_missing_one(session: Session, world: World) -> None:
    poster = make(session, world)
    elsewhere = create_venue(session, name="Corn Exchange", slug="corn", town="Ely")
    join_programme(session, world.programme_id, elsewhere.id)
    for poster_id in (poster.id, uuid4()):
        with pytest.raises(NotFoundError):
            find_venue_poster(session, elsewhere.id, poster_id)
        with pytest.raises(NotFoundError):
            end_poster(session, world.programme_id, elsewhere.id, poster_id, actor_id=None)
    with pytest.raises(NotFoundError):
        make_poster(session, KEYRING, world.programme_id, elsewhere.id, poster_id=poster.id, name="Mine", actor_id=None)
    other = create_programme(session, name="Other", slug="other")
    with pytest.raises(NotFoundError):
        make_poster(session, KEYRING, other.id, world.venue_id, poster_id=uuid4(), name="Mine", actor_id=None)
    assert find_poster(session, KEYRING, poster_code(KEYRING, poster)) is not None


def test_a_till_is_no_poster_and_a_poster_no_till(session: Session, world: World) -> None:
    with pytest.raises(NotFoundError):
        find_venue_poster(session, world.venue_id, world.till_id)
    with pytest.raises(NotFoundError):
        end_poster(session, world.programme_id, world.venue_id, world.till_id, actor_id=None)
    poster = make(session, world)
    code = poster_code(KEYRING, poster)
    for token in (code, f"poster/{code}", f"poster\x1f{code}", poster.token_hash.hex()):
        assert digest(token) != poster.token_hash
        assert find_till_actor(session, token) is None


def test_an_old_key_s_posters_go_on_while_it_is_listed(session: Session, world: World) -> None:
    poster = make(session, world)
    code = poster_code(KEYRING, poster)
    renewed = Keyring({1: KEYRING.secrets[1], 2: b"a-new-secret-for-tests-0123456789abc"}, current=2)
    found = find_poster(session, renewed, code)
    assert found is not None
    assert poster_address(SITE, renewed, found) == poster_address(SITE, KEYRING, poster)
    forgotten = Keyring({2: renewed.secrets[2]}, current=2)
    assert find_poster(session, forgotten, code) is None
    assert poster_address(SITE, forgotten, poster) == ""


@given(ids=st.sets(st.uuids(), min_size=2, max_size=20))
def test_each_id_has_a_code_of_its_own(ids: set[UUID]) -> None:
    assert len({_code(KEYRING.checking_keys(PURPOSE)[0], each) for each in ids}) == len(ids)


def test_the_paper_says_how_and_reads_back(session: Session, world: World, tmp_path: Path) -> None:
    poster = make(session, world)
    address = poster_address(SITE, KEYRING, poster)
    record = write_poster_record(poster, venue_name="Parkside Pool", address=address)
    content = print_poster(record)
    assert content == print_poster(record), "the same poster prints the same"
    read, draw = program("pdftotext", package="Poppler"), program("pdftoppm", package="Poppler")
    path = tmp_path / "poster.pdf"
    path.write_bytes(content)
    words = subprocess.run([read, path, "-"], check=True, capture_output=True, text=True).stdout  # noqa: S603  Poppler
    for part in ("Use your credits here", "Parkside Pool", "Front desk", address.removeprefix("https://")):
        assert part in words
    assert "Fenland" not in words, "the programme's name stands on no poster"
    drawn = subprocess.run([draw, "-r", "60", "-png", path], check=True, capture_output=True).stdout  # noqa: S603  Poppler
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    assert code.text == address
