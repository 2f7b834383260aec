"""Which stage is the county in? One public word, its exact time, and the advice behind it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.deps import Deps, deps_of
from mudan.api.security import requires
from mudan.api.wire import Body, BothWords, Instant
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.stage import actions, queries
from mudan.core.stage.model import NORMAL, Setting, StageKind, advised
from mudan.primitives.text import Text

router = APIRouter(tags=["stage"])
Reader = Annotated[Actor, Depends(requires("incidents.read"))]
Setter = Annotated[Actor, Depends(requires("stage.write"))]
Wordsmith = Annotated[Actor, Depends(requires("settings.write"))]


class StageRuleOut(BaseModel):
    """So many grounds of that level or graver."""

    level: int
    count: int


class StageKindOut(BaseModel):
    """One of the five stages, in the county's words."""

    number: int
    name: Text
    meaning: Text
    advise: list[StageRuleOut]
    example: bool


class StageKindsOut(BaseModel):
    """The five stages in the county's words."""

    items: list[StageKindOut]


class PublicStageOut(BaseModel):
    """What everybody may know. `since` null: nobody has ever set a stage; the county is in its normal one."""

    number: int
    name: Text
    meaning: Text
    since: Instant | None
    why: str
    example: bool
    as_of: Instant


class StageSettingOut(BaseModel):
    """A stage as somebody set it."""

    seq: int
    number: int
    since: Instant
    set_at: Instant
    set_by: str
    why: str
    public_why: str
    advised: int


class StageOut(BaseModel):
    """The stage with what is behind it. `seq` goes into a change; 0 when nobody ever set one."""

    number: int
    seq: int
    since: Instant | None
    set_by: str
    advised: int
    reasons: list[Text]
    kinds: list[StageKindOut]
    history: list[StageSettingOut]
    may_set: bool
    as_of: Instant


class StageIn(Body):
    """The stage to set."""

    number: int = Field(ge=1, le=5)
    why: str = Field(min_length=1, max_length=500)
    public_why: str = Field(min_length=1, max_length=200)
    seen: int
    since: Instant | None = None


class StageRuleIn(Body):
    """So many grounds of that level or graver."""

    level: int = Field(ge=1, le=4)
    count: int = Field(ge=1)


class StageKindIn(Body):
    """The county's own words and advice for a stage."""

    name: BothWords
    meaning: BothWords
    advise: list[StageRuleIn] = Field(max_length=8)


def _kind(one: StageKind) -> StageKindOut:
    rules = [StageRuleOut(level=level, count=count) for level, count in one.advise]
    return StageKindOut(
        number=one.number, name=one.name, meaning=one.meaning, advise=rules, example=one.example
    )


def _setting(one: Setting) -> StageSettingOut:
    return StageSettingOut(**{name: getattr(one, name) for name in StageSettingOut.model_fields})


async def _stage(unit: Work, actor: Actor) -> StageOut:
    space = actor.scope.space
    kinds = await queries.kinds(unit.connection)
    settings = await queries.settings(unit.connection, space)
    county = await queries.county(unit.connection)
    advice = advised(kinds, await queries.grounds(unit.connection, space, county))
    current = settings[0] if settings else None
    return StageOut(
        number=current.number if current else NORMAL, seq=current.seq if current else 0,
        since=current.since if current else None, set_by=current.set_by if current else "", advised=advice.number,
        reasons=list(advice.reasons), kinds=[_kind(one) for one in kinds],
        history=[_setting(one) for one in settings],
        may_set=actor.may("stage.write") and county.startswith(actor.scope.area), as_of=unit.now,
    )  # fmt: skip


@router.get("/api/public/stage")
async def public_stage(request: Request) -> PublicStageOut:
    """The county's stage for everybody: no names, reality only."""
    return await told_to_all(deps_of(request))


async def told_to_all(deps: Deps) -> PublicStageOut:
    """What everybody may know of the stage now."""
    async with deps.db.work() as connection:
        kinds = {one.number: one for one in await queries.kinds(connection)}
        current = await queries.current(connection)
    kind = kinds[current.number if current else NORMAL]
    return PublicStageOut(
        number=kind.number, name=kind.name, meaning=kind.meaning, since=current.since if current else None,
        why=current.public_why if current else "", example=kind.example, as_of=deps.clock.now(),
    )  # fmt: skip


@router.get("/api/stage")
async def stage(actor: Reader, request: Request) -> StageOut:
    """The stage, its history, and what is advised."""
    async with work(actor, request) as unit:
        return await _stage(unit, actor)


@router.post("/api/stage")
async def set_stage(actor: Setter, request: Request, body: StageIn) -> StageOut:
    """Set the county's stage."""
    async with work(actor, request) as unit:
        done = await actions.set_stage(
            unit.connection, actor, unit.now, number=body.number, why=body.why, public_why=body.public_why,
            seen=body.seen, since=body.since,
        )  # fmt: skip
        await audit(
            unit.connection, actor, "stage.set", str(done.number), {"why": body.why, "advised": done.advised}
        )
        unit.touched("stage", str(done.seq))
        return await _stage(unit, actor)


@router.get("/api/stage/kinds")
async def kinds(actor: Wordsmith, request: Request) -> StageKindsOut:
    """The words and the advice of the stages, to be edited."""
    async with work(actor, request) as unit:
        return await _kinds(unit)


async def _kinds(unit: Work) -> StageKindsOut:
    return StageKindsOut(items=[_kind(one) for one in await queries.kinds(unit.connection)])


@router.patch("/api/stage/kinds/{number}")
async def put_kind(actor: Wordsmith, request: Request, number: int, body: StageKindIn) -> StageKindsOut:
    """Set the county's own words and advice for a stage."""
    async with work(actor, request) as unit:
        advise = [(rule.level, rule.count) for rule in body.advise]
        await actions.put_kind(unit.connection, actor, number, body.name.text(), body.meaning.text(), advise)
        await audit(unit.connection, actor, "stage.words", str(number), body.model_dump())
        unit.touched("stage", "kinds")
        return await _kinds(unit)
