"""Which golden frames does a platform keep, and what must each say?"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PLATFORMS: Final = Path(__file__).parents[1] / "mudan" / "platforms"


@dataclass(frozen=True, slots=True)
class Case:
    """One golden frame: `raw` as a decoder gets it, `wire` as it travels, `expected` as its JSON says.

    Text frames travel with their line end and are decoded without it.
    """

    platform: str
    name: str
    raw: bytes
    wire: bytes
    expected: Any

    def __str__(self) -> str:
        return f"{self.platform}-{self.name}"

    @property
    def decodes(self) -> bool:
        """Whether the frame keeps its standard."""
        return not (isinstance(self.expected, dict) and "error" in self.expected)

    @property
    def readings(self) -> bool:
        """Whether the frame holds observations."""
        messages = self.expected if isinstance(self.expected, list) else [self.expected]
        return any(message.get("observations") for message in messages)


def cases(platform: str) -> list[Case]:
    """The golden frames of a platform by name. Raises ValueError where hex or JSON is malformed."""
    folder = PLATFORMS / platform / "frames"
    found = sorted((*folder.glob("*.hex"), *folder.glob("*.txt")))
    return [_case(platform, frame) for frame in found]


def _case(platform: str, frame: Path) -> Case:
    content = frame.read_bytes()
    if frame.suffix == ".hex":
        lines = content.decode("ascii").splitlines()
        wire = raw = bytes.fromhex("".join(line for line in lines if not line.startswith("#")))
    else:
        wire, raw = content, content.rstrip(b"\r\n")
    answer = frame.with_suffix(".json")
    expected = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None
    return Case(platform, frame.stem, raw, wire, expected)
