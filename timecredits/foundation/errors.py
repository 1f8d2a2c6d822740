"""What a verb raises when it can't do what it was asked.

A refusal that must be remembered (a code turned down, a wrong PIN) is a returned value instead, because raising rolls
the transaction back (design/architecture.md, Rooms).
"""

from timecredits.foundation.wording import Sentence


class NotFoundError(Exception):
    """No such thing in this scope. Also raised for things of another organisation: nobody learns that they exist."""


class RuleError(Exception):
    """A rule says no. Carries the sentence for the person and the name of the field at fault, where there is one."""

    def __init__(self, sentence: Sentence, *, field: str = "") -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field
