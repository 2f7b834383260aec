"""Who is on duty now and in the coming days, where is nobody, and who asks to change places?"""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mudan.api.centre import Centre, Work, work
from mudan.api.duty.access import Reader, Writer, table
from mudan.api.wire import Body, Instant
from mudan.core.duty import actions, queries
from mudan.core.duty.model import OnDuty, Shift, Swap, gaps, overlaps, printed
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter()
LONGEST = timedelta(days=62)


class DutyPositionOut(BaseModel):
    """What somebody can be on duty as."""

    code: str
    title: Text
    rank: int
    role: str
    minimum: int
    maximum: int


class OnDutyOut(BaseModel):
    """Somebody on duty, with the way to reach them."""

    shift_id: UUID
    position: str
    title: Text
    name: str
    phone: str
    channels: list[str]
    has_account: bool
    area_code: str
    area_name: Text
    starts_at: Instant
    ends_at: Instant


class DutyNowOut(BaseModel):
    """Who is on duty for the reader's area; `missing` positions have too few."""

    items: list[OnDutyOut]
    next: list[OnDutyOut]
    missing: list[DutyPositionOut]
    as_of: Instant


class ShiftOut(BaseModel):
    """Somebody in a position from one time to another."""

    id: UUID
    position: str
    contact_id: UUID
    name: str
    phone: str
    area_code: str
    area_name: Text
    starts_at: Instant
    ends_at: Instant
    note: str
    source: Literal["hand", "import", "swap", "example"]
    version: int


class SwapOut(BaseModel):
    """A shift that somebody else is to take."""

    id: UUID
    shift_id: UUID
    contact_id: UUID
    name: str
    other_shift_id: UUID | None
    reason: str
    state: Literal["asked", "approved", "refused", "withdrawn"]
    asked_by: str
    asked_at: Instant
    mine: bool
    decided_by: str
    decided_at: Instant | None
    decision_reason: str
    version: int


class GapOut(BaseModel):
    """Too few (or too many) people in a position over a time."""

    position: str
    starts_at: Instant
    ends_at: Instant
    have: int
    need: int


class OverlapOut(BaseModel):
    """One person in two shifts at once (`rest_s` null), or with too little rest between them."""

    name: str
    shift_ids: list[UUID]
    starts_at: Instant
    ends_at: Instant
    rest_s: float | None


class RosterOut(BaseModel):
    """The roster of one desk over a time, with what is wrong with it."""

    area_code: str
    positions: list[DutyPositionOut]
    shifts: list[ShiftOut]
    gaps: list[GapOut]
    overlaps: list[OverlapOut]
    swaps: list[SwapOut]
    as_of: Instant


class ShiftIn(Body):
    """Somebody of the phone book in a position."""

    position: str = Field(max_length=64)
    contact_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    area_code: str = Field(max_length=32)
    note: str = Field(default="", max_length=500)


class DutyReasonIn(Body):
    """Why, and of which state of it."""

    version: int
    reason: str = Field(min_length=1, max_length=500)


class ShiftSwapIn(Body):
    """Who is to take the shift; with `other_shift_id`, each takes the other's."""

    contact_id: UUID
    other_shift_id: UUID | None = None
    reason: str = Field(min_length=1, max_length=500)


class SwapDecisionIn(Body):
    """What becomes of a swap."""

    verdict: Literal["approved", "refused", "withdrawn"]
    version: int
    reason: str = Field(default="", max_length=500)


class RosterIn(Body):
    """A roster as a table (CSV), for one desk."""

    area_code: str = Field(max_length=32)
    text: str = Field(max_length=400_000)
    model_config = ConfigDict(extra="forbid", str_max_length=400_000)


class RosterCopyIn(Body):
    """Whose week from `source` (seven days) is put again from `target`, at one desk."""

    area_code: str = Field(max_length=32)
    source: AwareDatetime
    target: AwareDatetime


class RosterImportedOut(BaseModel):
    """What a table, or a week, brought. With `unknown` names nothing of a table was taken over, and of a week not
    them.
    """

    added: int
    known: int
    unknown: list[str]


