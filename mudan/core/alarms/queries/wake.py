"""If an alarm of a level rose now and nobody took it: who would be called, when, and by which way?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mudan.core.alarms.model import Chain, Tuning
from mudan.core.duty import queries as duty
from mudan.core.notices import queries as notices
from mudan.core.notices.model import Step, target_title
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within


@dataclass(frozen=True, slots=True)
class WakeCall:
    """One call: at that time, of a step's own target, or of the one named otherwise. Nobody: `names` is empty."""

    at: datetime
    to: Text
    names: tuple[str, ...]
    channels: tuple[str, ...]
    otherwise: bool


async def wake(
    connection: Connection, chain: Chain, tuning: Tuning, *, space: int, area: str, rises_at: datetime
) -> list[WakeCall]:
    """Every step of a chain with whoever is there at its own time; the gravest level calls at once."""
    at = rises_at + timedelta(seconds=0 if chain.level == 1 else tuning.group_wait_s)
    titles = {f"position:{one.code}": one.title for one in await duty.positions(connection)}
    found = []
    async with centre_within(connection):
        for step in chain.steps:
            at += timedelta(seconds=step.after_s)
            found.append(await _call(connection, step, titles, space, area, at))
    return found


async def _call(
    connection: Connection, step: Step, titles: dict[str, Text], space: int, area: str, at: datetime
) -> WakeCall:
    targets: Sequence[str] = [one for one in (step.to, step.otherwise) if one]
    for number, target in enumerate(targets):
        reached = await notices.recipients(
            connection, target, space=space, area_code=area, department=None, now=at
        )
        if reached:
            names = tuple(dict.fromkeys(name for name, _ in reached.addresses))
            return WakeCall(at, titles.get(target, reached.title), names, step.channels, number > 0)
    return WakeCall(at, titles.get(step.to, target_title(step.to)), (), step.channels, otherwise=False)
