"""What is a road network in memory? Arrays: junctions, arcs between them, and the drawn edges under the arcs.

edge   a stretch of road between two junctions: length, kind, speed, name, bridge, low-lying, its line
arc    one direction of an edge, `tail` → `head`, with the classes that may use it; arcs are ordered by edge,
       forward before backward; an edge has several arcs one way where a turn is forbidden at its end
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mudan.primitives.errors import Invalid
from mudan.primitives.geo import EARTH_RADIUS_M, Point
from mudan.primitives.text import Text

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

KINDS: Final = ("motorway", "trunk", "main", "county", "country", "street", "track", "path")
_ARRAYS: Final = (
    "lon", "lat", "tail", "head", "edge", "forward", "access", "length_m", "speed_kmh", "kind", "bridge",
    "low_lying", "name", "shape_start", "shape_lon", "shape_lat",
)  # fmt: skip


class Origin(NamedTuple):
    """Where a network comes from; `schematic` is no survey (示意)."""

    source: str
    credit: str
    schematic: bool


@dataclass(frozen=True)
class Graph:
    """A network's arrays (see above). `shape_start` has one entry more than there are edges."""

    lon: F64
    lat: F64
    tail: I32
    head: I32
    edge: I32
    forward: Flags
    access: U8
    length_m: F64
    speed_kmh: F64
    kind: U8
    bridge: Flags
    low_lying: Flags
    name: I32
    shape_start: I32
    shape_lon: F64
    shape_lat: F64
    names_zh: tuple[str, ...]
    names_en: tuple[str, ...]
    origin: Origin

    @property
    def nodes(self) -> int:
        """How many junctions."""
        return len(self.lon)

    @property
    def arcs(self) -> int:
        """How many directed arcs."""
        return len(self.tail)

    @property
    def edges(self) -> int:
        """How many stretches of road."""
        return len(self.length_m)

    @cached_property
    def hash(self) -> str:
        """The network's name in caches and versions: SHA-256 over all it holds, 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for name in _ARRAYS:
            digest.update(np.ascontiguousarray(getattr(self, name)).tobytes())
        digest.update(repr((self.names_zh, self.names_en, self.origin)).encode())
        return digest.hexdigest()

    @cached_property
    def first_arc(self) -> I64:
        """For each edge where its arcs begin; one entry more than there are edges."""
        return np.searchsorted(self.edge, np.arange(self.edges + 1)).astype(np.int64)

    @cached_property
    def forward_arc(self) -> I64:
        """For each edge one of its forward arcs, -1 where there is none."""
        return self._arc_of(self.forward)

    @cached_property
    def backward_arc(self) -> I64:
        """For each edge one of its backward arcs, -1 where there is none."""
        return self._arc_of(~self.forward)

    def _arc_of(self, wanted: Flags) -> I64:
        found = np.full(self.edges, -1, np.int64)
        arcs = np.flatnonzero(wanted)[::-1]  # the first of several stays
        found[self.edge[arcs]] = arcs
        return found

    @cached_property
    def plane(self) -> "Plane":
        """The plane on which this network is measured."""
        return Plane(float(self.shape_lat.mean()) if len(self.shape_lat) else 0.0)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        lon, lat = self.shape_lon, self.shape_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def line(self, edge: int) -> list[Point]:
        """The drawn line of an edge, forward."""
        part = slice(int(self.shape_start[edge]), int(self.shape_start[edge + 1]))
        return [
            Point(*pair)
            for pair in zip(self.shape_lon[part].tolist(), self.shape_lat[part].tolist(), strict=True)
        ]

    def name_of(self, edge: int) -> Text:
        """The name of an edge's road; empty where it has none."""
        at = int(self.name[edge])
        return Text(self.names_zh[at], self.names_en[at])


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north, true at one latitude; within 0.5 % over a county."""

    mid_lat: float

    def metres(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[F64, F64]:
        """East and north of (0°, 0°) in metres."""
        per_degree = np.pi * EARTH_RADIUS_M / 180.0
        east = np.asarray(lon, np.float64) * (per_degree * np.cos(np.radians(self.mid_lat)))
        return east, np.asarray(lat, np.float64) * per_degree

    def degrees(self, east: npt.ArrayLike, north: npt.ArrayLike) -> tuple[F64, F64]:
        """The inverse of `metres`."""
        per_degree = np.pi * EARTH_RADIUS_M / 180.0
        lon = np.asarray(east, np.float64) / (per_degree * np.cos(np.radians(self.mid_lat)))
        return lon, np.asarray(north, np.float64) / per_degree


def packed(graph: Graph) -> bytes:
    """The network as one compressed file of arrays."""
    out = io.BytesIO()
    arrays: dict[str, Any] = {name: getattr(graph, name) for name in _ARRAYS}
    words = np.array([*graph.names_zh, *graph.names_en, *graph.origin[:2]], dtype=np.str_)
    np.savez_compressed(out, words=words, schematic=np.array(graph.origin.schematic), **arrays)
    return out.getvalue()


def unpacked(data: bytes) -> Graph:
    """The network of `packed` (raises Invalid when it is not one)."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            words = [str(word) for word in file["words"]]
            half = (len(words) - 2) // 2
            origin = Origin(words[-2], words[-1], bool(file["schematic"]))
            arrays = {name: file[name] for name in _ARRAYS}
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise Invalid(f"this is no road network: {error}") from error
    return checked(
        Graph(**arrays, names_zh=tuple(words[:half]), names_en=tuple(words[half : 2 * half]), origin=origin)
    )


def checked(graph: Graph) -> Graph:
    """The network itself when its arrays fit together (raises Invalid)."""
    shapes = len(graph.shape_start) == graph.edges + 1 and int(graph.shape_start[-1]) == len(graph.shape_lon)
    arcs = len({len(getattr(graph, name)) for name in ("tail", "head", "edge", "forward", "access")}) == 1
    edges = (
        len({len(getattr(graph, name)) for name in ("length_m", "speed_kmh", "kind", "name", "bridge")}) == 1
    )
    if not (graph.edges and graph.arcs and shapes and arcs and edges):
        raise Invalid("the road network has no roads, or its parts do not fit together")
    ordered = bool((np.diff(graph.edge) >= 0).all())
    inside = max(graph.tail.max(), graph.head.max()) < graph.nodes and graph.edge[-1] < graph.edges
    if not (ordered and inside and (graph.length_m > 0).all() and (graph.speed_kmh > 0).all()):
        raise Invalid("the road network names junctions, edges or speeds that cannot be")
    return graph
