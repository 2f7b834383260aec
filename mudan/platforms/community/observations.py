"""Which observations does a repair order hold?"""

from mudan.core.observations.model import Reading
from mudan.platforms.community.model import FIRM, OPEN_ORDERS, ORDER_AGE_S, RepairOrder
from mudan.primitives.ids import urn


def readings(order: RepairOrder) -> tuple[Reading, ...]:
    """How many orders the firm has open after this one, and how old this one is."""
    firm, at = urn(FIRM, order.firm), order.observed_at
    age_s = (at - order.reported_at).total_seconds()
    return (
        Reading(firm, OPEN_ORDERS, float(order.open_orders), "1", at),
        Reading(firm, ORDER_AGE_S, age_s, "s", at),
    )
