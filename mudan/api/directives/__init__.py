"""What must be done by whom, by when, and is it done? The supervised tasks (督办)."""

from mudan.api.directives import board, steps
from mudan.api.joining import joined

__all__ = ["router"]

router = joined(board.router, steps.router, tag="directives")
