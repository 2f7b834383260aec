"""What is known of what is reviewed, and of its reviews?"""

from mudan.core.reviews.queries.kept import Listed, content, listed, versions
from mudan.core.reviews.queries.record import agreed, objectives, record, subject

__all__ = ["Listed", "agreed", "content", "listed", "objectives", "record", "subject", "versions"]
