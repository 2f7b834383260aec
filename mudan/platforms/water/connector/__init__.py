"""How do stations reach the centre? Ports, confirmations, packets put together, commands."""

from mudan.platforms.water.connector.connector import WaterConnector
from mudan.platforms.water.connector.framer import WaterFramer
from mudan.platforms.water.connector.settings import PORT, SETTINGS

__all__ = ["PORT", "SETTINGS", "WaterConnector", "WaterFramer"]
