"""Letters signed for real, and read back with poppler, pypdf and a validator of archivable and accessible files."""

import asyncio
import io
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import page
import pytest
from pypdf import PdfReader

from tests.foundation.signing_samples import (
    MOMENT,
    a_signer,
    certificate,
    der,
    letter,
    private_key,
    signed_letter,
    signer_for,
)
from tests.foundation.test_documents import a_history, a_letter
from tests.real.programs import program
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature
from timecredits.hours.history.hour_history_writing import print_hour_history
from timecredits.journey.letters.letter_writing import print_letter


def assert_conforms(pdf: bytes) -> None:
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler says of the signatures."""
    poppler = program("pdfsig", package="Poppler")
    (folder / "letter.pdf").write_bytes(pdf)
    return subprocess.run(  # noqa: S603
        [poppler, "-nocert", "letter.pdf"], cwd=folder, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.parametrize("kind", ["P-256", "P-384", "RSA-2048"])
def test_a_signed_letter_is_still_archivable_and_accessible_and_poppler_calls_it_valid(kind: str, tmp_path: Path) -> None:
    signed = signed_letter(kind)
    assert_conforms(signed)
    said = pdfsig(signed, tmp_path)
    for line in (
        "Signature is Valid",
        "Total document signed",
        "Signature Type: ETSI.CAdES.detached",
        "Signing Hash Algorithm: SHA-256",
        "Signer Certificate Common Name: Fenland Time Credits",
    ):
        assert line in said, said
    assert judge_signature(signed, [a_signer(kind).keys.chain]) is SignatureVerdict.VALID


def test_an_hour_history_can_be_signed_too() -> None:
    signed = a_signer().sign(print_hour_history(a_history()), moment=MOMENT)
    assert_conforms(signed)
    assert judge_signature(signed, [a_signer().keys.chain]) is SignatureVerdict.VALID


def test_what_was_printed_stands_unchanged_in_front_of_what_the_signature_adds() -> None:
    assert signed_letter().startswith(letter() + b"\n")
    assert len(signed_letter()) - len(letter()) < 8_000
    before, after = PdfReader(io.BytesIO(letter())), PdfReader(io.BytesIO(signed_letter()))
    assert after.metadata == before.metadata
    assert after.root_object["/Metadata"].get_data() == before.root_object["/Metadata"].get_data()  # type: ignore[attr-defined]
    assert after.attachments == before.attachments
    assert "/Version" not in after.root_object


def test_the_signature_states_the_time_it_is_told_and_forbids_every_change() -> None:
    reader = PdfReader(io.BytesIO(signed_letter()))
    [field] = (reader.get_fields() or {}).values()
    signature = field["/V"]
    assert signature["/M"] == "D:20261121143000Z"
    assert signature["/Reason"] == "Issued"
    assert signature["/Name"] == "Fenland Time Credits"
    [reference] = signature["/Reference"]
    assert reference.get_object()["/TransformParams"]["/P"] == 1
    assert reader.root_object["/Perms"]["/DocMDP"] == signature  # type: ignore[index]


def test_the_field_is_invisible_and_has_a_name_to_read_out() -> None:
    reader = PdfReader(io.BytesIO(signed_letter()))
    widgets = [each.get_object() for each in reader.pages[0]["/Annots"] if each.get_object()["/Subtype"] == "/Widget"]  # type: ignore[attr-defined]
    [widget] = widgets
    assert widget["/TU"] == "Signature of Fenland Time Credits"
    assert widget["/F"] & 4, "the print flag"
    left, bottom, right, top = (float(each) for each in widget["/Rect"])
    assert (right - left, top - bottom) == (0, 0)
    assert max(left, top) < 0, "off the page"


def test_a_chain_of_certificates_travels_with_the_signature(tmp_path: Path) -> None:
    root_key, middle_key, own_key = (private_key() for _ in range(3))
    root = certificate(root_key, "Root CA")
    middle = certificate(middle_key, "Middle CA", issuer=root, issuer_key=root_key)
    own = certificate(own_key, issuer=middle, issuer_key=middle_key)
    signed = signer_for(own_key, own, middle, root).sign(letter(), moment=MOMENT)
    assert_conforms(signed)
    assert "Signature is Valid" in pdfsig(signed, tmp_path)
    assert all(der(each).hex().upper().encode() in signed for each in (own, middle, root))
    assert judge_signature(signed, [tuple(map(der, (own, middle, root)))]) is SignatureVerdict.VALID


def test_without_the_private_hook_the_file_would_no_longer_conform() -> None:
    """Holds the three repairs in place: an upgrade of pyHanko that drops the hook, or needs it no more, fails here."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    from timecredits.foundation.document_signing import _writer_class

    assert callable(IncrementalPdfFileWriter._update_meta)
    writer = IncrementalPdfFileWriter(io.BytesIO(letter() + b"\n"))  # type: ignore[no-untyped-call]
    writer.root["/Marked"] = writer.root["/Lang"]
    writer.update_root()  # type: ignore[no-untyped-call]
    untouched = io.BytesIO()
    writer.write(untouched)  # type: ignore[no-untyped-call]
    assert not page.validate_pdf_bytes(untouched.getvalue(), profile="3a").is_compliant

    plain = _writer_class()(io.BytesIO(letter() + b"\n"))
    plain.root["/Marked"] = plain.root["/Lang"]
    plain.update_root()
    kept = io.BytesIO()
    plain.write(kept)
    assert page.validate_pdf_bytes(kept.getvalue(), profile="3a").is_compliant


