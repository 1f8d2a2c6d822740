"""The poster of an event: its record in words, and a PDF that can be read aloud, kept and scanned."""

import io
import subprocess
from pathlib import Path

import page
import pytest
import zxingcpp
from PIL import Image

from tests.community.events.happening import NOW, Fair, make_fair
from tests.hours.conftest import Place
from tests.real.programs import program
from timecredits.community.events.event_poster import EventPosterRecord, print_event_poster, write_event_poster
from timecredits.community.events.whats_on import dates_of, find_shown
from timecredits.foundation import clock
from timecredits.foundation.documents import page_count

ADDRESS = "https://credits.example/in/fenland/events/01a203f3-1241-71ab-9f28-141cbba92299"


@pytest.fixture
def record(fair: Fair) -> EventPosterRecord:
    here = (fair.session, fair.programme_id)
    shown = find_shown(*here, fair.event_id, public_only=True)
    return write_event_poster(shown, dates_of(*here, shown), address=ADDRESS, issued_on="2026-11-21")


def test_the_words(record: EventPosterRecord) -> None:
    words = record["display"]
    assert (words["heading"], words["place"]) == ("Winter fair", "The long hall")
    assert words["dates"] == ["28 November 2026, 2pm to 4pm"]
    assert words["entry"] == "It is free. You can bring 3 people."


def test_one_page_whose_code_leads_to_the_event(record: EventPosterRecord, tmp_path: Path) -> None:
    content = print_event_poster(record)
    assert page_count(content) == 1
    assert content == print_event_poster(record)
    path, draw = tmp_path / "poster.pdf", program("pdftoppm", package="Poppler")
    path.write_bytes(content)
    drawn = subprocess.run([draw, "-r", "100", "-png", path], check=True, capture_output=True).stdout  # noqa: S603  Poppler
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    assert code.text == ADDRESS


def test_the_file_is_archivable_and_accessible(record: EventPosterRecord) -> None:
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(print_event_poster(record), profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


def test_long_words_still_fit_on_one_page(place: Place) -> None:
    with clock.standing_at(NOW):
        facts = {"words": "Tea and talk. " * 70, "place": "Up the stairs " * 70, "access_facts": ("Step-free and wide " * 4,)}
        fair = make_fair(place, name="An evening of " * 8, entry_minutes=60, **facts)
        here = (fair.session, fair.programme_id)
        shown = find_shown(*here, fair.event_id, public_only=True)
        dates = dates_of(*here, shown) * 6
        record = write_event_poster(shown, dates, address=ADDRESS, issued_on="2026-11-21")
    assert record["display"]["dates"][4:] == ["and more days"]
    record["display"]["organisation"] = "W" * 80
    assert page_count(print_event_poster(record)) == 1
