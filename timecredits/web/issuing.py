"""With what this application issues letters: made here, for its pages and for its jobs."""

from collections.abc import Mapping
from typing import Any

from flask import current_app

from timecredits.foundation import clock
from timecredits.journey.letters.issuing import Issuer

__all__ = ["current_issuer", "issuer_of"]


def issuer_of(config: Mapping[str, Any]) -> Issuer:
    """The issuer that these settings mean: BASE_URL, KEYRING, and DOCUMENT_SIGNER where there is a key for documents."""
    signer = config.get("DOCUMENT_SIGNER")
    if signer is None:
        return Issuer(config["BASE_URL"], config["KEYRING"])
    return Issuer(config["BASE_URL"], config["KEYRING"], lambda pdf: bytes(signer.sign(pdf, moment=clock.now())))


def current_issuer() -> Issuer:
    """The issuer of the application that answers."""
    return issuer_of(current_app.config)
