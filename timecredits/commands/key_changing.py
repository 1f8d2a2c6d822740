"""What may be done to the keys of a file: put in a new one, and let one retire. Nothing is written here.

The file's contents go in and come out as TOML's tables; see foundation/key_file.py.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from timecredits.foundation import clock
from timecredits.foundation.key_file import HIGHEST_NUMBER
from timecredits.foundation.keys import Keyring

__all__ = ["KeyChangeError", "new_secret", "stops_signing", "with_key", "with_retirement"]


class KeyChangeError(Exception):
    """The keys can't be changed so. The message is one line: why, and what to do."""


def new_secret() -> str:
    """32 random bytes, as they stand in the file."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def with_key(contents: Mapping[str, Any], keyring: Keyring, signs_from: date) -> tuple[dict[str, Any], int]:
    """The contents with a new key that signs from that day on, and its number. Until then the one that signs now goes on.

    Raises KeyChangeError where no number is left, for a day that has passed, and where another key would take over meanwhile.
    """
    number = max(keyring.secrets) + 1
    if number > HIGHEST_NUMBER:
        raise KeyChangeError(f"all numbers up to {HIGHEST_NUMBER} are used. Make a new file, and reprint what is out.")
    if signs_from < clock.today():
        raise KeyChangeError("a new key can't have signed before today. Give --from today or a later day.")
    latest = max(keyring.secrets, key=lambda each: _begins(contents, each))
    if signs_from < _begins(contents, latest):
        day = _begins(contents, latest)
        raise KeyChangeError(f"key {latest} waits to sign from {day}. Give that day or a later one, or take it out of the file.")
    key = {"secret": new_secret(), "from": signs_from}
    changed = {**contents, "current": number, "secrets": {**contents["secrets"], str(number): key}}
    until_then = Keyring(keyring.secrets, number, keyring.times).signer()
    if signs_from > clock.today() and until_then != keyring.signer():
        raise KeyChangeError(
            f"until then another key than {keyring.signer()} would sign. Give --from today, or let that one retire first."
        )
    return changed, number


def with_retirement(contents: Mapping[str, Any], keyring: Keyring, number: int, on: date) -> dict[str, Any]:
    """The contents with a day from which a key checks no more. Raises KeyChangeError where it would still have to sign then."""
    if number not in keyring.secrets:
        raise KeyChangeError(f"there is no key {number}. `timecredits signing-keys list FILE` shows the numbers.")
    if on <= _begins(contents, number):
        raise KeyChangeError(f"key {number} signs only from {_begins(contents, number)} on. Give a later --on.")
    moment = max(clock.first_moment(on), clock.now())
    if keyring.signer(moment) == number:
        raise KeyChangeError(f"key {number} signs then. Put in a new key first: `timecredits signing-keys rotate FILE`.")
    written = contents["secrets"][str(number)]
    table = written if isinstance(written, dict) else {"secret": written}
    return {**contents, "secrets": {**contents["secrets"], str(number): {**table, "retires": on}}}


def stops_signing(contents: Mapping[str, Any], keyring: Keyring, number: int) -> date | None:
    """The first day on which a key signs no more; tomorrow where the file doesn't tell. None for one that never signed."""
    own = _begins(contents, number)
    if own > clock.today():
        return None
    later = [begins for each in keyring.secrets if ((begins := _begins(contents, each)), each) > (own, number)]
    if not later or contents["current"] == number or min(later) == date.min:
        return clock.today() + timedelta(days=1)
    return min(later)


def _begins(contents: Mapping[str, Any], number: int) -> date:
    written = contents["secrets"][str(number)]
    begins: date = written.get("from", date.min) if isinstance(written, dict) else date.min
    return begins
