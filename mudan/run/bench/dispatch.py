"""How long do a thousand units and fifty closures take on a million arcs? `mudan bench dispatch`, beside scipy.

Both engines are measured in the same run, on the same network, with the same questions; ratios are what to read.
The answers are compared on random cases, in a third of which a ring of closures cuts the incident off.
"""

import argparse
import gc
import json
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from mudan.core.roads.model import INF_MS, Closing, CsrMetric, Graph, Network, Standing, Weighed, order_of
from mudan.core.roads.model.graph import F64
from mudan.core.roads.model.snapping import Feet
from mudan.run.bench import desk
from mudan.run.bench.lanes import SIDE, region
from mudan.run.bench.meter import load_average, machine

UNITS: Final = 1_000
CLOSURES: Final = 50
ROUNDS: Final = 400
API_ROUNDS: Final = 300
SCIPY_ROUNDS: Final = 12
CASES: Final = 1_000
CASE_UNITS: Final = 20
RING_M: Final = (300.0, 2500.0)
TARGETS_MS: Final = {"units_to_one": 10.0, "closures": 20.0}
EVERYBODY: Final = frozenset(("car", "truck", "foot", "boat"))


def run(options: argparse.Namespace) -> int:
    """Measure and print. 0 when every answer of the two engines was the same, 1 otherwise."""
    found = measured(
        options.side or SIDE,
        options.cases or CASES,
        0 if options.engine_only else options.rounds or API_ROUNDS,
    )
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))
    return 0 if found["oracle"]["different"] == found["units_to_one"]["different"] == 0 else 1


def measured(side: int, cases: int, api_rounds: int) -> dict[str, Any]:
    """Everything, on a network of so many lines a side; through the API so many times (0: not at all)."""
    graph = region(side)
    order_s, order = _timed(lambda: order_of(graph).tolist())
    build_s, network = _timed(lambda: Network(graph, order))
    metric_s, weighed = _timed(lambda: Weighed(network, "car"))
    random = np.random.default_rng(2026)
    gc.collect()
    gc.freeze()  # as the centre does: what stays for good is not walked again
    found: dict[str, Any] = {
        "machine": machine(),
        "network": {
            "junctions": graph.nodes,
            "arcs": graph.arcs,
            "edges": graph.edges,
            "engine": network.engine,
        },
        "build_s": {"order_once": order_s, "network": build_s, "profile": metric_s},
        "units_to_one": _units_to_one(network, weighed, random),
        "closures": _closures(network, weighed, random),
        "oracle": _oracle(network, random, cases),
        "load_average": round(load_average(), 2),
    }
    if api_rounds:
        through = desk.measured(graph, order, UNITS, api_rounds, _places(graph, random, desk.INCIDENTS))
        for name in ("all_moved", "all_stood"):
            through[name]["ms"] = _quantiles(through[name]["ms"])
        scipy_ms = found["units_to_one"]["scipy_ms"]["p50"]
        through["scipy_over_api"] = round(scipy_ms / through["all_moved"]["ms"]["p50"], 1)
        found["api_ms"] = through | {"load_average": round(load_average(), 2)}
    return found


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    made = act()
    return round(time.perf_counter() - begun, 3), made


def _units_to_one(network: Network, weighed: Weighed, random: np.random.Generator) -> dict[str, Any]:
    """1,000 units to one incident: all have moved (whole), all stand where they stood, the engine's own part."""
    whole, stood, asked, spent, slow, different = [], [], [], [], [], 0
    network.feet(_places(network.graph, random, 1), "car")  # the tree of roads is built at the first question
    oracle = Weighed(Network(network.graph), "car")
    for round_ in range(ROUNDS):
        units, place = _places(network.graph, random, UNITS), _places(network.graph, random, 1)
        begun = time.perf_counter()
        feet, target = network.feet(units, "car"), network.feet(place, "car")
        snapped, used = time.perf_counter(), time.thread_time()
        quick = weighed.times_ms(feet, target)
        ended = time.perf_counter()
        whole.append((ended - begun) * 1e3)
        spent.append((time.thread_time() - used) * 1e3)
        asked.append((ended - snapped) * 1e3)
        another = _places(network.graph, random, 1)
        begun = time.perf_counter()
        weighed.times_ms(network.feet(units, "car"), network.feet(another, "car"))
        stood.append((time.perf_counter() - begun) * 1e3)
        if round_ < SCIPY_ROUNDS:
            begun = time.perf_counter()
            same = oracle.times_ms(feet, target)
            slow.append((time.perf_counter() - begun) * 1e3)
            different += int((quick != same).sum())
    return {
        "units": UNITS,
        "all_moved_ms": _quantiles(whole),
        "all_stood_ms": _quantiles(stood),
        "engine_ms": _quantiles(asked),
        "engine_cpu_ms": _quantiles(spent),
        "scipy_ms": _quantiles(slow),
        "target_ms": TARGETS_MS["units_to_one"],
        "scipy_over_engine": _ratio(slow, asked),
        "different": different,
    }


