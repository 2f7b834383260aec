"""How does a response close roads: by water, by area, by wind, from its level's decision to its end?

decided ──▶ what the rule speaks of now is closed ──every tick: new water, turned wind──▶ … ──ended──▶ all open
"""

from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from mudan.core.incidents import actions as incidents
from mudan.core.plans.model.types import Closure
from mudan.core.responses import queries, store
from mudan.core.responses.actions.work import Came, Work, note
from mudan.core.responses.actions.writing import ENGINE
from mudan.core.responses.model import (
    PENALTY,
    TURNED_DEG,
    Issue,
    Response,
    Wind,
    grounds,
    turned_deg,
    upwind_ring,
)
from mudan.core.roads import actions as roads
from mudan.core.roads import queries as road_queries
from mudan.core.roads.model import Closure as Closed
from mudan.core.roads.model import Source, ring_geometry
from mudan.primitives.changes import Changes
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

CALM = Text("没有风向，按四周都可能受影响处理", "no wind known: the whole circle counts")


async def keep_clear(work: Work, closure: Closure) -> None:
    """Issue a road rule: what it speaks of now is closed at once, the rest as the water comes."""
    wind = work.wind
    if closure.rule == "upwind" and wind is None and work.place is not None:
        wind = await queries.wind_near(work.connection, work.response.space, work.place, work.now)
    detail: dict[str, Any] = {
        "rule": closure.rule, "depth_m": closure.depth_m, "radius_m": closure.radius_m,
        "sector_deg": closure.sector_deg, "example": closure.example, "wind": _wind_json(wind),
    }  # fmt: skip
    nobody = Text("", "")
    act = partial(_closed, work, closure, wind)
    await note(work, "closure", closure.id, closure.says, nobody, None, act, detail)


async def _closed(work: Work, closure: Closure, wind: Wind | None) -> Came:
    response = work.response
    if closure.rule == "flood_depth":
        assert closure.depth_m is not None  # the plan's own check
        await _judge_water(
            work.connection, response, closure.depth_m, work.now, Changes(), example=closure.example
        )
        gauges = len(await queries.waters(work.connection, response.space, response.area_code))
        said = (
            f"{gauges} 处道路水尺，积水到限即封闭，退水即开放" if gauges else "没有登记道路水尺，须人工封闭"
        )
        return Came("issued" if gauges else "by_hand", "roads", _prefix(response, "depth"), said)
    found = grounds(closure, work.place, wind, (), work.now)
    if not found:
        return Came("by_hand", "roads", "", "在地图上按现场情况封闭路段")
    made = await roads.keep_off(
        work.connection, ref=_prefix(response, "closure") + closure.id, geometry=found[0].geometry, penalty=PENALTY,
        reason=closure.says.zh, now=work.now, space=response.space, area_code=response.area_code, by=work.actor.name,
        incident_id=work.incident.id, classes=closure.vehicle_classes, example=closure.example,
    )  # fmt: skip
    unknown = closure.rule == "upwind" and wind is None
    return Came(noun="roads", ref=str(made.id), note=CALM.zh if unknown else "")


def _prefix(response: Response, part: str) -> str:
    return f"response:{response.id}/{part}/"


def _wind_json(wind: Wind | None) -> dict[str, Any] | None:
    if wind is None:
        return None
    return {
        "from_deg": wind.from_deg, "speed_ms": wind.speed_ms, "by_hand": wind.by_hand,
        "zh": wind.source.zh, "en": wind.source.en, "at": wind.at.isoformat(),
    }  # fmt: skip


async def lift_closures(connection: Connection, response: Response, by: str, now: datetime) -> None:
    """Open again everything that the response closed."""
    under = f"response:{response.id}/"
    await roads.open_all(
        connection, under=under, reason="response ended", now=now, space=response.space, by=by
    )


async def judge_grounds(connection: Connection, now: datetime, changes: Changes) -> None:
    """Hold the road rules of all active responses against the water and the wind as they are now."""
    for response_id, rows in groupby(await queries.road_rules(connection), key=lambda one: one[0]):
        response = await queries.one(connection, response_id)
        issues = [issue for _, issue in rows]
        floods = [issue for issue in issues if issue.detail["rule"] == "flood_depth"]
        if floods:
            mildest = min(floods, key=lambda issue: float(issue.detail["depth_m"]))
            example = bool(mildest.detail["example"])
            begins_m = float(mildest.detail["depth_m"])
            await _judge_water(connection, response, begins_m, now, changes, example=example)
        for issue in issues:
            if issue.detail["rule"] == "upwind":
                await _judge_wind(connection, response, issue, now, changes)


