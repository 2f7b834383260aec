"""How is a case of ours reported to the other side so that it comes there once, and what do they say of it since?

A report goes out only after `sending` is durable. Where the answer may have been lost, their list is searched for our
mark first; what is not there is sent again to a service that numbers at once, and left to a human with one that lists
later.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from mudan.connect.platform import Batch, Intake, ReferralIntake
from mudan.core.cases.model.georeport import Document, Posted, Refusal, Request, Service, Ticket, pairs_of
from mudan.core.referrals.model import MOST_ATTEMPTS, Referral, ReferralOutcome, Seen
from mudan.platforms.citizen.codec import document
from mudan.platforms.citizen.connector.exchange import Answer, NotReached, Pairs, asked, told
from mudan.platforms.citizen.connector.pulling import said
from mudan.platforms.citizen.connector.settings import Settings
from mudan.primitives.errors import DecodeError, Unavailable

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
MOST_AT_ONCE: Final = 20
MOST_ASKED: Final = 50  # numbers in one question
PAGE: Final = 200
MOST_PAGES: Final = 25
BEFORE: Final = timedelta(days=1)  # their clock may be wrong, and their zone
SERVICES_KEPT_S: Final = 3600.0
_NOT_TAKEN: Final = frozenset((429, 503))
_UNSURE: Final = frozenset((408, 425))


@dataclass(slots=True)
class _Offers:
    """Their services as they were last asked for."""

    at_s: float = float("-inf")
    types: dict[str, str] = field(default_factory=dict)


class Referrer:
    """Reports our cases there and asks what became of them."""

    def __init__(self, intake: Intake, settings: Settings) -> None:
        self._intake, self._settings = intake, settings
        self._offers = _Offers()
        names = ("referred", "referred_later", "referrals_refused", "referrals_looked_at")
        self.counters: dict[str, int] = dict.fromkeys(names, 0)

    async def watch(self) -> None:
        """Look for what is to be done until cancelled."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("no case could be sent on: %s", error.reason)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Do what is due now. Raises Unavailable when the database is away."""
        if not isinstance(self._intake, ReferralIntake):
            return
        due = await self._intake.to_refer(MOST_AT_ONCE)
        known = [one for one in due if one.state in ("accepted", "closed")]
        for first in range(0, len(known), MOST_ASKED):
            await self._commit(await self._stand(known[first : first + MOST_ASKED]))
        for one in due:
            if one not in known:
                await self._commit([await self._carried(one)])

    async def _commit(self, outcomes: list[ReferralOutcome]) -> None:
        if outcomes:
            await self._intake.commit(Batch(referrals=outcomes))

    async def _carried(self, one: Referral) -> ReferralOutcome:
        """One step with one that has no number yet. A state of doubt stays as it is while they cannot be asked."""
        doubtful = one.attempted_at is not None
        still = "unsure" if one.state == "sending" else one.state
        try:
            if one.state == "sent" and one.token:
                return await self._number(one)
            if doubtful and (found := await self._found(one)) is not None:
                return found
            if one.state in ("sent", "held"):
                return ReferralOutcome(one.id, one.state)
            kind = await self._kind(one.report.service_code)
        except (Unavailable, DecodeError) as error:
            self.counters["referred_later"] += 1
            return ReferralOutcome(one.id, still, error.reason)
        if kind == "":
            self.counters["referrals_refused"] += 1
            return ReferralOutcome(one.id, "refused", f"they offer no service {one.report.service_code}")
        if one.state != "waiting" and (kind != "realtime" or one.attempts >= MOST_ATTEMPTS):
            return ReferralOutcome(one.id, "held", "it is not in their list")
        return await self._report(one)

    async def _report(self, one: Referral) -> ReferralOutcome:
        await self._commit([ReferralOutcome(one.id, "sending")])
        told_of = one.report
        form = Posted(
            service_code=told_of.service_code, jurisdiction_id=self._settings.jurisdiction, api_key=self._settings.key,
            lat=told_of.lat, lon=told_of.lon, address_string=told_of.address, description=told_of.description,
            media_url=told_of.media_url,
        )  # fmt: skip
        try:
            answer = await asyncio.to_thread(told, self._address("requests"), pairs_of(form))
        except NotReached as error:
            self.counters["referred_later"] += 1
            return ReferralOutcome(one.id, "waiting", error.reason)
        except Unavailable as error:
            self.counters["referred_later"] += 1
            return ReferralOutcome(one.id, "unsure", error.reason)
        return self._understood(one, answer)

    def _understood(self, one: Referral, answer: Answer) -> ReferralOutcome:
        reason = f"HTTP {answer.status}: {said(answer.data)}"[:500]
        if answer.status in _NOT_TAKEN:
            self.counters["referred_later"] += 1
            return ReferralOutcome(one.id, "waiting", reason)
        if 300 <= answer.status < 500 and answer.status not in _UNSURE:
            self.counters["referrals_refused"] += 1
            return ReferralOutcome(one.id, "refused", reason)
        try:
            found = document(answer.data) if answer.status < 300 else None
        except DecodeError as error:
            return ReferralOutcome(one.id, "unsure", f"their answer cannot be read: {error.reason}")
        if found is None or found.kind not in ("tickets", "requests", "empty", "errors"):
            return ReferralOutcome(one.id, "unsure", reason)
        if any(isinstance(each, Refusal) for each in found.items):
            self.counters["referrals_refused"] += 1
            return ReferralOutcome(one.id, "refused", said(answer.data)[:500])
        self.counters["referred"] += 1
        return _receipt(one, found)

    async def _number(self, one: Referral) -> ReferralOutcome:
        """What their token has become."""
        found = await self._asked(f"tokens/{quote(one.token, safe='')}", ())
        number = next((each.id for each in found.items if isinstance(each, Ticket | Request) and each.id), "")
        if not number:
            return ReferralOutcome(one.id, "sent", "no number yet")
        return ReferralOutcome(one.id, "accepted", number=number, evidence={"token": one.token})

    async def _found(self, one: Referral) -> ReferralOutcome | None:
        """Their request that bears our mark; None when their whole list has none."""
        assert one.attempted_at is not None  # asked before
        since = (one.attempted_at - BEFORE).isoformat(timespec="seconds").replace("+00:00", "Z")
        known: set[str] = set()
        for page in range(1, MOST_PAGES + 1):
            query = [
                ("service_code", one.report.service_code), ("start_date", since), ("page", str(page)),
                ("page_size", str(PAGE)),
            ]  # fmt: skip
            found = await self._asked("requests", query)
            requests = [each for each in found.items if isinstance(each, Request) and each.id]
            for each in requests:
                if one.mark in each.description:
                    return _stands(one, each)
            fresh = {each.id for each in requests} - known
            known |= fresh
            if len(found.items) + len(found.bad) < PAGE or not fresh:
                return None
        raise Unavailable(f"their list has more than {MOST_PAGES} pages")

    async def _stand(self, known: Sequence[Referral]) -> list[ReferralOutcome]:
        """How those with a number stand, by one question."""
        try:
            found = await self._asked(
                "requests", [("service_request_id", ",".join(one.number for one in known))]
            )
        except (Unavailable, DecodeError) as error:
            return [ReferralOutcome(one.id, one.state, error.reason) for one in known]
        self.counters["referrals_looked_at"] += len(known)
        theirs = {each.id: each for each in found.items if isinstance(each, Request)}
        return [
            _stands(one, theirs[one.number])
            if one.number in theirs
            else ReferralOutcome(one.id, one.state, "it is not in their list")
            for one in known
        ]

    async def _kind(self, service_code: str) -> str:
        """How that service of theirs answers: realtime, batch or blackbox; empty where there is none."""
        now_s = self._intake.clock.monotonic_s()
        if service_code not in self._offers.types or now_s - self._offers.at_s > SERVICES_KEPT_S:
            found = await self._asked("services", ())
            types = {each.code: each.type for each in found.items if isinstance(each, Service)}
            self._offers = _Offers(now_s, types)
        return self._offers.types.get(service_code, "")

    async def _asked(self, what: str, query: Pairs) -> Document:
        settings = self._settings
        more = [("jurisdiction_id", settings.jurisdiction)] if settings.jurisdiction else []
        answer = await asyncio.to_thread(asked, self._address(what), [*query, *more])
        if answer.status != 200:
            raise Unavailable(f"HTTP {answer.status}: {said(answer.data)}"[:300])
        found = document(answer.data)
        if found.kind == "errors":
            raise Unavailable(said(answer.data)[:300])
        return found

    def _address(self, what: str) -> str:
        return f"{self._settings.url.rstrip('/')}/{what}.{self._settings.format}"


def _receipt(one: Referral, found: Document) -> ReferralOutcome:
    """What their answer to a report comes to: their number, a token for it, or only that they have it."""
    for each in found.items:
        if isinstance(each, Ticket | Request):
            evidence = {"service_notice": each.service_notice[:500]} if each.service_notice else {}
            if each.id:
                return ReferralOutcome(one.id, "accepted", number=each.id, evidence=evidence)
            return ReferralOutcome(one.id, "sent", token=each.token, evidence=evidence)
    return ReferralOutcome(one.id, "sent")


def _stands(one: Referral, theirs: Request) -> ReferralOutcome:
    seen = Seen(theirs.status_notes, theirs.agency_responsible, theirs.updated_at, theirs.expected_at)
    evidence = {"status": theirs.status, "service_request_id": theirs.id}
    return ReferralOutcome(
        one.id, "closed" if theirs.is_closed else "accepted", number=theirs.id, seen=seen, evidence=evidence
    )
