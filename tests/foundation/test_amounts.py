import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.amounts import amount_text, credits_text, hours_text


@pytest.mark.parametrize(
    ("minutes", "as_credits", "as_hours", "amount"),
    [
        (0, "0 credits", "0 hours", "0"),
        (30, "½ credit", "30 minutes", "½"),
        (45, "¾ credit", "45 minutes", "¾"),
        (60, "1 credit", "1 hour", "1"),
        (75, "1¼ credits", "1¼ hours", "1¼"),
        (90, "1½ credits", "1½ hours", "1½"),
        (120, "2 credits", "2 hours", "2"),
        (-60, "−1 credit", "−1 hour", "−1"),
        (1, "0 credits and 1 minute", "1 minute", "0.02"),
        (130, "2 credits and 10 minutes", "2 hours 10 minutes", "2.17"),
        (-130, "−2 credits and 10 minutes", "−2 hours 10 minutes", "−2.17"),
    ],
)
def test_minutes_as_people_say_them(minutes: int, as_credits: str, as_hours: str, amount: str) -> None:
    assert (str(credits_text(minutes)), str(hours_text(minutes)), amount_text(minutes)) == (as_credits, as_hours, amount)


@given(st.integers(-100_000, 100_000))
def test_no_amount_is_without_words(minutes: int) -> None:
    assert "credit" in str(credits_text(minutes))
    assert amount_text(minutes)
