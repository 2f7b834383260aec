"""How is a way told? Its line, its steps by road, and what it passes of closures."""

from typing import NamedTuple

import numpy as np

from mudan.core.roads.model.network import Driven, Weighed
from mudan.core.roads.model.profiles import INF_MS
from mudan.primitives.geo import Point, bearing_deg
from mudan.primitives.text import Text

STRAIGHT_DEG = 30.0
SHARP_DEG = 150.0


class Leg(NamedTuple):
    """A driven part of one edge: from one place along it to another (0 … 1, forward)."""

    edge: int
    begin: float
    end: float
    ms: int


class Step(NamedTuple):
    """Along one road: how one turns into it (`start`, `straight`, `left`, `right`, `back`), metres, seconds."""

    turn: str
    name: Text
    metres: float
    seconds: float
    at: Point


class Told(NamedTuple):
    """A way as it is shown: line, seconds, metres, steps, and the edges that it uses."""

    line: list[Point]
    seconds: float
    metres: float
    steps: list[Step]
    edges: list[int]


def told(weighed: Weighed, driven: Driven) -> Told:
    """A found way in words and as a line."""
    graph = weighed.network.graph
    legs = _legs(weighed, driven)
    lines = [_line(weighed, leg) for leg in legs]
    steps: list[Step] = []
    before: list[Point] = []
    for leg, line in zip(legs, lines, strict=True):
        metres, name = abs(leg.end - leg.begin) * float(graph.length_m[leg.edge]), graph.name_of(leg.edge)
        turn = _turn(before, line) if before else "start"
        if steps and steps[-1].name == name and (name.zh or turn == "straight") and turn != "back":
            last = steps[-1]
            steps[-1] = last._replace(metres=last.metres + metres, seconds=last.seconds + leg.ms / 1000)
        else:
            steps.append(Step(turn, name, metres, leg.ms / 1000, line[0]))
        before = line
    line = [point for part in lines for point in part]
    kept = [point for at, point in enumerate(line) if at == 0 or point != line[at - 1]]
    metres = sum(step.metres for step in steps)
    return Told(kept, driven.ms / 1000, metres, steps, [leg.edge for leg in legs])


def _legs(weighed: Weighed, driven: Driven) -> list[Leg]:
    first, last = driven.first, driven.last
    if driven.beside:
        return [Leg(first.edge, first.along, last.along, driven.ms)]
    graph, free = weighed.network.graph, weighed.network.free(weighed.profile)
    through = weighed.under.through
    legs = []
    for arc in driven.arcs:
        begin, end = (0.0, 1.0) if graph.forward[arc] else (1.0, 0.0)
        legs.append(Leg(int(graph.edge[arc]), begin, end, through.get(arc, int(free[arc]))))
    spent = sum(leg.ms for leg in legs)
    out, into = _ends_used(weighed, driven, spent)
    head, tail = bool(graph.forward[out[0]]), bool(graph.forward[into[0]])
    legs.insert(0, Leg(first.edge, first.along, 1.0 if head else 0.0, out[1]))
    legs.append(Leg(last.edge, 0.0 if tail else 1.0, last.along, into[1]))
    return [leg for leg in legs if leg.begin != leg.end]


def _ends_used(weighed: Weighed, driven: Driven, spent: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """(arc, milliseconds) by which the first edge is left and the last one entered."""
    graph = weighed.network.graph

    def arcs(edge: int) -> list[int]:
        every = range(int(graph.first_arc[edge]), int(graph.first_arc[edge + 1]))
        return [arc for arc in every if weighed.end_ms(arc) < INF_MS]

    begin = int(graph.tail[driven.arcs[0]]) if driven.arcs else None
    end = int(graph.head[driven.arcs[-1]]) if driven.arcs else None
    pairs = [
        (out + into, (leave, out), (enter, into))
        for leave, (node, out) in zip(arcs(driven.first.edge), driven.first.out, strict=True)
        for enter, (goal, into) in zip(arcs(driven.last.edge), driven.last.into, strict=True)
        if (node == goal if begin is None else (node, goal) == (begin, end))
    ]
    best = min(pairs, key=lambda pair: abs(pair[0] + spent - driven.ms))
    return best[1], best[2]


def _line(weighed: Weighed, leg: Leg) -> list[Point]:
    """The part of an edge's line between two places along it, in driving order."""
    graph = weighed.network.graph
    line = graph.line(leg.edge)
    east, north = graph.plane.metres([p.lon for p in line], [p.lat for p in line])
    done = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))))
    share = done / max(float(done[-1]), 1e-9)
    low, high = sorted((leg.begin, leg.end))
    lons, lats = [p.lon for p in line], [p.lat for p in line]
    ends = [
        Point(float(np.interp(part, share, lons)), float(np.interp(part, share, lats)))
        for part in (low, high)
    ]
    inner = [point for point, part in zip(line, share.tolist(), strict=True) if low < part < high]
    points = [ends[0], *inner, ends[1]]
    return points if leg.begin <= leg.end else points[::-1]


def _turn(before: list[Point], after: list[Point]) -> str:
    came, goes = bearing_deg(before[-2], before[-1]), bearing_deg(after[0], after[1])
    change = (goes - came + 180.0) % 360.0 - 180.0
    if abs(change) <= STRAIGHT_DEG:
        return "straight"
    if abs(change) >= SHARP_DEG:
        return "back"
    return "right" if change > 0 else "left"
