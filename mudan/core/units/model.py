"""Who can be sent, in which state are they, and what can they do?

Administrative state is set by people: on_duty | off_duty | out_of_service.
Operational status is derived from the unit's open tasks and never written down; the task furthest on rules:

    transporting, at_destination → transporting    on_scene, working → on_scene    staging → staging
    en_route → en_route    accepted → committed    offered → offered    none, or reserved for later → available

From both follows the class a dispatcher thinks in: available, delayed, committed, unavailable, unknown. A state
that is not known here counts as committed: a wrong word never makes a busy crew look free, nor locks anybody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from mudan.primitives.geo import Point
from mudan.primitives.text import Text

OLD_POSITION: Final = timedelta(seconds=1800)  # common dispatch practice: older positions are doubtful
DEAD_POSITION: Final = timedelta(hours=24)  # and these are not used at all


class Administrative(StrEnum):
    """What people say of a unit."""

    ON_DUTY = "on_duty"
    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class OpenTask:
    """What of an open task the unit's status follows."""

    id: UUID
    incident_id: UUID
    incident_number: str
    state: str
    since: datetime | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A responder. `point` is where its vehicle was last seen, at `position_at`; home when it has none."""

    id: UUID
    space: int
    code: str
    name: Text
    kind: str
    capabilities: tuple[str, ...]
    crew_count: int
    home: Point
    area_code: str
    department: str | None
    administrative: Administrative
    out_reason: str
    out_until: datetime | None
    vehicle: int | None
    vehicle_urn: str | None
    point: Point | None
    position_at: datetime | None
    speed_kmh: float | None
    online: bool | None
    tasks: tuple[OpenTask, ...]
    version: int
    min_crew: int = 1
    shift_ends_at: datetime | None = None
    rest_until: datetime | None = None
    administrative_at: datetime | None = None

    @property
    def status(self) -> str:
        """The derived operational status."""
        if self.administrative is not Administrative.ON_DUTY:
            return self.administrative.value
        return status_of([task.state for task in self.tasks]) if self.tasks else "available"


_ORDER: Final = (
    (frozenset({"transporting", "at_destination"}), "transporting"),
    (frozenset({"on_scene", "working"}), "on_scene"),
    (frozenset({"staging"}), "staging"),
    (frozenset({"en_route"}), "en_route"),
    (frozenset({"accepted"}), "committed"),
    (frozenset({"offered"}), "offered"),
)
_KNOWN: Final = frozenset({"planned"}).union(*(states for states, _ in _ORDER))


def status_of(task_states: Sequence[str]) -> str:
    """The status that open tasks give a unit on duty."""
    for states, status in _ORDER:
        if states & set(task_states):
            return status
    return "committed" if set(task_states) - _KNOWN else "available"


class Availability(StrEnum):
    """What a dispatcher may count on."""

    AVAILABLE = "available"
    DELAYED = "delayed"
    COMMITTED = "committed"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


SOON: Final = timedelta(minutes=30)  # 示例: a reservation or the end of a shift so near is said


def availability(unit: Unit, now: datetime) -> tuple[Availability, tuple[Text, ...]]:
    """The class of a unit and, in words, why it is in it; nothing here forbids sending it."""
    if unit.status in ("off_duty", "out_of_service"):
        return Availability.UNAVAILABLE, (status_words(unit),)
    if unit.status not in ("available", "offered"):
        return Availability.COMMITTED, (status_words(unit),)
    if unit.crew_count < unit.min_crew:
        return Availability.UNAVAILABLE, (_short_of_crew(unit),)
    delays = _delays(unit, now)
    if unit.status == "offered":
        return Availability.DELAYED, (status_words(unit), *delays)
    age = now - unit.position_at if unit.position_at is not None else None
    if unit.vehicle is not None and (age is None or age > DEAD_POSITION):
        words = Text("车辆一天以上没有音讯", "nothing heard of the vehicle for a day")
        return Availability.UNKNOWN, (words, *delays)
    return (Availability.DELAYED if delays else Availability.AVAILABLE), delays


def _delays(unit: Unit, now: datetime) -> tuple[Text, ...]:
    found = []
    if unit.rest_until is not None and unit.rest_until > now:
        minutes = (unit.rest_until - now).total_seconds() / 60
        found.append(Text(f"休整中，还有 {minutes:.0f} 分钟", f"resting for {minutes:.0f} more min"))
    if unit.shift_ends_at is not None and unit.shift_ends_at - now < SOON:
        found.append(Text("即将交班或已到交班时间", "the shift ends soon or has ended"))
    starts = [task.starts_at for task in unit.tasks if task.state == "planned" and task.starts_at is not None]
    if starts and min(starts) - now < SOON:
        found.append(Text("即将执行预派任务", "reserved for a task that begins soon"))
    return tuple(found)


def _short_of_crew(unit: Unit) -> Text:
    return Text(
        f"在班 {unit.crew_count} 人，少于最低 {unit.min_crew} 人",
        f"crew of {unit.crew_count}, at least {unit.min_crew} needed",
    )


def not_fit(unit: Unit) -> Text | None:
    """Why a unit is not sent unless a person says so with a reason; None when nothing is against it."""
    if unit.administrative is not Administrative.ON_DUTY:
        words = status_words(unit)
        return Text(f"该单位{words.zh}", f"the unit is not on duty: {words.en}")
    return _short_of_crew(unit) if unit.crew_count < unit.min_crew else None


# 示例: when a status has lasted so long, in seconds, somebody should look (warn), and ask (alert).
STATUS_AGE: Final[dict[str, tuple[int, int]]] = {
    "offered": (60, 180),
    "committed": (180, 600),
    "en_route": (1800, 3600),
    "staging": (1800, 3600),
    "on_scene": (7200, 14_400),
    "transporting": (2700, 5400),
    "out_of_service": (28_800, 86_400),
}


def status_since(unit: Unit) -> datetime | None:
    """Since when the unit is in its status, where that is known."""
    if unit.administrative is not Administrative.ON_DUTY:
        return unit.administrative_at
    status = unit.status
    since = [
        task.since for task in unit.tasks if status_of([task.state]) == status and task.since is not None
    ]
    return min(since) if since and status != "available" else None


CAPABILITIES: Final[dict[str, Text]] = {
    "patrol": Text("巡逻", "patrol"),
    "traffic_control": Text("交通管制", "traffic control"),
    "medical": Text("急救", "medical"),
    "transport_patient": Text("转运伤员", "patient transport"),
    "firefighting": Text("灭火", "firefighting"),
    "rescue": Text("抢险救援", "rescue"),
    "swift_water": Text("水上救援", "swift-water rescue"),
    "pump": Text("排涝", "pumping"),
    "evacuation": Text("转移群众", "evacuation"),
}

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "flood": ("swift_water",),
    "waterlogging": ("pump",),
    "road_accident": ("traffic_control",),
    "fire": ("firefighting",),
    "medical": ("medical",),
    "hazmat": ("firefighting",),
    "elder_help": ("medical",),
    "other": (),
}


_STATUS_WORDS: Final = {
    "available": Text("空闲", "available"),
    "offered": Text("已派单待接受", "offered another task"),
    "committed": Text("已接受任务", "committed to a task"),
    "en_route": Text("在途", "en route to a task"),
    "staging": Text("集结待命", "staging for a task"),
    "on_scene": Text("在现场", "on scene of a task"),
    "transporting": Text("转运途中", "transporting for a task"),
    "off_duty": Text("不在班", "off duty"),
    "out_of_service": Text("停用", "out of service"),
}


def status_words(unit: Unit) -> Text:
    """The status in words, with the reason of being out of service."""
    words = _STATUS_WORDS[unit.status]
    if unit.administrative is Administrative.OUT_OF_SERVICE and unit.out_reason:
        return Text(f"{words.zh}：{unit.out_reason}", f"{words.en}: {unit.out_reason}")
    return words
