"""Answers of the API that say no: RFC 9457 problem documents with a stable code, a sentence, and what to do next."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from flask import Response, request
from msgspec import UNSET, Meta, Struct, UnsetType

API = "/api/"
MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:timecredits:problem:"
_AGAIN = {"in_progress": 5, "away": 5, "too_many": 60, "typing_paused": 300, "pairing_paused": 600}
"""Seconds after which to try again what could not be answered just now."""


class FieldFault(Struct, frozen=True):
    """What is wrong at one place of what was sent."""

    at: Annotated[str, Meta(description="Where: a path such as party.adults.")]
    detail: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why something was not done, and what to do next. `code` is stable; the sentences may change."""

    type: Annotated[str, Meta(description="urn:timecredits:problem: and the code.")]
    title: str
    status: int
    code: Annotated[str, Meta(description="Stable: programs may rely on it.")]
    detail: Annotated[str, Meta(description="What did not happen, in a sentence for staff.")]
    next: Annotated[str, Meta(description="What to do next.")]
    say: Annotated[str | UnsetType, Meta(description="A sentence to read out to the person.")] = UNSET
    id: Annotated[UUID | UnsetType, Meta(description="The attempt that was kept, where one was.")] = UNSET
    name: Annotated[str | UnsetType, Meta(description="First name and initial, where a face is to be compared.")] = UNSET
    asks: Annotated[str | UnsetType, Meta(description="What to ask for beside a card: pin, word or photo.")] = UNSET
    needed: Annotated[int | UnsetType, Meta(description="Minutes of credit that it would have taken.")] = UNSET
    errors: Annotated[list[FieldFault] | UnsetType, Meta(description="What is wrong where.")] = UNSET


class ApiProblemError(Exception):
    """Give the whole work of this call up, and answer with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


_USUAL: Mapping[int, tuple[str, str, str, str]] = {
    400: ("unreadable", "Not readable", "What was sent is not JSON. Nothing was changed.", "Send a JSON object in UTF-8."),
    401: ("no_key", "No key", "There is no key that works. Nothing was changed.", "Send: Authorization: Bearer KEY."),
    403: ("not_allowed", "Not allowed", "This key is not good for that. Nothing was changed.", "Ask for a key with that scope."),
    404: ("not_found", "Not found", "There is no such thing here. Nothing was changed.", "Check the address and the id."),
    405: ("no_such_act", "Not possible", "This address can not do that. Nothing was changed.", "See Allow for what it can do."),
    409: (
        "in_progress",
        "In progress",
        "This is being worked on. We can not say yet what came of it.",
        "Send the same again, with the same id, in a few seconds.",
    ),
    413: ("too_big", "Too big", "This is more than can be sent at once. Nothing was changed.", "Send less at once."),
    415: (
        "not_json",
        "Not JSON",
        "What was sent is not called JSON. Nothing was changed.",
        "Say Content-Type: application/json.",
    ),
    422: ("not_as_described", "Not as described", "Something sent is not as it has to be. Nothing was changed.", "See errors."),
    429: ("too_many", "Too many calls", "There were too many calls. Nothing was changed.", "Wait a minute. Then go on."),
    500: ("fault", "A fault of ours", "Something went wrong. Hours and credits are safe.", "Send the same again in a minute."),
    503: ("away", "A short break", "We are having a short break. Hours and credits are safe.", "Try again in a minute."),
}


def is_api() -> bool:
    """Whether this request is for the API, also where it has no such address."""
    return request.path.startswith(API)


def usual_problem(status: int, *, errors: Sequence[FieldFault] = (), detail: str = "") -> Problem:
    """The problem that a status stands for, where there is nothing more to say."""
    code, title, usual, what_next = _USUAL.get(status, _USUAL[500] if status >= 500 else _USUAL[400])  # noqa: PLR2004
    return Problem(
        type=_TYPE + code,
        title=title,
        status=status,
        code=code,
        detail=detail or usual,
        next=what_next,
        errors=list(errors) or UNSET,
    )


def named_problem(status: int, code: str, title: str, detail: str, what_next: str) -> Problem:
    """A problem with a code of its own."""
    return Problem(type=_TYPE + code, title=title, status=status, code=code, detail=detail, next=what_next)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says so."""
    response = Response(msgspec.json.encode(problem), problem.status, content_type=MEDIA_TYPE)
    response.headers.update(headers or {})
    if problem.status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.code in _AGAIN:
        response.headers["Retry-After"] = str(_AGAIN[problem.code])
    return response
