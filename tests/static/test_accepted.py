"""What was looked at still stands where it did; and what is new is not taken for it."""

import pytest

from tests.static.__main__ import left_over
from tests.static.accepted import ACCEPTED, Accepted
from tests.static.tools import ROOT, Finding


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda each: f"{each.rule} {each.file}")
def test_each_accepted_line_still_stands(accepted: Accepted) -> None:
    assert accepted.line in (ROOT / accepted.file).read_text()
    assert accepted.why


def test_another_line_of_the_same_file_is_new() -> None:
    known, *_others = ACCEPTED
    same = Finding(known.rule, known.file, 1, f"    {known.line}")
    assert left_over([same]) == []
    for other in (same._replace(line="another"), same._replace(rule="another"), same._replace(file="another.py")):
        assert left_over([other]) == [other]
