"""Reading back a PDF that says it is ours: whether its signature is ours and whole, and which record it carries.

Whoever has a letter may send us any bytes. So nothing here parses a stranger's PDF: our signature stands in one known place
and covers all other bytes, so it is checked on the bytes first, and only a file that our key signed is given to pyHanko for
its full judgement. The record is looked for in the streams themselves, which also finds it in a copy saved by other software.
"""

import hashlib
import json
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from io import BytesIO
from typing import Any, Final

from timecredits.foundation.document_signing import DIGEST, FIELD_NAME, ONE_AT_A_TIME, finish, make_cms_layout
from timecredits.foundation.key_file import Chain

__all__ = ["MOST_BYTES", "SignatureVerdict", "judge_signature", "read_attached_record"]

MOST_BYTES: Final = 3 * 1024 * 1024
_TAIL: Final = 1024
_MOST_CONTAINER: Final = 128 * 1024
_MOST_STREAMS: Final = 5000
_MOST_RECORD: Final = 512 * 1024
_MOST_UNPACKED: Final = 1024 * 1024
_PROBE: Final = 1024
"""Packed bytes looked at for the first letter: the tables in front of it can take some hundreds."""
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]")
_CONTAINER = re.compile(rb"<((?:[0-9A-F]{2})+)>")
_STREAM = re.compile(rb"stream\r?\n")


class SignatureVerdict(StrEnum):
    """What an uploaded PDF's signature says."""

    NONE = "none"
    """There is no signature: printed anew, or saved by software that drops it, or never signed."""
    VALID = "valid"
    """Every byte is as we signed it."""
    CHANGED = "changed"
    """It carries our signature, and something was changed, added or taken away since."""
    OTHER_SIGNER = "other_signer"
    """It is signed, but by nobody whom we trust."""
    UNREADABLE = "unreadable"
    """It is no whole PDF, or larger than 3 MB."""


def judge_signature(pdf: bytes, trusted: Sequence[Chain]) -> SignatureVerdict:
    """Say what the signature of `pdf` is worth; `trusted` are our certificates, the current and the earlier ones.

    Never raises, whatever the bytes; no network. A signature goes on being valid when its certificate has ended, for as long
    as the certificate is listed. A file of ours takes about 10 ms of CPU, most others 1.
    """
    if not _looks_whole(pdf):
        return SignatureVerdict.UNREADABLE
    if b"/ByteRange" not in pdf:
        return SignatureVerdict.NONE
    try:
        with ONE_AT_A_TIME:
            ours = any(_is_ours(pdf, chain) for chain in trusted)
    except Exception:  # noqa: BLE001  bytes that can't be read are not the ones we signed, whatever it is they raise
        ours = False
    if ours:
        return SignatureVerdict.VALID
    return SignatureVerdict.CHANGED if _names(pdf, trusted) else SignatureVerdict.OTHER_SIGNER


def _looks_whole(pdf: bytes) -> bool:
    end = pdf[-_TAIL:]
    return len(pdf) <= MOST_BYTES and pdf.startswith(b"%PDF-") and b"startxref" in end and b"%%EOF" in end


def _names(pdf: bytes, trusted: Sequence[Chain]) -> bool:
    """Whether a certificate of ours stands in the file, as a signature by us has it or as another software writes it."""
    shown = pdf.upper()
    return any(chain[0].hex().upper().encode() in shown or chain[0] in pdf for chain in trusted)


def _is_ours(pdf: bytes, chain: Chain) -> bool:
    container = _container(pdf)
    return container is not None and _is_laid_out_as_ours(container[0], chain) and _holds(pdf, *container, chain)


def _container(pdf: bytes) -> tuple[bytes, bytes] | None:
    """The signature (DER) and the digest of all other bytes; None where the last /ByteRange leaves out anything else."""
    found = _BYTE_RANGE.match(pdf, pdf.rfind(b"/ByteRange"))
    if not found:
        return None
    before, after, rest = map(int, found.groups())
    if not before < after <= before + _MOST_CONTAINER or after + rest != len(pdf):
        return None
    digits = _CONTAINER.fullmatch(pdf, before, after)
    if not digits:
        return None
    return bytes.fromhex(digits[1].decode()), hashlib.new(DIGEST, pdf[:before] + pdf[after:]).digest()


