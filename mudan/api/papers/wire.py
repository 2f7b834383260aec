"""How does a paper look as JSON?"""

from typing import Literal

from pydantic import BaseModel

from mudan.api.wire import Instant
from mudan.primitives.paper import Block, Facts, Heading, Paper, Signatures, Words
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
    return TableOut(head=list(block.head), rows=[list(row) for row in block.rows])
