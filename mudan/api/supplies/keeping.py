"""Who makes stores, shelters and materials known, changes them, gives them up; and what was done before?"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.supplies.places import (
    MaterialOut,
    MaterialsOut,
    Reader,
    ShelterOut,
    StoreOut,
    Writer,
    materials,
    shelter_out,
    store_out,
)
from mudan.api.wire import Body, Instant
from mudan.core.people import queries as people
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.supplies import actions, queries
from mudan.core.supplies.model.stock import SERVICES
from mudan.primitives.text import Text

router = APIRouter()


class PlaceIn(Body):
    """A store or shelter as a place; a code stays for good."""

    code: str = Field(min_length=1, max_length=40)
    name_zh: str = Field(min_length=1, max_length=80)
    name_en: str = Field(min_length=1, max_length=80)
    area_code: str = Field(min_length=1, max_length=32)
    department: str | None = Field(default=None, max_length=40)
    address: str = Field(default="", max_length=200)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    contact: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)


class MinimumIn(Body):
    """The least of a material that should be there."""

    material: str = Field(min_length=1, max_length=60)
    minimum: float = Field(ge=0, le=1e9, allow_inf_nan=False)


class StoreIn(PlaceIn):
    """A store, with what should be in it at least."""

    minimums: list[MinimumIn] = Field(default_factory=list, max_length=200)


class ShelterIn(PlaceIn):
    """A shelter: how many people it holds, and what it offers them."""

    capacity: int = Field(ge=0, le=1_000_000)
    services: list[str] = Field(default_factory=list, max_length=20)


class StoreChangeIn(StoreIn):
    """A store as it is to be from the version that was looked at."""

    version: int


class ShelterChangeIn(ShelterIn):
    """A shelter as it is to be from the version that was looked at."""

    version: int


class RetireIn(Body):
    """Why a place is no longer used."""

    reason: str = Field(min_length=1, max_length=300)
    version: int


class MaterialIn(Body):
    """What a material is called and counted in."""

    name_zh: str = Field(min_length=1, max_length=60)
    name_en: str = Field(min_length=1, max_length=60)
    unit_zh: str = Field(min_length=1, max_length=20)
    unit_en: str = Field(min_length=1, max_length=20)
    category: str = Field(min_length=1, max_length=40)


class PlaceEventOut(BaseModel):
    """One line of a place's history; `changes`: the new values, `occupancy`: what a shelter reported."""

    at: Instant
    recorded_at: Instant
    kind: str
    changes: dict[str, Any]
    occupancy: int | None
    reason: str
    actor: str


class PlaceHistoryOut(BaseModel):
    """A place's history, newest first."""

    items: list[PlaceEventOut]


class PlaceChoiceOut(BaseModel):
    """Something that may be chosen in a form."""

    code: str
    name: Text


class PlaceChoicesOut(BaseModel):
    """What the forms of stores and shelters offer."""

    areas: list[PlaceChoiceOut]
    departments: list[PlaceChoiceOut]
    services: list[PlaceChoiceOut]
    materials: list[MaterialOut]


@router.get("/api/places/choices")
async def choices(actor: Writer, request: Request) -> PlaceChoicesOut:
    """The areas and departments within scope, the services of shelters, the materials."""
    scope = actor.scope
    async with work(actor, request) as unit:
        known = await people.department_names(unit.connection)
        areas = {code: name for code, (name, _) in unit.centre.areas.items() if code.startswith(scope.area)}
    own = {
        code: name for code, name in known.items() if scope.departments is None or code in scope.departments
    }
    stocked = await materials(actor, request)
    return PlaceChoicesOut(
        areas=_choices(areas), departments=_choices(own), services=_choices(SERVICES), materials=stocked.items
    )


def _choices(known: dict[str, Text]) -> list[PlaceChoiceOut]:
    return [PlaceChoiceOut(code=code, name=name) for code, name in sorted(known.items())]


async def _kept(unit: Work, actor: Actor, action: str, which: UUID, detail: dict[str, Any]) -> None:
    await audit(unit.connection, actor, action, str(which), detail)
    unit.touched("supplies", which)


def _minimums(body: StoreIn) -> tuple[actions.Minimum, ...]:
    return tuple(actions.Minimum(one.material, one.minimum) for one in body.minimums)


@router.post("/api/stores", status_code=201)
async def add_store(actor: Writer, request: Request, body: StoreIn) -> StoreOut:
    """Make a store known."""
    async with work(actor, request) as unit:
        which = await actions.create(unit.connection, "store", body.model_dump(), actor, unit.now)
        await actions.set_minimums(unit.connection, which, _minimums(body), actor, unit.now)
        await _kept(unit, actor, "store.create", which, {"code": body.code})
        return store_out(await queries.store(unit.connection, which), unit.centre)


