"""What is connected, how healthy is it, what came in that could not be read, and what can it be told?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Centre, PlatformCard, centre_of, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.commands import actions as commands
from mudan.core.commands import queries as command_queries
from mudan.core.entities import queries as entities
from mudan.core.frames import queries as frames
from mudan.core.frames.model import Verdict
from mudan.core.kpis import queries as kpis
from mudan.core.kpis.model import Measure
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.text import Text

router = APIRouter(tags=["platforms"])
Reader = Annotated[Actor, Depends(requires("platforms.read"))]
FrameReader = Annotated[Actor, Depends(requires("frames.read"))]
Commander = Annotated[Actor, Depends(requires("platforms.command"))]
KpiReader = Annotated[Actor, Depends(requires("kpis.read"))]


class CommandKindOut(BaseModel):
    """A command the platform can carry out."""

    name: str
    title: Text
    fields: dict[str, Text]
    receipt: Text | None


class RuleOut(BaseModel):
    """A rule with everything it tells the person who sees its alarm."""

    name: str
    level: int
    title: Text
    sentence: Text
    cause: Text
    consequence: Text
    response: Text
    source: str
    example_only: bool


class QuantityOut(BaseModel):
    """A kind of measurement."""

    name: str
    unit: str
    title: Text
    decimals: int


class PlatformOut(BaseModel):
    """One platform's health card. Counters run since the centre's start; `_1h` are of the last hour."""

    name: str
    title: Text
    summary: Text
    protocol: str
    state: Literal["online", "degraded", "offline"]
    counters: dict[str, int | float | str]
    devices: dict[str, int]
    frames: dict[str, int]
    last_frame_at: Instant | None
    commands: list[CommandKindOut]
    rules: list[RuleOut]
    quantities: list[QuantityOut]


class PlatformsOut(BaseModel):
    """All platforms."""

    items: list[PlatformOut]
    as_of: Instant


class FrameOut(BaseModel):
    """One kept frame; `offset` is the byte of the fault."""

    id: int
    received_at: Instant
    peer: str
    device: str
    verdict: str
    reason: str
    offset: int
    clause: str
    hex: str
    length: int


class FramesOut(BaseModel):
    """Kept frames, newest first."""

    items: list[FrameOut]
    next: str | None


class CommandIn(Body):
    """A command to a device."""

    urn: str = Field(max_length=200)
    kind: str = Field(max_length=60)
    payload: dict[str, Any] = Field(default_factory=dict, max_length=40)


class CommandOut(BaseModel):
    """A command and what became of it."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    state: str
    created_at: Instant
    created_by: str
    sent_at: Instant | None
    delivered_at: Instant | None
    reason: str
    detail: dict[str, Any]
    attempts: int


class CommandsOut(BaseModel):
    """The newest commands to a device."""

    items: list[CommandOut]


class KpiOut(BaseModel):
    """An indicator with the figures that make it."""

    name: str
    platform: str
    title: Text
    meaning: Text
    unit: str
    version: int
    value: float | None
    numerator: float | None
    denominator: float | None
    window_s: float
    higher_is_better: bool
    as_of: Instant


class KpisOut(BaseModel):
    """All indicators."""

    items: list[KpiOut]
    as_of: Instant


def platform_out(card: PlatformCard, health: "Health") -> PlatformOut:
    """A platform as it goes over the wire."""
    return PlatformOut(
        name=card.name, title=card.title, summary=card.summary, protocol=card.protocol, state=health.state,
        counters=health.counters, devices=health.devices, frames=health.frames, last_frame_at=health.last_frame_at,
        commands=[
            CommandKindOut(name=kind.name, title=kind.title, fields=dict(kind.fields), receipt=kind.receipt)
            for kind in card.commands
        ],
        rules=[
            RuleOut(
                name=rule.name, level=int(rule.level), title=rule.title, sentence=rule.sentence, cause=rule.cause,
                consequence=rule.consequence, response=rule.response, source=rule.source,
                example_only=rule.example_only,
            )
            for rule in card.rules
        ],
        quantities=[
            QuantityOut(name=one.name, unit=one.unit, title=one.title, decimals=one.decimals)
            for one in card.quantities
        ],
    )  # fmt: skip