def test_the_line_end_after_the_last_mark_is_needed() -> None:
    assert letter().endswith(b"%%EOF")
    without = a_signer()._signed(letter(), MOMENT, "")
    assert not page.validate_pdf_bytes(without, profile="3a").is_compliant


def test_signing_the_same_letter_at_the_same_moment_gives_other_bytes_that_are_as_good() -> None:
    first, second = (a_signer().sign(letter(), moment=MOMENT) for _ in range(2))
    assert first != second
    assert {judge_signature(each, [a_signer().keys.chain]) for each in (first, second)} == {SignatureVerdict.VALID}


def test_a_document_is_signed_once_and_at_an_instant() -> None:
    with pytest.raises(ValueError, match="signed already"):
        a_signer().sign(signed_letter(), moment=MOMENT)
    with pytest.raises(ValueError, match="time zone"):
        a_signer().sign(letter(), moment=MOMENT.replace(tzinfo=None))


def test_threads_share_one_signer() -> None:
    key = private_key()
    signer = signer_for(key, certificate(key))
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.extend(signer.sign(letter(), moment=MOMENT) for _ in range(4))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 16
    assert {judge_signature(each, [signer.keys.chain]) for each in made} == {SignatureVerdict.VALID}


def test_a_signer_shows_no_private_key() -> None:
    private = a_signer().keys.private_key
    assert repr(private)[2:-1] not in repr(a_signer())
    assert "private_key" not in repr(a_signer())


def test_the_application_starts_without_the_signing_library() -> None:
    code = (
        "import sys, timecredits.app, timecredits.cli, timecredits.foundation.signed_documents\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'pyhanko', 'pyhanko_certvalidator', 'asn1crypto'}])"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert made.stdout == "[]\n"


def test_a_thread_with_an_event_loop_at_work_signs_and_judges_all_the_same() -> None:
    async def within() -> SignatureVerdict:
        signed = a_signer().sign(letter(), moment=MOMENT)
        return judge_signature(signed, [a_signer().keys.chain])

    # In a thread of its own: a browser test before this one may have left a loop at work in the main thread.
    with ThreadPoolExecutor(1) as aside:
        assert aside.submit(asyncio.run, within()).result() is SignatureVerdict.VALID


def test_a_name_that_reads_like_a_signature_is_signed_like_any_other() -> None:
    plain = print_letter(a_letter(name="Ada /ByteRange"))
    signed = a_signer().sign(plain, moment=MOMENT)
    assert judge_signature(signed, [a_signer().keys.chain]) is SignatureVerdict.VALID
    assert judge_signature(signed + b"\n", [a_signer().keys.chain]) is SignatureVerdict.CHANGED
    with pytest.raises(ValueError, match="signed already"):
        a_signer().sign(signed, moment=MOMENT)
