"""In which form is a paper handed out? JSON for screens, a page for the printer, PDF for the file."""

from typing import Final, Literal

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from mudan.api.errors import language_of
from mudan.api.papers.html import html
from mudan.api.papers.pdf import pdf
from mudan.api.papers.wire import PaperOut, paper_of, paper_out
from mudan.primitives.paper import Paper
from mudan.primitives.text import Text

__all__ = ["Form", "PaperOut", "answer", "html", "marks", "paper_of", "paper_out", "pdf"]

Form = Literal["json", "html", "pdf"]
_NO_SCRIPT: Final = "default-src 'none'; style-src 'unsafe-inline'"


def marks(space: int, *, demo: bool) -> tuple[Text, ...]:
    """What must stand large on every page: that it is an exercise, that the data are made up."""
    found = []
    if space != 0:
        found.append(Text("演练", "EXERCISE"))
    if demo:
        found.append(Text("演示数据", "Demo data"))
    return tuple(found)


def answer(paper: Paper, form: Form, request: Request, language: str | None = None) -> Response:
    """The paper as asked for; in the reader's language unless one is given."""
    language = language or language_of(request)
    if form == "html":
        return HTMLResponse(html(paper, language), headers={"Content-Security-Policy": _NO_SCRIPT})
    if form == "pdf":
        name = f'inline; filename="{paper.number}.pdf"'
        return Response(
            pdf(paper, language), media_type="application/pdf", headers={"Content-Disposition": name}
        )
    return Response(paper_out(paper).model_dump_json(), media_type="application/json")
