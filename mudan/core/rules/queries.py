"""What did the rules carry when the centre last ran?"""

from mudan.core.rules.model.engine import Memory
from mudan.primitives.clock import to_us
from mudan.storage.pool import Connection


async def memories(connection: Connection) -> list[Memory]:
    """Delays and dead bands as they were kept last."""
    rows = await (await connection.execute("select entity, rule, since, leaves from rule_memory")).fetchall()
    return [
        Memory(
            row["rule"],
            row["entity"],
            0 if row["since"] is None else to_us(row["since"]),
            tuple(row["leaves"]),
        )
        for row in rows
    ]
