"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.programme import (
    outcomes,
    phone_check,
    pots,
    pots_moving,
    presets,
    settings,
    summary,
    tokens,
    uses,
    uses_tills,
    venues,
)
from timecredits.web.programme.blueprint import blueprint

__all__ = [
    "blueprint",
    "outcomes",
    "phone_check",
    "pots",
    "pots_moving",
    "presets",
    "settings",
    "summary",
    "tokens",
    "uses",
    "uses_tills",
    "venues",
]
