"""How do alarms rise, call, get silenced and handled? The only writer of alarms.

crossing ─▶ outage? shelf? inhibited? ─▶ group ─▶ (group_wait) ─▶ notice of the group ─▶ escalation
                                                        handled ─▶ the notice ends in the same transaction
"""

from collections.abc import Sequence
from datetime import datetime

from mudan.core.alarms.actions import calling, flooding, handling, linking, silencing
from mudan.core.alarms.actions.calling import set_chain, set_tuning
from mudan.core.alarms.actions.crossing import apply_crossing, count_repeats, withdraw, words
from mudan.core.alarms.actions.handling import Handled, end_shelving, handle, tell_case
from mudan.core.alarms.actions.linking import checked_for_incidents, decide_link
from mudan.core.alarms.actions.silencing import (
    ask_outage,
    decide_outage,
    keep_quiet,
    let_call,
    return_outage,
    set_inhibition,
)
from mudan.primitives.changes import Changes
from mudan.storage.pool import Connection

__all__ = [
    "Handled",
    "apply_crossing",
    "ask_outage",
    "checked_for_incidents",
    "count_repeats",
    "decide_link",
    "decide_outage",
    "end_shelving",
    "handle",
    "keep_quiet",
    "let_call",
    "return_outage",
    "set_chain",
    "set_inhibition",
    "set_tuning",
    "tell_case",
    "tick",
    "withdraw",
    "words",
]


async def tick(connection: Connection, now: datetime) -> Changes:
    """What time alone brings to alarms; idempotent, with its state in the database only."""
    changes = Changes()
    parts: Sequence[Changes] = [
        await handling.expire_acknowledgements(connection, now),
        await silencing.end_outages(connection, now),
        await calling.sound_again(connection, now),
        await calling.tell_groups(connection, now),
        await linking.correlate(connection, now),
        await flooding.watch(connection, now),
    ]
    for part in parts:
        changes.add(part)
    return changes
