"""In which state is an alarm, and who may change it? Three axes after ISA-18.2 / IEC 62682.

    active ──────────── condition true ⇄ condition gone
    acknowledged ────── nobody owns it → somebody took it
    suppression ─────── none | shelved_timed | shelved_oneshot | by_design | out_of_service

    shown as             active  acknowledged
    unacknowledged         1          0          annunciated
    acknowledged           1          1
    returned               0          0          gone before anybody took it; stays in sight
    latched                condition gone, needs a reset after a check on the spot
    normal                 0          1          closed; the next crossing is a new alarm

A standing alarm (active, latched or not acknowledged) is never raised again: repeats are counted. One that
comes back after its condition was gone is the same alarm and waits to be acknowledged anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from mudan.primitives.text import Text

SHELF_LIMIT = timedelta(hours=12)


class Suppression(StrEnum):
    """Whether, and how, an alarm is silenced."""

    NONE = "none"
    SHELVED_TIMED = "shelved_timed"
    SHELVED_ONESHOT = "shelved_oneshot"
    BY_DESIGN = "by_design"
    OUT_OF_SERVICE = "out_of_service"


class Action(StrEnum):
    """What a person can do to an alarm."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm with the words a person needs; `words` are title, sentence, cause, consequence, response."""

    id: UUID
    space: int
    rule: str
    platform: str
    entity: int
    area_code: str
    department: str | None
    level: int
    active: bool
    acknowledged: bool
    latched: bool
    suppression: Suppression
    suppressed_until: datetime | None
    suppressed_reason: str
    quantity: str
    value: float | None
    limit: float | None
    unit: str
    words: dict[str, Any]
    life_safety: bool
    example: bool
    raised_at: datetime
    last_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    owner: UUID | None
    count: int
    version: int
    entity_urn: str
    entity_type: str
    entity_name: Text
    lon: float | None
    lat: float | None
    incident_id: UUID | None = None
    incident_number: str | None = None


def refusal(
    alarm: Alarm, action: Action, *, minutes: float | None = None, reason: str = "", one_shot: bool = False
) -> Text | None:
    """Why an action is not possible on an alarm now, or None when it is."""
    shelved = alarm.suppression in (Suppression.SHELVED_TIMED, Suppression.SHELVED_ONESHOT)
    if action is Action.ACKNOWLEDGE and alarm.acknowledged:
        return Text("已经有人确认", "somebody has acknowledged it already")
    if action is Action.UNACKNOWLEDGE and not alarm.acknowledged:
        return Text("尚未确认", "it is not acknowledged")
    if action is Action.UNACKNOWLEDGE and not (alarm.active or alarm.latched):
        return Text("告警已结束", "the alarm has ended")
    if action is Action.RESET and (not alarm.latched or alarm.active):
        return Text(
            "只有条件已消失的锁存告警可以复位", "only a latched alarm whose condition is gone can be reset"
        )
    if action is Action.UNSHELVE and not shelved:
        return Text("未被搁置", "it is not shelved")
    return _shelving_refusal(alarm, minutes, reason, one_shot=one_shot) if action is Action.SHELVE else None


def _shelving_refusal(alarm: Alarm, minutes: float | None, reason: str, *, one_shot: bool) -> Text | None:
    if alarm.life_safety:
        return Text("人身安全类告警不能搁置", "an alarm of life safety cannot be shelved")
    if not (alarm.active or alarm.latched or not alarm.acknowledged):
        return Text("告警已结束", "the alarm has ended")
    if one_shot and not alarm.active:
        return Text("条件已消失，不能按次搁置", "its condition is gone: there is nothing to wait for")
    if not reason.strip():
        return Text("搁置须说明原因", "shelving needs a reason")
    if not one_shot and (minutes is None or not 0 < minutes <= SHELF_LIMIT.total_seconds() / 60):
        return Text("搁置时间须在 12 小时以内", "an alarm is shelved for 12 hours at most")
    return None
