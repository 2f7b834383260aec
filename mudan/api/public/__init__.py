"""What may everybody see and do without signing in and without scripts: warnings, reports, the board?"""

from mudan.api.joining import joined
from mudan.api.public import mail, pages, reports, warnings
from mudan.api.public import map as public_map
from mudan.api.public.pages import sorry

__all__ = ["PAGES", "router", "sorry"]

PAGES = ("/public/report", "/public/cases", "/public/board", "/public/mail")  # where errors are pages too
router = joined(warnings.router, pages.router, reports.router, mail.router, public_map.router)
