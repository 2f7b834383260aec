"""How does a centre get its roads? `mudan roads import FILE`, `mudan roads demo`, `mudan roads info`.

    mudan roads import county.osm.pbf      OpenStreetMap (osmium)
    mudan roads import roads.geojson       lines with kind, speed_kmh, oneway, bridge, low_lying, name_zh, name_en
    mudan roads demo                       the example county's own roads (示意)
    mudan roads info                       which networks are kept, and which is in use

A running centre takes the new network into use within a second; closures stay and are laid on it anew.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mudan.core.roads import actions, queries
from mudan.core.roads.model import Graph, order_of
from mudan.primitives.clock import Clock, SystemClock
from mudan.primitives.errors import Invalid, MudanError, Unavailable
from mudan.run import county
from mudan.run.roads import drawn, osm
from mudan.run.serve import database
from mudan.run.settings import settings_from
from mudan.storage.pool import Connection, Database

BY: Final = "mudan roads"
LARGEST_JSON: Final = 512 << 20


def main(argv: list[str]) -> int:
    """Import a network or tell of those there. 0 when done, 1 when refused."""
    options = _parser().parse_args(argv)
    try:
        if options.verb == "info":
            with database(settings_from()) as dsn:
                print(asyncio.run(_told(dsn)))
            return 0
        graph = _demo() if options.verb == "demo" else _read(options.file)
        with database(settings_from()) as dsn:
            print(asyncio.run(_taken_up(dsn, graph)))
    except MudanError as error:
        print(f"mudan roads: {error.reason}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mudan roads")
    verbs = parser.add_subparsers(dest="verb", required=True)
    taken = verbs.add_parser("import", help="take a road network into use")
    taken.add_argument("file", type=Path, help=".osm.pbf, .osm or .geojson")
    verbs.add_parser("demo", help="take the example county's roads into use (示意)")
    verbs.add_parser("info", help="which networks are kept, and which is in use")
    return parser


def _read(file: Path) -> Graph:
    if file.suffix in (".geojson", ".json"):
        return drawn.graph_of(_collection(file), file.name)
    found = osm.read(file)
    print(
        f"{found.ways} ways, {found.turns} turn restrictions taken, {found.turns_left_out} left out,"
        f" {found.ways_cut} ways cut at the edge of the file"
    )
    return found.graph


def _collection(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST_JSON:
            raise Invalid(f"{file.name} is larger than {LARGEST_JSON >> 20} MB")
        collection = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Invalid(f"{file.name} is no GeoJSON: {error}") from error
    if not isinstance(collection, dict):
        raise Invalid(f"{file.name} is no GeoJSON object")
    return collection


def _demo() -> Graph:
    return drawn.graph_of(county.printed()["roads"])


async def keep(connection: Connection, clock: Clock, graph: Graph, by: str = BY) -> str:
    """Keep a network with the order of its nodes and take it into use; returns its hash."""
    try:
        order = (await asyncio.to_thread(order_of, graph)).tolist()
    except Unavailable as error:
        print(f"mudan roads: {error.reason}; routes come from the slower engine", file=sys.stderr)
        order = None
    return await actions.take_up(connection, graph, order, clock.now(), by)


async def keep_example(connection: Connection, clock: Clock, collection: Mapping[str, Any]) -> None:
    """Take an example county's roads into use, unless surveyed ones are in use already."""
    in_use = [one for one in await queries.known(connection) if one.active]
    graph = drawn.graph_of(collection)
    if not in_use or (in_use[0].schematic and in_use[0].hash != graph.hash):
        await keep(connection, clock, graph, "mudan seed")


async def _taken_up(dsn: str, graph: Graph) -> str:
    db = Database(dsn, size=2)
    await db.open()
    try:
        async with db.work() as connection:
            network = await keep(connection, SystemClock(), graph)
    finally:
        await db.close()
    return (
        f"{network[:12]}: {graph.nodes} junctions, {graph.edges} stretches of road, {graph.arcs} arcs in use"
    )


async def _told(dsn: str) -> str:
    db = Database(dsn, size=2)
    await db.open()
    try:
        async with db.work() as connection:
            found = await queries.known(connection)
    finally:
        await db.close()
    lines = [
        f"{'*' if one.active else ' '} {one.hash[:12]}  {one.nodes:>8} junctions  {one.arcs:>8} arcs  {one.source}"
        f"{'  示意 schematic' if one.schematic else ''}  {one.imported_at:%Y-%m-%d %H:%M} {one.imported_by}"
        for one in found
    ]
    return "\n".join(lines) or "no road network has been imported"
