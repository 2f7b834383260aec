"""What was recorded of a past period of one data space, within the reader's scope?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import sql

from mudan.core.incidents.model import PHASES
from mudan.core.observations.model import Quality
from mudan.core.people.queries import visible
from mudan.core.replay.model import LOOKBACK, MOST_ROWS, Line, Replay, Window, changed, tracks, window
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

Row = dict[str, Any]
_NO_PLACE: Final = int(Quality.DOUBTFUL | Quality.TIME_FUTURE | Quality.TEST)
_ALARM: Final[Mapping[str, str]] = {
    "raised": "raised",
    "raised_again": "raised",
    "acknowledge": "acknowledged",
    "cleared": "cleared",
    "taken_over": "cleared",
}


async def _rows(connection: Connection, statement: sql.Composed, values: Mapping[str, Any]) -> list[Row]:
    return await (await connection.execute(statement, values)).fetchall()


def _of(text: str, alias: str) -> sql.Composed:
    """A statement whose `{seen}` is that a row of `alias` is of the data space and in the reader's scope."""
    seen = sql.SQL("{}.space = %(space)s and ").format(sql.Identifier(alias)) + visible(alias)
    return sql.SQL(text).format(seen=seen)


_MOVERS: Final = _of(
    "select e.key from observation_latest l join quantity q on q.id = l.quantity and q.name = 'longitude'"
    " join entity e on e.key = l.entity where {seen} and l.observed_at >= %(since)s",
    "e",
)
# For each thing and step one look into the index of observations: what it costs depends on the answer's size,
# not on how often a device reports. Step 0 is what was before the window.
_POSITIONS: Final = _of(
    "select e.urn as id, coalesce(u.name_zh, e.name_zh) as name_zh, coalesce(u.name_en, e.name_en) as name_en,"
    " coalesce(u.kind, e.type) as kind, u.id::text as unit, a.observed_at as at, a.value as lon, b.value as lat"
    " from entity e left join unit u on u.vehicle = e.key and u.space = e.space"
    " cross join (select max(id) filter (where name = 'longitude') as lon,"
    " max(id) filter (where name = 'latitude') as lat from quantity) q"
    " cross join lateral (select case when n = 0 then %(since)s else %(start)s + (n - 1) * %(step)s::interval end"
    " as low, %(start)s + n * %(step)s::interval as high from generate_series(0, %(steps)s) n) s"
    " cross join lateral (select o.observed_at, o.value from observation o where o.entity = e.key"
    " and o.quantity = q.lon and o.observed_at >= s.low and o.observed_at < least(s.high, %(end)s)"
    " and o.quality & %(wrong)s = 0 order by o.observed_at desc limit 1) a"
    " join observation b on b.entity = e.key and b.quantity = q.lat and b.observed_at = a.observed_at"
    " where e.key = any(%(movers)s) and {seen}",
    "e",
)
# Crews without a vehicle that tells its place are where they reported from.
_REPORTED: Final = _of(
    "select 'unit:' || u.id as id, u.name_zh, u.name_en, u.kind, u.id::text as unit, v.at, v.lon, v.lat"
    " from task_event v join task t on t.id = v.task_id join unit u on u.id = t.unit_id"
    " where {seen} and u.vehicle is null and v.lon is not null and v.lat is not null and v.at >= %(since)s"
    " and v.at < %(end)s order by v.at limit %(most)s",
    "u",
)
# Where units belong: they are shown there, as not heard of, while they had told no place.
_HOMES: Final = _of(
    "select u.id::text, u.name_zh, u.name_en, u.kind, u.home_lon as lon, u.home_lat as lat from unit u where {seen}"
    " order by u.code limit %(most)s",
    "u",
)
_ALARMS: Final = _of(
    "select a.id::text, a.level, a.words -> 'title' as title, e.urn as entity, e.name_zh, e.name_en, e.lon, e.lat,"
    " (select json_agg(json_build_object('at', v.at, 'to', v.kind) order by v.id) from alarm_event v"
    " where v.alarm_id = a.id and v.at < %(end)s and v.kind = any(%(kinds)s)) as events"
    " from alarm a join entity e on e.key = a.entity where {seen} and (a.id in (select v.alarm_id from alarm_event v"
    " where v.at >= %(start)s and v.at < %(end)s and v.kind = any(%(kinds)s))"
    " or (a.raised_at < %(start)s and coalesce(a.cleared_at, 'infinity') >= %(start)s))"
    " order by a.raised_at limit %(most)s",
    "a",
)
_INCIDENTS: Final = _of(
    "select i.id::text, i.number, i.title, i.kind, i.level, i.phase, i.lon, i.lat, i.opened_at, i.closed_at,"
    " (select json_agg(json_build_object('at', v.at, 'kind', v.kind, 'from', v.detail -> 'from', 'to',"
    " v.detail -> 'to') order by v.at, v.seq) from incident_event v"
    " where v.incident_id = i.id and v.at < %(end)s and v.detail ? 'to') as events"
    " from incident i where {seen} and i.opened_at < %(end)s"
    " and coalesce(i.closed_at, 'infinity') >= %(start)s order by i.opened_at limit %(most)s",
    "i",
)
_TASKS: Final = _of(
    "select t.id::text, t.incident_id::text as incident, t.unit_id::text as unit, u.name_zh, u.name_en, t.order_text,"
    " t.state, t.created_at, (select json_agg(json_build_object('at', v.at, 'from', v.from_state, 'to', v.to_state)"
    " order by v.at, v.id) from task_event v where v.task_id = t.id and v.at < %(end)s and not v.barred) as events"
    " from task t join unit u on u.id = t.unit_id where {seen} and t.created_at < %(end)s"
    " and coalesce(t.ended_at, 'infinity') >= %(start)s order by t.created_at limit %(most)s",
    "t",
)
_CLOSURES: Final = _of(
    "select c.id::text, c.reason, c.source, c.geometry, c.depth_m, c.penalty,"
    " coalesce(c.begun_at, c.starts_at) as since, coalesce(c.ended_at, c.ends_at) as until"
    " from road_closure c where {seen}"
    " and coalesce(c.begun_at, c.starts_at) < least(%(end)s, coalesce(c.ended_at, 'infinity'))"
    " and coalesce(c.ended_at, c.ends_at, 'infinity') >= %(start)s order by since limit %(most)s",
    "c",
)
_WARNINGS: Final = _of(
    "select w.id::text, w.level, w.content -> 'headline' as headline, w.content -> 'polygons' as polygons,"
    " w.content -> 'circles' as circles, w.msg_type, w.sent_at as since, least(w.ended_at, w.expires_at) as until"
    " from warning w where {seen} and w.sent_at < %(end)s and w.msg_type <> 'Cancel'"
    " and least(w.ended_at, w.expires_at) >= %(start)s order by w.sent_at limit %(most)s",
    "w",
)
_RESPONSES: Final = _of(
    "select r.id::text, r.title_zh, r.title_en, r.incident_id::text as incident, r.opened_at,"
    " (select json_agg(json_build_object('at', v.at, 'to', v.to_level) order by v.seq) from response_event v"
    " where v.response_id = r.id and v.at < %(end)s and (v.to_level is not null or v.from_level is not null))"
    " as events from response r where {seen} and r.opened_at < %(end)s"
    " and coalesce(r.ended_at, 'infinity') >= %(start)s order by r.opened_at limit %(most)s",
    "r",
)
_LINES: Final[Mapping[str, sql.Composed]] = {
    "incidents": _of(
        "select v.at, 'incidents' as noun, i.id::text as ref, null::int as level, i.number as mark, v.text_zh,"
        " v.text_en from incident_event v join incident i on i.id = v.incident_id where {seen} and v.at >= %(start)s"
        " and v.at < %(end)s order by v.at, v.seq limit %(most)s",
        "i",
    ),
    "responses": _of(
        "select v.at, 'responses' as noun, r.id::text as ref, null::int as level, r.title_zh as mark, v.text_zh,"
        " v.text_en from response_event v join response r on r.id = v.response_id where {seen} and v.at >= %(start)s"
        " and v.at < %(end)s order by v.at, v.seq limit %(most)s",
        "r",
    ),
    "drills": _of(
        "select v.at, 'drills' as noun, d.id::text as ref, null::int as level, '' as mark, v.text_zh, v.text_en"
        " from drill_event v join drill d on d.id = v.drill_id where {seen} and v.at >= %(start)s"
        " and v.at < %(end)s order by v.at, v.seq limit %(most)s",
        "d",
    ),
}


