"""The PDF of an issued letter, read back with other people's tools."""

import subprocess
from pathlib import Path

import page
import pytest
import zxingcpp
from PIL import Image

from tests.journey.charity import BASE_URL, Charity
from tests.real.programs import program
from timecredits.journey.checks.check_codes import show_check_code
from timecredits.journey.checks.checking import check_by_secret
from timecredits.journey.letters import issuing
from timecredits.journey.letters.letter_states import LetterState
from timecredits.journey.letters.listing import letter_file


def pdf_of(charity: Charity, *, neutral: bool = False) -> tuple[bytes, str, str]:
    """The file, its secret and its check code as printed."""
    issued = charity.issue(charity.draft(opinion="Siân notices people.", neutral=neutral))
    file = letter_file(charity.session, charity.programme_id, charity.organisation_id, issued.reference.id)
    return file.content, issued.secret, show_check_code(issued.reference.short_code or "")


@pytest.mark.parametrize("neutral", [False, True])
def test_the_issued_file_is_archivable_and_accessible(charity: Charity, neutral: bool) -> None:  # noqa: FBT001
    content, _, _ = pdf_of(charity, neutral=neutral)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(content, profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


def test_name_hours_number_and_code_can_be_copied_out(charity: Charity) -> None:
    content, secret, code = pdf_of(charity)

    pdftotext = program("pdftotext", package="Poppler")
    read = subprocess.run([pdftotext, "-layout", "-", "-"], input=content, capture_output=True, check=True)  # noqa: S603
    text = read.stdout.decode()

    for wanted in ("Siân O'Neill-Wyn", "6½ hours", "Garden lead", "5 hours", "1½ hours", "Jo Reed", code, "TC-2026-"):
        assert wanted in text.replace("’", "'"), wanted
    for banned in ("mental health", "balance", "client", secret):
        assert banned not in text, banned


def test_a_check_code_copies_out_in_one_piece_whatever_its_letters(charity: Charity, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kerned and spaced, these pairs stood so far apart that a reader of the file took the gap for a blank."""
    monkeypatch.setattr(issuing, "new_check_code", lambda _number: "001AJAJEJEJ")

    content, _, _ = pdf_of(charity)

    pdftotext = program("pdftotext", package="Poppler")
    read = subprocess.run([pdftotext, "-layout", "-", "-"], input=content, capture_output=True, check=True)  # noqa: S603
    assert "001-AJAJ-EJEJ" in read.stdout.decode()


def test_the_printed_qr_code_opens_this_letter(charity: Charity, tmp_path: Path) -> None:
    content, secret, _ = pdf_of(charity)
    (tmp_path / "letter.pdf").write_bytes(content)
    pdftoppm = program("pdftoppm", package="Poppler")
    subprocess.run([pdftoppm, "-r", "150", "-png", "letter.pdf", "sheet"], cwd=tmp_path, check=True)  # noqa: S603
    [sheet] = tmp_path.glob("sheet*.png")

    with Image.open(sheet) as picture:
        [found] = zxingcpp.read_barcodes(picture)

    assert found.text == f"{BASE_URL}/v/{secret}"
    answer = check_by_secret(charity.session, found.text.rsplit("/", 1)[1])
    assert answer is not None
    assert answer.state is LetterState.VALID
