"""How is a ranking made, kept with the order, and who comes when the first does not?"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np

from mudan.core.dispatch import queries, store
from mudan.core.dispatch.model import (
    SHIPPED,
    TARGET_S,
    Demand,
    Need,
    Policy,
    Ranking,
    losses,
    profile_of,
    rank,
    start_of,
)
from mudan.core.dispatch.model.ranking import F64
from mudan.core.dispatch.queries import Decision
from mudan.core.incidents.model import Incident
from mudan.core.roads.queries import Router
from mudan.core.units import queries as units
from mudan.core.units.model import NEEDS, Unit
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

KEPT: Final = 50  # of the ranking that is kept with a decision


def need_of(incident: Incident, capabilities: Sequence[str] | None = None) -> Need:
    """What an incident needs: the usual capabilities of its kind unless others are named."""
    place = (
        Point(incident.lon, incident.lat) if incident.lon is not None and incident.lat is not None else None
    )
    wanted = tuple(capabilities) if capabilities is not None else NEEDS.get(incident.kind, ())
    return Need(wanted, place, incident.level, incident.area_code)


async def ranking(
    connection: Connection,
    router: Router | None,
    incident: Incident,
    need: Need,
    now: datetime,
    *,
    without: dict[UUID, UUID] | None = None,
) -> Ranking:
    """All units of the incident's space held against a need; `without`: a task of a unit that does not count."""
    found = (await units.fleet(connection)).of(incident.space, without or {})
    demand = await queries.demand(connection, incident.space)
    (seconds, lost), (levels, policy) = await asyncio.gather(
        asyncio.to_thread(_times, router, found, need, demand, incident.space, now),
        _diverting(connection, found, incident.space),
    )
    return rank(found, seconds, lost, need, now, levels, policy, known=found.known)


async def _diverting(connection: Connection, found: units.Fleet, space: int) -> tuple[dict[str, int], Policy]:
    """What the busy are on, and who may be taken from what; where nobody is busy that is not asked."""
    if not any(unit.tasks for unit in found.known):
        return {}, SHIPPED
    return await queries.levels_of_busy(connection), await queries.policy(connection, space)


def _times(
    router: Router | None, found: units.Fleet, need: Need, demand: Sequence[Demand], space: int, now: datetime
) -> tuple[F64 | None, F64]:
    """Road seconds to the place ([units], inf: cannot) and the coverage that each unit's going costs."""
    nothing = np.zeros(len(found))
    if router is None or not router.ready or need.place is None or not len(found):
        return None, nothing
    starts = np.array(found.starts(now), float)
    router.look_up(starts)
    seconds = _by_road(router, starts, found.known, need.place, space)
    free = np.array([unit.status == "available" for unit in found.known])
    if not demand or not free.any():
        return seconds, nothing
    to_demand = router.near(starts[free], [one.point for one in demand], TARGET_S, space=space)
    lost = nothing.copy()
    lost[free] = losses(to_demand, np.array([one.weight for one in demand]))
    return seconds, lost


def _by_road(router: Router, starts: F64, which: Sequence[Unit], place: Point, space: int) -> F64:
    by_profile: dict[str, list[int]] = {}
    for at, unit in enumerate(which):
        by_profile.setdefault(profile_of(unit), []).append(at)
    seconds = np.full(len(which), np.inf)
    for profile, of in by_profile.items():
        seconds[of] = router.to_target(starts[of], place, profile, space=space).seconds
    return seconds


def road_seconds(router: Router, which: Sequence[Unit], need: Need, space: int, now: datetime) -> F64:
    """Road seconds of units to where they are needed, each in its own vehicle; inf: cannot arrive."""
    if need.place is None:
        return np.full(len(which), np.inf)
    return _by_road(
        router, np.array([start_of(unit, now)[0] for unit in which], float), which, need.place, space
    )


