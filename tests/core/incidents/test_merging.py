"""Do two incidents become one and two again, with everything that belongs to them?"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import Incident
from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.primitives.errors import Conflict, Invalid, MudanError, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_unit, later, open_incident, raise_alarm
from tests.database import OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
WHO = actor()


async def _two(work: Connection) -> tuple[Incident, Incident, UUID, UUID]:
    """Two incidents, the first with an alarm and a task."""
    alarm, unit = await raise_alarm(work), await add_unit(work)
    source = await open_incident(work, alarm_ids=[alarm], title="堤防渗水")
    task = await tasks.assign(work, source.id, unit.id, "赶赴现场", WHO, START)
    target = await open_incident(work, title="堤防管涌")
    return await queries.one(work, source.id), target, alarm, task.id


async def _merge(work: Connection, source: Incident, target: Incident) -> Incident:
    return await actions.merge(work, source.id, target.id, source.version, "同一处险情", WHO, later(60))


async def test_alarms_and_tasks_follow_and_come_back(work: Connection) -> None:
    source, target, alarm, task = await _two(work)
    merged = await _merge(work, source, target)
    assert (merged.id, merged.alarm_count, merged.open_tasks) == (target.id, 1, 1)
    gone = await queries.one(work, source.id)
    assert (gone.phase, gone.merged_into, gone.disposition) == ("duplicate", target.id, "duplicate")
    assert (gone.alarm_count, gone.tasks) == (0, 0)
    lines = await queries.timeline(work, target.id)
    assert {line.incident_number for line in lines} == {source.number, target.number}
    back = await actions.undo_merge(work, source.id, "是两处", WHO, later(120))
    assert (back.phase, back.merged_into, back.closed_at) == ("dispatching", None, None)
    assert await queries.alarms_of(work, source.id) == [alarm]
    assert await queries.belonging(work, "task", source.id) == [task]
    left = await queries.one(work, target.id)
    assert (left.alarm_count, left.tasks) == (0, 0)
    assert {line.incident_number for line in await queries.timeline(work, target.id)} == {target.number}
    [merge] = await queries.merges(work, target.id)
    assert (merge.undone_reason, merge.moved["task"]) == ("是两处", [str(task)])


async def test_what_came_after_the_merge_stays_with_the_target(work: Connection) -> None:
    source, target, _, _ = await _two(work)
    merged = await _merge(work, source, target)
    own = await raise_alarm(work)
    await actions.link_alarms(work, merged.id, [own], WHO, later(70))
    await actions.undo_merge(work, source.id, "是两处", WHO, later(120))
    assert await queries.alarms_of(work, target.id) == [own]


async def test_merging_twice_is_merging_once(work: Connection) -> None:
    source, target, _, _ = await _two(work)
    first = await _merge(work, source, target)
    again = await _merge(work, source, target)
    assert again == first
    assert len(await queries.merges(work, target.id)) == 1


async def test_a_unit_busy_in_both_stands_in_the_way_by_name(work: Connection) -> None:
    source, target, _, _ = await _two(work)
    [unit] = [row["unit_id"] for row in await (await work.execute("select unit_id from task")).fetchall()]
    await tasks.assign(work, target.id, unit, "也去", WHO, START)
    with pytest.raises(Conflict, match="救援R-1"):
        await _merge(work, source, target)
    assert (await queries.one(work, source.id)).merged_into is None


async def test_who_looked_at_an_old_state_does_not_merge(work: Connection) -> None:
    source, target, _, _ = await _two(work)
    await actions.add_note(work, source.id, "又来电", WHO, later(1))
    with pytest.raises(Conflict):
        await _merge(work, source, target)


async def test_neither_itself_nor_an_ended_one_takes_an_incident_in(work: Connection) -> None:
    source, target, _, _ = await _two(work)
    with pytest.raises(Invalid):
        await _merge(work, source, source)
    await actions.close(work, target.id, "resolved", "完", target.version, WHO, later(1))
    with pytest.raises(Conflict):
        await _merge(work, source, target)
    with pytest.raises(NotFound):
        await actions.merge(work, source.id, uuid4(), source.version, "同", WHO, later(1))


async def test_a_merged_one_is_not_reopened_but_taken_out(work: Connection) -> None:
    source, target, _, _ = await _two(work)
    await _merge(work, source, target)
    gone = await queries.one(work, source.id)
    with pytest.raises(Conflict):
        await actions.reopen(work, gone.id, "重开", gone.version, WHO, later(90))
    await actions.undo_merge(work, source.id, "分开", WHO, later(91))
    with pytest.raises(Conflict):
        await actions.undo_merge(work, source.id, "再分", WHO, later(92))


async def test_a_chain_of_merges_is_undone_from_its_end(work: Connection) -> None:
    source, middle, alarm, _ = await _two(work)
    last = await open_incident(work, title="全线")
    merged = await _merge(work, source, middle)
    await _merge(work, merged, last)
    assert await queries.alarms_of(work, last.id) == [alarm]
    assert len({line.incident_number for line in await queries.timeline(work, last.id)}) == 3
    with pytest.raises(Conflict, match=middle.number):
        await actions.undo_merge(work, source.id, "分", WHO, later(200))
    await actions.undo_merge(work, middle.id, "分", WHO, later(201))
    await actions.undo_merge(work, source.id, "分", WHO, later(202))
    assert await queries.alarms_of(work, source.id) == [alarm]


async def test_what_belongs_to_another_department_follows_too(work: Connection) -> None:
    source, target, _, task = await _two(work)
    await work.execute(
        "update task set department = 'fire', area_code = %s where id = %s", (OTHER_TOWN, task)
    )
    town = actor(Role.DUTY_OFFICER, TOWN)
    await work.execute("update incident set area_code = %s", (TOWN,))
    await set_scope(work, town.scope.settings())
    await actions.merge(work, source.id, target.id, source.version, "同", town, later(1))
    hidden = await (await work.execute("select 1 from task where id = %s", (task,))).fetchall()
    assert hidden == [], "the deed reaches it; the person's own eyes still do not"
    await set_scope(work, {"area": "", "departments": "*", "space": "*", "person": ""})
    assert await queries.belonging(work, "task", target.id) == [task]


async def test_a_part_is_split_off_and_both_know_of_it(work: Connection) -> None:
    source, _, alarm, task = await _two(work)
    new = await actions.split(
        work, source.id, source.version, WHO, later(60), title="另一处渗水", kind="flood", level=3,
        reason="两处险情", chosen={"alarm": [alarm], "task": [task]},
    )  # fmt: skip
    assert (new.alarm_count, new.tasks, new.phase, new.level) == (1, 1, "dispatching", 3)
    assert (await queries.one(work, source.id)).alarm_count == 0
    [there] = await queries.relations(work, new.id)
    [here] = await queries.relations(work, source.id)
    assert (there.sense, here.sense) == ("split_from", "split_to")
    assert (await queries.timeline(work, new.id))[-1].detail["chosen"] == {
        "alarm": [str(alarm)],
        "task": [str(task)],
    }
    again = await actions.merge(work, new.id, source.id, new.version, "还是一处", WHO, later(90))
    assert (again.alarm_count, again.tasks) == (1, 1)


async def test_nothing_chosen_or_something_foreign_is_not_split_off(work: Connection) -> None:
    source, target, alarm, _ = await _two(work)
    common: dict[str, Any] = {"title": "另一处", "kind": "flood", "level": 3, "reason": "两处"}
    with pytest.raises(Invalid):
        await actions.split(work, source.id, source.version, WHO, later(1), chosen={}, **common)
    with pytest.raises(Invalid):
        await actions.split(
            work, source.id, source.version, WHO, later(1), chosen={"person": [alarm]}, **common
        )
    with pytest.raises(NotFound):
        async with work.transaction():
            await actions.split(
                work, target.id, target.version, WHO, later(1), chosen={"alarm": [alarm]}, **common
            )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["merge", "undo", "split"]), st.integers(0, 2), st.integers(0, 2)),
        max_size=8,
    )
)
async def test_whatever_is_merged_and_split_every_alarm_has_one_incident_that_is_not_merged_away(
    work: Connection, deeds: list[tuple[str, int, int]]
) -> None:
    async with work.transaction(force_rollback=True):
        linked = [await raise_alarm(work) for _ in range(3)]
        all_of_them = [
            await open_incident(work, title=f"第{n}处", alarm_ids=[alarm]) for n, alarm in enumerate(linked)
        ]
        for deed, one, other in deeds:
            await _try(work, deed, all_of_them[one].id, all_of_them[other].id)
        rows = await (
            await work.execute(
                "select a.alarm_id, i.merged_into from incident_alarm a join incident i on i.id = a.incident_id"
            )
        ).fetchall()
        assert sorted(row["alarm_id"] for row in rows) == sorted(linked)
        assert all(row["merged_into"] is None for row in rows)


async def _try(work: Connection, deed: str, one: UUID, other: UUID) -> None:
    """A deed that may be refused; what is refused leaves nothing behind."""
    incident = await queries.one(work, one)
    try:
        async with work.transaction():
            if deed == "merge":
                await actions.merge(work, one, other, incident.version, "同", WHO, later(1))
            elif deed == "undo":
                await actions.undo_merge(work, one, "分", WHO, later(2))
            else:
                chosen = {"alarm": (await queries.alarms_of(work, one))[:1]}
                await actions.split(
                    work, one, incident.version, WHO, later(3), title="分", kind="flood", level=4, reason="分",
                    chosen=chosen,
                )  # fmt: skip
    except MudanError:
        return
