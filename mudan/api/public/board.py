"""What may everybody count of the cases of the last days? Reckoned once a minute, however many look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import HTTPConnection

from mudan.api.centre import Centre
from mudan.api.deps import deps_of
from mudan.api.public import front
from mudan.core.cases import queries
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.told import LEAST, plain, shown
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

DAYS: Final = 30
KEPT_S: Final = 60.0
COUNTY: Final = Text("全县", "the county")
Cells = tuple[tuple[Text, int | None], ...]


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case by class, town, stage and days; the town only where there are enough of the class."""

    class_title: Text
    town: Text
    stage: Text
    reported_on: str
    closed_on: str


@dataclass(frozen=True, slots=True)
class Board:
    """What everybody may count; None is a number too small to be shown."""

    days: int
    least: int
    by_class: Cells
    by_town: Cells
    by_stage: Cells
    medians: tuple[tuple[Text, float], ...]
    recent: tuple[RecentCase, ...]
    as_of: datetime


async def board_of(request: HTTPConnection) -> Board:
    """The board, at most a minute old."""
    deps = deps_of(request)
    kept: tuple[float, Board] | None = deps.nouns.get("public_board")
    now_s = deps.clock.monotonic_s()
    if kept is not None and now_s - kept[0] < KEPT_S:
        return kept[1]
    async with front.open_work(request) as unit:
        since = unit.now - timedelta(days=DAYS)
        counted = await queries.counted(unit.connection, since)
        medians = await queries.medians(unit.connection, since)
        latest = await queries.latest(unit.connection, since)
    found = reckoned(counted, medians, latest, unit.centre, unit.now)
    deps.nouns["public_board"] = (now_s, found)
    return found


def reckoned(
    counted: Sequence[queries.Counted],
    medians: Sequence[queries.Median],
    latest: Sequence[queries.Recent],
    centre: Centre,
    now: datetime,
) -> Board:
    """The board out of what was counted."""
    classes, towns, stages, places = (
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[tuple[str, str]](),
    )
    names: dict[str, Text] = {}
    for one in counted:
        name = f"{one.type} {one.class_code}"
        names[name] = _class(one.type, one.class_code)
        names[one.town] = centre.area_name(one.town) if len(one.town) == queries.TOWN_DIGITS else COUNTY
        words = plain(type_named(one.type), one.state)
        names[words.zh] = words
        classes[name] += one.count
        towns[one.town] += one.count
        stages[words.zh] += one.count
        places[(name, one.town)] += one.count

    def recent(one: queries.Recent) -> RecentCase:
        known = places[(f"{one.type} {one.class_code}", one.town)] >= LEAST
        return RecentCase(
            _class(one.type, one.class_code), names.get(one.town, COUNTY) if known else COUNTY,
            plain(type_named(one.type), one.state), _day(one.created_at), _day(one.closed_at),
        )  # fmt: skip

    return Board(
        DAYS, LEAST, _cells(classes, names), _cells(towns, names), _cells(stages, names),
        tuple((_class(m.type, m.class_code), round(m.hours / 24, 1)) for m in medians if m.closed >= LEAST),
        tuple(recent(one) for one in latest), now,
    )  # fmt: skip


def _cells(counts: Mapping[str, int], names: Mapping[str, Text]) -> Cells:
    found = shown(counts)
    order = sorted(found, key=lambda name: (-(found[name] or 0), name))
    return tuple((names[name], found[name]) for name in order)


def _class(type_name: str, code: str) -> Text:
    class_ = type_named(type_name).class_of(code)
    return class_.title if class_ is not None else Text(code, code)


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(CST):%Y-%m-%d}"
