"""How do drawn roads become a network? Cut at junctions, directed, with forbidden turns.

A forbidden turn a → v → b gives the junction v a twin v': arcs of `a` into v end at v' instead, and v' has
every way out of v except b. Only junctions with such turns grow, so the network stays node-based.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from mudan.core.roads.model.graph import Graph, Origin, checked
from mudan.core.roads.model.profiles import FOOT, kind_number
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

NO_NAME: Final = Text("", "")
SHORTEST_M: Final = 0.1


@dataclass(frozen=True, slots=True)
class Way:
    """A drawn road over `refs` (names of points). `forward` and `backward` are access bits of each direction."""

    key: int
    refs: tuple[int, ...]
    kind: str
    speed_kmh: float
    forward: int
    backward: int
    name: Text = NO_NAME
    bridge: bool = False
    low_lying: bool = False


class Turn(NamedTuple):
    """A rule for who comes by way `came` to the point `via`: not into `goes`, or (`only`) into nothing else."""

    came: int
    via: int
    goes: int
    only: bool


class _Edge(NamedTuple):
    way: Way
    refs: tuple[int, ...]
    length_m: float


@dataclass
class _Twins:
    """The twins of junctions with forbidden turns: by (edge, arriving forward) the node that its arcs reach."""

    reached: dict[tuple[int, bool], int] = field(default_factory=dict)
    ways_out: dict[int, list[tuple[int, bool, int]]] = field(default_factory=lambda: defaultdict(list))


def build(
    ways: Sequence[Way],
    places: Mapping[int, Point],
    turns: Iterable[Turn] = (),
    *,
    origin: Origin,
    junctions: Iterable[int] = (),
) -> Graph:
    """The network of these ways; `junctions` are points that stay junctions though nothing else meets there.

    Raises Invalid when no road is left.
    """
    edges = _cut(ways, places, set(junctions) | {turn.via for turn in turns})
    if not edges:
        raise Invalid("there is no road in this")
    ends = {ref for edge in edges for ref in (edge.refs[0], edge.refs[-1])}
    number = {ref: node for node, ref in enumerate(sorted(ends))}
    twins = _twins(edges, turns, number)
    return _graph(edges, places, number, twins, origin)


def _cut(ways: Sequence[Way], places: Mapping[int, Point], junctions: set[int]) -> list[_Edge]:
    used = Counter(ref for way in ways for ref in way.refs)
    for way in ways:
        for end in (way.refs[0], way.refs[-1]):
            used[end] += 1
    edges = []
    for way in ways:
        start = 0
        for at in range(1, len(way.refs)):
            if used[way.refs[at]] > 1 or way.refs[at] in junctions:
                refs = way.refs[start : at + 1]
                length = sum(distance_m(places[a], places[b]) for a, b in pairwise(refs))
                if length >= SHORTEST_M or refs[0] != refs[-1]:
                    edges.append(_Edge(way, refs, max(length, SHORTEST_M)))
                start = at
    return edges


def _twins(edges: list[_Edge], turns: Iterable[Turn], number: Mapping[int, int]) -> _Twins:
    at: dict[int, list[tuple[int, bool]]] = defaultdict(
        list
    )  # edges by the point where they begin, as ways out
    for index, edge in enumerate(edges):
        at[edge.refs[0]].append((index, True))
        at[edge.refs[-1]].append((index, False))
    rules: dict[tuple[int, int], list[Turn]] = defaultdict(list)
    for turn in turns:
        if turn.via in number:
            rules[turn.came, turn.via].append(turn)
    twins, node = _Twins(), len(number)
    for (came, via), given in rules.items():
        arriving = [(index, not out) for index, out in at[via] if edges[index].way.key == came]
        for index, forward in arriving:
            kept = _ways_out(edges, at[via], given, index)
            twins.reached[index, forward] = node
            twins.ways_out[node] = kept
            node += 1
    return twins


def _ways_out(
    edges: list[_Edge], out: list[tuple[int, bool]], rules: list[Turn], came: int
) -> list[tuple[int, bool, int]]:
    """Ways out of a junction for who came by an edge: (edge, forward, access); walkers obey no turn rule."""
    only = {turn.goes for turn in rules if turn.only}
    never = {turn.goes for turn in rules if not turn.only}
    kept = []
    for index, forward in out:
        way = edges[index].way
        access = way.forward if forward else way.backward
        banned = way.key in never if not only else way.key not in only or index == came
        if way.key == edges[came].way.key and way.key in never:
            banned = index == came  # no U-turn: back along the same stretch, not onward on the same road
        access = access & FOOT.access if banned else access
        if access:
            kept.append((index, forward, access))
    return kept


def _graph(
    edges: list[_Edge], places: Mapping[int, Point], number: Mapping[int, int], twins: _Twins, origin: Origin
) -> Graph:
    twin_place = {}
    for (index, forward), node in twins.reached.items():
        twin_place[node] = edges[index].refs[-1 if forward else 0]
    points = [places[ref] for ref in sorted(number)] + [places[twin_place[n]] for n in sorted(twin_place)]
    more: dict[tuple[int, bool], list[tuple[int, int]]] = defaultdict(
        list
    )  # tails that are twins, with access
    for node, out in twins.ways_out.items():
        for index, forward, access in out:
            more[index, forward].append((node, access))
    rows = []
    for index, edge in enumerate(edges):
        for forward in (True, False):
            own = edge.way.forward if forward else edge.way.backward
            first, last = (edge.refs[0], edge.refs[-1]) if forward else (edge.refs[-1], edge.refs[0])
            head = twins.reached.get((index, forward), number[last])
            tails = [(number[first], own), *more[index, forward]]
            rows += [(start, head, index, forward, access) for start, access in tails if access]
    if not rows:
        raise Invalid("nobody may use any of these roads")
    tails_of, heads, edge_of, forward_flags, access_bits = zip(*rows, strict=True)
    names, name = _named([edge.way.name for edge in edges])
    shape = [places[ref] for edge in edges for ref in edge.refs]
    return checked(
        Graph(
            lon=np.array([p.lon for p in points]), lat=np.array([p.lat for p in points]),
            tail=np.array(tails_of, np.int32), head=np.array(heads, np.int32), edge=np.array(edge_of, np.int32),
            forward=np.array(forward_flags), access=np.array(access_bits, np.uint8),
            length_m=np.array([edge.length_m for edge in edges]),
            speed_kmh=np.array([edge.way.speed_kmh for edge in edges], np.float64),
            kind=np.array([kind_number(edge.way.kind) for edge in edges], np.uint8),
            bridge=np.array([edge.way.bridge for edge in edges]),
            low_lying=np.array([edge.way.low_lying for edge in edges]), name=np.array(name, np.int32),
            shape_start=np.cumsum([0, *(len(edge.refs) for edge in edges)], dtype=np.int32),
            shape_lon=np.array([p.lon for p in shape]), shape_lat=np.array([p.lat for p in shape]),
            names_zh=tuple(one.zh for one in names), names_en=tuple(one.en for one in names), origin=origin,
        )
    )  # fmt: skip


def _named(names: Sequence[Text]) -> tuple[list[Text], list[int]]:
    known = {(one.zh, one.en): one for one in names}
    place = {key: at for at, key in enumerate(known)}
    return list(known.values()), [place[one.zh, one.en] for one in names]
