"""Does anything of an exercise appear in reality, or anything of reality in an exercise?

Every table with a data space is gone over, whatever noun it belongs to, and every live topic.
"""

from dataclasses import dataclass

import pytest
from psycopg import sql

from mudan.core.commands import queries as commands
from mudan.core.people.model import Role, Scope
from mudan.run.exercise import Exercises
from mudan.storage.pool import Connection
from tests.api.running import Running, Socket, beating, running
from tests.core.county import add_entity, add_unit
from tests.database import COUNTY, Client

pytestmark = pytest.mark.anyio

SCRIPT = """
id: leak-drill
title: {zh: 泄漏测试, en: Leak test}
purpose: {zh: 测试, en: test}
scale: 10
simulated: false
injects:
  - after: 0s
    kind: observation
    title: {zh: 涨水, en: rise}
    entity: "urn:ngsi-ld:HydrometricStation:S1"
    quantity: level
    value: 150
  - {after: 0s, kind: call, title: {zh: 来电, en: call}, reporter: 张某, what: 路面积水, place: 示例路}
  - {after: 0s, kind: closure, title: {zh: 封路, en: closed}, points: [[115.48, 35.24]], reason: 积水}
"""
SHARED = {"area", "department", "session", "space"}  # an account's session says where its person looks
AUDIT = {"audit"}  # one chain of hashes, read whole by auditors; every record names its space
COUNTERS = {
    "incident_number",
    "report_number",
    "directive_number",
    "resource_number",
}  # per space, shown nowhere
DRILLS = {"drill"}  # seen from reality on purpose: who is to enter an exercise must find it
FIRST = {"alarm", "command", "entity", "incident", "notice", "task", "unit", "warning"}
COPIED = {"call_node", "duty_contact", "duty_shift", "entity", "material", "shelter", "store", "unit"}


@dataclass
class Both:
    """A county with the same things happening in reality and in one exercise of it."""

    parts: Running
    space: int
    real: dict[str, str]
    drilled: dict[str, str]

    async def look_at(self, space: int) -> None:
        """Look at that data space from now on."""
        answer = await self.parts.client.post("/api/session/space", {"space": space})
        assert answer.status_code == 204, answer.text


@pytest.fixture
async def both(app_client: Client) -> Both:
    parts = await running(app_client)
    exercises = Exercises(parts.db, parts.path, parts.clock)
    app_client.deps.nouns["exercises"] = exercises
    async with parts.db.work() as connection:
        await _county(connection)
    await parts.path.entities_changed()
    await parts.enter(Role.DUTY_OFFICER)
    made = await app_client.post("/api/drills", {"text": SCRIPT})
    assert made.status_code == 201, made.text
    drill = made.json()
    started = await app_client.post(f"/api/drills/{drill['id']}/start", {"version": drill["version"]})
    assert started.status_code == 200, started.text
    found = Both(parts, drill["space"], {}, {})
    await _happens(found, found.real)
    await found.look_at(found.space)
    await exercises.step()
    await _happens(found, found.drilled)
    await found.look_at(0)
    return found


async def _county(connection: Connection) -> None:
    vehicle = await add_entity(connection, "V1", type="Vehicle", platform="transport", device="013900000001")
    await add_entity(connection, "S1", properties={"warning_level_m": 100})
    await add_unit(connection, "R-1", vehicle=vehicle.key)
    for statement in _PLACES.split(";"):
        await connection.execute(statement.encode(), {"area": COUNTY})


_PLACES = """
insert into duty_contact (id, space, area_code, name, phone)
  values (gen_random_uuid(), 0, %(area)s, '甲', '1');
insert into duty_shift (id, space, area_code, position, contact_id, starts_at, ends_at, source, created_by, created_at)
  select gen_random_uuid(), 0, area_code, 'dispatcher', id, '2026-11-23 00:00+00',
  '2026-11-23 12:00+00', 'hand', 'x', '2026-11-22 00:00+00' from duty_contact;
insert into call_node (id, space, area_code, level, name)
  values (gen_random_uuid(), 0, %(area)s, 'county', '县');
insert into call_node (id, space, area_code, level, name, parent_id)
  select gen_random_uuid(), 0, area_code, 'town', '镇', id from call_node;
insert into call_node_contact
  select n.id, 1, c.id from call_node n, duty_contact c;
insert into material
  values (0, 'sandbag', '沙袋', 'Sandbag', '只', 'piece', 'flood') on conflict do nothing;
insert into store (id, space, area_code, code, name_zh, name_en)
  values (gen_random_uuid(), 0, %(area)s, 'W1', '库', 'Store');
insert into movement (client_id, store_id, material, quantity, kind, reason, actor, device_at, recorded_at)
  select gen_random_uuid(), id, 'sandbag', q, 'in', 'x', 'x', now(), now() from store, (values (50), (-20)) v(q);
insert into shelter (id, space, area_code, code, name_zh, name_en, capacity)
  values (gen_random_uuid(), 0, %(area)s, 'H1', '安置点', 'Shelter', 100)
"""


