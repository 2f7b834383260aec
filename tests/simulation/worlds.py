"""How do the tests make a world whose clock they own?"""

from datetime import UTC, datetime

from mudan.primitives.clock import ManualClock
from mudan.simulation.world import Scenario, World

START = datetime(2026, 7, 1, 12, tzinfo=UTC)


def made(seed: int = 1, scale: float = 1.0, scenario: Scenario = "calm") -> tuple[World, ManualClock]:
    """A world and the clock that moves it."""
    clock = ManualClock(START)
    return World(seed, clock, scale, scenario=scenario), clock
