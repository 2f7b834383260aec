"""What is the public warned of? Warnings from the draft to their end, and how far each got."""

from mudan.api.joining import joined
from mudan.api.warnings import editing, life, papers, receipts

__all__ = ["router"]

router = joined(
    editing.router, receipts.router, papers.router, life.router, tag="warnings"
)  # fixed paths before `/{warning_id}`
