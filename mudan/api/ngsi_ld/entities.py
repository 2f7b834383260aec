"""Which entities are there, and how are they now? GET entities, one or many (ETSI GS CIM 009 §6.4, §6.5)."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from mudan.api.deps import deps_of
from mudan.api.ngsi_ld.context import (
    JSON,
    LD_JSON,
    OWN_PATH,
    Context,
    accepted,
    context_of,
    published,
    url_of,
)
from mudan.api.ngsi_ld.documents import Thing, shown, thing_of
from mudan.api.ngsi_ld.errors import refused
from mudan.api.ngsi_ld.parameters import Asked, asked, checked_uri, form_of, names, single
from mudan.api.ngsi_ld.q import Query
from mudan.api.security import requires
from mudan.core.entities import queries as entity_queries
from mudan.core.entities.model import Entity
from mudan.core.observations import queries as observation_queries
from mudan.core.people.model import Actor
from mudan.primitives.geo import distance_m
from mudan.storage.pool import Connection

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("entities.read"))]

CANDIDATES_MOST: Final = 20_000  # entities looked through for one query


@router.get(OWN_PATH)
async def own_context(request: Request) -> Response:
    """The meaning of the centre's short names."""
    async with deps_of(request).db.work() as connection:
        quantities = await observation_queries.quantity_ids(connection)
    return JSONResponse(published(quantities), media_type=LD_JSON)


@router.get("/ngsi-ld/v1/entities")
async def query(actor: Reader, request: Request) -> Response:
    """Entities by type, id, attributes, values and distance; pages by limit and offset."""
    form, context = accepted(request), context_of(request)
    wanted = asked(request, context)
    async with deps_of(request).db.work(actor.scope.settings()) as connection:
        if _is_plain(wanted):
            things, total = await _page(connection, wanted), None
        else:
            things = await _matching(connection, wanted, context)
            total = len(things)
            things = things[wanted.offset : wanted.offset + wanted.limit + 1]
    more, things = len(things) > wanted.limit, things[: wanted.limit]
    body = [
        shown(
            thing,
            context,
            wanted.attrs,
            simplified=wanted.form.simplified,
            sys_attrs=wanted.form.sys_attrs,
        )
        for thing in things
    ]
    answer = written(request, body, context, form)
    _add_links(answer, request, wanted, more=more)
    if wanted.count:
        answer.headers["NGSILD-Results-Count"] = str(total)
    return answer


@router.get("/ngsi-ld/v1/entities/{urn}")
async def retrieve(actor: Reader, urn: str, request: Request) -> Response:
    """One entity."""
    form, context = accepted(request), context_of(request)
    given = single(request, {"attrs", "options", "format", "type"})
    chosen, style = names(given, context), form_of(given)
    async with deps_of(request).db.work(actor.scope.settings()) as connection:
        entity = await entity_queries.by_urn(connection, checked_uri(urn))
        [thing] = await _things(connection, [entity])
    if "type" in given and context.stored(given["type"]) != entity.type:
        raise refused("ResourceNotFound", "the entity is of another type")
    if chosen and not set(chosen) & set(thing.attributes):
        raise refused("ResourceNotFound", "the entity has none of these attributes")
    body = shown(thing, context, chosen, simplified=style.simplified, sys_attrs=style.sys_attrs)
    return written(request, body, context, form)


def written(request: Request, body: Any, context: Context, form: str, *, status: int = 200) -> Response:
    """The body with its context: in the Link header for JSON, inside each entity for JSON-LD (§6.3.5)."""
    url = url_of(context, request)
    if form == LD_JSON:
        for entity in body if isinstance(body, list) else [body]:
            entity["@context"] = [url]
        return JSONResponse(body, status, media_type=LD_JSON)
    link = f'<{url}>; rel="http://www.w3.org/ns/json-ld#context"; type="{LD_JSON}"'
    return JSONResponse(body, status, {"Link": link}, JSON)


def _is_plain(wanted: Asked) -> bool:
    return not (wanted.attrs or wanted.q or wanted.near or wanted.count)


async def _page(connection: Connection, wanted: Asked) -> list[Thing]:
    entities = await entity_queries.find(
        connection,
        types=wanted.types or None,
        urns=wanted.urns or None,
        limit=wanted.limit + 1,
        offset=wanted.offset,
    )
    return await _things(connection, entities)


async def _matching(connection: Connection, wanted: Asked, context: Context) -> list[Thing]:
    entities = await entity_queries.find(
        connection, types=wanted.types or None, urns=wanted.urns or None, limit=CANDIDATES_MOST + 1
    )
    if len(entities) > CANDIDATES_MOST:
        raise refused("TooManyResults", "name a type or ids, so that fewer entities are looked through")
    return [thing for thing in await _things(connection, entities) if _matches(thing, wanted, context)]


async def _things(connection: Connection, entities: list[Entity]) -> list[Thing]:
    measured: dict[int, list[observation_queries.Latest]] = {entity.key: [] for entity in entities}
    for row in await observation_queries.latest(connection, list(measured)):
        measured[row.entity].append(row)
    return [thing_of(entity, measured[entity.key]) for entity in entities]


def _matches(thing: Thing, wanted: Asked, context: Context) -> bool:
    if wanted.attrs and not set(wanted.attrs) & set(thing.attributes):
        return False
    if wanted.near is not None:
        if thing.point is None:
            return False
        away_m = distance_m(thing.point, wanted.near.point)
        if (away_m <= wanted.near.metres) != wanted.near.at_most:
            return False
    return wanted.q is None or _holds(wanted.q, thing, context)


def _holds(q: Query, thing: Thing, context: Context) -> bool:
    def resolve(name: str, below: tuple[str, ...], member: str) -> Any:
        return thing.resolve(context.stored(name), below, member)

    return q.holds(resolve)


def _add_links(answer: Response, request: Request, wanted: Asked, *, more: bool) -> None:
    links = [("next", wanted.offset + wanted.limit)] if more and wanted.limit else []
    if wanted.offset and wanted.limit:
        links.append(("prev", max(0, wanted.offset - wanted.limit)))
    for rel, offset in links:
        given = dict(request.query_params) | {"limit": str(wanted.limit), "offset": str(offset)}
        address = f"{request.url.path}?{urlencode(sorted(given.items()))}"
        answer.headers.append("Link", f'<{address}>; rel="{rel}"; type="{JSON}"')
