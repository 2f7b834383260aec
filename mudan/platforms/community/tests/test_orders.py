"""Does a new repair order open a case once, with a class that the case type has, and a finished one none?"""

from dataclasses import replace
from pathlib import Path

import pytest

from mudan.platforms.community.cases import REPAIR
from mudan.platforms.community.codec import line_of, register_of, told_line
from mudan.platforms.community.model import CLASSES, RepairOrder, record_of
from mudan.primitives.errors import DecodeError

FRAMES = Path(__file__).parents[1] / "frames"


def _order() -> RepairOrder:
    found = line_of((FRAMES / "order-leak.txt").read_bytes())
    assert isinstance(found, RepairOrder)
    return found


ORDER = _order()


def test_every_kind_of_order_has_a_class_of_the_case_type() -> None:
    assert [code for code in CLASSES.values() if REPAIR.class_of(code) is None] == []


@pytest.mark.parametrize(
    ("state", "opens"),
    [("new", True), ("taken", True), ("done", False), ("refused", False), ("returned", True)],
)
def test_an_order_that_is_to_be_done_opens_a_case_in_the_firms_area(state: str, opens: bool) -> None:
    told = record_of(replace(ORDER, state=state), "500231106")
    assert (told.opens is not None, told.source_id, told.area_code) == (opens, "SL-WY01 WX-0007", "500231106")
    assert record_of(replace(ORDER, state=state), "").opens is None


def test_the_same_order_again_is_the_same_record_and_a_new_state_another_version() -> None:
    assert record_of(ORDER, "5").hash == record_of(replace(ORDER, open_orders=9), "5").hash
    assert record_of(ORDER, "5").hash != record_of(replace(ORDER, state="done"), "5").hash


BASE = '"order":"1","kind":"leak","state":"new","title":"t","reported":"2026-11-23T09:00:00Z"'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"firm":"A","firm":"B"}', "twice"),
        ("{}", "firm is missing"),
        (f'{{"firm":"A",{BASE},"at":"2026-11-23T08:00:00Z","open":1}}', "at is before reported"),
        (f'{{"firm":"A",{BASE},"at":"2026-11-23T09:00:00Z","open":-1}}', "open is a count"),
        (f'{{"firm":"A B",{BASE},"at":"2026-11-23T09:00:00Z","open":1}}', "firm is 1 to 40"),
        ("{" + " " * 5000 + "}", "at most"),
    ],
)
def test_what_is_wrong_with_an_order_is_said(line: str, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        line_of(line.encode())


def test_a_register_tells_no_name_whatever_it_was_written_in() -> None:
    pages = [register_of((FRAMES / f"register-{kind}.txt").read_bytes()) for kind in ("utf8", "gbk")]
    assert pages[0] == pages[1]
    assert "示例甲" not in repr(pages)


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        ("new", []), ("taken", []), ("done", ["done_elsewhere"]), ("refused", ["declined_elsewhere"]),
        ("returned", ["back_elsewhere"]),
    ],
)  # fmt: skip
def test_what_a_firm_says_of_its_order_moves_the_case_by_a_way_of_its_type(
    state: str, moves: list[str]
) -> None:
    told = record_of(replace(ORDER, state=state, note="示例"), "500231106")
    assert [one.event for one in told.moves] == moves
    assert {one.reason for one in told.moves} <= {"示例"}
    assert {one.event for one in told.moves} <= {way.name for way in REPAIR.transitions}


def test_a_firm_reads_what_it_is_told_under_the_names_of_its_lines() -> None:
    line = told_line({"id": "6f0c", "firm": "SL-WY01", "text": "派遣"})
    assert line == '{"told": "6f0c", "firm": "SL-WY01", "text": "派遣"}\n'.encode()
