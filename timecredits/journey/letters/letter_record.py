"""What a reference letter holds, as JSON. `letter_writing` puts one together and prints it.

The record is frozen when the letter is issued: facts as dates and integer minutes, and beside them `display`, the ready-made
words that stand on the page, so that a letter printed again years later reads the same. It never holds health, benefits,
housing, convictions, client status or a credit balance: there is no field for them.

For a neutral letterhead the caller gives the programme's name and address as `organisation`, in roles too: the record is
attached to the PDF, so a name that isn't to be told must not be anywhere in it.

A record kept for later lacks `check.url`, which opens the letter for whoever has it. `LetterBatch` is many letters for one file.
"""

from typing import Literal, NotRequired, TypedDict

__all__ = [
    "BatchDisplay",
    "LetterBatch",
    "LetterCheck",
    "LetterDisplay",
    "LetterFacts",
    "LetterHolder",
    "LetterOpinion",
    "LetterOrganisation",
    "LetterRecord",
    "LetterRole",
    "LetterSigner",
    "LetterTraining",
    "RoleRow",
]


class LetterOrganisation(TypedDict):
    """The letterhead, as printed. Empty texts are left out."""

    name: str
    address_lines: list[str]
    charity_number: str
    email: str
    phone: str


class LetterHolder(TypedDict):
    """The person the letter is about, named as they want it. `known_since` is YYYY-MM-DD."""

    name: str
    capacity: str
    known_since: str


class LetterRole(TypedDict):
    """Confirmed time in one role. `from` and `to` are the first and last confirmed day, YYYY-MM-DD."""

    role: str
    organisation: str
    first_day: str
    last_day: str
    minutes: int


class LetterTraining(TypedDict):
    """Something completed: what, awarded by whom, on which day (YYYY-MM-DD)."""

    title: str
    awarded_by: str
    completed_on: str


class LetterOpinion(TypedDict):
    """A free paragraph and the person whose opinion it is. A blank line starts a new paragraph."""

    text: str
    author_name: str
    author_role: str


class LetterSigner(TypedDict):
    """Who signs, and how to reach the organisation (never a private number)."""

    name: str
    role: str
    email: str
    phone: str


class LetterCheck(TypedDict):
    """How an employer checks the letter: the secret address in the QR code, and the short code (11 characters)."""

    url: str
    code: str


class LetterFacts(TypedDict):
    """The frozen figures. `as_of` is the last day that could be counted."""

    as_of: str
    roles: list[LetterRole]
    total_minutes: int
    training: list[LetterTraining]


class RoleRow(TypedDict):
    """One row of the table, as printed."""

    role: str
    first_day: str
    last_day: str
    hours: str


class LetterDisplay(TypedDict):
    """The words on the page, in the order in which they stand there. An empty text or list leaves its part out."""

    title: str
    running_title: str
    page: str
    letterhead: list[str]
    date: str
    number: str
    confidential: NotRequired[str]
    """Letters frozen before there was such a line lack it."""
    salutation: str
    heading: str
    introduction: str
    roles_heading: str
    roles_columns: list[str]
    roles: list[RoleRow]
    total_label: str
    total: str
    confirmation: str
    training_heading: str
    training: list[str]
    opinion_heading: str
    opinion: list[str]
    limits_heading: str
    limits: str
    good_faith: str
    signer: list[str]
    check_heading: str
    check_steps: str
    check_code_label: str
    check_code: str
    qr_description: str


class LetterRecord(TypedDict):
    """A letter, whole. See the module's first lines."""

    kind: Literal["letter"]
    version: Literal[1]
    language: str
    reference_number: str
    issued_on: str
    organisation: LetterOrganisation
    holder: LetterHolder
    facts: LetterFacts
    opinion: LetterOpinion | None
    signer: LetterSigner
    check: LetterCheck
    confidential: NotRequired[bool]
    """Given in confidence to the reader: the person it is about doesn't read it."""
    display: LetterDisplay


class BatchDisplay(TypedDict):
    """The words about a file of many letters; the letters have their own."""

    title: str


class LetterBatch(TypedDict):
    """Many letters in one file, in their order. `issued_on` is the newest letter's."""

    kind: Literal["letters"]
    version: Literal[1]
    language: str
    issued_on: str
    letters: list[LetterRecord]
    display: BatchDisplay
