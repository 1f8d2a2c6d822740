"""Every kind of document, unsigned and signed: archivable, accessible, and told apart from a copy that was changed."""

import io
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter

from tests.foundation.signing_samples import MOMENT, a_signer
from tests.foundation.test_documents import a_history as an_hour_history
from tests.hours.history.history_lines import a_line
from tests.hours.history.test_hour_papers import a_certificate
from tests.journey.letters.sample_letters import a_letter, assert_conforms
from tests.journey.packs.test_pack_document import a_pack, frozen
from tests.journey.planning.test_vetting_document import a_history as a_vetting_history
from tests.real.programs import program
from timecredits.foundation.documents import Attachment
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature, read_attached_record
from timecredits.hours.history.certificate import print_certificate
from timecredits.hours.history.hour_history_writing import print_hour_history
from timecredits.hours.history.work_coach_statement import print_statement, work_coach_statement, write_statement_record
from timecredits.journey.letters.letter_writing import print_letter, print_letters
from timecredits.journey.packs.pack_writing import print_pack
from timecredits.journey.planning.vetting_writing import print_vetting_history

TODAY = date(2026, 11, 21)
TOKEN = Attachment("credential.jwt", "e30.e30.c2ln", "application/vc+jwt", "The same as a credential", "alternative")


def a_statement() -> bytes:
    lines = [a_line(TODAY - timedelta(days=day), 90) for day in range(0, 90, 9)]
    found = work_coach_statement(lines, first=TODAY - timedelta(days=90), last=TODAY, begins=14, today=TODAY)
    record = write_statement_record(found, issued_on=TODAY, programme="Time Credits Fenland", holder_name="Siân Łukasz")
    return print_statement(record)


KINDS: dict[str, Callable[[], bytes]] = {
    "letter": lambda: print_letter(a_letter(), attachments=[TOKEN]),
    "letters": lambda: print_letters([a_letter(), a_letter("Łukasz Wyn", number="TC-2026-000124", language="cy")]),
    "pack": lambda: print_pack(a_pack(frozen(a_letter()), frozen(a_letter(number="TC-2026-000124")))),
    "hour_history": lambda: print_hour_history(an_hour_history()),
    "work_coach_statement": a_statement,
    "certificate": lambda: print_certificate(a_certificate()),
    "vetting_history": lambda: print_vetting_history(a_vetting_history()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_conforms_unsigned_and_signed_and_carries_its_record(kind: str, tmp_path: Path) -> None:
    unsigned = KINDS[kind]()
    signed = a_signer().sign(unsigned, moment=MOMENT)
    for pdf in (unsigned, signed):
        assert_conforms(pdf)
    assert judge_signature(unsigned, [a_signer().keys.chain]) is SignatureVerdict.NONE
    assert judge_signature(signed, [a_signer().keys.chain]) is SignatureVerdict.VALID
    record = read_attached_record(signed)
    if kind != "letters":  # each letter's record is in its own file
        assert record is not None
        assert record["kind"] == kind
    (tmp_path / "signed.pdf").write_bytes(signed)
    said = subprocess.run(  # noqa: S603
        [program("pdfsig", package="Poppler"), "-nocert", "signed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_tells_when_it_was_changed(kind: str) -> None:
    signed = a_signer().sign(KINDS[kind](), moment=MOMENT)
    trusted = [a_signer().keys.chain]
    assert judge_signature(_edited(signed), trusted) is SignatureVerdict.CHANGED
    assert judge_signature(_saved_anew(signed), trusted) is not SignatureVerdict.VALID
    middle = len(signed) // 2
    flipped = signed[:middle] + bytes([signed[middle] ^ 1]) + signed[middle + 1 :]
    assert judge_signature(flipped, trusted) is not SignatureVerdict.VALID


def _edited(pdf: bytes) -> bytes:
    """A page turned round, in a part added behind the signed one."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _saved_anew(pdf: bytes) -> bytes:
    output = io.BytesIO()
    PdfWriter(clone_from=PdfReader(io.BytesIO(pdf))).write(output)
    return output.getvalue()
