"""How does a danger to a crew become an alarm at the desk? As every other: with cause, consequence and response.

The alarm hangs on an entity of the responder or crew, placed where they were last known to be; the inbox, the
sound and the escalation are those of all level-Ⅰ alarms.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import actions as alarms
from mudan.core.entities import actions as entity_actions
from mudan.core.entities import queries as entities
from mudan.core.entities.model import Entity
from mudan.core.rules.model import Comparison, Level, Op, Rule
from mudan.core.rules.model.engine import Crossing
from mudan.primitives.clock import to_us
from mudan.primitives.geo import Point
from mudan.primitives.ids import urn
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

PLATFORM: Final = "field"
_OWN: Final = Text(
    "县级应急指挥惯例，由本县确认（示例）", "dispatch practice, to be confirmed by the county (example)"
)

PANIC: Final = Rule(
    name="field.panic", entity_types=("Responder",), condition=Comparison("panic", Op.GE, 1.0), level=Level.I,
    title=Text("现场人员紧急呼救", "responder calls for rescue"),
    sentence=Text("{entity} 按下紧急呼救", "{entity} pressed the panic button"),
    cause=Text("现场人员人身安全受到威胁", "a responder's life is in danger"),
    consequence=Text("可能造成人员伤亡", "death or injury of a responder"),
    response=Text(
        "立即电话或电台联系本人和同组人员；派最近力量救援；通知现场指挥。误按由本人或调度员说明原因后解除",
        "call the person and the crew at once, send the nearest units, tell the incident commander;"
        " a press by mistake is ended with a reason",
    ),
    source=_OWN.zh, examples=(), time_available_min=1, life_safety=True, example_only=False,
)  # fmt: skip
PAR_MISSED: Final = Rule(
    name="field.par_missed", entity_types=("ResponderCrew",), condition=Comparison("par_missed", Op.GE, 1.0),
    level=Level.I,
    title=Text("现场平安确认未应答", "safety check of a crew not answered"),
    sentence=Text("{entity} 未应答平安确认", "{entity} did not answer the safety check"),
    cause=Text(
        "险情现场的队伍没有在时限内报平安，或通信中断", "a crew in danger did not answer in time, or is out of reach"
    ),
    consequence=Text("队伍可能遇险", "the crew may be in distress"),
    response=Text(
        "立即电台、电话呼叫该队；请邻近队伍查看；联系不上即按人员遇险处置",
        "call the crew by radio and phone, ask crews nearby to look; out of reach means in distress",
    ),
    source=_OWN.zh, examples=(), time_available_min=2, life_safety=True, example_only=False,
)  # fmt: skip


async def known(
    connection: Connection,
    kind: str,
    local: str,
    name: Text,
    area_code: str,
    department: str | None,
    place: Point | None,
    space: int,
    now: datetime,
) -> Entity:
    """The entity of a responder or crew, placed where they are."""
    given: dict[str, Any] = {
        "urn": urn(kind, local), "type": kind, "platform": PLATFORM, "name_zh": name.zh, "name_en": name.en,
        "area_code": area_code, "department": department, "lon": place.lon if place else None,
        "lat": place.lat if place else None, "properties": {},
    }  # fmt: skip
    key = await entity_actions.put(connection, given, now, space)
    return await entities.by_key(connection, key)


async def cry(connection: Connection, rule: Rule, entity: Entity, now: datetime) -> UUID | None:
    """Raise the alarm, or count it again where it stands."""
    crossing = _crossing(rule, entity, now, active=True)
    return await alarms.apply_crossing(connection, crossing, entity, "1")


async def hush(connection: Connection, rule: Rule, entity: Entity, now: datetime) -> UUID | None:
    """The danger is over: the alarm is no longer active; a person has still to acknowledge it."""
    crossing = _crossing(rule, entity, now, active=False)
    return await alarms.apply_crossing(connection, crossing, entity, "1")


def _crossing(rule: Rule, entity: Entity, now: datetime, *, active: bool) -> Crossing:
    return Crossing(
        rule=rule, entity=entity.key, active=active, quantity=rule.name.split(".")[1], value=float(active),
        limit=1.0, at_us=to_us(now),
    )  # fmt: skip
