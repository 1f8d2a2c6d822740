"""The API's description (OpenAPI 3.1), made from what the calls declare: addresses, types, statuses and who may call."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from timecredits.network.permissions import ActorKind
from timecredits.web.api.declaring import ENDPOINTS, Endpoint
from timecredits.web.problems import MEDIA_TYPE, Problem, usual_problem

VERSION = "1.0.0"
_PREFIX = "/api/v1"
_PARAMETER = re.compile(r"<uuid:(\w+)>")
_ABOUT = (
    "For tills of other makers, and for partners' computers. Amounts are minutes of credit: 60 are one credit. Instants are UTC, "
    "days are those of the United Kingdom. Every answer that says no is a problem document (RFC 9457) with a stable code, "
    "a sentence, and what to do next. Whatever is added carries an id made by the caller: the same id and body add once."
)
_TAGS = {
    "Tills": "Taking credits, with a till's token.",
    "People": "Who is enrolled and what they have, with a partner's key.",
    "Hours": "Hours that people gave, with a partner's key.",
    "Places": "What is offered and where.",
}
_OK = 200
_FAULTS = {
    400: "What was sent can't be read: there is a NUL in it.",
    429: "Too many calls with this key. Wait a minute.",
    500: "A fault of ours. Hours and credits are safe.",
}


@cache
def describe() -> Mapping[str, Any]:
    """The whole description, as it is served and printed."""
    schemas = _schemas(ENDPOINTS)
    paths: dict[str, dict[str, Any]] = {}
    for each in ENDPOINTS:
        paths.setdefault(_PARAMETER.sub(r"{\1}", each.rule), {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Time Credits",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": _PREFIX}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "till": {"type": "http", "scheme": "bearer", "description": "A till's token, from pairing."},
                "partner": {"type": "http", "scheme": "bearer", "description": "A partner's key, from the programme's manager."},
            },
        },
    }


def printed() -> bytes:
    """The description as text: the same bytes for the command and for the address."""
    return msgspec.json.format(msgspec.json.encode(describe()), indent=2) + b"\n"


def _operation(each: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "tags": [each.tag],
        "security": _security(each),
        "parameters": [*_address_parameters(each), *_query_parameters(each)],
        "responses": _responses(each),
    }
    if each.about:
        operation["description"] = each.about
    if each.body is not None:
        content: dict[str, Any] = {"schema": _reference(each.body)}
        if "body" in each.examples:
            content["example"] = each.examples["body"]
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return {key: value for key, value in operation.items() if value or key == "security"}


def _security(each: Endpoint) -> list[dict[str, list[str]]]:
    allowed = each.permission.allowed
    if ActorKind.VISITOR in allowed:
        return [{"till": []}] if each.name == "send_batch" else []
    scopes = [each.scope] if each.scope else []
    kinds = {ActorKind.TILL: {"till": list[str]()}, ActorKind.PARTNER: {"partner": scopes}}
    return [need for kind, need in kinds.items() if kind in allowed]


def _address_parameters(each: Endpoint) -> Iterable[dict[str, Any]]:
    for name in _PARAMETER.findall(each.rule):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": each.parameters.get(name, "An id."),
            "schema": {"type": "string", "format": "uuid"},
        }


def _query_parameters(each: Endpoint) -> Iterable[dict[str, Any]]:
    if each.query is None:
        return
    _, found = msgspec.json.schema_components([each.query], ref_template="#/components/schemas/{name}")
    schema = found[each.query.__name__]
    for name, field in schema["properties"].items():
        described = dict(field)
        about = described.pop("description", "")
        parameter = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _without_null(described),
        }
        yield parameter | ({"description": about} if about else {})


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What can be written in an address: a parameter is left out, never null."""
    kinds = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    kept = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    if not kinds:
        return kept
    return (kinds[0] if len(kinds) == 1 else {"anyOf": kinds}) | kept


def _responses(each: Endpoint) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, (kinds, about) in each.answers.items():
        answer: dict[str, Any] = {"description": about}
        if kinds:
            references = [_reference(kind) for kind in kinds]
            schema = references[0] if len(references) == 1 else {"anyOf": references}
            answer["content"] = {each.media: {"schema": schema}}
        elif status == _OK:
            answer["content"] = {each.media: {"schema": {}}}
        responses[str(status)] = answer
    for status, about in _problems(each).items():
        responses[str(status)] = {"description": about, "content": {MEDIA_TYPE: {"schema": _reference(Problem)}}}
    return dict(sorted(responses.items()))


def _problems(each: Endpoint) -> dict[int, str]:
    """What each call may be answered, and what this one may be answered besides."""
    found = dict(_FAULTS)
    if ActorKind.VISITOR not in each.permission.allowed:
        found |= {401: usual_problem(401).detail, 403: usual_problem(403).detail}
    if each.body is not None:
        found |= {status: usual_problem(status).detail for status in (400, 409, 413, 415, 422)}
    if each.query is not None:
        found[422] = usual_problem(422).detail
    return found | dict(each.problems)


def _schemas(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    kinds: set[type[Struct]] = {Problem}
    for each in endpoints:
        kinds |= {kind for shapes, _ in each.answers.values() for kind in shapes}
        kinds |= {each.body} if each.body is not None else set()
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    return dict(sorted(components.items()))


def _reference(kind: type[Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
