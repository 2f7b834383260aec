"""How well do cases go, which cases stand behind each figure, and who corrected what?"""

from mudan.api.cases.metrics import corrections, course, evaluations, facts, figures, papers, sheets
from mudan.api.joining import joined

__all__ = ["router"]

router = joined(
    papers.router,
    sheets.router,
    figures.router,
    course.router,
    facts.router,
    corrections.router,
    evaluations.router,
)
