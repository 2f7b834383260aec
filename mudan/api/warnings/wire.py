"""How do warnings look in JSON?"""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.warnings.model.cap import Category, Certainty, MsgType, Response, Urgency
from mudan.core.warnings.model.content import Content, Lack, parsed, stored
from mudan.core.warnings.model.coverage import Coverage
from mudan.core.warnings.model.difference import Change
from mudan.core.warnings.model.record import Delivery, Event, WarningMessage
from mudan.core.warnings.model.states import State, Who, in_force, may_follow, moves, sandboxed
from mudan.primitives.text import Text

Status = Literal["Actual", "Exercise", "Test"]


class WarningWordsJson(Body):
    """The same words in both languages; English may be empty."""

    zh: str = Field(default="", max_length=4000)
    en: str = Field(default="", max_length=4000)


class WarningCircleJson(Body):
    """A circle, WGS-84."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    radius_km: float = Field(gt=0, le=200)


class WarningContentJson(Body):
    """The words, place and time of a warning. Points are lon, lat as in GeoJSON."""

    event_type: str = Field(max_length=5)
    category: Category
    level: int = Field(ge=1, le=4)
    event: WarningWordsJson
    headline: WarningWordsJson
    description: WarningWordsJson
    instruction: WarningWordsJson
    area: WarningWordsJson
    issuer: WarningWordsJson
    expires: Instant
    onset: Instant | None = None
    urgency: Urgency = Urgency.UNKNOWN
    certainty: Certainty = Certainty.UNKNOWN
    responses: list[Response] = Field(default_factory=list, max_length=9)
    polygons: list[list[tuple[float, float]]] = Field(default_factory=list, max_length=20)
    circles: list[WarningCircleJson] = Field(default_factory=list, max_length=20)
    geocodes: list[str] = Field(default_factory=list, max_length=100)
    contact: str = Field(default="", max_length=100)
    web: str = Field(default="", max_length=300)
    note: str = Field(default="", max_length=500)
    text_message: str = Field(default="", max_length=500)

    def content(self) -> Content:
        """The content itself (raises Invalid)."""
        return parsed(self.model_dump(mode="json"))


class WarningDraftIn(Body):
    """A new warning. In an exercise it is an Exercise whatever is asked."""

    content: WarningContentJson
    status: Status = "Actual"
    area_code: str | None = Field(default=None, max_length=12)
    incident_id: UUID | None = None


class WarningEditIn(Body):
    """New words for a draft."""

    content: WarningContentJson
    version: int


class WarningMoveIn(Body):
    """A step; `reason` is needed to return or withdraw."""

    version: int
    reason: str = Field(default="", max_length=500)


class WarningFollowIn(Body):
    """An update or a cancellation, and why."""

    msg_type: Literal["Update", "Cancel"]
    note: str = Field(min_length=1, max_length=500)


class WarningFillIn(Body):
    """A shipped template with its values."""

    template: str = Field(max_length=60)
    level: int = Field(ge=1, le=4)
    area: WarningWordsJson
    values: dict[str, str | float] = Field(default_factory=dict, max_length=20)


class WarningPreviewIn(Body):
    """Words to be looked at as the public would see them; `previous` is what they would follow."""

    content: WarningContentJson
    status: Status = "Actual"
    msg_type: Literal["Alert", "Update", "Cancel"] = "Alert"
    previous: UUID | None = None


class NoteReceiptIn(Body):
    """What a gateway reported of a delivery."""

    said: str = Field(min_length=1, max_length=300)
    reached: int | None = Field(default=None, ge=0, le=100_000_000)


class WarningLackOut(BaseModel):
    """Something to mend before it may go on."""

    field: str
    words: Text


class WarningFindingOut(BaseModel):
    """What the check of the CAP message says."""

    code: str
    where: str
    words: Text
    warning: bool


class TownOut(BaseModel):
    """A town of which some ground is inside."""

    code: str
    name: Text
    share: float
    residents: int | None


class UnitInsideOut(BaseModel):
    """A unit inside the area."""

    id: UUID
    code: str
    name: Text
    lon: float
    lat: float


class WarningCoverageOut(BaseModel):
    """What is inside. `example`: residents are example or schematic figures."""

    towns: list[TownOut]
    villages: int
    residents: int | None
    example: bool
    units: list[UnitInsideOut]
    things: dict[str, int]


class WarningChangeOut(BaseModel):
    """One field that differs from the message before."""

    field: str
    words: Text
    before: Any
    after: Any


class WarningPreviewOut(BaseModel):
    """How it would go out now: what lacks, the CAP document, the text message, who is inside, what changes."""

    lacks: list[WarningLackOut]
    findings: list[WarningFindingOut]
    cap: str | None
    text: str
    text_parts: int
    coverage: WarningCoverageOut
    changes: list[WarningChangeOut]


class WarningOut(BaseModel):
    """A warning as lists show it. `sandboxed`: it reaches nobody outside."""

    id: UUID
    chain: UUID
    previous: UUID | None
    state: State
    status: Status
    msg_type: Literal["Alert", "Update", "Cancel"]
    level: int
    event: Text
    headline: Text
    area: Text
    area_code: str
    expires_at: Instant
    onset: Instant | None
    incident_id: UUID | None
    author: str
    created_at: Instant
    checker: str
    checked_at: Instant | None
    approver: str
    approved_at: Instant | None
    sent_by: str
    sent_at: Instant | None
    ended_at: Instant | None
    identifier: str | None
    in_force: bool
    sandboxed: bool
    version: int


class WarningEventOut(BaseModel):
    """One line of the history."""

    at: Instant
    kind: str
    actor: str
    from_state: str
    to_state: str
    reason: str


class WarningDeliveryOut(BaseModel):
    """How far it got by one channel."""

    id: UUID
    channel: str
    target: str
    state: str
    attempts: int
    next_at: Instant
    delivered_at: Instant | None
    reason: str
    receipt: dict[str, Any]


class WarningReachedOut(BaseModel):
    """Somebody inside the area who was told, and whether they said that they have got it."""

    name: str
    told_at: Instant
    state: str
    received_at: Instant | None
    how: str


class WarningCallOut(BaseModel):
    """The call chain of a warning, as far as it has got."""

    id: UUID
    state: str
    total: int
    answered: int
    unreached: int


class WarningDetailOut(WarningOut):
    """A warning with everything that people decide and look back on."""

    content: WarningContentJson
    text: str
    text_parts: int
    lacks: list[WarningLackOut]
    moves: list[str]
    may_follow: bool
    messages: list[WarningOut]
    changes: list[WarningChangeOut]
    coverage: WarningCoverageOut
    events: list[WarningEventOut]
    deliveries: list[WarningDeliveryOut]
    reached: list[WarningReachedOut]
    call: WarningCallOut | None
    may_call: bool


class WarningPageOut(BaseModel):
    """One page, newest first."""

    items: list[WarningOut]
    next: Instant | None
    as_of: Instant


class SlotOut(BaseModel):
    """A value that a template asks for."""

    name: str
    title: Text
    kind: str
    unit: str


class WarningTemplateOut(BaseModel):
    """Ready words. `example`: to be replaced by the county's own."""

    name: str
    title: Text
    example: bool
    slots: list[SlotOut]


