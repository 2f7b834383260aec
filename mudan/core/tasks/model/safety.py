"""When is a crew in danger asked whether it is safe, and what follows when it does not answer?

    waiting ──next_at──▶ asked ──answer──▶ waiting       (next_at = answer + every)
                           │ due_at
                           ▼
                        missed ──▶ alarm, and asked again until there is an answer

The check belongs to a dangerous task under way and ends with it. It says nothing about attendance.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from mudan.core.tasks.model.words import LATE, Par

EVERY_S: Final = (60, 7200)  # the bounds of what may be set
GRACE_S: Final = (30, 900)
USUAL_GRACE_S: Final = 120  # 示例

Turn = Literal["asked", "missed"]


def turned(par: Par, now: datetime) -> tuple[Par, Turn, bool] | None:
    """What time alone brings to a check: the check after it, what happened, whether the centre was late.

    When the centre itself was late (it was down), nobody could be asked nor answer: it asks now and gives the
    whole time again, rather than call a crew lost that was never heard.
    """
    if par.state != "running":
        return None
    if par.due_at is None:
        if par.next_at > now:
            return None
        return _asked(par, now), "asked", now - par.next_at > LATE
    if par.due_at > now:
        return None
    if now - par.due_at > LATE:
        return _asked(par, now), "asked", True
    return replace(_asked(par, now), missed=par.missed + 1), "missed", False


def _asked(par: Par, now: datetime) -> Par:
    return replace(par, asked_at=now, due_at=now + timedelta(seconds=par.grace_s))


def answered(par: Par, at: datetime) -> Par:
    """The check after an answer given at a time; an older answer than the last question settles nothing."""
    if par.asked_at is not None and at < par.asked_at - timedelta(seconds=par.every_s):
        return par
    return replace(par, asked_at=None, due_at=None, missed=0, next_at=at + timedelta(seconds=par.every_s))
