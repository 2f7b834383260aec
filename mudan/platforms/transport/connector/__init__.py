"""How do terminals reach the centre, and how does the centre speak to them?"""

from mudan.platforms.transport.connector.terminals import Terminals
from mudan.platforms.transport.connector.wiring import PORT, Wiring

__all__ = ["PORT", "Terminals", "Wiring"]
