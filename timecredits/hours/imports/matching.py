"""Whose row it is: by volunteer number, else by name if exactly one person fits. Speaks of nobody but the people it was given."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Unclear, quoted

__all__ = ["KnownPerson", "People"]

_BETWEEN_NAMES = re.compile(r"[\s.,;/()\[\]\"]+")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "prof", "sir"})
_LONGEST = 300  # letters of a name


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody enrolled at the organisation whose register is read."""

    id: UUID
    number: str | None
    first_name: str
    last_name: str
    other_numbers: tuple[str, ...] = ()
    """By which they were known in a second record of theirs."""


class People:
    """The people a register may name, ready to be looked up however they are written."""

    def __init__(self, people: Sequence[KnownPerson]) -> None:
        self._by_number: dict[str, list[KnownPerson]] = defaultdict(list)
        self._by_words: dict[tuple[str, ...], list[KnownPerson]] = defaultdict(list)
        self._by_letters: dict[str, list[KnownPerson]] = defaultdict(list)
        self._found: dict[tuple[str, str], KnownPerson] = {}  # the same people stand in row after row
        for person in people:
            for number in (person.number, *person.other_numbers):
                for key in _number_keys(number) if number and number.strip() else ():
                    self._by_number[key].append(person)
            words = _words(f"{person.first_name} {person.last_name}")
            self._by_words[_key(words)].append(person)
            # Without spaces, so that "Mac Donald" and "O Brien" find MacDonald and O'Brien.
            first, last = "".join(_words(person.first_name)), "".join(_words(person.last_name))
            for letters in {first + last, last + first}:
                self._by_letters[letters].append(person)

    def knows_number(self, number: str) -> bool:
        """Tell whether somebody has this number."""
        return len(self._numbered(number)) == 1

    def find(self, name: str, number: str) -> KnownPerson:
        """Return the one person that the name and the number (either may be "") fit; Unclear says what is wrong."""
        found = self._found.get((name, number))
        if found is None:
            found = self._found[name, number] = self._find(name, number)
        return found

    def _find(self, name: str, number: str) -> KnownPerson:
        if not number:
            name, number = self._number_within(name)
        if number:
            return self._checked(number, name)
        if not name:
            raise Unclear(Sentence("The volunteer is missing. Add a name or number and load this row again."))
        return self._named(name)

    def _checked(self, number: str, name: str) -> KnownPerson:
        fitting = self._numbered(number)
        if not fitting:
            raise Unclear(Sentence("Nobody here has the number “%(read)s”. Check it, or enrol them first.", read=quoted(number)))
        if len(fitting) > 1:
            raise Unclear(Sentence("More than one person fits the number “%(read)s”. Write it in full.", read=quoted(number)))
        person = fitting[0]
        if name and not self._agrees(name, person):
            raise Unclear(
                Sentence(
                    "The number “%(number)s” is not the number of “%(name)s”. Check which one is right.",
                    number=quoted(number),
                    name=quoted(name),
                )
            )
        return person

    def _named(self, name: str) -> KnownPerson:
        fitting = self._fitting(name)
        if not fitting:
            raise Unclear(
                Sentence("We know nobody here called “%(read)s”. Check the name, or enrol them first.", read=quoted(name))
            )
        if len(fitting) > 1:
            raise Unclear(
                Sentence("More than one person here is called “%(read)s”. Add the volunteer number.", read=quoted(name))
            )
        return fitting[0]

    def _fitting(self, name: str) -> list[KnownPerson]:
        words = _words(name[:_LONGEST])
        plain = [word for word in words if word not in _TITLES]
        found = self._by_words.get(_key(words)) or self._by_words.get(_key(plain)) or self._by_letters.get("".join(words))
        if not found and "," in name:
            last, _, first = name[:_LONGEST].partition(",")
            found = self._by_letters.get("".join(_words(f"{first} {last}")))
        return found or []

    def _numbered(self, number: str) -> list[KnownPerson]:
        """Return who has the number as written, else (a spreadsheet drops zeros in front) with zeros in front of it."""
        for key in _number_keys(number):
            if found := self._by_number.get(key):
                return found
        return []

    def _number_within(self, name: str) -> tuple[str, str]:
        """Take a number out of a cell that holds "V1003", "V1003 Tony Butler" or "Tony Butler (V1003)"."""
        if self.knows_number(name):
            return "", name
        words = _BETWEEN_NAMES.sub(" ", name[:_LONGEST]).split()
        numbers = [word for word in words if any(map(str.isdecimal, word)) and self.knows_number(word)]
        if len(numbers) != 1:
            return name, ""
        return " ".join(word for word in words if word != numbers[0]), numbers[0]

    def _agrees(self, name: str, person: KnownPerson) -> bool:
        """Tell whether a name beside a number may be that person's: in full, or a part of it, or with initials."""
        if self.knows_number(name):
            return self._numbered(name)[0] is person
        fitting = self._fitting(name)
        if fitting:
            return person in fitting
        own = _words(f"{person.first_name} {person.last_name}")
        return all(_is_part(word, own) for word in _words(name[:_LONGEST]) if word not in _TITLES)


def _is_part(word: str, own: Iterable[str]) -> bool:
    return any(word == part or (len(word) == 1 and part.startswith(word)) for part in own)


def _words(name: str) -> list[str]:
    return _BETWEEN_NAMES.sub(" ", fold(name)).split()


def _key(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words))


def _number_keys(number: str) -> list[str]:
    """Return the spellings by which a number is kept and sought: without spaces and hyphens; all figures also without zeros."""
    key = "".join(fold(number[:_LONGEST]).split())
    return [key, "0" + key.lstrip("0")] if key.isdecimal() else [key]
