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

from mudan.core.notices.model import Upcoming
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

SHELF_LIMIT = timedelta(hours=12)  # who may maintain alarms: the shift lead
OPERATOR_SHELF = timedelta(minutes=60)  # everybody else who may shelve
FINDINGS = ("real", "false", "test")


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
    NOTE = "note"
    FIND = "find"


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
    family: str = "other"
    group_id: UUID | None = None
    suppressed_by: UUID | None = None
    annunciated_at: datetime | None = None
    realarms: int = 0
    acknowledged_position: str | None = None
    acknowledgement_expires_at: datetime | None = None
    chattering_at: datetime | None = None
    finding: str | None = None
    incident_id: UUID | None = None
    incident_number: str | None = None
    escalation: Upcoming | None = None


def position_of(actor: Actor) -> str:
    """The desk somebody works at: their role in their area, `dispatcher@500231`. Never who they are."""
    role = actor.scope.role
    return f"{role.value if role is not None else 'centre'}@{actor.scope.area}"


def refusal(
    alarm: Alarm,
    action: Action,
    *,
    minutes: float | None = None,
    reason: str = "",
    one_shot: bool = False,
    note: str = "",
    finding: str = "",
    limit: timedelta = SHELF_LIMIT,
) -> Text | None:
    """Why an action is not possible on an alarm now, or None when it is. `limit`: of the person's shelving."""
    shelved = alarm.suppression in (Suppression.SHELVED_TIMED, Suppression.SHELVED_ONESHOT)
    if action is Action.ACKNOWLEDGE and alarm.acknowledged:
        return Text("已经有人确认", "somebody has acknowledged it already")
    if action is Action.UNACKNOWLEDGE and not alarm.acknowledged:
        return Text("尚未确认", "it is not acknowledged")
    if action is Action.UNACKNOWLEDGE and not (alarm.active or alarm.latched):
        return Text("告警已结束", "the alarm has ended")
    if action is Action.RESET:
        return _reset_refusal(alarm, note)
    if action is Action.UNSHELVE and not shelved:
        return Text("未被搁置", "it is not shelved")
    if action is Action.NOTE and not note.strip():
        return Text("请写明进展", "say what has been done")
    if action is Action.FIND and finding not in FINDINGS:
        return Text("请选择核实结果", "say what was found")
    if action is Action.SHELVE:
        return _shelving_refusal(alarm, minutes, reason, limit, one_shot=one_shot)
    return None


def _reset_refusal(alarm: Alarm, note: str) -> Text | None:
    if not alarm.latched or alarm.active:
        return Text(
            "只有条件已消失的锁存告警可以复位", "only a latched alarm whose condition is gone can be reset"
        )
    if not note.strip():
        return Text("复位须写明现场核查情况", "a reset needs what was found on the spot")
    return None


def _shelving_refusal(
    alarm: Alarm, minutes: float | None, reason: str, limit: timedelta, *, one_shot: bool
) -> Text | None:
    if alarm.life_safety:
        return Text("人身安全类告警不能搁置", "an alarm of life safety cannot be shelved")
    if alarm.suppression in (Suppression.BY_DESIGN, Suppression.OUT_OF_SERVICE):
        return Text("已按规则抑制或停用", "it is silenced already, by design or out of service")
    if not (alarm.active or alarm.latched or not alarm.acknowledged):
        return Text("告警已结束", "the alarm has ended")
    if one_shot and not alarm.active:
        return Text("条件已消失，不能按次搁置", "its condition is gone: there is nothing to wait for")
    if not reason.strip():
        return Text("搁置须说明原因", "shelving needs a reason")
    most = limit.total_seconds() / 60
    if not one_shot and (minutes is None or not 0 < minutes <= most):
        if limit == SHELF_LIMIT:
            return Text("搁置时间须在 12 小时以内", "an alarm is shelved for 12 hours at most")
        return Text(
            f"值守席最多搁置 {most:.0f} 分钟，更久须由值班长搁置",
            f"an operator shelves for {most:.0f} minutes at most; longer is the shift lead's to decide",
        )
    return None
