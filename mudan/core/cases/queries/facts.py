"""How large and how peopled are the areas, in the county's words, and who said so?"""

from dataclasses import dataclass, field

from mudan.core.cases.model.metrics.online import AreaFacts, facts_of
from mudan.core.cases.queries.tables import Published
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class FactsInForce:
    """The facts of areas by their codes, of which version (0: nobody has said any)."""

    version: int = 0
    areas: dict[str, AreaFacts] = field(default_factory=dict)


async def area_facts(connection: Connection, space: int) -> FactsInForce:
    """What is in force in a data space; an exercise without its own has the county's."""
    row = await (
        await connection.execute(
            "select version, content from case_area_facts where space in (%(space)s, 0)"
            " order by space = %(space)s desc, version desc limit 1",
            {"space": space},
        )
    ).fetchone()
    return FactsInForce() if row is None else FactsInForce(row["version"], facts_of(row["content"]))


async def area_facts_versions(connection: Connection, space: int) -> list[Published]:
    """The versions of a data space's own facts, the newest first."""
    rows = await (
        await connection.execute(
            "select version, note, published_by, published_at from case_area_facts where space = %s"
            " order by version desc limit 50",
            (space,),
        )
    ).fetchall()
    return [Published(**row) for row in rows]
