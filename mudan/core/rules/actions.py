"""How does what rules carry outlive a restart?"""

from collections.abc import Sequence

from mudan.core.rules import store
from mudan.core.rules.model.engine import Memory
from mudan.primitives.clock import from_us
from mudan.storage.pool import Connection


async def remember(connection: Connection, memories: Sequence[Memory]) -> None:
    """Keep what has changed; what is at rest is dropped."""
    resting = [memory for memory in memories if memory.rests]
    stirring = [memory for memory in memories if not memory.rests]
    if resting:
        await store.forget(connection, [one.entity for one in resting], [one.rule for one in resting])
    if stirring:
        await store.remember(
            connection,
            [
                {
                    "entity": one.entity, "rule": one.rule, "leaves": list(one.leaves),
                    "since": from_us(one.since_us) if one.since_us else None,
                }
                for one in stirring
            ],
        )  # fmt: skip
