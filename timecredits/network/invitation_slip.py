"""An invitation on paper: for whom, a square code, and twelve characters to type. Nothing says who invites, or to what."""

from typing import Literal, TypedDict
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import code_of, link_of
from timecredits.network.roles import Workplace
from timecredits.network.scope import find

__all__ = ["SlipDisplay", "SlipRecord", "in_fours", "print_slip", "write_slip_record"]

_GROUP = 4


class SlipDisplay(TypedDict):
    """The words on the slip, in the order in which they stand there."""

    title: str
    name: str
    qr_description: str
    scan: str
    typing: str
    address: str
    code: str
    ends: str
    keep: str


class SlipRecord(TypedDict):
    """A slip, whole."""

    kind: Literal["invitation"]
    version: Literal[1]
    language: str
    issued_on: str
    address: str
    display: SlipDisplay


def in_fours(code: str) -> str:
    """A code in groups that are easy to read: ABCD EFGH JKMN."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def write_slip_record(
    session: Session, keyring: Keyring, programme_id: UUID, place: Workplace, invitation_id: UUID, *, base_url: str
) -> SlipRecord:
    """Put a slip that waits into words. Raises RuleError for one that doesn't wait, NotFoundError for any other thing."""
    code = code_of(session, keyring, programme_id, place, invitation_id)
    columns = {"organisation_id": place.organisation_id, "venue_id": place.venue_id}
    invitation = find(session, Invitation, programme_id, invitation_id, **columns)
    address = f"{base_url}/join"
    return {
        "kind": "invitation",
        "version": 1,
        "language": "en",
        "issued_on": local_day(invitation.made_at).isoformat(),
        "address": f"{address}/{link_of(session, keyring, invitation)}",
        "display": {
            "title": str(Sentence("Your invitation")),
            "name": invitation.name,
            "qr_description": str(Sentence("A square code to scan. The address and the code below lead to the same page.")),
            "scan": str(Sentence("Scan this with your phone.")),
            "typing": str(Sentence("Or go to this address and type the code:")),
            "address": address.removeprefix("https://").removeprefix("http://"),
            "code": in_fours(code),
            "ends": str(Sentence("It works once, until %(day)s.", day=display_day(local_day(invitation.expires_at)))),
            "keep": str(Sentence("Keep this slip to yourself. Whoever has it can use it.")),
        },
    }


def print_slip(record: SlipRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, one page. Raises UnprintableCharacter (with the field at fault) or DocumentError."""
    drawn = qr_svg(record["address"], title=record["display"]["qr_description"], level="Q")
    return compile_document("invitation", record, drawings={"qr": drawn})
