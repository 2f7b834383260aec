"""How is a command post set up, staffed, handed to another and closed? Every step is a line of the timeline."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import is_open
from mudan.core.people.model import Actor
from mudan.core.posts import queries, store
from mudan.core.posts.model import (
    HOWS,
    ROLE_WORDS,
    SINGLE,
    Group,
    Holder,
    Post,
    answered,
    check_role,
)
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def open_post(
    connection: Connection,
    incident_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    place: str,
    contact: str,
    commander: Holder,
    groups: Sequence[str] = (),
    lon: float | None = None,
    lat: float | None = None,
) -> Post:
    """Set up an incident's command post, with its first commander and groups by their codes."""
    incident = await incident_queries.one(connection, incident_id, lock=True)
    if not is_open(incident.phase):
        raise Conflict("the incident has ended; reopen it first")
    if not name.strip() or not place.strip():
        raise Invalid("a command post has a name and a place", field="place" if name.strip() else "name")
    post = new_id()
    row = {
        "id": post, "space": incident.space, "incident_id": incident_id, "area_code": incident.area_code,
        "department": incident.department, "name": name.strip(), "place": place.strip(), "lon": lon, "lat": lat,
        "contact": contact.strip(), "opened_at": now, "opened_by": actor.name,
    }  # fmt: skip
    if not await store.insert(connection, "post", row):
        raise Conflict("the incident has a command post already")
    text = Text(
        f"成立{name.strip()}，地点：{place.strip()}",
        f"command post set up: {name.strip()}, at {place.strip()}",
    )
    await _log(connection, incident_id, "post", text, actor, now)
    await _take_seat(connection, post, None, "commander", commander, actor, now)
    await incidents.name_commander(
        connection, incident_id, commander.name.strip(),
        Text(f"总指挥：{commander.name.strip()}", f"commander: {commander.name.strip()}"), actor, now,
    )  # fmt: skip
    for code in dict.fromkeys(groups):
        await _open_group(connection, post, incident_id, code, actor, now)
    return await queries.one(connection, post)


async def _log(
    connection: Connection,
    incident: UUID,
    kind: str,
    text: Text,
    actor: Actor,
    now: datetime,
    **detail: object,
) -> None:
    await incidents.log(
        connection, incident, kind, text, source="operator", actor=actor.name, now=now, detail=detail
    )


async def _take_seat(
    connection: Connection,
    post: UUID,
    group: UUID | None,
    role: str,
    holder: Holder,
    actor: Actor,
    now: datetime,
) -> UUID:
    seat = new_id()
    row = {
        "id": seat, "post_id": post, "group_id": group, "role": role, "person_id": holder.person,
        "name": holder.name.strip(), "organisation": holder.organisation.strip(), "phone": holder.phone.strip(),
        "since": now, "seated_by": actor.name,
    }  # fmt: skip
    if not await store.insert(connection, "post_seat", row):
        raise Conflict("the place is taken; end it first")
    return seat


async def _open_group(
    connection: Connection, post: UUID, incident: UUID, code: str, actor: Actor, now: datetime
) -> UUID:
    kind = next((one for one in await queries.group_kinds(connection) if one.code == code), None)
    if kind is None:
        raise Invalid("no such group", field="groups")
    group = new_id()
    row = {
        "id": group,
        "post_id": post,
        "kind": code,
        "task": kind.task,
        "opened_at": now,
        "opened_by": actor.name,
    }
    if not await store.insert(connection, "post_group", row):
        raise Conflict("the group is there already")
    await _log(
        connection, incident, "post", Text(f"成立{kind.name.zh}", f"group set up: {kind.name.en}"), actor, now
    )
    return group


def _standing(post: Post) -> Post:
    if post.closed_at is not None:
        raise Conflict("the command post is closed")
    return post


def _group(post: Post, group_id: UUID) -> Group:
    group = next(one for one in post.groups if one.id == group_id)
    if group.closed_at is not None:
        raise Conflict("the group is dissolved")
    return group


async def open_group(connection: Connection, post_id: UUID, code: str, actor: Actor, now: datetime) -> Post:
    """Add a working group."""
    post = _standing(await queries.one(connection, post_id, lock=True))
    await _open_group(connection, post_id, post.incident_id, code, actor, now)
    await store.touch(connection, post_id)
    return await queries.one(connection, post_id)


