"""What an answer of the product over HTTP says: status, results, warnings, and what is wrong, field by field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rebasket_cli.play.record import Warned

if TYPE_CHECKING:
    from rebasket_cli.play.record import Answer
    from rebasket_local.http_messages import Response


def read(answer: Answer, response: Response) -> None:
    """Note it in `answer`."""
    answer.status = response.status
    if "location" in response.headers:
        answer.told.append(f"to {response.headers['location']}")
    if "json" not in response.headers.get("content-type", ""):
        return
    data = json.loads(response.text)
    results = data.get("results", [])
    answer.results = [one["status"] for one in results]
    answer.warnings = [Warned(pointer=w["pointer"], detail=w["detail"]) for one in results for w in one.get("warnings", ())]
    problems = [one["problem"] for one in results if "problem" in one] or ([data] if response.status >= 400 else [])
    for problem in problems:
        wrong = [f"{one['pointer']}: {one['detail']}" for one in problem.get("errors", ())]
        answer.told += wrong or [problem.get("detail") or problem.get("title") or problem.get("message") or ""]
