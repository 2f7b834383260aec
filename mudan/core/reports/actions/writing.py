"""How is a report drafted, worded, signed, sent and received, and who is told by telephone?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.core.people.model import Actor
from mudan.core.reports import queries, store
from mudan.core.reports.model import CHANNELS, MODES, REPORT_KINDS, Report, drafted, moved, title
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

LONGEST: Final = 20_000
# Channels that the centre itself serves go through the notices' outbox; the others are carried by people.
OUTBOX: Final = {"text": "text", "system": "webhook"}


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom, by which channel, at which address."""

    body: str
    channel: str
    address: str = ""

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise Invalid("no such channel", field="channel")
        if not self.body.strip():
            raise Invalid("say to whom", field="body")
        if self.channel in OUTBOX and not self.address.strip():
            raise Invalid("this channel needs an address", field="address")


def _kind(kind: str) -> None:
    if kind not in REPORT_KINDS:
        raise Invalid("a report is first, progress or final", field="kind")


async def draft(connection: Connection, incident_id: UUID, kind: str, actor: Actor, now: datetime) -> Report:
    """Draft a written report from the log; a progress report tells what came after the last one."""
    _kind(kind)
    await incident_queries.one(connection, incident_id, lock=True)
    facts = await queries.facts(connection, incident_id, now)
    known = await queries.reports(connection, incident_id)
    if any(one.mode == "written" and one.state in ("draft", "signed") for one in known):
        raise Conflict("another draft is there already; send or void it first")
    told = max((one.told_until for one in known if one.state == "sent" and one.mode == "written"), default=0)
    serial = await queries.next_serial(connection, incident_id)
    last = facts.timeline[-1].seq if facts.timeline else 0
    report = await _insert(
        connection, facts.incident.id, actor, now, kind=kind, mode="written", serial=serial, state="draft",
        words=title(facts, kind, serial), told_until=last,
    )  # fmt: skip
    await _word(connection, report, 1, drafted(facts, kind, actor.name, told), actor, now)
    return await queries.report(connection, report)


async def _insert(
    connection: Connection,
    incident_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    mode: str,
    serial: int,
    state: str,
    words: str,
    told_until: int,
) -> UUID:
    incident = await incident_queries.one(connection, incident_id)
    report = new_id()
    row = {
        "id": report, "space": incident.space, "incident_id": incident_id, "area_code": incident.area_code,
        "department": incident.department, "number": f"{incident.number}-R{serial:02d}", "kind": kind, "mode": mode,
        "serial": serial, "state": state, "title": words, "drafted_at": now, "drafted_by": actor.name,
        "told_until": told_until, "sent_at": now if state == "sent" else None,
    }  # fmt: skip
    await store.insert(connection, "report", row)
    return report


async def _word(
    connection: Connection, report: UUID, version: int, body: str, actor: Actor, now: datetime
) -> None:
    if not body.strip() or len(body) > LONGEST:
        raise Invalid(f"a report is 1 to {LONGEST} characters", field="body")
    row = {"report_id": report, "version": version, "body": body.strip(), "at": now, "by": actor.name}
    if not await store.insert(connection, "report_version", row):
        raise Conflict("somebody else worded it meanwhile; look again")


async def _held(connection: Connection, report_id: UUID, version: int) -> Report:
    report = await queries.report(connection, report_id, lock=True)
    if report.version != version:
        raise Conflict("the report has changed meanwhile; look again")
    return report


async def edit(
    connection: Connection, report_id: UUID, version: int, body: str, actor: Actor, now: datetime
) -> Report:
    """Give a report a new wording; every former one is kept, and a signature is taken back."""
    report = await _held(connection, report_id, version)
    state = moved(report.state, "edit")
    if body.strip() != report.body:
        await _word(connection, report_id, len(report.wordings) + 1, body, actor, now)
    await store.update(connection, report_id, state=state, signed_at=None, signed_by="")
    return await queries.report(connection, report_id)


async def sign(connection: Connection, report_id: UUID, version: int, actor: Actor, now: datetime) -> Report:
    """Sign the wording as it stands."""
    report = await _held(connection, report_id, version)
    state = moved(report.state, "sign")
    await store.update(connection, report_id, state=state, signed_at=now, signed_by=actor.name)
    await _log(connection, report, f"签发{report.title}", f"signed: {report.number}", actor, now, "signed")
    return await queries.report(connection, report_id)


async def _log(
    connection: Connection, report: Report, zh: str, en: str, actor: Actor, now: datetime, state: str
) -> None:
    await incidents.log(
        connection, report.incident_id, "report", Text(zh, en), source="operator", actor=actor.name, now=now,
        detail={"report": str(report.id), "number": report.number, "state": state},
    )  # fmt: skip


