"""How does a case go on, by whose hand, and never twice by the same step?"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from mudan.core.cases import queries
from mudan.core.cases.actions.proving import mark, weighed
from mudan.core.cases.actions.reporting import author_of
from mudan.core.cases.actions.writing import put_clocks, record, take
from mudan.core.cases.model.chart import Author, Deed, Hand, decide
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.matrix import advised
from mudan.core.cases.model.running import extended
from mudan.core.cases.model.types import CaseType, Transition
from mudan.core.cases.model.words import Case
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

LONGEST_EXTENSION: Final = 60  # 示例: in the clock's own measure


@dataclass(frozen=True, slots=True)
class Step:
    """A step with what it needs; `version` is what was looked at. `more`: time asked for, in the clock's measure.

    Without a version the chart alone decides: what was done without network cannot know it.
    """

    event: str
    version: int | None
    client_id: UUID
    reason: str = ""
    note: str = ""
    owner: str | None = None
    partners: frozenset[str] = frozenset()
    main: UUID | None = None
    answer: str | None = None
    person: UUID | None = None
    more: int | None = None

    def deed(self) -> Deed:
        """The step as the chart sees it."""
        return Deed(
            self.event, self.reason, self.note, self.owner, self.partners, self.main, self.answer, self.person
        )


def hand_of(actor: Actor) -> Hand:
    """Somebody signed in, as the chart sees them."""
    return Hand(actor.person, actor.scope.role.value if actor.scope.role else "", actor.scope.departments)


async def move(connection: Connection, case_id: UUID, step: Step, actor: Actor, now: datetime) -> Case:
    """Take a step; the same client_id again changes nothing. Raises NotFound, Conflict, NotAllowed, Invalid."""
    return await move_as(connection, case_id, step, hand_of(actor), author_of(actor), now)


async def move_as(
    connection: Connection, case_id: UUID, step: Step, hand: Hand, author: Author, now: datetime
) -> Case:
    """The same by whoever that hand is: a reporter (`Hand(None, "reporter")`), the centre itself."""
    try:
        case = await queries.one(connection, case_id, lock=True)
    except NotFound:
        done = await _taken(connection, case_id, step, author)
        if done is None:
            raise
        return done
    if await queries.event_known(connection, step.client_id) == case_id:
        return case
    if step.version is not None and step.version != case.version:
        raise Conflict("the case has changed meanwhile; look again")
    case_type = type_named(case.type)
    deed, against = await weighed(connection, case, case_type, step.deed())
    way = decide(case_type, case.situation, deed, hand)
    main = await _named(connection, case, way, step)
    detail = await _detail(connection, case, way, step)
    if against:
        detail["flags"] = sorted({one.kind for one in against})
    async with centre_within(connection):
        if "extends" in way.effects:
            await _extend(connection, case, case_type, int(detail["more"]))
        await mark(connection, case, way, deed, against, author, now)
        new = await take(
            connection, case, case_type, way, deed, hand, now, actor=author.name, client_id=step.client_id,
            detail=detail, rule=detail.get("rule"),
        )  # fmt: skip
        if main is not None:
            said = Text(f"并入 {case.number}", f"{case.number} merged into this")
            await record(connection, main, "merged_in", said, now, actor=author.name, actor_id=author.person)
        return new


async def _taken(connection: Connection, case_id: UUID, step: Step, author: Author) -> Case | None:
    """The case, where this very step by the same hand has led it out of their sight and the answer was lost."""
    async with centre_within(connection):
        if await queries.event_by(connection, step.client_id) != (case_id, step.event, author.person):
            return None
        return await queries.one(connection, case_id)


async def _named(connection: Connection, case: Case, way: Transition, step: Step) -> Case | None:
    """Whether those who are named exist; the case that this one joins."""
    for field, code in (("owner", step.owner), *(("partners", one) for one in step.partners)):
        if code is not None and not await people.department_exists(connection, code):
            raise Invalid("there is no such department", field=field)
    if step.person is not None:
        async with centre_within(connection):
            await people.person(connection, step.person)
    if "merges" not in way.effects or step.main is None:
        return None
    main = await queries.one(connection, step.main)
    if main.id == case.id or main.situation.main is not None or main.type != case.type:
        raise Invalid("a case joins another one of its type that has not joined a third", field="main")
    if await queries.merged_into(connection, case.id):
        raise Conflict("others have been merged into this case")
    return main


async def _detail(connection: Connection, case: Case, way: Transition, step: Step) -> dict[str, Any]:
    """What the history keeps of a step beside its words."""
    detail: dict[str, Any] = {}
    if "owns" in way.effects:
        day = case.created_at.astimezone(CST).date()
        rules = await queries.rules_for(
            connection, case.space, case.type, case.class_code, case.area_code, day
        )
        advice = advised(rules, case.class_code, case.area_code, day)
        detail |= {"owner": step.owner, "advised": advice.rule.department if advice else None}
        if advice is not None and advice.rule.department == step.owner:
            detail["rule"] = advice.rule.id
    if "returns" in way.effects:
        detail |= {"owner": case.situation.owner} | ({"rule": case.rule} if case.rule else {})
    if "joins" in way.effects:
        detail["partners"] = sorted(step.partners)
    if way.asks == "extension":
        if step.more is None or not 0 < step.more <= LONGEST_EXTENSION:
            raise Invalid(f"say how much more time, at most {LONGEST_EXTENSION}", field="more")
        detail["more"] = step.more
    if "extends" in way.effects:
        asked = [one for one in await queries.history(connection, case.id) if "more" in one.detail]
        if not asked:
            raise NotFound("nobody said how much more time is needed")
        detail["more"] = asked[-1].detail["more"]
    if "rates" in way.effects:
        detail["answer"] = step.answer
    return detail


async def _extend(connection: Connection, case: Case, case_type: CaseType, more: int) -> None:
    longer = {spec.name for spec in case_type.clocks if spec.extends}
    calendar = await queries.calendar(connection, case.space)
    scale = await people.space_scale(connection, case.space)
    runs = [run for run in await queries.clocks(connection, case.id) if run.is_open and run.name in longer]
    await put_clocks(
        connection,
        case.id,
        case.space,
        [extended(run, Fraction(more) / Fraction(scale), calendar) for run in runs],
    )
