"""Which households are there, masked; who lives in one that was opened for a purpose; and who opened which?"""

from mudan.api.households import board, openings, registers
from mudan.api.joining import joined

__all__ = ["router"]

router = joined(registers.router, openings.router, board.router, tag="households")
