"""What it takes to check a digital credential: the issuer's keys, and the lists of those that no longer stand."""

from flask import Response, current_app, jsonify

from timecredits.journey.credentials.did_document import did_document, did_of
from timecredits.journey.credentials.kept_keys import shown_keys
from timecredits.journey.credentials.status_lists import signed_status_list
from timecredits.network.permissions import CHECK_CREDENTIAL
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/.well-known/did.json")
@allow(CHECK_CREDENTIAL)
def issuer_keys() -> Response:
    """The issuer's DID document, with every key that ever signed a credential; the one that signs now comes first."""
    number, keys = shown_keys(db.session(), current_app.config["KEYRING"])
    answer = jsonify(did_document(did_of(current_app.config["BASE_URL"]), keys, current=number))
    answer.content_type = "application/did+json"
    return answer


@blueprint.get("/credentials/status/<int:number>")
@allow(CHECK_CREDENTIAL)
def credential_status(number: int) -> Response:
    """One list of withdrawn credentials, signed; 404 for a list that is not in use."""
    config = current_app.config
    token = signed_status_list(db.session(), number, base_url=config["BASE_URL"], keyring=config["KEYRING"])
    return Response(token, content_type="application/vc+jwt")
