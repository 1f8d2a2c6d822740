"""Letters and hour histories, printed for real and read back with other people's tools."""

import io
import json
import os
import shutil
import subprocess
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import page
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from tests.real.programs import program
from timecredits.foundation.documents import (
    Attachment,
    DocumentError,
    UnprintableCharacter,
    compile_document,
    record_as_json,
)
from timecredits.foundation.errors import RuleError
from timecredits.foundation.places import TEMPLATES
from timecredits.hours.history.hour_history_record import HistoryEntry, HourHistoryRecord
from timecredits.hours.history.hour_history_writing import measure_regularity, print_hour_history, write_hour_history_record
from timecredits.journey.letters.letter_record import LetterOpinion, LetterRecord, LetterRole
from timecredits.journey.letters.letter_writing import print_letter, write_letter_record

ORGANISATION = "Fenland Growing Project"
OPINION = (
    "Siân notices people. When someone new comes in shy, she makes tea and finds a seat beside her own. "
    "She keeps the tool store in order and plans a season of beds on one sheet of paper. "
)
SECRET_ADDRESS = "https://timecredits.example.org/v/Zk3vQm8sT1xYb7RwN2cLpA"


def a_role(number: int = 0, **changes: Any) -> LetterRole:
    names = ["Garden lead", "Kitchen helper", "Front desk", "Peer group host", "Tool library", "Van driver’s mate"]
    role: LetterRole = {
        "role": names[number % len(names)],
        "organisation": ORGANISATION,
        "first_day": "2023-05-04",
        "last_day": "2026-11-14",
        "minutes": 1530 + 60 * number,
    }
    return {**role, **changes}  # type: ignore[typeddict-item]


def a_letter(
    name: str = "Siân Łukasz-O’Brien",
    roles: int | list[LetterRole] = 2,
    opinion: str | None = OPINION,
    trainings: int = 1,
) -> LetterRecord:
    said: LetterOpinion | None = (
        {"text": opinion, "author_name": "Jo Reed", "author_role": "Volunteer coordinator"} if opinion else None
    )
    return write_letter_record(
        reference_number="TC-2026-000123",
        issued_on=date(2026, 11, 21),
        as_of=date(2026, 11, 20),
        organisation={
            "name": ORGANISATION,
            "address_lines": ["The Old Pump House", "12 Quay Lane", "Wisbech"],
            "charity_number": "1234567",
            "email": "office@fenlandgrowing.example",
            "phone": "01632 960123",
        },
        holder={"name": name, "capacity": "volunteer", "known_since": "2023-05-04"},
        roles=[a_role(number) for number in range(roles)] if isinstance(roles, int) else roles,
        training=[{"title": "Food hygiene, level 2", "awarded_by": "Example Body", "completed_on": "2025-03-02"}] * trainings,
        opinion=said,
        signer={"name": "Jo Reed", "role": "Volunteer coordinator", "email": "office@fenlandgrowing.example", "phone": ""},
        check={"url": SECRET_ADDRESS, "code": "7KQ2M9XD"},
    )


