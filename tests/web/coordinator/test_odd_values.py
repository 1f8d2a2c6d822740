"""Numbers and days that nobody means: no page falls over them."""

from datetime import timedelta

import pytest

from tests.page_client import PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock

HUGE = "9" * 25
DAYS = [["1", "1", HUGE], [HUGE, "1", "2027"], ["31", "12", "9999"], ["1", "1", "1000"], ["-1", "1", "2027"]]


@pytest.mark.parametrize("page", [HUGE, "-" + HUGE, "9223372036854775807", "nan", "1e9", "9" * 5000])
@pytest.mark.parametrize(
    "path",
    ["approvals", "approvals/decided", "people", "letters", "activities", "sessions"],
)
def test_a_page_far_beyond_the_last(garden_group: Garden, staff: PageClient, path: str, page: str) -> None:
    response = staff.http.get(f"/coordinator/{path}?page={page}", follow_redirects=True)
    assert response.status_code in {200, 404}, response.status_code
    del garden_group


@pytest.mark.parametrize("typed", DAYS)
def test_a_day_that_no_calendar_has(garden_group: Garden, staff: PageClient, typed: list[str]) -> None:
    form = staff.get(f"/coordinator/activities/{garden_group.activity_id}/plans/new")
    for repeats in ("once", "daily", "monthly_last"):
        assert "Nothing" in form.submit("Save", first_day=typed, starts="10", repeats=repeats).text


@pytest.mark.parametrize("typed", DAYS)
def test_an_end_that_no_calendar_has(garden_group: Garden, staff: PageClient, typed: list[str]) -> None:
    first = clock.today() + timedelta(days=3)
    form = staff.get(f"/coordinator/activities/{garden_group.activity_id}/plans/new")
    form.submit("Save", first_day=[str(first.day), str(first.month), str(first.year)], starts="10", repeats="weekly")
    page = staff.get(f"/coordinator/activities/{garden_group.activity_id}")
    href = next(a["href"] for a in page.soup.select("a[href]") if a["href"].endswith("/end"))
    ended = staff.get(href).submit(None, last_day=typed)
    assert "Nothing" in ended.text, ended.text


@pytest.mark.parametrize("length", ["nan", "inf", "1e3", HUGE, "9" * 5000, "-1", "0", "٣", "1_0"])
def test_a_length_that_nobody_means(garden_group: Garden, staff: PageClient, length: str) -> None:
    form = staff.get(f"/coordinator/activities/{garden_group.activity_id}/plans/new")
    first = clock.today() + timedelta(days=3)
    day = [str(first.day), str(first.month), str(first.year)]
    for field in ("length", "starts", "times", "capacity"):
        page = form.submit("Show the days first", first_day=day, **({"starts": "10"} | {field: length}))
        assert page.response.status_code == 200
