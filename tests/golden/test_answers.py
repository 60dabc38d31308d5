"""What comes back over HTTP is what came back yesterday, byte for byte, headers included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rebasket.domain.errors import (
    Contended,
    FieldError,
    Forbidden,
    Invalid,
    Misconfigured,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unreadable,
)
from rebasket.http.problem import MethodNotAllowed, NotJson, Unfinished, problem_response
from rebasket_local.http_messages import response_of
from tests.golden.answering import Answers, shown, told
from tests.golden.shelf import HERE, Shelf

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture
def shelf(renew: bool) -> Shelf:  # noqa: FBT001  # a fixture
    return Shelf(HERE / "answers", renew)


@pytest.fixture(scope="module")
def answers() -> dict[str, Answers]:
    return told()


@pytest.mark.parametrize("file", ["events", "visits", "reports"])
def test_answers_are_golden(shelf: Shelf, answers: Mapping[str, Answers], file: str) -> None:
    for name, answer in answers[file].items():
        shelf.hold(file, name, answer)
    shelf.hold_names(file, set(answers[file]))


PROBLEMS: Mapping[str, Exception] = {
    "unreadable": Unreadable("why"),
    "unauthenticated": Unauthenticated("why"),
    "forbidden": Forbidden("why"),
    "not found": NotFound("why"),
    "method not allowed": MethodNotAllowed("POST"),
    "too large": TooLarge("why"),
    "not JSON": NotJson(),
    "invalid": Invalid("why", (FieldError("/lines/0/sku", "is required"),)),
    "busy": Contended("a secret"),
    "unfinished": Unfinished(),
    "misconfigured": Misconfigured("a secret"),
    "our mistake": ValueError("a secret"),
}


def test_problems_are_golden(shelf: Shelf) -> None:
    """Those too that no request of the story can bring about."""
    for name, error in PROBLEMS.items():
        shelf.hold("problems", name, shown(response_of(problem_response(error).for_gateway())))
    shelf.hold_names("problems", set(PROBLEMS))
