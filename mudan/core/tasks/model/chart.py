"""How far is a unit with its order? One chart per unit and incident, laid over everything that was reported.

planned ─offer─▶ offered ─accept─▶ accepted ─depart─▶ en_route ─stage─▶ staging ─arrive─▶ on_scene
                   │ ├─decline─▶ declined                                                  │ work
                   │ └─expire──▶ expired            at_destination ◀─deliver─ transporting ◀┴─ working
    (any open state) ──cancel─▶ cancelled            (after accepting) ──complete─▶ completed
    (after accepting) ──hand_over─▶ handed_over      (after accepting) ──fail─▶ failed

A crew under stress forgets buttons, so a step forward may leave steps out; no step goes back. What was
reported is a set: the state is what the reports give in the order in which they happened (`laid`), so that
late arrival, repetition and a second phone change nothing of where a task ends. A report that has no place
in that order is kept and does not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text

SKEW: Final = timedelta(minutes=5)  # a device's clock is believed within this bound
OLDEST: Final = timedelta(days=2)  # and its reports are, so long after they happened

FORWARD: Final = (
    "offered", "accepted", "en_route", "staging", "on_scene", "working", "transporting", "at_destination",
)  # fmt: skip
_STEPS: Final = {
    "accept": "accepted",
    "depart": "en_route",
    "stage": "staging",
    "arrive": "on_scene",
    "work": "working",
    "transport": "transporting",
    "deliver": "at_destination",
}
_ENDINGS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "complete": ("completed", FORWARD[1:]),
    "hand_over": ("handed_over", FORWARD[1:]),
    "fail": ("failed", FORWARD[1:]),
    "decline": ("declined", ("planned", "offered", "accepted")),
    "cancel": ("cancelled", ("planned", *FORWARD)),
    "expire": ("expired", ("offered",)),
}


def _chart() -> dict[tuple[str, str], str]:
    ways = {("planned", "offer"): "offered"}
    for event, after in _STEPS.items():
        ways |= {(before, event): after for before in FORWARD[: FORWARD.index(after)]}
    for event, (after, befores) in _ENDINGS.items():
        ways |= {(before, event): after for before in befores}
    return ways


CHART: Final[dict[tuple[str, str], str]] = _chart()
ENDED: Final = frozenset(after for after, _ in _ENDINGS.values())
EVENTS: Final = ("offer", *_STEPS, *_ENDINGS)
NEED_REASON: Final = frozenset({"decline", "cancel", "fail", "hand_over"})
CREW_EVENTS: Final = frozenset({*_STEPS, "decline", "complete", "hand_over", "fail"})
NEVER_BY_HAND: Final = frozenset({"expire"})

# What a screen offers in a state, the likely one first; the chart allows more.
_USUAL: Final[dict[str, tuple[str, ...]]] = {
    "planned": ("offer", "decline", "cancel"),
    "offered": ("accept", "decline", "cancel"),
    "accepted": ("depart", "arrive", "decline", "cancel", "fail", "hand_over"),
    "en_route": ("arrive", "stage", "cancel", "fail", "hand_over"),
    "staging": ("arrive", "cancel", "fail", "hand_over"),
    "on_scene": ("work", "complete", "transport", "cancel", "fail", "hand_over"),
    "working": ("complete", "transport", "cancel", "fail", "hand_over"),
    "transporting": ("deliver", "complete", "cancel", "fail", "hand_over"),
    "at_destination": ("complete", "cancel", "fail", "hand_over"),
}

STATE_WORDS: Final = {
    "planned": Text("预派", "reserved"),
    "offered": Text("已派单", "order sent"),
    "accepted": Text("已接受", "accepted"),
    "declined": Text("已拒绝", "declined"),
    "expired": Text("派单超时", "offer expired"),
    "en_route": Text("已出发", "en route"),
    "staging": Text("集结待命", "staging"),
    "on_scene": Text("已到场", "on scene"),
    "working": Text("处置中", "working"),
    "transporting": Text("转运中", "transporting"),
    "at_destination": Text("已送达", "at destination"),
    "completed": Text("已完成", "completed"),
    "cancelled": Text("已取消", "cancelled"),
    "handed_over": Text("已移交", "handed over"),
    "failed": Text("未能完成", "failed"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it counts.

    `at`: when it happened as far as the device is believed. `came`: which one it was of those that reached the
    centre; no two of a task are the same.
    """

    event: str
    at: datetime
    client_id: UUID
    came: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a task stands after all its reports, when it came there, and which reports did not count."""

    state: str
    stamps: dict[str, datetime]
    ended_at: datetime | None
    reason: str
    left_out: frozenset[UUID]


def laid(start: str, reports: Iterable[Report]) -> Laid:
    """The reports in the order in which they happened, laid over the chart; the same for any order given."""
    state, stamps, reason, left_out = start, {}, "", set()
    once = {report.client_id: report for report in reports}
    for report in sorted(once.values(), key=_order):
        after = CHART.get((state, report.event))
        if after is None:
            left_out.add(report.client_id)
            continue
        state, stamps[after] = after, report.at
        reason = report.reason if after in ENDED else reason
    ended_at = stamps[state] if state in ENDED else None
    return Laid(state, stamps, ended_at, reason if ended_at else "", frozenset(left_out))


def _order(report: Report) -> tuple[datetime, int, int]:
    """Of two things at one moment the one earlier on the way was first; of two equal ones, which came first."""
    return report.at, EVENTS.index(report.event), report.came


def next_events(state: str) -> list[str]:
    """What usually happens next to a task in a state, the likely first."""
    return list(_USUAL.get(state, ()))


def moved(state: str, event: str) -> str:
    """The state after an event; raises Conflict where the chart has no such way."""
    after = CHART.get((state, event))
    if after is None:
        raise Conflict(f"a task that is {state} cannot {event}")
    return after


def believed(device_at: datetime, now: datetime, sent_at: datetime | None = None) -> datetime:
    """When something happened in the field.

    `sent_at` is the device's own clock as it sends. A clock that is wrong by more than SKEW still measures
    how long ago a thing was, so then that age is taken. What cannot be true is taken for now.
    """
    if sent_at is not None and abs(now - sent_at) > SKEW and device_at <= sent_at:
        device_at = now - (sent_at - device_at)
    return device_at if now - OLDEST < device_at <= now + SKEW else now
