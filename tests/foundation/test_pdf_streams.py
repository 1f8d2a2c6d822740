"""The repair of streams that end in CR, on small PDFs made here byte by byte."""

import io

import page
import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from timecredits.foundation.pdf_streams import separate_streams_from_their_end

LENGTH_RULE = "PDFA3A-STREAM-LENGTH-001"


def a_pdf(*streams: bytes) -> bytes:
    """Write a PDF with these streams as objects 4, 5, ..."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
        *(b"<</Length %d>>\nstream\n%b\nendstream" % (len(data), data) for data in streams),
    ]
    pdf, rows = b"%PDF-1.7\n", [b"0000000000 65535 f\r\n"]
    for number, written in enumerate(objects, start=1):
        rows.append(b"%010d 00000 n\r\n" % len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"xref\n0 %d\n%b" % (len(rows), b"".join(rows))
    return pdf + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(rows), len(pdf))


def broken_lengths(pdf: bytes) -> int:
    return sum(failure.rule_id == LENGTH_RULE for failure in page.validate_pdf_bytes(pdf, profile="3a").failures)


@pytest.mark.parametrize(
    "streams",
    [
        [b"data\r"],
        [b"\r", b"plain", b"more\r\r"],
        [b"looks like\r\nendstream inside", b"ends in CR\r"],
        [b"1 0 obj <</Length 3>>\nstream\nabc\r\nendstream", b"x\r"],
    ],
)
def test_streams_that_end_in_cr_are_made_plain_and_every_object_is_still_found(streams: list[bytes]) -> None:
    pdf = a_pdf(*streams)
    mended = separate_streams_from_their_end(pdf)
    assert broken_lengths(pdf) > 0
    assert broken_lengths(mended) == 0
    reader = PdfReader(io.BytesIO(mended), strict=True)
    assert len(reader.pages) == 1
    for number, data in enumerate(streams, start=4):
        found = reader.get_object(number)
        assert isinstance(found, StreamObject)
        assert found.get_data() == data
    assert separate_streams_from_their_end(mended) == mended


def test_other_files_stay_as_they_are() -> None:
    pdf = a_pdf(b"data", b"line\n")
    assert separate_streams_from_their_end(pdf) is pdf


def test_a_file_without_a_classic_table_is_refused_not_damaged() -> None:
    with pytest.raises(ValueError, match="cross-reference"):
        separate_streams_from_their_end(a_pdf(b"data\r").replace(b"startxref\n", b"startxref\n9"))