async def replay(
    connection: Connection, space: int, start: datetime, end: datetime, step_s: int | None, now: datetime
) -> Replay:
    """All that was recorded of a window of a data space. Raises Invalid when the window is too large."""
    since = start - LOOKBACK
    movers = [row["key"] for row in await _rows(connection, _MOVERS, {"space": space, "since": since})]
    span = window(start, end, step_s, len(movers), now)
    values: dict[str, Any] = {
        "space": space, "start": span.start, "end": span.end, "since": since,
        "step": timedelta(seconds=span.step_s), "steps": span.steps,
        "most": MOST_ROWS + 1, "kinds": list(_ALARM), "wrong": _NO_PLACE, "movers": movers,
    }  # fmt: skip
    cut: list[str] = []

    async def some(name: str, statement: sql.Composed) -> list[Row]:
        found = await _rows(connection, statement, values)
        if len(found) > MOST_ROWS and name not in cut:
            cut.append(name)
        return found[:MOST_ROWS]

    seen = await _rows(connection, _POSITIONS, values) if movers else []
    seen += await some("reported", _REPORTED)
    alarms = [_alarm(span, row) for row in await some("alarms", _ALARMS)]
    warned = [_warning(span, row) for row in await some("warnings", _WARNINGS)]
    closed = [_spanned(span, row) for row in await some("closures", _CLOSURES)]
    lines = [line for name, text in _LINES.items() for line in _told(span, await some(name, text))]
    lines += _alarm_lines(alarms) + _warning_lines(span, warned) + _closure_lines(span, closed)
    return Replay(
        window=span,
        tracks=tracks(span, seen),
        homes=tuple(_home(row) for row in await some("homes", _HOMES)),
        alarms=tuple(alarms),
        incidents=tuple(_incident(span, row) for row in await some("incidents", _INCIDENTS)),
        tasks=tuple(_task(span, row) for row in await some("tasks", _TASKS)),
        closures=tuple(closed),
        warnings=tuple(warned),
        responses=tuple(_response(span, row) for row in await some("responses", _RESPONSES)),
        lines=tuple(sorted(lines, key=lambda one: one.at_s)),
        cut=tuple(cut),
    )


