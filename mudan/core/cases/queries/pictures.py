"""Which pictures does a case have, how does one look, and what is in doubt about them?"""

from collections.abc import Iterable
from uuid import UUID

from mudan.core.cases.model.pictures import Elsewhere, Picture
from mudan.core.cases.model.proof import Flag
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import NotFound
from mudan.primitives.pictures import is_plain
from mudan.primitives.text import Text
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


async def flags(connection: Connection, case: UUID) -> list[Flag]:
    """What was and is in doubt about a case within scope, in the order it was noted."""
    rows = await (
        await connection.execute(
            "select f.id, f.at, f.event, f.proof, f.kind, f.text_zh, f.text_en, f.picture_id, f.settled_at,"
            " f.settled_by, f.settled_how, f.reason, o.id as other_case, o.number as other_number from case_flag f"
            " left join case_file o on o.id = f.other_case where f.case_id = %s order by f.id",
            (case,),
        )
    ).fetchall()
    return [Flag(text=Text(row.pop("text_zh"), row.pop("text_en")), **row) for row in rows]


async def elsewhere(connection: Connection, case: Case, picture: Picture, most_bits: int) -> Elsewhere | None:
    """The likest picture of another case of the space that is the same, or nearly, if there is one.

    A case that was merged into this one, or that this one was merged into, is no other case.
    """
    row = await (
        await connection.execute(
            "select c.id as case_id, c.number, p.id as picture_id, p.role, p.taken_at, j.bits from"
            " (select hash, bit_count(('x' || encode(likeness, 'hex'))::bit(128) #"
            " ('x' || %(likeness)s)::bit(128))::int as bits from case_jpeg where hash = %(hash)s"
            " or (not %(plain)s and parts && mudan_likeness_parts(decode(%(likeness)s, 'hex')))) j"
            " join case_picture p on p.hash = j.hash join case_file c on c.id = p.case_id"
            " where (p.hash = %(hash)s or j.bits <= %(most)s) and c.space = %(space)s and c.id <> %(case)s"
            " and c.main_id is distinct from %(case)s and c.id is distinct from %(main)s"
            " order by p.hash <> %(hash)s, j.bits, p.received_at, p.id limit 1",
            {
                "hash": picture.hash, "likeness": picture.likeness.hex(), "plain": is_plain(picture.likeness),
                "most": most_bits, "space": case.space, "case": case.id, "main": case.situation.main,
            },
        )
    ).fetchone()  # fmt: skip
    return None if row is None else Elsewhere(**row)
