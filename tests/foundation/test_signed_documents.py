"""Copies that were tampered with, and bytes that were never a PDF: each told as what it is, and none as valid."""

import io
import json
import logging
import re
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

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
from tests.foundation.test_document_signing import pdfsig
from tests.foundation.test_documents import a_letter
from timecredits.foundation import signed_documents
from timecredits.foundation.signed_documents import MOST_BYTES, SignatureVerdict, judge_signature, read_attached_record

VALID = SignatureVerdict.VALID


def trusted() -> list[tuple[bytes, ...]]:
    return [a_signer().keys.chain]


def judged(pdf: bytes) -> SignatureVerdict:
    return judge_signature(pdf, trusted())


def gap(pdf: bytes) -> tuple[int, int]:
    """Where the signature's digits stand, and where they end."""
    found = re.findall(rb"/ByteRange \[0 (\d+) (\d+)", pdf)[-1]
    return int(found[0]) + 1, int(found[1]) - 1


def replaced(pdf: bytes, place: int, byte: int) -> bytes:
    return pdf[:place] + bytes([byte]) + pdf[place + 1 :]


def edited_page(pdf: bytes) -> bytes:
    """Other words drawn over the first page, added to the end of the file as PDF editors do."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))  # type: ignore[no-untyped-call]
    sheet = writer.root["/Pages"]["/Kids"][0]
    old = sheet.raw_get("/Contents")
    more = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 50 400 400 200 re f Q"))
    sheet["/Contents"] = generic.ArrayObject([*(old if isinstance(old, generic.ArrayObject) else [old]), more])
    writer.update_container(sheet)  # type: ignore[no-untyped-call]
    made = io.BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]
    return made.getvalue()


def noted_by_pypdf(pdf: bytes) -> bytes:
    """A note on the page, saved by pypdf at the end of the file."""
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_annotation(0, FreeText(text="200 hours", rect=(50, 500, 300, 600)))
    return saved(writer)


def saved_anew(pdf: bytes) -> bytes:
    return saved(PdfWriter(clone_from=io.BytesIO(pdf)))


def pages_only(pdf: bytes) -> bytes:
    """Only what is drawn, as printing to a PDF keeps it."""
    writer = PdfWriter()
    for sheet in PdfReader(io.BytesIO(pdf)).pages:
        sheet.pop("/Annots", None)
        writer.add_page(sheet)
    return saved(writer)


def compressed(pdf: bytes) -> bytes:
    """Saved anew by a software that packs objects into streams."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.compress_identical_objects()
    return saved(writer)


def saved(writer: PdfWriter) -> bytes:
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def signed_twice(pdf: bytes) -> bytes:
    """A second signature by somebody else, which the first one forbids."""
    key = private_key()
    other = signer_for(key, certificate(key, "Somebody else"))
    hidden = pdf.replace(b"/AcroForm", b"/AcroFarm")  # else our signer refuses
    return pdf + other.sign(hidden, moment=MOMENT)[len(hidden) :]