async def _happens(both: Both, ids: dict[str, str]) -> None:
    """An incident, an order and a closure in the space that is looked at now."""
    client = both.parts.client
    opened = await client.post(
        "/api/incidents", {"title": "内涝", "kind": "flood", "level": 2, "lon": 115.5, "lat": 35.24}
    )
    assert opened.status_code == 201, opened.text
    (unit,) = (await client.get("/api/units")).json()["items"]
    sent = await client.post(
        f"/api/incidents/{opened.json()['id']}/tasks", {"unit_id": unit["id"], "order": "前往处置"}
    )
    assert sent.status_code == 201, sent.text
    ids |= {"incidents": opened.json()["id"], "units": unit["id"], "tasks": sent.json()["id"]}


async def _tables(connection: Connection) -> list[str]:
    rows = await connection.execute(
        "select c.table_name from information_schema.columns c join information_schema.tables t"
        " on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'"
        " join pg_class k on k.oid = format('%I.%I', c.table_schema, c.table_name)::regclass and not k.relispartition"
        " where c.table_schema = 'public' and c.column_name = 'space' order by 1"
    )
    return [row["table_name"] for row in await rows.fetchall() if row["table_name"] not in SHARED]


async def _spaces(both: Both, table: str, space: int) -> set[int]:
    """The data spaces of the rows that the county's own people see while they look at `space`."""
    async with both.parts.db.work(Scope(None, None, COUNTY, None, space).settings()) as connection:
        rows = await connection.execute(
            sql.SQL("select distinct space from {}").format(sql.Identifier(table))
        )
        return {row["space"] for row in await rows.fetchall()}


async def test_no_table_shows_rows_of_another_data_space(both: Both) -> None:
    async with both.parts.db.work() as connection:
        tables = await _tables(connection)
    assert set(tables) >= FIRST
    for space in (0, both.space):
        for table in set(tables) - DRILLS - AUDIT - COUNTERS:
            assert await _spaces(both, table, space) <= {space}, f"{table}, looked at from {space}"


async def test_what_an_exercise_begins_with_is_there_and_reality_keeps_its_own(both: Both) -> None:
    for table in sorted(COPIED):
        assert await _spaces(both, table, both.space) == {both.space}, table
        assert await _spaces(both, table, 0) == {0}, table
    async with both.parts.db.work() as connection:
        rows = await (
            await connection.execute(
                "select s.space, sum(m.quantity) as stock, count(*) as moves from movement m"
                " join store s on s.id = m.store_id group by s.space order by s.space"
            )
        ).fetchall()
        crossed = await (await connection.execute(_CROSSED.encode())).fetchone()
    assert [(row["space"], row["stock"], row["moves"]) for row in rows] == [(0, 30, 2), (both.space, 30, 1)]
    assert crossed is not None
    assert crossed["wrong"] == 0
    assert crossed["children"] == 2


_CROSSED = """
select (select count(*) from call_node n join call_node p on p.id = n.parent_id where p.space <> n.space)
     + (select count(*) from call_node_contact k join call_node n on n.id = k.node_id
        join duty_contact c on c.id = k.contact_id where c.space <> n.space)
     + (select count(*) from duty_shift s join duty_contact c on c.id = s.contact_id where c.space <> s.space)
     as wrong,
     (select count(*) from call_node where parent_id is not null) as children
"""


