"""How is a call refused in the words of GeoReport? A list of errors, in the format that was asked for.

400  something was not provided, or is not as it should be; an address that is none
403  no api_key, or one that does not hold
404  a jurisdiction, service, request or token that is not here
429  too often
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mudan.api.errors import Problem, Refused
from mudan.core.cases.model.georeport import FORMATS, Refusal, written
from mudan.primitives.text import Text

PREFIX: Final = "/open311/"
_TITLE: Final = Text("请求未被接受", "The call was refused")
_BAD_URL: Final = "The URL request is invalid or the service is not offered"
_STATUSES: Final = {422: 400, 401: 403, 415: 400}


@dataclass(frozen=True, slots=True)
class Problems(Problem):
    """A refusal for several reasons at once."""

    refusals: tuple[Refusal, ...] = ()


def refused(status: int, *reasons: str) -> Refused:
    """An error to raise, with one or more reasons."""
    return refused_for(status, (Refusal(str(status), reason) for reason in reasons))


def refused_for(status: int, refusals: Iterable[Refusal]) -> Refused:
    """The same with reasons that have codes of their own."""
    return Refused(Problems(status, "refused", _TITLE, refusals=tuple(refusals)))


def format_of(path: str) -> str:
    """xml or json, as the end of a path asks; xml, which every client reads, when it asks for neither."""
    ending = path.rpartition(".")[2]
    return ending if ending in FORMATS else "xml"


def render(problem: Problem, request: Request) -> Response:
    """The problem as a list of errors."""
    status = _STATUSES.get(problem.status, problem.status)
    detail = ": ".join(part for part in (problem.field, problem.detail or problem.title.en) if part)
    if problem.status == 404 and not problem.detail and not isinstance(problem, Problems):
        status, detail = 400, _BAD_URL
    refusals: tuple[Refusal, ...] = (Refusal(str(status), detail),)
    if isinstance(problem, Problems):
        refusals = problem.refusals
    form = format_of(request.url.path)
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    return Response(written(refusals, "errors", form), status, headers, FORMATS[form])