def other_hours(pdf: bytes) -> bytes:
    """One figure of the attached record changed in place; written without spaces, so that it packs no longer than before."""
    place = pdf.index(b"stream\n", pdf.index(b"/EmbeddedFile")) + 7
    end = pdf.index(b"\nendstream", place)
    record = json.loads(zlib.decompress(pdf[place:end]))
    record["facts"]["total_minutes"] = 9530
    packed = zlib.compress(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    assert len(packed) <= end - place
    return pdf[:place] + packed.ljust(end - place, b"\0") + pdf[end:]


# (how, what we say). Poppler calls the first four valid and only says that not all of the file was signed.
TAMPERS: dict[str, tuple[Callable[[bytes], bytes], SignatureVerdict]] = {
    "a page edited at the end": (edited_page, SignatureVerdict.CHANGED),
    "a note added at the end": (noted_by_pypdf, SignatureVerdict.CHANGED),
    "a comment appended": (lambda pdf: pdf + b"% seen\n", SignatureVerdict.CHANGED),
    "one line end appended": (lambda pdf: pdf + b"\n", SignatureVerdict.CHANGED),
    "saved anew": (saved_anew, SignatureVerdict.CHANGED),
    "saved anew and packed": (compressed, SignatureVerdict.CHANGED),
    "printed anew": (pages_only, SignatureVerdict.NONE),
    "other hours in the record": (other_hours, SignatureVerdict.CHANGED),
    "signed by somebody else too": (signed_twice, SignatureVerdict.CHANGED),
    "much appended": (lambda pdf: pdf + b"\0" * 5000, SignatureVerdict.UNREADABLE),
    "cut short": (lambda pdf: pdf[: len(pdf) * 2 // 3], SignatureVerdict.UNREADABLE),
    "the signature cut off": (lambda _pdf: letter(), SignatureVerdict.NONE),
    "too large": (lambda pdf: pdf + b"\n" * MOST_BYTES, SignatureVerdict.UNREADABLE),
    "something in front": (lambda pdf: b"From: post@example.org\n" + pdf, SignatureVerdict.UNREADABLE),
}


@pytest.mark.parametrize(("tamper", "verdict"), TAMPERS.values(), ids=TAMPERS.keys())
def test_a_copy_that_was_tampered_with_is_told(tamper: Callable[[bytes], bytes], verdict: SignatureVerdict) -> None:
    assert judged(signed_letter()) is VALID
    assert judged(tamper(signed_letter())) is verdict


def test_poppler_calls_an_edited_file_valid_which_is_why_we_ask_more(tmp_path: Path) -> None:
    edited = edited_page(signed_letter())
    assert "Signature is Valid" in pdfsig(edited, tmp_path)
    assert judged(edited) is SignatureVerdict.CHANGED


def test_every_byte_of_the_signature_counts_its_padding_too() -> None:
    signed = signed_letter()
    start, end = gap(signed)
    assert signed[end - 40 : end] == b"0" * 40
    used = len(signed[start:end].rstrip(b"0"))
    for place in [*range(start, start + used, 7), start + used + 5, end - 1, start - 1, end]:
        other = signed[place] ^ 1
        assert judged(replaced(signed, place, other)) is not VALID, place
    small = signed[start:end].lower()
    assert judged(signed[:start] + small + signed[end:]) is SignatureVerdict.CHANGED


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_anywhere_is_ever_valid(data: st.DataObject) -> None:
    signed = signed_letter()
    place = data.draw(st.integers(0, len(signed) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != signed[place]))
    tampered = replaced(signed, place, byte)
    assert judged(tampered) is not VALID
    read_attached_record(tampered)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_part_cut_out_moved_or_put_in_is_ever_valid_and_nothing_raises(data: st.DataObject) -> None:
    signed = signed_letter()
    places = st.integers(0, len(signed))
    first, last = sorted((data.draw(places), data.draw(places)))
    put = data.draw(st.one_of(st.binary(max_size=200), st.just(signed[first : first + 500])))
    made = signed[:first] + put + signed[last:]
    if made != signed:
        assert judged(made) is not VALID
    read_attached_record(made)


@given(st.binary(max_size=600), st.booleans())
@settings(max_examples=150, deadline=None)
def test_garbage_is_judged_and_never_raises(garbage: bytes, dressed: bool) -> None:  # noqa: FBT001
    if dressed:
        garbage = b"%PDF-1.7\n" + garbage + b"/ByteRange [0 9 12 9]\nstartxref\n9\n%%EOF"
    assert judged(garbage) is not VALID
    assert read_attached_record(garbage) is None


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_a_signature_of_garbage_that_names_our_certificate_is_never_valid(garbage: bytes) -> None:
    signed = signed_letter()
    start, end = gap(signed)
    container = bytes.fromhex(signed[start:end].decode())
    inside = container.index(trusted()[0][0])
    made = (container[: inside + len(trusted()[0][0])] + garbage).ljust(len(container), b"\0")[: len(container)]
    assert judged(signed[:start] + made.hex().upper().encode() + signed[end:]) is SignatureVerdict.CHANGED


def test_a_letter_signed_by_somebody_else_under_our_name_is_not_ours() -> None:
    key = private_key()
    other = signer_for(key, certificate(key))
    forged = other.sign(letter(), moment=MOMENT)
    assert judged(forged) is SignatureVerdict.OTHER_SIGNER
    assert judge_signature(forged, []) is SignatureVerdict.OTHER_SIGNER
    assert judge_signature(letter(), []) is SignatureVerdict.NONE


def test_our_certificate_with_another_private_key_is_not_enough() -> None:
    ours = a_signer().keys.chain[0]
    forger = signer_for(private_key())
    object.__setattr__(forger.keys, "chain", (ours,))
    assert judged(forger.sign(letter(), moment=MOMENT)) is SignatureVerdict.CHANGED


def test_a_signature_by_one_who_issued_our_certificate_is_not_ours() -> None:
    root_key, own_key = private_key(), private_key()
    root = certificate(root_key, "Root CA")
    own = certificate(own_key, issuer=root, issuer_key=root_key)
    by_root = signer_for(root_key, root).sign(letter(), moment=MOMENT)
    assert judge_signature(by_root, [(der(own), der(root))]) is SignatureVerdict.OTHER_SIGNER


def test_what_an_earlier_key_signed_goes_on_being_valid_while_its_certificate_is_listed() -> None:
    key = private_key()
    newer = signer_for(key, certificate(key))
    assert judge_signature(signed_letter(), [newer.keys.chain, *trusted()]) is VALID
    assert judge_signature(signed_letter(), [newer.keys.chain]) is SignatureVerdict.OTHER_SIGNER


def test_a_letter_goes_on_being_valid_when_the_certificate_has_ended() -> None:
    key = private_key()
    signer = signer_for(key, certificate(key, ends=MOMENT - timedelta(days=700)))
    assert judge_signature(signer.sign(letter(), moment=MOMENT - timedelta(days=800)), [signer.keys.chain]) is VALID


def test_a_letter_signed_in_2026_is_valid_whatever_versions_we_run() -> None:
    """The file and its certificates (P-256, issued by another) were kept, the private key was not."""
    folder = Path(__file__).parent
    kept = (folder / "signed_in_2026.pdf").read_bytes()
    chain = tuple(map(der, x509.load_pem_x509_certificates((folder / "signed_in_2026.pem").read_bytes())))
    assert judge_signature(kept, [chain]) is VALID
    assert judge_signature(kept + b"\n", [chain]) is SignatureVerdict.CHANGED
    assert read_attached_record(kept) == {"kind": "letter", "reference_number": "TC-2026-000123"}


def test_threads_judge_as_one_does() -> None:
    signed, tampered = signed_letter(), edited_page(signed_letter())
    said: list[SignatureVerdict] = []
    threads = [threading.Thread(target=lambda: said.extend(map(judged, [signed, tampered] * 3))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (said.count(VALID), said.count(SignatureVerdict.CHANGED)) == (12, 12)


def test_nothing_is_fetched_and_nothing_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with caplog.at_level(logging.DEBUG):
        assert judged(signed_letter()) is VALID
        for tamper, _ in TAMPERS.values():
            judged(tamper(signed_letter()))
    assert [entry for entry in caplog.records if entry.name.startswith("pyhanko") and entry.levelno >= logging.WARNING] == []


def test_bytes_that_our_key_did_not_sign_are_never_given_to_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's PDF can hold a table of a thousand million entries; so the library reads only what our key signed."""
    read: list[str] = []
    from pyhanko.pdf_utils import reader

    whole = reader.PdfFileReader.__init__
    monkeypatch.setattr(reader.PdfFileReader, "__init__", lambda *given, **named: (read.append("x"), whole(*given, **named))[1])
    tampered = [tamper(signed_letter()) for tamper, _ in TAMPERS.values()]
    read.clear()
    for each in tampered:
        judged(each)
    assert read == []
    assert judged(signed_letter()) is VALID
    assert read != []


# --- the record inside -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tamper", [lambda pdf: pdf, edited_page, noted_by_pypdf, saved_anew, compressed, lambda _pdf: letter()])
def test_the_record_is_found_in_a_copy_however_it_was_saved(tamper: Callable[[bytes], bytes]) -> None:
    assert read_attached_record(tamper(signed_letter())) == a_letter()


def test_the_record_is_found_where_the_table_of_contents_is_broken() -> None:
    assert read_attached_record(signed_letter().replace(b"startxref", b"startxxxx")) == a_letter()


def test_a_copy_without_the_record_has_none() -> None:
    assert read_attached_record(pages_only(signed_letter())) is None


def a_file(content: bytes, *, packed: bool = True) -> bytes:
    """A PDF, as far as it matters here, with one stream."""
    data = zlib.compress(content, 9) if packed else content
    return b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + data + b"\nendstream\nendobj\n%%EOF"


@pytest.mark.parametrize("packed", [True, False])
def test_a_record_may_be_packed_or_not(packed: bool) -> None:  # noqa: FBT001
    assert read_attached_record(a_file(b'{"kind": "letter"}', packed=packed)) == {"kind": "letter"}


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"kind":' * 100_000,
        b'{"kind": "letter", "minutes": NaN}',
        b'{"kind": "letter", "minutes": ' + b"9" * 5000 + b"}",
        b'{"kind": "\\ud800"}',
        b'{"kind": "letter", "name": "\\u0000"}',
        b'{"kind": 7}',
        b'{"name": "x"}',
        b'{"kind": "letter"',
        b'{"kind": "\xff"}',
        b"",
    ],
)
def test_what_can_not_be_a_record_is_none(content: bytes) -> None:
    assert read_attached_record(a_file(content)) is None
    assert read_attached_record(a_file(content, packed=False)) is None


def test_what_unpacks_to_very_much_is_left_packed() -> None:
    bomb = zlib.compress(b'{"kind": "' + b"x" * 200_000_000, 9)
    many = b"%PDF-1.7\n" + b"".join(b"stream\n%b\nendstream\n" % bomb for _ in range(10)) + b"%%EOF"
    assert len(many) < MOST_BYTES
    tracemalloc.start()
    assert read_attached_record(many) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * signed_documents._MOST_RECORD


def test_streams_beyond_what_is_looked_at_are_not_read() -> None:
    record = a_file(b'{"kind": "letter"}')
    before = b"stream\n\nendstream\n"
    assert read_attached_record(before * 10 + record) is not None
    assert read_attached_record(before * signed_documents._MOST_STREAMS + record) is None
    assert read_attached_record(record.ljust(MOST_BYTES + 1)) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=9), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
@settings(max_examples=80, deadline=None)
def test_any_record_comes_back_or_is_none(value: Any) -> None:
    record = {"kind": "letter", "value": value}
    read = read_attached_record(a_file(json.dumps(record).encode()))
    assert read == record or (read is None and "\\u0000" in json.dumps(record))


def test_streams_that_break_off_cost_their_whole_budget() -> None:
    packer = zlib.compressobj(9)
    stream = b"stream\n" + packer.compress(b"{" + b"0" * 480 * 1024) + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07\n"
    tried: list[int] = []
    hostile = b"%PDF-1.7\n" + stream * 4000
    with pytest.MonkeyPatch.context() as patch:
        unpack = signed_documents._unpacked
        patch.setattr(signed_documents, "_unpacked", lambda data, most: (tried.append(most), unpack(data, most))[1])
        assert read_attached_record(hostile) is None
    assert sum(tried) <= 5 * 1024 * 1024
