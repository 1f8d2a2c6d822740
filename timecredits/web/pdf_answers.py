"""Answer with a PDF made for whoever asks, signed where the service has a key for documents.

A letter is signed when it is issued (journey/issuing), and handed out byte for byte: it must not come through here.
"""

from collections.abc import Callable
from typing import Literal

from flask import Response, current_app

from timecredits.foundation import clock
from timecredits.web.file_answers import file_answer

__all__ = ["pdf_answer", "signing"]


def signing() -> Callable[[bytes], bytes]:
    """What signs a PDF here and now; without a key for documents it gives back what it got."""
    signer = current_app.config.get("DOCUMENT_SIGNER")
    if signer is None:
        return lambda pdf: pdf
    moment = clock.now()
    return lambda pdf: signer.sign(pdf, moment=moment)


def pdf_answer(content: bytes, filename: str, *, way: Literal["inline", "attachment"] = "inline") -> Response:
    """A document to look at or to keep. `filename` must tell nothing about anybody."""
    return file_answer(signing()(content), "application/pdf", filename, way=way)
