"""How is a paper shown as one page for a browser's printer? No script, no outside file; every word escaped."""

from html import escape
from typing import Final

from mudan.primitives.paper import Block, Facts, Heading, Paper, Signatures, Words, moment
from mudan.primitives.text import Text

STYLE: Final = """
@page { size: A4; margin: 16mm 14mm }
* { box-sizing: border-box }
body { max-width: 190mm; margin: 0 auto; padding: 8mm; background: #fff; color: #111;
  font: 13px/1.6 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif }
header { border-bottom: 2px solid #111; margin-bottom: 4mm; padding-bottom: 2mm }
h1 { font-size: 22px; margin: 0; text-align: center }
h2 { font-size: 15px; margin: 6mm 0 2mm; border-left: 4px solid #111; padding-left: 2mm }
h3 { font-size: 13px; margin: 4mm 0 1mm }
h1 small, h2 small, h3 small, th small { font-weight: 400; color: #444; font-size: 11px; margin-left: 2mm }
.sub { display: flex; justify-content: space-between; color: #333 }
.marks { text-align: center; font-weight: 700; font-size: 18px; border: 2px solid #111; margin-bottom: 3mm }
p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 1mm 0 }
table { width: 100%; border-collapse: collapse; margin: 1mm 0 3mm }
th, td { border: 1px solid #777; padding: 1mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere;
  white-space: pre-wrap }
th { background: #eee; font-weight: 600 }
tr { break-inside: avoid }
.sign { display: flex; gap: 10mm; margin-top: 10mm }
.sign div { flex: 1; border-top: 1px solid #111; padding-top: 1mm }
"""
EMPTY: Final = Text("无记录", "nothing recorded")


def html(paper: Paper, language: str) -> str:
    """The whole page in `zh` (with English beside headings) or `en`."""
    said = _Said(language)
    marks = "　".join(f"{mark.zh} {mark.en}" for mark in paper.marks)
    banner = f'<p class="marks">{escape(marks)}</p>' if marks else ""
    made = said.of(Text("生成时间", "Made at"))
    return (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8">'
        f"<title>{said.of(paper.title)} {escape(paper.number)}</title><style>{STYLE}</style></head><body>{banner}"
        f"<header><h1>{said.both(paper.title)}</h1>"
        f'<div class="sub"><span>{said.of(paper.subtitle)}</span><span>{escape(paper.number)}</span>'
        f"<span>{made} {moment(paper.made_at).zh}</span></div></header>"
        + "".join(said.block(block) for block in paper.blocks)
        + "</body></html>"
    )


class _Said:
    """Words in one language."""

    def __init__(self, language: str) -> None:
        self._english = language == "en"

    def of(self, text: Text) -> str:
        return escape(text.en if self._english else text.zh)

    def both(self, text: Text) -> str:
        second = "" if self._english or text.en == text.zh else f"<small>{escape(text.en)}</small>"
        return self.of(text) + second

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            tag = f"h{block.level + 1}"
            return f"<{tag}>{self.both(block.text)}</{tag}>"
        if isinstance(block, Words):
            return f"<p>{self.of(block.text)}</p>"
        if isinstance(block, Facts):
            return self._facts(block)
        if isinstance(block, Signatures):
            return (
                '<div class="sign">' + "".join(f"<div>{self.of(one)}</div>" for one in block.who) + "</div>"
            )
        head = "".join(f"<th>{self.both(cell)}</th>" for cell in block.head)
        rows = "".join(
            "<tr>" + "".join(f"<td>{self.of(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
        )
        rows = rows or f'<tr><td colspan="{len(block.head)}">{self.of(EMPTY)}</td></tr>'
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _facts(self, block: Facts) -> str:
        cells = [f"<th>{self.both(label)}</th><td>{self.of(value)}</td>" for label, value in block.rows]
        lines = [cells[at : at + block.columns] for at in range(0, len(cells), block.columns)]
        filler = "<th></th><td></td>"
        rows = "".join(
            "<tr>" + "".join(line) + filler * (block.columns - len(line)) + "</tr>" for line in lines
        )
        return f"<table><tbody>{rows}</tbody></table>"
