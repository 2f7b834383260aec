"""Which observations does a message hold?"""

from mudan.core.observations.model import Reading
from mudan.platforms.urban_management.model.words import (
    COMPONENT,
    GRID_CELL,
    REPORTED,
    STATE,
    STATES,
    CaseReport,
    ComponentState,
    Heard,
)
from mudan.primitives.ids import urn


def readings(message: CaseReport | ComponentState | Heard) -> tuple[Reading, ...]:
    """The state of a component, or that a case was reported in a grid cell; a receipt holds none."""
    if isinstance(message, Heard):
        return ()
    if isinstance(message, ComponentState):
        number = float(STATES[message.state][0])
        return (Reading(urn(COMPONENT, message.component), STATE, number, "1", message.seen_at),)
    return (Reading(urn(GRID_CELL, message.grid_code), REPORTED, 1.0, "1", message.reported_at),)


def device_of(message: CaseReport | ComponentState | Heard) -> str:
    """The number on the wire of the thing that the message is about; none of a receipt."""
    if isinstance(message, Heard):
        return ""
    return message.component if isinstance(message, ComponentState) else message.grid_code