class IssuerOut(BaseModel):
    """Who sends."""

    code: str
    name: Text
    contact: str
    web: str
    example: bool


class WarningSettingsOut(BaseModel):
    """What the editor needs to know. Without an issuer nothing can be sent."""

    issuer: IssuerOut | None
    templates: list[WarningTemplateOut]
    event_types: dict[str, str]
    webhooks: int
    exercise: bool


def warning_out(warning: WarningMessage) -> WarningOut:
    """A warning as lists show it."""
    words = warning.content
    return WarningOut.model_validate(
        {
            "id": warning.id, "chain": warning.chain, "previous": warning.previous, "state": warning.state,
            "status": warning.status.value, "msg_type": warning.msg_type.value, "level": words.level,
            "event": words.event, "headline": words.headline, "area": words.area, "area_code": warning.area_code,
            "expires_at": warning.expires_at, "onset": words.onset, "incident_id": warning.incident_id,
            "author": warning.author_name, "created_at": warning.created_at, "checker": warning.checker_name,
            "checked_at": warning.checked_at, "approver": warning.approver_name,
            "approved_at": warning.approved_at, "sent_by": warning.sent_by, "sent_at": warning.sent_at,
            "ended_at": warning.ended_at, "identifier": warning.identifier,
            "in_force": in_force(warning.state, warning.msg_type),
            "sandboxed": sandboxed(warning.status, warning.space), "version": warning.version,
        }
    )  # fmt: skip


def content_out(content: Content) -> WarningContentJson:
    """The content as JSON."""
    return WarningContentJson.model_validate(stored(content))


def lacks_out(lacks: tuple[Lack, ...]) -> list[WarningLackOut]:
    """What is to be mended."""
    return [WarningLackOut(field=one.field, words=one.words) for one in lacks]


def changes_out(changes: tuple[Change, ...]) -> list[WarningChangeOut]:
    """What differs."""
    return [
        WarningChangeOut(field=one.field, words=one.words, before=one.before, after=one.after)
        for one in changes
    ]


def coverage_out(coverage: Coverage) -> WarningCoverageOut:
    """What is inside."""
    towns = [TownOut(code=t.code, name=t.name, share=t.share, residents=t.residents) for t in coverage.towns]
    units = [UnitInsideOut(id=u.id, code=u.code, name=u.name, lon=u.lon, lat=u.lat) for u in coverage.units]
    return WarningCoverageOut(
        towns=towns, villages=coverage.villages, residents=coverage.residents, example=coverage.example, units=units,
        things=dict(coverage.things or {}),
    )  # fmt: skip


def event_out(event: Event) -> WarningEventOut:
    """A line of the history."""
    return WarningEventOut(
        at=event.at, kind=event.kind, actor=event.actor, from_state=event.from_state, to_state=event.to_state,
        reason=event.reason,
    )  # fmt: skip


def delivery_out(delivery: Delivery) -> WarningDeliveryOut:
    """How far it got."""
    return WarningDeliveryOut.model_validate(delivery._asdict() | {"channel": delivery.channel.value})


def allowed(warning: WarningMessage, who: Who) -> dict[str, Any]:
    """What this person may do with it now."""
    follows = who.writes and may_follow(warning.standing, MsgType.UPDATE)
    return {"moves": [move.value for move in moves(warning.standing, who)], "may_follow": follows}
