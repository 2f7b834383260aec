"""With what are warnings written? Settings, templates, and the preview of what would go out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.warnings.publishing import publishing_of
from mudan.api.warnings.wire import (
    IssuerOut,
    SlotOut,
    WarningContentJson,
    WarningFillIn,
    WarningFindingOut,
    WarningPreviewIn,
    WarningPreviewOut,
    WarningSettingsOut,
    WarningTemplateOut,
    changes_out,
    content_out,
    coverage_out,
    lacks_out,
)
from mudan.core.people.model import Actor
from mudan.core.warnings import queries
from mudan.core.warnings.model.cap import Alert, Key, MsgType, Status
from mudan.core.warnings.model.cap_read import examined
from mudan.core.warnings.model.cap_write import written
from mudan.core.warnings.model.china import EVENTS
from mudan.core.warnings.model.content import Content, lacks, message_parts, text_message
from mudan.core.warnings.model.difference import changes
from mudan.core.warnings.model.message import Issuer, message_of, preview_key
from mudan.core.warnings.model.templates import SHIPPED, filled, template_named
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter()
Writer = Annotated[Actor, Depends(requires("warnings.write"))]
Reader = Annotated[Actor, Depends(requires("warnings.read"))]
NOBODY = Issuer("00000000000000", Text("", ""))


@router.get("/api/warnings/settings")
async def settings(actor: Reader, request: Request) -> WarningSettingsOut:
    """Who sends, which templates and event codes there are, and whether this is an exercise."""
    publishing = publishing_of(request)
    issuer = publishing.issuer
    return WarningSettingsOut(
        issuer=None if issuer is None else IssuerOut(
            code=issuer.code, name=issuer.name, contact=issuer.contact, web=issuer.web, example=issuer.example
        ),
        templates=[
            WarningTemplateOut(
                name=one.name, title=one.title, example=one.example,
                slots=[SlotOut(name=s.name, title=s.title, kind=s.kind, unit=s.unit) for s in one.slots],
            )
            for one in SHIPPED
        ],
        event_types=dict(EVENTS), webhooks=len(publishing.publisher.webhooks) if publishing.publisher else 0,
        exercise=actor.scope.space != 0,
    )  # fmt: skip


@router.post("/api/warnings/fill")
async def fill(actor: Writer, request: Request, body: WarningFillIn) -> WarningContentJson:
    """The words that a template gives, to begin from; no area is chosen yet."""
    issuer = publishing_of(request).issuer
    async with work(actor, request) as unit:
        content = filled(
            template_named(body.template), body.level, issuer.name if issuer else Text("", ""),
            Text(body.area.zh, body.area.en), body.values, unit.now,
            contact=issuer.contact if issuer else "", web=issuer.web if issuer else "",
        )  # fmt: skip
    return content_out(content)


@router.post("/api/warnings/preview")
async def preview(actor: Writer, request: Request, body: WarningPreviewIn) -> WarningPreviewOut:
    """How the words would go out now; nothing is kept."""
    content = body.content.content()
    async with work(actor, request) as unit:
        status = Status.EXERCISE if actor.scope.space else Status(body.status)
        msg_type = MsgType(body.msg_type)
        before = None if body.previous is None else await queries.one(unit.connection, body.previous)
        earlier = [before.key] if before is not None and before.key is not None else []
        message = _message(unit, request, content, status, msg_type, earlier)
        inside = await queries.coverage(unit.connection, content)
    words = text_message(content)
    return WarningPreviewOut(
        lacks=lacks_out(lacks(content, status, msg_type, unit.now)),
        findings=_findings(message), cap=_pretty(message), text=words, text_parts=message_parts(words),
        coverage=coverage_out(inside),
        changes=changes_out(changes(before.content, content)) if before is not None else [],
    )  # fmt: skip


def _message(
    unit: Work, request: Request, content: Content, status: Status, msg_type: MsgType, earlier: list[Key]
) -> Alert:
    issuer = publishing_of(request).issuer or NOBODY
    return message_of(content, preview_key(issuer, unit.now), status, msg_type, earlier)


def _pretty(message: Alert) -> str | None:
    try:
        return written(message).decode()
    except Invalid:
        return None  # the lacks say what is missing


def _findings(message: Alert) -> list[WarningFindingOut]:
    try:
        document = written(message)
    except Invalid:
        return []
    found = examined(document).findings
    return [
        WarningFindingOut(code=one.code, where=one.xpath, words=one.words, warning=one.warning)
        for one in found
    ]
