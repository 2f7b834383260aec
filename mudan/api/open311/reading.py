"""What may be reported, what was asked of it, and what became of it? Everything that needs no key."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from mudan.api.cap_feed import NOTHING
from mudan.api.deps import deps_of
from mudan.api.open311.answers import answer, extension_of, request_of
from mudan.api.open311.errors import refused
from mudan.api.open311.parameters import asked, checked, language, offered, wanted
from mudan.core.cases import queries
from mudan.core.cases.model.georeport import (
    FORMATS,
    Discovery,
    Endpoint,
    Offer,
    Ticket,
    definition_of,
    service_of,
    written,
)
from mudan.core.cases.queries import OpenCase, OpenWanted
from mudan.storage.pool import Connection

router = APIRouter(tags=["open311"])
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
CHANGESET: Final = "2026-11-23T00:00:00Z"  # when what is offered here last changed
MEDIA_TYPES: Final = tuple(kind.partition(";")[0] for kind in FORMATS.values())
_V2: Final = "/open311/v2"


@router.get("/open311/discovery.{ending}", response_class=Response)
@router.get(f"{_V2}/discovery.{{ending}}", response_class=Response)
async def discovery(request: Request, ending: str) -> Response:
    """Where this interface is, in which formats, and whom to ask for a key."""
    form = checked(asked(request), request, ending)
    settings = deps_of(request).settings
    origin = settings.origins[0] if settings.origins else str(request.base_url).rstrip("/")
    here = Endpoint(
        SPECIFICATION, f"{origin}{_V2}", CHANGESET, "test" if settings.demo else "production", MEDIA_TYPES
    )
    found = Discovery(
        CHANGESET,
        "县指挥中心 / the county's operations centre",
        "接口密钥由县指挥中心管理员核发 / keys are issued by the centre's administrator",
        (here,),
    )
    return Response(written(found, "", form), media_type=FORMATS[form])


@router.get(f"{_V2}/services.{{ending}}", response_class=Response)
async def services(request: Request, ending: str) -> Response:
    """What may be reported."""
    given = asked(request)
    form, said = checked(given, request, ending), language(given, request)
    return answer([service_of(one, said) for one in offered().values()], "services", form)


@router.get(f"{_V2}/services/{{service_code}}.{{ending}}", response_class=Response)
async def definition(request: Request, service_code: str, ending: str) -> Response:
    """What is asked of who reports it."""
    given = asked(request)
    form, said = checked(given, request, ending), language(given, request)
    offer = offered().get(service_code)
    if offer is None:
        raise refused(404, "service_code provided was not found")
    return Response(written(definition_of(offer, said), "", form), media_type=FORMATS[form])


@router.get(f"{_V2}/requests.{{ending}}", response_class=Response)
async def requests(request: Request, ending: str) -> Response:
    """The requests that are asked for: the newest first, those of the last 90 days, a thousand, unless asked."""
    given, deps = asked(request), deps_of(request)
    form = checked(given, request, ending)
    which = wanted(given, offered(), deps.clock.now())
    async with deps.db.work(NOTHING) as connection:
        return await _listed(connection, await queries.open_cases(connection, which), given, request, form)


@router.get(f"{_V2}/requests/{{service_request_id}}.{{ending}}", response_class=Response)
async def one_request(request: Request, service_request_id: str, ending: str) -> Response:
    """One request, in a list."""
    given, deps = asked(request), deps_of(request)
    form = checked(given, request, ending)
    every = [(one.type.name, one.class_.code) for one in offered().values()]
    async with deps.db.work(NOTHING) as connection:
        found = await queries.open_cases(connection, OpenWanted(numbers=[service_request_id], classes=every))
        if not found:
            raise refused(404, "service_request_id provided was not found")
        return await _listed(connection, found, given, request, form)


@router.get(f"{_V2}/tokens/{{token}}.{{ending}}", response_class=Response)
async def number_of_token(request: Request, token: str, ending: str) -> Response:
    """The number that a token became."""
    given, deps = asked(request), deps_of(request)
    form = checked(given, request, ending)
    async with deps.db.work(NOTHING) as connection:
        found = None
        if (known := _uuid(token)) is not None:
            found = await queries.open_case_of_token(connection, known)
    if found is None:
        raise refused(404, "token provided was not found")
    return answer([Ticket(found.number, token)], "service_requests", form)


async def _listed(
    connection: Connection, found: list[OpenCase], given: dict[str, str], request: Request, form: str
) -> Response:
    offers, said = _by_class(), language(given, request)
    shown = [request_of(one, offers[one.type, one.class_code], said) for one in found]
    if given.get("extensions", "").lower() == "true":
        stages = await queries.open_stages(connection, [one.id for one in found])
        more = [
            extension_of(one, offers[one.type, one.class_code], stages.get(one.id, []), said) for one in found
        ]
        shown = [
            replace(one, extended=facts, notes=notes) for one, (facts, notes) in zip(shown, more, strict=True)
        ]
    return answer(shown, "service_requests", form)


def _by_class() -> dict[tuple[str, str], Offer]:
    return {(one.type.name, one.class_.code): one for one in offered().values()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
