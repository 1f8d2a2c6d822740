"""Cards, notes, posters and screens as a camera sees them: square codes drawn as printed, taken from a page, and filmed."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.real.camera import film, flags_for
from tests.spending.shop import make_card, make_note
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import QUIET_ZONE, qr_modules
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import CardParts, NoteParts, encode_card, encode_note
from timecredits.spending.posters.keeping import make_poster, poster_address
from timecredits.web.database import db

_MODULE = 8


def square_code(text: str, *, alphanumeric: bool = True) -> Image.Image:
    """A square code as on paper, at level Q."""
    rows = qr_modules(text, level="Q", alphanumeric=alphanumeric)
    side = len(rows) + 2 * QUIET_ZONE
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
    return picture.resize((side * _MODULE, side * _MODULE), Image.Resampling.NEAREST)


def picture_of(page: Page, selector: str) -> Image.Image:
    """What stands there on a screen. By its place: a code that is renewed meanwhile is another element, in the same place."""
    page.locator(selector).scroll_into_view_if_needed()
    place = page.locator(selector).bounding_box()
    assert place is not None
    return Image.open(io.BytesIO(page.screenshot(clip=place)))


def filmed(text: str, folder: Path) -> tuple[str, ...]:
    """Chromium's flags for a camera that sees this code."""
    return flags_for(film(square_code(text), folder / "code.y4m"))


def new_card(world: World, keyring: Keyring, check: SecondCheck = SecondCheck.PIN) -> str:
    """What the square code of a new card says. Within an application context; committed."""
    card: Card = make_card(db.session(), world, check)
    text = encode_card(keyring, CardParts(1, card.serial))
    db.session.commit()
    return text


def new_note(world: World, keyring: Keyring, minutes: int = 60) -> str:
    """The same of a new note."""
    note = make_note(db.session(), world, minutes)
    text = encode_note(keyring, NoteParts(1, note.serial, note.minutes, note.expires_on))
    db.session.commit()
    return text


def new_poster(world: World, keyring: Keyring, base_url: str) -> str:
    """The address on a new poster of the world's venue."""
    poster = make_poster(
        db.session(), keyring, world.programme_id, world.venue_id, poster_id=new_id(), name="Front desk", actor_id=None
    )
    address = poster_address(base_url, keyring, poster)
    db.session.commit()
    return address
