"""How was an entity over time? GET temporal/entities/{id} (ETSI GS CIM 009 §5.7.3, §6.19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from mudan.api.deps import deps_of
from mudan.api.ngsi_ld.context import Context, accepted, context_of
from mudan.api.ngsi_ld.documents import PROPERTY, attribute_of, normalised
from mudan.api.ngsi_ld.entities import written
from mudan.api.ngsi_ld.errors import refused
from mudan.api.ngsi_ld.parameters import checked_uri, form_of, moment, names, single, whole
from mudan.api.security import requires
from mudan.api.wire import stamp
from mudan.core.entities import queries as entity_queries
from mudan.core.observations import queries as observation_queries
from mudan.core.observations.queries import Latest
from mudan.core.people.model import Actor
from mudan.primitives.clock import to_us

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("observations.read"))]

INSTANCES_MOST: Final = 10_000  # of one attribute in one answer


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` inclusive to `end` exclusive; None is open."""

    start: datetime | None
    end: datetime | None


@router.get("/ngsi-ld/v1/temporal/entities/{urn}")
async def retrieve(actor: Reader, urn: str, request: Request) -> Response:
    """The measured values of one entity in an interval, or its last ones.

    At most INSTANCES_MOST of an attribute: the newest, with 206 and their range.
    """
    form, context = accepted(request), context_of(request)
    given = single(
        request,
        {"attrs", "timerel", "timeAt", "endTimeAt", "timeproperty", "lastN", "options", "format"},
    )
    chosen = names(given, context)
    style = form_of(given, frozenset({"temporalValues"}))
    interval, last_n = _interval(given), whole(given, "lastN", INSTANCES_MOST)
    values_only = "temporalValues" in given.get("options", "") + given.get("format", "")
    async with deps_of(request).db.work(actor.scope.settings()) as connection:
        entity = await entity_queries.by_urn(connection, checked_uri(urn))
        known = [row.quantity for row in await observation_queries.latest(connection, [entity.key])]
        wanted = [name for name in known if not chosen or name in chosen]
        if chosen and not wanted:
            raise refused("ResourceNotFound", "nothing was measured under these names")
        rows = await observation_queries.history(
            connection,
            entity.key,
            wanted,
            interval.start,
            interval.end,
            last_n if last_n is not None else INSTANCES_MOST + 1,
        )
    series, cut = _series(rows, newest_first=last_n is not None)
    body: dict[str, Any] = {"id": entity.urn, "type": context.shown(entity.type)}
    for name, instances in series.items():
        body[context.shown(name)] = (
            _values(instances) if values_only else _instances(instances, context, sys_attrs=style.sys_attrs)
        )
    answer = written(request, body, context, form, status=206 if cut else 200)
    if cut:
        answer.headers["Content-Range"] = _range(series)
    return answer


def _interval(given: dict[str, str]) -> Interval:
    if given.get("timeproperty", "observedAt") != "observedAt":
        raise refused("OperationNotSupported", "history is kept by observedAt")
    relation = given.get("timerel")
    start, end = moment(given, "timeAt"), moment(given, "endTimeAt")
    if relation is None:
        if start is not None or end is not None:
            raise refused("BadRequestData", "timeAt needs timerel")
        return Interval(None, None)
    if start is None:
        raise refused("BadRequestData", "timerel needs timeAt")
    if relation == "between":
        if end is None or end <= start:
            raise refused("BadRequestData", "between needs an endTimeAt after timeAt")
        return Interval(start, end)
    if end is not None:
        raise refused("BadRequestData", "endTimeAt goes with between only")
    if relation == "before":
        return Interval(None, start)
    if relation == "after":
        return Interval(start, None)
    raise refused("BadRequestData", "timerel is before, after or between")


def _series(rows: Sequence[Latest], *, newest_first: bool) -> tuple[dict[str, list[Latest]], bool]:
    series: dict[str, list[Latest]] = {}
    for row in sorted(rows, key=lambda row: row.observed_at):
        series.setdefault(row.quantity, []).append(row)
    cut = any(len(instances) > INSTANCES_MOST for instances in series.values())
    for name, instances in series.items():
        kept = instances[-INSTANCES_MOST:]
        series[name] = kept[::-1] if newest_first or cut else kept
    return dict(sorted(series.items())), cut


def _instances(rows: list[Latest], context: Context, *, sys_attrs: bool) -> list[dict[str, Any]]:
    return [
        normalised(attribute_of(row), context, sys_attrs=sys_attrs)
        | {"instanceId": f"urn:ngsi-ld:Instance:{row.entity}:{row.quantity}:{to_us(row.observed_at)}"}
        for row in rows
    ]


def _values(rows: list[Latest]) -> dict[str, Any]:
    return {"type": PROPERTY, "values": [[row.value, stamp(row.observed_at)] for row in rows]}


def _range(series: dict[str, list[Latest]]) -> str:
    moments = [row.observed_at for rows in series.values() for row in rows]
    # newest first, so the range runs backwards (§6.3.10)
    return f"date-time {stamp(max(moments))}-{stamp(min(moments))}/*"
