"""How does a folder of declarations become a platform? Everything beside its feeds is the same for all of them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from mudan.connect.feeds import Feed
from mudan.connect.mapping import Source, mapped
from mudan.connect.platform import Connector, Decoded, EntityType, Intake, Platform, RecordIntake
from mudan.connect.records.connector import RecordConnector
from mudan.connect.sources import PROPERTIES, QUANTITIES, SOURCE, kpis_of, rules_of, settings_of
from mudan.connect.tables import rows
from mudan.core.cases.model.causes import Cause
from mudan.core.cases.model.types import CaseType
from mudan.core.records.model.deliveries import Target
from mudan.core.records.model.words import BadRow
from mudan.primitives.errors import DecodeError, Invalid, MudanError
from mudan.primitives.text import Text

_NOBODY: Final = UUID(int=0)
_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NO_AREA: Final = "00"
Decode = Callable[[bytes], Iterable[Decoded]]


def record_keeping(
    name: str,
    title: Text,
    summary: Text,
    protocol: str,
    feeds: tuple[Feed, ...],
    *,
    cases: tuple[CaseType, ...] = (),
    targets: tuple[Target, ...] = (),
    causes: tuple[Cause, ...] = (),
    decode: Decode | None = None,
) -> Platform:
    """A platform that keeps records. `decode` tells one message to integrators; else its first fitting feed does."""

    def connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
        if not isinstance(intake, RecordIntake):
            raise MudanError("the centre of this platform keeps no records")
        return RecordConnector(intake, settings, name, feeds, targets)

    return Platform(
        name=name,
        title=title,
        summary=summary,
        protocol=protocol,
        binary=False,
        entity_types=(EntityType(SOURCE, Text("数据源", "source of records"), PROPERTIES),),
        quantities=QUANTITIES,
        rules=rules_of(name),
        kpis=kpis_of(name),
        decode=decode or _decoder(feeds),
        connector=connector,
        cases=cases,
        feeds=feeds,
        targets=targets,
        causes=causes,
        settings=settings_of(feeds, targets),
    )


def _decoder(feeds: tuple[Feed, ...]) -> Decode:
    def decode(raw: bytes) -> tuple[Decoded, ...]:
        """Each row of a message by the first feed that understands it."""
        try:
            return tuple(Decoded(_told(feeds, row)) for row in rows(raw))
        except Invalid as error:
            raise DecodeError(error.reason) from error

    return decode


def _told(feeds: tuple[Feed, ...], row: Any) -> dict[str, Any]:
    found = [mapped(feed, row, Source(_NO_AREA, _NOBODY, _NO_TIME)) for feed in feeds]
    best = min(found, key=lambda one: len(one.faults) if isinstance(one, BadRow) else 0)
    if isinstance(best, BadRow):
        first = best.faults[0]
        raise DecodeError(f"row {best.row}, field {first.field or '—'}: {first.reason.en}")
    opens = None if best.opens is None else json.loads(json.dumps(asdict(best.opens), default=str))
    return {"feed": best.feed, "id": best.source_id, "content": dict(best.content), "opens": opens}