async def _judge_water(
    connection: Connection,
    response: Response,
    begins_m: float,
    now: datetime,
    changes: Changes,
    *,
    example: bool,
) -> None:
    """Close the roads under water beside every gauge, and open them as it falls; a silent gauge changes nothing."""
    under = _prefix(response, "depth")
    standing = {
        one.source_ref: one
        for one in await road_queries.under_ref(connection, response.space, Source.PLAN, under)
    }
    for water in await queries.waters(connection, response.space, response.area_code):
        ref, depth_m = under + water.urn, water.depth_m(now)
        before = standing.get(ref)
        if depth_m is None or (before is None and depth_m < begins_m):
            continue
        after = await roads.close_by_depth(
            connection, ref=ref, geometry=water.rule.geometry(water.point), depth_m=depth_m,
            reason=f"{water.name.zh}旁道路积水 {depth_m:.2f} 米", now=now, space=response.space,
            area_code=response.area_code, by=ENGINE, begins_m=begins_m, incident_id=response.incident_id,
            example=example,
        )  # fmt: skip
        await _say(connection, response, water.name, before, after, now, changes)


async def _say(
    connection: Connection,
    response: Response,
    name: Text,
    before: Closed | None,
    after: Closed | None,
    now: datetime,
    changes: Changes,
) -> None:
    """Let screens hear of a change; a road that closes or opens stands in the timeline."""
    known = after or before
    if known is None or (before is not None and after is not None and before.version == after.version):
        return
    changes.touch("roads", response.space, known.id)
    if (before is None) == (after is None) or response.incident_id is None:
        return
    depth_m = known.closing.depth_m or 0.0
    text = Text(f"{name.zh}旁道路退水，恢复通行", f"the road beside {name.en} is dry again and open")
    if after is not None:
        text = Text(
            f"{name.zh}旁道路积水 {depth_m:.2f} 米，按预案封闭",
            f"the road beside {name.en} lies under {depth_m:.2f} m of water: closed by the plan",
        )
    await incidents.log(
        connection, response.incident_id, "closure", text, source="system", actor=ENGINE, now=now,
        detail={"closure": str(known.id)},
    )  # fmt: skip
    changes.touch("incidents", response.space, response.incident_id)


async def _judge_wind(
    connection: Connection, response: Response, issue: Issue, now: datetime, changes: Changes
) -> None:
    """Move the ground to keep off when the wind has turned, unless a person stated the wind or opened the ground."""
    told = issue.detail["wind"]
    ref = _prefix(response, "closure") + issue.item
    standing = await road_queries.of_ref(connection, response.space, Source.PLAN, ref)
    place = await queries.place_of(connection, response.incident_id)
    if standing is None or place is None or (told is not None and told["by_hand"]):
        return
    wind = await queries.wind_near(connection, response.space, place, now)
    if wind is None or (told is not None and turned_deg(told["from_deg"], wind.from_deg) < TURNED_DEG):
        return
    await _move(connection, response, issue, standing, place, wind, now)
    changes.touch("roads", response.space, standing.id)
    changes.touch("responses", response.space, response.id)


async def _move(
    connection: Connection,
    response: Response,
    issue: Issue,
    standing: Closed,
    place: Point,
    wind: Wind,
    now: datetime,
) -> None:
    ring = upwind_ring(place, float(issue.detail["radius_m"]), issue.detail["sector_deg"], wind)
    await roads.keep_off(
        connection, ref=standing.source_ref, geometry=ring_geometry(ring), penalty=PENALTY, reason=issue.title.zh,
        now=now, space=response.space, area_code=response.area_code, by=ENGINE, incident_id=response.incident_id,
        classes=tuple(sorted(standing.closing.classes)), example=bool(issue.detail["example"]),
    )  # fmt: skip
    await store.note_detail(connection, issue.id, {"wind": _wind_json(wind)})
    if response.incident_id is not None:
        words = Text(
            f"风向转为 {wind.from_deg:.0f}°，避让区域随之移动",
            f"the wind now comes from {wind.from_deg:.0f}°: the ground to keep off has moved",
        )
        await incidents.log(
            connection, response.incident_id, "closure", words, source="system", actor=ENGINE, now=now,
            detail={"closure": str(standing.id)},
        )  # fmt: skip
