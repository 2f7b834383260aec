"""What does lint know of this centre? Platforms, people, fleet and the roads between them."""

import asyncio
from collections.abc import Callable, Sequence

from mudan.api.centre import Work
from mudan.core.incidents.model import KINDS
from mudan.core.plans import queries
from mudan.core.plans.model.finding import Facts, Finding, Fleet
from mudan.core.plans.model.lint import lint_text
from mudan.core.plans.model.reading import Read
from mudan.core.roads.queries import Router
from mudan.primitives.clock import CST
from mudan.primitives.geo import Point

Travel = Callable[[str, str, int, Point], float | None]


async def linted(unit: Work, text: str) -> tuple[Read, list[Finding]]:
    """What lint says of a text in this county; the reckoning runs beside the event loop."""
    facts = await facts_of(unit)
    return await asyncio.to_thread(lint_text, text, facts)


async def facts_of(unit: Work) -> Facts:
    """Everything lint may hold against a plan."""
    cards = unit.centre.platforms.values()
    router: Router | None = unit.deps.nouns.get("roads")
    found = await queries.facts(
        unit.connection,
        unit.now.astimezone(CST).date(),
        space=unit.space,
        quantities={quantity.name: quantity.unit for card in cards for quantity in card.quantities},
        rules=[rule.name for card in cards for rule in card.rules],
        incident_kinds=KINDS,
        travel_s=None,
    )
    if router is None or not router.ready:
        return found
    return found.with_travel(by_road(router, found.fleet or (), unit.space))


def by_road(router: Router, fleet: Sequence[Fleet], space: int) -> Travel:
    """Seconds by road from the units' homes, under the closures of now."""

    def travel_s(capability: str, kind: str, count: int, place: Point) -> float | None:
        homes = [unit.home for unit in fleet if capability in unit.capabilities and kind in ("", unit.kind)]
        if len(homes) < count:
            return None
        seconds = sorted(float(one) for one in router.to_target(homes, place, "truck", space=space).seconds)
        return seconds[count - 1]

    return travel_s
