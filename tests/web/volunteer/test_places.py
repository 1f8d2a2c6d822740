"""Places to use credits."""

from tests.page_client import PageClient
from tests.web.volunteer.past import Past


def test_restrictions_and_prices_are_said_before_anybody_goes(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/places")
    for said in ("Swim, one hour", "Parkside Pool , Cambridge", "1 credit", "Not on bank holidays.", "You have enough"):
        assert said in page.text
    assert "Under 16s: ½ credit" in page.text
    assert "Bring up to 4 people in all" in page.text


def test_too_few_credits_says_how_many_more(me: PageClient) -> None:
    assert "1 credit more to go" in me.get("/my/places").text


def test_the_filters_keep_what_was_chosen(me: PageClient) -> None:
    page = me.get("/my/places?q=swim&town=Cambridge&show=enough")
    assert "We found nothing like that" in page.text
    assert page.fields("Search") == {"q": "swim", "town": "Cambridge", "show": "enough"}
    assert "Swim, one hour" in page.submit("Search", show="").text


def test_odd_filters_find_nothing_and_break_nothing(me: PageClient) -> None:
    page = me.get("/my/places", query_string={"q": "<script>" + "x" * 5000, "town": "Nowhere' OR 1=1", "show": "?"})
    assert "We found nothing like that" in page.text
