"""What a setting is called and which values it may have."""

from dataclasses import dataclass
from typing import Any

from timecredits.foundation.wording import Sentence


@dataclass(frozen=True, slots=True)
class SettingWords:
    """A setting in words. `choices` are (value, label); without any it is an amount, typed as `unit`, which may be empty."""

    name: str
    title: Sentence
    about: Sentence
    choices: tuple[tuple[Any, Sentence], ...] = ()
    unit: str = ""
    may_be_empty: bool = False
