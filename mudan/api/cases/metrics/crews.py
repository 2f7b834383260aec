"""What do posts and collectors come to beside what any group does: steps, cells reached, reports missed? As groups.

counts of the tallies ─┐
steps of the posts     ├─▶ Reckoned ─▶ asking.figures: shown by themselves only from the least number of people on
cells, visits, reports ┘
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mudan.api.cases.metrics.wire import BehindOut, behind_out
from mudan.api.centre import Work
from mudan.core.cases import queries
from mudan.core.cases.model.metrics.counts import COUNTS, OF_COLLECTORS
from mudan.core.cases.model.metrics.figures import Counted
from mudan.core.cases.model.metrics.groups import Crew
from mudan.core.cases.model.types import CaseType, Metric
from mudan.core.cases.queries import Asked
from mudan.core.entities import queries as entities
from mudan.core.visits import queries as visits
from mudan.primitives.text import Text

OF_PEOPLE: Final = frozenset({"post", "collectors"})
_TYPE: Final = "cell"  # what a cell has in place of a case type
Counts = dict[str, dict[tuple[str, str], float]]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Counts by group; those of cases taken out, by metric (empty: all) and group."""

    counted: Counts = field(default_factory=dict)
    out: dict[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells in force within an area, what each is called, and when a collector was there last in the window."""

    names: Mapping[str, Text]
    reached: Mapping[str, datetime]


async def reckoned(
    unit: Work, types: Sequence[CaseType], metrics: Sequence[Metric], asked: Asked
) -> Reckoned:
    """What only posts, or only collectors, are asked for; of any other grouping nothing."""
    if asked.group not in OF_PEOPLE:
        return Reckoned()
    held = (await queries.metrics_with_exclusions(unit.connection, unit.space)) & {
        "",
        *(one.name for one in metrics),
    }
    if asked.group == "post":
        out = {name: await queries.steps(unit.connection, asked, name) for name in sorted(held)}
        return Reckoned(await queries.steps(unit.connection, asked), out)
    cells = await cells_of(unit, types, asked)
    codes = list(cells.names)
    counted = await queries.collecting(unit.connection, asked, codes)
    for code in codes:
        of = counted.setdefault(code[: asked.depth], {})
        of["cell", "all"] = of.get(("cell", "all"), 0.0) + 1
        of["cell", "done"] = of.get(("cell", "done"), 0.0) + (code in cells.reached)
    out = {name: await queries.collecting(unit.connection, asked, codes, name) for name in sorted(held)}
    return Reckoned(counted, out)


async def crews_of(unit: Work, types: Sequence[CaseType], asked: Asked) -> list[Crew]:
    """The people of every group; an area whose cells nobody has been to is a group of nobody."""
    if asked.group == "post":
        return await queries.post_crews(unit.connection, asked)
    found = await queries.collector_crews(unit.connection, asked)
    known = {one.key for one in found}
    bare = {code[: asked.depth] for code in (await cells_of(unit, types, asked)).names} - known
    return [*found, *(Crew(key, frozenset()) for key in sorted(bare))]


async def cells_of(unit: Work, types: Sequence[CaseType], asked: Asked) -> Cells:
    """The cells that collectors of these types answer for, and which of them they have reached in the window."""
    kinds = sorted({one.cell for one in types if one.cell})
    if not kinds:
        return Cells({}, {})
    named = await entities.in_force(unit.connection, unit.space, kinds)
    names = {code: name for code, name in named.items() if code.startswith(asked.area or "")}
    seen = await queries.areas_reached(unit.connection, asked)
    visited = await visits.areas_visited(unit.connection, unit.space, asked.since, asked.until)
    reached = {
        code: max(at for at in (seen.get(code), visited.get(code)) if at is not None)
        for code in names
        if code in seen or code in visited
    }
    return Cells(names, reached)


async def behind(
    unit: Work,
    types: Sequence[CaseType],
    asked: Asked,
    metric: Metric,
    keys: Sequence[str] | None,
    page: tuple[int, int],
) -> tuple[list[BehindOut], int]:
    """The cases behind a metric of groups (None: of all), or the cells; `page`: at most how many, after how many."""
    kind, connection = COUNTS[metric.denominator].kind, unit.connection
    if kind == "cell":
        return _cells_behind(await cells_of(unit, types, asked), asked, keys, page)
    if kind == "step":
        found, total = await queries.steps_behind(connection, asked, metric, keys, *page)
    elif kind in OF_COLLECTORS:
        codes = list((await cells_of(unit, types, asked)).names) if kind == "missed" else []
        found, total = await queries.collecting_behind(connection, asked, metric, keys, codes, page)
    else:
        found, total = await queries.behind(connection, asked, metric, keys, *page)
    return [behind_out(one) for one in found], total


def _cells_behind(
    cells: Cells, asked: Asked, keys: Sequence[str] | None, page: tuple[int, int]
) -> tuple[list[BehindOut], int]:
    codes = [code for code in cells.names if keys is None or code[: asked.depth] in keys]
    listed = [
        BehindOut(
            case_id=None, number=code, title=cells.names[code].zh, state=None, type=_TYPE, class_code="",
            area_code=code, department=None, at=cells.reached.get(code, asked.since), due_at=None,
            done_at=cells.reached.get(code), counted=code in cells.reached, weight=None, hours=None, excluded=None,
        )
        for code in codes[page[1] : page[1] + page[0]]
    ]  # fmt: skip
    return listed, len(codes)


def merged(counted: Mapping[str, Counted], more: Mapping[str, Counted]) -> Counts:
    """Both, group by group."""
    found = {key: dict(of) for key, of in counted.items()}
    for key, of in more.items():
        found.setdefault(key, {}).update(of)
    return found
