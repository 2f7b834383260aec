"""How do networks, closures and ways look on the wire?"""

from typing import Any, Literal
from uuid import UUID

import numpy as np
from fastapi import Request
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Centre
from mudan.api.deps import deps_of
from mudan.api.wire import Body, Instant
from mudan.core.roads.model import KINDS, Closure, Graph
from mudan.core.roads.model.graph import I64
from mudan.core.roads.queries import Router
from mudan.primitives.text import Text

Class = Literal["car", "truck", "foot", "boat"]


def router_of(request: Request) -> Router:
    """The roads as they are now, from any request."""
    found: Router = deps_of(request).nouns["roads"]
    return found


class ProfileOut(BaseModel):
    """A class of travellers; `example` marks values that are no local rule (示例)."""

    name: str
    title: Text
    fastest_kmh: float
    depth_limit_m: float | None
    example: bool


class DepthStepOut(BaseModel):
    """What is done about water of such a depth (示例)."""

    depth_m: float
    title: Text


class NetworkOut(BaseModel):
    """A road network; `schematic` is generated or drawn, not surveyed (示意)."""

    hash: str
    source: str
    credit: str
    schematic: bool
    nodes: int
    edges: int
    arcs: int
    active: bool
    imported_at: Instant
    imported_by: str


class RoadsOut(BaseModel):
    """The roads in use. `engine` is `cch`, `csgraph` (slower) or empty: no network was imported."""

    engine: str
    graph_version: str
    closure_version: int
    bounds: list[float]
    profiles: list[ProfileOut]
    depth_steps: list[DepthStepOut]
    networks: list[NetworkOut]
    as_of: Instant


class ShapeIn(Body):
    """A GeoJSON Point, LineString, MultiLineString or Polygon in WGS-84 degrees."""

    geometry: dict[str, Any]


class MatchOut(BaseModel):
    """The stretches of road under a drawn shape."""

    graph_version: str
    edges: list[int]
    length_m: float
    names: list[Text]


class ClosureIn(Body):
    """What to close: either `edges` of the network `graph_version`, or a drawn `geometry`."""

    geometry: dict[str, Any] | None = None
    edges: list[int] = Field(default_factory=list, max_length=5000)
    graph_version: str = Field(default="", max_length=64)
    direction: Literal["both", "forward", "backward"] = "both"
    classes: list[Class] = Field(min_length=1, max_length=4)
    depth_m: float | None = None
    penalty: float | None = None
    reason: str = Field(min_length=1, max_length=500)
    confidence: Literal["confirmed", "reported", "estimated"] = "confirmed"
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    incident_id: UUID | None = None


class ExtendIn(Body):
    """Another end; none: until it is lifted."""

    ends_at: AwareDatetime | None
    reason: str = Field(min_length=1, max_length=500)
    version: int


class EndIn(Body):
    """Why it is lifted."""

    reason: str = Field(min_length=1, max_length=500)
    version: int


class ClosureOut(BaseModel):
    """A closure; `lines` are the stretches of road it lies on in the present network."""

    id: UUID
    source: Literal["hand", "plan", "incident"]
    source_ref: str
    incident_id: UUID | None
    area_code: str
    area_name: Text
    state: Literal["planned", "in_force", "ended"]
    reason: str
    confidence: Literal["confirmed", "reported", "estimated"]
    classes: list[str]
    depth_m: float | None
    penalty: float | None
    direction: str
    example: bool
    geometry: dict[str, Any]
    lines: dict[str, Any]
    edges: list[int]
    length_m: float
    names: list[Text]
    starts_at: Instant
    ends_at: Instant | None
    created_at: Instant
    created_by: str
    ended_at: Instant | None
    ended_by: str
    ended_reason: str
    version: int


class LineOut(BaseModel):
    """One line of a closure's history; `late`: the centre was not running when it was due."""

    at: Instant
    recorded_at: Instant
    kind: str
    actor: str
    late: bool
    detail: dict[str, Any]


class ClosureDetailOut(ClosureOut):
    """A closure with its history."""

    history: list[LineOut]


class ClosuresOut(BaseModel):
    """Closures within scope."""

    items: list[ClosureOut]
    graph_version: str
    closure_version: int
    as_of: Instant


class StepOut(BaseModel):
    """Along one road; `turn` is start, straight, left, right or back."""

    turn: str
    name: Text
    metres: float
    seconds: float
    lon: float
    lat: float


class PassedOut(BaseModel):
    """A closure on the way, or in the way."""

    id: UUID
    reason: str
    depth_m: float | None
    penalty: float | None


