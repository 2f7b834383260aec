"""How is a paper printed as PDF, with Chinese in it?

The Chinese font is the CID font STSong-Light of the Adobe-GB1 collection: nothing is embedded, the reader's own
Song type is used. A character outside the collection would be lost, so it is written as □.
"""

import io
from html import escape
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, KeepTogether, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as Grid
from reportlab.platypus.frames import Frame

from mudan.api.papers.html import EMPTY
from mudan.primitives.paper import Block, Facts, Heading, Paper, Signatures, Words, moment
from mudan.primitives.text import Text

FONT: Final = "STSong-Light"
MARGIN: Final = 16 * mm
WIDTH: Final = A4[0] - 2 * MARGIN
GREY: Final = colors.Color(0.93, 0.93, 0.93)
LINE: Final = colors.Color(0.45, 0.45, 0.45)
LONGEST_CELL: Final = 1800  # characters; a longer cell would not fit on one page and is cut with a mark

pdfmetrics.registerFont(UnicodeCIDFont(FONT))

_BODY: Final = ParagraphStyle("body", fontName=FONT, fontSize=9.5, leading=14, wordWrap="CJK")
_SMALL: Final = ParagraphStyle("small", parent=_BODY, fontSize=8.5, leading=12)
_TITLE: Final = ParagraphStyle("title", parent=_BODY, fontSize=17, leading=24, alignment=1)
_HEADS: Final = {
    1: ParagraphStyle("part", parent=_BODY, fontSize=12.5, leading=18, spaceBefore=9, spaceAfter=3),
    2: ParagraphStyle("section", parent=_BODY, fontSize=10.5, leading=15, spaceBefore=6, spaceAfter=2),
}


def pdf(paper: Paper, language: str) -> bytes:
    """The whole document in `zh` (with English beside headings) or `en`, A4, every page numbered and marked."""
    out = io.BytesIO()
    said = _Said(language)
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=f"{said.plain(paper.title)} {paper.number}", author="Mudan 牡丹",
        lang="en" if language == "en" else "zh-CN",
    )  # fmt: skip
    frame = Frame(MARGIN, MARGIN, WIDTH, A4[1] - 2 * MARGIN - 8 * mm, 0, 0, 0, 0)
    document.addPageTemplates(
        [PageTemplate("page", [frame], onPage=lambda canvas, _document: _edges(canvas, paper, said))]
    )
    story: list[Any] = [
        Paragraph(said.both(paper.title), _TITLE),
        Paragraph(f"{said.of(paper.subtitle)}　{escape(paper.number)}", _SMALL),
        Spacer(1, 6),
    ]
    for block in paper.blocks:
        story += said.block(block)
    document.build(story)
    return out.getvalue()


def _edges(canvas: Any, paper: Paper, said: "_Said") -> None:
    canvas.saveState()
    canvas.setFont(FONT, 8)
    made = Text("由系统按记录生成", "Generated from the log")
    canvas.drawString(MARGIN, 9 * mm, f"{said.plain(made)} {moment(paper.made_at).zh}  {paper.number}")
    canvas.drawRightString(A4[0] - MARGIN, 9 * mm, f"— {canvas.getPageNumber()} —")
    marks = "　".join(f"{mark.zh} {mark.en}" for mark in paper.marks)
    if marks:
        canvas.setFont(FONT, 13)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, marks)
        canvas.setFillColor(colors.Color(0, 0, 0, alpha=0.07))
        canvas.setFont(FONT, 70)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(45)
        canvas.drawCentredString(0, 0, paper.marks[0].zh)
    canvas.restoreState()


class _Said:
    """Words in one language, safe for the paragraph parser."""

    def __init__(self, language: str) -> None:
        self._english = language == "en"

    def plain(self, text: Text) -> str:
        return _printable(text.en if self._english else text.zh)

    def of(self, text: Text) -> str:
        words = self.plain(text)
        if len(words) > LONGEST_CELL:
            words = words[:LONGEST_CELL] + " …"
        return escape(words).replace("\n", "<br/>")

    def both(self, text: Text) -> str:
        if self._english or text.en == text.zh:
            return self.of(text)
        return f'{self.of(text)}　<font size="8" color="#555555">{escape(_printable(text.en))}</font>'

    def block(self, block: Block) -> list[Any]:
        if isinstance(block, Heading):
            return [Paragraph(self.both(block.text), _HEADS[block.level])]
        if isinstance(block, Words):
            lines = self.plain(block.text).split("\n")
            return [Paragraph(escape(line) or "&nbsp;", _BODY) for line in lines]
        if isinstance(block, Facts):
            return [self._facts(block), Spacer(1, 4)]
        if isinstance(block, Signatures):
            return [KeepTogether([Spacer(1, 26), self._signatures(block)])]
        widths = block.widths or (1.0,) * len(block.head)
        head = [Paragraph(self.of(cell), _SMALL) for cell in block.head]
        rows = [[Paragraph(self.of(cell), _SMALL) for cell in row] for row in block.rows]
        if not rows:
            rows = [[Paragraph(self.of(EMPTY), _SMALL), *([""] * (len(head) - 1))]]
        shares = [WIDTH * one / sum(widths) for one in widths]
        style = [*_GRID, ("BACKGROUND", (0, 0), (-1, 0), GREY)]
        return [Grid([head, *rows], shares, repeatRows=1, style=style), Spacer(1, 4)]

    def _facts(self, block: Facts) -> Any:
        rows, line = [], []
        for label, value in block.rows:
            line += [Paragraph(self.of(label), _SMALL), Paragraph(self.of(value), _SMALL)]
            if len(line) == 2 * block.columns:
                rows.append(line)
                line = []
        if line:
            rows.append(line + [""] * (2 * block.columns - len(line)))
        share = WIDTH / block.columns
        widths = [share * 0.3, share * 0.7] * block.columns
        shades = [("BACKGROUND", (2 * at, 0), (2 * at, -1), GREY) for at in range(block.columns)]
        return Grid(rows or [[""] * 2 * block.columns], widths, style=[*_GRID, *shades])

    def _signatures(self, block: Signatures) -> Any:
        cells = [Paragraph(self.of(who), _SMALL) for who in block.who]
        return Grid(
            [cells], [WIDTH / len(cells)] * len(cells), style=[("LINEABOVE", (0, 0), (-1, 0), 0.6, LINE)]
        )


_GRID: Final = [
    ("GRID", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3), ("LEFTPADDING", (0, 0), (-1, -1), 4),
]  # fmt: skip


def _printable(text: str) -> str:
    """Only what the font's collection can hold: GB 18030's two-byte part, kana and Latin; the rest as □."""
    kept = []
    for letter in text:
        known = letter in "\n\t" or (letter >= " " and _in_collection(letter))
        kept.append(letter if known else "□")
    return "".join(kept)


def _in_collection(letter: str) -> bool:
    try:
        return len(letter.encode("gb18030")) <= 2
    except UnicodeEncodeError:
        return False
