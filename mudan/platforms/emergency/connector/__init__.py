"""How do fire alarm devices and warnings reach the centre? Ports, feeds, a folder; confirmations, commands."""

from mudan.platforms.emergency.connector.connector import EmergencyConnector
from mudan.platforms.emergency.connector.framer import EmergencyFramer
from mudan.platforms.emergency.connector.settings import PORT, SETTINGS
from mudan.platforms.emergency.connector.wiring import Wiring

__all__ = ["PORT", "SETTINGS", "EmergencyConnector", "EmergencyFramer", "Wiring"]
