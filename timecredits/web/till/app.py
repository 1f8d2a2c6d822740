"""The till as an installed app: the page for no signal, the service worker that keeps it, and the web app manifest.

The worker is written anew whenever the page, its rules or a file that it names has changed, so that a browser never shows
an old page with new files, or a page under an old content security policy.
"""

import json
import re
from hashlib import sha256
from typing import Any

from flask import Response, current_app, make_response, render_template, url_for
from flask_babel import gettext as _

from timecredits.foundation.keys import Keyring
from timecredits.foundation.places import STATIC_DIST
from timecredits.network.permissions import READ_PUBLIC_PAGES, TAKE_CREDITS, ActorKind
from timecredits.spending.offline.pack_cards import base64url
from timecredits.spending.offline.pack_keys import pack_public_keys
from timecredits.web import headers
from timecredits.web.access import actor, allow
from timecredits.web.assets import asset
from timecredits.web.till.blueprint import blueprint

_ASSET = re.compile(r'"(/static/[^"]+)"')
_IN_STYLES = re.compile(r'url\("([^"/:]+\.woff2)"\)')
_ICONS = (("till-192.png", 192, "any"), ("till-512.png", 512, "any"), ("till-maskable-512.png", 512, "maskable"))


@blueprint.context_processor
def pack_keys() -> dict[str, Any]:
    """For a till's pages: the keys that its packs are signed with, by number."""
    if actor().kind is not ActorKind.TILL:
        return {}
    keyring: Keyring = current_app.config["KEYRING"]
    return {"pack_keys": {str(number): base64url(key) for number, key in pack_public_keys(keyring).items()}}


@blueprint.get("/offline")
@allow(TAKE_CREDITS)
def offline() -> str:
    """Take cards and notes with no signal. The worker keeps this page; all else on it comes from the device's own store."""
    # Without messages: kept, they would be shown again and again, and be missing where they belong.
    return render_template("till/offline.html", get_flashed_messages=lambda **_kinds: [])


@blueprint.get("/worker.js")
@allow(TAKE_CREDITS)
def worker() -> Response:
    """The service worker, with the build that it keeps written in front of it."""
    page = offline()
    script = (STATIC_DIST / asset("till_worker.js").removeprefix("/static/")).read_text(encoding="utf-8")
    assets = _files_of(page)
    parts = [page.replace(headers.csp_nonce(), ""), headers.POLICY, *assets, script]
    shell = {
        "version": sha256("\0".join(parts).encode()).hexdigest()[:16],
        "page": url_for("till.offline"),
        "unsent": url_for("till.offline", unsent="yes"),
        "assets": assets,
    }
    response = make_response(f"const SHELL = {json.dumps(shell)};\n{script}")
    response.mimetype = "text/javascript"
    response.headers["Service-Worker-Allowed"] = url_for("till.scan")
    return response


@blueprint.get("/app.webmanifest")
@allow(READ_PUBLIC_PAGES)
def webmanifest() -> Response:
    """What a device needs to know to install the till."""
    name = _("Time Credits till")
    content = {
        "id": url_for("till.scan"),
        "name": name,
        "short_name": _("Till"),
        "start_url": url_for("till.scan"),
        "scope": url_for("till.scan"),
        "display": "standalone",
        "background_color": "#fbf6ec",
        "theme_color": "#3c1a66",
        "icons": [
            {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in _ICONS
        ],
    }
    response = make_response(json.dumps(content))
    response.mimetype = "application/manifest+json"
    return response


def _files_of(page: str) -> list[str]:
    """The built files that a page names, and the fonts that its styles name."""
    files = set(_ASSET.findall(page))
    for styles in [each for each in files if each.endswith(".css")]:
        text = (STATIC_DIST / styles.removeprefix("/static/")).read_text(encoding="utf-8")
        files |= {f"/static/{font}" for font in _IN_STYLES.findall(text)}
    return sorted(files)