async def note_decision(
    connection: Connection,
    router: Router | None,
    incident: Incident,
    ranked: Ranking,
    task: UUID,
    unit: UUID,
    by: str,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    """Keep the ranking with the sending: what was known, who was first, who was taken and why."""
    at = next((n for n, one in enumerate(ranked.suiting, 1) if one == unit), None)
    chosen = ranked.row_of(unit)
    first = ranked.row_of(ranked.suiting[0]) if ranked.suiting else None
    await store.keep(
        connection,
        {
            "task_id": task, "space": incident.space, "area_code": incident.area_code,
            "department": incident.department, "incident_id": incident.id, "unit_id": unit, "at": now, "by": by,
            "method": "road" if ranked.by_road else "straight" if incident.lon is not None else "none",
            "rank": at, "eta_s": chosen.eta_s if chosen else None, "best_unit_id": first.unit.id if first else None,
            "best_eta_s": first.eta_s if first else None, "reason": reason,
            "graph_version": router.graph_version if router is not None and router.ready else "",
            "closure_version": router.closure_version(incident.space) if router is not None and router.ready else 0,
            "snapshot": _snapshot(ranked, now),
        },
    )  # fmt: skip


def _snapshot(ranked: Ranking, now: datetime) -> dict[str, Any]:
    def row(one: Any) -> dict[str, Any]:
        here, _, seen = start_of(one.unit, now)
        return {
            "unit": str(one.unit.id), "code": one.unit.code, "suitable": one.suitable, "eta_s": one.eta_s,
            "age_s": one.position_age_s, "lon": here.lon, "lat": here.lat, "seen": seen,
            "status": one.unit.status, "codes": list(one.codes), "coverage_lost": round(one.coverage_lost, 4),
        }  # fmt: skip

    return {
        "best": [row(one) for one in ranked.best[:KEPT]],
        "cannot_arrive": [row(one) for one in ranked.cannot_arrive[:KEPT]],
        "units": len(ranked.best) + len(ranked.cannot_arrive),
        "shortfalls": [{"zh": one.zh, "en": one.en} for one in ranked.shortfalls],
    }


@dataclass(frozen=True, slots=True)
class NextBest:
    """Who could come instead, with the reasons in words; `decision` is the ranking that says so, if one was kept."""

    unit: Unit
    eta_s: float | None
    reasons: tuple[Text, ...]
    decision: Decision | None


async def next_best(
    connection: Connection, incident: Incident, task: UUID, asked: Collection[UUID], now: datetime
) -> NextBest | None:
    """The best unit that is free and was not asked: by the ranking kept with the order, by line where none was.

    By the line only those are named whom the ranking did not know: it went by road as it was at the order.
    """
    found = (await units.fleet(connection)).of(incident.space, {})
    need = need_of(incident)
    line = rank(found, None, np.zeros(len(found)), need, now, {}, known=found.known)
    free = [unit for unit in line.suiting if unit not in asked]
    decided = await queries.decisions(connection, incident.id)
    decision = next((one for one in decided if one.task_id == task), decided[0] if decided else None)
    if decision is not None and decision.method == "road":
        away = {row["unit"] for row in decision.snapshot["cannot_arrive"]}
        for row in decision.snapshot["best"]:
            chosen = next((unit for unit in free if str(unit) == row["unit"]), None)
            if chosen is not None and row["eta_s"] is not None:
                held = line.row_of(chosen)
                assert held is not None  # it is one of the line's own
                minutes = max(1, round(row["eta_s"] / 60))
                words = Text(
                    f"派单时路网排序的下一支，约 {minutes} 分钟",
                    f"next by road when the order was given, about {minutes} min",
                )
                return NextBest(held.unit, row["eta_s"], (words, *held.reasons), decision)
        free = [unit for unit in free if str(unit) not in away]
    held = line.row_of(free[0]) if free else None
    if held is None:
        return None
    words = Text("没有路网排序，按直线距离", "no ranking by road was kept: by straight line")
    return NextBest(held.unit, held.eta_s, (words, *held.reasons), None)


async def hand_on(connection: Connection, found: NextBest, task: UUID, by: str, now: datetime) -> None:
    """Keep with a next unit's order the ranking that it was named by."""
    if found.decision is None:
        return
    before = found.decision
    suiting = [row["unit"] for row in before.snapshot["best"] if row["suitable"]]
    at = suiting.index(str(found.unit.id)) + 1 if str(found.unit.id) in suiting else None
    await store.keep(
        connection,
        {
            "task_id": task, "space": found.unit.space, "area_code": found.unit.area_code,
            "department": found.unit.department, "incident_id": before.incident_id, "unit_id": found.unit.id,
            "at": now, "by": by, "method": before.method, "rank": at, "eta_s": found.eta_s,
            "best_unit_id": before.best_unit_id, "best_eta_s": before.best_eta_s, "reason": "",
            "graph_version": before.graph_version, "closure_version": before.closure_version,
            "snapshot": before.snapshot,
        },
    )  # fmt: skip