def _on_duty_out(one: OnDuty, centre: Centre) -> OnDutyOut:
    return OnDutyOut(
        shift_id=one.shift, position=one.position, title=one.title, name=one.name, phone=one.phone,
        channels=list(one.channels), has_account=one.person is not None, area_code=one.area_code,
        area_name=centre.area_name(one.area_code), starts_at=one.starts_at, ends_at=one.ends_at,
    )  # fmt: skip


def _shift_out(one: Shift, centre: Centre) -> ShiftOut:
    return ShiftOut.model_validate(
        {
            "id": one.id, "position": one.position, "contact_id": one.contact, "name": one.name, "phone": one.phone,
            "area_code": one.area_code, "area_name": centre.area_name(one.area_code), "starts_at": one.starts_at,
            "ends_at": one.ends_at, "note": one.note, "source": one.source, "version": one.version,
        }
    )  # fmt: skip


def _swap_out(one: Swap, actor: Actor) -> SwapOut:
    return SwapOut.model_validate(
        {
            "id": one.id, "shift_id": one.shift, "contact_id": one.contact, "name": one.name,
            "other_shift_id": one.other_shift, "reason": one.reason, "state": one.state, "asked_by": one.asked_by,
            "asked_at": one.asked_at, "mine": one.asked_by_id == actor.person, "decided_by": one.decided_by,
            "decided_at": one.decided_at, "decision_reason": one.decision_reason, "version": one.version,
        }
    )  # fmt: skip


@router.get("/api/duty/now")
async def now(actor: Reader, request: Request) -> DutyNowOut:
    """Who is on duty for the reader's area, who comes next, and which positions have too few."""
    scope = actor.scope
    async with work(actor, request) as unit:
        positions = await queries.positions(unit.connection)
        on_duty = await queries.on_duty(unit.connection, unit.now, space=scope.space, area=scope.area)
        soon = min((one.ends_at for one in on_duty), default=unit.now)
        following = await queries.on_duty(unit.connection, soon, space=scope.space, area=scope.area)
    have = [one.position for one in on_duty]
    missing = [one for one in positions if have.count(one.code) < one.minimum]
    known = {one.shift for one in on_duty}
    return DutyNowOut(
        items=[_on_duty_out(one, unit.centre) for one in on_duty],
        next=[_on_duty_out(one, unit.centre) for one in following if one.shift not in known],
        missing=[DutyPositionOut.model_validate(one, from_attributes=True) for one in missing], as_of=unit.now,
    )  # fmt: skip


@router.get("/api/duty/roster")
async def roster(
    actor: Reader,
    request: Request,
    since: AwareDatetime,
    until: AwareDatetime,
    area: Annotated[str, Query(max_length=32)] = "",
) -> RosterOut:
    """The roster of a desk (the reader's own unless `area`), with gaps, conflicts and swaps."""
    desk = area or actor.scope.area
    _span(since, until)
    async with work(actor, request) as unit:
        positions = await queries.positions(unit.connection)
        shifts = await queries.shifts(unit.connection, since, until, desk)
        swaps = await queries.swaps(unit.connection)
    return RosterOut(
        area_code=desk,
        positions=[DutyPositionOut.model_validate(one, from_attributes=True) for one in positions],
        shifts=[_shift_out(one, unit.centre) for one in shifts],
        gaps=[
            GapOut.model_validate(one, from_attributes=True) for one in gaps(shifts, positions, since, until)
        ],
        overlaps=[
            OverlapOut(name=one.name, shift_ids=[one.first, one.second], starts_at=one.starts_at,
                       ends_at=one.ends_at, rest_s=one.rest_s)
            for one in overlaps(shifts)
        ],
        swaps=[_swap_out(one, actor) for one in swaps], as_of=unit.now,
    )  # fmt: skip


def _span(since: datetime, until: datetime) -> None:
    if not timedelta(0) < until - since <= LONGEST:
        raise Invalid("a roster is shown for up to 62 days", field="until")