async def void(
    connection: Connection, report_id: UUID, version: int, reason: str, actor: Actor, now: datetime
) -> Report:
    """Put a report aside that was not sent, with the reason."""
    report = await _held(connection, report_id, version)
    state = moved(report.state, "void")
    if not reason.strip():
        raise Invalid("voiding needs a reason", field="reason")
    await store.update(connection, report_id, state=state, void_reason=reason.strip())
    await _log(
        connection,
        report,
        f"{report.title}作废：{reason.strip()}",
        f"{report.number} void",
        actor,
        now,
        "void",
    )
    return await queries.report(connection, report_id)


async def send(
    connection: Connection,
    report_id: UUID,
    version: int,
    to: Sequence[Addressee],
    actor: Actor,
    now: datetime,
) -> Report:
    """Send a signed report to one or more bodies. What the centre itself delivers goes into its outbox."""
    report = await _held(connection, report_id, version)
    state = moved(report.state, "send")
    if not to:
        raise Invalid("say to whom", field="to")
    for one in to:
        await _deliver(connection, report, one, actor, now)
    await store.update(connection, report_id, state=state, sent_at=now)
    bodies = "、".join(one.body for one in to)
    await _log(
        connection,
        report,
        f"{report.title}报送{bodies}",
        f"{report.number} sent to {bodies}",
        actor,
        now,
        "sent",
    )
    return await queries.report(connection, report_id)


async def _deliver(
    connection: Connection, report: Report, to: Addressee, actor: Actor, now: datetime
) -> None:
    notice = None
    if to.channel in OUTBOX:
        said = Text(report.body, report.body)
        notice = await notices.post(
            connection,
            NewNotice(
                noun="report", subject=str(report.id), space=report.space, area_code=report.area_code,
                department=report.department, title=Text(report.title, report.number), body=said,
                steps=(Step(f"address:{to.address.strip()}", channels=(OUTBOX[to.channel],)),),
            ),
            now,
            by=actor.name,
        )  # fmt: skip
    row = {
        "id": new_id(), "report_id": report.id, "body": to.body.strip(), "channel": to.channel,
        "address": to.address.strip(), "state": "waiting" if notice else "sent", "notice_id": notice, "sent_at": now,
        "sent_by": actor.name,
    }  # fmt: skip
    await store.insert(connection, "report_delivery", row)


async def tell(
    connection: Connection,
    incident_id: UUID,
    kind: str,
    body: str,
    answered_by: str,
    words: str,
    actor: Actor,
    now: datetime,
) -> Report:
    """Record that somebody was told by telephone: to whom, who answered, in which words."""
    _kind(kind)
    if not answered_by.strip():
        raise Invalid("who answered the telephone?", field="answered_by")
    await incident_queries.one(connection, incident_id, lock=True)
    facts = await queries.facts(connection, incident_id, now)
    serial = await queries.next_serial(connection, incident_id)
    said = f"{title(facts, kind, serial)}（{MODES['phone'].zh}）"
    last = facts.timeline[-1].seq if facts.timeline else 0
    report_id = await _insert(
        connection, incident_id, actor, now, kind=kind, mode="phone", serial=serial, state="sent", words=said,
        told_until=last,
    )  # fmt: skip
    await _word(connection, report_id, 1, words.strip() or said, actor, now)
    to = Addressee(body, "phone")
    row = {
        "id": new_id(), "report_id": report_id, "body": to.body.strip(), "channel": "phone", "address": "",
        "state": "received", "sent_at": now, "sent_by": actor.name, "received_at": now,
        "received_by": answered_by.strip(),
    }  # fmt: skip
    await store.insert(connection, "report_delivery", row)
    report = await queries.report(connection, report_id)
    zh = f"电话{REPORT_KINDS[kind].zh}{to.body.strip()}，接听：{answered_by.strip()}"
    en = f"{REPORT_KINDS[kind].en} by telephone to {to.body.strip()}, answered by {answered_by.strip()}"
    await _log(connection, report, zh, en, actor, now, "told")
    return report


async def receipt(
    connection: Connection,
    delivery_id: UUID,
    name: str,
    note: str,
    actor: Actor,
    now: datetime,
    *,
    failed: bool = False,
) -> Report:
    """Note who received a delivery, or that it failed. A second receipt of the same delivery is refused."""
    report = await queries.of_delivery(connection, delivery_id)
    delivery = next(one for one in report.deliveries if one.id == delivery_id)
    if delivery.state == "received":
        raise Conflict("the receipt is there already")
    if not failed and not name.strip():
        raise Invalid("who received it?", field="name")
    if failed and not note.strip():
        raise Invalid("a failure needs a reason", field="note")
    state = "failed" if failed else "received"
    await store.receive(connection, delivery_id, state, None if failed else now, name.strip(), note.strip())
    if delivery.notice_id is not None and not failed:
        await notices.receipt(
            connection, delivery.notice_id, name=name.strip(), how="app", now=now, note=note.strip()
        )
    zh = f"{delivery.body}{'未收到' if failed else '已收到'}{report.number}（{name.strip() or note.strip()}）"
    en = f"{delivery.body} {'did not get' if failed else 'received'} {report.number}"
    await _log(connection, report, zh, en, actor, now, state)
    return await queries.report(connection, report.id)