@router.put("/api/stores/{store_id}")
async def change_store(actor: Writer, request: Request, store_id: UUID, body: StoreChangeIn) -> StoreOut:
    """Change a store and what should be in it at least."""
    async with work(actor, request) as unit:
        given = body.model_dump()
        await actions.change(unit.connection, "store", store_id, given, body.version, actor, unit.now)
        await actions.set_minimums(unit.connection, store_id, _minimums(body), actor, unit.now)
        await _kept(unit, actor, "store.change", store_id, {"code": body.code})
        return store_out(await queries.store(unit.connection, store_id), unit.centre)


@router.post("/api/stores/{store_id}/retire", status_code=204)
async def retire_store(actor: Writer, request: Request, store_id: UUID, body: RetireIn) -> None:
    """Use an empty store no more."""
    async with work(actor, request) as unit:
        await actions.retire(unit.connection, "store", store_id, body.reason, body.version, actor, unit.now)
        await _kept(unit, actor, "store.retire", store_id, {"reason": body.reason})


@router.get("/api/stores/{store_id}/history")
async def store_history(actor: Reader, request: Request, store_id: UUID) -> PlaceHistoryOut:
    """What was changed of a store; what went in and out is its book."""
    async with work(actor, request) as unit:
        await queries.store(unit.connection, store_id)
        return PlaceHistoryOut(items=await _changes(unit, store_id))


@router.post("/api/shelters", status_code=201)
async def add_shelter(actor: Writer, request: Request, body: ShelterIn) -> ShelterOut:
    """Make a shelter known; it begins closed."""
    async with work(actor, request) as unit:
        which = await actions.create(unit.connection, "shelter", body.model_dump(), actor, unit.now)
        await _kept(unit, actor, "shelter.create", which, {"code": body.code})
        return shelter_out(await queries.shelter(unit.connection, which), unit.centre)


@router.put("/api/shelters/{shelter_id}")
async def change_shelter(
    actor: Writer, request: Request, shelter_id: UUID, body: ShelterChangeIn
) -> ShelterOut:
    """Change a shelter; who is in it comes from reports only."""
    async with work(actor, request) as unit:
        given = body.model_dump()
        await actions.change(unit.connection, "shelter", shelter_id, given, body.version, actor, unit.now)
        await _kept(unit, actor, "shelter.change", shelter_id, {"code": body.code})
        return shelter_out(await queries.shelter(unit.connection, shelter_id), unit.centre)


@router.post("/api/shelters/{shelter_id}/retire", status_code=204)
async def retire_shelter(actor: Writer, request: Request, shelter_id: UUID, body: RetireIn) -> None:
    """Use a closed shelter no more."""
    async with work(actor, request) as unit:
        await actions.retire(
            unit.connection, "shelter", shelter_id, body.reason, body.version, actor, unit.now
        )
        await _kept(unit, actor, "shelter.retire", shelter_id, {"reason": body.reason})


@router.get("/api/shelters/{shelter_id}/history")
async def shelter_history(actor: Reader, request: Request, shelter_id: UUID) -> PlaceHistoryOut:
    """What was reported of a shelter and what was changed, newest first."""
    async with work(actor, request) as unit:
        await queries.shelter(unit.connection, shelter_id)
        told = [
            PlaceEventOut(
                at=one["device_at"], recorded_at=one["recorded_at"], kind=one["kind"], changes={},
                occupancy=one["occupancy"], reason=one["note"], actor=one["actor"],
            )
            for one in await queries.shelter_reports(unit.connection, shelter_id)
        ]  # fmt: skip
        changed = await _changes(unit, shelter_id)
    return PlaceHistoryOut(items=sorted(told + changed, key=lambda one: one.at, reverse=True))


async def _changes(unit: Work, which: UUID) -> list[PlaceEventOut]:
    return [
        PlaceEventOut(at=one["recorded_at"], occupancy=None, **one)
        for one in await queries.place_events(unit.connection, which)
    ]


@router.put("/api/materials/{material}")
async def put_material(
    actor: Writer,
    request: Request,
    material: Annotated[str, Path(pattern="^[a-z0-9_]{1,60}$")],
    body: MaterialIn,
) -> MaterialsOut:
    """Make a material known or rename it."""
    async with work(actor, request) as unit:
        given = body.model_dump() | {"code": material}
        await actions.put_material(unit.connection, given, actor.scope.space)
        await audit(unit.connection, actor, "material.put", material, body.model_dump())
    return await materials(actor, request)
