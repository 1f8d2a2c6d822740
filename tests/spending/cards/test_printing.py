"""The printed sheets, read back with other people's tools: what can be scanned and read is the cards' own codes, and no more."""

import subprocess
from datetime import date
from pathlib import Path

import page
import pytest
import zxingcpp
from PIL import Image

from tests.real.programs import program
from tests.spending.shop import KEYRING
from timecredits.foundation.db import new_id
from timecredits.spending.cards.printing import CardFace, in_groups, print_cards
from timecredits.spending.codes import CardParts, decode, encode_card
from timecredits.spending.typed_codes import new_serial

DAY = date(2026, 11, 21)
NAMES = ["Siân O.", "", "محمد ع.", "Wilhelmina-Alexandrina F."]
DPI = 150
MM = 25.4


def faces_of(count: int) -> list[CardFace]:
    return [
        CardFace(
            new_id(),
            NAMES[number % len(NAMES)],
            f"{number:04}ABCD",
            encode_card(KEYRING, CardParts(7, new_serial())),
        )
        for number in range(count)
    ]


def sheets(content: bytes, folder: Path) -> list[Path]:
    (folder / "cards.pdf").write_bytes(content)
    pdftoppm = program("pdftoppm", package="Poppler")
    subprocess.run([pdftoppm, "-r", str(DPI), "-gray", "-png", "cards.pdf", "sheet"], cwd=folder, check=True)  # noqa: S603
    return sorted(folder.glob("sheet*.png"))


def text_of(content: bytes) -> str:
    pdftotext = program("pdftotext", package="Poppler")
    return subprocess.run([pdftotext, "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()  # noqa: S603


def codes_on(sheet: Path) -> dict[tuple[int, int], tuple[str, float]]:
    """By (row, column) of its middle: what a square code says, and how wide it is in millimetres."""
    found = {}
    with Image.open(sheet) as picture:
        for code in zxingcpp.read_barcodes(picture):
            corners = code.position
            x = (corners.top_left.x + corners.bottom_right.x) / 2 / DPI * MM
            y = (corners.top_left.y + corners.bottom_right.y) / 2 / DPI * MM
            width = (corners.top_right.x - corners.top_left.x) / DPI * MM
            found[int((y - 13.5) // 54), int((x - 20) // 85)] = (code.text, width)
    return found


def test_every_card_has_its_code_on_both_sides_where_the_sides_meet(tmp_path: Path) -> None:
    faces = faces_of(23)
    content, nameless = print_cards(faces, day=DAY)
    assert nameless == []
    pages = sheets(content, tmp_path)
    assert len(pages) == 6
    for sheet in range(3):
        on_sheet = faces[sheet * 10 : sheet * 10 + 10]
        front, back = codes_on(pages[2 * sheet]), codes_on(pages[2 * sheet + 1])
        assert len(front) == len(back) == len(on_sheet)
        for place, face in enumerate(on_sheet):
            row, column = divmod(place, 2)
            assert front[row, column][0] == back[row, 1 - column][0] == face.qr_text
            assert isinstance(decode(KEYRING, front[row, column][0]), CardParts)
            assert front[row, column][1] > 25
            assert back[row, 1 - column][1] > 25


def test_a_card_says_nothing_but_what_it_must() -> None:
    faces = faces_of(4)
    text = text_of(print_cards(faces, day=DAY)[0])
    for face in faces:
        assert text.count(in_groups(face.code)) == 2, "on both sides"
    assert "Siân O." in text
    assert text.count("Time Credits") == len(faces)
    for banned in ("Fenland", "Riverside", "programme", "volunteer", "balance", "credit balance", "PIN", "http"):
        assert banned not in text, banned


def test_the_file_is_archivable_and_accessible() -> None:
    content = print_cards(faces_of(12), day=DAY)[0]
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(content, profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


def test_a_name_that_no_font_has_is_left_out_and_told_of() -> None:
    first, second, third = faces_of(3)
    odd = CardFace(first.card_id, "Zoë \U0001f984", first.code, first.qr_text)
    content, nameless = print_cards([odd, second, third], day=DAY)
    assert nameless == [odd.card_id]
    assert "Zoë" not in text_of(content)
    assert in_groups(odd.code) in text_of(content)


@pytest.mark.parametrize("name", ["W" * 100, "Anne " * 20, "<b>#strong[x]</b> $1$"])
def test_an_odd_name_stays_on_its_card(name: str, tmp_path: Path) -> None:
    faces = [CardFace(face.card_id, name, face.code, face.qr_text) for face in faces_of(10)]
    pages = sheets(print_cards(faces, day=DAY)[0], tmp_path)
    assert len(pages) == 2
    assert [codes_on(sheet)[0, 0][0] for sheet in pages] == [faces[0].qr_text, faces[1].qr_text]


def test_the_same_cards_give_the_same_file() -> None:
    faces = faces_of(11)
    assert print_cards(faces, day=DAY) == print_cards(faces, day=DAY)
