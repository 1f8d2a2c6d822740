"""What kind of browser somebody uses, in the words its owner knows it by. No version, no model: nobody is told apart by it."""

from typing import Final

__all__ = ["browser_words"]

# In this order: many name others beside themselves.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_LONGEST: Final = 1000


def browser_words(user_agent: str) -> str:
    """Two names from a fixed list, such as "Chrome on Android"; one, or none, where it doesn't say."""
    told = user_agent[:_LONGEST]
    browser = next((name for mark, name in _BROWSERS if mark in told), "")
    system = next((name for mark, name in _SYSTEMS if mark in told), "")
    return f"{browser} on {system}" if browser and system else browser or system
