"""Which stage is the county in, since when, and what grounds are there?"""

from psycopg import sql

from mudan.core.stage.model import GROUNDS, Setting, StageKind
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def kinds(connection: Connection) -> list[StageKind]:
    """The five stages in the county's words."""
    rows = await (await connection.execute("select * from stage_kind order by number")).fetchall()
    return [
        StageKind(
            row["number"], Text(row["name_zh"], row["name_en"]), Text(row["meaning_zh"], row["meaning_en"]),
            tuple((rule["level"], rule["count"]) for rule in row["advise"]), row["example"],
        )
        for row in rows
    ]  # fmt: skip


async def county(connection: Connection) -> str:
    """The code of the county that this centre is of; empty before a county is loaded."""
    row = await (
        await connection.execute("select code from area where level = 'county' order by code limit 1")
    ).fetchone()
    return row["code"] if row else ""


async def settings(connection: Connection, space: int, limit: int = 50) -> list[Setting]:
    """The settings of the county's stage in a data space, newest first."""
    rows = await (
        await connection.execute(
            "select seq, number, since, set_at, set_by, why, public_why, advised from stage where space = %s"
            " order by seq desc limit %s",
            (space, limit),
        )
    ).fetchall()
    return [Setting(**row) for row in rows]


async def current(connection: Connection, space: int = 0) -> Setting | None:
    """The stage in force; None when nobody ever set one, which is normal."""
    found = await settings(connection, space, 1)
    return found[0] if found else None


async def grounds(connection: Connection, space: int, area: str) -> dict[int, int]:
    """How many grounds of each level there are in an area, with the centre's eyes."""
    union = sql.SQL(" union all ").join(
        sql.SQL("select level, space, area_code from {}").format(sql.Identifier(view)) for view in GROUNDS
    )
    statement = (
        sql.SQL("select g.level, count(*)::int as n from (")
        + union
        + sql.SQL(") g where g.space = %s and starts_with(g.area_code, %s) group by g.level")
    )
    rows = await (await connection.execute(statement, (space, area))).fetchall()
    return {row["level"]: row["n"] for row in rows}
