"""What the rules say of one row among many: "Nothing was saved" would not be true where the other rows go in."""

from typing import Final

from timecredits.foundation.wording import Sentence

__all__ = ["in_a_bulk"]

_OF_ONE_ROW: Final = {
    "%(name)s would have more than %(hours)s on %(day)s. Nothing was saved.": Sentence(
        "%(name)s would have more than %(hours)s on %(day)s. Check the hours of this row."
    ),
    "%(name)s had left by then. Nothing was saved.": Sentence("%(name)s had left by then. Check the date of this row."),
    "A day has 24 hours. Nothing was saved. Type 24 hours or less.": Sentence("A day has 24 hours. Type 24 hours or less."),
    "Type more than 0 hours. Nothing was saved.": Sentence("Type more than 0 hours."),
    "%(day)s has not come yet. Nothing was saved.": Sentence("%(day)s has not come yet. Check the date of this row."),
    "%(day)s is too long ago. Nothing was saved. Check the year.": Sentence("%(day)s is too long ago. Check the year."),
    "These hours run past midnight. Nothing was saved. Split them over two days.": Sentence(
        "These hours run past midnight. Split them over two days."
    ),
    "%(name)s has %(hours)s on %(day)s for this already. Nothing was saved.": Sentence(
        "%(name)s has %(hours)s on %(day)s for this already. This row was left out."
    ),
    "%(name)s has %(already)s for this activity on that day already. Nothing was saved.": Sentence(
        "%(name)s has %(already)s for this activity on that day already. This row was left out."
    ),
    "%(name)s has other hours at the same time on %(day)s. Nothing was saved.": Sentence(
        "%(name)s has other hours at the same time on %(day)s. This row was left out."
    ),
    "%(name)s would have more than %(most)s on %(day)s. Nothing was saved.": Sentence(
        "%(name)s would have more than %(most)s on %(day)s. Check the hours of this row."
    ),
    "%(name)s joined on %(joined)s, after %(day)s. Nothing was saved.": Sentence(
        "%(name)s joined on %(joined)s, after %(day)s. Check the date of this row."
    ),
    "The budget for hours holds %(left)s. This needs %(needed)s. Nothing was saved. Ask your programme to add some.": Sentence(
        "The budget for hours holds %(left)s. This row was left out. Ask your programme to add some."
    ),
    "Hours are not counted for this. Nothing was saved. Choose another activity.": Sentence(
        "Hours are not counted for this. Choose another activity for this row."
    ),
    "The organisation is on hold just now. Nothing was saved, and nothing is lost.": Sentence(
        "The organisation is on hold just now. This row was left out, and nothing is lost."
    ),
    "This person is not enrolled here. Nothing was saved. Enrol them first.": Sentence(
        "This person is not enrolled here. Enrol them first."
    ),
}
"""By the sentence of hours/broken_rules.py; a test holds that each of those stands here."""


def in_a_bulk(sentence: Sentence) -> Sentence:
    """Return what a rule says of a row that is left out while others go in."""
    shorter = _OF_ONE_ROW.get(sentence.template)
    return sentence if shorter is None else Sentence(shorter.template, **sentence.values)