class RouteOut(BaseModel):
    """The quickest way under the closures in force. Not `reachable`: `closures` are those that stand in the way.
    `others` counts closures on it that lie outside the reader's area. Seconds are road time between the roads.
    """

    reachable: bool
    seconds: float | None
    free_seconds: float | None
    metres: float | None
    line: dict[str, Any]
    steps: list[StepOut]
    closures: list[PassedOut]
    others: int
    start_off_road_m: float
    end_off_road_m: float
    profile: str
    schematic: bool
    graph_version: str
    closure_version: int
    as_of: Instant


def lines_of(graph: Graph, edges: I64) -> dict[str, Any]:
    """The drawn lines of some edges as one geometry."""
    drawn = [[[round(p.lon, 6), round(p.lat, 6)] for p in graph.line(edge)] for edge in edges.tolist()]
    return {"type": "MultiLineString", "coordinates": drawn}


def names_of(graph: Graph, edges: I64) -> list[Text]:
    """The names of the roads of some edges, each once, the longest first."""
    metres: dict[tuple[str, str], float] = {}
    for edge in edges.tolist():
        name = graph.name_of(edge)
        if name.zh:
            metres[name.zh, name.en] = metres.get((name.zh, name.en), 0.0) + float(graph.length_m[edge])
    return [Text(*name) for name in sorted(metres, key=lambda name: -metres[name])]


def closure_out(closure: Closure, centre: Centre, roads: Router, now: Any) -> ClosureOut:
    """A closure as it goes over the wire; without a network it has no lines."""
    graph = roads.network.graph if roads.ready else None
    edges = roads.edges_of(closure) if graph is not None else np.zeros(0, np.int64)
    return ClosureOut(
        id=closure.id, source=closure.source.value, source_ref=closure.source_ref, incident_id=closure.incident_id,
        area_code=closure.area_code, area_name=centre.area_name(closure.area_code), state=closure.state(now).value,
        reason=closure.reason, confidence=closure.confidence.value, classes=sorted(closure.closing.classes),
        depth_m=closure.closing.depth_m, penalty=closure.closing.penalty,
        direction=closure.closing.direction.value, example=closure.example, geometry=closure.geometry,
        lines={"type": "MultiLineString", "coordinates": []} if graph is None else lines_of(graph, edges),
        edges=edges.tolist(), length_m=0.0 if graph is None else float(graph.length_m[edges].sum()),
        names=[] if graph is None else names_of(graph, edges), starts_at=closure.starts_at, ends_at=closure.ends_at,
        created_at=closure.created_at, created_by=closure.created_by, ended_at=closure.ended_at,
        ended_by=closure.ended_by, ended_reason=closure.ended_reason, version=closure.version,
    )  # fmt: skip


def network_features(
    graph: Graph, box: tuple[float, float, float, float] | None, most: int
) -> dict[str, Any]:
    """The network as GeoJSON lines, greater roads first; `left_out` counts what `most` cut off."""
    wanted = np.arange(graph.edges)
    if box is not None:
        west, south, east, north = box
        starts = graph.shape_start[:-1]
        low_lon, high_lon = (
            np.minimum.reduceat(graph.shape_lon, starts),
            np.maximum.reduceat(graph.shape_lon, starts),
        )
        low_lat, high_lat = (
            np.minimum.reduceat(graph.shape_lat, starts),
            np.maximum.reduceat(graph.shape_lat, starts),
        )
        meets = (high_lon >= west) & (low_lon <= east) & (high_lat >= south) & (low_lat <= north)
        wanted = np.flatnonzero(meets)
    wanted = wanted[np.argsort(graph.kind[wanted], kind="stable")]
    shown = wanted[:most]
    return {
        "type": "FeatureCollection", "graph_version": graph.hash, "source": graph.origin.source,
        "credit": graph.origin.credit, "schematic": graph.origin.schematic, "left_out": len(wanted) - len(shown),
        "features": [_feature(graph, edge) for edge in shown.tolist()],
    }  # fmt: skip


def _feature(graph: Graph, edge: int) -> dict[str, Any]:
    name, back = graph.name_of(edge), int(graph.backward_arc[edge])
    return {
        "type": "Feature",
        "id": edge,
        "geometry": {
            "type": "LineString",
            "coordinates": [[round(p.lon, 5), round(p.lat, 5)] for p in graph.line(edge)],
        },
        "properties": {
            "id": edge, "name_zh": name.zh, "name_en": name.en, "kind": KINDS[int(graph.kind[edge])],
            "speed_kmh": float(graph.speed_kmh[edge]), "length_m": round(float(graph.length_m[edge]), 1),
            "oneway": back < 0 or not int(graph.access[back]) & 3, "bridge": bool(graph.bridge[edge]),
            "low_lying": bool(graph.low_lying[edge]),
        },
    }  # fmt: skip
