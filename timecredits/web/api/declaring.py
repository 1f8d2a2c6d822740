"""Declaring what the API does: one declaration says how a call is read, answered and described.

A view gets what was sent as a typed struct and answers with one; its types make the description too (describing.py), so the two
can't differ. What a view raises becomes a problem and its work is given up; a Problem that it returns is an answer, and its work
is kept (a refused redemption is an attempt worth keeping).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from flask import Response, current_app, request
from msgspec import Struct
from sqlalchemy.exc import OperationalError

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.api_tokens import note_use
from timecredits.network.permissions import ActorKind, Permission
from timecredits.network.tries import count_try
from timecredits.web.access import actor, allow
from timecredits.web.api.blueprint import blueprint
from timecredits.web.database import db, give_up, is_locked
from timecredits.web.errors import database_fault
from timecredits.web.filters import say
from timecredits.web.problems import ApiProblemError, FieldFault, Problem, problem_response, usual_problem

View = TypeVar("View", bound=Callable[..., Any])

MOST_BYTES = 64 * 1024
A_MINUTE = timedelta(minutes=1)
FAULTS = (ApiProblemError, NotFoundError, RuleError, OperationalError)
"""What a view may raise for a call that can't be done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered: a status that was declared, a struct (or None for no content), and headers."""

    status: int
    body: Struct | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One declared call. `answers` and `problems` are by status; `scope` is what a partner's key needs."""

    method: str
    rule: str
    name: str
    summary: str
    about: str
    permission: Permission
    scope: str
    tag: str
    body: type[Struct] | None
    query: type[Struct] | None
    answers: Mapping[int, tuple[tuple[type[Struct], ...], str]]
    problems: Mapping[int, str]
    parameters: Mapping[str, str]
    examples: Mapping[str, Any]
    media: str


ENDPOINTS: list[Endpoint] = []
"""Every call there is, in the order of declaration."""


