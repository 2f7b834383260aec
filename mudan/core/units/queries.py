"""Which units are there, where and how busy, within the reader's scope?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, overload
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from mudan.core.people.queries import visible
from mudan.core.units.model import DEAD_POSITION, Administrative, OpenTask, Unit
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

# `stamp` names a row as it is written: what was made of it before holds as long as the stamp is the same. Everything
# comes as columns of one row: a thousand rows joined cost PostgreSQL and us twice as much.
_SELECT = sql.SQL(
    "with chosen as materialized (select u.id, u.vehicle,"
    " u.id::text || ' ' || u.xmin::text || u.ctid::text as stamp from unit u"
    " where {visible} and (%(ids)s::uuid[] is null or u.id = any(%(ids)s)) order by u.code),"
    " moment as materialized (select id, name from quantity where name in ('longitude', 'latitude', 'speed', 'link'))"
    " select c.stamps, c.vehicles, e.keys, e.urns, (select json_object_agg(name, id) from moment) as moments, l.*,"
    " (select json_agg(t) from open_unit_tasks() t where t.unit_id = any(array(select id from chosen))) as tasks"
    " from (select array_agg(stamp) as stamps, array_agg(vehicle) as vehicles from chosen) c,"
    " (select array_agg(key) as keys, array_agg(urn) as urns from entity"
    " where key = any(array(select vehicle from chosen))) e,"
    " (select array_agg(entity) as entities, array_agg(quantity) as quantities, array_agg(value) as values,"
    " array_agg(observed_at) as seen_at from observation_latest"
    " where quantity = any(array(select id from moment)) and entity = any(array(select vehicle from chosen))) l"
).format(visible=visible("u"))
_WRITTEN = sql.SQL(
    "select u.*, u.id::text || ' ' || u.xmin::text || u.ctid::text as stamp from unit u where u.id = any(%s)"
)
MOST_REMEMBERED = 20_000
_remembered: dict[str, Unit] = {}  # units as written, by the stamp of their row; without their moment


def _written(row: dict[str, Any]) -> Unit:
    return Unit(
        id=row["id"], space=row["space"], code=row["code"], name=Text(row["name_zh"], row["name_en"]),
        kind=row["kind"], capabilities=tuple(row["capabilities"]), crew_count=row["crew_count"],
        home=Point(row["home_lon"], row["home_lat"]), area_code=row["area_code"], department=row["department"],
        administrative=Administrative(row["administrative"]), out_reason=row["out_reason"],
        out_until=row["out_until"], vehicle=row["vehicle"], vehicle_urn=None,
        point=None, position_at=None, speed_kmh=None, online=None, tasks=(),
        version=row["version"], min_crew=row["min_crew"], shift_ends_at=row["shift_ends_at"],
        rest_until=row["rest_until"], administrative_at=row["administrative_at"],
    )  # fmt: skip


def _task(row: dict[str, Any]) -> OpenTask:
    starts_at = datetime.fromisoformat(row["starts_at"]) if row["starts_at"] else None
    return OpenTask(
        UUID(row["id"]), UUID(row["incident_id"]), row["incident_number"], row["state"],
        datetime.fromisoformat(row["since"]), starts_at,
    )  # fmt: skip


@dataclass(slots=True)
class Moment:
    """Where a vehicle was last seen, when, how fast, and whether its link was up."""

    urn: str | None = None
    lon: float | None = None
    lat: float | None = None
    seen_at: datetime | None = None
    speed_kmh: float | None = None
    link: float | None = None


_NOWHERE: Final = Moment()


class Fleet(Sequence[Unit]):
    """Units by code, as they are now. Each is put together only when it is looked at: of a thousand, few are.

    `known` are the units with their tasks, but without their moment: where they are and when that was seen.
    """

    def __init__(self, known: list[Unit], moments: list[Moment]) -> None:
        self.known, self._moments = known, moments
        self._made: dict[int, Unit] = {}

    def __len__(self) -> int:
        return len(self.known)

    @overload
    def __getitem__(self, at: int) -> Unit: ...
    @overload
    def __getitem__(self, at: slice) -> list[Unit]: ...
    def __getitem__(self, which: int | slice) -> Unit | list[Unit]:
        if isinstance(which, slice):
            return [self[one] for one in range(len(self))[which]]
        place = range(len(self))[which]
        if place not in self._made:
            at = self._moments[place]
            self._made[place] = replace(
                self.known[place], vehicle_urn=at.urn,
                point=None if at.lon is None or at.lat is None else Point(at.lon, at.lat),
                position_at=at.seen_at, speed_kmh=at.speed_kmh, online=None if at.link is None else at.link > 0,
            )  # fmt: skip
        return self._made[place]

    def of(self, space: int, without: Mapping[UUID, UUID]) -> "Fleet":
        """Those of one data space; `without`: a task of a unit that does not count."""
        kept = [at for at, unit in enumerate(self.known) if unit.space == space]
        known = [_without(self.known[at], without) if without else self.known[at] for at in kept]
        return Fleet(known, [self._moments[at] for at in kept])

    def starts(self, now: datetime) -> list[tuple[float, float]]:
        """Where each starts from: where it was last seen, its home when that is too long ago."""
        since = now - DEAD_POSITION
        return [
            (at.lon, at.lat)
            if at.lon is not None and at.lat is not None and at.seen_at is not None and at.seen_at >= since
            else unit.home
            for unit, at in zip(self.known, self._moments, strict=True)
        ]


def _without(unit: Unit, without: Mapping[UUID, UUID]) -> Unit:
    task = without.get(unit.id)
    return unit if task is None else replace(unit, tasks=tuple(one for one in unit.tasks if one.id != task))


async def fleet(connection: Connection, *, ids: Sequence[UUID] | None = None) -> Fleet:
    """Units by code; only those of `ids` when given. What seldom changes of a unit is read once a change."""
    async with connection.cursor(row_factory=dict_row, binary=True) as cursor:
        await cursor.execute(_SELECT, {"ids": list(ids) if ids is not None else None})
        row = await cursor.fetchone()
    if row is None or row["stamps"] is None:
        return Fleet([], [])
    known = _remembered
    if new := [stamp for stamp in row["stamps"] if stamp not in known]:
        known = {**known, **await _read(connection, new)}
    tasks: dict[UUID, list[OpenTask]] = {}
    for task in row["tasks"] or ():
        tasks.setdefault(UUID(task["unit_id"]), []).append(_task(task))
    units = [known[stamp] for stamp in row["stamps"]]
    if tasks:
        units = [replace(one, tasks=tuple(tasks[one.id])) if one.id in tasks else one for one in units]
    moments = _moments(row)
    return Fleet(units, [moments.get(vehicle, _NOWHERE) for vehicle in row["vehicles"]])


def _moments(row: dict[str, Any]) -> dict[int, Moment]:
    """By vehicle, those within the reader's scope."""
    found = {key: Moment(urn) for key, urn in zip(row["keys"] or (), row["urns"] or (), strict=True)}
    of = row["moments"] or {}
    lon, lat, speed = of.get("longitude"), of.get("latitude"), of.get("speed")
    for entity, quantity, value, seen_at in zip(
        row["entities"] or (), row["quantities"] or (), row["values"] or (), row["seen_at"] or (), strict=True
    ):
        at = found[entity]
        if quantity == lon:
            at.lon, at.seen_at = value, seen_at
        elif quantity == lat:
            at.lat = value
        elif quantity == speed:
            at.speed_kmh = value
        else:
            at.link = value
    return found


