"""Which answer does each error get? One table, as problem details (RFC 9457), and nothing of the inside.

DecodeError 422   Invalid 422      NotFound 404   NotAllowed 403
NotSignedIn 401   Conflict 409     TooMany 429    Unavailable 503   anything else 500
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketState

from mudan.primitives.errors import (
    Conflict,
    DecodeError,
    Invalid,
    MudanError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
)
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text

log = logging.getLogger(__name__)

SIGNED_OUT_CLOSE: Final = 4401  # web socket close codes 4000-4999 are the application's own (RFC 6455 §7.4.2)
REFUSED_CLOSE: Final = 4403
LATER_CLOSE: Final = 1013  # try again later, as registered after RFC 6455 §11.7
_RETRY_S: Final = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """What the other side is told. `retry_after_s` 0 says nothing of when to try again."""

    status: int
    code: str
    title: Text
    detail: str = ""
    field: str = ""
    retry_after_s: int = 0


_TABLE: Final[dict[type[MudanError], Problem]] = {
    DecodeError: Problem(422, "undecodable", Text("数据不符合规约", "The data break their standard")),
    Invalid: Problem(422, "invalid", Text("内容有误", "Something in the request cannot be accepted")),
    NotFound: Problem(404, "not_found", Text("没有找到", "Not found")),
    NotAllowed: Problem(403, "not_allowed", Text("没有权限", "Not allowed")),
    NotSignedIn: Problem(401, "not_signed_in", Text("请重新登录", "Sign in again")),
    Conflict: Problem(409, "conflict", Text("情况已变化，请刷新", "It has moved on; refresh")),
    TooMany: Problem(429, "too_many", Text("请稍后再试", "Too many; try later")),
    Unavailable: Problem(503, "unavailable", Text("暂时不可用", "Not available now"), retry_after_s=_RETRY_S),
}
_HTTP: Final[dict[int, Problem]] = {
    400: Problem(400, "bad_request", Text("请求有误", "The request is malformed")),
    403: _TABLE[NotAllowed],
    404: _TABLE[NotFound],
    405: Problem(405, "method_not_allowed", Text("不支持此操作", "This cannot be done here")),
    413: Problem(413, "too_large", Text("内容过大", "Too large")),
    415: Problem(415, "unsupported", Text("不支持此格式", "This format is not understood")),
}
_BROKEN: Final = Problem(500, "internal", Text("系统内部错误", "Something broke inside the centre"))

Renderer = Callable[[Problem, Request], Response]


class Refused(MudanError):
    """An error that brings its own row, for protocols with error names of their own."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem_of(error: Exception) -> Problem:
    """The row of the table for an error; for one that nobody expected, an id under which it is logged."""
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, MudanError):
        row = next(_TABLE[kind] for kind in type(error).__mro__ if kind in _TABLE)
        field = error.field if isinstance(error, Invalid) else ""
        retry_s = ceil(error.retry_after_s) if isinstance(error, TooMany) else row.retry_after_s
        return Problem(row.status, row.code, row.title, error.reason, field, retry_s)
    if isinstance(error, RequestValidationError):
        return _validation(error)
    if isinstance(error, HTTPException):
        row = _HTTP.get(error.status_code, _HTTP[400])
        return Problem(error.status_code, row.code, row.title)
    if isinstance(error, (psycopg.DataError, UnicodeEncodeError)):
        row = _TABLE[Invalid]
        return Problem(row.status, row.code, row.title, "a text or number cannot be stored")
    error_id = new_id()
    log.error("error %s", error_id, exc_info=error)
    return Problem(_BROKEN.status, _BROKEN.code, _BROKEN.title, f"error {error_id}")


def render(problem: Problem, request: Request) -> Response:
    """The problem as application/problem+json, its title in the reader's language."""
    language = language_of(request)
    body: dict[str, Any] = {
        "type": f"urn:mudan:problem:{problem.code}",
        "title": problem.title.en if language == "en" else problem.title.zh,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.field:
        body["field"] = problem.field
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    return JSONResponse(body, problem.status, headers, "application/problem+json")


def language_of(request: Request) -> str:
    """`en` where the reader prefers it to Chinese, else `zh`."""
    wanted = request.headers.get("accept-language", "").lower()
    english, chinese = wanted.find("en"), wanted.find("zh")
    return "en" if english >= 0 and (chinese < 0 or english < chinese) else "zh"


class Answerer:
    """Turns errors into answers. `renderers` are those of path prefixes with a form of their own."""

    def __init__(self, renderers: Mapping[str, Renderer]) -> None:
        self._renderers = renderers

    def answer(self, request: Request, error: Exception) -> Response:
        """The answer to a request that failed."""
        path = request.url.path
        chosen = next((r for prefix, r in self._renderers.items() if path.startswith(prefix)), render)
        answer = chosen(problem_of(error), request)
        if isinstance(error, HTTPException) and error.headers:
            answer.headers.update(error.headers)
        return answer

    def install(self, app: FastAPI) -> None:
        """Answer every error that the app's routes raise."""

        async def handle(connection: Request | WebSocket, error: Exception) -> Response | None:
            if isinstance(connection, WebSocket):
                await _close(connection, error)
                return None
            return self.answer(connection, error)

        for kind in (
            MudanError,
            RequestValidationError,
            HTTPException,
            psycopg.DataError,
            UnicodeEncodeError,
        ):
            app.add_exception_handler(kind, handle)  # type: ignore[arg-type]  # the same handler serves web sockets


async def _close(socket: WebSocket, error: Exception) -> None:
    if socket.client_state is WebSocketState.CONNECTING:
        await socket.accept()  # a browser sees the close code of an open socket only
    code = SIGNED_OUT_CLOSE if isinstance(error, NotSignedIn) else REFUSED_CLOSE
    if isinstance(error, Unavailable):
        code = LATER_CLOSE
    await socket.close(code, problem_of(error).code)


def _validation(error: RequestValidationError) -> Problem:
    row = _TABLE[Invalid]
    first: dict[str, Any] = next(iter(error.errors()), {})
    if first.get("type") == "extra_forbidden":  # its place is a word of the sender's: not echoed
        return Problem(row.status, row.code, row.title, "there is a field that is not known here")
    place = [str(part) for part in first.get("loc", ())[1:]]
    return Problem(row.status, row.code, row.title, str(first.get("msg", "")), ".".join(place))
