"""What was reported to whom, what is owed by when, and how is a report written, signed and sent?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.deps import deps_of
from mudan.api.papers import Form, answer, marks
from mudan.api.reports.calls import CallReportOut, several
from mudan.api.security import requires
from mudan.api.wire import Body, BothWords, Instant
from mudan.core.incidents import queries as incidents
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.reports import actions, queries
from mudan.core.reports.model import CHANNELS, REPORT_KINDS, Clock, Report
from mudan.primitives.paper import Facts, Paper, Signatures, Words, moment, plain
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("reports.read"))]
Writer = Annotated[Actor, Depends(requires("reports.write"))]
Signer = Annotated[Actor, Depends(requires("reports.sign"))]
Kind = Literal["first", "progress", "final"]


class ReportClockOut(BaseModel):
    """One thing owed to one body; `late` is whether it is, or was, overdue. `example`: the figure is an example."""

    body: Text
    kind: Kind
    mode: Literal["phone", "written"]
    since: Instant
    due_at: Instant
    met_at: Instant | None
    late: bool
    source: str
    example: bool


class ReportDueOut(BaseModel):
    """A clock that runs, with its incident."""

    incident_id: UUID
    number: str
    title: str
    level: int
    clock: ReportClockOut


class ReportDuesOut(BaseModel):
    """Everything owed, the next first."""

    items: list[ReportDueOut]
    as_of: Instant


class ReportDeliveryOut(BaseModel):
    """A report on its way to one body."""

    id: UUID
    body: str
    channel: str
    address: str
    state: Literal["waiting", "sent", "received", "failed"]
    sent_at: Instant
    sent_by: str
    received_at: Instant | None
    received_by: str
    note: str


class ReportWordingOut(BaseModel):
    """One wording that a report has had."""

    version: int
    body: str
    at: Instant
    by: str


class ReportOut(BaseModel):
    """A report with every wording and delivery; the last wording counts."""

    id: UUID
    incident_id: UUID
    number: str
    kind: Kind
    mode: Literal["phone", "written"]
    serial: int
    state: Literal["draft", "signed", "sent", "void"]
    title: str
    body: str
    drafted_at: Instant
    drafted_by: str
    signed_at: Instant | None
    signed_by: str
    sent_at: Instant | None
    void_reason: str
    version: int
    wordings: list[ReportWordingOut]
    deliveries: list[ReportDeliveryOut]


class ReportsOut(BaseModel):
    """What was called in, reported and is owed of an incident. `bodies`: who is usually told."""

    reports: list[ReportOut]
    clocks: list[ReportClockOut]
    calls: list[CallReportOut]
    bodies: list[str]
    as_of: Instant


class ReportRuleOut(BaseModel):
    """How soon something must be told to a body, at a level."""

    level: int
    body: Text
    kind: Kind
    mode: Literal["phone", "written"]
    minutes: int
    example: bool


class ReportRuleIn(Body):
    """How soon something must be told to a body."""

    body: BothWords
    kind: Kind
    mode: Literal["phone", "written"]
    minutes: int = Field(ge=1, le=43_200)


class ReportRulesIn(Body):
    """All clocks of a level."""

    rules: list[ReportRuleIn] = Field(max_length=40)


class ReportDraftIn(Body):
    """Which report is to be drafted from the log."""

    kind: Kind


class ReportPhoneIn(Body):
    """Who was told by telephone, and who answered."""

    kind: Kind
    body: str = Field(min_length=1, max_length=100)
    answered_by: str = Field(min_length=1, max_length=60)
    words: str = Field(default="", max_length=4000)


class ReportEditIn(Body):
    """The new wording."""

    version: int
    body: str = Field(min_length=1, max_length=20_000)

    model_config = Body.model_config | {"str_max_length": 20_000}


class ReportVersionIn(Body):
    """The report as the person saw it."""

    version: int


class ReportVoidIn(Body):
    """Why it is put aside."""

    version: int
    reason: str = Field(min_length=1, max_length=500)


class ReportAddresseeIn(Body):
    """To whom, by which channel."""

    body: str = Field(min_length=1, max_length=100)
    channel: str
    address: str = Field(default="", max_length=200)


class ReportSendIn(Body):
    """To whom it goes."""

    version: int
    to: list[ReportAddresseeIn] = Field(min_length=1, max_length=20)


class ReportReceiptIn(Body):
    """Who received it, or why it failed."""

    name: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=500)
    failed: bool = False


def report_out(report: Report) -> ReportOut:
    """A report as it goes over the wire."""
    own = {
        name: getattr(report, name)
        for name in ReportOut.model_fields
        if name not in ("wordings", "deliveries")
    }
    return ReportOut(
        **own,
        wordings=[
            ReportWordingOut(**{name: getattr(one, name) for name in ReportWordingOut.model_fields})
            for one in report.wordings
        ],
        deliveries=[
            ReportDeliveryOut(**{name: getattr(one, name) for name in ReportDeliveryOut.model_fields})
            for one in report.deliveries
        ],
    )


def _clock(clock: Clock, unit: Work) -> ReportClockOut:
    own: dict[str, Any] = {
        name: getattr(clock, name) for name in ReportClockOut.model_fields if name != "late"
    }
    return ReportClockOut(**own, late=clock.late(unit.now))


async def _done(unit: Work, report: Report, actor: Actor, action: str, **detail: Any) -> ReportOut:
    await audit(unit.connection, actor, f"report.{action}", report.number, detail)
    unit.incidents.add(report.incident_id)
    unit.touched("reports", report.incident_id)
    return report_out(report)


@router.get("/api/reports/due")
async def due(actor: Reader, request: Request) -> ReportDuesOut:
    """What is owed of every incident, the next first."""
    async with work(actor, request) as unit:
        owed = await queries.owed(unit.connection, await queries.watched(unit.connection, unit.now))
        items = [
            ReportDueOut(
                incident_id=one.incident.id, number=one.incident.number, title=one.incident.title,
                level=one.incident.level, clock=_clock(clock, unit),
            )
            for one in owed
            for clock in one.clocks
            if clock.met_at is None
        ]  # fmt: skip
    return ReportDuesOut(items=sorted(items, key=lambda one: one.clock.due_at)[:100], as_of=unit.now)


@router.get("/api/reports/rules")
async def rules(actor: Reader, request: Request) -> list[ReportRuleOut]:
    """The clocks of every level; examples until the county has set them."""
    async with work(actor, request) as unit:
        return await _rules(unit)


async def _rules(unit: Work) -> list[ReportRuleOut]:
    return [
        ReportRuleOut(**{name: row[name] for name in ("level", "kind", "mode", "minutes", "example")},
                body=Text(row["body_zh"], row["body_en"]))
        for row in await queries.rules(unit.connection)
    ]  # fmt: skip


@router.put("/api/reports/rules/{level}")
async def put_rules(actor: Signer, request: Request, level: int, body: ReportRulesIn) -> list[ReportRuleOut]:
    """Set all clocks of a level anew."""
    async with work(actor, request) as unit:
        before = [one.model_dump() for one in await _rules(unit) if one.level == level]
        new = [actions.NewRule(one.body.text(), one.kind, one.mode, one.minutes) for one in body.rules]
        await actions.put_rules(unit.connection, level, new, actor)
        detail = {"before": before, "after": body.model_dump()["rules"]}
        await audit(unit.connection, actor, "report.rules", str(level), detail)
        unit.touched("reports", f"rules-{level}")
        return await _rules(unit)


@router.get("/api/incidents/{incident_id}/reports")
async def of_incident(actor: Reader, request: Request, incident_id: UUID) -> ReportsOut:
    """Reports, clocks and calls of an incident."""
    async with work(actor, request) as unit:
        incident = await incidents.one(unit.connection, incident_id)
        found = await queries.reports(unit.connection, incident_id)
        clocks = await queries.clocks(unit.connection, incident)
        calls = await queries.calls(unit.connection, incident=incident_id, limit=200)
        bodies = [clock.body.zh for clock in clocks] + [one.body for each in found for one in each.deliveries]
        return ReportsOut(
            reports=[report_out(one) for one in found], clocks=[_clock(one, unit) for one in clocks],
            calls=await several(unit, calls), bodies=list(dict.fromkeys(bodies)), as_of=unit.now,
        )  # fmt: skip


@router.post("/api/incidents/{incident_id}/reports", status_code=201)
async def draft(actor: Writer, request: Request, incident_id: UUID, body: ReportDraftIn) -> ReportOut:
    """Draft a written report from the log."""
    async with work(actor, request) as unit:
        report = await actions.draft(unit.connection, incident_id, body.kind, actor, unit.now)
        return await _done(unit, report, actor, "draft", kind=body.kind)


@router.post("/api/incidents/{incident_id}/reports/phone", status_code=201)
async def phone(actor: Writer, request: Request, incident_id: UUID, body: ReportPhoneIn) -> ReportOut:
    """Record that somebody was told by telephone."""
    async with work(actor, request) as unit:
        report = await actions.tell(
            unit.connection, incident_id, body.kind, body.body, body.answered_by, body.words, actor, unit.now
        )
        return await _done(unit, report, actor, "phone", to=body.body)


@router.patch("/api/reports/{report_id}")
async def edit(actor: Writer, request: Request, report_id: UUID, body: ReportEditIn) -> ReportOut:
    """Give a report a new wording."""
    async with work(actor, request) as unit:
        report = await actions.edit(unit.connection, report_id, body.version, body.body, actor, unit.now)
        return await _done(unit, report, actor, "edit")


@router.post("/api/reports/{report_id}/sign")
async def sign(actor: Signer, request: Request, report_id: UUID, body: ReportVersionIn) -> ReportOut:
    """Sign the wording as it stands."""
    async with work(actor, request) as unit:
        report = await actions.sign(unit.connection, report_id, body.version, actor, unit.now)
        return await _done(unit, report, actor, "sign")


@router.post("/api/reports/{report_id}/void")
async def void(actor: Writer, request: Request, report_id: UUID, body: ReportVoidIn) -> ReportOut:
    """Put a report aside that was not sent."""
    async with work(actor, request) as unit:
        report = await actions.void(unit.connection, report_id, body.version, body.reason, actor, unit.now)
        return await _done(unit, report, actor, "void", reason=body.reason)


@router.post("/api/reports/{report_id}/send")
async def send(actor: Writer, request: Request, report_id: UUID, body: ReportSendIn) -> ReportOut:
    """Send a signed report."""
    to = [actions.Addressee(one.body, one.channel, one.address) for one in body.to]
    async with work(actor, request) as unit:
        report = await actions.send(unit.connection, report_id, body.version, to, actor, unit.now)
        return await _done(unit, report, actor, "send", to=[one.body for one in body.to])


@router.post("/api/reports/deliveries/{sending_id}/receipt")
async def receipt(actor: Writer, request: Request, sending_id: UUID, body: ReportReceiptIn) -> ReportOut:
    """Note who received a report, or that it failed."""
    async with work(actor, request) as unit:
        report = await actions.receipt(
            unit.connection, sending_id, body.name, body.note, actor, unit.now, failed=body.failed
        )
        return await _done(unit, report, actor, "receipt", name=body.name, failed=body.failed)


@router.get("/api/reports/{report_id}/paper", response_class=Response)
async def paper(actor: Reader, request: Request, report_id: UUID, form: Form = "html") -> Response:
    """The report as JSON, as a page for the printer, or as PDF."""
    demo = deps_of(request).settings.demo
    async with work(actor, request) as unit:
        report = await queries.report(unit.connection, report_id)
        found = _paper(report, unit, marks(report.space, demo=demo))
    return answer(found, form, request)


def _paper(report: Report, unit: Work, stamps: tuple[Text, ...]) -> Paper:
    sent = "、".join(f"{one.body}（{CHANNELS[one.channel].zh}）" for one in report.deliveries)
    facts = (
        (Text("编号", "Number"), plain(report.number)), (Text("种类", "Kind"), REPORT_KINDS[report.kind]),
        (Text("签发", "Signed by"), plain(report.signed_by)), (Text("签发时间", "Signed at"), moment(report.signed_at)),
        (Text("报送", "To"), plain(sent)), (Text("报送时间", "Sent at"), moment(report.sent_at)),
    )  # fmt: skip
    blocks = (
        Facts(facts),
        Words(plain(report.body)),
        Signatures((Text("签发人：", "Signed:"), Text("经办人：", "Prepared:"))),
    )
    unsigned = () if report.state in ("signed", "sent") else (Text("草稿", "DRAFT"),)
    title = plain(report.title)
    return Paper(title, REPORT_KINDS[report.kind], report.number, unit.now, blocks, (*stamps, *unsigned))
