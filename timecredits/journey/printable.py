"""Whether words that somebody types can be printed on a volunteer's papers: found out by printing them, before they are kept."""

from datetime import date
from typing import Final

from timecredits.foundation.documents import UnprintableCharacter
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history_writing import print_hour_history, write_hour_history_record

__all__ = ["refuse_unprintable"]

_ANY_DAY: Final = date(2000, 1, 1)


def refuse_unprintable(sentence: Sentence, /, **words: str) -> None:
    """Raise RuleError with this sentence, at the field of the first words that hold a character that no font of ours has.

    All papers are printed with the same fonts; one sheet takes about 10 ms of CPU. Plain ASCII is not printed: all fonts have it.
    """
    for field, text in words.items():
        if text.isascii() and text.isprintable():
            continue
        sample = write_hour_history_record(issued_on=_ANY_DAY, programme=text, holder_name="A", entries=[])
        try:
            print_hour_history(sample)
        except UnprintableCharacter as fault:
            raise RuleError(sentence, field=field) from fault
