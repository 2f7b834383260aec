"""How do requests of other systems come in, and how are those systems told? A poll, a line port, updates."""

from mudan.platforms.citizen.connector.connector import CitizenConnector
from mudan.platforms.citizen.connector.desk import Wiring
from mudan.platforms.citizen.connector.settings import PORT, SETTINGS, Settings

__all__ = ["PORT", "SETTINGS", "CitizenConnector", "Settings", "Wiring"]
