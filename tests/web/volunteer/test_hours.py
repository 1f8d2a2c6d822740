"""A volunteer's own hours."""

import pytest

from tests.page_client import PageClient
from tests.web.volunteer.past import Past


def test_hours_by_month_with_sums_and_what_was_put_right(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/hours")
    assert "21 hours given since 1 September 2026" in page.text
    months = [heading.get_text(" ", strip=True) for heading in page.soup.select("h2.tc-month")]
    assert months == ["November 2026 2 hours", "October 2026 8 hours", "September 2026 11 hours"]
    assert "Put right It said 2 hours before." in page.text


def test_printing_is_two_taps_from_home(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/").click("Hours")
    printed = me.get(page.link("Print my hours"))
    assert printed.response.mimetype == "application/pdf"


@pytest.mark.parametrize("year", ["1999", "x", "2026'--"])
def test_a_year_without_hours_is_not_found(me: PageClient, past: Past, year: str) -> None:
    assert past.entries
    me.get("/my/hours", query_string={"year": year}, status=404)


def test_all_years_can_be_asked_for(me: PageClient, past: Past) -> None:
    assert past.entries
    assert me.get("/my/hours?year=all").text.count("Garden group") == 10


def test_no_hours_yet(me: PageClient) -> None:
    assert "You have no hours yet" in me.get("/my/hours").text
