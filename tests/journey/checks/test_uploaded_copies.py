"""A letter checked by its file alone: the file we issued is known, any other is never called real, and nothing is given away."""

import json
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from tests.foundation.signing_samples import MOMENT, a_signer
from tests.foundation.test_documents import a_letter
from tests.journey.charity import BASE_URL, Charity, correct, withdraw
from timecredits.foundation.signed_documents import MOST_BYTES
from timecredits.journey.checks.uploaded_copies import FileAnswer, FileCheck, check_by_file
from timecredits.journey.letters.issuing import Issued
from timecredits.journey.letters.letter_states import LetterState
from timecredits.journey.letters.letter_writing import print_letter
from timecredits.journey.letters.listing import letter_file
from timecredits.journey.models import ReferenceLookUp

UNKNOWN = FileCheck(FileAnswer.UNKNOWN)


def issue(charity: Charity) -> tuple[Issued, bytes]:
    issued = charity.issue(charity.draft(opinion="She notices people."))
    here = (charity.session, charity.programme_id, charity.organisation_id)
    return issued, letter_file(*here, issued.reference.id).content


@pytest.fixture
def issued(charity: Charity) -> tuple[Charity, Issued, bytes]:
    return charity, *issue(charity)


def saved_anew(content: bytes, *, password: str = "") -> bytes:
    """As another program writes it."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def holding(record: Any) -> bytes:
    """Something like a PDF with this record attached."""
    packed = zlib.compress(json.dumps(record).encode())
    return b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def kept(charity: Charity) -> list[tuple[str, str]]:
    charity.session.flush()
    return [(each.way, each.answer) for each in charity.session.scalars(select(ReferenceLookUp).order_by(ReferenceLookUp.id))]


def test_the_file_as_issued_is_answered_as_the_square_code_is(charity: Charity) -> None:
    issued, content = issue(charity)
    check = check_by_file(charity.session, content)
    assert check.answer is FileAnswer.ISSUED
    assert check.letter is not None
    assert (check.letter.number, check.letter.state) == (issued.reference.number, LetterState.VALID)

    correct(charity)
    check = check_by_file(charity.session, content)
    assert check.letter is not None
    assert check.letter.state is LetterState.SUPERSEDED
    withdraw(charity, issued.reference)
    check = check_by_file(charity.session, content)
    assert check.letter is not None
    assert (check.letter.state, check.letter.roles) == (LetterState.WITHDRAWN, ())
    assert kept(charity) == [("file", "valid"), ("file", "superseded"), ("file", "withdrawn")]


def test_a_changed_file_is_altered_and_the_register_speaks_beside_it(charity: Charity) -> None:
    issued, content = issue(charity)
    for spoilt in (content + b"\n", saved_anew(content), content.replace(b"/Title", b"/Titel", 1)):
        assert spoilt != content
        check = check_by_file(charity.session, spoilt)
        assert check.answer is FileAnswer.ALTERED
        assert check.letter is not None
        assert check.letter.number == issued.reference.number
    assert kept(charity) == [("file", "altered")] * 3


def test_a_wrong_secret_learns_nothing_whatever_else_is_right(charity: Charity) -> None:
    issued, _content = issue(charity)
    code, name = issued.reference.short_code, issued.reference.holder_name
    wrong = issued.secret[:-1] + ("A" if issued.secret[-1] != "A" else "B")
    for secret in (wrong, "A" * 29, "x", "/", "../v"):
        record = {"kind": "letter", "check": {"url": f"{BASE_URL}/v/{secret}", "code": code}, "holder": {"name": name}}
        assert check_by_file(charity.session, holding(record)) == UNKNOWN, secret
    assert kept(charity) == []


@pytest.mark.usefixtures("steady_clock")
def test_a_code_with_the_name_learns_that_it_was_altered_and_costs_a_try(charity: Charity) -> None:
    issued, _content = issue(charity)
    code = issued.reference.short_code

    def claim(name: str) -> FileCheck:
        return check_by_file(charity.session, holding({"kind": "letter", "check": {"code": code}, "holder": {"name": name}}))

    assert claim("Siân O'Neill-Wyn") == FileCheck(FileAnswer.ALTERED)
    assert kept(charity) == [("file", "altered")]
    for number in range(9):
        assert claim(f"Guess {number}") == UNKNOWN
    assert claim("Siân O'Neill-Wyn") == FileCheck(FileAnswer.TOO_MANY)
    assert kept(charity) == [("file", "altered")]


def test_a_right_secret_in_another_file_tells_what_a_scan_would(charity: Charity) -> None:
    issued, _content = issue(charity)
    record = {"kind": "letter", "check": {"url": f"{BASE_URL}/v/{issued.secret}"}, "holder": {"name": "Somebody Else"}}
    check = check_by_file(charity.session, holding(record))
    assert check.answer is FileAnswer.ALTERED
    assert check.letter is not None
    assert check.letter.holder_name == "Siân O'Neill-Wyn"


def test_a_signed_letter_is_known_by_its_bytes_and_what_else_we_signed_by_its_signature(charity: Charity) -> None:
    session, sign = charity.session, a_signer()
    trusted = [sign.keys.chain]
    elsewhere = sign.sign(print_letter(a_letter()), moment=MOMENT)  # signed here, and no letter of any programme
    assert check_by_file(session, elsewhere, trusted) == FileCheck(FileAnswer.SIGNED)
    assert check_by_file(session, elsewhere + b"\n", trusted) == FileCheck(FileAnswer.ALTERED)
    assert check_by_file(session, elsewhere) == UNKNOWN
    assert check_by_file(session, print_letter(a_letter()), trusted) == UNKNOWN
    assert kept(charity) == []


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", FileAnswer.EMPTY),
        (b"%PDF-" + b"x" * MOST_BYTES, FileAnswer.TOO_BIG),
        (b"Dear Sir or Madam", FileAnswer.NOT_PDF),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 2000, FileAnswer.NOT_PDF),
        (b"PK\x03\x04 word/document.xml", FileAnswer.NOT_PDF),
        (b"eyJhbGciOiJFZERTQSJ9.e30.x", FileAnswer.UNKNOWN),
        (b"%PDF-", FileAnswer.UNKNOWN),
        (b"%PDF-1.7\n1 0 obj\nstream\n{}", FileAnswer.UNKNOWN),
    ],
)
def test_what_is_no_letter_is_said_so(charity: Charity, content: bytes, answer: FileAnswer) -> None:
    assert check_by_file(charity.session, content) == FileCheck(answer)


def test_a_file_with_a_password_is_said_so(charity: Charity) -> None:
    _issued, content = issue(charity)
    assert check_by_file(charity.session, saved_anew(content, password="secret")) == FileCheck(FileAnswer.LOCKED)
    assert kept(charity) == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CLAIM = st.fixed_dictionaries(
    {"kind": st.just("letter") | ODD},
    optional={
        "check": ODD
        | st.fixed_dictionaries({}, optional={"url": ODD | st.text(max_size=60), "code": ODD | st.text(max_size=14)}),
        "holder": ODD | st.fixed_dictionaries({}, optional={"name": ODD | st.text(max_size=500)}),
    },
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"%PDF-1.7\n" + tail) | CLAIM.map(holding))
def test_garbage_is_answered_and_never_as_real(charity: Charity, content: bytes) -> None:
    check = check_by_file(charity.session, content)
    assert check.letter is None
    assert check.answer not in {FileAnswer.ISSUED, FileAnswer.ALTERED}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), way=st.sampled_from(["flip", "cut", "behead", "add"]))
def test_no_spoilt_copy_passes_for_the_letter(issued: tuple[Charity, Issued, bytes], where: float, bit: int, way: str) -> None:
    charity, letter, content = issued
    place = int(where * len(content))
    spoilt = {
        "flip": content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :],
        "cut": content[:place],
        "behead": content[place + 1 :],
        "add": content + content[: place + 1],
    }[way]
    check = check_by_file(charity.session, spoilt)
    assert check.answer is not FileAnswer.ISSUED
    assert check.letter is None or check.letter.number == letter.reference.number
