"""QR codes are read back from their picture by a decoder that isn't the library which drew them."""

import re
import secrets
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from timecredits.foundation.qr import QUIET_ZONE, Level, QRTooLongError, qr_modules, qr_svg

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def drawn(svg: str, scale: int = 4) -> Image.Image:
    """Paint the SVG's own rectangles: what a browser shows, from nothing but the markup."""
    root = ET.fromstring(svg)  # noqa: S314 - our own markup
    side = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (side, side), 255)
    path = root.find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    assert RUN.sub("", path.attrib["d"]) == ""
    for x, y, width, back in RUN.findall(path.attrib["d"]):
        assert width == back
        picture.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    return picture.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def read(svg: str) -> bytes:
    found = zxingcpp.read_barcodes(drawn(svg))
    assert len(found) == 1
    return bytes(found[0].bytes)


@given(st.binary(min_size=1, max_size=120), st.sampled_from(["L", "M", "Q", "H"]))
@settings(max_examples=25, deadline=None)
def test_any_bytes_are_read_back(data: bytes, level: Level) -> None:
    assert read(qr_svg(data, level=level, title="Code")) == data


@given(st.text(ALPHANUMERIC, min_size=1, max_size=150))
@settings(max_examples=25, deadline=None)
def test_any_alphanumeric_text_is_read_back(text: str) -> None:
    assert read(qr_svg(text, level="Q", alphanumeric=True, title="Code")) == text.encode()


def test_text_travels_as_utf_8() -> None:
    assert read(qr_svg("Siân Łukasz", title="Code")).decode() == "Siân Łukasz"


@pytest.mark.parametrize(
    ("size", "level", "modules"),
    [(21, "M", 25), (15, "Q", 25), (78, "Q", 49)],
    ids=["live code", "card", "note"],
)
def test_our_codes_have_the_sizes_that_were_measured(size: int, level: Level, modules: int) -> None:
    text = "TC1:" + "A" * -(-size * 8 // 5)
    assert len(qr_modules(text, level=level, alphanumeric=True)) == modules


def test_alphanumeric_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(ValueError, match="can not be represented"):
        qr_modules("lower case", alphanumeric=True)


def test_more_than_a_qr_code_holds_is_refused() -> None:
    with pytest.raises(QRTooLongError, match="4000 bytes"):
        qr_modules(secrets.token_bytes(4000))


def test_the_picture_is_named_framed_and_free_of_inline_style() -> None:
    svg = qr_svg("HELLO", alphanumeric=True, title="Sam's <code> & more")
    root = ET.fromstring(svg)  # noqa: S314 - our own markup
    assert root.attrib["role"] == "img"
    assert root[0].text == "Sam's <code> & more"
    assert "style" not in svg
    assert "class" not in svg
    side = len(qr_modules("HELLO", alphanumeric=True)) + 2 * QUIET_ZONE
    assert root.attrib["viewBox"] == f"0 0 {side} {side}"
    assert len([child for child in root if child.tag.endswith("path")]) == 1
