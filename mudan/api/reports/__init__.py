"""What was called in and reported, what is owed, and which forms can be printed?"""

from mudan.api.joining import joined
from mudan.api.reports import calls, forms, places, writing

__all__ = ["router"]

router = joined(calls.router, places.router, writing.router, forms.router, tag="reports")
