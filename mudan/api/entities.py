"""What is there, what is its state now, and what was it before?"""

import csv
import io
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from mudan.api.centre import Centre, Work, centre_of, quality_names, work
from mudan.api.security import requires, signed_in
from mudan.api.wire import Body, Instant, plain_cell, stamp
from mudan.core.alarms import queries as alarms
from mudan.core.entities import actions, queries
from mudan.core.entities.model import Entity
from mudan.core.observations import queries as observations
from mudan.core.observations.queries import Latest
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid, NotAllowed, NotFound
from mudan.primitives.text import Text

router = APIRouter(tags=["entities"])
Reader = Annotated[Actor, Depends(requires("entities.read"))]
Writer = Annotated[Actor, Depends(requires("entities.write"))]
# The base map and the names of divisions are the same for everybody who works here, crews included.
Anybody = Annotated[Actor, Depends(signed_in())]
Observer = Annotated[Actor, Depends(requires("observations.read"))]

STALE_AFTER_S = 900.0  # where the entity names no time of its own
LONGEST = timedelta(days=366)


class LatestOut(BaseModel):
    """A latest value. `stale`: not heard for the entity's stale_after_s."""

    value: float
    unit: str
    observed_at: Instant
    received_at: Instant
    quality: list[str]
    stale: bool


class EntityOut(BaseModel):
    """A thing of the county with its latest values and the gravest level of its active alarms."""

    urn: str
    type: str
    name: Text
    platform: str
    area_code: str
    area_name: Text
    department: str | None
    lon: float | None
    lat: float | None
    properties: dict[str, Any]
    online: bool | None
    latest: dict[str, LatestOut]
    worst_level: int | None


class EntitiesOut(BaseModel):
    """Entities by name."""

    items: list[EntityOut]
    as_of: Instant


class EntityIn(Body):
    """An entity to make known."""

    urn: str = Field(max_length=200)
    type: str = Field(max_length=60)
    platform: str = Field(max_length=60)
    name_zh: str = Field(min_length=1, max_length=200)
    name_en: str = Field(min_length=1, max_length=200)
    area_code: str = Field(max_length=24)
    department: str | None = Field(default=None, max_length=64)
    device: str | None = Field(default=None, max_length=64)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    properties: dict[str, float | int | str | bool | None] = Field(default_factory=dict)


class EntityChangeIn(Body):
    """What is to change of an entity; properties are replaced one by one, null takes one away."""

    name_zh: str | None = Field(default=None, min_length=1, max_length=200)
    name_en: str | None = Field(default=None, min_length=1, max_length=200)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    properties: dict[str, float | int | str | bool | None] = Field(default_factory=dict)


class SeriesOut(BaseModel):
    """One quantity's history: [ms since 1970 UTC, value, quality bits]; means of intervals when aggregated."""

    quantity: str
    unit: str
    title: Text
    points: list[tuple[int, float, int]]
    aggregated: bool


class HistoryOut(BaseModel):
    """History of one entity."""

    series: list[SeriesOut]
    as_of: Instant


def entity_out(
    entity: Entity, latest: list[Latest], worst: int | None, centre: Centre, now: datetime
) -> EntityOut:
    """An entity as it goes over the wire."""
    after = entity.properties.get("stale_after_s")
    limit = float(after) if isinstance(after, int | float) else STALE_AFTER_S
    by_name = {one.quantity: one for one in latest}
    link = by_name.pop("link", None)
    point = entity.point
    lon, lat = (point.lon, point.lat) if point else (None, None)
    if "longitude" in by_name and "latitude" in by_name:
        lon, lat = by_name["longitude"].value, by_name["latitude"].value
    return EntityOut(
        urn=entity.urn, type=entity.type, name=entity.name, platform=entity.platform, area_code=entity.area_code,
        area_name=centre.area_name(entity.area_code), department=entity.department, lon=lon, lat=lat,
        properties={name: value for name, value in entity.properties.items() if name not in SECRET},
        online=None if link is None else link.value > 0,
        latest={
            name: LatestOut(
                value=one.value, unit=one.unit, observed_at=one.observed_at, received_at=one.received_at,
                quality=quality_names(one.quality), stale=(now - one.received_at).total_seconds() > limit,
            )
            for name, one in by_name.items()
        },
        worst_level=worst,
    )  # fmt: skip


