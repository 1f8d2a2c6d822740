"""The headers of every response, errors too, and the nonce for the one script that stands in the page."""

import secrets

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Not the page where a code is typed: its address holds no secret, and over HTTPS its form is refused without a referrer.
_NO_REFERRER = frozenset(
    {
        "public.leave",
        "public.check_reference",
        "public.shared_letters",
        "public.shared_pack_pdf",
        "public.shared_letter_pdf",
    }
)
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LASTING = "max-age=31536000; includeSubDomains"
_CAMERA = frozenset({"till.scan", "till.offline", "kiosk.home"})


def plain_headers(*, is_secure: bool) -> list[tuple[str, str]]:
    """The headers of an answer that no page of ours made: text alone, which may load nothing and send nothing."""
    policy = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    headers = [
        ("Content-Security-Policy", policy),
        *_EVERYWHERE.items(),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", _permissions(camera="()")),
        ("Cache-Control", "no-store"),
        ("X-Robots-Tag", "noindex"),
    ]
    return [*headers, ("Strict-Transport-Security", _LASTING)] if is_secure else headers


def csp_nonce() -> str:
    """This response's nonce, for `cspNonce` in templates."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    nonce: str = g.csp_nonce
    return nonce


def init_app(app: Flask) -> None:
    """Put the headers on whatever leaves the application."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    lasting = app.config["BASE_URL"].startswith("https://")  # also behind a proxy that PROXY_COUNT does not tell of

    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = POLICY.format(nonce=csp_nonce())
        headers.update(_EVERYWHERE)
        headers["Referrer-Policy"] = "no-referrer" if request.endpoint in _NO_REFERRER else "same-origin"
        camera = "(self)" if request.endpoint in _CAMERA else "()"
        headers["Permissions-Policy"] = _permissions(camera=camera)
        if request.endpoint != "static_file" or response.status_code >= 400:  # noqa: PLR2004  an error's page
            headers["Cache-Control"] = "no-store"
        if request.endpoint not in _INDEXED:
            headers["X-Robots-Tag"] = "noindex"
        if response.status_code == 429:  # noqa: PLR2004
            headers.setdefault("Retry-After", "60")
        if request.is_secure or lasting:
            headers["Strict-Transport-Security"] = _LASTING
        return response

    app.after_request(add)


def _permissions(*, camera: str) -> str:
    return f"camera={camera}, geolocation=(), microphone=(), payment=(), usb=()"


_INDEXED = frozenset({"public.landing", "static_file"})