class Health(BaseModel):
    """What the running centre knows of a platform's connector."""

    state: Literal["online", "degraded", "offline"]
    counters: dict[str, int | float | str]
    devices: dict[str, int]
    frames: dict[str, int]
    last_frame_at: Instant | None


def card_of(centre: Centre, name: str) -> PlatformCard:
    """The platform of that name (raises NotFound)."""
    card = centre.platforms.get(name)
    if card is None:
        raise NotFound("there is no such platform")
    return card


@router.get("/api/platforms")
async def platforms(actor: Reader, request: Request) -> PlatformsOut:
    """All platforms with their health."""
    async with work(actor, request) as unit:
        items = [platform_out(card, card.health()) for card in unit.centre.platforms.values()]
    return PlatformsOut(items=items, as_of=unit.now)


@router.get("/api/platforms/{name}/frames")
async def kept(
    actor: FrameReader,
    request: Request,
    name: str,
    verdict: Verdict = Verdict.BAD,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int | None, Query(ge=1)] = None,
) -> FramesOut:
    """Kept frames of one verdict, newest first."""
    card_of(centre_of(request), name)
    async with work(actor, request) as unit:
        rows = await frames.page(unit.connection, name, verdict, cursor, limit)
    items = [
        FrameOut(
            id=row["id"], received_at=row["received_at"], peer=row["peer"], device=row["device"],
            verdict=row["verdict"], reason=row["reason"], offset=row["fault_offset"], clause=row["clause"],
            hex=row["raw"].hex(), length=len(row["raw"]),
        )
        for row in rows
    ]  # fmt: skip
    return FramesOut(items=items, next=str(items[-1].id) if len(items) == limit else None)


@router.post("/api/platforms/{name}/commands", status_code=201)
async def command(actor: Commander, request: Request, name: str, body: CommandIn) -> CommandOut:
    """Tell a device something; the receipt shows what became of it."""
    card = card_of(centre_of(request), name)
    kind = next((one for one in card.commands if one.name == body.kind), None)
    if kind is None:
        raise Invalid("the platform has no such command", field="kind")
    unknown = set(body.payload) - set(kind.fields)
    if unknown:
        raise Invalid(f"the command has no field {sorted(unknown)[0]}", field="payload")
    async with work(actor, request) as unit:
        entity = await entities.by_urn(unit.connection, body.urn)
        if entity.platform != name:
            raise NotFound("there is no such device on this platform")
        ordered = await commands.order(
            unit.connection, entity, body.kind, body.payload, actor=actor.name, now=unit.now
        )
        await audit(
            unit.connection, actor, "command.order", body.urn, {"kind": body.kind, "id": str(ordered.id)}
        )
        unit.changes.commands.add(ordered.id)
        rows = await command_queries.of_entity(unit.connection, name, entity.key, 1)
    return CommandOut(**rows[0])


@router.get("/api/platforms/{name}/commands")
async def command_list(actor: Reader, request: Request, name: str, urn: str) -> CommandsOut:
    """The newest commands to a device."""
    async with work(actor, request) as unit:
        entity = await entities.by_urn(unit.connection, urn)
        rows = await command_queries.of_entity(unit.connection, name, entity.key)
    return CommandsOut(items=[CommandOut(**row) for row in rows])


@router.get("/api/kpis")
async def indicators(actor: KpiReader, request: Request) -> KpisOut:
    """All indicators, worked out now, within the reader's scope (frames are counted for the whole county)."""
    items = []
    async with work(actor, request) as unit:
        for card in unit.centre.platforms.values():
            health = card.health()
            counted = {
                Measure.FRAMES: float(sum(health.frames.values())),
                Measure.FRAMES_BAD: float(health.frames.get("bad_1h", 0)),
            }
            for kpi in card.kpis:
                value, top, bottom = await kpis.figures(unit.connection, kpi, card.name, unit.now, counted)
                items.append(
                    KpiOut(
                        name=kpi.name, platform=card.name, title=kpi.title, meaning=kpi.meaning, unit=kpi.unit,
                        version=kpi.version, value=value, numerator=top, denominator=bottom, window_s=kpi.window_s,
                        higher_is_better=kpi.higher_is_better, as_of=unit.now,
                    )
                )  # fmt: skip
    return KpisOut(items=items, as_of=unit.now)
