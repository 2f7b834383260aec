"""Which pictures does a case have, and how does one look?"""

from collections.abc import Iterable
from uuid import UUID

from mudan.core.cases.model.pictures import Picture
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection


async def pictures(connection: Connection, case: UUID) -> list[Picture]:
    """The pictures of a case within scope, as they came in."""
    rows = await (
        await connection.execute(
            "select p.id, p.role, p.taken_at, p.timed_by, p.received_at, p.lon, p.lat, p.placed_by, p.given_by,"
            " p.given_by_id, p.hash, j.likeness, j.width, j.height from case_picture p"
            " join case_jpeg j on j.hash = p.hash where p.case_id = %s order by p.received_at, p.id",
            (case,),
        )
    ).fetchall()
    return [Picture(**row) for row in rows]


async def jpeg(connection: Connection, case: UUID, picture: UUID) -> bytes:
    """A picture of a case within scope (raises NotFound)."""
    row = await (
        await connection.execute(
            "select j.jpeg from case_picture p join case_jpeg j on j.hash = p.hash"
            " where p.case_id = %s and p.id = %s",
            (case, picture),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such picture")
    data: bytes = row["jpeg"]
    return data


async def first_pictures(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, UUID]:
    """By case: the picture that shows the matter as it was, where there is one."""
    rows = await (
        await connection.execute(
            "select distinct on (case_id) case_id, id from case_picture where case_id = any(%s)"
            " order by case_id, role not in ('report', 'before'), received_at, id",
            (list(cases),),
        )
    ).fetchall()
    return {row["case_id"]: row["id"] for row in rows}
