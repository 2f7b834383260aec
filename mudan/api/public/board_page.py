"""How is the board written on which everybody sees how reports are doing?"""

from collections.abc import Iterable, Sequence
from html import escape

from mudan.api.public.board import Board, Cells
from mudan.api.public.html import Reader, day_time, page
from mudan.core.cases.model.told import LEAST

PATH = "/public/board"


def board_page(reader: Reader, board: Board) -> str:
    """The whole page: tables, no map, nobody in it."""
    parts = [
        f"<p>{reader.say('board.of', days=board.days, least=board.least)} {reader.say('as_of')} ",
        f"{day_time(board.as_of)}</p>",
    ]
    if not board.by_class:
        parts.append(f'<p class="none">{reader.say("none")}</p>')
    for name, cells in (
        ("by_class", board.by_class),
        ("by_town", board.by_town),
        ("by_stage", board.by_stage),
    ):
        parts.append(_counts(reader, name, cells))
    medians = [(reader.say(name), f"{days:g}") for name, days in board.medians]
    parts.append(_table(reader, "medians", ("class", "days"), medians))
    rows = [
        (reader.say(one.class_title), reader.say(one.town), reader.say(one.stage), escape(one.reported_on),
         escape(one.closed_on) or "–")
        for one in board.recent
    ]  # fmt: skip
    parts.append(_table(reader, "recent", ("class", "town", "stage", "on", "closed_on"), rows))
    return page(reader, "board", PATH, "".join(parts))


def _counts(reader: Reader, name: str, cells: Cells) -> str:
    head = {"by_class": "class", "by_town": "town", "by_stage": "stage"}[name]
    rows = [
        (reader.say(words), f"&lt; {LEAST}" if count is None else str(count))
        for words, count in cells
        if count != 0
    ]
    return _table(reader, name, (head, "count"), rows)


def _table(reader: Reader, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are written already."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return ""
    top = "".join(f'<th scope="col">{reader.say(one)}</th>' for one in heads)
    return (
        f'<section id="{name}"><h2>{reader.say(name)}</h2><div class="wide" tabindex="0" role="region" '
        f'aria-label="{reader.say(name)}"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div></section>'
    )
