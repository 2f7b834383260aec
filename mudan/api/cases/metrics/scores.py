"""What do the composites of a group come to on the wire: parts, raw, corrected, by hand, in all?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mudan.api.cases.metrics.wire import ScoreOut, ScorePartOut
from mudan.core.cases.model.metrics.figures import VITAL_SIGN, Figure, score
from mudan.core.cases.model.metrics.online import ONLINE, AreaFacts, OnlineScore, online_score
from mudan.core.cases.model.types import Metric
from mudan.core.cases.queries import Correction

_SCORED: Final = ("area", "department", "class", "type")


@dataclass(frozen=True, slots=True)
class Given:
    """What a group has beside its figures: points that a person gave, and what the county says of the area."""

    points: Sequence[Correction] = field(default_factory=tuple)
    facts: AreaFacts | None = None

    def manual(self, composite: str) -> float:
        """The points given in a composite, together."""
        return sum(one.points or 0 for one in self.points if one.metric == composite)


def composites(
    group: str, raw: Mapping[str, Figure], left: Mapping[str, Figure], given: Given, metrics: Sequence[Metric]
) -> tuple[ScoreOut | None, ScoreOut | None]:
    """The vital sign of a group, and of an area what it gets for what is said online."""
    if group not in _SCORED:
        return None, None
    return _vital_sign(raw, left, given.manual(""), metrics), _online(group, raw, left, given)


def _vital_sign(
    raw: Mapping[str, Figure], left: Mapping[str, Figure], manual: float, metrics: Sequence[Metric]
) -> ScoreOut | None:
    titles = {one.name: one.title for one in metrics}
    if any(part.metric not in titles for part in VITAL_SIGN.parts):
        return None
    first, then = score(VITAL_SIGN, raw), score(VITAL_SIGN, left)
    parts = [
        ScorePartOut(
            metric=one.part.metric, title=titles[one.part.metric], weight=one.part.weight, inverted=one.part.inverted,
            value=one.value, points=one.points,
        )
        for one in first.parts
    ]  # fmt: skip
    return ScoreOut(
        title=VITAL_SIGN.title, source=VITAL_SIGN.source, version=VITAL_SIGN.version, points=first.points, of=first.of,
        corrected=None if then == first else then.points, manual=manual, total=_total(then.points, manual),
        parts=parts,
    )  # fmt: skip


def _online(
    group: str, raw: Mapping[str, Figure], left: Mapping[str, Figure], given: Given
) -> ScoreOut | None:
    if group != "area" or "outside" not in raw:
        return None
    first, then = online_score(ONLINE, given.facts, raw), online_score(ONLINE, given.facts, left)
    manual = given.manual("online")
    return ScoreOut(
        title=ONLINE.title, source=ONLINE.source, version=ONLINE.version, points=first.points, of=first.of,
        corrected=None if then == first else then.points, manual=manual, total=_total(then.points, manual),
        parts=_parts(first),
    )  # fmt: skip


def _parts(found: OnlineScore) -> list[ScorePartOut]:
    return [
        ScorePartOut(
            metric=one.metric,
            title=one.title,
            weight=one.most,
            inverted=False,
            value=one.value,
            points=one.points,
        )
        for one in found.parts
    ]


def _total(points: float | None, manual: float) -> float | None:
    return None if points is None else points + manual