@router.get("/api/duty/roster.csv", response_class=Response)
async def roster_csv(
    actor: Reader,
    request: Request,
    since: AwareDatetime,
    until: AwareDatetime,
    area: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    """The roster as the table that the import reads."""
    _span(since, until)
    async with work(actor, request) as unit:
        shifts = await queries.shifts(unit.connection, since, until, area or actor.scope.area)
    return table(printed(shifts), f"roster-{since:%Y%m%d}")


@router.post("/api/duty/roster/import")
async def import_roster(actor: Writer, request: Request, body: RosterIn) -> RosterImportedOut:
    """Take over a table; a name that the desk's phone book lacks stops all of it."""
    async with work(actor, request) as unit:
        done = await actions.import_roster(unit.connection, actor, body.area_code, body.text, unit.now)
        if done.added:
            await _changed(unit, actor, "duty.import", body.area_code, {"added": done.added})
    return RosterImportedOut(added=done.added, known=done.known, unknown=list(done.unknown))


@router.post("/api/duty/roster/copy")
async def copy_week(actor: Writer, request: Request, body: RosterCopyIn) -> RosterImportedOut:
    """Put the people of one week on the roster of another at the same hours; what stands there stays."""
    async with work(actor, request) as unit:
        done = await actions.copy_week(
            unit.connection, actor, body.area_code, body.source, body.target, unit.now
        )
        await _changed(unit, actor, "duty.copy_week", body.area_code, body.model_dump(mode="json"))
    return RosterImportedOut(added=done.added, known=done.known, unknown=list(done.unknown))


@router.post("/api/duty/shifts", status_code=201)
async def add_shift(actor: Writer, request: Request, body: ShiftIn) -> ShiftOut:
    """Put somebody on the roster."""
    async with work(actor, request) as unit:
        given = body.model_dump()
        new = actions.NewShift(contact=given.pop("contact_id"), **given)
        shift = await actions.add_shift(unit.connection, actor, new, unit.now)
        await _changed(unit, actor, "duty.shift", str(shift.id), {"position": shift.position})
    return _shift_out(shift, unit.centre)


@router.post("/api/duty/shifts/{shift_id}/void", status_code=204, response_class=Response)
async def void_shift(actor: Writer, request: Request, shift_id: UUID, body: DutyReasonIn) -> Response:
    """Take somebody off the roster, with the reason."""
    async with work(actor, request) as unit:
        await actions.void_shift(unit.connection, shift_id, body.version, body.reason, actor, unit.now)
        await _changed(unit, actor, "duty.void_shift", str(shift_id), {"reason": body.reason})
    return Response(status_code=204)


@router.post("/api/duty/shifts/{shift_id}/swaps", status_code=201)
async def ask_swap(actor: Writer, request: Request, shift_id: UUID, body: ShiftSwapIn) -> SwapOut:
    """Ask that somebody else takes a shift."""
    async with work(actor, request) as unit:
        swap = await actions.ask_swap(
            unit.connection, shift_id, body.contact_id, body.other_shift_id, body.reason, actor, unit.now
        )
        await _changed(unit, actor, "duty.ask_swap", str(shift_id), {"reason": body.reason})
    return _swap_out(swap, actor)


@router.post("/api/duty/swaps/{swap_id}/decide")
async def decide_swap(actor: Writer, request: Request, swap_id: UUID, body: SwapDecisionIn) -> SwapOut:
    """Approve or refuse a swap (never who asked), or withdraw one's own."""
    async with work(actor, request) as unit:
        swap = await actions.decide_swap(
            unit.connection, swap_id, body.verdict, body.version, body.reason, actor, unit.now
        )
        await _changed(unit, actor, f"duty.swap_{body.verdict}", str(swap_id), {"reason": body.reason})
    return _swap_out(swap, actor)


async def _changed(unit: Work, actor: Actor, action: str, target: str, detail: dict[str, object]) -> None:
    await audit(unit.connection, actor, action, target, detail)
    unit.touched("duty", "roster")