def _is_laid_out_as_ours(container: bytes, chain: Chain) -> bool:
    """Whether the signature is, byte for byte, what our signer lays around signed attributes and a signature value.

    A CMS container has parts that no signature covers: padding, versions, certificates, unsigned attributes. Built anew and
    compared, they can't differ either, so that no byte at all of a valid file can be another one.
    """
    from asn1crypto import cms  # type: ignore[import-untyped]

    sent = cms.ContentInfo.load(container)["content"]["signer_infos"][0]
    layout = _layout(chain)
    made: bytes = layout._package_signature(  # noqa: SLF001  a private part of pyHanko; every test of this module watches it
        digest_algorithm=DIGEST,
        cms_version="v1",
        signed_attrs=cms.CMSAttributes.load(sent["signed_attrs"].untag().dump()),
        signature=sent["signature"].native,
        unsigned_attrs=None,
        encap_content_info=None,
    ).dump()
    return container.startswith(made) and not container[len(made) :].strip(b"\0")


@cache
def _layout(chain: Chain) -> Any:
    # What pyHanko logs of a file could be a person's name, and would stand in the server's log.
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return make_cms_layout(chain)


def _holds(pdf: bytes, container: bytes, digest: bytes, chain: Chain) -> bool:
    """Whether the signature is right: first over the bytes alone, then by pyHanko's judgement of the whole document."""
    from asn1crypto import cms
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation.generic_cms import cms_basic_validation
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)

    async def judge() -> bool:
        signed = cms.ContentInfo.load(container)["content"]
        found = await cms_basic_validation(
            signed, raw_digest=digest, validation_context=_context(chain), key_usage_settings=usage
        )
        if not (found["intact"] and found["valid"]):
            return False
        [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
        status = await async_validate_pdf_signature(
            signature, signer_validation_context=_context(chain), key_usage_settings=usage
        )
        return bool(
            status.bottom_line
            and status.docmdp_ok
            and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
            and signature.docmdp_level is MDPPerm.NO_CHANGES
            and signature.field_name == FIELD_NAME
        )

    return finish(judge())


def _context(chain: Chain) -> Any:
    """Our certificate is trusted as it is, and nothing is fetched: not who issued it, nor whether it was revoked."""
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[x509.Certificate.load(chain[0])], allow_fetching=False)


def read_attached_record(pdf: bytes) -> dict[str, Any] | None:
    """The record attached to one of our documents (`letter.json`), or None.

    Works for copies that were edited or saved by other software, so nothing in it is to be believed: it only says which letter
    the copy claims to be. A dict with `kind` (text), whose texts can be stored; its other members may be of any shape.
    Never raises. Bounded: 3 MB of PDF, 5,000 streams, 512 KB a record, 1 MB unpacked in all.
    """
    if len(pdf) > MOST_BYTES:
        return None
    for text in _texts_of_streams(pdf):
        record = _record(text)
        if record is not None:
            return record
    return None


def _texts_of_streams(pdf: bytes) -> Iterator[bytes]:
    """Each stream that begins as a JSON object does, unpacked."""
    budget = _MOST_UNPACKED
    view = memoryview(pdf)
    for number, found in enumerate(_STREAM.finditer(pdf)):
        start = found.end()
        if number >= _MOST_STREAMS or budget <= 0:
            return
        if pdf[start : start + 1] == b"{":
            end = pdf.find(b"endstream", start, start + _MOST_RECORD)
            unpacked = pdf[start:end] if end >= 0 else pdf[start : start + _MOST_RECORD]
        elif _unpacked(view[start : start + _PROBE], 1) == b"{":
            unpacked = _unpacked(view[start : start + _MOST_RECORD], _MOST_RECORD)
        else:
            continue
        budget -= len(unpacked) or _MOST_RECORD  # a stream that breaks off cost as much work as it could
        yield unpacked


def _unpacked(data: memoryview, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""


def _record(text: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(text.decode(), parse_constant=_refuse)
        # Half a surrogate pair can't be stored or shown.
        json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if isinstance(record, dict) and isinstance(record.get("kind"), str) and b"\\u0000" not in text:
        return record
    return None


def _refuse(constant: str) -> None:
    raise ValueError(f"not JSON: {constant}")
