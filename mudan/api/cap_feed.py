"""How do machines hear of our warnings? An Atom feed, a JSON feed, the CAP documents, and the seal's certificate.

Everything here is open to everybody and comes from the one view that holds what the public may see.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from lxml import etree
from pydantic import BaseModel

from mudan.api.deps import deps_of
from mudan.api.warnings.publishing import publishing_of
from mudan.api.wire import Instant
from mudan.core.warnings import queries
from mudan.core.warnings.model.geometry import geojson
from mudan.core.warnings.model.record import Published
from mudan.core.warnings.model.states import State, in_force
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text

router = APIRouter(tags=["public"])

ATOM: Final = "http://www.w3.org/2005/Atom"
CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
KEPT: Final = timedelta(days=7)  # how long ended warnings stay in the feeds
FRESH: Final = "public, max-age=15"
NOTHING: Final = {"area": "-", "departments": "-", "space": "-", "person": ""}  # the public has no scope
Identifier = Annotated[str, Path(pattern=r"^\d{14}_\d{14}(_\d)?$")]


class PublicWarningOut(BaseModel):
    """A warning as everybody sees it. `in_force`: it holds now."""

    identifier: str
    sender: str
    event: str
    in_force: bool
    state: State
    msg_type: str
    level: int
    event_words: Text
    headline: Text
    description: Text
    instruction: Text
    area: Text
    issuer: Text
    sent_at: Instant
    onset: Instant | None
    expires_at: Instant
    ended_at: Instant | None
    contact: str
    web: str
    cap: str
    area_shape: dict[str, Any] | None
    geocodes: list[str]


class PublicFeedOut(BaseModel):
    """What is in force and what ended within a week, newest first. `demo`: everything is made up."""

    items: list[PublicWarningOut]
    as_of: Instant
    demo: bool


async def shown(request: Request) -> tuple[list[Published], datetime]:
    """What the public may see now."""
    deps = deps_of(request)
    now = deps.clock.now()
    async with deps.db.work(NOTHING) as connection:
        return await queries.published(connection, now - KEPT), now


def holds(one: Published, now: datetime) -> bool:
    """Whether it holds at a time: what has ended a moment ago is ended though nobody has yet said so."""
    return in_force(one.state, one.msg_type) and one.expires_at > now


def address(request: Request) -> str:
    """The address that people type, for links."""
    origins = deps_of(request).settings.origins
    return origins[0] if origins else str(request.base_url).rstrip("/")


def answered(request: Request, body: bytes, media_type: str) -> Response:
    """The answer, or that it has not changed since it was asked for."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": FRESH, "Access-Control-Allow-Origin": "*"}
    headers |= {"Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


@router.get("/feeds/cap.atom", response_class=Response)
async def atom(request: Request) -> Response:
    """The Atom feed (RFC 4287) with one entry for each message, linked to its CAP document."""
    found, now = await shown(request)
    return answered(request, _atom(found, now, request), "application/atom+xml; charset=utf-8")


def _atom(found: Sequence[Published], now: datetime, request: Request) -> bytes:
    base, issuer = address(request), publishing_of(request).issuer
    feed = etree.fromstring(f'<feed xmlns="{ATOM}" xmlns:cap="{CAP}"/>')
    newest = max((one.ended_at or one.sent_at for one in found), default=None)
    name = issuer.name.zh if issuer else "Mudan"
    demo = "（演示数据 demo）" if deps_of(request).settings.demo else ""
    _put(feed, "id", f"{base}/feeds/cap.atom")
    _put(feed, "title", f"{name} 预警信息 Public warnings{demo}")
    _put(feed, "updated", (newest or now.replace(minute=0, second=0)).isoformat(timespec="seconds"))
    _put(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", name)
    etree.SubElement(
        feed, f"{{{ATOM}}}link", rel="self", href=f"{base}/feeds/cap.atom", type="application/atom+xml"
    )
    etree.SubElement(
        feed, f"{{{ATOM}}}link", rel="alternate", href=f"{base}/public/warnings", type="text/html"
    )
    for one in found:
        _entry(feed, one, base)
    return etree.tostring(feed, xml_declaration=True, encoding="UTF-8")


def _entry(feed: etree._Element, one: Published, base: str) -> None:
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    words = one.content
    document = f"{base}/feeds/cap/{one.identifier}.xml"
    _put(entry, "id", f"urn:cap:{one.sender}:{one.identifier}")
    _put(entry, "title", words.headline.zh)
    _put(entry, "updated", (one.ended_at or one.sent_at).isoformat(timespec="seconds"))
    _put(entry, "published", one.sent_at.isoformat(timespec="seconds"))
    _put(entry, "summary", words.description.zh)
    etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=document, type="application/cap+xml")
    for name, text in (
        ("identifier", one.identifier), ("sender", one.sender), ("sent", one.sent_at.isoformat(timespec="seconds")),
        ("status", "Actual"), ("msgType", one.msg_type), ("event", words.event.zh), ("urgency", words.urgency),
        ("severity", words.severity), ("certainty", words.certainty),
        ("expires", words.expires.isoformat(timespec="seconds")), ("areaDesc", words.area.zh),
    ):  # fmt: skip
        etree.SubElement(entry, f"{{{CAP}}}{name}").text = text


def _put(element: etree._Element, name: str, text: str) -> None:
    etree.SubElement(element, f"{{{ATOM}}}{name}").text = text


@router.get("/feeds/cap/{identifier}.xml", response_class=Response)
async def document(request: Request, identifier: Identifier) -> Response:
    """One CAP 1.2 document as it was sent, with its seal."""
    deps = deps_of(request)
    async with deps.db.work(NOTHING) as connection:
        body = await queries.published_document(connection, identifier)
    return answered(request, body, "application/cap+xml")


@router.get("/feeds/warnings.json")
async def feed(request: Request) -> PublicFeedOut:
    """The same for programs that would rather read JSON; shapes are GeoJSON (lon, lat)."""
    found, now = await shown(request)
    base = address(request)
    return PublicFeedOut(
        items=[_public(one, now, base) for one in found], as_of=now, demo=deps_of(request).settings.demo
    )


def _public(one: Published, now: datetime, base: str) -> PublicWarningOut:
    words = one.content
    return PublicWarningOut(
        identifier=one.identifier, sender=one.sender, event=words.event_type, in_force=holds(one, now),
        state=one.state, msg_type=one.msg_type.value, level=words.level, event_words=words.event,
        headline=words.headline, description=words.description, instruction=words.instruction, area=words.area,
        issuer=words.issuer, sent_at=one.sent_at, onset=words.onset, expires_at=one.expires_at,
        ended_at=one.ended_at, contact=words.contact, web=words.web,
        cap=f"{base}/feeds/cap/{one.identifier}.xml", area_shape=geojson(words.polygons, words.circles),
        geocodes=list(words.geocodes),
    )  # fmt: skip


@router.get("/feeds/certificate.pem", response_class=Response)
async def certificate(request: Request) -> Response:
    """The certificate of the seal, so that receivers can tell our messages from others'."""
    found = publishing_of(request).certificate
    if not found:
        raise NotFound("there is no certificate yet")
    return answered(request, found.encode(), "application/x-pem-file")
