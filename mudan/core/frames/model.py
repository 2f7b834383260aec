"""What is kept of a frame?"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a frame."""

    GOOD = "good"
    BAD = "bad"  # breaks its standard
    UNKNOWN_DEVICE = "unknown_device"  # well formed, from a device nobody registered
    REFUSED = "refused"  # well formed, against the session's rules (not authenticated, too fast)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it came over the wire, without transport escapes removed.

    `device` is the identifier on the wire where it could be read; `offset` is the byte of the fault.
    """

    raw: bytes
    received_us: int
    peer: str
    verdict: Verdict = Verdict.GOOD
    device: str = ""
    entity: int | None = None
    reason: str = ""
    offset: int = 0
    clause: str = ""