async def change_group(
    connection: Connection, group_id: UUID, task: str, place: str, contact: str, actor: Actor, now: datetime
) -> Post:
    """Say what a group does, where, and how it is reached."""
    post = _standing(await queries.of_group(connection, group_id))
    name = _group(post, group_id).name
    await store.update_group(connection, group_id, task.strip(), place.strip(), contact.strip())
    text = Text(f"{name.zh}任务：{task.strip()}", f"{name.en}, task: {task.strip()}")
    await _log(connection, post.incident_id, "post", text, actor, now, group=str(group_id))
    await store.touch(connection, post.id)
    return await queries.one(connection, post.id)


async def close_group(connection: Connection, group_id: UUID, actor: Actor, now: datetime) -> Post:
    """Dissolve a group, with its places."""
    post = _standing(await queries.of_group(connection, group_id))
    name = _group(post, group_id).name
    await store.close_group(connection, group_id, now, actor.name)
    await _log(
        connection,
        post.incident_id,
        "post",
        Text(f"撤销{name.zh}", f"group dissolved: {name.en}"),
        actor,
        now,
    )
    await store.touch(connection, post.id)
    return await queries.one(connection, post.id)


async def seat(
    connection: Connection,
    post_id: UUID,
    role: str,
    group_id: UUID | None,
    holder: Holder,
    actor: Actor,
    now: datetime,
) -> Post:
    """Give somebody a place. A leader's place taken over ends the former's; a commander's changes by transfer only."""
    post = _standing(await queries.one(connection, post_id, lock=True))
    check_role(role, group_id)
    if role == "commander":
        raise Conflict("command changes hands by a transfer")
    group = next((one for one in post.groups if one.id == group_id and one.closed_at is None), None)
    if group_id is not None and group is None:
        raise NotFound("there is no such group")
    for former in post.standing():
        if role in SINGLE and former.role == role and former.group_id == group_id:
            await store.end_seat(connection, former.id, now, actor.name, f"由{holder.name.strip()}接任")
    await _take_seat(connection, post_id, group_id, role, holder, actor, now)
    where = group.name if group else Text("指挥部", "command post")
    words = ROLE_WORDS[role]
    text = Text(
        f"{where.zh}{words.zh}：{holder.name.strip()}", f"{where.en}, {words.en}: {holder.name.strip()}"
    )
    await _log(connection, post.incident_id, "post", text, actor, now, group=str(group_id or ""))
    await store.touch(connection, post_id)
    return await queries.one(connection, post_id)


async def unseat(connection: Connection, seat_id: UUID, reason: str, actor: Actor, now: datetime) -> Post:
    """End somebody's place, with the reason."""
    post = _standing(await queries.of_seat(connection, seat_id))
    held = next(one for one in post.seats if one.id == seat_id)
    if held.role == "commander":
        raise Conflict("command changes hands by a transfer")
    if not reason.strip():
        raise Invalid("ending a place needs a reason", field="reason")
    if not await store.end_seat(connection, seat_id, now, actor.name, reason.strip()):
        raise Conflict("the place had ended already")
    words = ROLE_WORDS[held.role]
    text = Text(
        f"{held.name}不再担任{words.zh}：{reason.strip()}",
        f"{held.name} is no longer {words.en}: {reason.strip()}",
    )
    await _log(connection, post.incident_id, "post", text, actor, now)
    await store.touch(connection, post.id)
    return await queries.one(connection, post.id)


async def place_unit(
    connection: Connection, group_id: UUID, task_id: UUID, work: str, actor: Actor, now: datetime
) -> Post:
    """Put a unit, by its open task in the incident, under a group; it leaves the group it was in."""
    post = _standing(await queries.of_group(connection, group_id))
    unit = await queries.task_of(connection, post.incident_id, task_id)
    group = _group(post, group_id)
    await store.release_unit(connection, task_id, now)
    row = {
        "id": new_id(), "group_id": group_id, "task_id": task_id, "work": work.strip(), "since": now,
        "assigned_by": actor.name,
    }  # fmt: skip
    await store.insert(connection, "post_unit", row)
    text = Text(
        f"{unit.zh}编入{group.name.zh}：{work.strip()}", f"{unit.en} joins {group.name.en}: {work.strip()}"
    )
    await _log(connection, post.incident_id, "post", text, actor, now, group=str(group_id), task=str(task_id))
    await store.touch(connection, post.id)
    return await queries.one(connection, post.id)