def a_history(days: int = 40, name: str = "Siân Łukasz-O’Brien") -> HourHistoryRecord:
    entries: list[HistoryEntry] = []
    for number in range(days):
        day = date(2026, 11, 17) - timedelta(days=12 * number)
        entry: HistoryEntry = {
            "day": day.isoformat(),
            "role": ["Garden lead", "Kitchen helper at the Thursday lunch club"][number % 2],
            "organisation": ORGANISATION,
            "minutes": 90,
            "confirmed_by": "Jo Reed",
            "confirmed_on": (day + timedelta(days=1)).isoformat(),
        }
        if number == 3:
            entry |= {"corrected_from": 240, "corrected_on": "2026-10-20"}
        entries.append(entry)
    return write_hour_history_record(
        issued_on=date(2026, 11, 21), programme="Time Credits Fenland", holder_name=name, entries=entries
    )


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def text_of(pdf: bytes) -> str:
    """Read the text as a person copies it out: through poppler where it is installed, else pypdf."""
    poppler = shutil.which("pdftotext")
    if poppler:
        return subprocess.run([poppler, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S603
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)


def assert_conforms(pdf: bytes) -> None:
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


LETTERS = {
    "plain": a_letter(),
    "nothing optional": a_letter(roles=1, opinion=None, trainings=0),
    "no confirmed time yet": a_letter(roles=0),
    "long": a_letter(roles=40, opinion=OPINION * 20, trainings=9),
    "an opinion in paragraphs": a_letter(opinion="One.\n\nTwo.\r\n\tThree."),
    "Arabic": a_letter(name="محمد علي الحسيني"),
    "Arabic and Latin": a_letter(name="محمد Ali-Smith"),
    "Devanagari": a_letter(name="राज कुमार"),
    "Cyrillic and Greek": a_letter(name="Оксана Іваненко Αθηνά"),
    "Welsh and Polish": a_letter(name="Siân Ŵyn ŷ Żółć"),
    "markup and formula": a_letter(name='=cmd #panic("x") *b* $x$ <script> \\ @a'),
    "an Arabic opinion over pages": a_letter(opinion="كانت متطوعة ممتازة. " * 400),
    "endless word": a_letter(name="x" * 300, roles=[a_role(role="y" * 200)]),
    "elsewhere too": a_letter(roles=[a_role(), a_role(1, organisation="Make and Mend")]),
}


@pytest.mark.parametrize("record", LETTERS.values(), ids=LETTERS.keys())
def test_a_letter_is_archivable_accessible_and_tells_name_and_hours(record: LetterRecord) -> None:
    pdf = print_letter(record)
    assert_conforms(pdf)
    text = text_of(pdf)
    assert record["display"]["total"] in text
    assert record["reference_number"] in text
    assert record["display"]["check_code"] in text
    copied = text.replace("\u200b", "").replace("\n", "").replace(" ", "")
    name = record["holder"]["name"].replace(" ", "")
    assert name in copied or all(word in copied for word in record["holder"]["name"].split())


def test_a_full_letter_stays_on_one_page_and_a_fuller_one_flows_on_under_a_running_header() -> None:
    full = a_letter(roles=6, opinion=(OPINION * 9)[:1000], trainings=3)
    assert pages(print_letter(full)) == 1
    fuller = print_letter(a_letter(roles=30, opinion=OPINION * 20))
    assert pages(fuller) == 2
    assert "Page 2 of 2" in text_of(fuller)


def test_an_employer_can_scan_the_code_on_the_paper(tmp_path: Path) -> None:
    poppler = program("pdftoppm", package="Poppler")
    file = tmp_path / "letter.pdf"
    file.write_bytes(print_letter(a_letter()))
    subprocess.run([poppler, "-r", "150", "-png", "-singlefile", str(file), str(tmp_path / "letter")], check=True)  # noqa: S603
    from PIL import Image

    with Image.open(tmp_path / "letter.png") as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))
    assert [code.text for code in found] == [SECRET_ADDRESS]


def test_the_link_leads_to_the_check_and_the_words_tell_how_to_type_it() -> None:
    pdf = print_letter(a_letter())
    annotations = [link.get_object() for sheet in PdfReader(io.BytesIO(pdf)).pages for link in sheet.get("/Annots", [])]
    actions = [link["/A"] for link in annotations if isinstance(link, DictionaryObject)]
    assert [str(action["/URI"]) for action in actions if isinstance(action, DictionaryObject)] == [SECRET_ADDRESS]
    assert "timecredits.example.org/v" in text_of(pdf)
    assert "Zk3vQm8s" not in text_of(pdf)


@pytest.mark.parametrize("days", [0, 1, 40, 300])
def test_an_hour_history_is_archivable_accessible_and_tells_name_and_hours(days: int) -> None:
    record = a_history(days)
    pdf = print_hour_history(record)
    assert_conforms(pdf)
    text = text_of(pdf)
    assert "Siân Łukasz-O’Brien" in text
    assert f"Page 1 of {pages(pdf)}" in text
    if days > 3:
        assert record["display"]["total"] in text
        assert "Corrected on 20 October" in text
        assert "It was 4:00" in text.replace("\n", " ")
    if days == 300:
        assert text.count("Confirmed by") == pages(pdf), "the table's header stands on every page"


def test_every_subtotal_adds_up_to_the_total() -> None:
    record = a_history(40)
    assert record["total_minutes"] == 40 * 90
    assert sum(part["minutes"] for part in record["by_year"]) == record["total_minutes"]
    assert sum(part["minutes"] for part in record["by_role"]) == record["total_minutes"]


def test_regularity_counts_weeks_from_monday_to_sunday() -> None:
    saturday = date(2026, 11, 21)
    assert measure_regularity([], saturday) is None
    assert measure_regularity([saturday], saturday) == {"weeks_with_time": 1, "weeks": 1}
    monday, sunday_before = date(2026, 11, 16), date(2026, 11, 15)
    assert measure_regularity([monday, saturday], saturday) == {"weeks_with_time": 1, "weeks": 1}
    assert measure_regularity([sunday_before, monday], saturday) == {"weeks_with_time": 2, "weeks": 2}
    assert measure_regularity([saturday - timedelta(weeks=27)], saturday) is None
    assert measure_regularity([saturday - timedelta(weeks=25)], saturday) == {"weeks_with_time": 1, "weeks": 26}
    every_week_for_a_year = [monday - timedelta(weeks=week) for week in range(52)]
    assert measure_regularity(every_week_for_a_year, saturday) == {"weeks_with_time": 26, "weeks": 26}


