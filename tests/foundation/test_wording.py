import copy
import pickle

import pytest

from timecredits.foundation.wording import Sentence, counted


def test_a_sentence_says_its_template_with_its_values() -> None:
    sentence = Sentence("You have %(credits)s credits.", credits=3)
    assert str(sentence) == "You have 3 credits."
    assert sentence.template == "You have %(credits)s credits."
    assert dict(sentence.values) == {"credits": 3}


def test_without_values_a_per_cent_sign_stands_for_itself() -> None:
    assert str(Sentence("100%")) == "100%"


def test_sentences_that_say_the_same_are_equal() -> None:
    assert Sentence("%(a)s", a=1) == Sentence("%(a)s", a=1)
    assert len({Sentence("%(a)s", a=1), Sentence("%(a)s", a=1), Sentence("%(a)s", a=2)}) == 2
    assert Sentence("x") != "x"


def test_a_sentence_never_changes() -> None:
    sentence = Sentence("x", a=1)
    with pytest.raises(AttributeError, match="never changes"):
        sentence.template = "y"
    with pytest.raises(TypeError):
        sentence.values["a"] = 2  # type: ignore[index]


def test_a_value_may_be_called_template_and_may_be_a_sentence() -> None:
    assert str(Sentence("%(template)s and %(self)s", template=Sentence("one"), self="two")) == "one and two"


def test_a_count_chooses_its_form() -> None:
    assert str(counted("%(num)s row.", "%(num)s rows.", 1)) == "1 row."
    assert str(counted("%(num)s row.", "%(num)s rows.", 0)) == "0 rows."
    assert counted("%(num)s row.", "%(num)s rows.", 2).plural == "%(num)s rows."


@pytest.mark.parametrize("sentence", [Sentence("x %(a)s", a=1), counted("%(num)s a", "%(num)s b", 2)])
def test_a_sentence_can_be_copied_and_stored(sentence: Sentence) -> None:
    assert pickle.loads(pickle.dumps(sentence)) == sentence  # noqa: S301 - our own bytes
    assert copy.deepcopy(sentence) == sentence
