"""What the rules of hours say to the person whose hours they are, and in the queue where nothing was tried yet.

The rules speak to staff about somebody ("Siân now has 2 hours twice"); here the same is said to Siân. A rule without words of its
own here keeps the sentence it has.
"""

from collections.abc import Mapping
from typing import Final

from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_rules import HourRule, HoursRuleError, Remark

__all__ = ["remark_to_you", "stop_in_queue", "stop_to_you"]

# "already": the words where the rule says how many hours there are.
_Words = Mapping[HourRule | tuple[HourRule, str], Sentence]

_REMARKS: Final[_Words] = {
    HourRule.SAME_TWICE: Sentence("You have these hours twice on %(day)s. If that is a slip, take one back.", day=""),
    (HourRule.SAME_TWICE, "already"): Sentence("You have %(already)s for this activity on that day already.", already=""),
    HourRule.OVERLAP: Sentence("You have other hours at the same time on %(day)s. Check them.", day=""),
    HourRule.OVER_DAILY_LIMIT: Sentence("You now have more than %(most)s on %(day)s. Check it.", most="", day=""),
    HourRule.BEFORE_JOINING: Sentence("You joined on %(joined)s. %(day)s is before that. Check it.", joined="", day=""),
}
_STOPS: Final[_Words] = {
    HourRule.SAME_TWICE: Sentence("You have these hours on %(day)s already. Nothing was saved.", day=""),
    (HourRule.SAME_TWICE, "already"): Sentence(
        "You have %(already)s for this activity on that day already. Nothing was saved.", already=""
    ),
    HourRule.OVERLAP: Sentence("You have other hours at the same time on %(day)s. Nothing was saved.", day=""),
    HourRule.OVER_DAILY_LIMIT: Sentence("You would have more than %(most)s on %(day)s. Nothing was saved.", most="", day=""),
    HourRule.BEFORE_JOINING: Sentence("You joined on %(joined)s, after that day. Nothing was saved.", joined=""),
    HourRule.FULL_DAY: Sentence("You would have more than %(hours)s on %(day)s. Nothing was saved.", hours="", day=""),
    HourRule.BUDGET: Sentence("There are too few credits here right now. Your coordinator will sort this out."),
}
_WAITING: Final[_Words] = {
    HourRule.SAME_TWICE: Sentence("There are the same hours on %(day)s already.", day=""),
    (HourRule.SAME_TWICE, "already"): Sentence("There are %(already)s for this activity on that day already.", already=""),
    HourRule.OVERLAP: Sentence("There are other hours at the same time on %(day)s.", day=""),
    HourRule.OVER_DAILY_LIMIT: Sentence("That would be more than %(most)s on %(day)s.", most="", day=""),
    HourRule.BEFORE_JOINING: Sentence("They joined on %(joined)s, after that day.", joined=""),
    HourRule.FULL_DAY: Sentence("That would be more than %(hours)s on %(day)s.", hours="", day=""),
    HourRule.BUDGET: Sentence("The budget for hours holds %(left)s. Ask your programme to add some.", left=""),
}


def remark_to_you(remark: Remark) -> Sentence:
    """A remark, to the person whose hours they are."""
    return _said(_REMARKS, remark.rule, remark.sentence)


def stop_to_you(fault: HoursRuleError) -> HoursRuleError:
    """A rule that stops hours, to the person whose hours they are."""
    sentence = _said(_STOPS, fault.rule, fault.sentence)
    return HoursRuleError(sentence, field=fault.field, entry_id=fault.entry_id, rule=fault.rule)


def stop_in_queue(fault: HoursRuleError) -> Sentence:
    """Why a line in the queue can't be approved as it stands."""
    return _said(_WAITING, fault.rule, fault.sentence)


def _said(words: _Words, rule: HourRule, sentence: Sentence) -> Sentence:
    """The words for this rule, filled from the sentence that the rule spoke."""
    own = words.get((rule, "already") if "already" in sentence.values else rule)
    if own is None or not own.values.keys() <= sentence.values.keys():
        return sentence
    return Sentence(own.template, **{name: sentence.values[name] for name in own.values})
