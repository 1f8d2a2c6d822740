"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.programme import (
    concerns,
    leads,
    outcomes,
    phone_check,
    pots,
    pots_moving,
    presets,
    referrals,
    settings,
    summary,
    support,
    tokens,
    uses,
    uses_tills,
    venues,
)
from timecredits.web.programme.blueprint import blueprint

__all__ = [
    "blueprint",
    "concerns",
    "leads",
    "outcomes",
    "phone_check",
    "pots",
    "pots_moving",
    "presets",
    "referrals",
    "settings",
    "summary",
    "support",
    "tokens",
    "uses",
    "uses_tills",
    "venues",
]
