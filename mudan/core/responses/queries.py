"""Which responses are there, and what have they issued?"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.plans import queries as plans
from mudan.core.plans.queries import Watch
from mudan.core.responses.model import FRESH, OPEN, Issue, Line, Response, Water, Wind
from mudan.core.roads.model import depth_rule
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_RESPONSE: Final = (
    "select r.id, r.space, r.area_code, r.department, r.plan_id, r.version_id, r.plan_hash, r.slug, r.title_zh,"
    " r.title_en, r.example, r.incident_id, i.number as incident_number, r.state, r.level, r.statutory, r.proposed,"
    " r.proposed_at, r.proposed_by, r.decide_by, r.reminded_at, r.inputs, r.quiet_until, r.opened_at, r.started_at,"
    " r.level_since, r.ended_at, r.version from response r left join incident i on i.id = r.incident_id"
)


def _response(row: dict[str, Any]) -> Response:
    title = Text(row.pop("title_zh"), row.pop("title_en"))
    return Response(**row, title=title)


async def one(connection: Connection, response: UUID, *, lock: bool = False) -> Response:
    """One response; raises NotFound."""
    text = f"{_RESPONSE} where r.id = %s" + (" for update of r" if lock else "")
    row = await (await connection.execute(text.encode(), (response,))).fetchone()
    if row is None:
        raise NotFound("there is no such response")
    return _response(row)


async def watch_of(connection: Connection, response: Response) -> Watch | None:
    """What its plan says now: of its incident, or of the county."""
    found = await plans.watch_of(connection, response.space, response.plan_id, response.incident_id)
    return found or await plans.watch_of(connection, response.space, response.plan_id)


async def page(connection: Connection, *, open_only: bool = True, limit: int = 200) -> list[Response]:
    """Responses, the gravest that go on first, then the newest."""
    text = (
        f"{_RESPONSE} where (not %(open)s or r.state = any(%(states)s)) order by r.state = any(%(states)s) desc,"
        " r.statutory nulls last, r.opened_at desc limit %(limit)s"
    )
    given = {"open": open_only, "states": list(OPEN), "limit": limit}
    return [_response(row) for row in await (await connection.execute(text.encode(), given)).fetchall()]


async def of_incident(connection: Connection, incident: UUID) -> list[Response]:
    """The responses to an incident, newest first."""
    text = f"{_RESPONSE} where r.incident_id = %s order by r.opened_at desc"
    return [_response(row) for row in await (await connection.execute(text.encode(), (incident,))).fetchall()]


async def open_of(connection: Connection, space: int, plan: UUID, incident: UUID | None) -> Response | None:
    """The response of a plan that goes on, to one incident or to the county as it is."""
    text = (
        f"{_RESPONSE} where r.space = %(space)s and r.plan_id = %(plan)s and r.state = any(%(states)s)"
        " and (r.incident_id is not distinct from %(incident)s::uuid or (%(incident)s::uuid is null and"
        " r.state <> 'advised')) order by r.opened_at desc limit 1 for update of r"
    )
    given = {"space": space, "plan": plan, "incident": incident, "states": list(OPEN)}
    row = await (await connection.execute(text.encode(), given)).fetchone()
    return None if row is None else _response(row)


async def rejected_last(
    connection: Connection, space: int, plan: UUID, incident: UUID | None
) -> Response | None:
    """The last response of a plan that somebody rejected, for as long as it stays quiet."""
    text = (
        f"{_RESPONSE} where r.space = %s and r.plan_id = %s and r.state = 'rejected'"
        " and r.incident_id is not distinct from %s::uuid and r.quiet_until is not null"
        " order by r.opened_at desc limit 1"
    )
    row = await (await connection.execute(text.encode(), (space, plan, incident))).fetchone()
    return None if row is None else _response(row)


async def undecided(connection: Connection, now: datetime) -> list[Response]:
    """What waits for a decision that is late and has not been reminded of."""
    text = f"{_RESPONSE} where r.proposed is not null and r.decide_by <= %s and r.reminded_at is null"
    return [_response(row) for row in await (await connection.execute(text.encode(), (now,))).fetchall()]


async def deactivating(connection: Connection) -> list[Response]:
    """The responses that wait for their last tasks."""
    text = f"{_RESPONSE} where r.state = 'deactivating' for update of r skip locked"
    return [_response(row) for row in await (await connection.execute(text.encode())).fetchall()]


async def lines(connection: Connection, response: UUID) -> list[Line]:
    """The history of a response, oldest first."""
    rows = await (
        await connection.execute(
            "select seq, at, kind, actor, from_level, to_level, reason, text_zh, text_en, inputs from response_event"
            " where response_id = %s order by seq",
            (response,),
        )
    ).fetchall()
    return [
        Line(**{k: v for k, v in row.items() if not k.startswith("text_")}, text=_text(row, "text"))
        for row in rows
    ]


_ISSUE: Final = (
    "select id, response_id, level, kind, item, title_zh, title_en, who_zh, who_en, state, noun, ref, due_at,"
    " issued_at, note, detail from response_issue"
)


async def issues(connection: Connection, response: UUID) -> list[Issue]:
    """Everything that the levels of a response have asked for, in their order."""
    text = f"{_ISSUE} where response_id = %s order by issued_at, id"
    rows = await (await connection.execute(text.encode(), (response,))).fetchall()
    return [_issue(row) for row in rows]


async def units_wanted(
    connection: Connection, incident: UUID
) -> list[tuple[dict[str, Any], datetime | None]]:
    """The units that active responses to an incident ask for (`detail` of their issues), and until when."""
    rows = await (
        await connection.execute(
            "select s.detail, s.due_at from response_issue s join response r on r.id = s.response_id"
            " where r.incident_id = %s and r.state = 'active' and s.kind = 'unit' and s.state <> 'waived'"
            " order by r.opened_at desc, s.issued_at, s.id",
            (incident,),
        )
    ).fetchall()
    return [(row["detail"], row["due_at"]) for row in rows]


async def waiting_issues(connection: Connection) -> list[tuple[UUID, Issue]]:
    """What waits for its condition in responses that are active, with the response."""
    going = "(select r.id from response r where r.state = 'active')"
    text = _ISSUE + " where state = 'waiting' and response_id in " + going
    rows = await (await connection.execute(text.encode())).fetchall()
    return [(row["response_id"], _issue(row)) for row in rows]


def _issue(row: dict[str, Any]) -> Issue:
    kept = {
        name: row[name]
        for name in (
            "id",
            "level",
            "kind",
            "item",
            "state",
            "noun",
            "ref",
            "due_at",
            "issued_at",
            "note",
            "detail",
        )
    }
    return Issue(**kept, title=_text(row, "title"), who=_text(row, "who"))


def _text(row: dict[str, Any], name: str) -> Text:
    return Text(row[f"{name}_zh"], row[f"{name}_en"])


async def watched_spaces(connection: Connection) -> list[int]:
    """The data spaces in which plans are asked."""
    rows = await (await connection.execute("select distinct space from plan_watch order by space")).fetchall()
    return [row["space"] for row in rows]


async def towns_with_duty(connection: Connection, area: str) -> list[str]:
    """The towns within an area that have a duty officer of their own."""
    rows = await (
        await connection.execute(
            "select distinct a.code from area a join person p on p.area_code = a.code where a.level = 'town'"
            " and starts_with(a.code, %s) and p.role = 'duty_officer' and not p.disabled order by a.code",
            (area,),
        )
    ).fetchall()
    return [row["code"] for row in rows]


async def wind_near(connection: Connection, space: int, place: Point, now: datetime) -> Wind | None:
    """The wind at the nearest station that said where it comes from and how fast it is lately."""
    rows = await (
        await connection.execute(
            "select e.lon, e.lat, e.name_zh, e.name_en, min(l.observed_at) as at,"
            " max(l.value) filter (where q.name = 'wind_direction_16') as sixteenth,"
            " max(l.value) filter (where q.name = 'wind_speed') as speed_ms from observation_latest l"
            " join quantity q on q.id = l.quantity and q.name in ('wind_direction_16', 'wind_speed')"
            " join entity e on e.key = l.entity and e.space = %s and e.lon is not null"
            " where l.observed_at > %s group by e.key, e.lon, e.lat, e.name_zh, e.name_en",
            (space, now - FRESH),
        )
    ).fetchall()
    known = [row for row in rows if row["sixteenth"] is not None and row["speed_ms"] is not None]
    if not known:
        return None
    best = min(known, key=lambda row: distance_m(place, Point(row["lon"], row["lat"])))
    from_deg = (best["sixteenth"] - 1) * 22.5 % 360.0
    return Wind(from_deg, best["speed_ms"], _text(best, "name"), best["at"])


async def waters(connection: Connection, space: int, area: str) -> list[Water]:
    """The gauges within an area that declare a road beside them, each with its last reading."""
    rows = await (
        await connection.execute(
            "select e.urn, e.name_zh, e.name_en, e.lon, e.lat, e.properties, l.value, l.observed_at from entity e"
            " left join quantity q on q.name = e.properties ->> 'road_depth'"
            " left join observation_latest l on l.entity = e.key and l.quantity = q.id"
            " where e.space = %s and starts_with(e.area_code, %s) and e.properties ? 'road_depth'"
            " and e.lon is not null order by e.urn",
            (space, area),
        )
    ).fetchall()
    ruled = [(row, depth_rule(row["properties"])) for row in rows]
    return [
        Water(
            row["urn"],
            _text(row, "name"),
            Point(row["lon"], row["lat"]),
            rule,
            row["value"],
            row["observed_at"],
        )
        for row, rule in ruled
        if rule is not None
    ]


async def road_rules(connection: Connection) -> list[tuple[UUID, Issue]]:
    """What responses that are active have said of roads that the water or the wind may change, with the response."""
    ruled = " where kind = 'closure' and state = 'issued' and detail ->> 'rule' in ('flood_depth', 'upwind')"
    going = (
        " and response_id in (select r.id from response r where r.state = 'active') order by response_id, id"
    )
    text = _ISSUE + ruled + going
    rows = await (await connection.execute(text.encode())).fetchall()
    return [(row["response_id"], _issue(row)) for row in rows]


async def place_of(connection: Connection, incident: UUID | None) -> Point | None:
    """Where an incident is, if it is known."""
    done = await connection.execute("select lon, lat from incident where id = %s", (incident,))
    row = await done.fetchone()
    return Point(row["lon"], row["lat"]) if row is not None and row["lon"] is not None else None