SECRET = frozenset({"password"})  # device secrets stay in the centre


async def _shown(unit: Work, found: list[Entity]) -> list[EntityOut]:
    keys = [entity.key for entity in found]
    latest: dict[int, list[Latest]] = {}
    for one in await observations.latest(unit.connection, keys):
        latest.setdefault(one.entity, []).append(one)
    worst = await alarms.worst(unit.connection, keys)
    return [
        entity_out(one, latest.get(one.key, []), worst.get(one.key), unit.centre, unit.now) for one in found
    ]


@router.get("/api/entities")
async def entities(
    actor: Reader,
    request: Request,
    type: Annotated[str | None, Query(max_length=60)] = None,  # noqa: A002 - the wire's own word
    platform: Annotated[str | None, Query(max_length=60)] = None,
    area: Annotated[str | None, Query(max_length=24)] = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> EntitiesOut:
    """Entities that meet every condition, with latest values."""
    async with work(actor, request) as unit:
        found = await queries.find(
            unit.connection, types=type.split(",") if type else None, platform=platform, area=area, text=q,
            limit=limit,
        )  # fmt: skip
        return EntitiesOut(items=await _shown(unit, found), as_of=unit.now)


@router.get("/api/entities/{urn}")
async def entity(actor: Reader, request: Request, urn: str) -> EntityOut:
    """One entity with its latest values."""
    async with work(actor, request) as unit:
        return (await _shown(unit, [await queries.by_urn(unit.connection, urn)]))[0]


@router.post("/api/entities", status_code=201)
async def put(actor: Writer, request: Request, body: EntityIn) -> EntityOut:
    """Make an entity known: a device that announces itself under `device` is then believed."""
    if not actor.scope.sees(body.area_code, body.department, actor.scope.space):
        raise NotAllowed("the area or department is not yours")
    if body.platform not in centre_of(request).platforms:
        raise Invalid("no such platform", field="platform")
    async with work(actor, request) as unit:
        if await queries.find(unit.connection, urns=[body.urn], limit=1):
            raise Invalid("an entity of this name is known; change it instead", field="urn")
        await actions.put(unit.connection, body.model_dump(), unit.now, actor.scope.space)
        await audit(unit.connection, actor, "entity.create", body.urn, {"device": body.device})
        shown = (await _shown(unit, [await queries.by_urn(unit.connection, body.urn)]))[0]
    await unit.centre.entities_changed()
    return shown


@router.patch("/api/entities/{urn}")
async def change(actor: Writer, request: Request, urn: str, body: EntityChangeIn) -> EntityOut:
    """Change an entity's names, place or properties (thresholds among them)."""
    async with work(actor, request) as unit:
        before = await queries.by_urn(unit.connection, urn)
        device = await queries.device_of(unit.connection, before.key)
        properties = {**before.properties, **body.properties}
        given = {
            "urn": urn, "type": before.type, "platform": before.platform, "device": device,
            "name_zh": body.name_zh or before.name.zh, "name_en": body.name_en or before.name.en,
            "area_code": before.area_code, "department": before.department,
            "lon": body.lon if body.lon is not None else before.point and before.point.lon,
            "lat": body.lat if body.lat is not None else before.point and before.point.lat,
            "place": before.place if body.lon is None and body.lat is None else None,
            "properties": {name: value for name, value in properties.items() if value is not None},
        }  # fmt: skip
        await actions.put(unit.connection, given, unit.now, before.space)
        shown_change = {name: value for name, value in body.properties.items() if name not in SECRET}
        await audit(
            unit.connection, actor, "entity.change", urn,
            {"before": {name: before.properties.get(name) for name in shown_change}, "after": shown_change},
        )  # fmt: skip
        shown = (await _shown(unit, [await queries.by_urn(unit.connection, urn)]))[0]
    await unit.centre.entities_changed()
    return shown


def _window(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    if any(moment is not None and moment.tzinfo is None for moment in (start, end)):
        raise Invalid("times need an offset", field="from")
    end = end or now + timedelta(minutes=1)
    try:
        start = start or end - timedelta(days=1)
    except OverflowError as error:
        raise Invalid("there was no such day", field="to") from error
    if not timedelta(0) < end - start <= LONGEST:
        raise Invalid("from must be before to, by a year at most", field="from")
    return start, end


@router.get("/api/entities/{urn}/observations")
async def history(
    actor: Observer,
    request: Request,
    urn: str,
    quantity: Annotated[str, Query(max_length=400)],
    start: Annotated[datetime | None, Query(alias="from")] = None,
    end: Annotated[datetime | None, Query(alias="to")] = None,
    points: Annotated[int, Query(ge=10, le=5000)] = 600,
) -> HistoryOut:
    """History for charts, the last day unless asked otherwise."""
    async with work(actor, request) as unit:
        found = await queries.by_urn(unit.connection, urn)
        start, end = _window(start, end, unit.now)
        series = await observations.series(
            unit.connection, found.key, quantity.split(",")[:12], start, end, points
        )
    items = [
        SeriesOut(
            quantity=one.quantity, unit=one.unit, title=Text(one.title_zh, one.title_en), points=one.points,
            aggregated=one.aggregated,
        )
        for one in series
    ]  # fmt: skip
    return HistoryOut(series=items, as_of=unit.now)


@router.get("/api/entities/{urn}/observations.csv", response_class=Response)
async def history_csv(
    actor: Observer,
    request: Request,
    urn: str,
    quantity: Annotated[str, Query(max_length=400)],
    start: Annotated[datetime | None, Query(alias="from")] = None,
    end: Annotated[datetime | None, Query(alias="to")] = None,
) -> Response:
    """Every observation of a window as a table, 100,000 of each quantity at most (the newest)."""
    async with work(actor, request) as unit:
        found = await queries.by_urn(unit.connection, urn)
        start, end = _window(start, end, unit.now)
        rows = await observations.history(unit.connection, found.key, quantity.split(",")[:12], start, end)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["entity", "quantity", "value", "unit", "observed_at", "received_at", "quality", "datum"])
    for row in rows:
        names = "+".join(quality_names(row.quality))
        cells = [
            urn,
            row.quantity,
            row.value,
            row.unit,
            stamp(row.observed_at),
            stamp(row.received_at),
            names,
        ]
        table.writerow([plain_cell(cell) for cell in [*cells, "WGS-84"]])
    head = {"Content-Disposition": "attachment; filename=observations.csv"}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=head)


