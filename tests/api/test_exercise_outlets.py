"""Does anything of an exercise leave the house: feeds, public pages, webhooks, gateways, letters, terminals?

By real traffic: in the exercise and in reality the same is done, and every way out is asked what it was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.calls import actions as calls
from mudan.core.notices import actions as notices
from mudan.core.people.model import Role
from mudan.core.warnings.model.content import stored
from mudan.core.warnings.model.delivery import Channel, Outgoing
from mudan.run.publish import Outbox
from tests.api.running import Running, running
from tests.core.warnings.words import content
from tests.database import COUNTY, TOWN, Client

pytestmark = pytest.mark.anyio
SCRIPT = """
id: outlet-drill
title: {zh: 出口测试, en: Outlets}
purpose: {zh: 测试, en: test}
simulated: false
injects:
  - {after: 0s, kind: note, title: {zh: 开始, en: begin}, text: {zh: 开始, en: begin}}
"""
PUBLIC = ("/feeds/cap.atom", "/feeds/warnings.json", "/public/warnings", "/public/warnings?lang=en")
_TREE = """
insert into duty_contact (id, space, area_code, name, phone, channels)
  values (gen_random_uuid(), 0, %(area)s, '村支书', '13900000000', '{text,voice}');
insert into call_node (id, space, area_code, level, name)
  values (gen_random_uuid(), 0, %(area)s, 'county', '县');
insert into call_node (id, space, area_code, level, name, parent_id)
  select gen_random_uuid(), 0, %(town)s, 'town', '镇', id from call_node;
insert into call_node_contact select n.id, 1, c.id from call_node n, duty_contact c
"""


@dataclass
class Taken:
    """A way out that keeps what it was given."""

    given: list[Any] = field(default_factory=list)

    def take(self, outgoing: Outgoing, now: datetime) -> Mapping[str, Any]:
        self.given.append(outgoing)
        return {"how": "kept", "at": now.isoformat()}


@dataclass
class Letters:
    """A gateway that keeps the letters it was given."""

    given: list[notices.Letter] = field(default_factory=list)

    def take(self, letter: notices.Letter) -> None:
        self.given.append(letter)


@dataclass
class Both:
    """A centre with one exercise; what is done is done in the space that is asked for."""

    parts: Running
    drill: int

    async def enter(self, role: Role, space: int) -> None:
        """Speak as that role, looking at that space."""
        await self.parts.enter(role)
        answer = await self.parts.client.post("/api/session/space", {"space": space})
        assert answer.status_code == 204, answer.text

    async def done(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do it, and have it succeed."""
        answer = await self.parts.client.post(path, body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def warned(self, space: int, words: str) -> dict[str, Any]:
        """A warning from the first word to its sending, by three people."""
        await self.enter(Role.DISPATCHER, space)
        given = stored(content(level=2)) | {"headline": {"zh": words, "en": words}, "note": "说明"}
        one = await self.done(
            "/api/warnings", {"content": given, "status": "Exercise" if space else "Actual"}
        )
        for role, verbs in ((Role.DUTY_OFFICER, ("check",)), (Role.LEADER, ("approve", "send"))):
            await self.enter(role, space)
            for verb in verbs:
                one = await self.done(f"/api/warnings/{one['id']}/{verb}", {"version": one["version"]})
        return one


@pytest.fixture
async def both(app_client: Client) -> Both:
    parts = await running(app_client)
    async with parts.db.work() as connection:
        for statement in _TREE.split(";"):
            await connection.execute(statement.encode(), {"area": COUNTY, "town": TOWN})
    await parts.enter(Role.DUTY_OFFICER)
    drill = (await app_client.post("/api/drills", {"text": SCRIPT})).json()
    await app_client.post(f"/api/drills/{drill['id']}/start", {"version": drill["version"]})
    return Both(parts, drill["space"])


async def test_the_public_and_every_gateway_get_the_real_warning_and_only_that(both: Both) -> None:
    real = await both.warned(0, "真实的预警")
    drilled = await both.warned(both.drill, "演习的预警")
    client, ways = both.parts.client, {channel: Taken() for channel in Channel}
    for space in (0, both.drill):
        await both.enter(Role.DUTY_OFFICER, space)
        said = {path: (await client.get(path)).text for path in PUBLIC}
        assert [path for path, text in said.items() if "真实的预警" not in text] == []
        assert [path for path, text in said.items() if "演习的预警" in text] == []
        documents = [
            (await client.get(f"/feeds/cap/{one['identifier']}.xml")).text for one in (real, drilled)
        ]
        assert "真实的预警" in documents[0]
        assert "演习的预警" not in documents[1]
        own = (await client.get("/api/warnings")).text
        assert ("真实的预警" in own, "演习的预警" in own) == (space == 0, space != 0)
    await Outbox(both.parts.db, both.parts.clock, ways, lambda _: None).step()
    got = {channel: {one.warning for one in way.given} for channel, way in ways.items() if way.given}
    assert {str(one) for one in got.pop(Channel.SANDBOX)} == {drilled["id"]}
    assert set(got) == {Channel.TEXT, Channel.BROADCAST, Channel.WEBHOOK}
    assert {str(one) for them in got.values() for one in them} == {real["id"]}


async def test_a_call_chain_of_an_exercise_rings_no_real_telephone(both: Both) -> None:
    letters = Letters()
    for space, title in ((both.drill, "演习转移"), (0, "真实转移")):
        await both.enter(Role.DUTY_OFFICER, space)
        body = {"client_id": str(uuid4()), "title": title, "words": "请转移", "area_code": COUNTY}
        await both.done("/api/duty/calls", body)
        async with both.parts.db.work() as connection:
            await calls.tick(connection, both.parts.clock.now())
            await notices.hand_over(connection, letters, both.parts.clock.now())
    assert {one.channel for one in letters.given} == {"text", "voice"}
    assert all("真实转移" in one.title["zh"] for one in letters.given)


async def test_the_stage_of_an_exercise_is_not_told_to_the_public(both: Both) -> None:
    await both.enter(Role.LEADER, both.drill)
    await both.done("/api/stage", {"number": 4, "why": "演习", "public_why": "演习的原因", "seen": 0})
    public = (await both.parts.client.get("/api/public/stage")).json()
    assert (public["number"], public["why"]) == (1, "")
    await both.enter(Role.LEADER, 0)
    assert (await both.parts.client.get("/api/stage")).json()["number"] != 4
