"""Passkeys (WebAuthn level 2): a key in somebody's phone, computer or stick signs our challenge; we hold its public half.

The caller keeps the challenge with the browser, uses it once, and says for which site: the site's name and origin come from
BASE_URL alone. A passkey that looked at its owner (user verification) stands for both steps of a sign-in.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, options_to_json, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import User
from timecredits.network.second_factor import note_for_staff
from timecredits.network.sign_in_models import Passkey

__all__ = [
    "MOST_PASSKEYS",
    "KeyAnswer",
    "KeyChecking",
    "Site",
    "add_passkey",
    "ask_to_add",
    "ask_to_show",
    "list_passkeys",
    "remove_passkey",
    "take_passkey",
]

MOST_PASSKEYS: Final = 10
_LONGEST_NAME: Final = 60
_LONGEST_ANSWER: Final = 20_000
_FAULTS: Final = (WebAuthnException, ValueError, KeyError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What the library, its CBOR reader and its JSON reader raise for bytes that a hostile browser made up."""


@dataclass(frozen=True, slots=True)
class Site:
    """For which site a passkey is: `rp_id` its host, `origin` what stands before every address."""

    rp_id: str
    origin: str

    @classmethod
    def of(cls, base_url: str) -> "Site":
        """The site at BASE_URL."""
        parts = urlsplit(base_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


class KeyAnswer(Enum):
    """What a passkey was. WENT_BACK: its counter did, so it may be a copy. TOO_MANY is the callers' own."""

    FITS = "fits"
    WRONG = "wrong"
    WENT_BACK = "went_back"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class KeyChecking:
    """The answer to :func:`take_passkey`; `user_id` only when it fits. `verified`: it looked at its owner."""

    answer: KeyAnswer
    user_id: UUID | None = None
    verified: bool = False


def ask_to_add(session: Session, site: Site, user: User, *, challenge: bytes) -> str:
    """What the browser is asked in order to make a passkey: JSON for `navigator.credentials.create`."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Time Credits",
        user_id=user.id.bytes,
        user_name=user.email or user.name,
        user_display_name=user.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_known(list_passkeys(session, user.id)),
    )
    return options_to_json(options)


def add_passkey(session: Session, site: Site, user_id: UUID, *, challenge: bytes, answer: str, name: str) -> Passkey:
    """Keep a passkey that the browser made. The caller holds the user.

    Raises RuleError for one that doesn't answer our challenge here, didn't look at its owner, is known, or is one too many.
    """
    if len(list_passkeys(session, user_id)) >= MOST_PASSKEYS:
        raise RuleError(Sentence("You have many passkeys. Remove one first. Nothing was saved."))
    try:
        made = webauthn.verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _FAULTS:
        raise RuleError(Sentence("That did not work. Nothing was saved. Try again, or use an app.")) from None
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise RuleError(Sentence("This device has a passkey for us already. Nothing was saved."))
    passkey = Passkey(
        id=new_id(),
        user_id=user_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(answer),
        name=" ".join(name.split())[:_LONGEST_NAME] or "Passkey",
        made_at=clock.now(),
        used_at=None,
    )
    session.add(passkey)
    session.flush()
    return passkey


def ask_to_show(session: Session, site: Site, user_id: UUID | None, *, challenge: bytes) -> str:
    """What the browser is asked in order to show a passkey: this user's, or with None whichever it has for the site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        allow_credentials=_known(list_passkeys(session, user_id)) if user_id is not None else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def take_passkey(session: Session, site: Site, *, challenge: bytes, answer: str, user_id: UUID | None = None) -> KeyChecking:
    """Whether the browser's answer to our challenge is signed by a passkey that we know; with `user_id` only by that user's.

    A counter that goes back refuses, and stands in the audit. Any other fault is WRONG, whatever it is.
    """
    found = _find_key(session, answer)
    if found is None or (user_id is not None and found[0].user_id != user_id):
        return KeyChecking(KeyAnswer.WRONG)
    key, shown = found
    try:
        # The counter is looked at below, in one statement: here two at once would both pass.
        verified = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _FAULTS:
        return KeyChecking(KeyAnswer.WRONG)
    if not _move_on(session, key, verified.new_sign_count):
        note_for_staff(session, key.user_id, "passkey refused", actor_id=None)
        return KeyChecking(KeyAnswer.WENT_BACK)
    if session.get_one(User, key.user_id).disabled_at is not None:
        return KeyChecking(KeyAnswer.WRONG)
    return KeyChecking(KeyAnswer.FITS, key.user_id, verified.user_verified)


def list_passkeys(session: Session, user_id: UUID) -> list[Passkey]:
    """A user's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.made_at, Passkey.id)))


def remove_passkey(session: Session, user_id: UUID, passkey_id: UUID) -> None:
    """Take a passkey away. Raises NotFoundError for one that isn't this user's."""
    found = session.scalars(select(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)).one_or_none()
    if found is None:
        raise NotFoundError
    session.delete(found)
    session.flush()


def _find_key(session: Session, answer: str) -> tuple[Passkey, AuthenticationCredential] | None:
    """The passkey that a browser's answer names, and the answer; None too where it names another as its owner."""
    try:
        credential = _parsed(answer)
        key = session.scalars(
            select(Passkey).where(Passkey.credential_id == base64url_to_bytes(str(credential["id"])))
        ).one_or_none()
        shown = parse_authentication_credential_json(credential)
    except _FAULTS:
        return None
    if key is None or shown.response.user_handle not in {None, key.user_id.bytes}:
        return None
    return key, shown


def _move_on(session: Session, key: Passkey, count: int) -> bool:
    """Put the counter forward. Where it doesn't count, it says 0 for ever."""
    fits = Passkey.sign_count < count if count else Passkey.sign_count == 0
    moved = session.scalar(
        update(Passkey).where(Passkey.id == key.id, fits).values(sign_count=count, used_at=clock.now()).returning(Passkey.id),
        execution_options={"synchronize_session": False},
    )
    return moved is not None


def _known(keys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST_ANSWER:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _transports(answer: str) -> list[str]:
    """How the browser says that it reaches the key: words of the standard, and nothing else."""
    response = _parsed(answer).get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    words = {"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}
    return sorted(words & {str(each) for each in told}) if isinstance(told, list) else []
