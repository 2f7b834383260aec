"""How does a paper look as JSON?"""

from typing import Literal

from pydantic import BaseModel

from mudan.api.wire import Instant
from mudan.primitives.paper import Block, Facts, Heading, Paper, Signatures, Table, Words
from mudan.primitives.text import Text


class HeadingOut(BaseModel):
    """A heading."""

    block: Literal["heading"] = "heading"
    text: Text
    level: int


class WordsOut(BaseModel):
    """A paragraph."""

    block: Literal["words"] = "words"
    text: Text


class FactOut(BaseModel):
    """A label and its value."""

    label: Text
    value: Text


class FactsOut(BaseModel):
    """Labels with values."""

    block: Literal["facts"] = "facts"
    rows: list[FactOut]
    columns: int


class TableOut(BaseModel):
    """A table."""

    block: Literal["table"] = "table"
    head: list[Text]
    rows: list[list[Text]]
    widths: list[float] = []


class SignaturesOut(BaseModel):
    """Who signs."""

    block: Literal["signatures"] = "signatures"
    who: list[Text]


BlockOut = HeadingOut | WordsOut | FactsOut | TableOut | SignaturesOut


class PaperOut(BaseModel):
    """One document, in both languages."""

    title: Text
    subtitle: Text
    number: str
    made_at: Instant
    marks: list[Text]
    blocks: list[BlockOut]


def paper_out(paper: Paper) -> PaperOut:
    """A paper as it goes over the wire."""
    return PaperOut(
        title=paper.title,
        subtitle=paper.subtitle,
        number=paper.number,
        made_at=paper.made_at,
        marks=list(paper.marks),
        blocks=[_block(block) for block in paper.blocks],
    )


def _block(block: Block) -> BlockOut:
    if isinstance(block, Heading):
        return HeadingOut(text=block.text, level=block.level)
    if isinstance(block, Words):
        return WordsOut(text=block.text)
    if isinstance(block, Facts):
        rows = [FactOut(label=label, value=value) for label, value in block.rows]
        return FactsOut(rows=rows, columns=block.columns)
    if isinstance(block, Signatures):
        return SignaturesOut(who=list(block.who))
    return TableOut(head=list(block.head), rows=[list(row) for row in block.rows], widths=list(block.widths))


def paper_of(sent: PaperOut) -> Paper:
    """A paper from its wire form, for one that was kept."""
    return Paper(
        title=sent.title,
        subtitle=sent.subtitle,
        number=sent.number,
        made_at=sent.made_at,
        blocks=tuple(_block_of(block) for block in sent.blocks),
        marks=tuple(sent.marks),
    )


def _block_of(block: BlockOut) -> Block:
    match block:
        case HeadingOut():
            return Heading(block.text, block.level)
        case WordsOut():
            return Words(block.text)
        case FactsOut():
            return Facts(tuple((row.label, row.value) for row in block.rows), block.columns)
        case SignaturesOut():
            return Signatures(tuple(block.who))
        case TableOut():
            rows = tuple(tuple(row) for row in block.rows)
            return Table(tuple(block.head), rows, tuple(block.widths))
