"""Which NGSI-LD error is it? ETSI GS CIM 009 §6.3.2, as application/json."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mudan.api.errors import Problem, Refused, language_of
from mudan.primitives.text import Text

PREFIX: Final = "/ngsi-ld/"
_TYPES: Final = "https://uri.etsi.org/ngsi-ld/errors/"

_TITLES: Final = {
    "BadRequestData": (400, Text("请求数据有误", "The request's data are not as they should be")),
    "InvalidRequest": (400, Text("请求有误", "The request is malformed")),
    "ResourceNotFound": (404, Text("没有找到", "Not found")),
    "OperationNotSupported": (422, Text("不支持此操作", "This operation is not offered")),
    "TooManyResults": (403, Text("结果过多", "Too many results")),
    "LdContextNotAvailable": (504, Text("上下文不可用", "The @context is not available")),
    "InternalError": (500, Text("系统内部错误", "Something broke inside the centre")),
}
# The API's own words, and what NGSI-LD calls the same; the rest keeps its status under about:blank.
_NAMES: Final = {
    "invalid": "BadRequestData",
    "bad_request": "InvalidRequest",
    "not_found": "ResourceNotFound",
    "internal": "InternalError",
}


def refused(name: str, detail: str) -> Refused:
    """An error to raise, by its NGSI-LD name."""
    status, title = _TITLES[name]
    return Refused(Problem(status, name, title, detail))


def not_acceptable() -> Refused:
    """None of the accepted formats is offered; NGSI-LD has no name for it."""
    detail = "application/json and application/ld+json are offered"
    return Refused(Problem(406, "not_acceptable", Text("无法提供此格式", "Not acceptable"), detail))


def render(problem: Problem, request: Request) -> Response:
    """The problem in NGSI-LD's form."""
    language = language_of(request)
    name = _NAMES.get(problem.code, problem.code)
    status = _TITLES[name][0] if name in _TITLES else problem.status
    body = {
        "type": f"{_TYPES}{name}" if name in _TITLES else "about:blank",
        "title": problem.title.en if language == "en" else problem.title.zh,
        "status": status,
        "detail": problem.detail,
    }
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    return JSONResponse(body, status, headers)
