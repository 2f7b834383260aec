"""What is in which store, and who is in which shelter?"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Centre, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.supplies import actions, queries
from mudan.core.supplies.model.stock import COUNT_OLD, SERVICES, Shelter, Stock, Store, concerns
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("supplies.read"))]
Writer = Annotated[Actor, Depends(requires("supplies.write"))]


class LotOut(BaseModel):
    """What of one lot is there; without a day it never expires."""

    expires_on: date | None
    quantity: float


class StockOut(BaseModel):
    """One material in one store; `concerns`: none, below_minimum, expired, expires_soon."""

    material: str
    name: Text
    unit: Text
    category: str
    quantity: float
    minimum: float
    lots: list[LotOut]
    counted_at: Instant | None
    concerns: list[str]


class SitedOut(BaseModel):
    """A store or shelter as a place."""

    id: UUID
    code: str
    name: Text
    area_code: str
    area_name: Text
    department: str | None
    address: str
    lon: float | None
    lat: float | None
    contact: str
    phone: str
    example: bool
    version: int


class StoreOut(SitedOut):
    """A store with what is in it."""

    stock: list[StockOut]


class StoresOut(BaseModel):
    """The stores within scope."""

    items: list[StoreOut]
    as_of: Instant


class MaterialOut(BaseModel):
    """A material that stores know."""

    code: str
    name: Text
    unit: Text
    category: str


class MaterialsOut(BaseModel):
    """The materials, by category."""

    items: list[MaterialOut]


class MovementIn(Body):
    """What went in or out, or was counted: the whole of one lot. `client_id` makes a repeat harmless."""

    client_id: UUID
    device_at: AwareDatetime
    kind: Literal["in", "out", "count", "write_off"]
    material: str = Field(min_length=1, max_length=60)
    quantity: float = Field(ge=0, le=1e9, allow_inf_nan=False)
    expires_on: date | None = None
    reason: str = Field(default="", max_length=200)


class MovementOut(BaseModel):
    """One line of a store's book."""

    material: str
    name: Text
    expires_on: date | None
    quantity: float
    kind: str
    counted: float | None
    reason: str
    order_id: UUID | None
    actor: str
    device_at: Instant
    recorded_at: Instant


class MovementsOut(BaseModel):
    """A store's book, newest first."""

    items: list[MovementOut]


class ShelterOut(SitedOut):
    """A shelter: how many it holds, how many are there, as of when. `doubtful`: the count is old."""

    capacity: int
    services: list[Text]
    service_codes: list[str]
    state: Literal["open", "closed"]
    occupancy: int
    occupancy_at: Instant | None
    occupancy_by: str
    free: int
    doubtful: bool


class SheltersOut(BaseModel):
    """The shelters within scope, open ones first."""

    items: list[ShelterOut]
    as_of: Instant


class ShelterReportIn(Body):
    """A shelter opened or closed, or how many people are there."""

    client_id: UUID
    device_at: AwareDatetime
    kind: Literal["opened", "closed", "occupancy"]
    occupancy: int | None = Field(default=None, ge=0, le=1_000_000)
    note: str = Field(default="", max_length=300)


def _stock_out(stock: Stock, today: date) -> StockOut:
    return StockOut(
        material=stock.material, name=stock.name, unit=stock.unit, category=stock.category, quantity=stock.quantity,
        minimum=stock.minimum, lots=[LotOut(expires_on=lot.expires_on, quantity=lot.quantity) for lot in stock.lots],
        counted_at=stock.counted_at, concerns=concerns(stock, today),
    )  # fmt: skip


def _place(place: Store | Shelter, centre: Centre) -> SitedOut:
    return SitedOut(
        id=place.id, code=place.code, name=place.name, area_code=place.area_code,
        area_name=centre.area_name(place.area_code), department=place.department, address=place.address,
        lon=place.lon, lat=place.lat, contact=place.contact, phone=place.phone, example=place.example,
        version=place.version,
    )  # fmt: skip


