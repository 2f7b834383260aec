"""Can anybody, in any order, by repeated, late or stray requests, bring a case where it may not be?

A machine draws people, steps, pictures, pauses of the clock and repetitions, over the real actions and database; after
each the invariants hold. What is refused changes nothing. `MUDAN_ORDERS=40x50` tries 40 orders of 50 deeds.
"""

import asyncio
import os
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import dict_row

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.chart import SOURCES, UNSEEN, possible
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.pictures import ROLES, NewPicture
from mudan.core.cases.model.words import Case, NewCase
from mudan.core.people.model import Actor, Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.embedded import Dsns
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.cases.photos import photo
from tests.core.county import PLACE, actor, actor_of, add_person
from tests.database import FIRE, START, TOWN, WATER

REFUSALS = (Conflict, Invalid, NotAllowed, NotFound)
CHECKS = ("confirm", "pass", "fail", "call_back", "force_close", "finish")
EVENTS = sorted({way.name for way in HOTLINE.transitions})
PHOTOS = {seed: photo(seed) for seed in range(4)}
FAR = (PLACE[0], PLACE[1] + 0.01)


class Life(RuleBasedStateMachine):
    """One case and everybody who may have a hand in it."""

    dsns: ClassVar[Dsns]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.now = START
        self.taken: list[tuple[Step, Actor]] = []
        self.lines, self.doubtful = 0, False
        self.worked: set[UUID | None] = set()
        self.owners: set[str] = set()
        self.done(self._connect())

    def done(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def _connect(self) -> None:
        self.connection: Connection = await psycopg.AsyncConnection.connect(
            self.dsns.centre, row_factory=dict_row, autocommit=True, options="-c timezone=UTC"
        )
        await self.connection.execute("begin")
        await set_scope(self.connection, SYSTEM)
        crew = actor_of(await add_person(self.connection, f"crew{uuid4().hex[:6]}", Role.FIELD_WORKER))
        self.people = [
            actor(Role.DISPATCHER), actor(Role.DUTY_OFFICER), actor(Role.DUTY_OFFICER), actor(Role.LEADER),
            actor(Role.DEPARTMENT_LIAISON, department=WATER), actor(Role.DEPARTMENT_LIAISON, department=FIRE), crew,
        ]  # fmt: skip
        self.crew = crew.person

    def teardown(self) -> None:
        async def leave() -> None:
            await self.connection.execute("rollback")
            await self.connection.close()

        self.done(leave())
        self.loop.close()

    async def _as(self, who: Actor, deed: Any) -> Any:
        """What somebody does, in their own scope; None when it is refused, and then nothing has changed."""
        try:
            async with self.connection.transaction():
                await set_scope(self.connection, who.scope.settings())
                made = await deed()
                await set_scope(self.connection, SYSTEM)
                return made
        except REFUSALS:
            return None
        finally:
            await set_scope(self.connection, SYSTEM)

    async def _known(self) -> Case:
        return await queries.one(self.connection, self.case)

    @initialize(source=st.sampled_from([one for one in SOURCES if one != "alarm"]), shown=st.booleans())
    def reported(self, source: str, *, shown: bool) -> None:
        new = NewCase(uuid4(), "hotline", "0201", source, "井盖破损", TOWN, lon=PLACE[0], lat=PLACE[1])
        desk = actions.author_of(self.people[0])
        self.case, self.source = new.id, source
        for _ in range(2):
            self.done(actions.report_as(self.connection, desk, self.now, new))
        self.lines = 1
        if shown:
            self.pictured(0, "report", 0, 0, near=True)

    @rule(minutes=st.sampled_from([1, 30, 600, 1440, 10_080]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.done(actions.tick(self.connection, self.now))
        self.lines = self.done(self._lines())

    @rule(
        who=st.integers(0, 6), event=st.sampled_from(EVENTS), choice=st.integers(0, 20), likely=st.integers(0, 5),
        reason=st.sampled_from(["", "有原因", "有原因"]), owner=st.sampled_from([WATER, FIRE, None]),
        partner=st.sampled_from([FIRE, WATER]), answer=st.sampled_from(["satisfied", "nonsense"]), sent=st.booleans(),
    )  # fmt: skip
    def somebody_steps(
        self, who: int, event: str, choice: int, likely: int, reason: str, owner: str | None, partner: str, answer: str,
        *, sent: bool,
    ) -> None:  # fmt: skip
        one, case = self.people[who], self.done(self._known())
        can = possible(HOTLINE, case.situation, actions.hand_of(one))
        if likely and can:
            event = can[choice % len(can)]
        step = Step(
            event, case.version, uuid4(), reason, "电话告知", owner, frozenset({partner}), None, answer,
            self.crew if sent else None, 2,
        )  # fmt: skip
        self.stepped(step, one, case)

    def stepped(self, step: Step, one: Actor, before: Case) -> None:
        now = self.now
        new = self.done(self._as(one, lambda: actions.move(self.connection, self.case, step, one, now)))
        if new is None:
            assert self.done(self._known()) == before
            return
        self.taken.append((step, one))
        self.lines += 1
        way = next(way for way in HOTLINE.leaving(before.state) if way.name == step.event)
        if "not_handler" in way.guards and step.event in CHECKS:
            assert one.person not in self.worked
            assert not (one.scope.departments or frozenset()) & self.owners
        if "closes" in way.effects:
            self.closed_without_open_doubts(before, step)
        if "handles" in way.effects:
            self.worked.add(one.person)
            self.owners.add(before.situation.owner or "")

    def closed_without_open_doubts(self, before: Case, step: Step) -> None:
        flags = self.done(queries.flags(self.connection, self.case))
        earlier = [flag for flag in flags if flag.event != step.event or flag.at < self.now]
        assert all(flag.settled_at is not None for flag in earlier)
        if before.situation.flags and not step.reason.strip():
            assert {flag.settled_how for flag in earlier if flag.settled_at == self.now} == {"recheck"}

    @rule(
        who=st.integers(0, 6), role=st.sampled_from(ROLES), seed=st.integers(0, 3),
        minutes=st.sampled_from([0, 0, 90, 3000]), near=st.booleans(),
    )  # fmt: skip
    def pictured(self, who: int, role: str, seed: int, minutes: int, *, near: bool) -> None:
        one, taken_at = self.people[who], self.now - timedelta(minutes=minutes)
        new = NewPicture(uuid4(), role, PHOTOS[seed], taken_at, *(PLACE if near else FAR))
        by, hand, now = actions.author_of(one), actions.hand_of(one), self.now
        for _ in range(2):
            made = self.done(
                self._as(
                    one, lambda: actions.add_picture(self.connection, self.case, new, by, now, hand=hand)
                )
            )
        if made is not None:
            self.lines += 1
            if role in ("check", "verify"):
                assert one.person not in self.worked
                assert not (one.scope.departments or frozenset()) & self.owners

    @precondition(lambda self: bool(self.taken))
    @rule(choice=st.integers(0, 50), who=st.integers(0, 6), stray=st.booleans())
    def a_request_comes_again(self, choice: int, who: int, *, stray: bool) -> None:
        step, one = self.taken[choice % len(self.taken)]
        before, now = self.done(self._known()), self.now
        one = self.people[who] if stray else one
        self.done(self._as(one, lambda: actions.move(self.connection, self.case, step, one, now)))
        assert self.done(self._known()) == before

    @precondition(lambda self: bool(self.taken))
    @rule(choice=st.integers(0, 50), who=st.integers(0, 6))
    def somebody_has_looked_too_early(self, choice: int, who: int) -> None:
        """What was true before is asked for again under a new name, with the version of then."""
        step, _ = self.taken[choice % len(self.taken)]
        late = Step(step.event, step.version, uuid4(), "有原因", "电话告知", WATER)
        before, one, now = self.done(self._known()), self.people[who], self.now
        assert (
            self.done(self._as(one, lambda: actions.move(self.connection, self.case, late, one, now))) is None
        )
        assert self.done(self._known()) == before

    @precondition(lambda self: self.doubtful)
    @rule(who=st.integers(0, 6), reason=st.sampled_from(["", "已说明"]))
    def somebody_settles_the_doubts(self, who: int, reason: str) -> None:
        one, version, now = self.people[who], self.done(self._known()).version, self.now
        by, hand = actions.author_of(one), actions.hand_of(one)
        settled = self.done(
            self._as(
                one,
                lambda: actions.settle_flags(
                    self.connection, self.case, version, uuid4(), reason, by, hand, now
                ),
            )
        )
        if settled is not None:
            self.lines += 1
            assert one.person not in self.worked
            assert not (one.scope.departments or frozenset()) & self.owners

    async def _lines(self) -> int:
        row = await (
            await self.connection.execute(
                "select count(*)::int as n from case_event where case_id = %s", (self.case,)
            )
        ).fetchone()
        assert row is not None
        return int(row["n"])

    @invariant()
    def what_holds_always(self) -> None:
        if not hasattr(self, "case"):
            return
        case = self.done(self._looked_over())
        stage = HOTLINE.stage(case.state)
        assert stage.ended is (case.ended_at is not None)
        assert case.state not in ("evaluating", "archived") or case.closed_at is not None
        opened = stage.step >= 3 and case.state != "replied"  # answered at once, and never opened
        assert case.situation.verified or not opened or case.situation.source not in UNSEEN
        self.doubtful = case.situation.flags > 0

    async def _looked_over(self) -> Case:
        """The case as the centre sees it; what stands beside it agrees with it, and its owner alone sees it."""
        case = await self._known()
        if case.ended_at is not None:
            assert not [run for run in await queries.clocks(self.connection, self.case) if run.is_open]
        flags = await queries.flags(self.connection, self.case)
        assert case.situation.flags == len([flag for flag in flags if flag.settled_at is None])
        assert all(
            flag.reason or flag.settled_how == "recheck" for flag in flags if flag.settled_at is not None
        )
        assert await self._lines() == self.lines
        for liaison in self.people[4:6]:
            mine = bool(
                (liaison.scope.departments or frozenset())
                & ({case.situation.owner} | case.situation.partners)
            )
            assert await self._sees(liaison) is mine
        await set_scope(self.connection, SYSTEM)
        return case

    async def _sees(self, one: Actor) -> bool:
        await set_scope(self.connection, one.scope.settings())
        row = await (
            await self.connection.execute(
                "select (select count(*) from case_file where id = %(case)s)::int as seen,"
                " (select count(*) from case_picture where case_id = %(case)s)::int as pictures",
                {"case": self.case},
            )
        ).fetchone()
        assert row is not None
        assert row["seen"] or not row["pictures"]
        return bool(row["seen"])


@pytest.fixture
def machine(database_dsns: Dsns) -> type[Life]:
    Life.dsns = database_dsns
    return Life


def test_no_order_of_deeds_brings_a_case_where_it_may_not_be(machine: type[Life]) -> None:
    orders, deeds = (int(part) for part in os.environ.get("MUDAN_ORDERS", "6x40").split("x"))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=orders,
            stateful_step_count=deeds,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