def _events(row: Row) -> list[Row]:
    """A row's events with their times as times; JSON holds them as text."""
    return [{**one, "at": datetime.fromisoformat(one["at"])} for one in row.pop("events") or ()]


def _home(row: Row) -> Row:
    return row | {"name": Text(row.pop("name_zh"), row.pop("name_en"))}


def _alarm(span: Window, row: Row) -> Row:
    events = [{**one, "to": _ALARM[one["to"]]} for one in _events(row)]
    title = row.pop("title")
    named = {"title": Text(**title), "name": Text(row.pop("name_zh"), row.pop("name_en"))}
    return row | named | {"steps": changed(span, None, events)}


def _incident(span: Window, row: Row) -> Row:
    events = _events(row)
    levels = [one for one in events if one["kind"] == "level"]
    phases = [one for one in events if one["kind"] != "level" and one["to"] in PHASES]
    opened = span.seconds(row.pop("opened_at"))
    level, phase, closed_at = row.pop("level"), row.pop("phase"), row.pop("closed_at")
    first = levels[0]["from"] if levels else level
    return row | {
        "levels": [(opened, first), *changed(span, first, levels)],
        "phases": changed(span, None, phases) or [(opened, phase)],
        "from_s": opened,
        "until_s": None if closed_at is None else span.seconds(closed_at),
    }


def _task(span: Window, row: Row) -> Row:
    events, made, state = _events(row), span.seconds(row.pop("created_at")), row.pop("state")
    first = events[0]["from"] if events else state
    name = Text(row.pop("name_zh"), row.pop("name_en"))
    return row | {"name": name, "steps": [(made, first), *changed(span, first, events)]}


def _response(span: Window, row: Row) -> Row:
    opened = span.seconds(row.pop("opened_at"))
    title = Text(row.pop("title_zh"), row.pop("title_en"))
    return row | {"title": title, "from_s": opened, "levels": changed(span, None, _events(row))}


def _spanned(span: Window, row: Row) -> Row:
    since, until = row.pop("since"), row.pop("until")
    return row | {"from_s": span.seconds(since), "until_s": None if until is None else span.seconds(until)}


def _warning(span: Window, row: Row) -> Row:
    headline = row.pop("headline")
    said = Text(headline["zh"], headline.get("en") or headline["zh"])
    return _spanned(span, row) | {"headline": said}


def _told(span: Window, rows: Sequence[Row]) -> list[Line]:
    return [
        Line(span.seconds(row["at"]), row["noun"], row["ref"], row["level"], row["mark"],
             Text(row["text_zh"], row["text_en"]))
        for row in rows
    ]  # fmt: skip


_SAID: Final = {
    "raised": Text("告警", "alarm"),
    "acknowledged": Text("确认", "acknowledged"),
    "cleared": Text("恢复", "cleared"),
}


def _alarm_lines(alarms: Sequence[Row]) -> list[Line]:
    return [
        Line(at_s, "alarms", one["id"], one["level"] if state == "raised" else None, one["name"].zh,
             Text(f"{_SAID[state].zh}：{one['title'].zh}", f"{_SAID[state].en}: {one['title'].en}"))
        for one in alarms for at_s, state in one["steps"] if at_s >= 0
    ]  # fmt: skip


def _between(span: Window, at_s: float | None) -> bool:
    return at_s is not None and 0 <= at_s < (span.end - span.start).total_seconds()


def _warning_lines(span: Window, rows: Sequence[Row]) -> list[Line]:
    return [
        Line(at_s, "warnings", one["id"], one["level"] if sent else None, "",
             Text(f"{'发布' if sent else '结束'}预警：{one['headline'].zh}",
                  f"warning {'sent' if sent else 'ended'}: {one['headline'].en}"))
        for one in rows for sent, at_s in ((True, one["from_s"]), (False, one["until_s"])) if _between(span, at_s)
    ]  # fmt: skip


def _closure_lines(span: Window, rows: Sequence[Row]) -> list[Line]:
    return [
        Line(at_s, "roads", one["id"], None, "",
             Text(f"{'封闭' if begun else '开放'}：{one['reason']}",
                  f"road {'closed' if begun else 'open'}: {one['reason']}"))
        for one in rows for begun, at_s in ((True, one["from_s"]), (False, one["until_s"])) if _between(span, at_s)
    ]  # fmt: skip
