"""What does the log say of an incident afterwards? As a paper, and as open data."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, Field

from mudan.api.centre import work
from mudan.api.deps import deps_of
from mudan.api.directives.wire import (
    DirectiveDeadlineIn,
    DirectiveIn,
    DirectiveOut,
    DirectiveTargetIn,
    directive_out,
)
from mudan.api.papers import Form, PaperOut, answer, marks
from mudan.api.security import requires
from mudan.api.wire import Body
from mudan.core.directives import actions as directives
from mudan.core.incidents import queries as incidents
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.reviews import queries
from mudan.core.reviews.model import Record, paper
from mudan.primitives.text import Text

router = APIRouter(tags=["reviews"])
Reader = Annotated[Actor, Depends(requires("reviews.read"))]
Writer = Annotated[Actor, Depends(requires("reviews.write"))]

_ABOUT: Final[Mapping[str, str]] = {
    "timeline": "事件时间线 / the incident's timeline",
    "alarms": "并入事件的告警 / alarms of the incident",
    "tasks": "派单与各步时间 / orders and the times of their steps",
    "directives": "督办任务与时限 / directives and their deadlines",
    "issues": "预案要求的事项 / what the plan asked for",
    "decisions": "派遣决定、预计用时（秒） / dispatch decisions, predicted seconds",
    "calls": "叫应结果 / outcome of the calls",
    "actions": "商定的改进事项 / agreed actions",
    "closures": "其间的道路封闭 / closures meanwhile",
}


@router.get("/api/incidents/{incident_id}/review", response_model=PaperOut)
async def review(actor: Reader, request: Request, incident_id: UUID, form_as: Form = "json") -> Response:
    """The after-action report as JSON, as a page for the printer, or as PDF; written from the log at this moment."""
    demo = deps_of(request).settings.demo
    async with work(actor, request) as unit:
        record = await queries.record(unit.connection, incident_id, unit.now)
    return answer(paper(record, marks(record.incident.space, demo=demo)), form_as, request)


@router.get("/api/incidents/{incident_id}/review/data", response_class=Response)
async def data(actor: Reader, request: Request, incident_id: UUID) -> Response:
    """The same as open data: a zip with JSON, CSV, GeoJSON, and a README with fields and hashes."""
    demo = deps_of(request).settings.demo
    async with work(actor, request) as unit:
        record = await queries.record(unit.connection, incident_id, unit.now)
        await audit(unit.connection, actor, "review.export", f"incident:{incident_id}", {})
    name = f'attachment; filename="{record.incident.number}.zip"'
    packed = bundle(record, marks(record.incident.space, demo=demo))
    return Response(packed, media_type="application/zip", headers={"Content-Disposition": name})


class ReviewActionIn(Body):
    """What was agreed: who is to put it right until when. The same `client_id` issues it once."""

    client_id: UUID
    title: str = Field(min_length=1, max_length=200)
    target: DirectiveTargetIn
    due_at: AwareDatetime


@router.post("/api/incidents/{incident_id}/review/actions", status_code=201)
async def agree(actor: Writer, request: Request, incident_id: UUID, body: ReviewActionIn) -> DirectiveOut:
    """Make an agreed action a directive that is chased until it is done, on a closed incident too."""
    async with work(actor, request) as unit:
        incident = await incidents.one(unit.connection, incident_id)
        wanted = DirectiveIn(
            client_id=body.client_id, title=body.title, source="review", target=body.target, incident_id=incident_id,
            deadline=DirectiveDeadlineIn(kind="absolute", at=body.due_at), area_code=incident.area_code,
        )  # fmt: skip
        made = await directives.issue(unit.connection, actor, unit.now, wanted.order(actor.scope.area))
        await audit(
            unit.connection, actor, "review.agree", f"incident:{incident_id}", {"directive": made.number}
        )
        unit.touched("directives", made.id)
        return DirectiveOut.model_validate(directive_out(made, actor, unit.now))


def bundle(record: Record, marked: tuple[Text, ...]) -> bytes:
    """All sections of a record in open formats."""
    files = {
        "review.json": _json({"incident": asdict(record.incident), "at": record.at, **record.sections}),
        "closures.geojson": _json(_geojson(record.sections["closures"])),
    }
    files |= {f"{name}.csv": _csv(rows) for name, rows in record.sections.items() if rows}
    files["README.md"] = _readme(record, files, marked).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _geojson(closures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": one["geometry"],
                "properties": {name: value for name, value in one.items() if name != "geometry"},
            }
            for one in closures
        ],
    }


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # spreadsheets need the mark to read Chinese


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else json.dumps(value) if isinstance(value, dict) else _plain(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _readme(record: Record, files: Mapping[str, bytes], marked: tuple[Text, ...]) -> str:
    lines = [f"# {record.incident.number}", "", *(f"**{one.zh} / {one.en}**" for one in marked), ""]
    lines += ["时间均为 UTC（ISO 8601） / all times are ISO 8601", ""]
    for name, about in _ABOUT.items():
        rows = record.sections[name]
        fields = ", ".join(rows[0]) if rows else "没有记录 / nothing recorded"
        lines.append(f"- `{name}`: {about}. {fields}")
    lines += ["", "SHA-256:", ""]
    lines += [f"- `{name}` {hashlib.sha256(content).hexdigest()}" for name, content in files.items()]
    return "\n".join(lines) + "\n"