async def offer_command(
    connection: Connection, post_id: UUID, holder: Holder, situation: str, actor: Actor, now: datetime
) -> Post:
    """Offer command to somebody, briefed on the situation in these words. Nothing changes until they accept."""
    post = _standing(await queries.one(connection, post_id, lock=True))
    commander = post.commander()
    assert commander is not None  # a standing post always has one
    if not situation.strip():
        raise Invalid("a transfer of command needs a briefing", field="situation")
    if holder.name.strip() == commander.name and holder.person == commander.person_id:
        raise Conflict("they are in command already")
    row = {
        "id": new_id(), "post_id": post_id, "from_name": commander.name, "to_name": holder.name.strip(),
        "to_organisation": holder.organisation.strip(), "to_phone": holder.phone.strip(), "to_person": holder.person,
        "situation": situation.strip(), "briefed_at": now, "offered_at": now, "offered_by": actor.name,
        "state": "offered",
    }  # fmt: skip
    if not await store.insert(connection, "command_transfer", row):
        raise Conflict("a transfer of command waits for its answer already")
    text = Text(
        f"{commander.name}向{holder.name.strip()}移交指挥（待接受）。情况通报：{situation.strip()}",
        f"{commander.name} offers command to {holder.name.strip()}; briefed: {situation.strip()}",
    )
    await _log(connection, post.incident_id, "command", text, actor, now, state="offered")
    await store.touch(connection, post_id)
    return await queries.one(connection, post_id)


async def answer_command(
    connection: Connection, transfer_id: UUID, event: str, how: str, words: str, actor: Actor, now: datetime
) -> Post:
    """Accept, decline or withdraw a transfer of command.

    `how`: self (the receiver's own account), or on the receiver's word by radio, phone or face to face.
    """
    post = _standing(await queries.of_transfer(connection, transfer_id))
    transfer = next(one for one in post.transfers if one.id == transfer_id)
    state = answered(transfer.state, event)
    if event != "withdraw" and how not in HOWS:
        raise Invalid("how did they answer?", field="how")
    if event != "withdraw" and how == "self" and transfer.to_person != actor.person:
        raise NotAllowed("only the receiver answers by their own account")
    if event != "accept" and not words.strip():
        raise Invalid("this needs a reason", field="words")
    how = "" if event == "withdraw" else how
    await store.answer_transfer(connection, transfer_id, state, now, actor.name, how, words.strip())
    if state == "accepted":
        await _hand_over(connection, post, transfer_id, actor, now)
    else:
        zh = {"declined": "未接受", "withdrawn": "撤回"}[state]
        text = Text(f"指挥移交{zh}：{words.strip()}", f"transfer of command {state}: {words.strip()}")
        await _log(connection, post.incident_id, "command", text, actor, now, state=state)
    await store.touch(connection, post.id)
    return await queries.one(connection, post.id)


async def _hand_over(
    connection: Connection, post: Post, transfer_id: UUID, actor: Actor, now: datetime
) -> None:
    transfer = next(one for one in post.transfers if one.id == transfer_id)
    former = post.commander()
    assert former is not None  # a standing post always has one
    await store.end_seat(connection, former.id, now, actor.name, f"指挥移交{transfer.to_name}")
    holder = Holder(transfer.to_name, transfer.to_organisation, transfer.to_phone, transfer.to_person)
    await _take_seat(connection, post.id, None, "commander", holder, actor, now)
    text = Text(
        f"指挥权由{transfer.from_name}移交{transfer.to_name}",
        f"command passed from {transfer.from_name} to {transfer.to_name}",
    )
    await incidents.name_commander(connection, post.incident_id, transfer.to_name, text, actor, now)


async def close_post(connection: Connection, post_id: UUID, actor: Actor, now: datetime) -> Post:
    """Dissolve the post. A transfer of command that waits must be answered first."""
    post = _standing(await queries.one(connection, post_id, lock=True))
    if post.waiting() is not None:
        raise Conflict("a transfer of command waits for its answer")
    await store.close(connection, post_id, now, actor.name)
    await _log(
        connection, post.incident_id, "post", Text(f"撤销{post.name}", f"closed: {post.name}"), actor, now
    )
    return await queries.one(connection, post_id)
