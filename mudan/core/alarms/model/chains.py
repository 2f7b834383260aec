"""Whom does an alarm of a level call, one after another, and when does it call again?"""

from dataclasses import dataclass

from mudan.core.notices.model import Step
from mudan.primitives.errors import Invalid

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Chain:
    """What an unacknowledged alarm does: it calls `steps`; after `realarm_s` it sounds again, `realarms`
    times; an acknowledgement without progress expires after `expires_s` (None: never).
    """

    level: int
    steps: tuple[Step, ...]
    repeat_s: float | None
    realarm_s: float
    realarms: int
    expires_s: float | None
    version: int = 1


def checked_chain(chain: Chain) -> Chain:
    """The chain when it makes sense; raises Invalid. The gravest level must reach a leader."""
    if chain.level not in (1, 2, 3, 4):
        raise Invalid("a level is 1 to 4", field="level")
    if not chain.steps:
        raise Invalid("somebody must be called", field="steps")
    if not 10 <= chain.realarm_s <= DAY_S or not 0 <= chain.realarms <= 100:
        raise Invalid("an alarm sounds again after 10 s to a day, 100 times at most", field="realarm_s")
    if chain.expires_s is not None and not 60 <= chain.expires_s <= DAY_S:
        raise Invalid("an acknowledgement expires after a minute to a day", field="expires_s")
    reached = {target for step in chain.steps for target in (step.to, step.otherwise)}
    if chain.level == 1 and not reached & {"role:leader", "position:leader_on_duty"}:
        raise Invalid("the gravest alarms must reach a leader", field="steps")
    return chain