def _closures(network: Network, weighed: Weighed, random: np.random.Generator) -> dict[str, Any]:
    """Fifty closures take effect: laid on arcs, weights mended. Each round other ones, the last lifted."""
    quick, spent, slow = [], [], []
    oracle = CsrMetric(network.graph, network.free("car"))
    for _ in range(ROUNDS // 4):
        edges = random.integers(0, network.graph.edges, CLOSURES)
        standing = [Standing(Closing(EVERYBODY), edges[at : at + 1]) for at in range(CLOSURES)]
        begun, used = time.perf_counter(), time.thread_time()
        under = network.laid("car", standing)
        weighed.change(under)
        quick.append((time.perf_counter() - begun) * 1e3)
        spent.append((time.thread_time() - used) * 1e3)
        weighed.change(network.laid("car", []))
        begun = time.perf_counter()
        oracle.change(under.through)
        slow.append((time.perf_counter() - begun) * 1e3)
    return {
        "closures": CLOSURES, "apply_ms": _quantiles(quick), "apply_cpu_ms": _quantiles(spent),
        "scipy_edit_ms": _quantiles(slow),
        "target_ms": TARGETS_MS["closures"],
    }  # fmt: skip


def _oracle(network: Network, random: np.random.Generator, cases: int) -> dict[str, Any]:
    """Random questions under random closures to both engines: how many answers differ."""
    quick, other = Weighed(network, "car"), Network(network.graph)
    slow = Weighed(other, "car")
    answers = different = cut_off = 0
    for case in range(cases):
        place = _places(network.graph, random, 1)
        target = network.feet(place, "car")
        standing = [Standing(Closing(EVERYBODY), random.integers(0, network.graph.edges, CLOSURES))]
        if case % 3 == 0:
            standing.append(_ring(network, place, float(random.uniform(*RING_M))))
        under = network.laid("car", standing)
        quick.change(under)
        slow.change(under)
        near = place + random.normal(0, 0.02, (CASE_UNITS, 2))
        feet = network.feet(near, "car")
        one, two = quick.times_ms(feet, target), slow.times_ms(feet, target)
        answers += len(one)
        different += int((one != two).sum()) + _ways_differ(quick, slow, feet, target)
        cut_off += int((two == INF_MS).sum())
    return {"cases": cases, "answers": answers, "unreachable": cut_off, "different": different}


def _ring(network: Network, place: F64, radius_m: float) -> Standing:
    """Closures on every road that leads out of a circle."""
    graph = network.graph
    x, y = graph.plane.metres(graph.lon, graph.lat)
    (cx,), (cy,) = graph.plane.metres(place[:, 0], place[:, 1])
    inside = np.hypot(x - cx, y - cy) < radius_m
    leads_out = inside[graph.tail] != inside[graph.head]
    return Standing(Closing(EVERYBODY), np.unique(graph.edge[leads_out]).astype(np.int64))


def _ways_differ(quick: Weighed, slow: Weighed, feet: Feet, target: Feet) -> int:
    first = Feet(feet.edge[:1], feet.along[:1], feet.away_m[:1])
    ms = [INF_MS if way is None else way.ms for way in (quick.way(first, target), slow.way(first, target))]
    return int(ms[0] != ms[1])


def _places(graph: Graph, random: np.random.Generator, count: int) -> F64:
    west, south, east, north = graph.bounds
    return random.uniform((west, south), (east, north), (count, 2))


def _quantiles(ms: list[float]) -> dict[str, float]:
    names = ("p50", "p99", "max")
    return {
        name: round(float(q), 2) for name, q in zip(names, np.quantile(ms, (0.5, 0.99, 1.0)), strict=True)
    }


def _ratio(slow: list[float], quick: list[float]) -> float:
    return round(float(np.median(slow) / np.median(quick)), 1)


def table(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    net, build, machine_ = found["network"], found["build_s"], found["machine"]
    units, closures, oracle = found["units_to_one"], found["closures"], found["oracle"]

    def ms(quantiles: dict[str, float]) -> str:
        return f"p50 {quantiles['p50']:>7.2f}  p99 {quantiles['p99']:>7.2f}  max {quantiles['max']:>7.2f} ms"

    return "\n".join(
        [
            f"mudan bench dispatch · {machine_['cpu']}, {machine_['cores']} cores, load {found['load_average']}",
            f"  {net['junctions']} junctions, {net['arcs']} arcs; engine {net['engine']}",
            f"  order once {build['order_once']} s, network {build['network']} s, profile {build['profile']} s",
            f"  {units['units']} units to one incident, target p99 {units['target_ms']:g} ms",
            f"    all units have moved   {ms(units['all_moved_ms'])}",
            f"    all stand as before    {ms(units['all_stood_ms'])}",
            f"    engine alone           {ms(units['engine_ms'])}",
            f"      its processor time   {ms(units['engine_cpu_ms'])}",
            f"    scipy, same questions  {ms(units['scipy_ms'])}   scipy / engine {units['scipy_over_engine']}",
            f"  {closures['closures']} closures take effect, target p99 {closures['target_ms']:g} ms",
            f"    laid and mended        {ms(closures['apply_ms'])}",
            f"      its processor time   {ms(closures['apply_cpu_ms'])}",
            f"    scipy, data edited     {ms(closures['scipy_edit_ms'])}",
            (
                f"  {oracle['cases']} cases against scipy: {oracle['answers']} answers,"
                f" {oracle['unreachable']} of them unreachable, {oracle['different']} different"
            ),
            *(_api_lines(found["api_ms"]) if "api_ms" in found else ()),
        ]
    )


def _api_lines(api: dict[str, Any]) -> list[str]:
    def line(name: str, one: dict[str, Any]) -> str:
        ms = one["ms"]
        return (
            f"    {name}   p50 {ms['p50']:>7.2f}  p99 {ms['p99']:>7.2f}  max {ms['max']:>7.2f} ms;"
            f" centre and PostgreSQL spend {one['cpu_ms_mean']:g} ms; the host kept {one['stolen_pct']:g} % away"
        )

    return [
        (
            f"  {api['units']} units through the HTTP API, {api['rows']} rows shown,"
            f" target p99 {api['target_ms']:g} ms, load {api['load_average']}"
        ),
        line("all units have moved", api["all_moved"]),
        line("all stand as before ", api["all_stood"]),
        f"    scipy's searches alone take {api['scipy_over_api']} times as long",
    ]
