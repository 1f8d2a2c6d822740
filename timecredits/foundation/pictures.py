"""Pictures that people send: read with care, and made anew, so that nothing of the file but what is seen is kept.

A photo tells more than it shows: where it was taken, on what phone, a smaller picture of what was cut away. So the pixels are
copied into a new JPEG. A small file can also hold a picture that fills the memory: its size is read, and judged, before that.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence

__all__ = ["MOST_BYTES", "MOST_PIXELS", "MadePicture", "make_picture"]

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 1200
SHORTEST_SIDE = 40

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
# What Pillow raises for a file that is broken, cut off, or made to hurt; its faults have no common class.
_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, slots=True)
class MadePicture:
    """A picture of our own making: JPEG without metadata, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def make_picture(content: bytes, *, longest_side: int = LONGEST_SIDE) -> MadePicture:
    """Make a picture from the bytes of a JPEG, PNG or WebP file, upright, at most `longest_side` pixels long.

    Raises RuleError (field `picture`) for anything else, for more than 5 MB or 25 million pixels, and for a tiny one.
    """
    if not content:
        raise _refused(Sentence("That file is empty. Nothing was saved. Choose a picture."))
    if len(content) > MOST_BYTES:
        raise _refused(Sentence("That picture is too big. Nothing was saved. Choose one of 5 MB or less."))
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            _check_size(opened.size)
            pixels = _pixels(opened, longest_side)
    except _FAULTS as fault:
        raise _refused(Sentence("We could not read that picture. Nothing was saved. Choose a JPEG, PNG or WebP file.")) from fault
    made = BytesIO()
    pixels.save(made, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return MadePicture(made.getvalue(), *pixels.size)


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _refused(Sentence("That picture has too many dots. Nothing was saved. Choose a smaller one."))
    if min(size) < SHORTEST_SIDE:
        raise _refused(Sentence("That picture is too small to see much. Nothing was saved. Choose a bigger one."))


def _pixels(opened: Image.Image, longest_side: int) -> Image.Image:
    """The first picture of the file, upright and no larger than wanted, in an image that knows nothing of the file."""
    opened.draft("RGB", (longest_side, longest_side))  # a JPEG decodes faster at half or a quarter of its size
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    pixels = Image.new("RGB", upright.size, "white")
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        pixels.paste(upright, mask=upright.getchannel("A"))
    else:
        pixels.paste(upright.convert("RGB"))
    return pixels


def _refused(sentence: Sentence) -> RuleError:
    return RuleError(sentence, field="picture")