def endpoint(
    method: str,
    rule: str,
    permission: Permission,
    *,
    summary: str,
    answers: Mapping[int, tuple[tuple[type[Struct], ...], str]],
    tag: str,
    about: str = "",
    scope: str = "",
    body: type[Struct] | None = None,
    query: type[Struct] | None = None,
    problems: Mapping[int, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    examples: Mapping[str, Any] | None = None,
    most_bytes: int = MOST_BYTES,
    counted: bool = True,
    media: str = "application/json",
) -> Callable[[View], View]:
    """Declare a call. The view is given `body` and `query` where it has them, and the address's parameters.

    `media` is the kind of an answer that is no JSON: the view then answers a Response.
    `counted=False`: only what comes to nothing counts against the key's calls of the minute.
    """

    def declare(view: View) -> View:
        declared = Endpoint(
            method=method,
            rule=rule,
            name=view.__name__,
            summary=summary,
            about=about,
            permission=permission,
            scope=scope,
            tag=tag,
            body=body,
            query=query,
            answers=answers,
            problems=problems or {},
            parameters=parameters or {},
            examples=examples or {},
            media=media,
        )
        ENDPOINTS.append(declared)
        blueprint.add_url_rule(rule, view.__name__, _served(declared, view, most_bytes, counted=counted), methods=[method])
        return view

    return declare


def text(sentence: Sentence) -> str:
    """A sentence as the API says it."""
    return say(sentence)


def refuse(status: int, *, errors: tuple[FieldFault, ...] = (), detail: str = "") -> ApiProblemError:
    """What to raise for a call that can't be done: the usual problem of a status."""
    return ApiProblemError(usual_problem(status, errors=errors, detail=detail))


def _served(declared: Endpoint, view: Callable[..., Any], most_bytes: int, *, counted: bool) -> Callable[..., Response]:
    decoder = msgspec.json.Decoder(declared.body) if declared.body is not None else None

    @allow(declared.permission, writes=True)  # that a key was used, and how often, is written at every call
    @wraps(view)
    def run(**parameters: Any) -> Response:
        try:
            if counted and _count() > current_app.config["API_CALLS_A_MINUTE"]:
                raise refuse(429)
            if declared.scope and declared.scope not in actor().scopes and actor().kind is ActorKind.PARTNER:
                raise refuse(403, detail=f"This key is not good for {declared.scope}. Nothing was changed.")
            if decoder is not None:
                parameters["body"] = _decoded(decoder, _sent(most_bytes))
            if declared.query is not None:
                parameters["query"] = _query(declared.query)
            answered = view(**parameters)
            if isinstance(answered, Problem) and not counted and _count() > current_app.config["API_CALLS_A_MINUTE"]:
                answered = usual_problem(429)  # and its work is kept: a wrong PIN has counted on its card
        except FAULTS as fault:
            return _given_up(problem_of(fault))
        return _response(answered)

    return run


@blueprint.errorhandler(OperationalError)
def _busy(fault: OperationalError) -> Response:
    """Before the call was even looked at, the database said that somebody else holds it; or it is away, or the fault is ours."""
    if not is_locked(fault):
        return database_fault(fault)
    give_up()
    return problem_response(usual_problem(409))


def problem_of(fault: Exception) -> Problem:
    """What a view raised (one of FAULTS) as a problem. Raises it again where it is a fault of ours."""
    if isinstance(fault, ApiProblemError):
        return fault.problem
    if isinstance(fault, NotFoundError):
        return usual_problem(404)
    if isinstance(fault, RuleError):
        said = say(fault.sentence)
        return usual_problem(422, detail=said, errors=[FieldFault(fault.field, said)] if fault.field else [])
    if isinstance(fault, OperationalError) and is_locked(fault):
        return usual_problem(409)
    raise fault


def read_json(kind: type[Any], content: bytes | msgspec.Raw) -> Any:
    """What was sent as this type, or a problem that says what is wrong where."""
    return _decoded(msgspec.json.Decoder(kind), bytes(content))


def _decoded(decoder: "msgspec.json.Decoder[Any]", content: bytes) -> Any:
    if b"\\u0000" in content or b"\0" in content:
        raise refuse(400, detail="What was sent holds a NUL. Nothing was changed.")
    try:
        return decoder.decode(content)
    except msgspec.ValidationError as fault:
        raise refuse(422, errors=(_fault_at(str(fault)),)) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise refuse(400) from fault


def _sent(most_bytes: int) -> bytes:
    if request.mimetype != "application/json":
        raise refuse(415)
    if request.content_length is not None and request.content_length > most_bytes:
        raise refuse(413)
    content = request.get_data(cache=False)
    if len(content) > most_bytes:
        raise refuse(413)
    return content


def _query(kind: type[Struct]) -> Struct:
    given = request.args.to_dict(flat=False)
    twice = [name for name, values in given.items() if len(values) > 1]
    if twice:
        raise refuse(422, errors=tuple(FieldFault(name, "Given more than once.") for name in twice))
    # The word would be read as "not given", and a list that was to be narrowed would come whole.
    nothing = [name for name, values in given.items() if values[0].lower() == "null"]
    if nothing:
        raise refuse(422, errors=tuple(FieldFault(name, "Leave it out in place of null.") for name in nothing))
    try:
        return msgspec.convert(request.args.to_dict(), kind, strict=False)
    except (msgspec.ValidationError, ValueError) as fault:
        raise refuse(422, errors=(_fault_at(str(fault)),)) from fault


def _fault_at(message: str) -> FieldFault:
    detail, _at, path = message.partition(" - at `")
    return FieldFault(path.strip("`").removeprefix("$").removeprefix("."), detail)


def _count() -> int:
    """Count this call against its key; answers how many there were in this minute. Pairing has a limit of its own."""
    who = actor()
    key: UUID | None = who.token_id or who.till_id
    if key is None:
        return 0
    if who.token_id is not None:
        note_use(db.session(), who.programme, who.token_id)
    return count_try(db.session(), f"api {key}", within=A_MINUTE)


def _given_up(problem: Problem) -> Response:
    """Undo what this call did, but let it count: a flood of bad calls is a flood too."""
    db.session.rollback()
    if problem.code != "in_progress":
        _count()
    return problem_response(problem)


def _response(answered: Answer | Problem | Response) -> Response:
    if isinstance(answered, Response):
        return answered
    if isinstance(answered, Problem):
        return problem_response(answered)
    content = b"" if answered.body is None else msgspec.json.encode(answered.body)
    response = Response(content, answered.status, content_type="application/json")
    response.headers.update(answered.headers)
    return response
