"""What may everybody load of the map to show a place on it? Geography alone: outline, waters, roads, names of towns."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from mudan.api.cap_feed import NOTHING
from mudan.api.cap_feed import answered as unchanged
from mudan.api.deps import deps_of
from mudan.api.public.bounds import take
from mudan.api.public.front import open_work
from mudan.core.entities import queries as entities
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text

router = APIRouter(tags=["public"])
LAYERS: Final = ("outline", "town_cells", "rivers", "reservoirs", "roads", "towns")
NAMES: Final = frozenset(("name", "name_zh", "name_en"))
DIGITS: Final = 4  # about ten metres: more than a finger on a telephone can tell


class PublicPlaceOut(BaseModel):
    """The middle of what is known in an area of that name."""

    name: Text
    lon: float
    lat: float


class PublicPlacesOut(BaseModel):
    """The smallest area first."""

    items: list[PublicPlaceOut]


def _rounded(node: Any) -> Any:
    if isinstance(node, float):
        return round(node, DIGITS)
    return [_rounded(one) for one in node] if isinstance(node, list) else node


def _shape(feature: dict[str, Any]) -> dict[str, Any] | None:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        return None
    names = {
        name: str(said)[:60] for name, said in (feature.get("properties") or {}).items() if name in NAMES
    }
    shape = {"type": geometry.get("type"), "coordinates": _rounded(geometry["coordinates"])}
    return {"type": "Feature", "geometry": shape, "properties": names}


@router.get("/public/map.json", response_class=Response)
async def public_map(request: Request) -> Response:
    """The layers that everybody may load, with names and shapes and nothing else of theirs."""
    found: dict[str, Any] = {}
    async with deps_of(request).db.work(NOTHING) as connection:
        infos = {info["name"]: info for info in await entities.layers(connection)}
        for name in LAYERS:
            try:
                held = await entities.layer(connection, name)
            except NotFound:
                continue
            shapes = [shape for one in held.get("features", ()) if (shape := _shape(one)) is not None]
            found[name] = {
                "schematic": infos[name]["schematic"],
                "credit": infos[name]["credit"],
                "features": shapes,
            }
    return unchanged(
        request, json.dumps(found, ensure_ascii=False).encode(), "application/json; charset=utf-8"
    )


@router.get("/public/places")
async def places(request: Request, q: Annotated[str, Query(min_length=1, max_length=60)]) -> PublicPlacesOut:
    """Towns and villages whose name stands in the words; never a single thing or a household."""
    take(request, "asks")
    async with open_work(request) as unit:
        spots = await entities.areas_named(unit.connection, q, limit=5)
        known = [name for name, _ in unit.centre.areas.values() if q.strip().lower() in name.en.lower()]
        if not spots and q.strip() and known:  # a part of an English name
            spots = await entities.areas_named(unit.connection, known[0].zh, limit=1)
    items = [
        PublicPlaceOut(name=one.name, lon=round(one.lon, DIGITS), lat=round(one.lat, DIGITS)) for one in spots
    ]
    return PublicPlacesOut(items=items)
