"""Whatever is stated, advised, decided and ended in whatever order, late or twice: does a response stay sound?"""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.directives import queries as directives
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from mudan.core.responses import actions, queries
from mudan.core.responses.model import OPEN, Response
from mudan.core.responses.model.chart import CHART
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.pool import Connection
from tests.core.county import actor, later
from tests.core.plans.bench import small
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
CHIEF, DUTY = actor(Role.LEADER), actor(Role.DUTY_OFFICER)
_DEEDS = (
    "state", "withdraw", "look", "approve", "reject", "start", "lower", "raise", "end", "end_despite",
)  # fmt: skip
_STEP = st.tuples(
    st.sampled_from(_DEEDS),
    st.sampled_from((CHIEF, DUTY)),
    st.sampled_from((0, 0, 0, 1)),  # how many versions behind the page is
    st.sampled_from((5, 700, 2400)),
)


class Desk:
    """What people and time do to the responses of one plan; `at` is seconds since the start."""

    def __init__(self, work: Connection) -> None:
        self.work, self.at = work, 0.0

    async def do(self, deed: str, who: Any, behind: int, wait_s: float) -> None:
        """One deed, and the timers after it; what is refused is refused as a conflict and changes nothing."""
        before = await self.seen()
        self.at += wait_s
        try:
            async with self.work.transaction():
                await self._do(deed, who, behind)
        except (Conflict, Invalid, NotAllowed, NotFound):
            assert await self.seen() == before
        await self.look()

    async def look(self) -> None:
        """What the engine and the timers make of this moment."""
        await plans.watch(self.work, 0, later(self.at))
        await actions.tick(self.work, later(self.at))

    async def _do(self, deed: str, who: Any, behind: int) -> None:
        work, now = self.work, later(self.at)
        if deed in ("state", "withdraw"):
            said = plans.state if deed == "state" else plans.withdraw
            await said(work, DUTY, now, "small-flood", "breach")
            return
        if deed == "start":
            await actions.start(work, who, now, "small-flood", "IV", "预防", None)
        found = await queries.page(work, open_only=True)
        if deed in ("look", "start") or not found:
            return
        one = (found[0].id, found[0].version - behind)
        if deed == "approve":
            await actions.approve(work, who, now, *one, despite=True, reason="照办")
        elif deed == "reject":
            await actions.reject(work, who, now, *one, "误报")
        elif deed.startswith("end"):
            await actions.end(work, who, now, *one, "解除", despite=deed == "end_despite")
        else:
            level = "IV" if deed == "lower" else "I"
            await actions.lower(work, who, now, one[0], level, one[1], "形势变化", despite=True)

    async def seen(self) -> dict[UUID, tuple[Response, int]]:
        """Every response with how many things it has issued."""
        found = await queries.page(self.work, open_only=False)
        return {one.id: (one, len(await queries.issues(self.work, one.id))) for one in found}


async def _wrong(desk: Desk, before: dict[UUID, tuple[Response, int]]) -> list[str]:
    after, wrong = await desk.seen(), list[str]()
    going = Counter(one.incident_id for one, _ in after.values() if one.state in OPEN)
    wrong += [f"{count} responses to one matter" for count in going.values() if count > 1]
    for one, _ in after.values():
        was = before[one.id][0].state if one.id in before else "advised"
        open_notices = [
            notice
            for notice in await notices.of_subject(desk.work, "responses", str(one.id))
            if notice.state == "open"
        ]
        lines = await queries.lines(desk.work, one.id)
        tasks = await directives.of_origin(desk.work, 0, f"response:{one.id}/task/")
        by_the_chief = {line.actor for line in lines if line.to_level == "I" and line.kind != "advised"}
        claims = {
            "it went where no way leads": one.state not in _reachable(was),
            "it came back from its end": was not in OPEN and one.state != was,
            "active without a level": (one.state in ("active", "deactivating")) and one.level is None,
            "level I without its approver": one.level == "I" and CHIEF.name not in by_the_chief,
            "it calls after its end": one.state not in OPEN and bool(open_notices),
            "it asks after its end": one.state not in OPEN and one.proposed is not None,
            "a task was issued twice": len({task.origin for task in tasks}) != len(tasks),
        }
        wrong += [claim for claim, holds in claims.items() if holds]
    return wrong


def _reachable(state: str) -> set[str]:
    found = {state}
    while more := {to for (source, _), to in CHART.items() if source in found} - found:
        found |= more
    return found


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(_STEP, min_size=3, max_size=10))
async def test_no_order_of_deeds_breaks_a_response_and_a_second_look_changes_nothing(
    work: Connection, steps: list[tuple[str, Any, int, float]]
) -> None:
    async with work.transaction(force_rollback=True):
        await plans.adopt(work, START, small(), area=COUNTY)
        desk = Desk(work)
        for step in steps:
            before = await desk.seen()
            await desk.do(*step)
            assert await _wrong(desk, before) == []
            seen = await desk.seen()
            await desk.look()
            assert await desk.seen() == seen
