"""Which roads would a level close, before anybody decides? The rules, the water and the wind as they are now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Query

from mudan.api.centre import Work
from mudan.api.responses.wire import ClosureAheadOut, GroundOut, WindIn, WindOut
from mudan.api.roads.wire import names_of
from mudan.core.plans.model.types import Closure
from mudan.core.responses import queries
from mudan.core.responses.model import Ground, Wind, grounds, wind_by_hand
from mudan.core.roads.queries import Router
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point


class WindAsked:
    """The wind in the question: both its figures or none."""

    def __init__(
        self,
        wind_from_deg: Annotated[float | None, Query(ge=0, le=360)] = None,
        wind_ms: Annotated[float | None, Query(ge=0, le=75)] = None,
    ) -> None:
        if (wind_from_deg is None) != (wind_ms is None):
            raise Invalid("a wind has a direction and a speed", field="wind")
        self._given = None if wind_from_deg is None or wind_ms is None else (wind_from_deg, wind_ms)

    def stated(self, by: str, now: datetime) -> Wind | None:
        """The wind as stated, or None."""
        return None if self._given is None else wind_by_hand(*self._given, by, now)


def wind_of(given: WindIn | None, by: str, now: datetime) -> Wind | None:
    """The wind that came with a decision, or None."""
    return None if given is None else wind_by_hand(given.from_deg, given.speed_ms, by, now)


async def closures_ahead(
    unit: Work,
    roads: Router,
    closures: Sequence[Closure],
    area: str,
    place: Point | None,
    stated: Wind | None,
) -> list[ClosureAheadOut]:
    """What each rule would close now; `stated` counts before the wind of a station."""
    rules = {one.rule for one in closures}
    waters = await queries.waters(unit.connection, unit.space, area) if "flood_depth" in rules else []
    wind = stated
    if wind is None and "upwind" in rules and place is not None:
        wind = await queries.wind_near(unit.connection, unit.space, place, unit.now)
    return [
        ClosureAheadOut(
            id=one.id, rule=one.rule, says=one.says, example=one.example,
            wind=_wind_out(wind) if one.rule == "upwind" and wind is not None else None,
            grounds=[_ground_out(ground, roads) for ground in grounds(one, place, wind, waters, unit.now)],
        )
        for one in closures
    ]  # fmt: skip


def _wind_out(wind: Wind) -> WindOut:
    return WindOut(
        from_deg=wind.from_deg, speed_ms=wind.speed_ms, source=wind.source, at=wind.at, by_hand=wind.by_hand
    )


def _ground_out(ground: Ground, roads: Router) -> GroundOut:
    names, length_m = [], 0.0
    if roads.ready:
        graph, edges = roads.network.graph, roads.network.matcher.edges_on(ground.geometry)
        names, length_m = names_of(graph, edges), float(graph.length_m[edges].sum())
    return GroundOut(
        says=ground.says, closes=ground.closes, depth_m=ground.depth_m, names=names, length_m=length_m,
        geometry=ground.geometry,
    )  # fmt: skip
