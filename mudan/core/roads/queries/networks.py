"""Which network is in use, and what is it?"""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from mudan.core.roads.model.graph import I64
from mudan.storage.pool import Connection


class NetworkInfo(NamedTuple):
    """What is known of a network without reading it."""

    hash: str
    source: str
    credit: str
    schematic: bool
    nodes: int
    edges: int
    arcs: int
    active: bool
    imported_at: datetime
    imported_by: str


async def known(connection: Connection) -> list[NetworkInfo]:
    """Every network that is kept, the active one first."""
    done = await connection.execute(
        "select hash, source, credit, schematic, nodes, edges, arcs, active, imported_at, imported_by"
        " from road_network order by active desc, imported_at desc"
    )
    return [NetworkInfo(**row) for row in await done.fetchall()]


async def active_hash(connection: Connection) -> str:
    """The hash of the network in use; empty when there is none."""
    row = await (await connection.execute("select hash from road_network where active")).fetchone()
    return "" if row is None else row["hash"]


async def contents(connection: Connection, network: str) -> tuple[bytes, I64 | None]:
    """A network's packed arrays, and the order of its nodes when that was worked out."""
    row = await (
        await connection.execute("select data, node_order from road_network where hash = %s", (network,))
    ).fetchone()
    assert row is not None  # the caller has just read the hash, and networks are never deleted
    order = row["node_order"]
    return row["data"], None if order is None else np.frombuffer(order, np.int32).astype(np.int64)
