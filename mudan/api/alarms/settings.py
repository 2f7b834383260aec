"""Whom do alarms call, and which alarm silences which? Read by many, set by the shift lead or administrator."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions, queries
from mudan.core.alarms.model import Chain, Inhibition, Match
from mudan.core.duty import queries as duty
from mudan.core.notices.model import Step, target_title
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.stage import actions as stage
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("alarms.read", "settings.write"))]
Setter = Annotated[Actor, Depends(requires("settings.write"))]


class ChainStepIn(Body):
    """One call: `to` and `otherwise` are `person:`, `role:`, `position:` or `address:`."""

    to: str = Field(min_length=1, max_length=100)
    after_s: float = Field(ge=0, le=86_400)
    channels: list[str] = Field(min_length=1, max_length=5)
    otherwise: str = Field(default="", max_length=100)


class ChainStepOut(BaseModel):
    """One call of a chain, with its words."""

    to: str
    title: Text
    after_s: float
    channels: list[str]
    otherwise: str


class ChainIn(Body):
    """The chain of a level; `version` as it was read."""

    steps: list[ChainStepIn] = Field(min_length=1, max_length=20)
    repeat_s: float | None = Field(default=None, ge=30, le=86_400)
    realarm_s: float
    realarms: int
    expires_s: float | None = None
    version: int


class ChainOut(BaseModel):
    """Whom an alarm of a level calls; figures are examples until the county sets them (示例)."""

    level: int
    steps: list[ChainStepOut]
    repeat_s: float | None
    realarm_s: float
    realarms: int
    expires_s: float | None
    version: int
    example: bool


class ChainsOut(BaseModel):
    """The chains, the gravest level first."""

    items: list[ChainOut]


class MatchIn(Body):
    """Which alarms; lists that are empty ask nothing."""

    rules: list[str] = Field(default_factory=list, max_length=50)
    platforms: list[str] = Field(default_factory=list, max_length=50)
    entity_types: list[str] = Field(default_factory=list, max_length=50)
    families: list[str] = Field(default_factory=list, max_length=50)
    levels: list[int] = Field(default_factory=list, max_length=4)


class InhibitionIn(Body):
    """One inhibition; version 0 adds it."""

    title_zh: str = Field(min_length=1, max_length=200)
    title_en: str = Field(min_length=1, max_length=200)
    source: MatchIn
    target: MatchIn
    equal: list[str] = Field(min_length=1, max_length=10)
    enabled: bool = True
    version: int = 0


class InhibitionOut(BaseModel):
    """One inhibition as it is kept."""

    name: str
    title: Text
    source: dict[str, Any]
    target: dict[str, Any]
    equal: list[str]
    enabled: bool
    version: int
    changed_at: Instant
    changed_by: str


class InhibitionsOut(BaseModel):
    """The inhibitions by name."""

    items: list[InhibitionOut]


async def _titles(unit: Work) -> dict[str, Text]:
    """What the county calls its positions, by target."""
    return {f"position:{one.code}": one.title for one in await duty.positions(unit.connection)}


def chain_out(chain: Chain, titles: Mapping[str, Text]) -> ChainOut:
    """A chain as it goes over the wire; as delivered (version 1) it is an example."""
    return ChainOut(
        level=chain.level, repeat_s=chain.repeat_s, realarm_s=chain.realarm_s, realarms=chain.realarms,
        expires_s=chain.expires_s, version=chain.version, example=chain.version == 1,
        steps=[
            ChainStepOut(
                to=step.to, title=titles.get(step.to, target_title(step.to)), after_s=step.after_s,
                channels=list(step.channels),
                otherwise=step.otherwise,
            )
            for step in chain.steps
        ],
    )  # fmt: skip


def chain_in(level: int, body: ChainIn) -> Chain:
    """A chain as it came over the wire."""
    steps = tuple(Step(one.to, one.after_s, tuple(one.channels), one.otherwise) for one in body.steps)
    return Chain(level, steps, body.repeat_s, body.realarm_s, body.realarms, body.expires_s, body.version)


@router.get("/api/alarms/chains")
async def chains(actor: Reader, request: Request) -> ChainsOut:
    """Whom alarms call, level by level."""
    async with work(actor, request) as unit:
        found, titles = await queries.chains(unit.connection), await _titles(unit)
    return ChainsOut(items=[chain_out(one, titles) for one in found])


@router.put("/api/alarms/chains/{level}")
async def set_chain(actor: Setter, request: Request, level: int, body: ChainIn) -> ChainOut:
    """Set whom a level calls; notices that run keep their steps."""
    chain = chain_in(level, body)
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        kept = await actions.set_chain(unit.connection, chain, unit.now, by=actor.name)
        await audit(unit.connection, actor, "alarm.chain", str(level), body.model_dump())
        unit.touched("alarms", f"chain-{level}")
        return chain_out(kept, await _titles(unit))


@router.get("/api/alarms/inhibitions")
async def inhibitions(actor: Reader, request: Request) -> InhibitionsOut:
    """Which alarm silences which."""
    async with work(actor, request) as unit:
        rows = await queries.kept_inhibitions(unit.connection)
    return InhibitionsOut(items=[InhibitionOut(**row) for row in rows])


@router.put("/api/alarms/inhibitions/{name}")
async def set_inhibition(actor: Setter, request: Request, name: str, body: InhibitionIn) -> InhibitionsOut:
    """Add or change an inhibition; it counts from the next crossing on."""
    source, target = (
        Match(**{key: tuple(values) for key, values in match.model_dump().items()})
        for match in (body.source, body.target)
    )
    wanted = Inhibition(name, Text(body.title_zh, body.title_en), source, target, tuple(body.equal))
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        await actions.set_inhibition(
            unit.connection, wanted, unit.now, by=actor.name, enabled=body.enabled, version=body.version
        )
        await audit(unit.connection, actor, "alarm.inhibition", name, body.model_dump(mode="json"))
        rows = await queries.kept_inhibitions(unit.connection)
    return InhibitionsOut(items=[InhibitionOut(**row) for row in rows])
