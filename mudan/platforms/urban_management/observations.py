"""Which observations does a report hold?"""

from mudan.core.observations.model import Reading
from mudan.platforms.urban_management.model import ENTITY_TYPE, QUANTITY, Report
from mudan.primitives.ids import urn


def readings(report: Report) -> tuple[Reading, ...]:
    """The readings of one report."""
    return (Reading(urn(ENTITY_TYPE, report.device), QUANTITY, report.value, "1", report.observed_at),)
