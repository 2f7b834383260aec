"""What can somebody be on duty as? Read in the duty room, set by the shift lead or the administrator."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.duty.roster import DutyPositionOut
from mudan.api.security import requires
from mudan.api.wire import Body, BothWords
from mudan.core.duty import actions, queries
from mudan.core.duty.model import Position
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor, Role
from mudan.core.stage import actions as stage

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("duty.read", "settings.write"))]
Setter = Annotated[Actor, Depends(requires("settings.write"))]


class DutyPositionIn(Body):
    """A position: `rank` 1 is the highest; so many people at every hour, no more than `maximum` (0: any)."""

    title: BothWords
    rank: int = Field(ge=1, le=99)
    role: Role
    minimum: int = Field(ge=0, le=20)
    maximum: int = Field(ge=0, le=50)


class DutyPositionsOut(BaseModel):
    """The positions, the highest first."""

    items: list[DutyPositionOut]


async def _shown(unit: Work) -> DutyPositionsOut:
    found = await queries.positions(unit.connection)
    return DutyPositionsOut(
        items=[DutyPositionOut.model_validate(one, from_attributes=True) for one in found]
    )


@router.get("/api/duty/positions")
async def positions(actor: Reader, request: Request) -> DutyPositionsOut:
    """What somebody can be on duty as."""
    async with work(actor, request) as unit:
        return await _shown(unit)


@router.put("/api/duty/positions/{code}")
async def put_position(
    actor: Setter,
    request: Request,
    code: Annotated[str, Path(pattern="^[a-z][a-z0-9_]{1,30}$")],
    body: DutyPositionIn,
) -> DutyPositionsOut:
    """Add a position, or change one; shifts keep the position they have."""
    wanted = Position(code, body.title.text(), body.rank, body.role.value, body.minimum, body.maximum)
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        await actions.put_position(unit.connection, wanted)
        await audit(unit.connection, actor, "duty.position", code, body.model_dump(mode="json"))
        unit.touched("duty", "positions")
        return await _shown(unit)
