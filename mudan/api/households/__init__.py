"""Which households are there, masked; who lives in one that was opened for a purpose; and who opened which?"""

from mudan.api.households.board import router

__all__ = ["router"]
