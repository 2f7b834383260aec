"""Whatever the desk, the phones and the clock do to a call chain, in any order and twice: does it stay sound?"""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mudan.core.calls import actions, queries
from mudan.core.calls.actions import Answer
from mudan.core.calls.model import EVENTS, OPEN, Run, Step, moved
from mudan.core.notices import actions as notice_actions
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, NotFound
from mudan.storage.pool import Connection
from tests.core.calls.test_chain import DESK, person, place, started
from tests.core.county import actor_of, add_person, later
from tests.database import TOWN

pytestmark = pytest.mark.anyio
ROUNDS = 2
MANY = 20
_STEP = st.sampled_from(("沙土镇", "东村", "西村"))
_DEED = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from((1, 59, 61, 200, 5000))),
    st.tuples(st.just("desk"), _STEP),
    st.tuples(st.just("again"), st.integers(0, 3)),
    st.tuples(st.just("phone"), _STEP),
    st.tuples(st.just("cancel"), st.just(0)),
)


class Chain:
    """A town, its two villages, and what was done so far; `at` is seconds since the start."""

    def __init__(self, work: Connection, account: Any, run: Run) -> None:
        self.work, self.account, self.run, self.at = work, account, run, 0.0
        self.said: list[tuple[UUID, Answer]] = []

    async def do(self, deed: str, about: Any) -> None:
        """One deed and the clock after it; what the chart refuses is a conflict and changes nothing."""
        before = await self.steps()
        self.at += about if deed == "wait" else 1
        try:
            async with self.work.transaction():
                await self._do(deed, about, before)
        except (Conflict, NotFound):
            assert await self.steps() == before
        await actions.tick(self.work, later(self.at))

    async def _do(self, deed: str, about: Any, steps: dict[str, Step]) -> None:
        now = later(self.at)
        if deed == "desk":
            self.said.append((steps[about].id, Answer("某人", "voice", uuid4(), later(self.at - 5))))
        if deed == "desk" or (deed == "again" and about < len(self.said)):
            step, answer = self.said[-1 if deed == "desk" else about]
            await actions.answer(self.work, self.run.id, step, answer, DESK, now)
        elif deed == "phone":
            for notice in await notices.of_subject(self.work, "calls", str(steps[about].id)):
                await notice_actions.acknowledge(self.work, notice.id, actor_of(self.account), now)
        elif deed == "cancel":
            run = await queries.run(self.work, self.run.id)
            await actions.cancel(self.work, run.id, "误报", run.version, DESK, now)

    async def steps(self) -> dict[str, Step]:
        """The places by name."""
        return {one.name: one for one in await queries.steps(self.work, self.run.id)}


async def _chain(work: Connection) -> Chain:
    account = await add_person(work, f"head{uuid4().hex[:8]}", Role.DUTY_OFFICER, TOWN)
    app: dict[str, Any] = {"channels": ("app", "voice"), "person": account.id}
    town = await place(
        work, "沙土镇", "town", None, await person(work, "镇长", **app), await person(work, "副镇长")
    )
    for name in ("东村", "西村"):
        await place(work, name, "village", town, await person(work, f"{name}主任", **app))
    return Chain(work, account, await started(work, rounds=ROUNDS))


def _reachable(state: str) -> set[str]:
    found, fringe = {state}, {state}
    while fringe:
        ways = {(one, event) for one in fringe for event in EVENTS}
        fringe = {moved(*way) for way in ways if _goes(*way)} - found
        found |= fringe
    return found


def _goes(state: str, event: str) -> bool:
    try:
        moved(state, event)
    except Conflict:
        return False
    return True


async def _wrong(chain: Chain, before: dict[str, Step]) -> list[str]:
    now, run = await chain.steps(), await queries.run(chain.work, chain.run.id)
    wrong = [
        f"{name} went back" for name, one in now.items() if one.state not in _reachable(before[name].state)
    ]
    town = now["沙土镇"]
    for name, step in now.items():
        calls = [one for one in step.tries if one.kind == "call"]
        open_now = [one for one in calls if one.state == "calling"]
        above = [one for one in step.tries if one.kind == "escalation" and one.state == "calling"]
        told = await notices.of_subject(chain.work, "calls", f"above:{step.id}")
        sent = bool(above) or any(one.state == "open" for one in told)
        standing = [
            one for one in await notices.of_subject(chain.work, "calls", str(step.id)) if one.state == "open"
        ]
        claims = {
            "a call goes on though nobody is awaited": step.state != "calling" and (open_now or standing),
            "two are called at once": len(open_now) > 1,
            "sent there though nobody is missing": sent
            and (run.state == "cancelled" or step.state != "unreached"),
            "nobody was told": step.state == "unreached" and not told,
            "called more often than said": len(calls) > ROUNDS * (2 if name == "沙土镇" else 1),
            "answered by nobody": (step.state == "answered") != bool(step.answered_by and step.answered_at),
            "waits with no end": (step.state == "calling") != (step.next_at is not None)
            and step.state != "pending",
            "called before the level above": name != "沙土镇" and town.state in OPEN and bool(step.tries),
            "tries in disorder": any(a.started_at > b.started_at for a, b in pairwise(calls)),
        }
        wrong += [f"{name}: {claim}" for claim, holds in claims.items() if holds]
    if (run.state == "running") != any(one.state in OPEN for one in now.values()):
        wrong.append(f"the run is {run.state}")
    if run.answered + run.unreached != sum(one.state in ("answered", "unreached") for one in now.values()):
        wrong.append("the figures lie")
    return wrong


@settings(
    max_examples=MANY,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(_DEED, min_size=2, max_size=12))
@example(deeds=[("wait", 61)] * 5)  # the town is given up, and its villages begin at that moment
@example(deeds=[("desk", "沙土镇"), ("wait", 61), ("wait", 61), ("desk", "东村"), ("desk", "西村")])
@example(deeds=[("desk", "沙土镇"), ("wait", 61), ("desk", "东村"), ("wait", 61), ("cancel", 0)])
@example(deeds=[("wait", 61), ("wait", 59), ("desk", "东村")])  # refused in the second a call runs out
async def test_no_order_of_deeds_breaks_a_chain_and_a_second_look_changes_nothing(
    work: Connection, deeds: list[tuple[str, Any]]
) -> None:
    async with work.transaction(force_rollback=True):
        chain = await _chain(work)
        for deed, about in deeds:
            before = await chain.steps()
            await chain.do(deed, about)
            assert await _wrong(chain, before) == []
            seen = await chain.steps(), await queries.run(work, chain.run.id)
            await actions.tick(work, later(chain.at))
            assert (await chain.steps(), await queries.run(work, chain.run.id)) == seen