async def test_references_between_tables_never_cross_data_spaces(both: Both) -> None:
    async with both.parts.db.work() as connection:
        tables = set(await _tables(connection))
        links = await (await connection.execute(_LINKS.encode())).fetchall()
        checked = [one for one in links if {one["child"], one["parent"]} <= tables - DRILLS]
        for one in checked:
            rows = await connection.execute(
                sql.SQL(
                    "select count(*) as n from {child} c join {parent} p on p.{parent_key} = c.{child_key}"
                    " where p.space <> c.space"
                ).format(**{name: sql.Identifier(value) for name, value in one.items()})
            )
            row = await rows.fetchone()
            assert row is not None
            assert row["n"] == 0, f"{one['child']}.{one['child_key']} leads into another data space"
    assert len(checked) > 10


_LINKS = """
select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent,
  a.attname as child_key, b.attname as parent_key
from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1]
where c.contype = 'f' and array_length(c.conkey, 1) = 1 and c.confrelid <> 'space'::regclass
"""


async def test_an_id_of_the_one_is_unknown_in_the_other(both: Both) -> None:
    for space, own, other in ((0, both.real, both.drilled), (both.space, both.drilled, both.real)):
        await both.look_at(space)
        for noun in ("incidents", "tasks"):
            mine = await both.parts.client.get(f"/api/{noun}/{own[noun]}")
            theirs = await both.parts.client.get(f"/api/{noun}/{other[noun]}")
            assert (noun, mine.status_code, theirs.status_code) == (noun, 200, 404)
        listed = (await both.parts.client.get("/api/tasks?state=all")).json()["items"]
        assert [one["id"] for one in listed] == [own["tasks"]]


async def test_a_unit_of_the_exercise_cannot_be_sent_to_a_real_incident(both: Both) -> None:
    for space, incident, unit in (
        (0, both.real["incidents"], both.drilled["units"]),
        (both.space, both.drilled["incidents"], both.real["units"]),
    ):
        await both.look_at(space)
        sent = await both.parts.client.post(
            f"/api/incidents/{incident}/tasks", {"unit_id": unit, "order": "去"}
        )
        assert sent.status_code == 404, sent.text


async def test_no_way_out_of_the_house_carries_anything_of_an_exercise(both: Both) -> None:
    async with both.parts.db.work() as connection:
        waiting = await commands.waiting(connection)
        drilled = await commands.waiting_in(connection, both.space)
        told = await (
            await connection.execute(
                "select d.state, n.title from notice_delivery d join notice n on n.id = d.notice_id where d.space > 0"
            )
        ).fetchall()
    assert len(waiting) == 1  # the real order
    assert len(drilled) == 1
    assert all(row["state"] != "queued" for row in told)
    assert told
    assert all(row["title"]["zh"].startswith("【演练】") for row in told)


async def test_the_order_on_a_terminal_says_that_it_is_an_exercise(both: Both) -> None:
    async with both.parts.db.work() as connection:
        rows = await (
            await connection.execute("select space, payload from command order by space")
        ).fetchall()
    words = {row["space"]: row["payload"]["text"] for row in rows}
    assert words[both.space].startswith("【演练】")
    assert "演练" not in words[0]


async def _told(socket: Socket, words: str) -> bool:
    """Whether a live message holds these words, among those of the next seconds."""
    try:
        while words not in str(await socket.hear(3)):
            pass
    except TimeoutError:
        return False
    return True


async def _open(both: Both, title: str) -> None:
    answer = await both.parts.client.post("/api/incidents", {"title": title, "kind": "flood", "level": 3})
    assert answer.status_code == 201, answer.text


NOUNS = ["roads", "notices", "duty", "supplies", "calls", "directives", "responses", "drills"]


async def test_no_live_topic_tells_the_one_of_the_other(both: Both) -> None:
    client = both.parts.client
    other = await both.parts.person(Role.DUTY_OFFICER, login="stays.in.reality")
    async with beating(both.parts), Socket(client, token=await both.parts.session(other.id)) as real:
        for at, topic in enumerate(("alarms", "incidents", "tasks", "units", "observations")):
            await real.subscribe(f"v{at}", topic)
        await real.subscribe("v9", "changes", nouns=NOUNS)
        await both.look_at(both.space)
        async with Socket(client) as drilled:
            await drilled.subscribe("v1", "incidents")
            await _open(both, "演练里的第二起")
            assert await _told(drilled, "演练里的第二起")
            assert await real.silent(0.6)
            await both.look_at(0)
            await _open(both, "真实的第二起")
            assert await _told(real, "真实的第二起")
            assert not await _told(drilled, "真实的第二起")