class AreaOut(BaseModel):
    """A division."""

    code: str
    name: Text
    level: str


class AreasOut(BaseModel):
    """All divisions known."""

    items: list[AreaOut]


class LayerOut(BaseModel):
    """A layer of the base map."""

    name: str
    title: Text
    schematic: bool
    credit: str


class LayersOut(BaseModel):
    """The layers in drawing order."""

    items: list[LayerOut]


@router.get("/api/areas")
async def areas(actor: Anybody, request: Request) -> AreasOut:
    """All divisions known, by code."""
    async with work(actor, request) as unit:
        known = await queries.areas(unit.connection)
    return AreasOut(
        items=[AreaOut(code=code, name=name, level=level) for code, (name, level) in known.items()]
    )


@router.get("/api/map/layers")
async def layers(actor: Anybody, request: Request) -> LayersOut:
    """The base map's layers."""
    async with work(actor, request) as unit:
        rows = await queries.layers(unit.connection)
    items = [
        LayerOut(
            name=row["name"], title=Text(row["title_zh"], row["title_en"]), schematic=row["schematic"],
            credit=row["credit"],
        )
        for row in rows
    ]  # fmt: skip
    return LayersOut(items=items)


@router.get("/api/map/layers/{name}")
async def layer(actor: Anybody, request: Request, name: str) -> dict[str, Any]:
    """One layer as GeoJSON in WGS-84."""
    if len(name) > 60:
        raise NotFound("there is no such layer")
    async with work(actor, request) as unit:
        return await queries.layer(unit.connection, name)
