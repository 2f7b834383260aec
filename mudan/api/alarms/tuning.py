"""How are alarms grouped and compared here, and whom would one wake? Set by the shift lead or the administrator."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from mudan.api.alarms.settings import ChainIn, Reader, Setter, chain_in
from mudan.api.centre import Work, work
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions, queries
from mudan.core.alarms.model import FAMILIES, Tuning, checked_chain
from mudan.core.alarms.model.tuning import AUTO_LINK, DIGITS, RADIUS_M, RANGES
from mudan.core.duty import queries as duty
from mudan.core.notices.model import CHANNELS
from mudan.core.notices.model.types import ROLE_TITLES
from mudan.core.people.actions import audit
from mudan.core.stage import actions as stage
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text

router = APIRouter()


class FamilyIn(Body):
    """How near alarms of a family must be, and within which area (digits of its code) they are one group."""

    name: str = Field(max_length=40)
    radius_m: float
    digits: Literal[6, 9]


class AutoLinkIn(Body):
    """From which score on the alarms of a rule (with *) join an open incident by themselves."""

    rule: str = Field(min_length=1, max_length=100)
    from_score: float


class TuningIn(Body):
    """The figures; `version` as it was read."""

    group_wait_s: float
    rolling_min: float
    window_min: float
    suggest_from: float
    child_from: float
    child_window_min: float
    child_wait_min: float
    families: list[FamilyIn] = Field(max_length=40)
    auto_link: list[AutoLinkIn] = Field(max_length=50)
    version: int


class FamilyOut(BaseModel):
    """A family of hazards as it is compared and grouped."""

    name: str
    title: Text
    radius_m: float
    digits: int


class AutoLinkOut(BaseModel):
    """A rule whose alarms join an open incident by themselves."""

    rule: str
    from_score: float


class RangeOut(BaseModel):
    """What a figure may be."""

    least: float
    most: float


class ChoiceOut(BaseModel):
    """Something that can be chosen, with its words."""

    value: str
    title: Text


class TuningOut(BaseModel):
    """The figures with what they may be, and what chains and inhibitions can be made of. `example`: as delivered."""

    group_wait_s: float
    rolling_min: float
    window_min: float
    suggest_from: float
    child_from: float
    child_window_min: float
    child_wait_min: float
    families: list[FamilyOut]
    auto_link: list[AutoLinkOut]
    version: int
    example: bool
    ranges: dict[str, RangeOut]
    targets: list[ChoiceOut]
    channels: list[str]
    rules: list[ChoiceOut]
    as_of: Instant


class WakeIn(Body):
    """An alarm of a level in an area (the reader's own unless given), by a chain that is being edited or kept."""

    level: int = Field(ge=1, le=4)
    area_code: str = Field(default="", max_length=32)
    at: Instant | None = None
    chain: ChainIn | None = None


class WakeCallOut(BaseModel):
    """Who is called at that time. Nobody: `names` is empty. `otherwise`: the step's own target is nobody then."""

    at: Instant
    to: Text
    names: list[str]
    channels: list[str]
    otherwise: bool


class WakeOut(BaseModel):
    """The calls in their order; then the last again every `repeat_s`, the alarm sounding every `realarm_s`."""

    items: list[WakeCallOut]
    repeat_s: float | None
    realarm_s: float
    realarms: int


async def _shown(unit: Work) -> TuningOut:
    tuning, version = await queries.kept_tuning(unit.connection)
    positions = await duty.positions(unit.connection)
    rules = {rule.name: rule.title for card in unit.centre.platforms.values() for rule in card.rules}
    return TuningOut(
        **{name: getattr(tuning, name) for name in RANGES},
        families=[
            FamilyOut(
                name=one.name, title=one.title, radius_m=tuning.radius_m[one.name], digits=tuning.digits[one.name]
            )
            for one in FAMILIES
        ],
        auto_link=[AutoLinkOut(rule=rule, from_score=least) for rule, least in sorted(tuning.auto_link.items())],
        version=version, example=version == 1,
        ranges={name: RangeOut(least=least, most=most) for name, (least, most) in _RANGES.items()},
        targets=[ChoiceOut(value=f"position:{one.code}", title=one.title) for one in positions]
        + [ChoiceOut(value=f"role:{name}", title=title) for name, title in ROLE_TITLES.items() if name in _CALLED],
        channels=list(CHANNELS),
        rules=[ChoiceOut(value=name, title=title) for name, title in sorted(rules.items())], as_of=unit.now,
    )  # fmt: skip


_RANGES = RANGES | {
    "radius_m": RADIUS_M,
    "auto_link": AUTO_LINK,
    "digits": (float(DIGITS[0]), float(DIGITS[1])),
}
_CALLED = ("leader", "duty_officer", "dispatcher")  # the roles that sit at a desk at night


@router.get("/api/alarms/tuning")
async def tuning(actor: Reader, request: Request) -> TuningOut:
    """How alarms are grouped and compared, and what can be chosen in their settings."""
    async with work(actor, request) as unit:
        return await _shown(unit)


@router.put("/api/alarms/tuning")
async def set_tuning(actor: Setter, request: Request, body: TuningIn) -> TuningOut:
    """Set it; it counts from the next alarm on."""
    given: dict[str, Any] = {name: getattr(body, name) for name in RANGES}
    wanted = Tuning(
        **given, radius_m={one.name: one.radius_m for one in body.families},
        digits={one.name: one.digits for one in body.families},
        auto_link={one.rule.strip(): one.from_score for one in body.auto_link},
    )  # fmt: skip
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        await actions.set_tuning(unit.connection, wanted, body.version, unit.now, by=actor.name)
        await audit(unit.connection, actor, "alarm.tuning", "alarms", body.model_dump(mode="json"))
        unit.touched("alarms", "tuning")
        return await _shown(unit)


@router.post("/api/alarms/wake")
async def wake(actor: Reader, request: Request, body: WakeIn) -> WakeOut:
    """If such an alarm rose then: who would be called, and when? Nothing is called by asking."""
    area = body.area_code or actor.scope.area
    async with work(actor, request) as unit:
        if not area.startswith(actor.scope.area):
            raise NotFound("there is no such area")
        chain = (
            await queries.chain(unit.connection, body.level)
            if body.chain is None
            else checked_chain(chain_in(body.level, body.chain))
        )
        settings = await queries.tuning(unit.connection)
        found = await queries.wake(
            unit.connection, chain, settings, space=unit.space, area=area, rises_at=body.at or unit.now
        )
    return WakeOut(
        items=[WakeCallOut.model_validate(one, from_attributes=True) for one in found],
        repeat_s=chain.repeat_s, realarm_s=chain.realarm_s, realarms=chain.realarms,
    )  # fmt: skip
