"""Pictures are made anew: nothing of the file but what is seen; what hurts or is no picture is turned down."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from timecredits.foundation.errors import RuleError
from timecredits.foundation.pictures import MOST_BYTES, make_picture

SECRET = b"52.2053,0.1218 taken by somebody"


def file_of(kind: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **saved: Any) -> bytes:
    made = BytesIO()
    Image.new(mode, size, "white" if mode != "P" else 0).save(made, kind, **saved)
    return made.getvalue()


def told(jpeg: bytes) -> Image.Image:
    picture = Image.open(BytesIO(jpeg))
    picture.load()
    return picture


def refused(content: bytes) -> str:
    with pytest.raises(RuleError) as refusal:
        make_picture(content)
    assert refusal.value.field == "picture"
    return str(refusal.value.sentence)


def photo_with_everything() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # a description
    exif[0x0110] = "A phone"
    exif.get_ifd(0x8825)[2] = (52.0, 12.0, 19.0)  # where it was taken
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return file_of("JPEG", exif=exif, comment=SECRET, icc_profile=profile, xmp=SECRET)


def test_nothing_is_kept_of_a_photo_but_the_photo() -> None:
    content = photo_with_everything()
    assert SECRET in content
    made = make_picture(content)
    picture = told(made.jpeg)
    assert (picture.format, picture.size) == ("JPEG", (made.width, made.height))
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    for trace in (SECRET, b"Exif", b"ICC_PROFILE", b"A phone", b"adobe"):
        assert trace not in made.jpeg, trace


def test_words_in_a_png_are_gone_too() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET.decode())
    assert SECRET not in make_picture(file_of("PNG", pnginfo=words)).jpeg


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_are_read(kind: str) -> None:
    made = make_picture(file_of(kind))
    assert (made.width, made.height) == (300, 200)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "I;16"])
def test_every_way_to_keep_colours_is_read(mode: str) -> None:
    assert told(make_picture(file_of("PNG", mode=mode)).jpeg).mode == "RGB"


def test_what_is_see_through_becomes_white() -> None:
    made = BytesIO()
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(made, "PNG")
    assert told(make_picture(made.getvalue()).jpeg).getpixel((30, 30)) == (255, 255, 255)


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = make_picture(file_of("JPEG", exif=exif))
    assert (made.width, made.height) == (200, 300)


def test_a_large_one_is_made_smaller() -> None:
    made = make_picture(file_of("JPEG", (4000, 3000)), longest_side=640)
    assert (made.width, made.height) == (640, 480)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_kinds_are_turned_down(kind: str) -> None:
    assert "JPEG, PNG or WebP" in refused(file_of(kind))


def test_a_drawing_with_scripts_in_it_is_turned_down() -> None:
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert "JPEG, PNG or WebP" in refused(svg)


def test_too_many_bytes_are_turned_down_unread() -> None:
    assert "5 MB or less" in refused(file_of("JPEG") + b"\0" * MOST_BYTES)


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5001, 5000), (10_000, 9_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_with_a_huge_picture_is_turned_down_before_it_is_read(size: tuple[int, int]) -> None:
    assert "Nothing was saved." in refused(png_that_says(*size))


def test_the_largest_that_may_be_is_read() -> None:
    assert make_picture(file_of("PNG", (5000, 5000), mode="L")).width == 1200


def test_words_packed_to_fill_the_memory_are_turned_down() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("bomb", "x" * 80_000_000, zip=True)
    content = file_of("PNG", pnginfo=words)
    assert len(content) < MOST_BYTES
    try:
        made = make_picture(content)
    except RuleError:
        return
    assert len(made.jpeg) < 100_000


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_turned_down(content: bytes) -> None:
    refused(content)


def test_a_tiny_one_is_turned_down() -> None:
    assert "too small" in refused(file_of("PNG", (30, 300)))


def test_a_file_cut_off_is_turned_down() -> None:
    noise = Image.effect_noise((400, 400), 90)
    made = BytesIO()
    noise.save(made, "JPEG")
    refused(made.getvalue()[: len(made.getvalue()) // 2])


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_broken_file_never_crashes(kind: str, data: st.DataObject) -> None:
    content = bytearray(file_of(kind, (60, 60)))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = make_picture(bytes(content))
    except RuleError:
        return
    assert told(made.jpeg).format == "JPEG"
