"""Notes on paper: the sheet says value, last day and number, and its square codes are read back by another decoder."""

import io
import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.real.programs import program
from tests.spending.notes.sheaf import notes_in, printed, text_of, use_by_hand
from tests.spending.shop import KEYRING, NOON, earn
from tests.web.world import World
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.qr import QUIET_ZONE, qr_modules
from timecredits.spending.notes.printing import batch_pdf, in_groups, mark_printed
from timecredits.spending.notes.register import note_number

DOTS_A_MM = 150 / 25.4


def pages_of(pdf: bytes, folder: Path) -> list[Image.Image]:
    """The pages as pictures, at 150 dots an inch."""
    (folder / "sheets.pdf").write_bytes(pdf)
    pdftoppm = program("pdftoppm", package="Poppler")
    subprocess.run([pdftoppm, "-r", "150", "-gray", "-png", "sheets.pdf", "page"], cwd=folder, check=True)  # noqa: S603
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]


def test_ten_go_on_a_sheet_and_all_are_read_back(session: Session, world: World, tmp_path: Path) -> None:
    earn(session, world, 60 * 60)
    batch = printed(session, world, count=12, minutes=90, words="Secret group at the Riverside Trust")
    pdf = batch_pdf(session, KEYRING, world.programme_id, world.organisation_id, batch.id)
    notes = notes_in(session, world, batch.id)
    pictures = pages_of(pdf, tmp_path)
    read = [each for picture in pictures for each in zxingcpp.read_barcodes(picture)]
    assert len(pictures) == 2
    assert sorted(each.text for each in read) == sorted(text_of(session, world, note) for note in notes)
    for each in read:
        corners = each.position
        assert (corners.top_right.x - corners.top_left.x) / DOTS_A_MM >= 29.5
        assert each.ec_level == "Q"


def test_a_note_says_value_last_day_and_number_and_nothing_of_anybody(session: Session, world: World) -> None:
    earn(session, world, 60 * 60)
    batch = printed(session, world, count=1, minutes=90, words="For the women's refuge")
    [note] = notes_in(session, world, batch.id)
    pdf = batch_pdf(session, KEYRING, world.programme_id, world.organisation_id, batch.id)
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(reader.pages[0].extract_text().split())
    for wanted in ("Time Credits", "1½ credits", "Good until 21 November 2027", note_number(note.serial), in_groups(note.code)):
        assert wanted in text, (wanted, text)
    assert "It works once." in text
    for never in ("Riverside", "Siân", "O'Neill", "Fenland", "refuge", "Trust"):
        assert never not in text
    assert not reader.attachments
    assert b"Riverside" not in pdf


def test_the_code_has_the_size_that_was_measured(session: Session, world: World) -> None:
    earn(session, world, 60)
    [note] = notes_in(session, world, printed(session, world, count=1).id)
    assert len(qr_modules(text_of(session, world, note), level="Q", alphanumeric=True)) == 49
    assert 36 * 49 / (49 + 2 * QUIET_ZONE) >= 30  # millimetres, as the template draws it


def test_used_notes_are_not_printed_again(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world, count=2)
    first, second = notes_in(session, world, batch.id)
    use_by_hand(session, world, first.id, 60)
    args = session, KEYRING, world.programme_id, world.organisation_id, batch.id
    numbers = re.findall(r"\d{3} \d{3} \d{3}", PdfReader(io.BytesIO(batch_pdf(*args))).pages[0].extract_text())
    assert set(numbers) == {note_number(second.serial)}
    with pytest.raises(RuleError, match="nothing to print"):
        batch_pdf(*args, [first.id])
    use_by_hand(session, world, second.id, 60)
    with pytest.raises(RuleError, match="nothing to print"):
        batch_pdf(*args)


def test_the_same_sheet_on_the_same_day_has_the_same_bytes(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world, count=2)
    args = session, KEYRING, world.programme_id, world.organisation_id, batch.id
    assert batch_pdf(*args) == batch_pdf(*args)


def test_printing_is_kept_with_its_day(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world)
    mark_printed(session, world.programme_id, world.organisation_id, batch.id, actor_id=None)
    session.refresh(batch)
    assert batch.printed_at == NOON
    with pytest.raises(NotFoundError):
        mark_printed(session, world.programme_id, world.other_organisation_id, batch.id, actor_id=None)
    with pytest.raises(NotFoundError):
        batch_pdf(session, KEYRING, world.programme_id, world.other_organisation_id, batch.id)
