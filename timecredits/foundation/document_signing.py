"""The signature on our PDFs: PAdES-B, certified so that no change is allowed, and the file still PDF/A-3a and PDF/UA-1.

Four things keep a signed file conforming (docs/adr/0023): an invisible field with the print flag, a box off the page and a
readable name; metadata that the writer leaves alone; a line end after the last `%%EOF` of the file that is signed; and the
PDF version that the file says it has. There is no time-stamp server and no network: the time is the one we say.

pyHanko takes half a second to import, so it is imported when the first document is signed.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from io import BytesIO
from statistics import mode
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from timecredits.foundation.key_file import DocumentKeys

__all__ = ["DIGEST", "FIELD_NAME", "ONE_AT_A_TIME", "DocumentSigner", "finish", "make_cms_layout"]

DIGEST: Final = "sha256"
FIELD_NAME: Final = "Signature"
_SIGNATURE_ROOM: Final = 1536
"""Bytes for all of a CMS signature but its certificates: 0.4 KB with P-256, 1.4 KB with RSA-8192."""
ONE_AT_A_TIME: Final = threading.Lock()
"""Held while pyHanko works: below it, asn1crypto fills its classes and values when first asked, unguarded against threads."""


_Answer = TypeVar("_Answer")


def finish(work: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Carry out what pyHanko only offers as a coroutine, also in a thread that has an event loop at work already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class DocumentSigner:
    """Signs documents with one key. Made once, used from any thread."""

    keys: DocumentKeys

    def sign(self, pdf: bytes, *, moment: datetime, reason: str = "") -> bytes:
        """Return `pdf`, which `compile_document` made, with our signature; the file grows by 5 to 10 KB.

        `moment` (with a time zone) is the time that the signature states. The same call gives other bytes each time, because
        an ECDSA signature holds a random number, as does the file's second ID. ValueError for a file that is signed already.
        """
        if moment.tzinfo is None:
            raise ValueError("a signature needs an instant with a time zone")
        with ONE_AT_A_TIME:
            return self._signed(pdf if pdf.endswith(b"\n") else pdf + b"\n", moment, reason)

    def _signed(self, pdf: bytes, moment: datetime, reason: str) -> bytes:
        from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
        from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
        from pyhanko.sign.signers.pdf_byterange import SignatureObject

        mould = self._mould
        writer = _writer_class()(BytesIO(pdf))
        if "/AcroForm" in writer.root:  # what we print has no fields but a signature's
            raise ValueError("this document is signed already")
        writer.register_extension(ESIC_EXTENSION_1)
        box = SigFieldSpec(
            FIELD_NAME,
            invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True),
            readable_field_name=f"Signature of {mould.subject_name}",
        )
        placeholder = SignatureObject(
            timestamp=moment,
            subfilter=SigSeedSubFilter.PADES,
            name=mould.subject_name,
            reason=reason or None,
            bytes_reserved=2 * (sum(map(len, self.keys.chain)) + _SIGNATURE_ROOM),  # in hexadecimal digits
        )
        allowed = SigMDPSetup(md_algorithm=DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
        steps = PdfCMSEmbedder(new_field_spec=box).write_cms(field_name=FIELD_NAME, writer=writer)
        next(steps)
        steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=allowed))
        prepared, output = steps.send(SigIOSetup(md_algorithm=DIGEST))
        steps.send(mould.signature_of(prepared.document_digest))
        made: bytes = output.getvalue()
        return made

    @cached_property
    def _mould(self) -> "_Mould":
        return _Mould(self.keys)


class _Mould:
    """One signature with everything in it but the document's digest and the signature value, which stands last.

    Only these two differ from letter to letter, and putting the whole together with asn1crypto takes four times as long as
    all the rest of signing. The private key is opened once: opening an RSA key takes 30 ms.
    """

    def __init__(self, keys: DocumentKeys) -> None:
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        self._key: Any = load_der_private_key(keys.private_key, password=None)
        # An ECDSA value is written in one byte more or less; those of the commonest length are used, which is every second.
        self._length = mode(len(self._raw(b"")) for _ in range(64 if self._is_elliptic else 1))
        layout = make_cms_layout(keys.chain, self._length)
        self._digest = os.urandom(32)
        whole: bytes = finish(layout.async_sign(self._digest, DIGEST, use_pades=True)).dump()
        self._to_sign: bytes = layout.to_sign
        self._head = whole[: -self._length]
        if not (whole.endswith(bytes(self._length)) and self._to_sign.count(self._digest) == whole.count(self._digest) == 1):
            raise RuntimeError("the signing library lays out a signature in another way than before")
        self.subject_name: str = layout.subject_name

    def signature_of(self, digest: bytes) -> bytes:
        """The CMS signature (DER) of a document with this SHA-256 `digest`."""
        to_sign = self._to_sign.replace(self._digest, digest)
        while len(value := self._raw(to_sign)) != self._length:
            pass
        return self._head.replace(self._digest, digest) + value

    @property
    def _is_elliptic(self) -> bool:
        return isinstance(self._key, EllipticCurvePrivateKey)

    def _raw(self, data: bytes) -> bytes:
        how = (ECDSA(SHA256()),) if self._is_elliptic else (PKCS1v15(), SHA256())
        value: bytes = self._key.sign(data, *how)
        return value


def make_cms_layout(chain: tuple[bytes, ...], length: int = 0) -> Any:
    """Make pyHanko's signer for `chain` without a key: it lays out a signature around a value of `length` noughts.

    `to_sign` is afterwards what the value has to sign. `signed_documents` asks it what signatures of ours look like.
    """
    from asn1crypto import x509  # type: ignore[import-untyped]
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own, *above = [x509.Certificate.load(each) for each in chain]
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(above)
    return _layout_class()(signing_cert=own, cert_registry=store, length=length)


@cache
def _layout_class() -> Any:
    from pyhanko.sign.signers.pdf_cms import Signer

    class Layout(Signer):
        def __init__(self, *, length: int, **what: Any) -> None:
            super().__init__(**what)
            self._length = length
            self.to_sign = b""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002  pyHanko's own shape
            self.to_sign = data
            return bytes(self._length)

    return Layout


@cache
def _writer_class() -> Any:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class PlainWriter(IncrementalPdfFileWriter):
        """Adds to a file, and leaves its metadata and its version as they are."""

        def _update_meta(self) -> None:
            # pyHanko would write XMP metadata without the PDF/A and PDF/UA identification. A private hook: a test watches it.
            pass

    return PlainWriter