def store_out(store: Store, centre: Centre) -> StoreOut:
    """A store as it goes over the wire."""
    today = centre.clock.now().astimezone(CST).date()
    stock = [_stock_out(one, today) for one in store.stock]
    return StoreOut(**_place(store, centre).model_dump(), stock=stock)


def shelter_out(shelter: Shelter, centre: Centre) -> ShelterOut:
    """A shelter as it goes over the wire."""
    told = shelter.occupancy_at
    return ShelterOut(
        **_place(shelter, centre).model_dump(), capacity=shelter.capacity,
        services=[SERVICES.get(one, Text(one, one)) for one in shelter.services],
        service_codes=list(shelter.services),
        state="open" if shelter.state == "open" else "closed", occupancy=shelter.occupancy,
        occupancy_at=told, occupancy_by=shelter.occupancy_by, free=max(0, shelter.capacity - shelter.occupancy),
        doubtful=shelter.state == "open" and (told is None or centre.clock.now() - told > COUNT_OLD),
    )  # fmt: skip


@router.get("/api/stores")
async def stores(actor: Reader, request: Request) -> StoresOut:
    """Stores with their stock."""
    async with work(actor, request) as unit:
        found = await queries.stores(unit.connection)
    return StoresOut(items=[store_out(one, unit.centre) for one in found], as_of=unit.now)


@router.get("/api/materials")
async def materials(actor: Reader, request: Request) -> MaterialsOut:
    """The materials that stores know."""
    async with work(actor, request) as unit:
        found = await queries.materials(unit.connection, actor.scope.space)
    return MaterialsOut(
        items=[
            MaterialOut(
                code=one["code"], name=Text(one["name_zh"], one["name_en"]),
                unit=Text(one["unit_zh"], one["unit_en"]), category=one["category"],
            )
            for one in found
        ]
    )  # fmt: skip


@router.get("/api/stores/{store_id}/movements")
async def movements(
    actor: Reader, request: Request, store_id: UUID, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> MovementsOut:
    """A store's book, newest first."""
    async with work(actor, request) as unit:
        await queries.store(unit.connection, store_id)
        found = await queries.movements(unit.connection, store_id, limit)
    return MovementsOut(
        items=[
            MovementOut(
                name=Text(one.pop("name_zh") or one["material"], one.pop("name_en") or one["material"]), **one
            )
            for one in found
        ]
    )


@router.post("/api/stores/{store_id}/movements")
async def move(actor: Writer, request: Request, store_id: UUID, body: MovementIn) -> StoreOut:
    """Record what went in or out or was counted. The same client_id again changes nothing."""
    async with work(actor, request) as unit:
        movement = actions.Movement(**body.model_dump())
        store = await actions.move(unit.connection, store_id, movement, actor, unit.now)
        detail = {"kind": body.kind, "material": body.material, "quantity": body.quantity}
        await audit(unit.connection, actor, "store.move", store.code, detail)
        unit.touched("supplies", store_id)
    return store_out(store, unit.centre)


@router.get("/api/shelters")
async def shelters(actor: Reader, request: Request) -> SheltersOut:
    """Shelters, open ones first."""
    async with work(actor, request) as unit:
        found = await queries.shelters(unit.connection)
    return SheltersOut(items=[shelter_out(one, unit.centre) for one in found], as_of=unit.now)


@router.post("/api/shelters/{shelter_id}/reports")
async def report(actor: Writer, request: Request, shelter_id: UUID, body: ShelterReportIn) -> ShelterOut:
    """Open or close a shelter, or say how many people are there; the report that happened last counts."""
    async with work(actor, request) as unit:
        shelter = await actions.report_shelter(
            unit.connection, shelter_id, body.kind, body.occupancy, body.note, body.client_id, body.device_at, actor,
            unit.now,
        )  # fmt: skip
        detail = {"kind": body.kind, "occupancy": body.occupancy}
        await audit(unit.connection, actor, "shelter.report", shelter.code, detail)
        unit.touched("supplies", shelter_id)
    return shelter_out(shelter, unit.centre)
