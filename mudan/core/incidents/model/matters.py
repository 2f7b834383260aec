"""What stands in the way of closing an incident, and what goes with it when it is merged?"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from mudan.primitives.text import Text

# The views, one for each noun that may hold an incident open, made by the migration of that noun:
# incident_id, id, zh, en, mandatory.
MATTERS: Final = (
    "matter_task", "matter_handover", "matter_directive", "matter_warning", "matter_response", "matter_closure",
)  # fmt: skip

# The tables whose rows belong to an incident by `incident_id` and follow it into another, and back.
FOLLOWING: Final = ("task", "call_report", "directive", "call_run", "warning", "road_closure", "case_file")


@dataclass(frozen=True, slots=True)
class Matter:
    """Something still open. A mandatory one must end, or be waived, before the incident closes."""

    noun: str
    id: UUID
    text: Text
    mandatory: bool


def blocking(matters: list[Matter]) -> list[Matter]:
    """What forbids closing."""
    return [matter for matter in matters if matter.mandatory]
