"""Errors as problem details."""

from __future__ import annotations

import inspect
import json

import pytest

from rebasket.domain import errors
from rebasket.domain.errors import FieldError, Invalid
from rebasket.http.problem import TYPES, MethodNotAllowed, NotJson, Unfinished, problem, problem_response

STATUS = {
    errors.Unreadable: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.Refused: 400,
    errors.Contended: 503,
    errors.OutOfTime: 500,
    errors.Misconfigured: 500,
    errors.NotAccepted: 500,
    errors.Throttled: 500,
    errors.Rejected: 500,
    errors.RebasketError: 500,
}


def test_every_error_of_the_tree_has_its_status() -> None:
    tree = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.RebasketError)}
    assert tree == set(STATUS)


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_an_error_becomes_its_status(kind: type[Exception], status: int) -> None:
    answer = problem_response(kind("the reason"))
    found = json.loads(answer.body)
    assert (answer.status, found["status"], TYPES[found["type"]]) == (status, status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("retry-after" in answer.headers) == (status == 503)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert ("the reason" in answer.body) == (status < 500)


def test_what_only_http_knows_has_its_status_too() -> None:
    assert [problem_response(error).status for error in (NotJson(), MethodNotAllowed("GET"), Unfinished())] == [415, 405, 503]
    assert problem_response(MethodNotAllowed("GET")).headers["allow"] == "GET"


def test_an_unexpected_error_gives_nothing_away() -> None:
    assert problem(KeyError("jane@example.com")) == {"type": "/problems/internal", "title": "Our mistake", "status": 500}


def test_field_errors_point_into_the_request() -> None:
    wrong = Invalid("no", (FieldError("/a/0", "is wrong"), FieldError("", "is empty")))
    assert problem(wrong, "/events/3")["errors"] == [
        {"pointer": "/events/3/a/0", "detail": "is wrong"},
        {"pointer": "/events/3", "detail": "is empty"},
    ]


def test_further_members_stand_beside() -> None:
    assert json.loads(problem_response(Unfinished(), results=[1]).body)["results"] == [1]