async def all_units(connection: Connection, *, ids: Sequence[UUID] | None = None) -> list[Unit]:
    """As `fleet`, every unit put together."""
    return list(await fleet(connection, ids=ids))


async def _read(connection: Connection, stamps: list[str]) -> dict[str, Unit]:
    if len(_remembered) > MOST_REMEMBERED:
        _remembered.clear()
    ids = [UUID(stamp.partition(" ")[0]) for stamp in stamps]
    rows = await (await connection.execute(_WRITTEN, (ids,))).fetchall()
    found = {row["stamp"]: _written(row) for row in rows}
    _remembered.update(found)
    return found


async def one(connection: Connection, unit: UUID) -> Unit:
    """The unit of that id (raises NotFound)."""
    found = await all_units(connection, ids=[unit])
    if not found:
        raise NotFound("there is no such unit")
    return found[0]


async def of_vehicles(connection: Connection, entities: Sequence[int]) -> list[UUID]:
    """The units whose vehicles are these entities."""
    rows = await (
        await connection.execute("select id from unit where vehicle = any(%s)", (list(entities),))
    ).fetchall()
    return [row["id"] for row in rows]


async def of_person(connection: Connection, person: UUID) -> list[dict[str, Any]]:
    """id, code and names of the units in whose crew a person is."""
    return await (
        await connection.execute(
            "select u.id, u.code, u.name_zh, u.name_en from unit u join unit_member m on m.unit_id = u.id"
            " where m.person_id = %s order by u.code",
            (person,),
        )
    ).fetchall()


async def crew_of(connection: Connection, unit: UUID) -> list[UUID]:
    """The accounts of a unit's crew that may sign in."""
    rows = await (
        await connection.execute(
            "select p.id from unit_member m join person p on p.id = m.person_id"
            " where m.unit_id = %s and not p.disabled order by p.login",
            (unit,),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def to_be_back(connection: Connection, now: datetime) -> list[UUID]:
    """Units out of service whose time is over."""
    rows = await (
        await connection.execute(
            "select id from unit where administrative = 'out_of_service' and out_until <= %s", (now,)
        )
    ).fetchall()
    return [row["id"] for row in rows]
