"""Pictures of codes as a till's camera gets them: blurred, tilted, in poor light, under glare, small, stained.

Made here from genuine codes, the same ones every time (a seeded generator), each with what it says. 640 by 480, in grey: what the
page hands to its reader.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from tests.fuzz.codes import EXAMPLES
from timecredits.foundation.qr import QUIET_ZONE, Level, qr_modules

WIDTH, HEIGHT = 640, 480
LEVELS: dict[str, Level] = {"live": "M", "card": "Q", "note": "Q"}
STEPS = 4
"""How bad each mishap gets, from 1 to this."""

Mishap = Callable[[Image.Image, int, random.Random], Image.Image]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: which kind of code, what happened to it and how badly, what it should be read as."""

    kind: str
    mishap: str
    step: int
    says: str
    image: Image.Image


def pictures() -> Iterator[Picture]:
    """Every kind of code through every mishap at every step."""
    for kind, text in EXAMPLES.items():
        for name, spoil in MISHAPS.items():
            for step in range(1, STEPS + 1):
                chance = random.Random(f"{kind} {name} {step}")  # noqa: S311  the same picture every time
                yield Picture(kind, name, step, text, spoil(_printed(kind, text), step, chance).convert("L"))


def _printed(kind: str, text: str) -> Image.Image:
    """The code on its white plate, ten pixels a module: a sharp print."""
    rows = qr_modules(text, level=LEVELS[kind], alphanumeric=True)
    side = len(rows) + 2 * QUIET_ZONE
    plate = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                plate.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
    return plate.resize((side * 10, side * 10), Image.Resampling.NEAREST)


def _in_view(plate: Image.Image, side: int, chance: random.Random, *, angle: float = 0.0) -> Image.Image:
    """The plate held into the picture, a little off the middle, before a grey room."""
    held = plate.resize((side, side), Image.Resampling.LANCZOS)
    room = Image.new("L", (WIDTH, HEIGHT), 128)
    shape = Image.new("L", held.size, 255)
    if angle:
        held, shape = (each.rotate(angle, Image.Resampling.BICUBIC, expand=True) for each in (held, shape))
    left = (WIDTH - held.width) // 2 + chance.randint(-20, 20)
    top = (HEIGHT - held.height) // 2 + chance.randint(-15, 15)
    room.paste(held, (left, top), shape)
    return room


def _blur(plate: Image.Image, step: int, chance: random.Random) -> Image.Image:
    return _in_view(plate, 360, chance).filter(ImageFilter.GaussianBlur(0.6 * step))


def _tilt(plate: Image.Image, step: int, chance: random.Random) -> Image.Image:
    """Turned in the hand, and leaning away on one side."""
    view = _in_view(plate, 330, chance, angle=chance.choice((-1, 1)) * 9 * step)
    lean = 0.05 * step
    # The eight numbers of a view from the side: x' = (ax + by + c) / (gx + hy + 1).
    across = (1 + lean, 0.0, -lean * WIDTH / 2, 0.0, 1 + lean, -lean * HEIGHT / 2, lean / WIDTH, 0.0)
    return view.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, across, Image.Resampling.BICUBIC, fillcolor=128)


def _low_light(plate: Image.Image, step: int, chance: random.Random) -> Image.Image:
    """Dark, flat, and grainy."""
    view = ImageEnhance.Contrast(_in_view(plate, 360, chance)).enhance(1 - 0.17 * step)
    view = ImageEnhance.Brightness(view).enhance(1 - 0.18 * step)
    grain = Image.frombytes("L", view.size, chance.randbytes(WIDTH * HEIGHT)).point(
        [int(each * 0.03 * step) for each in range(256)]
    )
    return ImageChops.add(view, grain)


def _glare(plate: Image.Image, step: int, chance: random.Random) -> Image.Image:
    """A lamp in the lamination: white in the middle of the spot, fading out."""
    view = _in_view(plate, 360, chance)
    size = 28 + 22 * step
    x, y = WIDTH // 2 + chance.randint(-90, 90), HEIGHT // 2 + chance.randint(-90, 90)
    spot = Image.new("L", view.size, 0)
    ImageDraw.Draw(spot).ellipse((x - size, y - size // 2, x + size, y + size // 2), fill=235)
    spot = spot.filter(ImageFilter.GaussianBlur(size / 3))
    return Image.composite(Image.new("L", view.size, 255), view, spot)


def _small(plate: Image.Image, step: int, chance: random.Random) -> Image.Image:
    """Held far away: from 3.4 pixels a module down to 1.9, with the softness of a lens."""
    modules = plate.width / 10
    return _in_view(plate, int(modules * (3.9 - 0.5 * step)), chance).filter(ImageFilter.GaussianBlur(0.4))


def _stained(plate: Image.Image, step: int, chance: random.Random) -> Image.Image:
    """Coffee, ink and a fold."""
    spoilt = plate.copy()
    draw, side = ImageDraw.Draw(spoilt), plate.width
    for _ in range(2 * step):
        x, y, size = chance.randint(0, side), chance.randint(0, side), int(side * (0.015 + 0.006 * step))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=chance.choice((20, 90, 230)))
    fold = chance.randint(side // 3, 2 * side // 3)
    draw.line((0, fold, side, fold + side // 20), fill=200, width=step * 2)
    return _in_view(spoilt, 360, chance)


MISHAPS: dict[str, Mishap] = {
    "blur": _blur,
    "tilt": _tilt,
    "low light": _low_light,
    "glare": _glare,
    "small": _small,
    "stained": _stained,
}
