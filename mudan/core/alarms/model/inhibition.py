"""Which alarm makes another one say nothing new? Source, target, and labels that must be equal.

    source active ──same labels──▶ target is suppressed by design: counted and in sight, but it does not call
    source ends   ─────────────────▶ a target that is still active calls

The alarm that names the cause is never suppressed: what fits the source side of an inhibition is not its
target. Neither is what endangers life, nor what is graver than its source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from uuid import UUID

from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Match:
    """Which alarms: every list that is not empty must hold one that fits. Rules with `*`."""

    rules: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    entity_types: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Inhibition:
    """One inhibition, as data. `equal`: `entity`, `area`, `platform`, or a property of the entities."""

    name: str
    title: Text
    source: Match
    target: Match
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an inhibition asks of an alarm."""

    id: UUID
    rule: str
    platform: str
    entity: int
    entity_type: str
    family: str
    level: int
    area_code: str
    life_safety: bool
    properties: Mapping[str, object] = field(default_factory=dict)

    def label(self, name: str) -> str | None:
        """The value of a label, None when the alarm has none."""
        if name == "entity":
            return str(self.entity)
        if name == "area":
            return self.area_code
        if name == "platform":
            return self.platform
        value = self.properties.get(name)
        return None if value is None else str(value)


def _fits(match: Match, alarm: Facts) -> bool:
    return (
        (not match.rules or any(fnmatchcase(alarm.rule, one) for one in match.rules))
        and (not match.platforms or alarm.platform in match.platforms)
        and (not match.entity_types or alarm.entity_type in match.entity_types)
        and (not match.families or alarm.family in match.families)
        and (not match.levels or alarm.level in match.levels)
    )


def sources(inhibitions: Sequence[Inhibition], alarm: Facts) -> list[Inhibition]:
    """The inhibitions whose source an alarm is."""
    return [one for one in inhibitions if _fits(one.source, alarm)]


def targets(inhibitions: Sequence[Inhibition], alarm: Facts) -> list[Inhibition]:
    """The inhibitions whose target an alarm may be: never what names the cause or endangers life."""
    if alarm.life_safety:
        return []
    return [one for one in inhibitions if _fits(one.target, alarm) and not _fits(one.source, alarm)]


def inhibits(inhibition: Inhibition, source: Facts, target: Facts) -> bool:
    """Whether one alarm silences another."""
    return (
        source.id != target.id
        and source.level <= max(target.level, 4 if _same_thing(source, target) else target.level)
        and bool(sources((inhibition,), source))
        and bool(targets((inhibition,), target))
        and all(
            (value := source.label(name)) is not None and value == target.label(name)
            for name in inhibition.equal
        )
    )


def _same_thing(source: Facts, target: Facts) -> bool:
    return source.entity == target.entity
