"""/.well-known/security.txt (RFC 9116): where somebody who finds a hole writes to. Not there where no address is set."""

from datetime import timedelta

from flask import Response, abort, current_app

from timecredits.foundation import clock
from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web.access import allow
from timecredits.web.public.blueprint import blueprint

_GOOD_FOR = timedelta(days=90)
"""The RFC asks for less than a year. It is made anew at each reading, so a copy that lies about goes stale soon."""


@blueprint.get("/.well-known/security.txt")
@allow(READ_PUBLIC_PAGES)
def security_txt() -> Response:
    """Say who to tell."""
    contact = current_app.config["SECURITY_CONTACT"]
    if not contact:
        abort(404)
    until = (clock.now() + _GOOD_FOR).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    lines = (
        f"Contact: {contact}",
        f"Expires: {until}",
        "Preferred-Languages: en",
        f"Canonical: {current_app.config['BASE_URL']}/.well-known/security.txt",
    )
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
