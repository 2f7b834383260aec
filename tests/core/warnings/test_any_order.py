"""Whoever does whatever to a chain of warnings in whatever order: does the public ever hear two things at once?"""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.people.model import Actor
from mudan.core.warnings import actions, queries
from mudan.core.warnings.model.cap import MsgType
from mudan.core.warnings.model.record import WarningMessage
from mudan.core.warnings.model.states import OPEN, State
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.storage.pool import Connection
from tests.core.county import later
from tests.core.warnings.words import PUBLISHER, Office, content

pytestmark = pytest.mark.anyio
_PEOPLE = ("author", "second", "leader")
_STEP = st.tuples(
    st.sampled_from(
        ("publish", "publish", "replace", "replace", "update", "cancel", "check", "approve", "send", "give_back",
         "withdraw", "edit")
    ),
    st.sampled_from(_PEOPLE),
    st.sampled_from((0, 0, 0, 0, 1)),  # how many versions behind the page is
    st.sampled_from((10, 10, 10, 10, 10, 10, 10, 3_600, 40_000)),
)  # fmt: skip


class Chain:
    """A message and all that follow it; `at` is seconds since the start."""

    def __init__(self, office: Office, first: WarningMessage) -> None:
        self.work, self.office, self.chain, self.at = office.connection, office, first.chain, 0.0

    async def all(self) -> dict[UUID, WarningMessage]:
        """Every message, the oldest first."""
        return {one.id: one for one in await queries.chain(self.work, self.chain)}

    async def do(self, deed: str, who: Actor, behind: int, wait_s: float) -> None:
        """One deed on the newest message, or on what is in force; what is refused changes nothing."""
        self.at += wait_s
        await actions.tick(self.work, later(self.at))
        before = await self.all()
        try:
            async with self.work.transaction():
                await self._do(deed, who, behind, list(before.values()))
        except (Conflict, Invalid, NotAllowed):
            assert await self.all() == before

    async def _do(self, deed: str, who: Actor, behind: int, there: list[WarningMessage]) -> None:
        now, newest = later(self.at), there[-1]
        if deed in ("update", "cancel", "replace"):
            followed = next((one for one in there if one.state is State.SENT), newest)
            kind = MsgType.CANCEL if deed == "cancel" else MsgType.UPDATE
            author = self.office.author
            newest = await actions.follow(self.work, author, followed.id, kind, "水情变化", now)
            if deed != "replace":
                return
        version = newest.version - behind
        if deed in ("publish", "replace"):
            checked = await actions.check(self.work, self.office.second, newest.id, version, now)
            leader = self.office.leader
            approved = await actions.approve(self.work, leader, newest.id, checked.version, now)
            await actions.send(self.work, who, newest.id, approved.version, PUBLISHER, now)
        elif deed == "edit":
            await actions.edit(self.work, who, newest.id, content(2), version, now)
        elif deed == "send":
            await actions.send(self.work, who, newest.id, version, PUBLISHER, now)
        elif deed in ("give_back", "withdraw"):
            await getattr(actions, deed)(self.work, who, newest.id, version, "再核", now)
        else:
            await getattr(actions, deed)(self.work, who, newest.id, version, now)


async def _wrong(chain: Chain, before: dict[UUID, WarningMessage]) -> list[str]:
    after = await chain.all()
    told = [one for one in after.values() if one.key is not None]
    wrong = ["two are in force"] if Counter(one.state for one in told)[State.SENT] > 1 else []
    followed = [one.previous for one in told if one.previous is not None]
    if len(set(followed)) != len(followed):
        wrong.append("two follow one")
    if len({one.identifier for one in told}) != len(told):
        wrong.append("two have one name")
    for one in after.values():
        was = before.get(one.id)
        pending = [each for each in await queries.deliveries(chain.work, one.id) if each.state == "pending"]
        lasting = was is not None and was.key is not None
        claims = {
            "what was sent was changed": lasting
            and was is not None
            and (one.content, one.key) != (was.content, was.key),
            "what has ended came back": was is not None
            and was.state not in (*OPEN, State.SENT)
            and one.state != was.state,
            "it goes out though it is not in force": one.state is not State.SENT and bool(pending),
            "its author checked or approved it": one.author_name in (one.checker_name, one.approver_name),
            "sent by too few": one.key is not None and not (one.checker_name and one.approver_name),
            "grave, and no leader approved": one.key is not None
            and one.content.level <= 2
            and one.approver_name != chain.office.leader.name,
            "in force after its end": one.state is State.SENT and one.content.expires <= later(chain.at),
        }
        wrong += [claim for claim, holds in claims.items() if holds]
    return wrong


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(_STEP, min_size=4, max_size=14), level=st.sampled_from((1, 3)), out=st.booleans())
async def test_no_order_of_deeds_lets_out_what_two_people_have_not_read_or_two_messages_at_once(
    work: Connection, steps: list[tuple[str, str, int, float]], level: int, out: bool
) -> None:
    async with work.transaction(force_rollback=True):
        office = Office(work)
        first = await office.drafted(words={"level": level})
        chain = Chain(office, first)
        if out:
            await office.sent(first)
        for deed, who, behind, wait_s in steps:
            before = await chain.all()
            await chain.do(deed, getattr(office, who), behind, wait_s)
            assert await _wrong(chain, before) == []
            seen = await chain.all()
            await actions.tick(work, later(chain.at))
            assert await chain.all() == seen
