"""A slip to sign in with, on paper: for whom, where to go, and twelve characters to type. Nothing says who made it."""

from timecredits.foundation.clock import local_day
from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.network.invitation_slip import in_fours
from timecredits.network.slips import MadeSlip

__all__ = ["print_sign_in_slip"]


def print_sign_in_slip(made: MadeSlip, *, base_url: str) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, one page. Raises UnprintableCharacter (with the field at fault) or DocumentError."""
    address = f"{base_url}/sign-in/slip"
    display = {
        "title": str(Sentence("Your slip to sign in")),
        "name": made.name,
        "qr_description": str(Sentence("A square code to scan. The address below leads to the same page.")),
        "scan": str(Sentence("Scan this with a phone, or use any computer.")),
        "typing": str(Sentence("Go to this address and type the code:")),
        "address": address.removeprefix("https://").removeprefix("http://"),
        "code": in_fours(made.code),
        "ends": str(Sentence("It works once, until %(day)s.", day=display_day(local_day(made.slip.expires_at)))),
        "keep": str(Sentence("Keep this slip to yourself. Whoever has it can use it. A newer slip ends this one.")),
    }
    record = {
        "kind": "sign-in slip",
        "version": 1,
        "language": "en",
        "issued_on": local_day(made.slip.made_at).isoformat(),
        "address": address,
        "display": display,
    }
    # The square code leads to the page, and doesn't hold the code: who photographs it in passing gets nothing.
    return compile_document("sign_in_slip", record, drawings={"qr": qr_svg(address, title=display["qr_description"], level="Q")})
