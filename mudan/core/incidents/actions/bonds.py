"""How are incidents bound to each other, and how does command change hands between governments?"""

from datetime import datetime
from uuid import UUID

from mudan.core.incidents import queries, store
from mudan.core.incidents.actions.log import change, held, held_open, log, reasoned
from mudan.core.incidents.model import AUTHORITIES, RELATIONS, Handover, Incident, answered
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

OUTSIDE = ("city", "province")


async def relate(
    connection: Connection, from_id: UUID, to_id: UUID, kind: str, reason: str, actor: Actor, now: datetime
) -> Incident:
    """Bind two incidents: `related`, or `cause` (from caused to). Both timelines tell it. Returns `from`."""
    if kind not in RELATIONS:
        raise Invalid("no such relation", field="kind")
    if from_id == to_id:
        raise Invalid("an incident is not related to itself", field="other")
    reason = reasoned(reason, "a relation")
    for which in sorted((from_id, to_id)):
        await held(connection, which)
    one, other = await queries.one(connection, from_id), await queries.one(connection, to_id)
    row = {
        "id": new_id(),
        "from_id": from_id,
        "to_id": to_id,
        "kind": kind,
        "reason": reason,
        "at": now,
        "by": actor.name,
    }
    if not await store.insert_relation(connection, row):
        raise Conflict("the two are bound already")
    ends = {
        "related": ("关联", "关联", "related to", "related to"),
        "cause": ("引发", "起因于", "caused", "caused by"),
    }
    zh_from, zh_to, en_from, en_to = ends[kind]
    await _tell(
        connection,
        from_id,
        f"{zh_from} {other.number} {other.title}：{reason}",
        f"{en_from} {other.number}: {reason}",
        actor,
        now,
    )
    await _tell(
        connection,
        to_id,
        f"{zh_to} {one.number} {one.title}：{reason}",
        f"{en_to} {one.number}: {reason}",
        actor,
        now,
    )
    return await queries.one(connection, from_id)


async def _tell(
    connection: Connection, incident: UUID, zh: str, en: str, actor: Actor, now: datetime
) -> None:
    await log(connection, incident, "related", Text(zh, en), source="operator", actor=actor.name, now=now)
    await store.touch(connection, incident)


async def unrelate(
    connection: Connection, relation: UUID, reason: str, actor: Actor, now: datetime
) -> tuple[UUID, UUID]:
    """Loosen a bond; it stays on record. Returns the two incidents."""
    one, other = await queries.relation_ends(connection, relation)
    reason = reasoned(reason, "loosening a relation")
    await store.remove_relation(connection, relation, now, actor.name, reason)
    for which in (one, other):
        await queries.one(connection, which)
        await _tell(connection, which, f"解除关联：{reason}", f"relation loosened: {reason}", actor, now)
    return one, other


async def tell_apart(connection: Connection, one: UUID, other: UUID, actor: Actor, now: datetime) -> None:
    """Remember that two incidents were looked at and are not the same matter."""
    for which in (one, other):
        await queries.one(connection, which)
    if one == other:
        raise Invalid("these are one incident", field="other")
    await store.mark_distinct(connection, one, other, now, actor.name)


async def escalate(
    connection: Connection,
    incident_id: UUID,
    version: int,
    authority: str,
    body: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    with_command: bool,
) -> Handover:
    """Turn to the city or the province, for help or, `with_command`, to hand command up. Its receipt is noted later."""
    incident = await held_open(connection, incident_id, version)
    if authority not in OUTSIDE:
        raise Invalid("escalate to the city or the province", field="authority")
    if not body.strip():
        raise Invalid("say to whom", field="body")
    ask = "移交指挥权" if with_command else "请求支援"
    return await _send(
        connection, incident, actor, now, kind="escalate", authority=authority, area=incident.command_area,
        body=body.strip(), reason=reason, with_command=with_command, words=Text(ask, ask),
    )  # fmt: skip


