"""What did a packet change, what does a message warn of, and what goes down to a device?"""

from datetime import datetime
from typing import NamedTuple

from mudan.core.observations.model import Quality
from mudan.platforms.emergency.model.messages import Part
from mudan.platforms.emergency.model.words import Command


class Change(NamedTuple):
    """What one object says of one part: values by quantity; `cleared`: all parts below start anew."""

    part: Part
    values: dict[str, float]
    at: datetime | None
    quality: Quality = Quality.GOOD
    cleared: bool = False


class Warned(NamedTuple):
    """One hazard of one message: its rank (1 blue to 4 red, 0 ended), and the divisions it names."""

    hazard: str
    rank: int
    codes: tuple[str, ...]
    quality: Quality


class Asked(NamedTuple):
    """A command as it goes down: the packet's command, the data type, the bytes, and what proves it."""

    command: Command
    type: int
    body: bytes
    answer: int | None = None  # the type that answers it; None: the confirmation itself
    minutes: int = 0  # a post check: how long the person has


# What stands for as long as it is not taken back, and is summed over the parts nobody registered.
FLAGS = (
    "fire_alarm",
    "device_fault",
    "shielded",
    "supervised",
    "started",
    "feedback",
    "power_fault",
    "standby_power_fault",
    "bus_fault",
    "channel_fault",
    "manual_mode",
)
PLAIN = frozenset(("fire_alarm", "device_fault"))  # told even when nothing is set and nothing changed