def test_the_same_record_gives_the_same_bytes() -> None:
    assert print_letter(a_letter()) == print_letter(a_letter())
    assert print_hour_history(a_history()) == print_hour_history(a_history())
    assert print_letter(a_letter()) != print_letter(a_letter(name="Sian Lukasz"))


def test_the_record_travels_inside_the_document() -> None:
    record = a_letter(name="محمد Łukasz")
    credential = Attachment("credential.txt", "a.b.c", "text/plain", "A credential", "supplement")
    reader = PdfReader(io.BytesIO(print_letter(record, attachments=[credential])))
    assert sorted(reader.attachments) == ["credential.txt", "letter.json"]
    assert json.loads(reader.attachments["letter.json"][0]) == record
    assert reader.attachments["letter.json"][0].decode() == record_as_json(record)
    assert reader.attachments["credential.txt"] == [b"a.b.c"]
    related = reader.root_object["/AF"]
    assert isinstance(related, ArrayObject)
    assert sorted(file.get_object()["/AFRelationship"] for file in related) == ["/Data", "/Supplement"]


def test_the_document_has_its_title_language_and_date() -> None:
    reader = PdfReader(io.BytesIO(print_letter(a_letter())))
    assert reader.metadata is not None
    assert reader.metadata.title == "Reference for Siân Łukasz-O’Brien"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2026, 11, 21)
    assert str(reader.root_object["/Lang"]).startswith("en")


@pytest.mark.parametrize(
    ("name", "character", "spoken"),
    [
        ("王小明", "王", "cjk unified ideograph-738b"),
        ("Sam 🌱", "🌱", "seedling"),
        ("Sam\x07", "\x07", "U+0007"),
        ("Sam \ue000", "\ue000", "U+E000"),
        ("Sam \ud800", "\ud800", "U+D800"),
        ("Sam \u202eeerht", "\u202e", "right-to-left override"),
    ],
)
def test_a_character_that_no_font_has_is_named_with_its_field(name: str, character: str, spoken: str) -> None:
    with pytest.raises(UnprintableCharacter) as refusal:
        print_letter(a_letter(name=name))
    assert (refusal.value.character, refusal.value.name) == (character, spoken)
    assert refusal.value.field == "holder.name"
    assert spoken in str(refusal.value.sentence)
    assert "Nothing was made" in str(refusal.value.sentence)
    assert str(refusal.value.sentence).isprintable()


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_name_is_printed_or_refused_with_a_sentence(name: str) -> None:
    refusal: RuleError | None = None
    try:
        assert_conforms(print_letter(a_letter(name=name, opinion=None)))
    except RuleError as error:
        refusal = error
    if isinstance(refusal, UnprintableCharacter):
        assert refusal.character in name
    elif refusal:
        assert not any(character.isalnum() for character in name)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "–"])
def test_a_letter_or_history_that_names_nobody_is_refused(name: str) -> None:
    with pytest.raises(RuleError, match="no name") as refusal:
        a_letter(name=name)
    assert refusal.value.field == "holder.name"
    with pytest.raises(RuleError, match="no name"):
        a_history(name=name)


def test_a_record_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DocumentError, match="could not be printed"):
        compile_document("letter", {"issued_on": "2026-11-21"})
    with pytest.raises(ValueError, match="not a kind"):
        compile_document("../letter", {"issued_on": "2026-11-21"})


def test_without_fonts_the_sentence_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="make setup"):
        compile_document("letter", a_letter(), fonts=tmp_path)


def test_templates_can_stand_elsewhere(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "print", tmp_path / "print")
    assert compile_document("hour_history", a_history(), templates=tmp_path / "print") == print_hour_history(a_history())


def test_threads_share_the_compiler_safely() -> None:
    expected = {name: print_letter(a_letter(name=name)) for name in ("Ann", "Ben", "Cai", "Dot")}
    made: dict[str, list[bytes]] = {name: [] for name in expected}

    def work(name: str) -> None:
        made[name].extend(print_letter(a_letter(name=name)) for _ in range(5))

    threads = [threading.Thread(target=work, args=(name,)) for name in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {name: [pdf] * 5 for name, pdf in expected.items()}


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_of_a_process_that_has_compiled_is_told_so_and_does_not_hang() -> None:
    print_letter(a_letter())
    child = os.fork()
    if not child:
        status = 1
        try:
            print_letter(a_letter())
        except RuntimeError:
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_letter_has_no_place_for_what_it_must_never_hold() -> None:
    keys = json.dumps(a_letter()).casefold()
    for word in ("balance", "credit_", "health", "benefit", "housing", "conviction", "diagnosis", "client"):
        assert word not in keys


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n", "x"])
def test_an_attached_file_may_end_in_any_letter(ending: str) -> None:
    file = Attachment("credential.jwt", f"e30.e30.c2ln{ending}", "application/vc+jwt", "A file", "alternative")
    assert_conforms(print_letter(a_letter(), attachments=[file]))
