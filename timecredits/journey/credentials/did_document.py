"""Who issues our credentials: the site itself, under the name that `did:web` gives it, with every key it ever signed with.

did:web: a domain, a port written %3A8443, then a colon for each slash of the path. The document stands at
/.well-known/did.json, or at <path>/did.json where the site has a path (https://w3c-ccg.github.io/did-method-web/).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from timecredits.journey.credentials.credential_keys import ALGORITHM, key_id

__all__ = ["did_document", "did_of"]

# The terms that the document uses: controlled identifiers, and keys as JSON.
_CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1")
_USUAL_PORTS: Final = {"http": 80, "https": 443}


def did_of(base_url: str) -> str:
    """The issuer that a site is: https://credits.example.org is did:web:credits.example.org.

    ValueError for an address that is not a site's: no host, a user's name in it, a question or a fragment.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in _USUAL_PORTS or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("a did:web needs the plain address of a site")
    host = parts.hostname
    if ":" in host:  # an IPv6 address, only ever met on somebody's own machine
        host = f"[{host}]"
    elif not host.isascii():
        host = host.encode("idna").decode()
    port = "" if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    segments = (unquote(segment) for segment in parts.path.split("/") if segment)
    return ":".join(["did:web", *map(_did_text, [f"{host}{port}", *segments])])


def did_document(did: str, keys: Mapping[int, bytes], *, current: int | None = None) -> dict[str, Any]:
    """The document that lists the issuer's keys. `keys` are raw public keys, 32 bytes each, by number: all that ever signed.

    The current key (by default the highest number) comes first: a checker that picks no key by name takes the first one, and
    status lists, which some check so, are always signed by the current key. ValueError for no keys, or a current one that is not
    among them.
    """
    if not keys:
        raise ValueError("a did document needs a key")
    first = max(keys) if current is None else current
    if first not in keys:
        raise ValueError("the current key is not among the keys")
    numbers = [first, *sorted(set(keys) - {first}, reverse=True)]
    return {
        "@context": list(_CONTEXTS),
        "id": did,
        "verificationMethod": [
            {
                "id": key_id(did, number),
                "type": "JsonWebKey",
                "controller": did,
                "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": _base64(keys[number]), "alg": ALGORITHM},
            }
            for number in numbers
        ],
        "assertionMethod": [key_id(did, number) for number in numbers],
    }


def _did_text(part: str) -> str:
    """One part of a DID: letters, figures, full stop, dash and underscore; all else percent-encoded (W3C DID Core, 3.1)."""
    return quote(part, safe="").replace("~", "%7E")


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