async def hand_over(
    connection: Connection,
    incident_id: UUID,
    version: int,
    area: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Handover:
    """Hand command to a town of the county, or from a town back to the county. That centre must accept it."""
    incident = await held_open(connection, incident_id, version)
    level, name = await queries.area_level(connection, area)
    if level not in ("town", "county") or area == incident.command_area:
        raise Invalid("hand over to a town or to the county", field="area")
    down = area.startswith(incident.command_area)
    if not down and not incident.command_area.startswith(area):
        raise Invalid("towns hand over through the county", field="area")
    if actor.scope.area not in ("", incident.command_area) and not incident.command_area.startswith(
        actor.scope.area
    ):
        raise NotAllowed("another centre commands this incident")
    if not incident.area_code.startswith(
        area
    ):  # the receiving centre must be able to see what it is to take over
        incident = await change(connection, incident_id, area_code=area)
    return await _send(
        connection, incident, actor, now, kind="down" if down else "up", authority=level, area=area,
        body=name.zh, reason=reason, with_command=True, words=Text("移交指挥权", "command handed over"),
    )  # fmt: skip


async def _send(
    connection: Connection,
    incident: Incident,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    authority: str,
    area: str,
    body: str,
    reason: str,
    with_command: bool,
    words: Text,
) -> Handover:
    assert authority in AUTHORITIES
    reason = reasoned(reason, "a hand-over")
    handover = new_id()
    row = {
        "id": handover, "incident_id": incident.id, "kind": kind, "from_authority": incident.authority,
        "from_area": incident.command_area, "to_authority": authority, "to_area": area, "to_body": body,
        "with_command": with_command, "reason": reason, "sent_at": now, "sent_by": actor.name,
    }  # fmt: skip
    if not await store.insert_handover(connection, row):
        raise Conflict("a hand-over waits for its receipt already")
    text = Text(
        f"向{body}{words.zh}：{reason}（待签收）", f"to {body}: {words.en}, {reason} (receipt awaited)"
    )
    await _told(connection, incident.id, text, actor, now, handover, "sent")
    return await queries.handover(connection, handover)


async def _told(
    connection: Connection,
    incident: UUID,
    text: Text,
    actor: Actor,
    now: datetime,
    handover: UUID,
    state: str,
) -> None:
    detail = {"handover": str(handover), "state": state}
    await log(
        connection, incident, "handover", text, source="operator", actor=actor.name, now=now, detail=detail
    )
    await store.touch(connection, incident)


async def answer(
    connection: Connection, handover_id: UUID, event: str, name: str, words: str, actor: Actor, now: datetime
) -> Handover:
    """Receive, decline or withdraw a hand-over. Among our own centres only the receiving one may answer; of a body
    outside the desk notes who signed for it (`name`).
    """
    handover = await queries.handover(connection, handover_id)
    await held(connection, handover.incident_id)
    state = answered(handover.state, event)
    own = handover.kind != "escalate"
    if event == "withdraw":
        name = actor.name
    elif own and actor.scope.area != handover.to_area:
        raise NotAllowed("only the receiving centre may answer")
    name = actor.name if own else name.strip()
    if not name:
        raise Invalid("who signed for it?", field="name")
    if event in ("decline", "withdraw"):
        words = reasoned(words, "this")
    await store.answer_handover(connection, handover_id, state, now, name, words.strip())
    if state == "received" and handover.with_command:
        await change(
            connection, handover.incident_id, authority=handover.to_authority, command_area=handover.to_area,
            commander=name,
        )  # fmt: skip
    verbs = {
        "received": ("已签收", "received"),
        "declined": ("未接受", "declined"),
        "withdrawn": ("已撤回", "withdrawn"),
    }
    zh, en = verbs[state]
    tail = f"：{words.strip()}" if words.strip() else ""
    text = Text(f"{handover.to_body}{zh}移交（{name}）{tail}", f"{handover.to_body} {en} ({name}){tail}")
    await _told(connection, handover.incident_id, text, actor, now, handover_id, state)
    return await queries.handover(connection, handover_id)


async def give_back(
    connection: Connection, handover_id: UUID, name: str, reason: str, actor: Actor, now: datetime
) -> Handover:
    """Command comes back to who gave it; the receiving centre returns it, of a body outside the desk notes it."""
    handover = await queries.handover(connection, handover_id)
    await held(connection, handover.incident_id)
    answered(handover.state, "return")
    if handover.kind != "escalate":
        if actor.scope.area != handover.to_area:
            raise NotAllowed("only the centre in command may return it")
        name = actor.name
    if not name.strip():
        raise Invalid("who returned it?", field="name")
    reason = reasoned(reason, "returning")
    await store.return_handover(connection, handover_id, now, name.strip(), reason)
    if handover.with_command:
        await change(
            connection,
            handover.incident_id,
            authority=handover.from_authority,
            command_area=handover.from_area,
        )
    text = Text(
        f"{handover.to_body}退回（{name}）：{reason}", f"{handover.to_body} returned it ({name}): {reason}"
    )
    await _told(connection, handover.incident_id, text, actor, now, handover_id, "returned")
    return await queries.handover(connection, handover_id)
